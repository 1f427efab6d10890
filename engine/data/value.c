/* SPDX-License-Identifier: Apache-2.0 */
/* Constants: what literals, parameters and messages hold; and their passage into a column of one
 * cell and out of any cell. */
#include "data/bits.h"
#include "data/data.h"
#include "data/view.h"

#include <math.h>
#include <string.h>

static bool is_null(const struct weir_value *value)
{
    return value->type == NULL || value->is_null || value->type->kind == WEIR_TYPE_NULL;
}

static bool items_equal(const struct weir_value *a, const struct weir_value *b)
{
    if (a->item_count != b->item_count) {
        return false;
    }
    for (uint32_t i = 0; i < a->item_count; i++) {
        if (!weir_value_equal(&a->items[i], &b->items[i])) {
            return false;
        }
    }
    return true;
}

bool weir_value_equal(const struct weir_value *a, const struct weir_value *b)
{
    if ((a->type == NULL) != (b->type == NULL) ||
        (a->type != NULL && !weir_type_equal(a->type, b->type))) {
        return false;
    }
    if (is_null(a) || is_null(b)) {
        return is_null(a) == is_null(b);
    }
    switch (a->type->kind) {
    case WEIR_TYPE_NULL:
        return true;
    case WEIR_TYPE_BOOL:
        return (a->i64 != 0) == (b->i64 != 0);
    case WEIR_TYPE_I32:
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        return a->i64 == b->i64;
    case WEIR_TYPE_F64:
        return a->f64 == b->f64 || (isnan(a->f64) && isnan(b->f64));
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        return a->str.count == b->str.count &&
               (a->str.count == 0 || memcmp(a->str.bytes, b->str.bytes, a->str.count) == 0);
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        return items_equal(a, b);
    }
    return false;
}

/* ---- values into columns ---- */

enum { CONST_HEAP_BYTES_MIN = 256 };

/* The cells of one column. */
struct cell_values {
    const struct weir_value *const *values; /* NULL entry: null */
    uint32_t count;
};

struct filler {
    struct weir_arena *arena;
    struct weir_heaps *heaps;
    bool is_const; /* outside of lists: `c.user` of a constant struct is a constant column in its
                      own right */
    struct weir_buffer *heap; /* of this column's long text; NULL: not needed yet */
    int32_t heap_index;
};

static void fill_view(struct filler *filler, const struct weir_value *value, weir_view *view)
{
    size_t count = value->str.count;
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        weir_view_put(view, (const uint8_t *)value->str.bytes, 0, count, 0, count);
        return;
    }
    WEIR_ASSERT(count <= WEIR_HEAP_BYTES_MAX);
    struct weir_buffer *heap = filler->heap;
    if (heap == NULL || heap->capacity - heap->bytes < count) {
        heap = filler->heap =
            weir_buffer_create(count < CONST_HEAP_BYTES_MIN ? CONST_HEAP_BYTES_MIN : count);
        filler->heap_index = weir_heaps_add(filler->heaps, heap);
    }
    memcpy(heap->data + heap->bytes, value->str.bytes, count);
    weir_view_put(view, heap->data, heap->bytes, count, filler->heap_index, heap->capacity);
    heap->bytes += count;
}

static void fill_cell(struct filler *filler,
                      const struct weir_value *value,
                      void *data,
                      uint32_t row)
{
    switch (value->type->kind) {
    case WEIR_TYPE_BOOL:
        weir_bit_put(data, row, value->i64 != 0);
        break;
    case WEIR_TYPE_I32:
        ((int32_t *)data)[row] = (int32_t)value->i64;
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        ((int64_t *)data)[row] = value->i64;
        break;
    case WEIR_TYPE_F64:
        ((double *)data)[row] = value->f64;
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        fill_view(filler, value, (weir_view *)data + row);
        break;
    case WEIR_TYPE_NULL:
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        break;
    }
}

static void fill_column(struct filler *filler,
                        const struct weir_type *type,
                        const struct cell_values *from,
                        struct weir_column *column);

static void fill_struct(struct filler *filler,
                        const struct weir_type *type,
                        const struct cell_values *from,
                        struct weir_column *column)
{
    struct weir_column *children =
        weir_arena_alloc(filler->arena, type->field_count * sizeof *children);
    const struct weir_value **parts =
        weir_arena_alloc(filler->arena, from->count * sizeof(const struct weir_value *));
    for (uint32_t field = 0; field < type->field_count; field++) {
        for (uint32_t i = 0; i < from->count; i++) {
            const struct weir_value *value = from->values[i];
            parts[i] = value == NULL || is_null(value) ? NULL : &value->items[field];
        }
        struct cell_values part = {parts, from->count};
        fill_column(filler, type->fields[field].type, &part, &children[field]);
    }
    column->children = children;
}

