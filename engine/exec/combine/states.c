/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of an aggregate's operations. A state that was touched cannot be as it was, so any failure
 * ends the task. */
#include "exec/combine/states.h"

#include <string.h>

enum { STATE_ALIGN = 16, CAPACITY_MIN = 256 };

int weir_combined_open(struct weir_combined *own,
                       const struct weir_expr *call,
                       struct weir_program *program,
                       struct weir_step_heaps *heaps,
                       struct weir_error *err)
{
    const struct weir_operator *op = call->op;
    *own = (struct weir_combined){.ops = op->aggregate};
    WEIR_TRY(weir_caller_open(&own->caller, call, err));
    weir_state_layout_init(&own->layout, op->state, op->state_fields);
    own->stride = (op->state->bytes + STATE_ALIGN - 1) / STATE_ALIGN * STATE_ALIGN;
    own->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    own->args = weir_alloc((call->arg_count + 1) * sizeof *own->args);
    own->fields = weir_alloc((op->state->field_count + 1) * sizeof *own->fields);
    weir_state_columns_init(&own->columns, &own->layout);
    own->result_field = (struct weir_type_field){"result", call->type};
    own->result_schema = (struct weir_type){
        .kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &own->result_field};
    weir_lent_init_result(&own->result, &own->result_schema, heaps);
    for (uint32_t i = 0; program != NULL && i < call->arg_count; i++) {
        WEIR_TRY(weir_program_add(program, call->args[i], &own->args[i], err));
    }
    return WEIR_OK;
}

void weir_combined_finish(struct weir_combined *own)
{
    weir_caller_close(&own->caller);
    weir_state_columns_finish(&own->columns);
    weir_lent_finish(&own->result);
    weir_free(own->states);
    weir_free(own->args);
    weir_free(own->valid);
    weir_free(own->others);
    weir_free(own->fields);
    *own = (struct weir_combined){0};
}

void weir_combined_reset(struct weir_combined *own)
{
    own->count = 0;
    own->is_begun = false;
}

/* ---- calls ---- */

static void enter(struct weir_combined *own,
                  const struct weir_combining *with,
                  struct weir_call_frame *frame,
                  const char *part)
{
    if (!own->is_begun) {
        weir_caller_begin(&own->caller, with->task);
        own->is_begun = true;
    }
    weir_call_enter(frame, &own->caller.call, part);
}

/* rows: for the message; NULL: what failed is no row. */
static int leave(struct weir_combined *own,
                 struct weir_combining *with,
                 const struct weir_call_frame *frame,
                 const struct weir_rows *rows,
                 int outcome)
{
    struct weir_call *call = &own->caller.call;
    weir_call_leave(frame);
    outcome = outcome != WEIR_OK ? outcome : call->outcome;
    if (outcome == WEIR_OK) {
        if (call->arena.used_bytes > 0) {
            weir_arena_reset(&call->arena);
        }
        weir_state_slab_settle(&with->slab);
        return WEIR_OK;
    }
    outcome = outcome == WEIR_BAD_RECORD ? WEIR_FATAL : outcome;
    with->task->may_retry = outcome == WEIR_RETRY;
    int status = rows == NULL ? weir_call_failed(call, outcome, with->task->err)
                              : weir_exec_bad_row(with->task, call, outcome, rows,
                                                  call->task.row < rows->rows ? call->task.row : 0);
    call->outcome = WEIR_OK;
    return status;
}

static void *state_at(const struct weir_combined *own, uint32_t number)
{
    return own->states + number * own->stride;
}

static void point_at(const struct weir_combined *own,
                     struct weir_combining *with,
                     uint32_t first,
                     uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        with->states[i] = state_at(own, first + i);
    }
}

