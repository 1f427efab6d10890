/* SPDX-License-Identifier: Apache-2.0 */
/* Which record it was. Nothing in a loop's state tells: so the loop is run again over halves of its
 * records, each time in a child, until one record is left. That costs a child for every doubling:
 * 11 for a full chunk, and one that tries the record alone. What crashes only behind other records
 * is found by ever shorter beginnings of the chunk instead. */
#include "crash/crash.h"
#include "crash/lines.h"
#include "data/data.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { SEARCH_MS = 3000, RECORD_BYTES_MAX = 1000 };

struct search {
    const struct weir_call_frame *frame;
    uint32_t first, count; /* that are being tried */
    int64_t end_ms;
};

enum finding {
    FOUND_ALONE,   /* the record crashes by itself */
    FOUND_BEHIND,  /* only after those before it */
    FOUND_NOTHING, /* the same records did not crash again */
    FOUND_TOO_LATE /* time was up, or a record cannot be tried */
};

static int64_t steady_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void run_again(void *owner)
{
    const struct search *search = owner;
    search->frame->again(search->frame, search->first, search->count);
}

static enum weir_os_rehearsal try_records(struct search *search, uint32_t first, uint32_t count)
{
    int64_t left_ms = search->end_ms - steady_ms();
    search->first = first;
    search->count = count;
    return left_ms <= 0 ? WEIR_OS_REHEARSAL_UNKNOWN : weir_os_rehearse(run_again, search, left_ms);
}

/* Halves [0, count) until one is left, whose number it gives; false: time was up. */
static bool halve(struct search *search, uint32_t count, uint32_t *record)
{
    uint32_t from = 0;
    for (uint32_t end = count; end - from > 1;) {
        uint32_t middle = from + (end - from) / 2;
        enum weir_os_rehearsal half = try_records(search, from, middle - from);
        if (half == WEIR_OS_REHEARSAL_UNKNOWN) {
            return false;
        }
        if (half == WEIR_OS_REHEARSAL_ENDED) {
            end = middle;
        } else {
            from = middle;
        }
    }
    *record = from;
    return true;
}

/* The last record of the shortest beginning that crashes. */
static bool shorten(struct search *search, uint32_t count, uint32_t *record)
{
    uint32_t survived = 0, ended = count;
    while (ended - survived > 1) {
        uint32_t middle = survived + (ended - survived) / 2;
        enum weir_os_rehearsal beginning = try_records(search, 0, middle);
        if (beginning == WEIR_OS_REHEARSAL_UNKNOWN) {
            return false;
        }
        if (beginning == WEIR_OS_REHEARSAL_ENDED) {
            ended = middle;
        } else {
            survived = middle;
        }
    }
    *record = ended - 1;
    return true;
}

static enum finding find(struct search *search, uint32_t *record)
{
    uint32_t count = search->frame->count;
    if (!halve(search, count, record)) {
        return FOUND_TOO_LATE;
    }
    if (try_records(search, *record, 1) == WEIR_OS_REHEARSAL_ENDED) {
        return FOUND_ALONE;
    }
    if (try_records(search, 0, count) == WEIR_OS_REHEARSAL_SURVIVED) {
        return FOUND_NOTHING;
    }
    return shorten(search, count, record) ? FOUND_BEHIND : FOUND_TOO_LATE;
}

/* ---- what is shown ---- */

/* Cut behind a whole code point. */
static void cut(struct weir_text *text)
{
    if (text->count > RECORD_BYTES_MAX) {
        size_t count = RECORD_BYTES_MAX;
        while (count > 0 && ((unsigned char)text->bytes[count] & 0xC0) == 0x80) {
            count--;
        }
        text->count = count;
        weir_text_put(text, "...");
    }
}

static void put_record(struct weir_crash_lines *lines,
                       const char *name,
                       const struct weir_call_frame *frame,
                       uint32_t record,
                       const char *remark)
{
    struct weir_text text;
    weir_text_init(&text);
    uint32_t row = frame->sel != NULL ? frame->sel[record] : record;
    weir_json_row(&text, frame->rows, row, frame->batch_us / 1000, NULL);
    cut(&text);
    weir_crash_lines_put(lines, name, "%s%s", text.bytes, remark);
    weir_text_finish(&text);
}

static void put_finding(struct weir_crash_lines *lines,
                        const struct weir_call_frame *frame,
                        enum finding finding,
                        uint32_t record)
{
    char remark[200] = "";
    if (finding == FOUND_BEHIND) {
        (void)snprintf(remark, sizeof remark,
                       " (alone it does not crash, but behind the %" PRIu32
                       " before it in its chunk)",
                       record);
    }
    if (finding == FOUND_ALONE || finding == FOUND_BEHIND) {
        put_record(lines, "record", frame, record, remark);
        return;
    }
    weir_crash_lines_put(lines, "records", "one of these %" PRIu32 "; %s", frame->count,
                         finding == FOUND_NOTHING
                             ? "the same ones did not crash it again: time, other threads or what "
                               "it remembers have a part in it"
                             : "which one could not be found out in time");
    put_record(lines, "first", frame, 0, "");
    put_record(lines, "last", frame, frame->count - 1, "");
}

void weir_crash_print_record(const struct weir_call_frame *frame, bool is_json)
{
    struct weir_crash_lines lines;
    weir_crash_lines_begin(&lines, is_json);
    if (frame->rows == NULL || frame->count == 0) {
        return; /* it was opening, reading, committing: no record of ours was in its hands */
    }
    struct search search = {.frame = frame, .end_ms = steady_ms() + SEARCH_MS};
    uint32_t record = 0;
    enum finding finding = FOUND_ALONE;
    if (frame->count > 1) {
        finding = frame->again == NULL ? FOUND_TOO_LATE : find(&search, &record);
    }
    put_finding(&lines, frame, finding, record);
    weir_crash_lines_write(&lines);
}
