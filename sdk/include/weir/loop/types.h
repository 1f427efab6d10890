/* SPDX-License-Identifier: Apache-2.0 */
/* What the macros know of a C type: its name in pipelines, how a column of it is opened and read,
 * how a result is written. One property each: WEIR_CODE_(T) says which type it is (0: none of
 * weir's), the others choose a function by it. Nothing here is for authors. */
#ifndef WEIR_LOOP_TYPES_H
#define WEIR_LOOP_TYPES_H

#include <weir/list.h>
#include <weir/row.h>

enum {
    WEIR_CODE_TEXT_ = 6,  /* from here on: str, bytes */
    WEIR_CODE_LIST_ = 11, /* lists */
    WEIR_CODE_U8S_ = 18,  /* a list of bytes: states only */
    WEIR_CODE_ROW_ = 20   /* any type */
};
#define WEIR_IS_SCALAR_(T) (WEIR_CODE_(T) > 0 && WEIR_CODE_(T) < WEIR_CODE_LIST_)
#define WEIR_IS_VALUE_(T)  (WEIR_CODE_(T) > 0 && WEIR_CODE_(T) < WEIR_CODE_U8S_)
#define WEIR_IS_PARAM_(T)  (WEIR_CODE_(T) > 0 && WEIR_CODE_(T) != WEIR_CODE_U8S_)
#define WEIR_IS_TEXT_(T)   (WEIR_CODE_(T) == 6 || WEIR_CODE_(T) == 7)
#define WEIR_IS_FIXED_(T)  (WEIR_CODE_(T) > 0 && WEIR_CODE_(T) < WEIR_CODE_TEXT_)

/* ---- columns of scalars ---- */
#define WEIR_OPEN__(name, bytes)                                                                   \
    static inline struct weir_reader weir_open_##name(struct weir_task *task,                      \
                                                      const struct weir_chunk *in, uint32_t c)     \
    {                                                                                              \
        (void)task;                                                                                \
        return weir_reader_of(in, c, bytes);                                                       \
    }
WEIR_OPEN__(bool, 0)
WEIR_OPEN__(i32, 4)
WEIR_OPEN__(i64, 8)
WEIR_OPEN__(f64, 8)
WEIR_OPEN__(ts, 8)
WEIR_OPEN__(str, 16)
WEIR_OPEN__(bytes, 16)
#undef WEIR_OPEN__

/* ---- columns as arrays of their C type: items of lists, values of a key ---- */
/* Fixed width: where they lie. Bools and text are unpacked, into scratch that lasts for the loop.
 */
static inline const void *weir_array_fixed_(const struct ArrowArray *array, size_t bytes)
{
    const char *cells = array->length > 0 ? (const char *)array->buffers[1] : NULL;
    return cells == NULL ? NULL : cells + (size_t)array->offset * bytes;
}
#define WEIR_ARRAY__(T, name)                                                                      \
    static inline const T *weir_array_##name(struct weir_task *task,                               \
                                             const struct ArrowArray *array)                       \
    {                                                                                              \
        (void)task;                                                                                \
        return (const T *)weir_array_fixed_(array, sizeof(T));                                     \
    }
WEIR_ARRAY__(int32_t, i32)
WEIR_ARRAY__(int64_t, i64)
WEIR_ARRAY__(double, f64)
WEIR_ARRAY__(weir_ts, ts)
#undef WEIR_ARRAY__
WEIR_COLD_ WEIR_UNUSED_ static const bool *weir_array_bool(struct weir_task *task,
                                                           const struct ArrowArray *array)
{
    bool *cells = (bool *)task->host->arena(task, (size_t)array->length + 1);
    for (size_t i = 0; i < (size_t)array->length; i++) {
        const size_t bit = i + (size_t)array->offset;
        cells[i] = (((const uint8_t *)array->buffers[1])[bit >> 3] >> (bit & 7) & 1) != 0;
    }
    return cells;
}
WEIR_COLD_ WEIR_UNUSED_ static const weir_str *weir_array_str(struct weir_task *task,
                                                              const struct ArrowArray *array)
{
    const size_t count = (size_t)array->length;
    weir_str *cells = (weir_str *)task->host->arena(task, (count + 1) * sizeof *cells);
    struct weir_reader column;
    memset(&column, 0, sizeof column);
    if (count > 0) {
        column.cells = array->buffers[1];
        column.buffers = (const void *const *)array->buffers + 2;
    }
    for (size_t i = 0; i < count; i++) {
        cells[i] = weir_dense_str(&column, i + (size_t)array->offset);
    }
    return cells;
}
WEIR_COLD_ WEIR_UNUSED_ static const weir_bytes *weir_array_bytes(struct weir_task *task,
                                                                  const struct ArrowArray *array)
{
    const weir_str *from = weir_array_str(task, array);
    weir_bytes *cells =
        (weir_bytes *)task->host->arena(task, ((size_t)array->length + 1) * sizeof *cells);
    for (size_t i = 0; i < (size_t)array->length; i++) {
        cells[i] = weir_bytes_from_str(from[i]);
    }
    return cells;
}

