/* SPDX-License-Identifier: Apache-2.0 */
/* The host side of a source's read. Text goes into one buffer that is used again as soon as its
 * lines have walked down the chain, unless somebody kept it; so a file passes through the cache.
 * Rows go into columns lent to the source. */
#include "exec/chunk/cells.h"
#include "plugin/plugin.h"
#include "exec/scan/scan.h"

#include <string.h>

enum { SCAN_TEXT_BYTES_MAX = INT32_MAX - WEIR_BUFFER_SLACK_BYTES, SCAN_HEAP_BYTES = 256 * 1024 };

/* A column lent to a source of rows. */
struct lent_column {
    uint8_t *bits, *valid; /* of one chunk */
};

struct source_scan {
    struct weir_scan scan; /* first: the plugin's pointer is ours */
    struct weir_out out;
    struct weir_exec_task *task;
    struct weir_step *to;
    const struct weir_type *schema;
    int stopped;    /* status of a push that failed */
    bool is_enough; /* the task wants no more */
    size_t reserved;
    struct weir_buffer *text;
    struct lent_column *lent;
    struct weir_column *columns;
    struct weir_step_heaps heaps;
};

static struct source_scan *of(struct weir_scan *scan)
{
    return (struct source_scan *)scan;
}

/* What a source sees of a chain that will take nothing more. */
static int answer(struct source_scan *scan, int status)
{
    scan->stopped = status;
    scan->is_enough = scan->task->wants_no_more;
    return status != WEIR_OK ? WEIR_FATAL : scan->is_enough ? WEIR_AGAIN : WEIR_OK;
}

/* ---- text ---- */

static char *scan_reserve(struct weir_scan *scan, size_t bytes)
{
    struct source_scan *own = of(scan);
    if (bytes > SCAN_TEXT_BYTES_MAX) {
        (void)scan->task->host->fail(scan->task, WEIR_FATAL,
                                     "asks for %zu bytes of text at once: at most %d are possible",
                                     bytes, (int)SCAN_TEXT_BYTES_MAX);
        return NULL;
    }
    bool is_free = own->text != NULL && own->text->capacity >= bytes &&
                   atomic_load_explicit(&own->text->refs, memory_order_acquire) == 1;
    if (!is_free) {
        weir_buffer_release(own->text);
        own->text = weir_buffer_create(bytes);
    }
    own->reserved = bytes;
    return (char *)own->text->data;
}

static int scan_commit(struct weir_scan *scan, size_t bytes)
{
    struct source_scan *own = of(scan);
    if (bytes > own->reserved) {
        return scan->task->host->fail(scan->task, WEIR_FATAL,
                                      "commits %zu bytes of text, but has reserved %zu", bytes,
                                      own->reserved);
    }
    own->reserved = 0;
    if (bytes == 0) {
        return WEIR_OK;
    }
    own->text->bytes = bytes;
    struct weir_call_frame frame;
    weir_call_enter_engine(&frame);
    int status =
        weir_scan_lines(own->task, own->schema, own->text, 0, bytes, true, false, own->to);
    weir_call_leave(&frame);
    return answer(own, status);
}

/* ---- rows ---- */

static void lend(struct source_scan *scan)
{
    static const struct weir_heaps none;
    weir_step_heaps_begin(&scan->heaps, NULL, &none);
    weir_step_heaps_open(&scan->out);
    scan->out.rows = scan->out.row_start = 0;
}

static int scan_flush(struct weir_scan *scan)
{
    struct source_scan *own = of(scan);
    struct weir_out *out = &own->out;
    if (out->rows == 0) {
        return WEIR_OK;
    }
    weir_step_heaps_close(&own->heaps, out);
    for (uint32_t c = 0; c < own->schema->field_count; c++) {
        struct weir_column *column = &own->columns[c];
        *column = (struct weir_column){.type = own->schema->fields[c].type, .data = out->cols[c]};
        if (column->type->kind == WEIR_TYPE_BOOL) {
            weir_truth_pack(out->cols[c], out->rows, WEIR_TRUE, own->lent[c].bits);
            column->data = own->lent[c].bits;
        }
        if (out->valid[c] != NULL) {
            weir_truth_pack(out->valid[c], out->rows, WEIR_TRUE, own->lent[c].valid);
            column->valid = own->lent[c].valid;
        }
    }
    struct weir_rows chunk = {.schema = own->schema,
                              .rows = out->rows,
                              .columns = own->columns,
                              .heaps = &own->heaps.table};
    own->task->records_in += chunk.rows;
    struct weir_call_frame frame; /* its caller is the source, or we after its end */
    weir_call_enter_engine(&frame);
    int status = weir_step_push(own->to, own->task, &chunk);
    weir_call_leave(&frame);
    lend(own);
    return answer(own, status);
}

