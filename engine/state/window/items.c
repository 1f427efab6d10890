/* SPDX-License-Identifier: Apache-2.0 */
/* See items.h. A state that was touched cannot be as it was, so any failure ends the task, and the
 * table is undone. */
#include "state/window/items.h"

int weir_window_item_open(struct weir_window_item *item,
                          const struct weir_expr *call,
                          uint32_t offset,
                          uint32_t first_arg,
                          struct weir_step_heaps *heaps,
                          struct weir_error *err)
{
    item->ops = call->op->aggregate;
    item->offset = offset;
    item->first_arg = first_arg;
    item->arg_count = call->arg_count;
    item->sees_nulls = (call->op->flags & WEIR_NULLABLE) != 0;
    item->result_field = (struct weir_type_field){"result", call->type};
    item->result_schema = (struct weir_type){
        .kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &item->result_field};
    weir_lent_init_result(&item->result, &item->result_schema, heaps);
    return weir_call_open(&item->call, call->op, call->params, err);
}

void weir_window_item_close(struct weir_window_item *item)
{
    weir_call_close(&item->call);
    weir_lent_finish(&item->result);
}

static void enter(struct weir_window_item *item,
                  const struct weir_exec_task *task,
                  struct weir_call_frame *frame,
                  const char *part)
{
    if (!item->is_begun) {
        weir_call_begin(&item->call, task->batch_us, task->partition, task->seed);
        item->is_begun = true;
    }
    weir_call_enter(frame, &item->call, part);
}

/* rows: for the message; NULL: what failed is no row. */
static int leave(struct weir_window_item *item,
                 struct weir_window_items *with,
                 struct weir_exec_task *task,
                 const struct weir_call_frame *frame,
                 const struct weir_rows *rows,
                 int outcome)
{
    struct weir_call *call = &item->call;
    weir_call_leave(frame);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (outcome == WEIR_OK) {
        weir_arena_reset(&call->arena);
        weir_state_slab_settle(&with->table->slab);
        return WEIR_OK;
    }
    if (rows != NULL) {
        return weir_state_failed(task, call, outcome, rows);
    }
    task->may_retry = outcome == WEIR_RETRY;
    int status =
        weir_call_failed(call, outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome, task->err);
    call->outcome = WEIR_OK;
    return status;
}

int weir_window_item_create(struct weir_window_item *item,
                            struct weir_window_items *with,
                            struct weir_exec_task *task,
                            const uint32_t *slots,
                            uint32_t count)
{
    if (item->ops->create == NULL || count == 0) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < count; i++) {
        with->states[i] = (uint8_t *)with->table->states[slots[i]] + item->offset;
    }
    struct weir_call_frame frame = {0};
    enter(item, task, &frame, "create");
    int outcome = item->ops->create(&item->call.task, &with->table->slab.slab, with->states, count);
    return leave(item, with, task, &frame, NULL, outcome);
}

static bool counts(const struct weir_window_item *item,
                   const struct weir_column *columns,
                   uint32_t row)
{
    for (uint32_t i = 0; !item->sees_nulls && i < item->arg_count; i++) {
        if (weir_column_is_null(&columns[i], row)) {
            return false;
        }
    }
    return true;
}

int weir_window_item_change(struct weir_window_item *item,
                            struct weir_window_items *with,
                            struct weir_exec_task *task,
                            const struct weir_rows *rows,
                            const uint32_t *slots,
                            bool is_leaving)
{
    const struct weir_column *columns = &rows->columns[item->first_arg];
    struct weir_rows shown = *rows;
    uint32_t count = weir_rows_count(rows);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint16_t row = (uint16_t)(rows->sel != NULL ? rows->sel[i] : i);
        with->sel[kept] = row;
        with->states[kept] = (uint8_t *)with->table->states[slots[i]] + item->offset;
        kept += counts(item, columns, row);
    }
    if (kept == 0) {
        return WEIR_OK;
    }
    if (kept < rows->rows) {
        shown.sel = with->sel;
        shown.sel_count = kept;
    }
    weir_arena_reset(&with->arena);
    const struct weir_chunk *chunk =
        weir_state_chunk(&with->arena, columns, item->arg_count, &shown);
    struct weir_call_frame frame = {.rows = &shown, .sel = shown.sel, .count = kept};
    struct weir_slab *slab = &with->table->slab.slab;
    enter(item, task, &frame, is_leaving ? "remove" : "add");
    int outcome = (is_leaving ? item->ops->remove : item->ops->add)(&item->call.task, slab, chunk,
                                                                    with->states);
    return leave(item, with, task, &frame, &shown, outcome);
}

int weir_window_item_results(struct weir_window_item *item,
                             struct weir_window_items *with,
                             struct weir_exec_task *task,
                             const struct weir_state_view *views,
                             uint32_t count,
                             struct weir_column *column)
{
    for (uint32_t i = 0; i < count; i++) {
        with->states[i] = (uint8_t *)(uintptr_t)views[i].state + item->offset;
    }
    const void *const *states = (const void *const *)with->states;
    struct weir_call_frame frame = {0};
    weir_lent_begin(&item->result);
    enter(item, task, &frame, "result");
    int outcome = item->ops->result(&item->call.task, states, count, &item->result.out);
    outcome = outcome != WEIR_OK ? outcome : item->call.outcome;
    if (outcome == WEIR_OK) {
        outcome = weir_lent_take(&item->result, &item->call.task, 0, count, NULL, column);
    }
    return leave(item, with, task, &frame, NULL, outcome);
}
