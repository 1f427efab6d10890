/* SPDX-License-Identifier: Apache-2.0 */
/* update_state_by_key: rows are kept until all are there, then put in order of their keys, so that
 * an update sees one key's values as lists; first the keys with input, in order of appearance, then
 * all others. What is a state afterwards goes on, key by key. */
#include "state/step/update.h"

#include <string.h>

static int update_push(struct weir_state_head *head,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    struct weir_update *own = (struct weir_update *)head;
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    if (task->side == 1) {
        return weir_state_head_read_initial(head, task, rows);
    }
    struct weir_rows counted = weir_state_args_of(&own->args, rows, sel);
    uint32_t count = weir_rows_count(&counted);
    if (count == 0) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_state_head_find(head, task, &counted));
    if (own->row_count > UINT32_MAX / 2 - count) {
        return weir_error_set(task->err, WEIR_ELIMIT,
                              "partition %u of batch %lld ms has more than 2^31 rows for %s: give "
                              "it more partitions",
                              task->partition, (long long)(task->batch_us / 1000),
                              own->args.op->canonical);
    }
    while (own->row_count + count > own->row_capacity) {
        own->row_capacity = own->row_capacity == 0 ? 4096 : own->row_capacity * 2;
        own->row_slots = weir_realloc(own->row_slots, own->row_capacity * sizeof *own->row_slots);
    }
    memcpy(own->row_slots + own->row_count, head->slots, count * sizeof *head->slots);
    own->row_count += count;
    counted.schema = own->value_schema;
    counted.columns = own->args.columns + own->args.key_count;
    weir_builder_add(own->builder, &counted);
    return WEIR_OK;
}

/* ---- values in order of slots ---- */

/* own->starts[s] = the first row of slot s, in the order that `order` gives; by counting. */
static uint32_t *order_rows(struct weir_update *own, uint32_t slot_count)
{
    uint32_t *order = weir_alloc((own->row_count + 1) * sizeof *order);
    own->starts = weir_alloc((slot_count + 2) * sizeof *own->starts);
    uint32_t *next = own->starts + 1;
    for (uint32_t i = 0; i < own->row_count; i++) {
        next[own->row_slots[i]]++;
    }
    uint32_t sum = 0;
    for (uint32_t s = 0; s < slot_count; s++) {
        uint32_t rows = next[s];
        next[s] = sum;
        sum += rows;
    }
    for (uint32_t i = 0; i < own->row_count; i++) {
        order[next[own->row_slots[i]]++] = i;
    }
    return order; /* next[s] is where slot s ends: starts[s + 1] */
}

static void gather_values(struct weir_update *own, uint32_t slot_count)
{
    struct weir_table arrived;
    uint32_t *order = order_rows(own, slot_count);
    weir_builder_finish(own->builder, &arrived);
    weir_builder_gather(own->builder, &arrived.all, order, own->row_count);
    weir_builder_finish(own->builder, &own->values);
    own->has_values = true;
    weir_table_finish(&arrived);
    weir_free(order);
    own->values_chunk = weir_state_chunk(&own->arena, own->values.columns,
                                         own->value_schema->field_count, &own->values.all);
}

/* ---- calls ---- */

static int call_update(struct weir_update *own,
                       struct weir_exec_task *task,
                       uint32_t first_slot,
                       uint32_t count,
                       const uint32_t *first)
{
    struct weir_state_table *table = own->head.table;
    struct weir_call *call = &own->call;
    uint8_t is_new[WEIR_CHUNK_ROWS_MAX];
    uint8_t answers[WEIR_CHUNK_ROWS_MAX];
    struct weir_column columns[2];
    struct weir_rows keys = {.schema = own->key_schema, .rows = count, .columns = columns};
    weir_update_views(own, first_slot, count);
    weir_state_rows_keys(&own->head.rows, own->views, count, columns, &keys.heaps);
    columns[1] = columns[0];
    own->args.count = own->args.key_count;
    (void)weir_state_args_of(&own->args, &keys, own->sel);
    own->args.count = own->args.op->in_count;
    for (uint32_t i = 0; i < count; i++) {
        is_new[i] = !table->exists[first_slot + i];
    }
    weir_arena_reset(&own->call_arena);
    struct weir_update_call update = {.size = sizeof update,
                                      .count = count,
                                      .values = own->values_chunk,
                                      .first = first,
                                      .states = table->states + first_slot,
                                      .is_new = is_new,
                                      .answers = answers,
                                      .slab = &table->slab.slab};
    update.keys = weir_state_chunk(&own->call_arena, own->args.columns, own->args.key_count, &keys);
    weir_update_lend_moves(own, &update, keys.heaps);
    struct weir_call_frame frame = {.rows = &keys, .count = count};
    weir_call_enter(&frame, call, "update");
    int outcome = call->op->update->update(&call->task, &update);
    weir_call_leave(&frame);
    weir_arena_reset(&call->arena);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (outcome != WEIR_OK) {
        return weir_state_failed(task, call, outcome, &keys);
    }
    for (uint32_t i = 0; i < count; i++) {
        table->exists[first_slot + i] = answers[i] == WEIR_KEEP;
        table->touched[first_slot + i] = 1;
    }
    weir_state_slab_settle(&table->slab);
    return own->moves ? weir_update_keep_moves(own, task) : WEIR_OK;
}

