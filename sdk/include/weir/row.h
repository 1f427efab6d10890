/* SPDX-License-Identifier: Apache-2.0 */
/* Values of any type: a parameter of type weir_row fits every column (its type in the signature is
 * a variable), and shows lists and structs, to any depth. Also what sinks and codecs read nested
 * columns with, and upgrades old states. Nothing is copied: valid until the body or callback
 * returns. */
#ifndef WEIR_ROW_H
#define WEIR_ROW_H

#include <weir/column.h>

typedef struct {
    const struct ArrowArray *array; /* a column, */
    const struct ArrowSchema *schema;
    size_t at; /* and a position in it */
} weir_row;

/* Position i of a column. */
static inline weir_row weir_row_of(const struct ArrowArray *array,
                                   const struct ArrowSchema *schema,
                                   size_t i)
{
    weir_row row;
    row.array = array;
    row.schema = schema;
    row.at = i;
    return row;
}

/* Its type: 'b' bool, 'i' i32, 'l' i64, 'g' f64, 't' ts, 'u' str, 'z' bytes, '+' list, 's' struct,
 * 'n' null. */
static inline char weir_get_type(weir_row row)
{
    const char *format = row.schema->format;
    if (format[0] == '+') {
        return format[1] == 's' ? 's' : '+';
    }
    return format[0] == 'v' ? format[1] : format[0];
}

static inline bool weir_get_is_null(weir_row row)
{
    const size_t bit = row.at + (size_t)row.array->offset;
    const uint8_t *valid = row.array->n_buffers > 0 ? (const uint8_t *)row.array->buffers[0] : NULL;
    return row.schema->format[0] == 'n' ||
           (valid != NULL && (valid[bit >> 3] >> (bit & 7) & 1) == 0);
}

/* A number of any type as that type; 0 for what is no number. ts: microseconds. */
static inline int64_t weir_get_i64(weir_row row)
{
    const size_t at = row.at + (size_t)row.array->offset;
    const void *cells = row.array->n_buffers > 1 ? row.array->buffers[1] : NULL;
    switch (weir_get_type(row)) {
    case 'b':
        return ((const uint8_t *)cells)[at >> 3] >> (at & 7) & 1;
    case 'i':
        return ((const int32_t *)cells)[at];
    case 'l':
    case 't':
        return ((const int64_t *)cells)[at];
    case 'g':
        return (int64_t)((const double *)cells)[at];
    default:
        return 0;
    }
}
static inline double weir_get_f64(weir_row row)
{
    return weir_get_type(row) == 'g'
               ? ((const double *)row.array->buffers[1])[row.at + (size_t)row.array->offset]
               : (double)weir_get_i64(row);
}
static inline bool weir_get_bool(weir_row row)
{
    return weir_get_i64(row) != 0;
}
static inline weir_ts weir_get_ts(weir_row row)
{
    return weir_ts_make(weir_get_i64(row));
}

/* Text; empty for what is none. */
static inline weir_str weir_get_str(weir_row row)
{
    const char type = weir_get_type(row);
    struct weir_reader column;
    if (type != 'u' && type != 'z') {
        return weir_str_make("", 0);
    }
    memset(&column, 0, sizeof column);
    column.cells = row.array->buffers[1];
    column.buffers = (const void *const *)row.array->buffers + 2;
    return weir_dense_str(&column, row.at + (size_t)row.array->offset);
}
static inline weir_bytes weir_get_bytes(weir_row row)
{
    return weir_bytes_from_str(weir_get_str(row));
}

/* Items of a list (0 of a null), or fields of a struct. */
static inline size_t weir_get_count(weir_row row)
{
    if (weir_get_type(row) == '+') {
        const int32_t *ends = (const int32_t *)row.array->buffers[1] + row.array->offset;
        return weir_get_is_null(row) ? 0 : (size_t)(ends[row.at + 1] - ends[row.at]);
    }
    return (size_t)row.schema->n_children;
}

/* The i-th item of a list. */
static inline weir_row weir_get_item(weir_row row, size_t i)
{
    const int32_t *ends = (const int32_t *)row.array->buffers[1] + row.array->offset;
    return weir_row_of(row.array->children[0], row.schema->children[0], (size_t)ends[row.at] + i);
}

/* The i-th field of a struct, and its name. */
static inline weir_row weir_get_part(weir_row row, size_t i)
{
    return weir_row_of(row.array->children[i], row.schema->children[i],
                       row.at + (size_t)row.array->offset);
}
static inline const char *weir_get_name(weir_row row, size_t i)
{
    return row.schema->children[i]->name;
}

/* The field of that name. False: there is none, and *part is as it was. */
static inline bool weir_get_field(weir_row row, const char *name, weir_row *part)
{
    for (size_t i = 0; i < (size_t)row.schema->n_children; i++) {
        if (strcmp(weir_get_name(row, i), name) == 0) {
            *part = weir_get_part(row, i);
            return true;
        }
    }
    return false;
}

#endif
