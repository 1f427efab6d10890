/* SPDX-License-Identifier: Apache-2.0 */
/* What receivers, sources and sinks are made of: the macros that export them, rows written one by
 * one, and a growing byte string. Their callbacks are the slots of weir_receiver_ops,
 * weir_source_ops and weir_sink_ops in abi.h, each with its thread. Columns are read with column.h.
 */
#ifndef WEIR_IO_H
#define WEIR_IO_H

#include <weir/column.h>
#include <weir/detail.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a growing byte string: lines, tokens and texts under construction ---- */
/* Zeroed = empty. A failed allocation is sticky, as in `ctx`: append all, then look at is_failed
 * once. */
struct weir_blob {
    char *bytes;
    size_t count, capacity;
    bool is_failed;
};

/* Room for `more` bytes behind count, which the caller raises by what it wrote. NULL: out of
 * memory. */
static inline char *weir_blob_reserve(struct weir_blob *blob, size_t more)
{
    if (blob->is_failed || more > SIZE_MAX / 4 || blob->count > SIZE_MAX / 4) {
        blob->is_failed = true;
        return NULL;
    }
    if (blob->count + more > blob->capacity || blob->bytes == NULL) {
        size_t capacity = blob->capacity < 256 ? 256 : blob->capacity;
        while (capacity < blob->count + more) {
            capacity += capacity / 2;
        }
        char *bytes = (char *)realloc(blob->bytes, capacity);
        if (bytes == NULL) {
            blob->is_failed = true;
            return NULL;
        }
        blob->bytes = bytes;
        blob->capacity = capacity;
    }
    return blob->bytes + blob->count;
}

/* Appends `count` bytes, which must not lie in the blob itself. */
static inline void weir_blob_append(struct weir_blob *blob, const void *bytes, size_t count)
{
    char *at = weir_blob_reserve(blob, count);
    if (at != NULL && count > 0) {
        memcpy(at, bytes, count);
        blob->count += count;
    }
}

/* Appends a NUL-terminated text. */
static inline void weir_blob_put(struct weir_blob *blob, const char *text)
{
    weir_blob_append(blob, text, strlen(text));
}

/* Appends a number in decimal. */
static inline void weir_blob_put_u64(struct weir_blob *blob, uint64_t number)
{
    char text[24];
    int count = snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    weir_blob_append(blob, text, (size_t)count);
}

/* Empty again; keeps the memory and forgets a failure. */
static inline void weir_blob_clear(struct weir_blob *blob)
{
    blob->count = 0;
    blob->is_failed = false;
}

/* Frees the memory; the blob is empty and may be used again. */
static inline void weir_blob_free(struct weir_blob *blob)
{
    free(blob->bytes);
    memset(blob, 0, sizeof *blob);
}

/* ---- rows written one by one: receivers and sources that give rows ---- */
/* Begins a row that will hold at most `text_bytes` of text. Non-zero: give up and return that
 * value. */
static inline int weir_row_begin(struct weir_out *out, struct weir_task *task, size_t text_bytes)
{
    int rc = 0;
    if (out->rows == out->cap) {
        rc = out->grow(out, task, 0);
    }
    if (rc == 0 && (size_t)(out->heap_cap - out->heap_used) < text_bytes) {
        rc = out->grow(out, task, text_bytes);
    }
    return rc;
}

/* The cells of the row that was begun, each written once. Text is copied into the out's heap. */
static inline void weir_row_bool(struct weir_out *out, uint32_t column, bool value)
{
    weir_write_bool(out, out->cols[column], out->rows, value);
}
static inline void weir_row_i32(struct weir_out *out, uint32_t column, int32_t value)
{
    weir_write_i32(out, out->cols[column], out->rows, value);
}
static inline void weir_row_i64(struct weir_out *out, uint32_t column, int64_t value)
{
    weir_write_i64(out, out->cols[column], out->rows, value);
}
static inline void weir_row_f64(struct weir_out *out, uint32_t column, double value)
{
    weir_write_f64(out, out->cols[column], out->rows, value);
}
static inline void weir_row_ts(struct weir_out *out, uint32_t column, weir_ts value)
{
    weir_write_ts(out, out->cols[column], out->rows, value);
}
static inline void weir_row_str(struct weir_out *out, uint32_t column, weir_str value)
{
    weir_write_str(out, out->cols[column], out->rows, value);
}
static inline void weir_row_bytes(struct weir_out *out, uint32_t column, weir_bytes value)
{
    weir_write_bytes(out, out->cols[column], out->rows, value);
}

