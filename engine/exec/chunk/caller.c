/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's end of a loop. Everything in here is per chunk, but for rows that fail. */
#include "exec/chunk/caller.h"

#include <string.h>

int weir_caller_open(struct weir_caller *caller,
                     const struct weir_expr *expr,
                     struct weir_error *err)
{
    WEIR_ASSERT(expr->arg_count <= WEIR_PARAMETERS_MAX);
    memset(caller, 0, sizeof *caller);
    weir_arena_init(&caller->arena);
    caller->arg_count = expr->arg_count;
    caller->chunk.size = sizeof caller->chunk;
    caller->chunk.cols = caller->cols;
    caller->out.size = sizeof caller->out;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        caller->cols[i] = &caller->arrays[i];
    }
    return weir_call_open(&caller->call, expr->op, expr->params, err);
}

void weir_caller_close(struct weir_caller *caller)
{
    weir_call_close(&caller->call);
    weir_arena_finish(&caller->arena);
    weir_free(caller->pointers);
    weir_free(caller->lengths);
    memset(caller, 0, sizeof *caller);
}

void weir_caller_begin(struct weir_caller *caller, const struct weir_exec_task *task)
{
    caller->stopped = WEIR_OK;
    weir_call_begin(&caller->call, task->batch_us, task->partition, task->seed);
}

static void reserve_pointers(struct weir_caller *caller, const struct weir_heaps *heaps)
{
    uint32_t needed = (heaps == NULL ? 0 : heaps->count) + 3;
    if (needed > caller->pointer_count) {
        uint32_t count = needed * 2;
        caller->pointers = weir_realloc(caller->pointers, (size_t)count * WEIR_PARAMETERS_MAX *
                                                              sizeof *caller->pointers);
        caller->lengths = weir_realloc(caller->lengths, count * sizeof *caller->lengths);
        caller->pointer_count = count;
    }
}

void weir_caller_show(struct weir_caller *caller,
                      const struct weir_column *const *columns,
                      uint32_t rows,
                      const struct weir_heaps *heaps)
{
    uint32_t constants = 0;
    reserve_pointers(caller, heaps);
    if (caller->arena.used_bytes > 0) {
        weir_arena_reset(&caller->arena);
    }
    for (uint32_t i = 0; i < caller->arg_count; i++) {
        constants |= (uint32_t)columns[i]->is_const << i;
        weir_column_export(columns[i], rows, heaps, &caller->arena, &caller->arrays[i],
                           caller->pointers + (size_t)i * caller->pointer_count, caller->lengths);
    }
    caller->chunk.rows = rows;
    caller->chunk.const_mask = constants;
}

static void try_again(const struct weir_call_frame *frame, uint32_t first, uint32_t count)
{
    struct weir_caller *caller = frame->owner;
    const uint16_t *sel = frame->sel != NULL ? frame->sel : weir_positions;
    caller->is_rehearsal = true;
    caller->call.outcome = WEIR_OK;
    caller->out.rows = caller->out.row_start = 0;
    (void)weir_caller_try(caller, (struct weir_scope){sel + first, count});
}

int weir_caller_try(struct weir_caller *caller, struct weir_scope scope)
{
    struct weir_call *call = &caller->call;
    struct weir_call_frame frame = {.rows = caller->rows,
                                    .sel = scope.sel,
                                    .count = scope.count,
                                    .again = try_again,
                                    .owner = caller};
    caller->chunk.sel = scope.sel;
    caller->chunk.sel_count = scope.count;
    weir_call_enter(&frame, call, "loop");
    int outcome = call->op->exported->loop(&call->task, &caller->chunk, &caller->out);
    weir_call_leave(&frame);
    if (call->arena.used_bytes > 0) {
        weir_arena_reset(&call->arena);
    }
    return outcome != WEIR_OK ? outcome : call->outcome;
}

/* The place of a row in a scope, from `from` on, or scope.count. */
static uint32_t place_of(struct weir_scope scope, uint32_t from, uint32_t row)
{
    if (scope.sel == NULL) {
        return row >= from && row < scope.count ? row : scope.count;
    }
    uint32_t end = scope.count;
    while (from < end) {
        uint32_t middle = from + (end - from) / 2;
        if (scope.sel[middle] < row) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    return from < scope.count && scope.sel[from] == row ? from : scope.count;
}

static int run(struct weir_caller *caller,
               struct weir_exec_task *task,
               const struct weir_rows *in,
               struct weir_scope scope,
               struct weir_dead *dead)
{
    struct weir_call *call = &caller->call;
    struct weir_scope left = scope;
    uint32_t done = 0;
    int outcome;
    while (left.count > 0 && (outcome = weir_caller_try(caller, left)) != WEIR_OK) {
        if (caller->stopped != WEIR_OK) {
            return caller->stopped;
        }
        uint32_t place = place_of(scope, done, call->task.row);
        if (place == scope.count) { /* of no row: of the chunk as a whole, or the plugin's error */
            outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
            place = done;
        }
        uint32_t row = scope.sel != NULL ? scope.sel[place] : place;
        WEIR_TRY(weir_exec_bad_row(task, call, outcome, in, row));
        dead->is_dead[row] = 1;
        dead->count++;
        call->outcome = WEIR_OK;
        done = place + 1;
        left.sel = (scope.sel != NULL ? scope.sel : weir_positions) + done;
        left.count = scope.count - done;
    }
    return WEIR_OK;
}

int weir_caller_run(struct weir_caller *caller,
                    struct weir_exec_task *task,
                    const struct weir_rows *in,
                    struct weir_scope scope,
                    struct weir_dead *dead)
{
    caller->rows = in;
    int status = run(caller, task, in, scope, dead);
    caller->rows = NULL;
    return status;
}
