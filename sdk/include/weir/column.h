/* SPDX-License-Identifier: Apache-2.0 */
/* Columns as loops see them: typed cells of a chunk to read, cells of an output to write. The
 * macros of operator.h and io.h are built on these; sinks and receivers use them by hand. */
#ifndef WEIR_COLUMN_H
#define WEIR_COLUMN_H

#include <weir/value.h>

/* One column of a chunk, opened for reading. Borrowed: valid while the chunk is. */
struct weir_reader {
    const void *cells;    /* of position 0 (bool: of the bitmap's first bit) */
    const uint8_t *valid; /* bitmap of the positions that are not null, or NULL: none is null */
    const void *const *buffers; /* text: data buffer i, as in weir_view.buffer */
    const int64_t *sizes;       /* text: its bytes */
    size_t offset;              /* of position 0 in both bitmaps */
    size_t mask;                /* 0: one value for all positions; else all ones */
    const void *items;          /* lists: of the whole column, as an array of their type */
    const struct ArrowArray *array;
    const struct ArrowSchema *schema; /* values of any type */
};

/* Opens column c of `in`, whose cells take `cell_bytes` (0: bool, a bitmap). */
static inline struct weir_reader weir_reader_of(const struct weir_chunk *in,
                                                uint32_t c,
                                                size_t cell_bytes)
{
    const struct ArrowArray *array = in->cols[c];
    struct weir_reader column;
    column.offset = (size_t)array->offset;
    column.valid = (const uint8_t *)array->buffers[0];
    column.cells = array->buffers[1];
    if (column.offset > 0 && cell_bytes > 0) {
        column.cells = (const char *)column.cells + column.offset * cell_bytes;
    }
    column.items = NULL;
    column.array = array;
    column.schema = NULL;
    column.buffers = NULL;
    column.sizes = NULL;
    if (array->n_buffers > 2) {
        column.buffers = (const void *const *)array->buffers + 2;
        column.sizes = (const int64_t *)array->buffers[array->n_buffers - 1];
    }
    column.mask = (in->const_mask >> (c & 31u) & 1u) != 0 && c < 32 ? 0 : (size_t)-1;
    return column;
}

/* Rows of `in` that count; weir_chunk_position says where the k-th of them is. */
static inline size_t weir_chunk_count(const struct weir_chunk *in)
{
    return in->sel != NULL ? in->sel_count : in->rows;
}

static inline size_t weir_chunk_position(const struct weir_chunk *in, size_t k)
{
    return in->sel != NULL ? in->sel[k] : k;
}

/* True if the value at position i is null. Bodies do not see nulls unless they ask for them; sinks
 * and codecs do. */
static inline bool weir_is_null(const struct weir_reader *column, size_t i)
{
    const size_t bit = (i & column->mask) + column->offset;
    return column->valid != NULL && (column->valid[bit >> 3] >> (bit & 7) & 1) == 0;
}

/* weir_read_T(column, i): the value at position i. weir_dense_T: the same for a column that is
 * known not to be constant (mask all ones), so that loops over it vectorise. */
#define WEIR_READERS_(name, T)                                                                     \
    static inline T weir_dense_##name(const struct weir_reader *column, size_t i)                  \
    {                                                                                              \
        return ((const T *)column->cells)[i];                                                      \
    }                                                                                              \
    static inline T weir_read_##name(const struct weir_reader *column, size_t i)                   \
    {                                                                                              \
        return ((const T *)column->cells)[i & column->mask];                                       \
    }
WEIR_READERS_(i32, int32_t)
WEIR_READERS_(i64, int64_t)
WEIR_READERS_(f64, double)
WEIR_READERS_(ts, weir_ts)
#undef WEIR_READERS_

static inline bool weir_dense_bool(const struct weir_reader *column, size_t i)
{
    const size_t bit = i + column->offset;
    return (((const uint8_t *)column->cells)[bit >> 3] >> (bit & 7) & 1) != 0;
}
static inline bool weir_read_bool(const struct weir_reader *column, size_t i)
{
    return weir_dense_bool(column, i & column->mask);
}
static inline weir_str weir_dense_str(const struct weir_reader *column, size_t i)
{
    const weir_view *view = (const weir_view *)column->cells + i;
    const char *bytes = view->count <= WEIR_VIEW_INLINE_BYTES
                            ? (const char *)view + offsetof(weir_view, prefix)
                            : (const char *)column->buffers[view->buffer] + view->offset;
    return weir_str_make(bytes, (size_t)view->count);
}
static inline weir_str weir_read_str(const struct weir_reader *column, size_t i)
{
    return weir_dense_str(column, i & column->mask);
}
static inline weir_bytes weir_dense_bytes(const struct weir_reader *column, size_t i)
{
    return weir_bytes_from_str(weir_dense_str(column, i));
}
static inline weir_bytes weir_read_bytes(const struct weir_reader *column, size_t i)
{
    return weir_bytes_from_str(weir_read_str(column, i));
}

/* weir_write_T(out, cells, i, value): writes cell i of a column of `out`. Cannot fail; text needs
 * the heap room that weir_need_T has told (ask, grow, re-read cells, then write every cell of a
 * row). */
