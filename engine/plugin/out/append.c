/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that the engine has already, written into lent columns as a plugin would write them: what
 * was kept as bytes comes back through the same door as records that are made. */
#include "plugin/plugin.h"

#include <string.h>

struct appending {
    struct weir_task *task;
    const struct weir_heaps *heaps;
};

static bool is_null_at(const struct weir_column *column, int64_t r)
{
    return column->valid != NULL && (column->valid[r >> 3] >> (r & 7) & 1) == 0;
}

/* Bytes of text that do not fit into the cell. */
static size_t heap_bytes_of(const struct weir_column *column, int64_t r)
{
    if (!weir_type_is_text(column->type) || is_null_at(column, r)) {
        return 0;
    }
    const weir_view *view = (const weir_view *)column->data + r;
    return view->count <= WEIR_VIEW_INLINE_BYTES ? 0 : (size_t)view->count;
}

/* There is room for it: asked for when its row began. */
static void put_text(const struct appending *a,
                     const weir_view *from,
                     struct weir_out *out,
                     uint32_t c)
{
    weir_view *to = (weir_view *)out->cols[c] + out->rows;
    *to = *from;
    if (from->count > WEIR_VIEW_INLINE_BYTES) {
        weir_str text = weir_view_str(from, a->heaps);
        memcpy(out->heap + out->heap_used, text.bytes, text.count);
        to->buffer = out->heap_buffer;
        to->offset = (int32_t)out->heap_used;
        out->heap_used += (uint32_t)text.count;
    }
}

static int put_row(const struct appending *a,
                   const struct weir_column *columns,
                   uint32_t count,
                   int64_t r,
                   struct weir_out *out);

static int begin_row(const struct appending *a, struct weir_out *out, size_t heap_bytes)
{
    int outcome = out->rows == out->cap ? out->grow(out, a->task, 0) : WEIR_OK;
    if (outcome == WEIR_OK && out->heap_cap - out->heap_used < heap_bytes) {
        outcome = out->grow(out, a->task, heap_bytes);
    }
    return outcome;
}

static int put_list(const struct appending *a,
                    const struct weir_column *column,
                    int64_t r,
                    struct weir_out *out,
                    uint32_t c)
{
    const int32_t *offsets = column->data;
    struct weir_out *items = out->children[c];
    struct weir_list_cell *cell = (struct weir_list_cell *)out->cols[c] + out->rows;
    *cell = (struct weir_list_cell){(int32_t)items->rows, offsets[r + 1] - offsets[r]};
    for (int32_t i = offsets[r]; i < offsets[r + 1]; i++) {
        WEIR_TRY(begin_row(a, items, heap_bytes_of(column->children, i)));
        WEIR_TRY(put_row(a, column->children, 1, i, items));
        items->rows++;
    }
    return WEIR_OK;
}

static int put_struct(const struct appending *a,
                      const struct weir_column *column,
                      int64_t r,
                      struct weir_out *out,
                      uint32_t c)
{
    struct weir_out *fields = out->children[c];
    size_t heap_bytes = 0;
    fields->rows = out->rows;
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        heap_bytes += heap_bytes_of(&column->children[i], r);
    }
    if (fields->heap_cap - fields->heap_used < heap_bytes) {
        WEIR_TRY(fields->grow(fields, a->task, heap_bytes));
    }
    return put_row(a, column->children, column->type->field_count, r, fields);
}

/* Depth is at most WEIR_TYPE_DEPTH_MAX. */
static int put_cell(const struct appending *a,
                    const struct weir_column *column,
                    int64_t r,
                    struct weir_out *out,
                    uint32_t c)
{
    enum weir_type_kind kind = column->type->kind;
    size_t width = weir_type_cell_bytes(column->type);
    uint8_t *cells = out->cols[c];
    const uint8_t *data = column->data;
    if (kind == WEIR_TYPE_LIST) {
        return put_list(a, column, r, out, c);
    }
    if (kind == WEIR_TYPE_STRUCT) {
        return put_struct(a, column, r, out, c);
    }
    if (weir_type_is_text(column->type)) {
        put_text(a, (const weir_view *)column->data + r, out, c);
    } else if (kind == WEIR_TYPE_BOOL) {
        cells[out->rows] = data[r >> 3] >> (r & 7) & 1;
    } else {
        memcpy(cells + out->rows * width, data + (size_t)r * width, width);
    }
    return WEIR_OK;
}

/* The cells of the row that was begun. */
static int put_row(const struct appending *a,
                   const struct weir_column *columns,
                   uint32_t count,
                   int64_t r,
                   struct weir_out *out)
{
    for (uint32_t c = 0; c < count; c++) {
        if (!is_null_at(&columns[c], r)) {
            WEIR_TRY(put_cell(a, &columns[c], r, out, c));
            continue;
        }
        if (out->valid[c] == NULL) {
            WEIR_TRY(out->grow_valid(out, a->task, c));
        }
        out->valid[c][out->rows] = 0;
    }
    return WEIR_OK;
}

int weir_lent_append(struct weir_lent *lent, struct weir_task *task, const struct weir_rows *rows)
{
    const struct appending a = {task, rows->heaps};
    struct weir_out *out = &lent->out;
    uint32_t count = rows->schema->field_count;
    for (uint32_t r = 0; r < rows->rows; r++) {
        size_t heap_bytes = 0;
        for (uint32_t c = 0; c < count; c++) {
            heap_bytes += heap_bytes_of(&rows->columns[c], r);
        }
        WEIR_TRY(begin_row(&a, out, heap_bytes));
        WEIR_TRY(put_row(&a, rows->columns, count, r, out));
        out->rows++;
    }
    return WEIR_OK;
}
