/* SPDX-License-Identifier: Apache-2.0 */
/* What receivers, sources, sinks, codecs and stores are made of: the macros that export them, rows
 * written one by one, and a growing byte string. Their callbacks are the slots of weir_KIND_ops in
 * abi/io.h, each with its thread. Columns are read with column.h, nested ones with row.h. */
#ifndef WEIR_IO_H
#define WEIR_IO_H

#include <weir/column.h>
#include <weir/loop/pieces.h>

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

/* ---- rows written one by one: receivers, sources and codecs that give rows ---- */
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

/* The cells of the row that was begun, each written once. Text is copied into the out's heap, but
 * for slices of the record that a codec decodes. */
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

/* Makes a cell null. Non-zero: give up and return that value. */
static inline int weir_row_null(struct weir_out *out, struct weir_task *task, uint32_t column)
{
    return weir_write_null(task, out, column, out->rows);
}

/* The row is complete. */
static inline void weir_row_end(struct weir_out *out)
{
    out->rows++;
}

/* The parts of a nested column: of a struct, an out whose cells are the struct's fields; of a list,
 * one whose rows (weir_row_begin, column 0, weir_row_end) become its items, up to
 * weir_row_list_end.
 *
 *   struct weir_out *tags = weir_row_list(out, TAGS);
 *   for (...) {
 *       if ((rc = weir_row_begin(tags, task, tag.count)) != 0) { return rc; }
 *       weir_row_str(tags, 0, tag);
 *       weir_row_end(tags);
 *   }
 *   weir_row_list_end(out, TAGS);
 *
 * In a row that fails nothing has to be taken back. */
static inline struct weir_out *weir_row_part_(struct weir_out *out, uint32_t column)
{
    struct weir_out *part = out->children[column];
    part->base = out->base;
    part->base_bytes = out->base_bytes;
    part->base_buffer = out->base_buffer;
    return part;
}
static inline struct weir_out *weir_row_struct(struct weir_out *out, uint32_t column)
{
    struct weir_out *part = weir_row_part_(out, column);
    part->rows = out->rows;
    return part;
}
static inline struct weir_out *weir_row_list(struct weir_out *out, uint32_t column)
{
    struct weir_out *part = weir_row_part_(out, column);
    struct weir_list_cell *cell = (struct weir_list_cell *)out->cols[column] + out->rows;
    cell->first = (int32_t)part->rows;
    cell->count = 0;
    return part;
}
static inline void weir_row_list_end(struct weir_out *out, uint32_t column)
{
    struct weir_list_cell *cell = (struct weir_list_cell *)out->cols[column] + out->rows;
    cell->count = (int32_t)out->children[column]->rows - cell->first;
}

/* Room for `text_bytes` of text in a struct's fields, which weir_row_begin of the row knows nothing
 * of. Non-zero: give up and return that value. */
static inline int weir_row_need(struct weir_out *part, struct weir_task *task, size_t text_bytes)
{
    return (size_t)(part->heap_cap - part->heap_used) < text_bytes
               ? part->grow(part, task, text_bytes)
               : 0;
}

/* The loop of a codec's decode: calls `record` with each value of column 0 that counts; it appends
 * rows and returns WEIR_OK, or weir_fail(...), and its rows are taken back. Inlined, `record` too.
 */
static inline int weir_decode_rows(struct weir_task *task,
                                   const struct weir_chunk *in,
                                   struct weir_out *out,
                                   int (*record)(struct weir_task *task,
                                                 weir_str text,
                                                 struct weir_out *out))
{
    const struct weir_reader text = weir_reader_of(in, 0, sizeof(weir_view));
    const size_t count = weir_chunk_count(in);
    weir_base_clear(out);
    for (size_t k = 0; k < count; k++) {
        const size_t i = weir_chunk_position(in, k);
        int outcome;
        out->row_start = out->rows;
        if (!weir_base_set(out, &text, i)) {
            weir_base_clear(out);
        }
        outcome = record(task, weir_read_str(&text, i), out);
        if (outcome != WEIR_OK) {
            out->rows = out->row_start;
            task->row = (uint32_t)i;
            return outcome;
        }
        for (uint32_t row = out->row_start; row < out->rows; row++) {
            out->parent[row] = (uint16_t)i;
        }
    }
    return WEIR_OK;
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

/* A codec: rows out of one encoded column, and back. encoded: that column, (weir_str, line) or
 * (weir_bytes, value). fields: the rows' columns, or () where WEIR_BIND declares them, as a rule
 * those of bind->schema. Then the slots of weir_codec_ops:
 *
 *   static int decode(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
 *   {
 *       return weir_decode_rows(task, in, out, decode_record);
 *   }
 *   WEIR_CODEC(csv, (weir_str, line), (), begin, decode, encode, NULL, NULL, NULL);
 */
#define WEIR_CODEC(name, encoded, fields, begin, decode, encode, finish, frame, feed)              \
    WEIR_SINCE_(1, "WEIR_CODEC")                                                                   \
    WEIR_FIELDS_(weir_encoded_##name, encoded);                                                    \
    WEIR_FIELDS_(weir_fields_##name, fields);                                                      \
    static const struct weir_codec_ops weir_ops_##name = {                                         \
        sizeof(struct weir_codec_ops), 0, begin, decode, encode, finish, frame, feed};             \
    WEIR_EXPORT_(name, WEIR_KIND_CODEC, 0, #name, weir_encoded_##name, 1, weir_fields_##name,      \
                 WEIR_FIELD_COUNT_(fields), NULL, &weir_ops_##name)

/* A store: durable bytes by name; append may be NULL. */
#define WEIR_STORE(name, put, get, list, append, remove)                                           \
    WEIR_SINCE_(1, "WEIR_STORE")                                                                   \
    static const struct weir_store_ops weir_ops_##name = {                                         \
        sizeof(struct weir_store_ops), 0, put, get, list, append, remove};                         \
    WEIR_EXPORT_(name, WEIR_KIND_STORE, 0, #name, NULL, 0, NULL, 0, NULL, &weir_ops_##name)

/* A job: a whole graph, declared in C (job.h). */
#define WEIR_JOB(name, declare)                                                                    \
    WEIR_SINCE_(1, "WEIR_JOB")                                                                     \
    static const struct weir_job_ops weir_ops_##name = {sizeof(struct weir_job_ops), 0, declare};  \
    WEIR_EXPORT_(name, WEIR_KIND_JOB, 0, #name, NULL, 0, NULL, 0, NULL, &weir_ops_##name)

#endif