#define WEIR_WRITERS_(name, T)                                                                     \
    static inline void weir_write_##name(struct weir_out *out, void *cells, size_t i, T value)     \
    {                                                                                              \
        (void)out;                                                                                 \
        ((T *)cells)[i] = value;                                                                   \
    }                                                                                              \
    static inline size_t weir_need_##name(const struct weir_out *out, T value)                     \
    {                                                                                              \
        (void)out;                                                                                 \
        (void)value;                                                                               \
        return 0;                                                                                  \
    }
WEIR_WRITERS_(bool, bool)
WEIR_WRITERS_(i32, int32_t)
WEIR_WRITERS_(i64, int64_t)
WEIR_WRITERS_(f64, double)
WEIR_WRITERS_(ts, weir_ts)
#undef WEIR_WRITERS_

/* True if `count` bytes at `bytes` lie in the current row's own input buffer. */
static inline bool weir_is_slice(const struct weir_out *out, const char *bytes, size_t count)
{
    const size_t start = (size_t)((uintptr_t)bytes - (uintptr_t)out->base);
    return start <= out->base_bytes && count <= out->base_bytes - start;
}

/* Bytes of heap that `text` takes in `out`: none if it fits into the cell or is a slice. */
static inline size_t weir_need_str(const struct weir_out *out, weir_str text)
{
    return text.count <= WEIR_VIEW_INLINE_BYTES || weir_is_slice(out, text.bytes, text.count)
               ? 0
               : text.count;
}
static inline size_t weir_need_bytes(const struct weir_out *out, weir_bytes bytes)
{
    return weir_need_str(out, weir_str_from_bytes(bytes));
}

/* Fills a cell with up to 12 bytes, and zeroes the rest: cells are compared and hashed whole. */
static inline void weir_write_inline(const struct weir_out *out, weir_view *cell, weir_str text)
{
    static const uint8_t keep[2 * WEIR_VIEW_INLINE_BYTES] = {255, 255, 255, 255, 255, 255,
                                                             255, 255, 255, 255, 255, 255};
    char *to = (char *)cell + offsetof(weir_view, prefix);
    cell->count = (int32_t)text.count;
    if (weir_is_slice(out, text.bytes, WEIR_VIEW_INLINE_BYTES)) {
        /* 12 bytes may be read: two loads and a mask, no branch on a length that nobody predicts */
        const char *from = text.bytes;
        __asm__("" : "+r"(from)); /* or gcc warns of literals that never come here */
        uint64_t first;
        uint64_t first_keep;
        uint32_t last;
        uint32_t last_keep;
        const uint8_t *mask = keep + (WEIR_VIEW_INLINE_BYTES - text.count);
        memcpy(&first, from, 8);
        memcpy(&last, from + 8, 4);
        memcpy(&first_keep, mask, 8);
        memcpy(&last_keep, mask + 8, 4);
        first &= first_keep;
        last &= last_keep;
        memcpy(to, &first, 8);
        memcpy(to + 8, &last, 4);
        return;
    }
    memset(to, 0, WEIR_VIEW_INLINE_BYTES);
    if (text.count > 0) {
        memcpy(to, text.bytes, text.count);
    }
}

static inline void weir_write_str(struct weir_out *out, void *cells, size_t i, weir_str text)
{
    weir_view *cell = (weir_view *)cells + i;
    if (text.count <= WEIR_VIEW_INLINE_BYTES) {
        weir_write_inline(out, cell, text);
        return;
    }
    cell->count = (int32_t)text.count;
    memcpy(cell->prefix, text.bytes, sizeof cell->prefix);
    if (weir_is_slice(out, text.bytes, text.count)) {
        cell->buffer = out->base_buffer;
        cell->offset = (int32_t)(text.bytes - out->base);
        return;
    }
    memcpy(out->heap + out->heap_used, text.bytes, text.count);
    cell->buffer = out->heap_buffer;
    cell->offset = (int32_t)out->heap_used;
    out->heap_used += (uint32_t)text.count;
}
static inline void weir_write_bytes(struct weir_out *out, void *cells, size_t i, weir_bytes bytes)
{
    weir_write_str(out, cells, i, weir_str_from_bytes(bytes));
}

/* Makes the buffer of the text at position i the one whose slices become views. False if that text
 * is inline or a constant: slices of those are copied, or fit into a cell. */
static inline bool weir_base_set(struct weir_out *out, const struct weir_reader *column, size_t i)
{
    const weir_view *view = (const weir_view *)column->cells + (i & column->mask);
    if (column->mask == 0 || view->count <= WEIR_VIEW_INLINE_BYTES) {
        return false;
    }
    if (view->buffer != out->base_buffer || out->base == NULL) {
        const int64_t bytes = column->sizes[view->buffer];
        out->base = (const char *)column->buffers[view->buffer];
        out->base_bytes = (size_t)(bytes < INT32_MAX ? bytes : INT32_MAX); /* views reach no more */
        out->base_buffer = view->buffer;
    }
    return true;
}

#endif
