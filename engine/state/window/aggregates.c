/* SPDX-License-Identifier: Apache-2.0 */
/* A window of aggregates that is kept as a state: of each key, how many rows are in it and every
 * aggregate's state. Panes hold rows {key fields, arguments}: those that enter are added, those
 * that leave taken out; a key without rows is gone. */
#include "state/window/items.h"

#include <string.h>

struct aggregates {
    struct weir_state_head head; /* first */
    struct weir_window_items with;
    struct weir_window_item *items; /* one for each of the node's */
    uint32_t item_count;            /* that are open */
    struct weir_column *columns;    /* out */
    uint32_t fresh[WEIR_CHUNK_ROWS_MAX];
    struct weir_state_view views[WEIR_CHUNK_ROWS_MAX];
};

/* The first field of a state: see weir_window_state. */
static int64_t *rows_of(const struct weir_state_table *table, uint32_t slot)
{
    return table->states[slot];
}

/* Rows enter: keys that are new get empty states. */
static int enter(struct aggregates *own, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct weir_state_table *table = own->head.table;
    const uint32_t *slots = own->head.slots;
    uint32_t count = weir_rows_count(rows);
    uint32_t fresh = 0;
    for (uint32_t i = 0; i < count; i++) {
        own->fresh[fresh] = slots[i];
        fresh += table->exists[slots[i]] == 0;
        table->exists[slots[i]] = table->touched[slots[i]] = 1;
    }
    for (uint32_t i = 0; i < fresh; i++) {
        memset(table->states[own->fresh[i]], 0, table->layout.def->bytes);
    }
    for (uint32_t i = 0; i < count; i++) {
        ++*rows_of(table, slots[i]);
    }
    for (uint32_t c = 0; c < own->item_count; c++) {
        WEIR_TRY(weir_window_item_create(&own->items[c], &own->with, task, own->fresh, fresh));
        WEIR_TRY(weir_window_item_change(&own->items[c], &own->with, task, rows, slots, false));
    }
    return WEIR_OK;
}

/* Rows leave: what is left of a key without rows, rounding say, goes with it. */
static int leave(struct aggregates *own, struct weir_exec_task *task, const struct weir_rows *rows)
{
    struct weir_state_table *table = own->head.table;
    const uint32_t *slots = own->head.slots;
    uint32_t count = weir_rows_count(rows);
    for (uint32_t i = 0; i < count; i++) {
        if (table->exists[slots[i]] == 0 || --*rows_of(table, slots[i]) < 0) {
            return weir_error_set(task->err, WEIR_EBUG,
                                  "aggregate: more rows leave the window of batch %lld ms, "
                                  "partition %u, than have entered it: its state is not that of "
                                  "the window before",
                                  (long long)(task->batch_us / 1000), task->partition);
        }
    }
    for (uint32_t c = 0; c < own->item_count; c++) {
        WEIR_TRY(weir_window_item_change(&own->items[c], &own->with, task, rows, slots, true));
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t slot = slots[i];
        table->touched[slot] = 1;
        if (table->exists[slot] != 0 && *rows_of(table, slot) == 0) {
            weir_state_clear(&table->layout, &table->slab, table->states[slot]);
            table->exists[slot] = 0;
        }
    }
    return WEIR_OK;
}

static int aggregates_push(struct weir_state_head *head,
                           struct weir_exec_task *task,
                           const struct weir_rows *rows)
{
    struct aggregates *own = (struct aggregates *)head;
    own->with.table = head->table;
    WEIR_TRY(weir_state_head_find(head, task, rows));
    return task->side == 0 ? enter(own, task, rows) : leave(own, task, rows);
}

/* ---- what comes out ---- */

