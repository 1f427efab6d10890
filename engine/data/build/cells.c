/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of growing columns: amortised growth, validity only once there is a null, and the
 * hand-over to a table. */
#include "data/build/cells.h"

#include "data/bits.h"

#include <string.h>

enum {
    CELLS_ROWS_MIN = 64,   /* first room of a column */
    SPARE_BYTES_MAX = 4096 /* spare capacity that an exact table may keep */
};

/* What columns without cells point to: callers may do arithmetic on it, and it holds the one offset
 * of no lists. */
static const _Alignas(64) uint64_t nothing[8];

void weir_cells_init(struct weir_cells *cells, const struct weir_type *type)
{
    *cells = (struct weir_cells){.type = type};
    bool is_list = type->kind == WEIR_TYPE_LIST;
    cells->child_count = is_list ? 1 : type->field_count;
    if (cells->child_count > 0) {
        cells->children = weir_alloc(cells->child_count * sizeof *cells->children);
    }
    for (uint32_t i = 0; i < cells->child_count; i++) {
        weir_cells_init(&cells->children[i], is_list ? type->item : type->fields[i].type);
    }
}

void weir_cells_destroy(struct weir_cells *cells)
{
    for (uint32_t i = 0; i < cells->child_count; i++) {
        weir_cells_destroy(&cells->children[i]);
    }
    weir_free(cells->children);
    weir_buffer_release(cells->data);
    weir_buffer_release(cells->valid);
}

/* At least `bytes` of capacity; the first `kept` bytes stay. A new buffer instead of a grown one:
 * it may come from the cache, whose pages are there already. */
static void make_room(struct weir_buffer **buffer, size_t kept, size_t bytes)
{
    struct weir_buffer *old = *buffer;
    if (old != NULL && old->capacity >= bytes) {
        return;
    }
    size_t doubled = old == NULL ? 0 : old->capacity * 2;
    *buffer = weir_buffer_create(doubled > bytes ? doubled : bytes);
    if (old != NULL) {
        memcpy((*buffer)->data, old->data, kept);
        weir_buffer_release(old);
    }
}

/* Bytes of `rows` cells. */
static size_t data_bytes(const struct weir_cells *cells, size_t rows)
{
    if (cells->type->kind == WEIR_TYPE_BOOL) {
        return weir_bits_bytes(rows);
    }
    return (rows + (cells->type->kind == WEIR_TYPE_LIST)) * weir_type_cell_bytes(cells->type);
}

void weir_cells_reserve(struct weir_cells *cells, uint32_t count)
{
    WEIR_ASSERT(count <= UINT32_MAX - cells->rows);
    size_t rows = (size_t)cells->rows + count;
    rows = rows < CELLS_ROWS_MIN ? CELLS_ROWS_MIN : rows;
    size_t bytes = data_bytes(cells, rows);
    if (bytes > 0) {
        bool is_first = cells->data == NULL;
        make_room(&cells->data, data_bytes(cells, cells->rows), bytes);
        if (is_first && cells->type->kind == WEIR_TYPE_LIST) {
            memset(cells->data->data, 0, sizeof(int32_t));
        }
    }
    if (cells->valid != NULL) {
        make_room(&cells->valid, weir_bits_bytes(cells->rows), weir_bits_bytes(rows));
    }
}

void weir_cells_append_valid(struct weir_cells *cells, const uint8_t *dead, uint32_t count)
{
    if (dead == NULL && cells->valid == NULL) {
        return;
    }
    if (cells->valid == NULL) {
        make_room(&cells->valid, 0, weir_bits_bytes((size_t)cells->rows + count));
        weir_bits_fill(cells->valid->data, 0, true, cells->rows);
    }
    uint8_t *valid = cells->valid->data;
    if (dead == NULL) {
        weir_bits_fill(valid, cells->rows, true, count);
        return;
    }
    uint8_t alive[WEIR_CHUNK_ROWS_MAX / 8];
    for (size_t i = 0; i < weir_bits_bytes(count); i++) {
        alive[i] = (uint8_t)~dead[i];
    }
    weir_bits_copy(valid, cells->rows, alive, 0, count);
}

void weir_cells_move_text(struct weir_cells *cells,
                          const struct weir_heaps *heaps,
                          const int32_t *renumber,
                          struct weir_heap_map *to)
{
    for (uint32_t i = 0; i < cells->child_count; i++) {
        weir_cells_move_text(&cells->children[i], heaps, renumber, to);
    }
    if (!weir_type_is_text(cells->type) || cells->data == NULL) {
        return;
    }
    weir_view *views = (weir_view *)(void *)cells->data->data;
    for (uint32_t i = 0; i < cells->rows; i++) {
        if (views[i].count <= WEIR_VIEW_INLINE_BYTES) {
            continue;
        }
        int32_t number = renumber[views[i].buffer];
        if (number < 0) {
            weir_heap_map_copy(to, weir_view_str(&views[i], heaps), &views[i]);
        } else {
            views[i].buffer = number;
        }
    }
}

static const void *finish_buffer(struct weir_buffer *buffer,
                                 size_t bytes,
                                 bool is_exact,
                                 struct weir_table *table)
{
    buffer->bytes = bytes;
    if (is_exact && buffer->capacity > bytes + bytes / 4 + SPARE_BYTES_MAX) {
        struct weir_buffer *exact = weir_buffer_create(bytes);
        memcpy(exact->data, buffer->data, bytes);
        exact->bytes = bytes;
        weir_buffer_release(buffer);
        buffer = exact;
    }
    WEIR_GROW(table->buffers, table->buffer_count, table->buffer_capacity);
    table->buffers[table->buffer_count++] = buffer;
    table->bytes += buffer->capacity;
    return buffer->data;
}

void weir_cells_finish(struct weir_cells *cells,
                       bool is_exact,
                       struct weir_table *table,
                       struct weir_column *column)
{
    *column = (struct weir_column){.type = cells->type};
    if (cells->valid != NULL) {
        weir_bits_trim(cells->valid->data, cells->rows);
        column->valid = finish_buffer(cells->valid, weir_bits_bytes(cells->rows), is_exact, table);
    }
    if (cells->data != NULL) {
        if (cells->type->kind == WEIR_TYPE_BOOL) {
            weir_bits_trim(cells->data->data, cells->rows);
        }
        column->data = finish_buffer(cells->data, data_bytes(cells, cells->rows), is_exact, table);
    } else if (cells->type->kind != WEIR_TYPE_STRUCT) {
        column->data = nothing;
    }
    if (cells->child_count > 0) {
        struct weir_column *children =
            weir_arena_alloc(&table->arena, cells->child_count * sizeof *children);
        if (cells->type->kind == WEIR_TYPE_LIST) {
            column->child_rows = cells->children[0].rows;
        }
        for (uint32_t i = 0; i < cells->child_count; i++) {
            weir_cells_finish(&cells->children[i], is_exact, table, &children[i]);
        }
        column->children = children;
    }
    cells->data = NULL;
    cells->valid = NULL;
    cells->rows = 0;
}
