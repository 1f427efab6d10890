/* SPDX-License-Identifier: Apache-2.0 */
/* See rows.h. What a chunk points at is copied out of the table: that changes, chunks never do. */
#include "state/step/rows.h"

#include <string.h>

void weir_state_rows_init(struct weir_state_rows *rows,
                          const struct weir_type *schema,
                          uint32_t key_count,
                          struct weir_keys *keys,
                          const struct weir_state_layout *layout)
{
    *rows = (struct weir_state_rows){.schema = schema, .key_count = key_count, .keys = keys};
    rows->is_text = keys != NULL && keys->kind != WEIR_KEYS_FIXED;
    rows->is_bare = layout->def->field_count == 1;
    weir_state_columns_init(&rows->columns, layout);
    rows->cells = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * sizeof *rows->cells);
    rows->states = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *rows->states);
    rows->out = weir_alloc((key_count + 1) * sizeof *rows->out);
    rows->fields = weir_alloc((layout->def->field_count + 1) * sizeof *rows->fields);
}

void weir_state_rows_finish(struct weir_state_rows *rows)
{
    weir_state_columns_finish(&rows->columns);
    weir_buffer_release(rows->heap);
    weir_free(rows->cells);
    weir_free(rows->states);
    weir_free(rows->key_heaps.buffers);
    weir_free(rows->table.buffers);
    weir_free(rows->out);
    weir_free(rows->fields);
    *rows = (struct weir_state_rows){0};
}

/* Appends pointers: nothing is retained. */
static void add_heaps(struct weir_heaps *to, struct weir_buffer *const *buffers, uint32_t count)
{
    if (to->count + count > to->capacity) {
        to->capacity = (to->count + count) * 2;
        to->buffers = weir_realloc(to->buffers, to->capacity * sizeof *to->buffers);
    }
    if (count > 0) {
        memcpy(to->buffers + to->count, buffers, count * sizeof *buffers);
        to->count += count;
    }
}

static bool is_long(const struct weir_state_rows *rows, struct weir_key key)
{
    return rows->is_text && (int32_t)(uint32_t)key.half[0] > WEIR_VIEW_INLINE_BYTES;
}

/* A heap of `bytes` that nobody else has. */
static void reserve_heap(struct weir_state_rows *rows, size_t bytes)
{
    if (rows->heap != NULL && (atomic_load_explicit(&rows->heap->refs, memory_order_acquire) > 1 ||
                               rows->heap->capacity < bytes)) {
        weir_buffer_release(rows->heap);
        rows->heap = NULL;
    }
    if (rows->heap == NULL) {
        rows->heap = weir_buffer_create(bytes < 4096 ? 4096 : bytes);
    }
    rows->heap->bytes = 0;
}

/* Keys of the table become views into the heap of the rows. */
static void copy_cells(struct weir_state_rows *rows,
                       const struct weir_state_view *views,
                       uint32_t count)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++) {
        rows->cells[i] = views[i].key;
        bytes += is_long(rows, views[i].key) ? (uint32_t)views[i].key.half[0] : 0;
    }
    rows->key_heaps.count = 0;
    if (bytes == 0) {
        return;
    }
    WEIR_ASSERT(bytes <= INT32_MAX); /* a view reaches no more: 2048 keys of a MiB each */
    reserve_heap(rows, bytes);
    for (uint32_t i = 0; i < count; i++) {
        if (is_long(rows, views[i].key)) {
            weir_view view;
            memcpy(&view, &rows->cells[i], sizeof view);
            memcpy(rows->heap->data + rows->heap->bytes,
                   (const void *)(uintptr_t)views[i].key.half[1], (size_t)view.count);
            view.buffer = 0;
            view.offset = (int32_t)rows->heap->bytes;
            rows->heap->bytes += (size_t)view.count;
            memcpy(&rows->cells[i], &view, sizeof view);
        }
    }
    add_heaps(&rows->key_heaps, &rows->heap, 1);
}

void weir_state_rows_keys(struct weir_state_rows *rows,
                          const struct weir_state_view *views,
                          uint32_t count,
                          struct weir_column *columns,
                          const struct weir_heaps **heaps)
{
    *heaps = &rows->key_heaps;
    if (rows->key_count == 0) {
        rows->key_heaps.count = 0;
        return;
    }
    copy_cells(rows, views, count);
    weir_keys_columns_of(rows->keys, rows->cells, &rows->key_heaps, count, columns, heaps);
}

void weir_state_rows_make(struct weir_state_rows *rows,
                          const struct weir_state_view *views,
                          uint32_t count,
                          struct weir_rows *to)
{
    const struct weir_heaps *heaps;
    weir_state_rows_keys(rows, views, count, rows->out, &heaps);
    for (uint32_t i = 0; i < count; i++) {
        rows->states[i] = views[i].state;
    }
    struct weir_column *fields = rows->is_bare ? &rows->out[rows->key_count] : rows->fields;
    weir_state_columns_fill(&rows->columns, rows->states, count, (int32_t)heaps->count, fields);
    if (!rows->is_bare) {
        rows->out[rows->key_count] = (struct weir_column){
            .type = rows->schema->fields[rows->key_count].type, .children = rows->fields};
    }
    rows->table.count = 0;
    add_heaps(&rows->table, heaps->buffers, heaps->count);
    add_heaps(&rows->table, rows->columns.heaps, rows->columns.heap_count);
    *to = (struct weir_rows){
        .schema = rows->schema, .rows = count, .columns = rows->out, .heaps = &rows->table};
}