void weir_update_views(struct weir_update *own, uint32_t first_slot, uint32_t count)
{
    const struct weir_state_table *table = own->head.table;
    for (uint32_t i = 0; i < count; i++) {
        const struct weir_state_entry *entry = weir_state_table_at(table, first_slot + i);
        own->views[i] = weir_state_table_view(table, entry);
    }
}

static int give(struct weir_update *own,
                struct weir_exec_task *task,
                uint32_t first_slot,
                uint32_t count)
{
    uint32_t made = weir_state_head_views(&own->head, first_slot, count, own->views);
    return weir_state_head_give(&own->head, task, own->views, made);
}

/* Calls for slots [first, first + count), and what they are now goes on, unless keys may move. */
static int work(struct weir_update *own,
                struct weir_exec_task *task,
                uint32_t first_slot,
                uint32_t count,
                const uint32_t *first)
{
    WEIR_TRY(call_update(own, task, first_slot, count, first));
    return own->moves ? WEIR_OK : give(own, task, first_slot, count);
}

static int update_all(struct weir_update *own, struct weir_exec_task *task)
{
    struct weir_state_table *table = own->head.table;
    uint32_t numbers[WEIR_CHUNK_ROWS_MAX];
    uint32_t none[WEIR_CHUNK_ROWS_MAX + 1];
    uint32_t with_input = table->touched_count;
    gather_values(own, with_input);
    for (uint32_t slot = 0; slot < with_input; slot += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = with_input - slot;
        WEIR_TRY(work(own, task, slot, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX,
                      own->starts + slot));
    }
    for (uint32_t i = 0; i <= WEIR_CHUNK_ROWS_MAX; i++) {
        none[i] = own->row_count;
    }
    uint32_t at = 0;
    uint32_t count;
    while ((count = weir_state_table_untouched(table, &at, numbers, WEIR_CHUNK_ROWS_MAX)) > 0) {
        uint32_t slot = table->touched_count;
        for (uint32_t i = 0; i < count; i++) {
            (void)weir_state_table_touch(table, numbers[i]);
        }
        WEIR_TRY(work(own, task, slot, count, none));
    }
    return WEIR_OK;
}

static int update_finish(struct weir_state_head *head, struct weir_exec_task *task)
{
    struct weir_update *own = (struct weir_update *)head;
    weir_call_begin(&own->call, task->batch_us, task->partition, task->seed);
    WEIR_TRY(update_all(own, task));
    if (own->moves) {
        WEIR_TRY(weir_update_place_moves(own, task));
        uint32_t all = head->table->touched_count;
        for (uint32_t slot = 0; slot < all; slot += WEIR_CHUNK_ROWS_MAX) {
            uint32_t left = all - slot;
            WEIR_TRY(
                give(own, task, slot, left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX));
        }
    }
    weir_state_table_settle(head->table, false);
    return WEIR_OK;
}

static void update_reset(struct weir_state_head *head)
{
    struct weir_update *own = (struct weir_update *)head;
    if (weir_builder_rows(own->builder) > 0) {
        struct weir_table arrived;
        weir_builder_finish(own->builder, &arrived);
        weir_table_finish(&arrived);
    }
    if (own->has_values) {
        weir_table_finish(&own->values);
        own->has_values = false;
    }
    weir_free(own->starts);
    own->starts = NULL;
    own->row_count = 0;
    weir_arena_reset(&own->arena);
    weir_step_heaps_end(&own->heaps);
    weir_update_forget_moves(own);
}

static void update_destroy(struct weir_state_head *head)
{
    struct weir_update *own = (struct weir_update *)head;
    update_reset(head);
    weir_call_close(&own->call);
    weir_lent_finish(&own->moved);
    weir_step_heaps_finish(&own->heaps);
    weir_builder_destroy(own->builder);
    weir_builder_destroy(own->moved_keys);
    weir_free(own->row_slots);
    weir_free(own->moved_states);
    weir_arena_finish(&own->arena);
    weir_arena_finish(&own->call_arena);
    weir_state_head_finish(head);
    weir_free(own);
}

static const struct weir_state_verb update_verb = {update_push, update_finish, update_reset,
                                                   update_destroy};

int weir_update_create(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_step *next,
                       struct weir_state_head **head,
                       struct weir_error *err)
{
    const struct weir_type *in = graph->nodes[node->inputs[0]].schema;
    const struct weir_operator *op = node->op;
    struct weir_update *own = weir_alloc(sizeof *own);
    weir_arena_init(&own->arena);
    weir_arena_init(&own->call_arena);
    weir_state_head_init(&own->head, &update_verb, graph, node, hash_seed, next);
    own->args = (struct weir_state_args){
        .op = op, .members = node->members, .count = op->in_count, .key_count = op->key_count};
    weir_update_set_types(own, in);
    own->builder = weir_builder_create(own->value_schema, false);
    int status = own->moves ? weir_update_open_moves(own, err) : WEIR_OK;
    status = status != WEIR_OK ? status : weir_call_open(&own->call, op, node->params, err);
    if (status != WEIR_OK) {
        update_destroy(&own->head);
        return status;
    }
    *head = &own->head;
    return WEIR_OK;
}
