/* SPDX-License-Identifier: Apache-2.0 */
/* Which partition rows go to, by a plugin's word: one call for each chunk. */
#include "exec/chunk/caller.h"
#include "exec/expr/program.h"
#include "exec/step.h"

#include <string.h>

struct weir_partitioner {
    struct weir_program *program;
    uint32_t args[WEIR_PARAMETERS_MAX];
    struct weir_caller caller;
    uint8_t *valid; /* room for strictness */
    uint32_t *by_position;
    bool is_begun;
};

int weir_partitioner_create(const struct weir_expr *call,
                            struct weir_partitioner **created,
                            struct weir_error *err)
{
    struct weir_partitioner *own = weir_alloc(sizeof *own);
    own->program = weir_program_create();
    own->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    own->by_position = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *own->by_position);
    int status = weir_caller_open(&own->caller, call, err);
    for (uint32_t i = 0; i < call->arg_count && status == WEIR_OK; i++) {
        status = weir_program_add(own->program, call->args[i], &own->args[i], err);
    }
    if (status != WEIR_OK) {
        weir_partitioner_destroy(own);
        return status;
    }
    *created = own;
    return WEIR_OK;
}

void weir_partitioner_destroy(struct weir_partitioner *own)
{
    if (own != NULL) {
        weir_caller_close(&own->caller);
        weir_program_destroy(own->program);
        weir_free(own->valid);
        weir_free(own->by_position);
        weir_free(own);
    }
}

void weir_partitioner_end(struct weir_partitioner *own)
{
    weir_program_end(own->program);
    own->caller.call.outcome = WEIR_OK;
    own->is_begun = false;
}

static int call_partition(struct weir_partitioner *own,
                          struct weir_exec_task *task,
                          const struct weir_rows *rows,
                          struct weir_scope scope,
                          uint32_t count)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_caller *caller = &own->caller;
    struct weir_call *call = &caller->call;
    for (uint32_t i = 0; i < caller->arg_count; i++) {
        columns[i] = weir_program_column(own->program, own->args[i]);
    }
    weir_caller_show(caller, columns, rows->rows, weir_program_heaps(own->program));
    caller->chunk.sel = scope.sel;
    caller->chunk.sel_count = scope.count;
    struct weir_call_frame frame = {.rows = rows, .sel = scope.sel, .count = scope.count};
    weir_call_enter(&frame, call, "partition");
    int outcome =
        call->op->partitioner->partition(&call->task, &caller->chunk, count, own->by_position);
    weir_call_leave(&frame);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (call->arena.used_bytes > 0) {
        weir_arena_reset(&call->arena);
    }
    if (outcome == WEIR_OK) {
        return WEIR_OK;
    }
    task->may_retry = outcome == WEIR_RETRY;
    outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome; /* a key belongs somewhere */
    return weir_exec_bad_row(task, call, outcome, rows,
                             call->task.row < rows->rows ? call->task.row : 0);
}

/* What the plugin answered may be anything. */
static int check(const struct weir_partitioner *own,
                 const struct weir_exec_task *task,
                 struct weir_scope scope,
                 uint32_t count)
{
    for (uint32_t k = 0; k < scope.count; k++) {
        uint32_t answer = own->by_position[scope.sel != NULL ? scope.sel[k] : k];
        if (answer >= count) {
            return weir_error_set(
                task->err, WEIR_EJOB,
                "%s answers partition %u, of %u partitions there are: 0 to %u are "
                "possible",
                own->caller.call.op->canonical, answer, count, count - 1);
        }
    }
    return WEIR_OK;
}

int weir_partitioner_run(struct weir_partitioner *own,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows,
                         uint32_t count,
                         uint32_t *partitions)
{
    const uint8_t *valid;
    if (!own->is_begun) {
        weir_caller_begin(&own->caller, task);
        own->is_begun = true;
    }
    WEIR_TRY(weir_program_run(own->program, task, rows));
    struct weir_scope scope = weir_program_alive(own->program);
    if (scope.count != weir_rows_count(rows)) {
        return weir_error_set(
            task->err, WEIR_EJOB,
            "the partitioner %s has no argument for some keys, which belong to no "
            "partition then",
            own->caller.call.op->canonical);
    }
    memset(own->by_position, 0, rows->rows * sizeof *own->by_position); /* null: the first one */
    bool is_shown =
        scope.count > 0 && (own->caller.sees_nulls ||
                            weir_program_strict(own->program, own->args, own->caller.arg_count,
                                                own->valid, &valid, &scope));
    if (is_shown) {
        WEIR_TRY(call_partition(own, task, rows, scope, count));
        WEIR_TRY(check(own, task, scope, count));
    }
    uint32_t all = weir_rows_count(rows);
    for (uint32_t i = 0; i < all; i++) {
        partitions[i] = own->by_position[rows->sel != NULL ? rows->sel[i] : i];
    }
    return WEIR_OK;
}
