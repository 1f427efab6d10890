/* SPDX-License-Identifier: Apache-2.0 */
/* The state of an incremental window of aggregates: how many rows of a key are in the window, then
 * one aggregate's struct after the other, all fields declared, so that it is saved like any state.
 */
#include "stream/add/add.h"

#include <string.h>

static const struct weir_state_field rows_field = {"rows", "i64", 0, 8, WEIR_FORM_FIXED, 0};

static uint32_t align_up(uint32_t bytes, uint32_t align)
{
    return align < 2 ? bytes : (bytes + align - 1) / align * align;
}

/* Panes hold the arguments as columns; one that is always null has no type to be one. */
static bool can_be_kept(const struct weir_node *node)
{
    bool is_fine = node->by_count > 0;
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *call = node->items[i].expr;
        for (uint32_t k = 0; k < call->arg_count; k++) {
            is_fine = is_fine && call->args[k]->type->kind != WEIR_TYPE_NULL;
        }
    }
    return is_fine;
}

/* Appends the fields of item `number`, which lies at its offset. */
static void add_item(struct weir_arena *arena,
                     const struct weir_operator *op,
                     uint32_t number,
                     uint32_t offset,
                     struct weir_state_def *def,
                     struct weir_state_field *fields,
                     struct weir_type_field *types)
{
    for (uint32_t f = 0; f < op->state->field_count; f++) {
        struct weir_state_field field;
        memcpy(&field, (const uint8_t *)op->state->fields + (size_t)f * op->state->field_stride,
               sizeof field);
        field.name = weir_arena_printf(arena, "a%u_%s", number, field.name);
        field.offset += offset;
        fields[def->field_count] = field;
        types[def->field_count] = (struct weir_type_field){field.name, op->state_fields[f].type};
        def->field_count++;
    }
    def->name = weir_arena_printf(arena, "%s %s:%u", def->name, op->canonical, op->state->version);
}

void weir_add_window_state(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    struct weir_arena *arena = &a->graph->arena;
    node->window_state = NULL;
    if (!node->is_incremental || !can_be_kept(node)) {
        return;
    }
    uint32_t count = 1;
    for (uint32_t i = 0; i < node->item_count; i++) {
        count += node->items[i].expr->op->state->field_count;
    }
    struct weir_window_state *state = weir_arena_alloc(arena, sizeof *state);
    struct weir_state_field *fields = weir_arena_alloc(arena, count * sizeof *fields);
    struct weir_type_field *types = weir_arena_alloc(arena, count * sizeof *types);
    uint32_t *offsets = weir_arena_alloc(arena, node->item_count * sizeof *offsets);
    struct weir_state_def *def = &state->def;
    *def = (struct weir_state_def){.size = sizeof *def,
                                   .version = 1,
                                   .bytes = rows_field.bytes,
                                   .align = 8,
                                   .field_count = 1,
                                   .field_stride = sizeof *fields,
                                   .fields = fields,
                                   .name = "window"};
    fields[0] = rows_field;
    types[0] = (struct weir_type_field){rows_field.name, weir_type_of(WEIR_TYPE_I64)};
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_operator *op = node->items[i].expr->op;
        offsets[i] = align_up(def->bytes, op->state->align);
        add_item(arena, op, i, offsets[i], def, fields, types);
        def->bytes = offsets[i] + op->state->bytes;
        def->align = op->state->align > def->align ? op->state->align : def->align;
    }
    def->bytes = align_up(def->bytes, def->align);
    state->fields = types;
    state->offsets = offsets;
    node->window_state = state;
}
