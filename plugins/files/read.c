/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the lines of a range straight into the engine's memory. Pieces are small enough to stay in
 * the processor's cache from pread to the first operator; a piece ends with a line, and a line that
 * is longer makes it grow. */
#include "opened.h"

#include <unistd.h>

enum { PIECE_BYTES = 1024 * 1024, LINE_BYTES_MAX = 1024 * 1024 * 1024 };

/* Index behind the last '\n', or 0. */
static size_t lines_end(const char *bytes, size_t count)
{
    while (count > 0 && bytes[count - 1] != '\n') {
        count--;
    }
    return count;
}

static int too_long(struct weir_opened *file, uint64_t at)
{
    return weir_fail(file->task, WEIR_FATAL,
                     "%s has a line of more than 1 GiB at byte %llu: no line may be longer; break "
                     "it, or leave the file out",
                     file->path.bytes, (unsigned long long)at);
}

/* Reads one piece of at most `piece` bytes; *done = bytes that became lines, 0 if no line ended in
 * it. */
static int read_piece(struct weir_opened *file,
                      struct weir_scan *scan,
                      uint64_t from,
                      uint64_t to,
                      size_t piece,
                      size_t *done)
{
    bool is_last = to - from <= piece;
    size_t count = is_last ? (size_t)(to - from) : piece;
    char *at = scan->reserve(scan, count + 1);
    if (at == NULL) {
        return WEIR_FATAL;
    }
    int rc = weir_opened_read(file, at, count, from);
    if (rc != WEIR_OK) {
        scan->commit(scan, 0);
        return rc;
    }
    *done = is_last ? count : lines_end(at, count);
    size_t give = *done;
    if (is_last && at[count - 1] != '\n') {
        at[give++] = '\n'; /* lines of two files must not become one */
    }
    return scan->commit(scan, give);
}

static int read_span(struct weir_task *task, const struct weir_span *span, struct weir_scan *scan)
{
    struct weir_opened file;
    size_t piece = PIECE_BYTES;
    uint64_t at = span->from;
    int rc = weir_opened_open(&file, task, span);
    while (rc == WEIR_OK && at < span->to) {
        size_t done = 0;
        rc = read_piece(&file, scan, at, span->to, piece, &done);
        at += done;
        if (done > 0) {
            piece = PIECE_BYTES;
        } else if (rc == WEIR_OK && piece >= LINE_BYTES_MAX) {
            rc = too_long(&file, at);
        } else {
            piece *= 2;
        }
    }
    weir_opened_close(&file);
    return rc;
}

int weir_range_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct weir_span span;
    int more = 0;
    int rc = WEIR_OK;
    while (rc == WEIR_OK && (more = weir_span_next(&range, &span)) == 1) {
        rc = span.from < span.to ? read_span(task, &span, scan) : WEIR_OK;
    }
    if (more < 0) {
        rc = weir_fail(task, WEIR_FATAL,
                       "the range to read is damaged: expected spans of files, found other bytes "
                       "in it");
    }
    return rc;
}