static int give(struct aggregates *own, struct weir_exec_task *task, uint32_t count)
{
    uint32_t keys = own->head.shape.key_count;
    const struct weir_heaps *heaps;
    if (count == 0 || task->wants_no_more) {
        return WEIR_OK;
    }
    weir_state_rows_keys(&own->head.rows, own->views, count, own->columns, &heaps);
    weir_step_heaps_begin(&own->with.heaps, heaps, NULL);
    for (uint32_t c = 0; c < own->item_count; c++) {
        WEIR_TRY(weir_window_item_results(&own->items[c], &own->with, task, own->views, count,
                                          &own->columns[keys + c]));
    }
    struct weir_rows out = {.schema = own->head.node->schema,
                            .rows = count,
                            .columns = own->columns,
                            .heaps = &own->with.heaps.table};
    return weir_step_push(own->head.step.next, task, &out);
}

static int give_untouched(struct aggregates *own, struct weir_exec_task *task)
{
    struct weir_state_table *table = own->head.table;
    uint32_t numbers[WEIR_CHUNK_ROWS_MAX];
    uint32_t at = 0;
    uint32_t count;
    while ((count = weir_state_table_untouched(table, &at, numbers, WEIR_CHUNK_ROWS_MAX)) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            own->views[i] = weir_state_table_view(table, weir_state_table_entry(table, numbers[i]));
        }
        WEIR_TRY(give(own, task, count));
    }
    return WEIR_OK;
}

static int aggregates_finish(struct weir_state_head *head, struct weir_exec_task *task)
{
    struct aggregates *own = (struct aggregates *)head;
    uint32_t touched = head->table->touched_count;
    own->with.table = head->table;
    for (uint32_t first = 0; first < touched; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = touched - first;
        uint32_t count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        WEIR_TRY(give(own, task, weir_state_head_views(head, first, count, own->views)));
    }
    WEIR_TRY(give_untouched(own, task));
    weir_state_table_settle(head->table, false);
    return WEIR_OK;
}

/* ---- its life ---- */

static void aggregates_reset(struct weir_state_head *head)
{
    struct aggregates *own = (struct aggregates *)head;
    weir_step_heaps_end(&own->with.heaps);
    for (uint32_t c = 0; c < own->item_count; c++) {
        own->items[c].is_begun = false;
    }
}

static void aggregates_destroy(struct weir_state_head *head)
{
    struct aggregates *own = (struct aggregates *)head;
    for (uint32_t c = 0; c < own->item_count; c++) {
        weir_window_item_close(&own->items[c]);
    }
    weir_step_heaps_finish(&own->with.heaps);
    weir_arena_finish(&own->with.arena);
    weir_free(own->with.states);
    weir_free(own->with.sel);
    weir_free(own->items);
    weir_free(own->columns);
    weir_state_head_finish(head);
    weir_free(own);
}

static const struct weir_state_verb aggregates_verb = {aggregates_push, aggregates_finish,
                                                       aggregates_reset, aggregates_destroy};

static int open_items(struct aggregates *own, const struct weir_node *node, struct weir_error *err)
{
    uint32_t argument = node->by_count;
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *call = node->items[i].expr;
        own->item_count = i + 1; /* destroy closes these */
        WEIR_TRY(weir_window_item_open(&own->items[i], call, node->window_state->offsets[i],
                                       argument, &own->with.heaps, err));
        argument += call->arg_count;
    }
    return WEIR_OK;
}

int weir_window_of_aggregates(const struct weir_graph *graph,
                              const struct weir_node *node,
                              uint64_t hash_seed,
                              struct weir_step *next,
                              struct weir_state_head **head,
                              struct weir_error *err)
{
    struct aggregates *own = weir_alloc(sizeof *own);
    weir_state_head_init(&own->head, &aggregates_verb, graph, node, hash_seed, next);
    weir_arena_init(&own->with.arena);
    own->with.states = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->with.states);
    own->with.sel = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->with.sel);
    own->items = weir_alloc(node->item_count * sizeof *own->items);
    own->columns = weir_alloc(node->schema->field_count * sizeof *own->columns);
    int status = open_items(own, node, err);
    if (status != WEIR_OK) {
        aggregates_destroy(&own->head);
        return status;
    }
    *head = &own->head;
    return WEIR_OK;
}
