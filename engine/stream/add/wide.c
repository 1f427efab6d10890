/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs that bring rows together: counts, reducers, groups and aggregates, of one batch or of a
 * window. */
#include "stream/add/add.h"

static bool is_windowed(const struct weir_node *node)
{
    return (weir_verb_flags(node->verb) & WEIR_VERB_IS_WINDOWED) != 0;
}

int weir_add_count(struct weir_adding *a)
{
    enum weir_verb verb = a->node->verb;
    struct weir_fields fields;
    weir_fields_init(&fields);
    if (verb == WEIR_VERB_COUNT_BY_VALUE || verb == WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW) {
        weir_add_input_fields(a, &fields);
    }
    weir_fields_add(&fields, "count", weir_type_of(WEIR_TYPE_I64), -1);
    return weir_add_schema(a, &fields);
}

static bool reduces(const struct weir_operator *op, const struct weir_type *type)
{
    return op->in_count == 1 && op->in[0].type != NULL && weir_type_equal(op->in[0].type, type);
}

/* An inverse of the text's own is any reducer of the values' type, without parameters. */
static int check_inverse(struct weir_adding *a, const struct weir_type *type)
{
    struct weir_node *node = a->node;
    if (!node->is_incremental) {
        return node->inverse == NULL && node->filter == NULL
                   ? WEIR_OK
                   : weir_add_refuse(a, "inverse= and filter= need a window that is incremental");
    }
    if (node->inverse == NULL) {
        return node->op->inverse != NULL
                   ? WEIR_OK
                   : weir_add_refuse(a, "the reducer declares no inverse: inverse=none, or "
                                        "inverse= another reducer");
    }
    if (node->inverse->kind != WEIR_KIND_REDUCER || !reduces(node->inverse, type)) {
        return weir_add_refuse(a, "the inverse is of another type than the values");
    }
    struct weir_param_value *params =
        weir_arena_alloc(&a->graph->arena, (node->inverse->param_count + 1) * sizeof *params);
    int culprit;
    node->inverse_params = params;
    return weir_operator_bind_params(node->inverse, NULL, 0, &a->graph->arena, params, &culprit,
                                     a->err);
}

static int check_filter(struct weir_adding *a)
{
    const struct weir_expr *filter = a->node->filter;
    if (filter == NULL) {
        return WEIR_OK;
    }
    if (a->node->verb != WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW ||
        filter->type->kind != WEIR_TYPE_BOOL) {
        return weir_add_refuse(a, "filter= needs a bool, and a window by key");
    }
    return WEIR_OK;
}

int weir_add_reduce(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    WEIR_TRY(weir_add_operator(a, 1U << WEIR_KIND_REDUCER));
    bool is_by_key = (weir_verb_flags(node->verb) & WEIR_VERB_IS_PAIR) != 0;
    if (!is_by_key && a->in->field_count != 1) {
        return weir_add_refuse(a, "a stream of one field is needed");
    }
    const struct weir_type *found = a->in->fields[is_by_key ? 1 : 0].type;
    if (!reduces(node->op, found)) {
        return weir_add_refuse(a, "the reducer is of another type than the values");
    }
    node->schema = a->in;
    if (is_windowed(node)) {
        WEIR_TRY(check_inverse(a, found));
        WEIR_TRY(check_filter(a));
    }
    return WEIR_OK;
}

int weir_add_group(struct weir_adding *a)
{
    return weir_add_pair(a, weir_type_list(&a->graph->arena, a->in->fields[1].type));
}

int weir_add_combine(struct weir_adding *a)
{
    const struct weir_type_field *in;
    const struct weir_type *result;
    WEIR_TRY(weir_add_operator(a, 1U << WEIR_KIND_AGGREGATE));
    WEIR_TRY(weir_add_members(a, 0, &in));
    WEIR_TRY(weir_add_result(a, in, &result));
    return weir_add_pair(a, result);
}

static int check_aggregates(struct weir_adding *a)
{
    const struct weir_node *node = a->node;
    if (node->item_count == 0) {
        return weir_add_refuse(a, "at least one aggregate is needed");
    }
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *expr = node->items[i].expr;
        *a->culprit = (int)i;
        if (weir_add_top_kind(expr) != WEIR_KIND_AGGREGATE || node->items[i].name == NULL) {
            return weir_add_refuse(a, "each field is one call of an aggregate");
        }
        if (node->is_incremental && expr->op->aggregate->remove == NULL) {
            return weir_error_set(a->err, WEIR_ETEXT,
                                  "aggregate: %s cannot take rows out again, so its windows are "
                                  "not incremental",
                                  expr->op->canonical);
        }
    }
    *a->culprit = -1;
    return WEIR_OK;
}

int weir_add_aggregate(struct weir_adding *a)
{
    struct weir_fields fields;
    struct weir_node *node = a->node;
    WEIR_TRY(check_aggregates(a));
    if (node->is_incremental && node->length_us == 0) {
        return weir_add_refuse(a, "only a window is incremental");
    }
    weir_add_window_state(a);
    weir_fields_init(&fields);
    for (uint32_t i = 0; i < node->by_count; i++) {
        if (node->by[i] >= a->in->field_count) {
            weir_fields_finish(&fields);
            return weir_add_refuse(a, "by= names a field that is not there");
        }
        const struct weir_type_field *field = &a->in->fields[node->by[i]];
        weir_fields_add(&fields, field->name, field->type, -1);
    }
    for (uint32_t i = 0; i < node->item_count; i++) {
        weir_fields_add(&fields, node->items[i].name, node->items[i].expr->type, (int)i);
    }
    return weir_add_schema(a, &fields);
}
