/* SPDX-License-Identifier: Apache-2.0 */
/* glom: a partition as one row, the list of its records; an empty one too. */
#include "exec/step.h"

struct weir_glom {
    struct weir_step step;
    const struct weir_type *out; /* {value: list<record>} */
    struct weir_builder *builder;
};

static int glom_push(struct weir_step *step,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    struct weir_glom *glom = (struct weir_glom *)step;
    if (weir_rows_count(rows) > INT32_MAX - weir_builder_rows(glom->builder)) {
        return weir_error_set(task->err, WEIR_ELIMIT,
                              "glom: partition %u of batch %lld ms has more than %d rows: give the "
                              "stream more partitions",
                              task->partition, (long long)(task->batch_us / 1000), INT32_MAX);
    }
    weir_builder_add(glom->builder, rows);
    return WEIR_OK;
}

static int glom_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_glom *glom = (struct weir_glom *)step;
    const struct weir_type *list = glom->out->fields[0].type;
    struct weir_table table;
    weir_builder_finish(glom->builder, &table);
    const int32_t offsets[] = {0, (int32_t)table.all.rows};
    struct weir_column record = {.type = list->item, .children = table.columns};
    struct weir_column value = {
        .type = list, .data = offsets, .children = &record, .child_rows = table.all.rows};
    struct weir_rows out = {
        .schema = glom->out, .rows = 1, .columns = &value, .heaps = &table.heaps};
    int status = weir_step_push(step->next, task, &out);
    weir_table_finish(&table);
    return status != WEIR_OK ? status : weir_step_finish_next(step, task);
}

static void glom_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_glom *glom = (struct weir_glom *)step;
    struct weir_table table;
    weir_builder_finish(glom->builder, &table);
    weir_table_finish(&table);
    weir_step_abandon_next(step, task);
}

static void glom_destroy(struct weir_step *step)
{
    struct weir_glom *glom = (struct weir_glom *)step;
    weir_builder_destroy(glom->builder);
    weir_free(glom);
}

void weir_glom_create(const struct weir_node *node,
                      const struct weir_type *in,
                      struct weir_step **step)
{
    struct weir_glom *glom = weir_alloc(sizeof *glom);
    WEIR_ASSERT(weir_type_equal(node->schema->fields[0].type->item, in));
    glom->step = (struct weir_step){glom_push, glom_finish, glom_abandon, glom_destroy, NULL};
    glom->out = node->schema;
    glom->builder = weir_builder_create(in, false);
    *step = &glom->step;
}
