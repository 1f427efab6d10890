/* SPDX-License-Identifier: Apache-2.0 */
/* map_partitions: all rows of a partition through one function, which may keep a state on the way
 * and speak up at the end. What it appends goes on in chunks. */
#include "exec/chunk/caller.h"
#include "exec/expr/program.h"
#include "exec/step.h"

#include <string.h>

struct weir_partition {
    struct weir_step step;
    struct weir_program *program; /* the function's arguments */
    uint32_t args[WEIR_PARAMETERS_MAX];
    uint8_t *valid; /* room for strictness */
    struct weir_caller caller;
    const struct weir_partition_ops *ops;
    const struct weir_type *out;
    struct weir_state_slab slab;
    void *state; /* of the partition; NULL: it has none */
    struct weir_step_heaps heaps;
    struct weir_lent lent;
    struct weir_column *columns;
    struct weir_exec_task *task;
    bool is_begun;
};

static struct weir_partition *of(struct weir_step *step)
{
    return (struct weir_partition *)(void *)step;
}

/* ---- rows on their way out ---- */

static int give(struct weir_partition *own, uint32_t count)
{
    for (uint32_t first = 0; first < count && !own->task->wants_no_more;
         first += WEIR_CHUNK_ROWS_MAX) {
        uint32_t left = count - first;
        uint32_t rows = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        int outcome =
            weir_lent_take(&own->lent, &own->caller.call.task, first, rows, NULL, own->columns);
        if (outcome != WEIR_OK) {
            return weir_call_failed(&own->caller.call, outcome, own->task->err);
        }
        struct weir_rows out = {
            .schema = own->out, .rows = rows, .columns = own->columns, .heaps = &own->heaps.table};
        WEIR_TRY(weir_step_push(own->step.next, own->task, &out));
    }
    return WEIR_OK;
}

/* The lent columns are full in the middle of a call: rows go on, the memory is used again. */
static int lent_full(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_partition *own = lent->owner;
    struct weir_call_frame frame;
    (void)task;
    weir_call_enter_engine(&frame);
    int status = give(own, lent->out.rows);
    weir_call_leave(&frame);
    if (status != WEIR_OK) {
        own->caller.stopped = status;
        return WEIR_FATAL;
    }
    weir_lent_drop(lent, lent->out.rows);
    return WEIR_OK;
}

/* ---- calls ---- */

static void begin(struct weir_partition *own, struct weir_exec_task *task)
{
    own->task = task;
    if (!own->is_begun) {
        weir_caller_begin(&own->caller, task);
        own->caller.stopped = WEIR_OK;
        own->is_begun = true;
        if (own->state != NULL) {
            memset(own->state, 0, own->caller.call.op->state->bytes);
        }
    }
}

/* rows: NULL at the end of the partition. */
static int settle(struct weir_partition *own, const struct weir_rows *rows, int outcome)
{
    struct weir_call *call = &own->caller.call;
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (own->caller.stopped != WEIR_OK) {
        return own->caller.stopped;
    }
    if (outcome != WEIR_OK) {
        /* the state was touched: the record alone cannot be let go */
        outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
        own->task->may_retry = outcome == WEIR_RETRY;
        return rows == NULL ? weir_call_failed(call, outcome, own->task->err)
                            : weir_exec_bad_row(own->task, call, outcome, rows,
                                                call->task.row < rows->rows ? call->task.row : 0);
    }
    if (call->arena.used_bytes > 0) {
        weir_arena_reset(&call->arena);
    }
    weir_state_slab_settle(&own->slab);
    return give(own, own->lent.out.rows);
}

