/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of several fields, or of lists and structs, as bytes: equal keys give equal bytes. A field
 * is a byte (0 null, 1 there), then its value: fixed width as it is (null: zeros); text as a count
 * and its bytes; a list as a count and its items; a struct as its fields. Flat fields are written
 * column by column; only what is nested is visited cell by cell. */
#include "exec/chunk/bits.h"
#include "exec/chunk/cells.h"
#include "exec/group/keys.h"

#include <string.h>

struct encoding {
    const struct weir_rows *rows;
    uint32_t from, count;
};

static inline uint32_t row_of(const struct encoding *e, uint32_t i)
{
    return e->rows->sel != NULL ? e->rows->sel[e->from + i] : e->from + i;
}

static size_t fixed_bytes(const struct weir_type *type)
{
    return type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
}

/* ---- one cell of any type; types nest at most WEIR_TYPE_DEPTH_MAX deep ---- */

static size_t cell_size(const struct weir_column *column, uint32_t row)
{
    uint32_t cell = column->is_const ? 0 : row;
    if (weir_cell_is_null(column, row)) {
        return 1;
    }
    if (weir_type_is_text(column->type)) {
        return 5 + (size_t)((const weir_view *)column->data)[cell].count;
    }
    size_t size = 1;
    if (column->type->kind == WEIR_TYPE_LIST) {
        const int32_t *offsets = column->data;
        size += 4;
        for (int32_t i = offsets[cell]; i < offsets[cell + 1]; i++) {
            size += cell_size(&column->children[0], (uint32_t)i);
        }
    } else if (column->type->kind == WEIR_TYPE_STRUCT) {
        for (uint32_t i = 0; i < column->type->field_count; i++) {
            size += cell_size(&column->children[i], cell);
        }
    } else {
        size += fixed_bytes(column->type);
    }
    return size;
}

static uint8_t *put(uint8_t *to, const void *bytes, size_t count)
{
    if (count > 0) {
        memcpy(to, bytes, count);
    }
    return to + count;
}

static uint8_t *put_fixed(uint8_t *to, const struct weir_column *column, uint32_t cell)
{
    if (column->type->kind == WEIR_TYPE_BOOL) {
        *to = weir_bit_at(column->data, cell);
        return to + 1;
    }
    if (column->type->kind == WEIR_TYPE_F64) {
        double value = weir_f64_normal(((const double *)column->data)[cell]);
        return put(to, &value, sizeof value);
    }
    size_t width = weir_type_cell_bytes(column->type);
    return put(to, (const uint8_t *)column->data + cell * width, width);
}

static uint8_t *put_text(uint8_t *to, const weir_view *view, const struct weir_heaps *heaps)
{
    weir_str text = weir_view_str(view, heaps);
    to = put(to, &view->count, 4);
    return put(to, text.bytes, text.count);
}

static uint8_t *put_cell(uint8_t *to,
                         const struct weir_column *column,
                         const struct weir_heaps *heaps,
                         uint32_t row)
{
    uint32_t cell = column->is_const ? 0 : row;
    *to = !weir_cell_is_null(column, row);
    if (*to++ == 0) {
        return to;
    }
    if (weir_type_is_text(column->type)) {
        return put_text(to, (const weir_view *)column->data + cell, heaps);
    }
    if (column->type->kind == WEIR_TYPE_LIST) {
        const int32_t *offsets = column->data;
        int32_t items = offsets[cell + 1] - offsets[cell];
        to = put(to, &items, 4);
        for (int32_t i = offsets[cell]; i < offsets[cell + 1]; i++) {
            to = put_cell(to, &column->children[0], heaps, (uint32_t)i);
        }
        return to;
    }
    if (column->type->kind == WEIR_TYPE_STRUCT) {
        for (uint32_t i = 0; i < column->type->field_count; i++) {
            to = put_cell(to, &column->children[i], heaps, cell);
        }
        return to;
    }
    return put_fixed(to, column, cell);
}

/* ---- one column ---- */

