/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a stage whose rows stay: one table, one block. */
#include "exec/step.h"

struct weir_collect {
    struct weir_step step;
    struct weir_builder *builder;
    struct weir_block *block;
};

static int collect_push(struct weir_step *step,
                        struct weir_exec_task *task,
                        const struct weir_rows *rows)
{
    struct weir_collect *collect = (struct weir_collect *)step;
    uint32_t count = weir_rows_count(rows);
    if (count > UINT32_MAX - weir_builder_rows(collect->builder)) {
        return weir_error_set(task->err, WEIR_ELIMIT,
                              "a partition of batch %lld ms has more than %u rows: give the input "
                              "more partitions, or the batch less",
                              (long long)(task->batch_us / 1000), UINT32_MAX);
    }
    weir_builder_add(collect->builder, rows);
    task->rows_out += count;
    return WEIR_OK;
}

static int collect_finish(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_collect *collect = (struct weir_collect *)step;
    weir_block_release(collect->block); /* of an earlier task, never taken */
    collect->block = NULL;
    if (weir_builder_rows(collect->builder) > 0) {
        struct weir_table table;
        weir_builder_finish(collect->builder, &table);
        collect->block = weir_block_of_table(&table);
    }
    return weir_step_finish_next(step, task);
}

static void collect_abandon(struct weir_step *step, struct weir_exec_task *task)
{
    struct weir_collect *collect = (struct weir_collect *)step;
    weir_block_release(collect->block);
    collect->block = NULL;
    if (weir_builder_rows(collect->builder) > 0) {
        struct weir_table table;
        weir_builder_finish(collect->builder, &table);
        weir_table_finish(&table);
    }
    weir_step_abandon_next(step, task);
}

static void collect_destroy(struct weir_step *step)
{
    struct weir_collect *collect = (struct weir_collect *)step;
    weir_block_release(collect->block);
    weir_builder_destroy(collect->builder);
    weir_free(collect);
}

struct weir_step *weir_collect_create(const struct weir_type *schema, bool is_long_lived)
{
    struct weir_collect *collect = weir_alloc(sizeof *collect);
    collect->step = (struct weir_step){.push = collect_push,
                                       .finish = collect_finish,
                                       .abandon = collect_abandon,
                                       .destroy = collect_destroy};
    collect->builder = weir_builder_create(schema, is_long_lived);
    return &collect->step;
}

struct weir_block *weir_collect_take(struct weir_step *collect)
{
    struct weir_collect *own = (struct weir_collect *)collect;
    struct weir_block *block = own->block;
    own->block = NULL;
    return block;
}