static void fill_list(struct filler *filler,
                      const struct weir_type *type,
                      const struct cell_values *from,
                      struct weir_column *column)
{
    int32_t *offsets = weir_arena_alloc(filler->arena, (from->count + 1) * sizeof *offsets);
    int64_t total = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        const struct weir_value *value = from->values[i];
        total += value == NULL || is_null(value) ? 0 : value->item_count;
        WEIR_ASSERT(total <= INT32_MAX);
        offsets[i + 1] = (int32_t)total;
    }
    const struct weir_value **items =
        weir_arena_alloc(filler->arena, (size_t)total * sizeof(const struct weir_value *));
    for (uint32_t i = 0; i < from->count; i++) {
        for (int32_t k = offsets[i]; k < offsets[i + 1]; k++) {
            items[k] = &from->values[i]->items[k - offsets[i]];
        }
    }
    struct cell_values all = {items, (uint32_t)total};
    struct weir_column *child = weir_arena_alloc(filler->arena, sizeof *child);
    bool is_const = filler->is_const;
    filler->is_const = false;
    fill_column(filler, type->item, &all, child);
    filler->is_const = is_const;
    column->data = offsets;
    column->children = child;
    column->child_rows = total;
}

static void fill_column(struct filler *filler,
                        const struct weir_type *type,
                        const struct cell_values *from,
                        struct weir_column *column)
{
    *column = (struct weir_column){.type = type, .is_const = filler->is_const};
    size_t bytes = type->kind == WEIR_TYPE_BOOL ? weir_bits_bytes(from->count)
                                                : weir_type_cell_bytes(type) * from->count;
    void *data = weir_arena_alloc(filler->arena, bytes);
    uint8_t *valid = weir_arena_alloc(filler->arena, weir_bits_bytes(from->count));
    bool has_null = false;
    for (uint32_t i = 0; i < from->count; i++) {
        const struct weir_value *value = from->values[i];
        if (value == NULL || is_null(value)) {
            has_null = true;
            continue;
        }
        WEIR_ASSERT(value->type->kind == type->kind);
        weir_bit_put(valid, i, true);
        fill_cell(filler, value, data, i);
    }
    column->valid = has_null ? valid : NULL;
    column->data = type->kind == WEIR_TYPE_STRUCT ? NULL : data;
    if (type->kind == WEIR_TYPE_STRUCT) {
        fill_struct(filler, type, from, column);
    } else if (type->kind == WEIR_TYPE_LIST) {
        fill_list(filler, type, from, column);
    }
}

void weir_column_const(struct weir_arena *arena,
                       const struct weir_value *value,
                       struct weir_heaps *heaps,
                       struct weir_column *column)
{
    struct filler filler = {arena, heaps, true, NULL, 0};
    struct cell_values one = {&value, 1};
    const struct weir_type *type = value->type == NULL ? weir_type_of(WEIR_TYPE_NULL) : value->type;
    fill_column(&filler, type, &one, column);
}

/* ---- cells into values ---- */

static void take_cell(struct weir_arena *arena,
                      const struct weir_column *column,
                      const struct weir_heaps *heaps,
                      uint32_t row,
                      struct weir_value *value);

static void take_items(struct weir_arena *arena,
                       const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       uint32_t row,
                       struct weir_value *value)
{
    bool is_list = column->type->kind == WEIR_TYPE_LIST;
    const int32_t *offsets = column->data;
    uint32_t first = is_list ? (uint32_t)offsets[row] : row;
    value->item_count =
        is_list ? (uint32_t)(offsets[row + 1] - offsets[row]) : column->type->field_count;
    struct weir_value *items = weir_arena_alloc(arena, value->item_count * sizeof *items);
    for (uint32_t i = 0; i < value->item_count; i++) {
        take_cell(arena, is_list ? column->children : &column->children[i], heaps,
                  is_list ? first + i : row, &items[i]);
    }
    value->items = items;
}

static void take_cell(struct weir_arena *arena,
                      const struct weir_column *column,
                      const struct weir_heaps *heaps,
                      uint32_t row,
                      struct weir_value *value)
{
    row = column->is_const ? 0 : row;
    *value = (struct weir_value){.type = column->type};
    value->is_null = weir_column_is_null(column, row) || column->type->kind == WEIR_TYPE_NULL;
    if (value->is_null) {
        return;
    }
    switch (column->type->kind) {
    case WEIR_TYPE_BOOL:
        value->i64 = weir_bit_get(column->data, row);
        break;
    case WEIR_TYPE_I32:
        value->i64 = ((const int32_t *)column->data)[row];
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        value->i64 = ((const int64_t *)column->data)[row];
        break;
    case WEIR_TYPE_F64:
        value->f64 = ((const double *)column->data)[row];
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        value->str = weir_view_str((const weir_view *)column->data + row, heaps);
        value->str.bytes = weir_arena_strndup(arena, value->str.bytes, value->str.count);
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        take_items(arena, column, heaps, row, value);
        break;
    case WEIR_TYPE_NULL:
        break;
    }
}

void weir_column_value(struct weir_arena *arena,
                       const struct weir_rows *rows,
                       uint32_t column,
                       uint32_t row,
                       struct weir_value *value)
{
    WEIR_ASSERT(column < rows->schema->field_count && row < rows->rows);
    take_cell(arena, &rows->columns[column], rows->heaps, row, value);
}
