/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's end of a loop. Everything in here is per chunk, but for rows that fail. */
#include "exec/chunk/caller.h"

#include <string.h>

/* What the loop is told of an argument, and what it is shown of a null of no type. */
static void describe_arg(struct weir_caller *caller, uint32_t i, const struct weir_expr *expr)
{
    struct weir_arena *arena = &caller->lasting;
    const struct weir_type_field *in = &expr->op->in[i];
    const struct weir_type *type = expr->args[i]->type;
    struct ArrowSchema *schema = weir_arena_alloc(arena, sizeof *schema);
    if (type->kind == WEIR_TYPE_NULL && in->type != NULL) {
        struct weir_heaps none = {0}; /* a null has no text */
        struct weir_value null = {.type = in->type, .is_null = true};
        type = in->type;
        weir_column_const(arena, &null, &none, &caller->nulls[i]);
    }
    if (type->kind == WEIR_TYPE_LIST) {
        struct weir_type_field item = {"item", type->item};
        caller->items[i] = weir_type_struct(arena, &item, 1);
    }
    weir_type_export(arena, in->name, type, schema);
    caller->schemas[i] = schema;
    caller->cols[i] = &caller->arrays[i];
}

int weir_caller_open(struct weir_caller *caller,
                     const struct weir_expr *expr,
                     struct weir_error *err)
{
    WEIR_ASSERT(expr->arg_count <= WEIR_PARAMETERS_MAX);
    memset(caller, 0, sizeof *caller);
    weir_arena_init(&caller->arena);
    weir_arena_init(&caller->lasting);
    caller->arg_count = expr->arg_count;
    caller->sees_nulls = (expr->op->flags & WEIR_NULLABLE) != 0;
    caller->chunk.size = sizeof caller->chunk;
    caller->chunk.cols = caller->cols;
    caller->chunk.schemas = caller->schemas;
    caller->out.size = sizeof caller->out;
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        describe_arg(caller, i, expr);
    }
    return weir_call_open(&caller->call, expr->op, expr->params, err);
}

void weir_caller_close(struct weir_caller *caller)
{
    weir_call_close(&caller->call);
    weir_arena_finish(&caller->arena);
    weir_arena_finish(&caller->lasting);
    weir_free(caller->valid_room);
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

/* Of a list in a block: the items of these rows alone, for a loop may unpack all that there are. */
static const struct weir_column *near_items(struct weir_caller *caller,
                                            const struct weir_column *list,
                                            const struct weir_type *schema,
                                            uint32_t rows)
{
    const int32_t *offsets = list->data;
    if (list->is_const || (offsets[0] < 8 && offsets[rows] == list->child_rows)) {
        return list;
    }
    struct weir_arena *arena = &caller->arena;
    uint32_t first = (uint32_t)offsets[0] & ~7U;
    struct weir_column *near = weir_arena_alloc(arena, sizeof *near);
    struct weir_column *child =
        weir_arena_alloc(arena, weir_type_column_count(schema) * sizeof *child);
    int32_t *moved = weir_arena_alloc(arena, ((size_t)rows + 1) * sizeof *moved);
    struct weir_rows all = {
        .schema = schema, .rows = (uint32_t)list->child_rows, .columns = list->children};
    struct weir_rows slice;
    weir_rows_slice(&all, first, (uint32_t)offsets[rows] - first, child, &slice);
    for (uint32_t r = 0; r <= rows; r++) {
        moved[r] = offsets[r] - (int32_t)first;
    }
    *near = *list;
    near->data = moved;
    near->children = child;
    near->child_rows = moved[rows];
    return near;
}

static const struct weir_column *shown_column(struct weir_caller *caller,
                                              uint32_t i,
                                              const struct weir_column *column,
                                              uint32_t rows)
{
    if (column->type->kind == WEIR_TYPE_NULL && caller->nulls[i].type != NULL) {
        return &caller->nulls[i];
    }
    return column->type->kind == WEIR_TYPE_LIST ? near_items(caller, column, caller->items[i], rows)
                                                : column;
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
        const struct weir_column *column = shown_column(caller, i, columns[i], rows);
        constants |= (uint32_t)column->is_const << i;
        weir_column_export(column, rows, heaps, &caller->arena, &caller->arrays[i],
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
    weir_caller_out(caller)->rows = weir_caller_out(caller)->row_start = 0;
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
    int outcome = call->op->exported->loop(&call->task, &caller->chunk, weir_caller_out(caller));
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

static void release_moved(struct weir_caller *caller)
{
    if (caller->moved.release != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, &caller->call, "release of an array");
        caller->moved.release(&caller->moved);
        weir_call_leave(&frame);
        caller->moved.release = NULL;
    }
}

/* A call failed. An emitter has taken its rows back: what it made null there is not. */
static void take_back(struct weir_caller *caller)
{
    struct weir_out *out = weir_caller_out(caller);
    release_moved(caller);
    if (caller->lent != NULL) {
        weir_lent_cut(caller->lent);
    } else if (caller->call.op->kind == WEIR_KIND_EMITTER) {
        for (uint32_t c = 0; c < out->column_count; c++) {
            if (out->valid[c] != NULL) {
                memset(out->valid[c] + out->rows, 1, out->cap - out->rows);
            }
        }
    }
}

int weir_caller_failed(const struct weir_caller *caller, struct weir_exec_task *task, int outcome)
{
    task->may_retry = outcome == WEIR_RETRY;
    return weir_call_failed(&caller->call, outcome, task->err);
}

int weir_caller_take_moved(struct weir_caller *caller,
                           const struct weir_type *type,
                           uint32_t rows,
                           struct weir_step_heaps *heaps,
                           struct weir_arena *arena,
                           struct weir_column *column)
{
    struct weir_call_frame frame = {0}; /* its memory is the plugin's, and may not be there */
    weir_call_enter(&frame, &caller->call, "array that it moved");
    int outcome =
        weir_moved_take(&caller->moved, &caller->call.task, type, rows, heaps, arena, column);
    weir_call_leave(&frame);
    return outcome;
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
    release_moved(caller); /* of a call that failed, on constants */
    while (left.count > 0 && (outcome = weir_caller_try(caller, left)) != WEIR_OK) {
        take_back(caller);
        if (caller->stopped != WEIR_OK) {
            return caller->stopped;
        }
        uint32_t place = place_of(scope, done, call->task.row);
        if (place == scope.count) { /* of no row: of the chunk as a whole, or the plugin's error */
            outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
            place = done;
        }
        uint32_t row = scope.sel != NULL ? scope.sel[place] : place;
        if (outcome == WEIR_BAD_RECORD && caller->stops_on_bad) {
            outcome = WEIR_FATAL;
        }
        WEIR_TRY(weir_exec_bad_row(task, call, outcome, in, row));
        dead->is_dead[row] = 1;
        dead->count++;
        call->outcome = WEIR_OK;
        done = place + 1;
        left.sel = (scope.sel != NULL ? scope.sel : weir_positions) + done;
        left.count = scope.count - done;
    }
    if (caller->moved.release != NULL && done > 0) { /* of the rows before there is nothing */
        release_moved(caller);
        outcome = call->task.host->fail(&call->task, WEIR_FATAL,
                                        "moves a whole array, but has failed on a record of it: "
                                        "write cells where records may fail");
        return weir_caller_failed(caller, task, outcome);
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
