/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every node once its verb has typed it: it says nothing that its verb does not know,
 * for nobody would look at it, and its types are not too deep. */
#include "stream/add/add.h"

/* The key alone says where a row goes: the other operand, and later batches, have no more. The
 * depth of expressions is at most WEIR_EXPR_DEPTH_MAX. */
static bool reads_key_alone(const struct weir_expr *expr)
{
    bool is_key = expr->kind != WEIR_EXPR_FIELD || expr->field == 0;
    is_key = is_key && expr->kind != WEIR_EXPR_BATCH_TIME;
    for (uint32_t i = 0; i < expr->arg_count && is_key; i++) {
        is_key = reads_key_alone(expr->args[i]);
    }
    return is_key;
}

static int check_partitioner(struct weir_adding *a)
{
    const struct weir_expr *call = a->node->partitioner;
    if (call == NULL) {
        return WEIR_OK;
    }
    uint32_t flags = weir_verb_flags(a->node->verb);
    bool joins = a->node->verb >= WEIR_VERB_JOIN && a->node->verb <= WEIR_VERB_FULL_OUTER_JOIN;
    bool is_by_key = (flags & WEIR_VERB_IS_WIDE) != 0 &&
                     ((flags & WEIR_VERB_IS_PAIR) != 0 || (joins && a->node->on_count == 0));
    if (!is_by_key || weir_add_top_kind(call) != WEIR_KIND_PARTITIONER) {
        return weir_add_refuse(a, "takes no partitioner, or what it is given is none");
    }
    return reads_key_alone(call)
               ? WEIR_OK
               : weir_add_refuse(a, "the partitioner may read the key alone: the same key goes to "
                                    "one partition, whatever comes with it");
}

/* Only a verb that nests a record in a field makes a type deeper than its parts were. */
static int check_depth(struct weir_adding *a)
{
    for (uint32_t i = 0; i < a->node->schema->field_count; i++) {
        if (weir_type_depth(a->node->schema->fields[i].type) > WEIR_TYPE_DEPTH_MAX) {
            return weir_error_set(a->err, WEIR_ELIMIT, "%s: structs and lists may nest %d deep",
                                  weir_verb_name(a->node->verb), WEIR_TYPE_DEPTH_MAX);
        }
    }
    return WEIR_OK;
}

/* Durations and what only some windows have. */
static bool has_odd_window(const struct weir_node *node)
{
    bool is_windowed = (weir_verb_flags(node->verb) & WEIR_VERB_IS_WINDOWED) != 0;
    bool can_take_out = is_windowed && node->verb != WEIR_VERB_WINDOW &&
                        node->verb != WEIR_VERB_GROUP_BY_KEY_AND_WINDOW;
    return (!is_windowed && (node->length_us != 0 || node->window_slide_us != 0)) ||
           (!can_take_out && node->is_incremental) ||
           (node->inverse != NULL && node->inverse_params == NULL) ||
           (node->filter != NULL && node->verb != WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW);
}

static bool has_odd_fields(const struct weir_node *node)
{
    bool orders = node->verb == WEIR_VERB_TOP || node->verb == WEIR_VERB_SORT ||
                  node->verb == WEIR_VERB_AGGREGATE;
    bool joins = node->verb == WEIR_VERB_JOIN || node->verb == WEIR_VERB_SEMI_JOIN ||
                 node->verb == WEIR_VERB_ANTI_JOIN;
    return (!orders && node->by_count > 0) || (!joins && node->on_count > 0);
}

static int check_leftovers(struct weir_adding *a)
{
    const struct weir_node *node = a->node;
    bool is_timed = node->verb == WEIR_VERB_MAP_WITH_STATE;
    bool is_codec = node->verb == WEIR_VERB_CODEC;
    bool is_narrow = node->verb >= WEIR_VERB_MAP && node->verb <= WEIR_VERB_MAP_VALUES;
    bool may_stop = is_codec || is_narrow || node->verb == WEIR_VERB_FLAT_MAP_VALUES;
    bool is_odd_codec = (!is_codec && (node->asked != NULL || node->of != 0)) ||
                        (!may_stop && node->stops_on_bad);
    if (is_odd_codec || (node->op != NULL && node->params == NULL) || has_odd_window(node) ||
        has_odd_fields(node) || (!is_timed && node->timeout_us != 0)) {
        return weir_add_refuse(a, "has an operator, duration or fields that it does not take");
    }
    return WEIR_OK;
}

int weir_add_fits(struct weir_adding *a)
{
    WEIR_TRY(check_leftovers(a));
    WEIR_TRY(check_depth(a));
    return check_partitioner(a);
}
