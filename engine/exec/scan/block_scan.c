/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks into chunks. Lines are cut here, by the task, 2048 at a time, so that a line is still in
 * the cache when the first operator looks at it; no text is copied. */
#include "exec/scan/scan.h"

int weir_scan_lines(struct weir_exec_task *task,
                    const struct weir_type *schema,
                    struct weir_buffer *text,
                    size_t from,
                    size_t to,
                    bool counts_records,
                    struct weir_step *step)
{
    weir_view views[WEIR_CHUNK_ROWS_MAX];
    struct weir_heaps heaps = {&text, 1, 1}; /* borrowed, as the chunk is */
    struct weir_column line = {.type = schema->fields[0].type, .data = views};
    struct weir_rows chunk = {.schema = schema, .columns = &line, .heaps = &heaps};
    while (from < to && !task->wants_no_more) {
        chunk.rows = weir_cut_lines(text->data, to, &from, 0, views, WEIR_CHUNK_ROWS_MAX);
        task->records_in += counts_records ? chunk.rows : 0;
        WEIR_TRY(weir_step_push(step, task, &chunk));
    }
    return WEIR_OK;
}

static int scan_columns(struct weir_exec_task *task,
                        const struct weir_block *block,
                        bool counts_records,
                        struct weir_step *to)
{
    const struct weir_rows *all = &block->table.all;
    struct weir_column *columns =
        weir_arena_alloc(&task->arena, (weir_type_column_count(all->schema) + 1) * sizeof *columns);
    for (uint32_t first = 0; first < all->rows && !task->wants_no_more;) {
        uint32_t left = all->rows - first;
        uint32_t count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        struct weir_rows chunk;
        weir_rows_slice(all, first, count, columns, &chunk);
        task->records_in += counts_records ? count : 0;
        WEIR_TRY(weir_step_push(to, task, &chunk));
        first += count;
    }
    return WEIR_OK;
}

int weir_scan_block(struct weir_exec_task *task,
                    const struct weir_block *block,
                    bool counts_records,
                    struct weir_step *to)
{
    if (block->kind == WEIR_BLOCK_TEXT) {
        return weir_scan_lines(task, block->schema, block->text, block->text_offset,
                               block->text_offset + block->text_bytes, counts_records, to);
    }
    return scan_columns(task, block, counts_records, to);
}