/* The row is complete. */
static inline void weir_row_end(struct weir_out *out)
{
    out->rows++;
}

/* ---- exports ----
 * Each macro lists one export under its name; a callback that is NULL is not given. Parameters, an
 * instance and help are joined to it by WEIR_PARAMS, WEIR_INSTANCE and WEIR_HELP of the same name
 * (describe.h). fields: the columns of its rows, (weir_str, user, int64_t, ms), or
 * () where WEIR_BIND declares them by the parameters. */

/* A receiver of rows: run or poll, the other is NULL. */
#define WEIR_RECEIVER(name, fields, run, poll, acked)                                              \
    WEIR_FIELDS_(weir_fields_##name, fields);                                                      \
    WEIR_RECEIVER_(name, 0, WEIR_FIELD_COUNT_(fields), run, poll, acked)

/* A receiver of text: whole lines by reserve and commit; the engine makes `line: str` of them. */
#define WEIR_TEXT_RECEIVER(name, run, poll, acked)                                                 \
    WEIR_FIELDS_(weir_fields_##name, (weir_str, line));                                            \
    WEIR_RECEIVER_(name, WEIR_TEXT_LINES, 1, run, poll, acked)

#define WEIR_RECEIVER_(name, flags, count, run, poll, acked)                                       \
    static const struct weir_receiver_ops weir_ops_##name = {sizeof(struct weir_receiver_ops), 0,  \
                                                             run, poll, acked};                    \
    WEIR_EXPORT_(name, WEIR_KIND_RECEIVER, flags, #name, NULL, 0, weir_fields_##name, count, NULL, \
                 &weir_ops_##name)

/* A source comes to an end by itself, or does not. */
enum weir_source_end { WEIR_INFINITE = 0, WEIR_FINITE = 1 };

/* A source of rows, appended to scan->out; flush when its columns are full, and at the end. */
#define WEIR_SOURCE(name, end, fields, next, split, read, committed)                               \
    WEIR_FIELDS_(weir_fields_##name, fields);                                                      \
    WEIR_SOURCE_(name, 0, WEIR_FIELD_COUNT_(fields), end, next, split, read, committed)

/* A source of text: whole lines by reserve and commit; the engine makes `line: str` of them. */
#define WEIR_TEXT_SOURCE(name, end, next, split, read, committed)                                  \
    WEIR_FIELDS_(weir_fields_##name, (weir_str, line));                                            \
    WEIR_SOURCE_(name, WEIR_TEXT_LINES, 1, end, next, split, read, committed)

#define WEIR_SOURCE_(name, flags, count, end, next, split, read, committed)                        \
    static const struct weir_source_ops weir_ops_##name = {                                        \
        sizeof(struct weir_source_ops), end, next, split, read, committed};                        \
    WEIR_EXPORT_(name, WEIR_KIND_SOURCE, flags, #name, NULL, 0, weir_fields_##name, count, NULL,   \
                 &weir_ops_##name)

/* A sink of any records; guarantee: enum weir_guarantee. */
#define WEIR_SINK(name, guarantee, begin, write, prepare, commit, abort, recover)                  \
    static const struct weir_sink_ops weir_ops_##name = {                                          \
        sizeof(struct weir_sink_ops), guarantee, begin, write, prepare, commit, abort, recover};   \
    WEIR_EXPORT_(name, WEIR_KIND_SINK, 0, #name, NULL, 0, NULL, 0, NULL, &weir_ops_##name)

#endif
