/* SPDX-License-Identifier: Apache-2.0 */
/* limit: the first n rows, by a shorter selection; then the scan may end. */
#include "exec/step.h"

struct weir_limit {
    struct weir_step step;
    int64_t n, left;
};

static int limit_push(struct weir_step *step,
                      struct weir_exec_task *task,
                      const struct weir_rows *rows)
{
    struct weir_limit *limit = (struct weir_limit *)step;
    uint32_t count = weir_rows_count(rows);
    if (limit->left == 0 || count == 0) {
        task->wants_no_more = limit->left == 0;
        return WEIR_OK;
    }
    struct weir_rows out = *rows;
    if (count > limit->left) {
        out.rows = rows->sel == NULL ? (uint32_t)limit->left : rows->rows;
        out.sel_count = rows->sel == NULL ? 0 : (uint32_t)limit->left;
        count = (uint32_t)limit->left;
    }
    limit->left -= count;
    task->wants_no_more = limit->left == 0;
    return weir_step_push(step->next, task, &out);
}

static int limit_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_limit *limit = (struct weir_limit *)step;
    limit->left = limit->n;
    task->wants_no_more = false; /* that was said to what comes before, not to what follows */
    return weir_step_finish_next(step, task);
}

static void limit_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_limit *limit = (struct weir_limit *)step;
    limit->left = limit->n;
    weir_step_abandon_next(step, task);
}

static void limit_destroy(struct weir_step *step)
{
    weir_free(step);
}

struct weir_step *weir_limit_create(int64_t n, struct weir_step *next)
{
    struct weir_limit *limit = weir_alloc(sizeof *limit);
    WEIR_ASSERT(n >= 0);
    limit->step = (struct weir_step){.push = limit_push,
                                     .finish = limit_finish,
                                     .abandon = limit_abandon,
                                     .destroy = limit_destroy,
                                     .next = next};
    limit->n = limit->left = n;
    return &limit->step;
}