static void add_sizes(const struct encoding *e, const struct weir_column *column, size_t *sizes)
{
    uint32_t mask = column->is_const ? 0 : UINT32_MAX;
    if (!weir_is_flat(column->type) || column->type->kind == WEIR_TYPE_NULL) {
        for (uint32_t i = 0; i < e->count; i++) {
            sizes[i] += cell_size(column, row_of(e, i));
        }
    } else if (weir_type_is_text(column->type)) {
        const weir_view *views = column->data;
        for (uint32_t i = 0; i < e->count; i++) {
            uint32_t r = row_of(e, i);
            bool is_null = weir_column_is_null(column, r);
            sizes[i] += 5 + (is_null ? 0 : (size_t)views[r & mask].count);
        }
    } else {
        for (uint32_t i = 0; i < e->count; i++) {
            sizes[i] += 1 + fixed_bytes(column->type);
        }
    }
}

/* Writes at ends[i] and moves it on. */
static void write_column(const struct encoding *e,
                         const struct weir_column *column,
                         uint8_t *bytes,
                         size_t *ends)
{
    static const weir_view empty;
    const struct weir_heaps *heaps = e->rows->heaps;
    uint32_t mask = column->is_const ? 0 : UINT32_MAX;
    bool is_nested = !weir_is_flat(column->type) || column->type->kind == WEIR_TYPE_NULL;
    bool is_text = weir_type_is_text(column->type);
    size_t width = fixed_bytes(column->type);
    for (uint32_t i = 0; i < e->count; i++) {
        uint32_t r = row_of(e, i);
        uint8_t *to = bytes + ends[i];
        if (is_nested) {
            ends[i] = (size_t)(put_cell(to, column, heaps, r) - bytes);
            continue;
        }
        bool is_null = weir_column_is_null(column, r);
        *to++ = !is_null;
        if (is_text) {
            const weir_view *views = column->data;
            to = put_text(to, is_null ? &empty : &views[r & mask], heaps);
        } else if (is_null) {
            memset(to, 0, width);
            to += width;
        } else {
            to = put_fixed(to, column, r & mask);
        }
        ends[i] = (size_t)(to - bytes);
    }
}

/* How many of the first rows fit into one part; at least one. Sizes become starts. */
static uint32_t place_rows(size_t *sizes, uint32_t count, size_t *total)
{
    size_t sum = 0;
    uint32_t placed = 0;
    while (placed < count && (placed == 0 || sum + sizes[placed] <= WEIR_KEYS_BYTES_PART)) {
        size_t size = sizes[placed];
        sizes[placed++] = sum;
        sum += size;
    }
    *total = sum;
    return placed;
}

/* A view of bytes[start, end), put together in registers: 12 bytes may be read in any case, for
 * buffers have slack. */
static void view_of(struct weir_key *cell, const uint8_t *bytes, size_t start, size_t end)
{
    size_t count = end - start;
    uint64_t low;
    uint32_t high;
    memcpy(&low, bytes + start, sizeof low);
    memcpy(&high, bytes + start + sizeof low, sizeof high);
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        low &= count >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * count)) - 1;
        high &= count <= 8 ? 0 : UINT32_MAX >> (8 * (12 - count));
        cell->half[1] = low >> 32 | (uint64_t)high << 32;
    } else {
        cell->half[1] = (uint64_t)start << 32; /* heap 0 */
    }
    cell->half[0] = count | low << 32;
}

uint32_t weir_keys_encode(struct weir_keys *keys,
                          const struct weir_rows *rows,
                          uint32_t from,
                          uint32_t left)
{
    struct encoding e = {rows, from, left};
    size_t total;
    memset(keys->sizes, 0, left * sizeof *keys->sizes);
    for (uint32_t k = 0; k < keys->count; k++) {
        add_sizes(&e, &rows->columns[keys->fields[k]], keys->sizes);
    }
    e.count = place_rows(keys->sizes, left, &total);
    if (total > WEIR_KEY_BYTES_MAX) {
        return 0;
    }
    weir_buffer_grow(keys->bytes, total);
    keys->bytes->bytes = total;
    uint8_t *bytes = keys->bytes->data;
    for (uint32_t k = 0; k < keys->count; k++) {
        write_column(&e, &rows->columns[keys->fields[k]], bytes, keys->sizes);
    }
    for (uint32_t i = 0; i < e.count; i++) { /* sizes are ends now */
        view_of(&keys->cells[i], bytes, i == 0 ? 0 : keys->sizes[i - 1], keys->sizes[i]);
    }
    return e.count;
}
