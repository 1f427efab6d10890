/* SPDX-License-Identifier: Apache-2.0 */
/* What the steps of this room share. */
#ifndef WEIR_EXEC_STEP_H
#define WEIR_EXEC_STEP_H

#include "exec/exec.h"
#include "exec/expr/program.h"

/* Finishes, or abandons, what comes after a step. */
static inline int weir_step_finish_next(struct weir_step *step, struct weir_exec_task *task)
{
    return step->next == NULL ? WEIR_OK : step->next->finish(step->next, task);
}
static inline void weir_step_abandon_next(struct weir_step *step, struct weir_exec_task *task)
{
    if (step->next != NULL) {
        step->next->abandon(step->next, task);
    }
}

/* A field of a step's result: one of its input, by reference, or one that its program computes. */
struct weir_source_column {
    bool is_field;
    uint32_t index; /* field or register */
};

/* Where the value of an expression will be found: a bare field needs no program. */
static inline int weir_source_column_add(struct weir_program *program,
                                         const struct weir_expr *expr,
                                         struct weir_source_column *source,
                                         struct weir_error *err)
{
    source->is_field = expr->kind == WEIR_EXPR_FIELD;
    source->index = expr->field;
    return source->is_field ? WEIR_OK : weir_program_add(program, expr, &source->index, err);
}

static inline const struct weir_column *weir_source_column_get(
    const struct weir_source_column *source,
    const struct weir_program *program,
    const struct weir_rows *rows)
{
    return source->is_field ? &rows->columns[source->index]
                            : weir_program_column(program, source->index);
}

/* The steps of single nodes; next is set by the chain. On failure nothing is left behind. */
int weir_filter_create(const struct weir_node *node,
                       struct weir_step **step,
                       struct weir_error *err);
int weir_project_create(const struct weir_node *node,
                        const struct weir_type *in,
                        struct weir_step **step,
                        struct weir_error *err);
int weir_flat_map_create(const struct weir_node *node,
                         struct weir_step **step,
                         struct weir_error *err);
void weir_glom_create(const struct weir_node *node,
                      const struct weir_type *in,
                      struct weir_step **step);
int weir_partition_create(const struct weir_node *node,
                          struct weir_step **step,
                          struct weir_error *err);
int weir_decode_create(const struct weir_node *node,
                       const struct weir_type *in,
                       struct weir_step **step,
                       struct weir_error *err);

#endif
