/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of ranges, and cutting one into parts. Cutting reads a few KiB around each border
 * and no more: the parts are read later, in parallel. */
#include "range.h"

#include "opened.h"

#include <unistd.h>

enum { PROBE_BYTES = 4096, PARTS_MAX = 65536 };

void weir_span_append(struct weir_blob *range, weir_str path, uint64_t from, uint64_t to)
{
    weir_blob_put_u64(range, from);
    weir_blob_put(range, "-");
    weir_blob_put_u64(range, to);
    weir_blob_put(range, ":");
    weir_blob_put_u64(range, path.count);
    weir_blob_put(range, ":");
    weir_blob_append(range, path.bytes, path.count);
    weir_blob_put(range, "\n");
}

/* Takes a decimal number and the byte `end` behind it off the front. */
static bool take_number(weir_bytes *rest, char end, uint64_t *number)
{
    size_t i = 0;
    *number = 0;
    while (i < rest->count && rest->bytes[i] >= '0' && rest->bytes[i] <= '9' && i < 19) {
        *number = *number * 10 + (uint64_t)(rest->bytes[i] - '0');
        i++;
    }
    if (i == 0 || i == rest->count || rest->bytes[i] != (uint8_t)end) {
        return false;
    }
    rest->bytes += i + 1;
    rest->count -= i + 1;
    return true;
}

int weir_span_next(weir_bytes *rest, struct weir_span *span)
{
    uint64_t count;
    if (rest->count == 0) {
        return 0;
    }
    if (!take_number(rest, '-', &span->from) || !take_number(rest, ':', &span->to) ||
        !take_number(rest, ':', &count) || span->from > span->to || count >= rest->count ||
        rest->bytes[count] != '\n') {
        return -1;
    }
    span->path = (weir_str){(const char *)rest->bytes, (size_t)count};
    rest->bytes += count + 1;
    rest->count -= (size_t)count + 1;
    return 1;
}

/* Bytes of all spans, or an outcome in *rc. */
static uint64_t range_bytes(struct weir_task *task, weir_bytes range, int *rc)
{
    struct weir_span span;
    uint64_t total = 0;
    int more;
    while ((more = weir_span_next(&range, &span)) == 1) {
        total += span.to - span.from;
    }
    *rc = more == 0 ? WEIR_OK
                    : weir_fail(task, WEIR_FATAL,
                                "the range to read is damaged: expected spans of files, found "
                                "other bytes in it");
    return total;
}

/* Moves *at, which lies inside the span, to the next line start, at most to the span's end. */
static int to_line_start(struct weir_task *task, const struct weir_span *span, uint64_t *at)
{
    struct weir_opened file;
    char probe[PROBE_BYTES];
    int rc = weir_opened_open(&file, task, span);
    uint64_t from = *at - 1; /* if a line ends just before, *at is a start already */
    while (rc == WEIR_OK && from < span->to) {
        size_t got = sizeof probe < span->to - from ? sizeof probe : (size_t)(span->to - from);
        rc = weir_opened_read(&file, probe, got, from);
        const char *newline = rc == WEIR_OK ? memchr(probe, '\n', got) : NULL;
        if (newline != NULL) {
            *at = from + (uint64_t)(newline - probe) + 1;
            break;
        }
        from += got;
        *at = from;
    }
    weir_opened_close(&file);
    return rc;
}

/* The part under construction, and where the next cut is due. */
struct cutter {
    struct weir_task *task;
    struct weir_split *split;
    struct weir_blob part;
    uint64_t total, done; /* bytes of all spans; bytes that came before the current place */
    uint32_t parts, cuts; /* cuts: number of the next one, 1 to parts - 1 */
};

static uint64_t cut_place(const struct cutter *cutter)
{
    return cutter->cuts >= cutter->parts
               ? UINT64_MAX
               : (uint64_t)((double)cutter->total / cutter->parts * cutter->cuts);
}

static int give_part(struct cutter *cutter)
{
    weir_bytes bytes = {(const uint8_t *)cutter->part.bytes, cutter->part.count};
    if (cutter->part.is_failed) {
        return weir_fail(cutter->task, WEIR_RETRY, "out of memory for a range");
    }
    int rc = bytes.count == 0 ? WEIR_OK : cutter->split->part(cutter->split, bytes);
    weir_blob_clear(&cutter->part);
    return rc;
}

static int cut_span(struct cutter *cutter, struct weir_span span)
{
    while (cut_place(cutter) < cutter->done + (span.to - span.from)) {
        uint64_t place = cut_place(cutter);
        uint64_t at = span.from;
        cutter->cuts++;
        if (place > cutter->done) {
            at += place - cutter->done;
            int rc = to_line_start(cutter->task, &span, &at);
            if (rc != WEIR_OK) {
                return rc;
            }
        }
        if (at >= span.to) {
            continue; /* one long line: the cut falls behind this span */
        }
        if (at > span.from) {
            weir_span_append(&cutter->part, span.path, span.from, at);
            cutter->done += at - span.from;
            span.from = at;
        }
        int rc = give_part(cutter);
        if (rc != WEIR_OK) {
            return rc;
        }
    }
    weir_span_append(&cutter->part, span.path, span.from, span.to);
    cutter->done += span.to - span.from;
    return WEIR_OK;
}

int weir_range_split(struct weir_task *task,
                     weir_bytes range,
                     uint32_t parts,
                     struct weir_split *split)
{
    struct cutter cutter = {.task = task, .split = split, .cuts = 1};
    struct weir_span span;
    int rc;
    cutter.parts = parts < 1 ? 1 : parts < PARTS_MAX ? parts : PARTS_MAX;
    cutter.total = range_bytes(task, range, &rc);
    while (rc == WEIR_OK && weir_span_next(&range, &span) == 1) {
        rc = cut_span(&cutter, span);
    }
    if (rc == WEIR_OK) {
        rc = give_part(&cutter);
    }
    weir_blob_free(&cutter.part);
    return rc;
}
