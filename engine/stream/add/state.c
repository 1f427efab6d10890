/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs with a state for each key, and how an operator's parameters take from key and value. */
#include "stream/add/add.h"

#include <string.h>

/* What the parameters of one group take: one takes the value itself, of a struct each the member
 * that bears its name. False: the first that finds nothing is *culprit. */
static bool bind_group(const struct weir_operator *op,
                       uint32_t from,
                       uint32_t to,
                       const struct weir_type *type,
                       uint32_t *members,
                       uint32_t *culprit)
{
    for (uint32_t i = from; i < to; i++) {
        bool is_any = op->in[i].type == NULL;
        *culprit = i;
        if (to - from == 1 && (type->kind != WEIR_TYPE_STRUCT || is_any)) {
            members[i] = WEIR_MEMBER_WHOLE;
            continue;
        }
        int member = type->kind == WEIR_TYPE_STRUCT
                         ? weir_schema_find(type, NULL, weir_str_of(op->in[i].name))
                         : -1;
        if (member < 0) {
            return false;
        }
        members[i] = (uint32_t)member;
    }
    return true;
}

static int refuse_member(struct weir_adding *a, uint32_t i, bool is_key)
{
    const struct weir_type *type = a->in->fields[is_key ? 0 : 1].type;
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(type, &text);
    int status = weir_error_set(a->err, WEIR_ETEXT,
                                "%s: parameter '%s' of %s, %s, finds nothing in the %s, which is "
                                "%s: a struct's members are taken by name",
                                weir_verb_name(a->node->verb), a->node->op->in[i].name,
                                a->node->op->canonical, a->node->op->signature,
                                is_key ? "key" : "value", text.bytes);
    weir_text_finish(&text);
    return status;
}

static int check_types(struct weir_adding *a, const struct weir_type_field *in)
{
    const struct weir_operator *op = a->node->op, *chosen;
    const struct weir_type *types[WEIR_PARAMETERS_MAX];
    const struct weir_type *casts[WEIR_PARAMETERS_MAX] = {0};
    const bool is_literal[WEIR_PARAMETERS_MAX] = {0};
    for (uint32_t i = 0; i < op->in_count; i++) {
        types[i] = in[i].type;
    }
    WEIR_TRY(weir_operator_choose(&op, 1, types, is_literal, op->in_count, &chosen, casts, a->err));
    for (uint32_t i = 0; i < op->in_count; i++) {
        if (casts[i] != NULL) {
            struct weir_text text;
            weir_text_init(&text);
            weir_type_print(in[i].type, &text);
            int status = weir_error_set(a->err, WEIR_ETEXT,
                                        "%s: parameter '%s' of %s, %s, is given %s: convert it in "
                                        "a map before",
                                        weir_verb_name(a->node->verb), op->in[i].name,
                                        op->canonical, op->signature, text.bytes);
            weir_text_finish(&text);
            return status;
        }
    }
    return WEIR_OK;
}

int weir_add_members(struct weir_adding *a, uint32_t key_count, const struct weir_type_field **in)
{
    const struct weir_operator *op = a->node->op;
    const struct weir_type *key = a->in->fields[0].type, *value = a->in->fields[1].type;
    if (op->in_count > WEIR_PARAMETERS_MAX || key_count > op->in_count) {
        return weir_add_refuse(a, "the operator has too many parameters");
    }
    uint32_t *members = weir_arena_alloc(&a->graph->arena, (op->in_count + 1) * sizeof *members);
    struct weir_type_field *fields =
        weir_arena_alloc(&a->graph->arena, (op->in_count + 1) * sizeof *fields);
    uint32_t culprit = 0;
    if (!bind_group(op, 0, key_count, key, members, &culprit)) {
        return refuse_member(a, culprit, true);
    }
    if (!bind_group(op, key_count, op->in_count, value, members, &culprit)) {
        return refuse_member(a, culprit, false);
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        const struct weir_type *whole = i < key_count ? key : value;
        fields[i].name = op->in[i].name;
        fields[i].type = members[i] == WEIR_MEMBER_WHOLE ? whole : whole->fields[members[i]].type;
    }
    a->node->members = members;
    *in = fields;
    return check_types(a, fields);
}

/* The only field bare, else a struct of all. */
static const struct weir_type *as_value(struct weir_adding *a,
                                        const struct weir_type_field *fields,
                                        uint32_t count)
{
    return count == 1 ? fields[0].type : weir_type_struct(&a->graph->arena, fields, count);
}