/* ---- columns of lists ---- */
#define WEIR_LISTS__(name)                                                                         \
    static inline struct weir_reader weir_open_list_##name(                                        \
        struct weir_task *task, const struct weir_chunk *in, uint32_t c)                           \
    {                                                                                              \
        struct weir_reader column = weir_reader_of(in, c, sizeof(int32_t));                        \
        column.items = in->rows > 0 ? weir_array_##name(task, column.array->children[0]) : NULL;   \
        return column;                                                                             \
    }                                                                                              \
    static inline weir_list_##name weir_read_list_##name(const struct weir_reader *column,         \
                                                         size_t i)                                 \
    {                                                                                              \
        const int32_t *ends = (const int32_t *)column->cells + (i & column->mask);                 \
        weir_list_##name list = {NULL, 0, 0};                                                      \
        weir_list_set_##name(&list, column->items, ends[0], ends[1]);                              \
        return list;                                                                               \
    }                                                                                              \
    static inline weir_list_##name weir_dense_list_##name(const struct weir_reader *column,        \
                                                          size_t i)                                \
    {                                                                                              \
        return weir_read_list_##name(column, i);                                                   \
    }
#define WEIR_SET__(T, name)                                                                        \
    static inline void weir_list_set_##name(weir_list_##name *list, const void *items,             \
                                            int32_t first, int32_t end)                            \
    {                                                                                              \
        list->count = (uint32_t)(end - first);                                                     \
        list->items = list->count > 0 ? (const T *)items + first : NULL;                           \
    }
WEIR_SET__(bool, bool)
WEIR_LISTS__(bool)
WEIR_SET__(int32_t, i32)
WEIR_LISTS__(i32)
WEIR_SET__(int64_t, i64)
WEIR_LISTS__(i64)
WEIR_SET__(double, f64)
WEIR_LISTS__(f64)
WEIR_SET__(weir_ts, ts)
WEIR_LISTS__(ts)
WEIR_SET__(weir_str, str)
WEIR_LISTS__(str)
WEIR_SET__(weir_bytes, bytes)
WEIR_LISTS__(bytes)
#undef WEIR_LISTS__
#undef WEIR_SET__

/* ---- columns of any type ---- */
static inline struct weir_reader weir_open_row(struct weir_task *task,
                                               const struct weir_chunk *in,
                                               uint32_t c)
{
    struct weir_reader column;
    (void)task;
    memset(&column, 0, sizeof column);
    column.array = in->cols[c];
    column.offset = (size_t)column.array->offset;
    column.valid = column.array->n_buffers > 0 ? (const uint8_t *)column.array->buffers[0] : NULL;
    column.schema = in->size > offsetof(struct weir_chunk, schemas) && in->schemas != NULL
                        ? in->schemas[c]
                        : NULL;
    column.mask = (in->const_mask >> (c & 31u) & 1u) != 0 ? 0 : (size_t)-1;
    return column;
}
static inline weir_row weir_read_row(const struct weir_reader *column, size_t i)
{
    return weir_row_of(column->array, column->schema, i & column->mask);
}
static inline weir_row weir_dense_row(const struct weir_reader *column, size_t i)
{
    return weir_read_row(column, i);
}

/* ---- by type ---- */
/* X(T, short name, name in pipelines, code) */
#define WEIR_SCALARS_(X)                                                                           \
    X(bool, bool, "bool", 1)                                                                       \
    X(int32_t, i32, "i32", 2)                                                                      \
    X(int64_t, i64, "i64", 3)                                                                      \
    X(double, f64, "f64", 4)                                                                       \
    X(weir_ts, ts, "ts", 5)                                                                        \
    X(weir_str, str, "str", 6)                                                                     \
    X(weir_bytes, bytes, "bytes", 7)
