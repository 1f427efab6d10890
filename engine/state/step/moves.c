/* SPDX-License-Identifier: Apache-2.0 */
/* Updates that change keys: keys and states are put aside during the calls, for their keys may
 * still be seen themselves, and placed when all have been. */
#include "state/step/update.h"

#include <string.h>

void weir_update_set_types(struct weir_update *own, const struct weir_type *in)
{
    struct weir_arena *arena = &own->head.arena;
    const struct weir_operator *op = own->args.op;
    uint32_t values = op->in_count - op->key_count;
    struct weir_type_field *fields = weir_arena_alloc(arena, (values + 1) * sizeof *fields);
    for (uint32_t i = 0; i < values; i++) { /* the rows' own types: a variable stands for any */
        uint32_t member = own->args.members[op->key_count + i];
        const struct weir_type *whole = in->fields[1].type;
        fields[i].name = op->in[op->key_count + i].name;
        fields[i].type = member == WEIR_MEMBER_WHOLE ? whole : whole->fields[member].type;
    }
    own->value_schema = weir_type_struct(arena, fields, values);
    own->key_schema = weir_type_struct(arena, in->fields, 1);
    own->moves = (op->update->flags & WEIR_UPDATE_MOVES) != 0;
}

int weir_update_open_moves(struct weir_update *own, struct weir_error *err)
{
    const struct weir_operator *op = own->args.op;
    const struct weir_type *moved = weir_type_struct(&own->head.arena, op->in, op->key_count);
    const struct weir_type *key = own->key_schema->fields[0].type;
    bool is_whole = op->key_count == 1 && own->args.members[0] == WEIR_MEMBER_WHOLE;
    if (!is_whole && key->field_count != op->key_count) {
        return weir_error_set(err, WEIR_ETEXT,
                              "%s moves states to other keys and takes %u of the key's %u fields: "
                              "give it a key of its own fields",
                              op->canonical, op->key_count, key->field_count);
    }
    own->moved_keys = weir_builder_create(own->key_schema, false);
    weir_lent_init(&own->moved, moved, &own->heaps);
    return WEIR_OK;
}

/* The state of one more key, zeroed. */
static void *moved_state(struct weir_update_call *call, struct weir_task *task)
{
    struct weir_update *own = call->owner;
    (void)task;
    uint32_t before = own->moved_capacity;
    WEIR_GROW(own->moved_states, own->moved_count, own->moved_capacity);
    if (own->moved_capacity > before) {
        memset(own->moved_states + before, 0,
               (own->moved_capacity - before) * sizeof *own->moved_states);
    }
    void *state = weir_arena_alloc(&own->arena, own->head.shape.def->bytes);
    own->moved_states[own->moved_count++] = state;
    return state;
}

void weir_update_lend_moves(struct weir_update *own,
                            struct weir_update_call *update,
                            const struct weir_heaps *heaps)
{
    if (own->moves) {
        weir_step_heaps_begin(&own->heaps, heaps, NULL);
        weir_lent_begin(&own->moved);
        update->moved = &own->moved.out;
        update->moved_state = moved_state;
        update->owner = own;
        own->moved_rows = own->moved_count;
    }
}

int weir_update_keep_moves(struct weir_update *own, struct weir_exec_task *task)
{
    const struct weir_operator *op = own->args.op;
    uint32_t count = own->moved.out.rows;
    if (own->moved_rows + count != own->moved_count) {
        return weir_error_set(task->err, WEIR_EJOB,
                              "%s moves %u states, but names %u keys: it raises `rows` once for "
                              "each state",
                              op->canonical, own->moved_count - own->moved_rows, count);
    }
    for (uint32_t first = 0; first < count; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        struct weir_column parts[WEIR_PARAMETERS_MAX];
        struct weir_column members[WEIR_PARAMETERS_MAX];
        struct weir_rows rows = {.schema = own->key_schema, .heaps = &own->heaps.table};
        rows.rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        int outcome = weir_lent_take(&own->moved, &own->call.task, first, rows.rows, NULL, parts);
        if (outcome != WEIR_OK) {
            return weir_call_failed(&own->call, outcome, task->err);
        }
        struct weir_column key = {.type = own->key_schema->fields[0].type, .children = members};
        for (uint32_t i = 0; i < op->key_count; i++) {
            uint32_t member = own->args.members[i];
            if (member == WEIR_MEMBER_WHOLE) {
                key = parts[i];
            } else {
                members[member] = parts[i];
            }
        }
        rows.columns = &key;
        weir_builder_add(own->moved_keys, &rows);
    }
    return WEIR_OK;
}

static int place_chunk(struct weir_update *own,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows,
                       uint32_t first)
{
    struct weir_state_table *table = own->head.table;
    WEIR_TRY(weir_state_head_find(&own->head, task, rows));
    for (uint32_t i = 0; i < rows->rows; i++) {
        uint32_t slot = own->head.slots[i];
        weir_state_clear(&table->layout, &table->slab, table->states[slot]);
        memcpy(table->states[slot], own->moved_states[first + i], own->head.shape.def->bytes);
        table->exists[slot] = table->touched[slot] = 1;
    }
    weir_state_slab_settle(&table->slab);
    return WEIR_OK;
}

int weir_update_place_moves(struct weir_update *own, struct weir_exec_task *task)
{
    struct weir_table keys;
    struct weir_column column[1 + WEIR_PARAMETERS_MAX];
    int status = WEIR_OK;
    WEIR_ASSERT(weir_type_column_count(own->key_schema) <= 1 + WEIR_PARAMETERS_MAX);
    weir_builder_finish(own->moved_keys, &keys);
    for (uint32_t first = 0; first < keys.all.rows && status == WEIR_OK;
         first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = keys.all.rows - first;
        struct weir_rows rows;
        weir_rows_slice(&keys.all, first, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX,
                        column, &rows);
        status = place_chunk(own, task, &rows, first);
    }
    weir_table_finish(&keys);
    return status;
}

void weir_update_forget_moves(struct weir_update *own)
{
    own->moved_count = 0;
    if (own->moved_keys != NULL && weir_builder_rows(own->moved_keys) > 0) {
        struct weir_table keys;
        weir_builder_finish(own->moved_keys, &keys);
        weir_table_finish(&keys);
    }
}
