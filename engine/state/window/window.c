/* SPDX-License-Identifier: Apache-2.0 */
/* A window that is kept as a state: panes that enter are added to the value of their key, panes
 * that leave are taken out of it, and all keys go on. A key that is in no pane any more stays,
 * unless the filter drops it: that is what the reference does. */
#include "state/window/window.h"

#include <string.h>

static int window_push(struct weir_state_head *head,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    struct weir_window *own = (struct weir_window *)head;
    WEIR_TRY(weir_state_head_find(head, task, rows));
    weir_pane_add(own, task, task->side == 0 ? &own->entered : &own->left, rows);
    return WEIR_OK;
}

/* Gives the views of a chunk; slots[i]: of view i. Those that the filter does not keep lose their
 * state. */
static int give(struct weir_window *own,
                struct weir_exec_task *task,
                const uint32_t *slots,
                uint32_t count)
{
    struct weir_rows rows;
    if (count == 0) {
        return WEIR_OK;
    }
    weir_state_rows_make(&own->head.rows, own->views, count, &rows);
    if (own->filter != NULL || own->drops_zero) {
        WEIR_TRY(weir_window_filter(own, task, &rows));
        uint32_t kept = 0;
        for (uint32_t i = 0; i < count; i++) {
            bool stays = kept < own->kept_count && own->kept_sel[kept] == i;
            kept += stays;
            if (!stays) {
                own->head.table->exists[slots[i]] = 0;
                memset(own->head.table->states[slots[i]], 0, own->width);
            }
        }
        if (kept == 0) {
            return WEIR_OK;
        }
        if (kept < count) {
            rows.sel = own->kept_sel;
            rows.sel_count = kept;
        }
    }
    return task->wants_no_more ? WEIR_OK : weir_step_push(own->head.step.next, task, &rows);
}

static int give_touched(struct weir_window *own,
                        struct weir_exec_task *task,
                        uint32_t first,
                        uint32_t count)
{
    struct weir_state_table *table = own->head.table;
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    uint32_t made = 0;
    for (uint32_t slot = first; slot < first + count; slot++) {
        own->views[made] = weir_state_table_view(table, weir_state_table_at(table, slot));
        slots[made] = slot;
        made += table->exists[slot] != 0;
    }
    return give(own, task, slots, made);
}

/* Keys of which nothing came or went. Only a filter may touch them. */
static int give_untouched(struct weir_window *own, struct weir_exec_task *task)
{
    struct weir_state_table *table = own->head.table;
    uint32_t numbers[WEIR_CHUNK_ROWS_MAX];
    uint32_t slots[WEIR_CHUNK_ROWS_MAX];
    uint32_t at = 0;
    uint32_t count;
    while ((count = weir_state_table_untouched(table, &at, numbers, WEIR_CHUNK_ROWS_MAX)) > 0) {
        for (uint32_t i = 0; i < count; i++) {
            own->views[i] = weir_state_table_view(table, weir_state_table_entry(table, numbers[i]));
            slots[i] = own->filter != NULL ? weir_state_table_touch(table, numbers[i]) : 0;
        }
        WEIR_TRY(give(own, task, slots, count));
    }
    return WEIR_OK;
}

static int window_finish(struct weir_state_head *head, struct weir_exec_task *task)
{
    struct weir_window *own = (struct weir_window *)head;
    uint32_t touched = head->table->touched_count;
    for (uint32_t first = 0; first < touched; first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = touched - first;
        uint32_t count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        WEIR_TRY(weir_window_merge(own, task, first, count));
        WEIR_TRY(give_touched(own, task, first, count));
    }
    WEIR_TRY(give_untouched(own, task));
    if (own->filter != NULL) {
        WEIR_TRY(own->filter->finish(own->filter, task));
    }
    weir_state_table_settle(head->table, false);
    return WEIR_OK;
}

static void window_reset(struct weir_state_head *head)
{
    struct weir_window *own = (struct weir_window *)head;
    weir_pane_reset(&own->entered);
    weir_pane_reset(&own->left);
}

static void free_values(struct weir_pane_values *values)
{
    weir_free(values->cells);
    weir_free(values->has);
}

static void window_destroy(struct weir_state_head *head)
{
    struct weir_window *own = (struct weir_window *)head;
    weir_window_close_filter(own);
    free_values(&own->entered);
    free_values(&own->left);
    weir_free(own->values);
    weir_free(own->others);
    weir_free(own->numbers);
    weir_state_head_finish(head);
    weir_free(own);
}

static const struct weir_state_verb window_verb = {window_push, window_finish, window_reset,
                                                   window_destroy};

static int set_reducer(struct weir_window *own,
                       const struct weir_node *node,
                       struct weir_error *err)
{
    own->op = node->op;
    if (node->op == NULL) {
        return WEIR_OK;
    }
    own->inverse_op = node->inverse != NULL ? node->inverse : node->op;
    own->reducer = node->op->reducer;
    own->inverse = node->inverse != NULL ? node->inverse->reducer : node->op->inverse;
    if (own->reducer == NULL || own->inverse == NULL) {
        return weir_error_set(err, WEIR_EUNAVAILABLE,
                              "%s cannot be taken out of a window again: use inverse=none",
                              node->op->canonical);
    }
    return WEIR_OK;
}

int weir_window_create(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_step *next,
                       struct weir_state_head **head,
                       struct weir_error *err)
{
    const struct weir_type *schema = node->schema;
    uint32_t keys = schema->field_count - 1;
    struct weir_window *own = weir_alloc(sizeof *own);
    weir_state_head_init(&own->head, &window_verb, graph, node, hash_seed, next);
    own->type = schema->fields[keys].type;
    own->width = weir_window_value_bytes(own->type);
    own->values = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * own->width);
    own->others = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * own->width);
    own->numbers = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->numbers);
    int status = set_reducer(own, node, err);
    status = status != WEIR_OK ? status : weir_window_open_filter(own, graph, err);
    if (status != WEIR_OK) {
        window_destroy(&own->head);
        return status;
    }
    *head = &own->head;
    return WEIR_OK;
}