#ifdef __cplusplus
extern "C++" {
template <class T> struct weir_type_ {
    static constexpr const char *name = "";
    static constexpr int code = 0;
    static constexpr size_t item_bytes = 0;
};
#define WEIR_TYPE__(T, short_name, pipeline_name, number)                                          \
    template <> struct weir_type_<T> {                                                             \
        static constexpr const char *name = pipeline_name;                                         \
        static constexpr int code = number;                                                        \
        static constexpr size_t item_bytes = 0;                                                    \
        static weir_reader open(weir_task *task, const weir_chunk *in, uint32_t c) noexcept        \
        {                                                                                          \
            return weir_open_##short_name(task, in, c);                                            \
        }                                                                                          \
        static T dense(const weir_reader *column, size_t i) noexcept                               \
        {                                                                                          \
            return weir_dense_##short_name(column, i);                                             \
        }                                                                                          \
        static T read(const weir_reader *column, size_t i) noexcept                                \
        {                                                                                          \
            return weir_read_##short_name(column, i);                                              \
        }                                                                                          \
    };
#define WEIR_SCALAR__(T, short_name, pipeline_name, number)                                        \
    WEIR_TYPE__(T, short_name, pipeline_name, number)                                              \
    template <> struct weir_type_<weir_list_##short_name> {                                        \
        static constexpr const char *name = "list<" pipeline_name ">";                             \
        static constexpr int code = number + 10;                                                   \
        static constexpr size_t item_bytes = sizeof(T);                                            \
        static weir_reader open(weir_task *task, const weir_chunk *in, uint32_t c) noexcept        \
        {                                                                                          \
            return weir_open_list_##short_name(task, in, c);                                       \
        }                                                                                          \
        static weir_list_##short_name dense(const weir_reader *column, size_t i) noexcept          \
        {                                                                                          \
            return weir_dense_list_##short_name(column, i);                                        \
        }                                                                                          \
        static weir_list_##short_name read(const weir_reader *column, size_t i) noexcept           \
        {                                                                                          \
            return weir_read_list_##short_name(column, i);                                         \
        }                                                                                          \
    };                                                                                             \
    static inline void weir_write_(weir_out *out, void *cells, size_t i, T value)                  \
    {                                                                                              \
        weir_write_##short_name(out, cells, i, value);                                             \
    }                                                                                              \
    static inline size_t weir_need_(const weir_out *out, T value)                                  \
    {                                                                                              \
        return weir_need_##short_name(out, value);                                                 \
    }                                                                                              \
    static inline void weir_list_set_(weir_list_##short_name *list, const void *items,             \
                                      uint32_t first, uint32_t end)                                \
    {                                                                                              \
        weir_list_set_##short_name(list, items, (int32_t)first, (int32_t)end);                     \
    }                                                                                              \
    static inline const void *weir_array_(const weir_list_##short_name *, weir_task *task,         \
                                          const ArrowArray *array)                                 \
    {                                                                                              \
        return weir_array_##short_name(task, array);                                               \
    }
WEIR_SCALARS_(WEIR_SCALAR__)
WEIR_TYPE__(weir_row, row, "A", WEIR_CODE_ROW_)
template <> struct weir_type_<weir_list_u8> {
    static constexpr const char *name = "bytes";
    static constexpr int code = WEIR_CODE_U8S_;
    static constexpr size_t item_bytes = 1;
};
#undef WEIR_TYPE__
#undef WEIR_SCALAR__
}
#define WEIR_CODE_(T)                     weir_type_<T>::code
#define WEIR_NAME_(T)                     weir_type_<T>::name
#define WEIR_ITEM_BYTES_(T)               weir_type_<T>::item_bytes
#define WEIR_OPEN_COLUMN_(T, task, in, c) weir_type_<T>::open(task, in, c)
#define WEIR_DENSE_(T, column, i)         weir_type_<T>::dense(column, i)
#define WEIR_READ_(T, column, i)          weir_type_<T>::read(column, i)
#define WEIR_WRITE_(out, cells, i, value) weir_write_(out, cells, i, value)
#define WEIR_NEED_(out, value)            weir_need_(out, value)
#define WEIR_LIST_SET_(list, items, a, b) weir_list_set_(list, items, a, b)
#define WEIR_ARRAY_(list, task, array)    weir_array_(list, task, array)
#else
#define WEIR_BY_SCALAR_(key, to_bool, to_i32, to_i64, to_f64, to_ts, to_str, to_bytes, other)      \
    _Generic((key),                                                                                \
        bool *: to_bool,                                                                           \
        int32_t *: to_i32,                                                                         \
        int64_t *: to_i64,                                                                         \
        double *: to_f64,                                                                          \
        weir_ts *: to_ts,                                                                          \
        weir_str *: to_str,                                                                        \
        weir_bytes *: to_bytes,                                                                    \
        default: other)