int weir_combined_create(struct weir_combined *own, struct weir_combining *with, uint32_t count)
{
    if (count + 1 > own->capacity) {
        uint32_t capacity = own->capacity < CAPACITY_MIN ? CAPACITY_MIN : own->capacity * 2;
        own->capacity = capacity > count + 1 ? capacity : count + 1;
        own->states = weir_realloc(own->states, own->capacity * own->stride);
    }
    while (own->count < count) {
        uint32_t left = count - own->count;
        uint32_t some = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        memset(state_at(own, own->count + 1), 0, some * own->stride);
        if (own->ops->create != NULL) {
            struct weir_call_frame frame = {0};
            point_at(own, with, own->count + 1, some);
            enter(own, with, &frame, "create");
            int outcome =
                own->ops->create(&own->caller.call.task, &with->slab.slab, with->states, some);
            WEIR_TRY(leave(own, with, &frame, NULL, outcome));
        }
        own->count += some;
    }
    return WEIR_OK;
}

int weir_combined_add(struct weir_combined *own,
                      struct weir_combining *with,
                      struct weir_program *program,
                      const uint32_t *by_row)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_caller *caller = &own->caller;
    struct weir_scope scope = weir_program_alive(program);
    const uint8_t *valid;
    if (!caller->sees_nulls &&
        !weir_program_strict(program, own->args, caller->arg_count, own->valid, &valid, &scope)) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < caller->arg_count; i++) {
        columns[i] = weir_program_column(program, own->args[i]);
    }
    for (uint32_t k = 0; k < scope.count; k++) {
        with->states[k] = state_at(own, by_row[scope.sel != NULL ? scope.sel[k] : k]);
    }
    weir_caller_show(caller, columns, program->rows->rows, weir_program_heaps(program));
    caller->chunk.sel = scope.sel;
    caller->chunk.sel_count = scope.count;
    struct weir_call_frame frame = {.rows = program->rows, .sel = scope.sel, .count = scope.count};
    enter(own, with, &frame, "add");
    int outcome = own->ops->add(&caller->call.task, &with->slab.slab, &caller->chunk, with->states);
    return leave(own, with, &frame, program->rows, outcome);
}

int weir_combined_merge(struct weir_combined *own,
                        struct weir_combining *with,
                        const struct weir_rows *rows,
                        const struct weir_column *column,
                        const uint32_t *numbers)
{
    uint32_t count = weir_rows_count(rows);
    if (own->others == NULL) {
        own->others = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * own->stride);
    }
    memset(own->others, 0, count * own->stride);
    for (uint32_t i = 0; i < count; i++) {
        with->others[i] = own->others + i * own->stride;
        with->states[i] = state_at(own, numbers[i]);
    }
    weir_states_read(&own->layout, &with->passing, column->children, rows->heaps, rows->sel, count,
                     with->others);
    struct weir_call_frame frame = {0};
    enter(own, with, &frame, "merge");
    int outcome = own->ops->merge(&own->caller.call.task, &with->slab.slab, with->states,
                                  (const void *const *)with->others, count);
    int status = leave(own, with, &frame, NULL, outcome);
    weir_state_slab_reset(&with->passing);
    return status;
}

/* ---- what comes out ---- */

void weir_combined_states(struct weir_combined *own,
                          struct weir_combining *with,
                          const struct weir_type *type,
                          uint32_t first,
                          uint32_t count,
                          int32_t first_heap,
                          struct weir_column *column)
{
    point_at(own, with, first, count);
    weir_state_columns_fill(&own->columns, (const void *const *)with->states, count, first_heap,
                            own->fields);
    *column = (struct weir_column){.type = type, .children = own->fields};
}

int weir_combined_results(struct weir_combined *own,
                          struct weir_combining *with,
                          uint32_t first,
                          uint32_t count,
                          struct weir_column *column)
{
    struct weir_call_frame frame = {0};
    struct weir_task *task = &own->caller.call.task;
    point_at(own, with, first, count);
    weir_lent_begin(&own->result);
    enter(own, with, &frame, "result");
    int outcome =
        own->ops->result(task, (const void *const *)with->states, count, &own->result.out);
    if (outcome == WEIR_OK) {
        outcome = own->caller.call.outcome;
    }
    if (outcome == WEIR_OK) {
        outcome = weir_lent_take(&own->result, task, 0, count, NULL, column);
    }
    return leave(own, with, &frame, NULL, outcome);
}