int weir_add_result(struct weir_adding *a,
                    const struct weir_type_field *in,
                    const struct weir_type **result)
{
    const struct weir_operator *op = a->node->op;
    const struct weir_type_field *out;
    uint32_t out_count;
    WEIR_TRY(weir_operator_bind_output(op, a->node->params, in, op->in_count, &a->graph->arena,
                                       &out, &out_count, a->err));
    if (out_count == 0) {
        return weir_add_refuse(a, "the operator has no result");
    }
    *result = as_value(a, out, out_count);
    return WEIR_OK;
}

static int check_initial(struct weir_adding *a)
{
    const struct weir_node *node = a->node;
    if (node->input_count == 1) {
        return WEIR_OK;
    }
    const struct weir_node *table = &a->graph->nodes[node->inputs[1]];
    if (!table->is_static) {
        return weir_add_refuse(a, "initial= needs a table");
    }
    if (!table->is_pair || !weir_type_equal(table->schema->fields[0].type, a->in->fields[0].type) ||
        !weir_type_equal(table->schema->fields[1].type, node->state)) {
        struct weir_text text;
        weir_text_init(&text);
        weir_type_print(node->state, &text);
        int status = weir_error_set(a->err, WEIR_ETEXT,
                                    "%s: the table of initial= needs the fields key, as the "
                                    "stream has it, and value, the state: %s",
                                    weir_verb_name(node->verb), text.bytes);
        weir_text_finish(&text);
        return status;
    }
    return WEIR_OK;
}

/* A key that is made anew needs every part of it. */
static int check_moves(struct weir_adding *a)
{
    const struct weir_operator *op = a->node->op;
    const struct weir_type *key = a->in->fields[0].type;
    if (op->update == NULL || (op->update->flags & WEIR_UPDATE_MOVES) == 0 ||
        (op->key_count == 1 && a->node->members[0] == WEIR_MEMBER_WHOLE)) {
        return WEIR_OK;
    }
    return key->kind == WEIR_TYPE_STRUCT && key->field_count == op->key_count
               ? WEIR_OK
               : weir_add_refuse(a, "an update that changes keys takes all of the key");
}

static int tracked_schema(struct weir_adding *a, const struct weir_type_field *in)
{
    const struct weir_type_field *out;
    uint32_t out_count;
    struct weir_fields fields;
    WEIR_TRY(weir_operator_bind_output(a->node->op, a->node->params, in, a->node->op->in_count,
                                       &a->graph->arena, &out, &out_count, a->err));
    weir_fields_init(&fields);
    for (uint32_t i = 0; i < out_count; i++) {
        weir_fields_add(&fields, out[i].name, out[i].type, -1);
    }
    return weir_add_schema(a, &fields);
}

int weir_add_state(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    const struct weir_type_field *in;
    bool is_update = node->verb == WEIR_VERB_UPDATE_STATE_BY_KEY;
    WEIR_TRY(weir_add_operator(a, 1U << (is_update ? WEIR_KIND_UPDATE : WEIR_KIND_TRACK)));
    if (node->timeout_us < 0 || node->every_us < 0 || (is_update && node->timeout_us != 0)) {
        return weir_add_refuse(a, "timeout= and every= are longer than 0");
    }
    if (node->op->state == NULL || node->op->state->field_count == 0) {
        return weir_add_refuse(a, "the operator's state has no fields");
    }
    WEIR_TRY(weir_add_members(a, node->op->key_count, &in));
    node->state = as_value(a, node->op->state_fields, node->op->state->field_count);
    WEIR_TRY(check_initial(a));
    WEIR_TRY(check_moves(a));
    return is_update ? weir_add_pair(a, node->state) : tracked_schema(a, in);
}

int weir_add_snapshots(struct weir_adding *a)
{
    const struct weir_node *tracker = &a->graph->nodes[a->node->inputs[0]];
    if (tracker->verb != WEIR_VERB_MAP_WITH_STATE) {
        return weir_add_refuse(a, "needs a map_with_state right before it");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    weir_fields_add(&fields, "key", a->graph->nodes[tracker->inputs[0]].schema->fields[0].type, -1);
    weir_fields_add(&fields, "value", tracker->state, -1);
    a->node->state = tracker->state;
    return weir_add_schema(a, &fields);
}