#define WEIR_BY_LIST_(key, to_bool, to_i32, to_i64, to_f64, to_ts, to_str, to_bytes, other)        \
    _Generic((key), weir_list_bool *                                                               \
             : to_bool, weir_list_i32 *                                                            \
             : to_i32, weir_list_i64 *                                                             \
             : to_i64, weir_list_f64 *                                                             \
             : to_f64, weir_list_ts *                                                              \
             : to_ts, weir_list_str *                                                              \
             : to_str, weir_list_bytes *                                                           \
             : to_bytes, default                                                                   \
             : other)
#define WEIR_BY_OTHER_(key, to_u8, to_row, other)                                                  \
    _Generic((key), weir_list_u8 * : to_u8, weir_row * : to_row, default : other)
#define WEIR_CODE_(T)                                                                              \
    WEIR_BY_SCALAR_(                                                                               \
        (T *)0, 1, 2, 3, 4, 5, 6, 7,                                                               \
        WEIR_BY_LIST_((T *)0, 11, 12, 13, 14, 15, 16, 17, WEIR_BY_OTHER_((T *)0, 18, 20, 0)))
#define WEIR_NAME_(T)                                                                              \
    WEIR_BY_SCALAR_((T *)0, "bool", "i32", "i64", "f64", "ts", "str", "bytes",                     \
                    WEIR_BY_LIST_((T *)0, "list<bool>", "list<i32>", "list<i64>", "list<f64>",     \
                                  "list<ts>", "list<str>", "list<bytes>",                          \
                                  WEIR_BY_OTHER_((T *)0, "bytes", "A", "")))
#define WEIR_ITEM_BYTES_(T)                                                                        \
    WEIR_BY_LIST_((T *)0, sizeof(bool), 4, 8, 8, 8, 16, 16, WEIR_BY_OTHER_((T *)0, 1, 0, 0))
/* stem + the short name of a scalar, a list or a row */
#define WEIR_BY_NAME_(key, stem)                                                                   \
    WEIR_BY_SCALAR_(key, stem##bool, stem##i32, stem##i64, stem##f64, stem##ts, stem##str,         \
                    stem##bytes, stem##i64)
#define WEIR_BY_ANY_NAME_(key, stem)                                                               \
    WEIR_BY_SCALAR_(key, stem##bool, stem##i32, stem##i64, stem##f64, stem##ts, stem##str,         \
                    stem##bytes,                                                                   \
                    WEIR_BY_LIST_(key, stem##list_bool, stem##list_i32, stem##list_i64,            \
                                  stem##list_f64, stem##list_ts, stem##list_str, stem##list_bytes, \
                                  WEIR_BY_OTHER_(key, stem##i64, stem##row, stem##i64)))
#define WEIR_BY_LIST_NAME_(key, stem)                                                              \
    WEIR_BY_LIST_(key, stem##bool, stem##i32, stem##i64, stem##f64, stem##ts, stem##str,           \
                  stem##bytes, stem##i64)
#define WEIR_OPEN_COLUMN_(T, task, in, c) WEIR_BY_ANY_NAME_((T *)0, weir_open_)(task, in, c)
#define WEIR_DENSE_(T, column, i)         WEIR_BY_ANY_NAME_((T *)0, weir_dense_)(column, i)
#define WEIR_READ_(T, column, i)          WEIR_BY_ANY_NAME_((T *)0, weir_read_)(column, i)
#define WEIR_WRITE_(out, cells, i, value) WEIR_BY_NAME_(&(value), weir_write_)(out, cells, i, value)
#define WEIR_NEED_(out, value)            WEIR_BY_NAME_(&(value), weir_need_)(out, value)
#define WEIR_LIST_SET_(list, items, a, b)                                                          \
    WEIR_BY_LIST_NAME_(list, weir_list_set_)(list, items, (int32_t)(a), (int32_t)(b))
#define WEIR_ARRAY_(list, task, array) WEIR_BY_LIST_NAME_(list, weir_array_)(task, array)
#endif

#endif