static int out_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct source_scan *scan = out->owner;
    if (heap_bytes > WEIR_STEP_HEAP_BYTES_MAX) {
        return task->host->fail(task, WEIR_FATAL,
                                "gives a record with %zu bytes of text: at most 1 GiB is possible",
                                heap_bytes);
    }
    bool is_fat = heap_bytes > 0 && out->heap_used + heap_bytes > SCAN_HEAP_BYTES;
    if (out->rows == out->cap || (is_fat && out->rows > 0)) {
        int outcome = scan_flush(&scan->scan);
        if (outcome != WEIR_OK) {
            return outcome;
        }
    }
    if (heap_bytes > out->heap_cap - out->heap_used) {
        weir_step_heaps_grow(&scan->heaps, out, heap_bytes);
    }
    return WEIR_OK;
}

static int open_rows(struct source_scan *scan, struct weir_error *err)
{
    uint32_t count = scan->schema->field_count;
    struct weir_arena *arena = &scan->task->arena;
    scan->out.cols = weir_arena_alloc(arena, (count + 1) * sizeof *scan->out.cols);
    scan->out.valid = weir_arena_alloc(arena, (count + 1) * sizeof *scan->out.valid);
    scan->columns = weir_arena_alloc(arena, (count + 1) * sizeof *scan->columns);
    scan->lent = weir_arena_alloc(arena, (count + 1) * sizeof *scan->lent);
    for (uint32_t c = 0; c < count; c++) {
        const struct weir_type *type = scan->schema->fields[c].type;
        size_t width = type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
        if (!weir_is_flat(type) || width == 0) {
            return weir_error_set(err, WEIR_EUNAVAILABLE,
                                  "field '%s' is a list or a struct, which sources cannot give "
                                  "yet",
                                  scan->schema->fields[c].name);
        }
        scan->out.cols[c] = weir_arena_alloc(arena, width * WEIR_CHUNK_ROWS_MAX);
        scan->lent[c].bits = weir_arena_alloc(arena, WEIR_CHUNK_ROWS_MAX / 8);
        scan->lent[c].valid = weir_arena_alloc(arena, WEIR_CHUNK_ROWS_MAX / 8);
    }
    scan->out.size = sizeof scan->out;
    scan->out.cap = WEIR_CHUNK_ROWS_MAX;
    scan->out.column_count = count;
    scan->out.grow = out_grow;
    scan->out.owner = scan;
    scan->out.base_buffer = -1;
    lend(scan);
    return WEIR_OK;
}

/* ---- the read ---- */

static int read_range(struct source_scan *scan, struct weir_call *call, weir_bytes range)
{
    struct weir_exec_task *task = scan->task;
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, call, "read");
    int outcome = call->op->source->read(&call->task, range, &scan->scan);
    weir_call_leave(&frame);
    weir_arena_reset(&call->arena);
    if (scan->stopped != WEIR_OK || scan->is_enough) {
        return scan->stopped;
    }
    if (outcome == WEIR_OK) {
        outcome = call->outcome; /* a failure that it forgot to return */
    }
    if (outcome == WEIR_OK && scan->out.rows > 0) {
        (void)scan_flush(&scan->scan);
        return scan->stopped;
    }
    if (outcome == WEIR_OK) {
        return WEIR_OK;
    }
    task->may_retry = outcome == WEIR_RETRY;
    return weir_call_failed(call, outcome, task->err);
}

int weir_scan_source(struct weir_exec_task *task,
                     struct weir_call *call,
                     const struct weir_type *schema,
                     weir_bytes range,
                     struct weir_step *to)
{
    struct source_scan scan = {.task = task, .to = to, .schema = schema};
    scan.scan = (struct weir_scan){.size = sizeof scan.scan,
                                   .task = &call->task,
                                   .out = &scan.out,
                                   .flush = scan_flush,
                                   .reserve = scan_reserve,
                                   .commit = scan_commit};
    if (task->wants_no_more) {
        return WEIR_OK;
    }
    weir_call_begin(call, task->batch_us, task->partition, task->seed);
    bool is_text = (call->op->flags & WEIR_TEXT_LINES) != 0;
    int status = is_text ? WEIR_OK : open_rows(&scan, task->err);
    if (status == WEIR_OK) {
        status = read_range(&scan, call, range);
    }
    weir_buffer_release(scan.text);
    weir_step_heaps_finish(&scan.heaps);
    return status;
}
