/* SPDX-License-Identifier: Apache-2.0 */
/* web.apache: an emitter of eleven columns. WEIR_EMITTER has eight, so the loop is written out
 * here, over the same abi.h that its macro uses. */
#include "access_log.h"

#include <weir/operator.h>

enum { COLUMN_COUNT = 11, SHOWN_BYTES = 24 };

WEIR_HELP(
    apache,
    "the fields of an access log's line, in Apache's common or combined format: one row; a "
    "part that is - or absent is empty, or 0 bytes; escapes in quoted parts are resolved. Any "
    "other line is a bad record",
    "generate lines | filter text.ends_with(line, \"\\\"\") | flat_map web.apache(line) | "
    "filter status >= 500 | print");

static const struct weir_field in_fields[] = {{"line", "str"}};
static const struct weir_field out_fields[COLUMN_COUNT] = {
    {"host", "str"},   {"ident", "str"},   {"user", "str"},     {"at", "ts"},
    {"method", "str"}, {"path", "str"},    {"protocol", "str"}, {"status", "i64"},
    {"bytes", "i64"},  {"referer", "str"}, {"agent", "str"}};

/* Most lines have no escapes: then it is a slice. */
static weir_str resolved(struct weir_task *task, weir_str text)
{
    char *to;
    if (weir_str_find_byte(text, '\\') == WEIR_NOT_FOUND) {
        return text;
    }
    to = weir_arena(task, text.count);
    return weir_str_make(to, access_log_unescape(text, to));
}

static void resolve_all(struct weir_task *task, struct access_log *log)
{
    log->user = resolved(task, log->user);
    log->method = resolved(task, log->method);
    log->path = resolved(task, log->path);
    log->protocol = resolved(task, log->protocol);
    log->referer = resolved(task, log->referer);
    log->agent = resolved(task, log->agent);
}

/* Room for one more row with `bytes` of text. Non-zero: give up and return it. */
static int make_room(struct weir_task *task, struct weir_out *out, size_t bytes)
{
    int outcome = out->rows == out->cap ? out->grow(out, task, 0) : WEIR_OK;
    if (outcome == WEIR_OK && bytes > out->heap_cap - out->heap_used) {
        outcome = out->grow(out, task, bytes);
    }
    return outcome;
}

/* Emits a row whose input is at `position`. */
static int emit(struct weir_task *task,
                struct weir_out *out,
                const struct access_log *log,
                size_t position)
{
    const weir_str texts[COLUMN_COUNT] = {log->host,   log->ident,   log->user,     {NULL, 0},
                                          log->method, log->path,    log->protocol, {NULL, 0},
                                          {NULL, 0},   log->referer, log->agent};
    size_t need = 0;
    int outcome;
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        need += weir_need_str(out, texts[c]);
    }
    outcome = make_room(task, out, need);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        if (out_fields[c].type[0] == 's') {
            weir_write_str(out, out->cols[c], out->rows, texts[c]);
        }
    }
    weir_write_ts(out, out->cols[3], out->rows, weir_ts_make(log->at_us));
    weir_write_i64(out, out->cols[7], out->rows, log->status);
    weir_write_i64(out, out->cols[8], out->rows, log->bytes);
    out->parent[out->rows] = (uint16_t)position;
    out->rows++;
    return WEIR_OK;
}

static int fail_line(struct weir_task *task, weir_str line, size_t at, const char *expected)
{
    const weir_str found = weir_str_slice(line, at, SHOWN_BYTES);
    if (found.count == 0) {
        return weir_fail(task, WEIR_BAD_RECORD,
                         "no line of an access log: expected %s at byte %zu, where it ends",
                         expected, at);
    }
    return weir_fail(task, WEIR_BAD_RECORD,
                     "no line of an access log: expected %s at byte %zu, found '%.*s%s'", expected,
                     at, (int)found.count, found.bytes, line.count - at > SHOWN_BYTES ? "..." : "");
}

static int run(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out)
{
    const struct weir_reader lines = weir_reader_of(in, 0, sizeof(weir_view));
    const size_t count = weir_chunk_count(in);
    out->base = NULL;
    out->base_bytes = 0;
    out->base_buffer = -1;
    for (size_t k = 0; k < count; k++) {
        const size_t position = weir_chunk_position(in, k);
        const weir_str line = weir_read_str(&lines, position);
        struct access_log log;
        size_t at;
        const char *expected = access_log_parse(line, &log, &at);
        int outcome;
        out->row_start = out->rows;
        (void)weir_base_set(out, &lines, position);
        if (expected != NULL) {
            outcome = fail_line(task, line, at, expected);
        } else {
            resolve_all(task, &log);
            outcome = emit(task, out, &log, position);
        }
        if (outcome != WEIR_OK) {
            task->row = (uint32_t)position;
            return outcome;
        }
    }
    return WEIR_OK;
}

WEIR_EXPORT_(
    apache, WEIR_KIND_EMITTER, 0, "apache", in_fields, 1, out_fields, COLUMN_COUNT, run, NULL);