static int call_rows(struct weir_partition *own, struct weir_scope scope)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_program *program = own->program;
    struct weir_caller *caller = &own->caller;
    for (uint32_t i = 0; i < caller->arg_count; i++) {
        columns[i] = weir_program_column(program, own->args[i]);
    }
    weir_caller_show(caller, columns, program->rows->rows, weir_program_heaps(program));
    caller->chunk.sel = scope.sel;
    caller->chunk.sel_count = scope.count;
    weir_step_heaps_begin(&own->heaps, weir_program_heaps(program), NULL);
    weir_lent_begin(&own->lent);
    struct weir_call_frame frame = {.rows = program->rows, .sel = scope.sel, .count = scope.count};
    weir_call_enter(&frame, &caller->call, "rows");
    int outcome = own->ops->rows(&caller->call.task, &own->slab.slab, &caller->chunk, own->state,
                                 &own->lent.out);
    weir_call_leave(&frame);
    return settle(own, program->rows, outcome);
}

static int partition_push(struct weir_step *step,
                          struct weir_exec_task *task,
                          const struct weir_rows *rows)
{
    struct weir_partition *own = of(step);
    const uint8_t *valid;
    begin(own, task);
    WEIR_TRY(weir_program_run(own->program, task, rows));
    struct weir_scope scope = weir_program_alive(own->program);
    bool has_rows =
        scope.count > 0 && (own->caller.sees_nulls ||
                            weir_program_strict(own->program, own->args, own->caller.arg_count,
                                                own->valid, &valid, &scope));
    return has_rows ? call_rows(own, scope) : WEIR_OK;
}

static void reset(struct weir_partition *own)
{
    weir_step_heaps_end(&own->heaps);
    weir_state_slab_reset(&own->slab);
    weir_program_end(own->program);
    own->caller.call.outcome = WEIR_OK;
    own->is_begun = false;
}

static int partition_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_partition *own = of(step);
    begin(own, task);
    if (own->ops->end != NULL) {
        struct weir_call_frame frame = {0};
        weir_step_heaps_begin(&own->heaps, NULL, NULL);
        weir_lent_begin(&own->lent);
        weir_call_enter(&frame, &own->caller.call, "end");
        int outcome =
            own->ops->end(&own->caller.call.task, &own->slab.slab, own->state, &own->lent.out);
        weir_call_leave(&frame);
        WEIR_TRY(settle(own, NULL, outcome)); /* a failure is followed by abandon */
    }
    reset(own);
    return weir_step_finish_next(step, task);
}

static void partition_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    reset(of(step));
    weir_step_abandon_next(step, task);
}

static void partition_destroy(struct weir_step *step)
{
    struct weir_partition *own = of(step);
    weir_caller_close(&own->caller);
    weir_program_destroy(own->program);
    weir_state_slab_finish(&own->slab);
    weir_lent_finish(&own->lent);
    weir_step_heaps_finish(&own->heaps);
    weir_free(own->state);
    weir_free(own->columns);
    weir_free(own->valid);
    weir_free(own);
}

static int open_call(struct weir_partition *own,
                     const struct weir_expr *call,
                     struct weir_error *err)
{
    WEIR_TRY(weir_caller_open(&own->caller, call, err));
    for (uint32_t i = 0; i < call->arg_count; i++) {
        WEIR_TRY(weir_program_add(own->program, call->args[i], &own->args[i], err));
    }
    return WEIR_OK;
}

int weir_partition_create(const struct weir_node *node,
                          struct weir_step **step,
                          struct weir_error *err)
{
    const struct weir_expr *call = node->items[0].expr;
    struct weir_partition *own = weir_alloc(sizeof *own);
    own->step = (struct weir_step){partition_push, partition_finish, partition_abandon,
                                   partition_destroy, NULL};
    own->program = weir_program_create();
    own->ops = call->op->partition;
    own->out = node->schema;
    own->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    own->columns = weir_alloc((node->schema->field_count + 1) * sizeof *own->columns);
    weir_state_slab_init(&own->slab, 0);
    weir_lent_init(&own->lent, node->schema, &own->heaps);
    own->lent.full = lent_full;
    own->lent.owner = own;
    if (call->op->state != NULL) {
        own->state = weir_alloc_aligned(call->op->state->bytes);
    }
    int status = open_call(own, call, err);
    if (status != WEIR_OK) {
        partition_destroy(&own->step);
        return status;
    }
    *step = &own->step;
    return WEIR_OK;
}
