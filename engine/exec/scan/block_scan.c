/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks into chunks. Lines are cut here, by the task, 2048 at a time, so that a line is still in
 * the cache when the first operator looks at it; no text is copied but a received block's last
 * line.
 */
#include "exec/scan/scan.h"

#include <string.h>

/* A plugin that takes a short word out of a long text reads the cell's 12 bytes at once and masks
 * what is too much. Where a receiver still writes behind the block, that must not reach beyond it:
 * a long line that ends so close to the end is copied into a heap of its own. There is at most one;
 * short lines lie in their cells. */
static void copy_last_line(weir_view *views, uint32_t rows, size_t to, struct weir_heaps *heaps)
{
    while (rows > 0 && views[rows - 1].count <= WEIR_VIEW_INLINE_BYTES) {
        rows--;
    }
    if (rows == 0) {
        return;
    }
    weir_view *view = &views[rows - 1];
    size_t count = (size_t)view->count;
    if ((size_t)view->offset + count + WEIR_VIEW_INLINE_BYTES > to) {
        struct weir_buffer *copy = weir_buffer_create(count);
        memcpy(copy->data, heaps->buffers[0]->data + view->offset, count);
        copy->bytes = count;
        view->buffer = 1;
        view->offset = 0;
        heaps->buffers[heaps->count++] = copy;
    }
}

int weir_scan_lines(struct weir_exec_task *task,
                    const struct weir_type *schema,
                    struct weir_buffer *text,
                    size_t from,
                    size_t to,
                    bool counts_records,
                    bool is_shared,
                    struct weir_step *step)
{
    weir_view views[WEIR_CHUNK_ROWS_MAX];
    struct weir_buffer *buffers[2] = {text, NULL};
    struct weir_heaps heaps = {buffers, 1, 2}; /* borrowed, as the chunk is */
    struct weir_column line = {.type = schema->fields[0].type, .data = views};
    struct weir_rows chunk = {.schema = schema, .columns = &line, .heaps = &heaps};
    int status = WEIR_OK;
    while (from < to && !task->wants_no_more && status == WEIR_OK) {
        chunk.rows = weir_cut_lines(text->data, to, &from, 0, views, WEIR_CHUNK_ROWS_MAX);
        task->records_in += counts_records ? chunk.rows : 0;
        if (is_shared && heaps.count == 1 && from + WEIR_VIEW_INLINE_BYTES >= to) {
            copy_last_line(views, chunk.rows, to, &heaps);
        }
        status = weir_step_push(step, task, &chunk);
    }
    weir_buffer_release(buffers[1]);
    return status;
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
                               block->text_offset + block->text_bytes, counts_records, true, to);
    }
    return scan_columns(task, block, counts_records, to);
}
