/* SPDX-License-Identifier: Apache-2.0 */
/* What travels between the two sides of a wide operation, and lies in panes: rows as they are, or
 * the groups of one partition with what was counted, reduced or aggregated so far. */
#include "plan/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NAME_BYTES = 16 };

/* `keys` fields of the operand, then one. */
static const struct weir_type *with_field(const struct weir_type *schema,
                                          uint32_t keys,
                                          struct weir_type_field field,
                                          struct weir_arena *arena)
{
    struct weir_type_field *fields = weir_arena_alloc(arena, (keys + 1) * sizeof *fields);
    memcpy(fields, schema->fields, keys * sizeof *fields);
    fields[keys] = field;
    return weir_type_struct(arena, fields, keys + 1);
}

static struct weir_type_field state_field(const struct weir_operator *op,
                                          uint32_t number,
                                          struct weir_arena *arena)
{
    char *name = weir_arena_alloc(arena, NAME_BYTES);
    (void)snprintf(name, NAME_BYTES, "state%" PRIu32, number);
    return (struct weir_type_field){
        name, weir_type_struct(arena, op->state_fields, op->state->field_count)};
}

/* What an incremental window takes in and out again: the arguments of all calls. */
static const struct weir_type *with_arguments(const struct weir_node *node,
                                              const struct weir_type *schema,
                                              struct weir_arena *arena)
{
    uint32_t count = node->by_count;
    for (uint32_t i = 0; i < node->item_count; i++) {
        count += node->items[i].expr->arg_count;
    }
    struct weir_type_field *fields = weir_arena_alloc(arena, count * sizeof *fields);
    for (uint32_t i = 0; i < node->by_count; i++) {
        fields[i] = schema->fields[node->by[i]];
    }
    uint32_t made = node->by_count;
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *call = node->items[i].expr;
        for (uint32_t k = 0; k < call->arg_count; k++) {
            const char *name = weir_arena_printf(arena, "argument%" PRIu32, made);
            fields[made++] = (struct weir_type_field){name, call->args[k]->type};
        }
    }
    return weir_type_struct(arena, fields, count);
}

static const struct weir_type *aggregated(const struct weir_node *node,
                                          const struct weir_type *schema,
                                          struct weir_arena *arena)
{
    uint32_t count = node->by_count + node->item_count;
    struct weir_type_field *fields = weir_arena_alloc(arena, count * sizeof *fields);
    for (uint32_t i = 0; i < node->by_count; i++) {
        fields[i] = schema->fields[node->by[i]];
    }
    for (uint32_t i = 0; i < node->item_count; i++) {
        fields[node->by_count + i] = state_field(node->items[i].expr->op, i, arena);
    }
    return weir_type_struct(arena, fields, count);
}

const struct weir_type *weir_plan_partial_schema(const struct weir_node *node,
                                                 const struct weir_type *schema,
                                                 struct weir_arena *arena)
{
    const struct weir_type_field count = {"count", weir_type_of(WEIR_TYPE_I64)};
    switch ((int)node->verb) {
    case WEIR_VERB_COUNT:
    case WEIR_VERB_COUNT_BY_WINDOW:
        return with_field(schema, 0, count, arena);
    case WEIR_VERB_COUNT_BY_VALUE:
    case WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW:
        return with_field(schema, schema->field_count, count, arena);
    case WEIR_VERB_COMBINE_BY_KEY:
        return with_field(schema, 1, state_field(node->op, 0, arena), arena);
    case WEIR_VERB_AGGREGATE:
        return weir_node_keeps_window(node) ? with_arguments(node, schema, arena)
                                            : aggregated(node, schema, arena);
    default:
        return schema;
    }
}
