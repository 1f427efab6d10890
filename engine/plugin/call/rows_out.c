/* SPDX-License-Identifier: Apache-2.0 */
/* Columns lent to a receiver or source that gives rows: it appends, the engine reads them as a
 * chunk, hands that on, and lends the same memory again. The text heap is counted, so that whoever
 * keeps the rows keeps their text without a copy. */
#include "plugin/plugin.h"

#include <string.h>

enum { WEIR_ROWS_OUT_HEAP_BYTES = 256 * 1024, WEIR_ROWS_OUT_HEAP_BYTES_MAX = 1 << 30 };

static void use_heap(struct weir_rows_out *rows_out, struct weir_buffer *heap)
{
    struct weir_out *out = &rows_out->out;
    rows_out->heap = heap;
    out->heap = (char *)heap->data;
    out->heap_cap = (uint32_t)heap->capacity;
    out->heap_used = (uint32_t)heap->bytes;
}

static int grow_heap(struct weir_rows_out *rows_out, struct weir_task *task, size_t more)
{
    struct weir_out *out = &rows_out->out;
    size_t needed = out->heap_used + more;
    if (needed > WEIR_ROWS_OUT_HEAP_BYTES_MAX) {
        return task->host->fail(
            task, WEIR_BAD_RECORD,
            "a chunk of rows holds more than 1 GiB of text: store rows more often");
    }
    size_t capacity = out->heap_cap;
    while (capacity < needed) {
        capacity *= 2;
    }
    rows_out->heap->bytes = out->heap_used;
    weir_buffer_grow(rows_out->heap, capacity);
    use_heap(rows_out, rows_out->heap);
    return WEIR_OK;
}

static int grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_rows_out *rows_out = out->owner;
    if (heap_bytes > 0) {
        return grow_heap(rows_out, task, heap_bytes);
    }
    return rows_out->full(rows_out);
}

void weir_rows_out_init(struct weir_rows_out *rows_out,
                        const struct weir_type *schema,
                        int (*full)(struct weir_rows_out *rows_out),
                        void *owner)
{
    uint32_t count = schema->field_count;
    *rows_out = (struct weir_rows_out){.schema = schema, .full = full, .owner = owner};
    rows_out->columns = weir_alloc(count * sizeof *rows_out->columns);
    rows_out->bits = weir_alloc(count * sizeof *rows_out->bits);
    struct weir_out *out = &rows_out->out;
    out->size = sizeof *out;
    out->cap = WEIR_CHUNK_ROWS_MAX;
    out->column_count = count;
    out->cols = weir_alloc(count * sizeof *out->cols);
    out->grow = grow;
    out->owner = rows_out;
    for (uint32_t c = 0; c < count; c++) {
        const struct weir_type *type = schema->fields[c].type;
        bool is_bool = type->kind == WEIR_TYPE_BOOL;
        size_t cell = is_bool ? 1 : weir_type_cell_bytes(type);
        out->cols[c] = weir_alloc_aligned(cell * WEIR_CHUNK_ROWS_MAX);
        if (is_bool) {
            rows_out->bits[c] = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
        }
        rows_out->columns[c].type = type;
        rows_out->columns[c].data = is_bool ? rows_out->bits[c] : out->cols[c];
    }
    use_heap(rows_out, weir_buffer_create(WEIR_ROWS_OUT_HEAP_BYTES));
}

void weir_rows_out_finish(struct weir_rows_out *rows_out)
{
    if (rows_out->columns == NULL) {
        return;
    }
    for (uint32_t c = 0; c < rows_out->schema->field_count; c++) {
        weir_free(rows_out->out.cols[c]);
        weir_free(rows_out->bits[c]);
    }
    weir_free(rows_out->out.cols);
    weir_free(rows_out->columns);
    weir_free(rows_out->bits);
    weir_buffer_release(rows_out->heap);
    weir_heaps_finish(&rows_out->heaps);
    *rows_out = (struct weir_rows_out){0};
}

/* A bool cell is one byte while it is written, one bit in a chunk. */
static void pack_bools(struct weir_rows_out *rows_out, uint32_t column)
{
    const uint8_t *from = rows_out->out.cols[column];
    uint8_t *to = rows_out->bits[column];
    memset(to, 0, WEIR_CHUNK_ROWS_MAX / 8);
    for (uint32_t r = 0; r < rows_out->out.rows; r++) {
        to[r >> 3] = (uint8_t)(to[r >> 3] | ((from[r] != 0 ? 1u : 0u) << (r & 7)));
    }
}

void weir_rows_out_view(struct weir_rows_out *rows_out, struct weir_rows *rows)
{
    for (uint32_t c = 0; c < rows_out->schema->field_count; c++) {
        if (rows_out->bits[c] != NULL) {
            pack_bools(rows_out, c);
        }
    }
    weir_heaps_finish(&rows_out->heaps);
    rows_out->heap->bytes = rows_out->out.heap_used;
    (void)weir_heaps_add(&rows_out->heaps, weir_buffer_retain(rows_out->heap));
    *rows = (struct weir_rows){.schema = rows_out->schema,
                               .rows = rows_out->out.rows,
                               .columns = rows_out->columns,
                               .heaps = &rows_out->heaps};
}

void weir_rows_out_reset(struct weir_rows_out *rows_out)
{
    rows_out->out.rows = rows_out->out.row_start = 0;
    weir_heaps_finish(&rows_out->heaps);
    if (atomic_load(&rows_out->heap->refs) > 1) { /* somebody keeps the text */
        size_t capacity = rows_out->heap->capacity;
        weir_buffer_release(rows_out->heap);
        use_heap(rows_out, weir_buffer_create(capacity));
    } else {
        rows_out->heap->bytes = 0;
        use_heap(rows_out, rows_out->heap);
    }
}
