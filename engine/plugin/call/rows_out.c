/* SPDX-License-Identifier: Apache-2.0 */
/* Columns lent to a receiver that gives rows: it appends, the engine reads them as a chunk, hands
 * that on, and lends the same memory again. The text heaps are counted, so that whoever keeps the
 * rows keeps their text without a copy. */
#include "plugin/plugin.h"

static int rows_full(struct weir_lent *lent, struct weir_task *task)
{
    struct weir_rows_out *rows_out = lent->owner;
    (void)task;
    return rows_out->full(rows_out);
}

void weir_rows_out_init(struct weir_rows_out *rows_out,
                        const struct weir_type *schema,
                        int (*full)(struct weir_rows_out *rows_out),
                        void *owner)
{
    *rows_out = (struct weir_rows_out){.full = full, .owner = owner};
    rows_out->columns = weir_alloc((schema->field_count + 1) * sizeof *rows_out->columns);
    weir_lent_init(&rows_out->lent, schema, &rows_out->heaps);
    rows_out->lent.full = rows_full;
    rows_out->lent.owner = rows_out;
}

void weir_rows_out_finish(struct weir_rows_out *rows_out)
{
    weir_lent_finish(&rows_out->lent);
    weir_step_heaps_finish(&rows_out->heaps);
    weir_free(rows_out->columns);
    *rows_out = (struct weir_rows_out){0};
}

int weir_rows_out_view(struct weir_rows_out *rows_out,
                       struct weir_task *task,
                       struct weir_rows *rows)
{
    struct weir_lent *lent = &rows_out->lent;
    *rows = (struct weir_rows){.schema = lent->schema,
                               .rows = lent->out.rows,
                               .columns = rows_out->columns,
                               .heaps = &rows_out->heaps.table};
    return weir_lent_take(lent, task, 0, lent->out.rows, NULL, rows_out->columns);
}

void weir_rows_out_reset(struct weir_rows_out *rows_out)
{
    weir_step_heaps_begin(&rows_out->heaps, NULL, NULL);
    weir_lent_begin(&rows_out->lent);
}
