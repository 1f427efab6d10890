/* SPDX-License-Identifier: Apache-2.0 */
/* See shape.h: the states of operators are their own; a window's is its value. */
#include "state/shape.h"

#define VALUE(name, type, bytes)                                                                   \
    {                                                                                              \
        name, type, 0, bytes, WEIR_FORM_FIXED, 0                                                   \
    }
#define DEF(field)                                                                                 \
    {                                                                                              \
        sizeof(struct weir_state_def), 1, 8, 8, 1, sizeof(struct weir_state_field), field,         \
            "window", NULL                                                                         \
    }

/* A window's state is its value: one field. */
static const struct weir_state_field value_bool = VALUE("value", "bool", 1);
static const struct weir_state_field value_i32 = VALUE("value", "i32", 4);
static const struct weir_state_field value_i64 = VALUE("value", "i64", 8);
static const struct weir_state_field value_f64 = VALUE("value", "f64", 8);
static const struct weir_state_field value_ts = VALUE("value", "ts", 8);
static const struct weir_state_def defs[] = {
    [WEIR_TYPE_BOOL] = DEF(&value_bool), [WEIR_TYPE_I32] = DEF(&value_i32),
    [WEIR_TYPE_I64] = DEF(&value_i64),   [WEIR_TYPE_F64] = DEF(&value_f64),
    [WEIR_TYPE_TS] = DEF(&value_ts),
};

uint32_t weir_window_value_bytes(const struct weir_type *type)
{
    WEIR_ASSERT(type->kind <= WEIR_TYPE_TS && defs[type->kind].bytes > 0); /* reducers are fixed */
    return defs[type->kind].fields->bytes;
}

static void shape_of_operator(const struct weir_graph *graph,
                              const struct weir_node *node,
                              struct weir_arena *arena,
                              struct weir_state_shape *shape)
{
    const struct weir_type *in = graph->nodes[node->inputs[0]].schema;
    const struct weir_type_field fields[] = {in->fields[0], {"value", node->state}};
    shape->def = node->op->state;
    shape->fields = node->op->state_fields;
    shape->key_count = 1;
    shape->schema = weir_type_struct(arena, fields, 2);
    shape->has_timeout = node->timeout_us > 0;
}

/* One struct of all aggregates' fields for each group. */
static void shape_of_aggregates(const struct weir_node *node,
                                struct weir_arena *arena,
                                struct weir_state_shape *shape)
{
    const struct weir_window_state *state = node->window_state;
    struct weir_type_field *fields = weir_arena_alloc(arena, (node->by_count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < node->by_count; i++) {
        fields[i] = node->schema->fields[i];
    }
    bool is_bare = state->def.field_count == 1; /* no aggregate keeps anything */
    fields[node->by_count] = (struct weir_type_field){
        "value", is_bare ? state->fields->type
                         : weir_type_struct(arena, state->fields, state->def.field_count)};
    shape->def = &state->def;
    shape->fields = state->fields;
    shape->key_count = node->by_count;
    shape->schema = weir_type_struct(arena, fields, node->by_count + 1);
}

void weir_state_shape_of(const struct weir_graph *graph,
                         const struct weir_node *node,
                         struct weir_arena *arena,
                         struct weir_state_shape *shape)
{
    *shape = (struct weir_state_shape){0};
    if (node->verb == WEIR_VERB_UPDATE_STATE_BY_KEY || node->verb == WEIR_VERB_MAP_WITH_STATE) {
        shape_of_operator(graph, node, arena, shape);
        return;
    }
    if (node->verb == WEIR_VERB_AGGREGATE) {
        shape_of_aggregates(node, arena, shape);
        return;
    }
    shape->key_count = node->schema->field_count - 1;
    const struct weir_type_field *value = &node->schema->fields[shape->key_count];
    (void)weir_window_value_bytes(value->type);
    shape->def = &defs[value->type->kind];
    shape->fields = value;
    shape->schema = node->schema;
}
