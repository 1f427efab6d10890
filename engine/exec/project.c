/* SPDX-License-Identifier: Apache-2.0 */
/* map, extend and map_values: new columns beside old ones, which are handed on by reference. */
#include "exec/step.h"

struct weir_project {
    struct weir_step step;
    struct weir_program *program;
    const struct weir_type *schema;
    struct weir_source_column *sources; /* by field of schema */
    struct weir_column *columns;
};

static int project_push(struct weir_step *step,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    struct weir_project *project = (struct weir_project *)step;
    WEIR_TRY(weir_program_run(project->program, task, rows));
    struct weir_scope alive = weir_program_alive(project->program);
    if (alive.count == 0) {
        return WEIR_OK;
    }
    for (uint32_t i = 0; i < project->schema->field_count; i++) {
        project->columns[i] = *weir_source_column_get(&project->sources[i], project->program, rows);
    }
    struct weir_rows out = {.schema = project->schema,
                            .rows = rows->rows,
                            .sel = alive.sel,
                            .sel_count = alive.sel == NULL ? 0 : alive.count,
                            .columns = project->columns,
                            .heaps = weir_program_heaps(project->program)};
    return weir_step_push(step->next, task, &out);
}

static int project_finish(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_project *)step)->program);
    return weir_step_finish_next(step, task);
}

static void project_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    weir_program_end(((struct weir_project *)step)->program);
    weir_step_abandon_next(step, task);
}

static void project_destroy(struct weir_step *step)
{
    struct weir_project *project = (struct weir_project *)step;
    weir_program_destroy(project->program);
    weir_free(project->sources);
    weir_free(project->columns);
    weir_free(project);
}

int weir_project_create(const struct weir_node *node,
                        const struct weir_type *in,
                        struct weir_step **step,
                        struct weir_error *err)
{
    struct weir_project *project = weir_alloc(sizeof *project);
    uint32_t count = node->schema->field_count;
    uint32_t kept = node->verb == WEIR_VERB_EXTEND       ? in->field_count
                    : node->verb == WEIR_VERB_MAP_VALUES ? 1 /* the key */
                                                         : 0;
    WEIR_ASSERT(kept + node->item_count == count);
    project->step = (struct weir_step){.push = project_push,
                                       .finish = project_finish,
                                       .abandon = project_abandon,
                                       .destroy = project_destroy};
    project->program = weir_program_create();
    project->schema = node->schema;
    project->sources = weir_alloc(count * sizeof *project->sources);
    project->columns = weir_alloc(count * sizeof *project->columns);
    int status = WEIR_OK;
    for (uint32_t i = 0; status == WEIR_OK && i < count; i++) {
        if (i < kept) {
            project->sources[i] = (struct weir_source_column){.is_field = true, .index = i};
        } else {
            status = weir_source_column_add(project->program, node->items[i - kept].expr,
                                            &project->sources[i], err);
        }
    }
    if (status != WEIR_OK) {
        project_destroy(&project->step);
        return status;
    }
    if (node->stops_on_bad) {
        weir_program_stop_on_bad(project->program);
    }
    *step = &project->step;
    return WEIR_OK;
}
