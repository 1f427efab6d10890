/* SPDX-License-Identifier: Apache-2.0 */
/* filter: a selection, never a copy. Rows whose condition is null go. */
#include "exec/step.h"

struct weir_filter {
    struct weir_step step;
    struct weir_program *program;
    uint32_t condition; /* register with truth bytes */
    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
};

static int filter_push(struct weir_step *step,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows)
{
    struct weir_filter *filter = (struct weir_filter *)step;
    WEIR_TRY(weir_program_run(filter->program, task, rows));
    struct weir_scope alive = weir_program_alive(filter->program);
    const uint8_t *truth = filter->program->registers[filter->condition].truth;
    uint32_t count = alive.count == 0 ? 0 : weir_select_truth(alive, truth, WEIR_TRUE, filter->sel);
    if (count == 0) {
        return WEIR_OK;
    }
    if (count == weir_rows_count(rows)) {
        return weir_step_push(step->next, task, rows);
    }
    struct weir_rows out = *rows;
    out.sel = filter->sel;
    out.sel_count = count;
    return weir_step_push(step->next, task, &out);
}

static int filter_finish(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_filter *)step)->program);
    return weir_step_finish_next(step, task);
}

static void filter_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_filter *)step)->program);
    weir_step_abandon_next(step, task);
}

static void filter_destroy(struct weir_step *step)
{
    struct weir_filter *filter = (struct weir_filter *)step;
    weir_program_destroy(filter->program);
    weir_free(filter);
}

int weir_filter_create(const struct weir_node *node,
                       struct weir_step **step,
                       struct weir_error *err)
{
    struct weir_filter *filter = weir_alloc(sizeof *filter);
    filter->step = (struct weir_step){.push = filter_push,
                                      .finish = filter_finish,
                                      .abandon = filter_abandon,
                                      .destroy = filter_destroy};
    filter->program = weir_program_create();
    int status =
        weir_program_add_truth(filter->program, node->items[0].expr, &filter->condition, err);
    if (status != WEIR_OK) {
        filter_destroy(&filter->step);
        return status;
    }
    if (node->stops_on_bad) {
        weir_program_stop_on_bad(filter->program);
    }
    *step = &filter->step;
    return WEIR_OK;
}
