/* SPDX-License-Identifier: Apache-2.0 */
/* The host side of a source's read. Text goes into one buffer that is used again as soon as its
 * lines have walked down the chain, unless somebody kept it; so a file passes through the cache.
 * Rows go into columns lent to the source. */
#include "exec/scan/scan.h"
#include "plugin/plugin.h"

#include <string.h>

enum { SCAN_TEXT_BYTES_MAX = INT32_MAX - WEIR_BUFFER_SLACK_BYTES, SCAN_HEAP_BYTES = 256 * 1024 };

struct source_scan {
    struct weir_scan scan; /* first: the plugin's pointer is ours */
    struct weir_exec_task *task;
    struct weir_step *to;
    const struct weir_type *schema;
    int stopped;    /* status of a push that failed */
    bool is_enough; /* the task wants no more */
    size_t reserved;
    struct weir_buffer *text;
    struct weir_lent lent; /* sources of rows */
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
    int status = weir_scan_lines(own->task, own->schema, own->text, 0, bytes, true, false, own->to);
    weir_call_leave(&frame);
    return answer(own, status);
}

/* ---- rows ---- */

static void lend(struct source_scan *scan)
{
    weir_step_heaps_begin(&scan->heaps, NULL, NULL);
    weir_lent_begin(&scan->lent);
}

static int scan_flush(struct weir_scan *scan)
{
    struct source_scan *own = of(scan);
    struct weir_out *out = &own->lent.out;
    if (own->columns == NULL || out->rows == 0) {
        return WEIR_OK;
    }
    int outcome = weir_lent_take(&own->lent, scan->task, 0, out->rows, NULL, own->columns);
    if (outcome != WEIR_OK) {
        lend(own);
        return outcome;
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

static int rows_full(struct weir_lent *lent, struct weir_task *task)
{
    struct source_scan *scan = lent->owner;
    (void)task;
    return scan_flush(&scan->scan);
}

static int open_rows(struct source_scan *scan, struct weir_error *err)
{
    uint32_t count = scan->schema->field_count;
    for (uint32_t c = 0; c < count; c++) {
        if (scan->schema->fields[c].type->kind == WEIR_TYPE_NULL) {
            return weir_error_set(err, WEIR_EUNAVAILABLE, "field '%s' has no type",
                                  scan->schema->fields[c].name);
        }
    }
    scan->columns = weir_arena_alloc(&scan->task->arena, (count + 1) * sizeof *scan->columns);
    weir_lent_init(&scan->lent, scan->schema, &scan->heaps);
    scan->lent.full = rows_full;
    scan->lent.full_bytes = SCAN_HEAP_BYTES; /* what is in the cache goes on */
    scan->lent.owner = scan;
    scan->scan.out = &scan->lent.out;
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
    if (outcome == WEIR_OK) {
        outcome = scan_flush(&scan->scan);
        if (scan->stopped != WEIR_OK || scan->is_enough) {
            return scan->stopped;
        }
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
    weir_lent_finish(&scan.lent);
    weir_step_heaps_finish(&scan.heaps);
    return status;
}
