/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers and sources that follow a script.
 *
 * play.lines, play.rows, play.quiet: "MS WHAT; MS WHAT": at MS milliseconds after the first poll:
 * a text (lines: a line; rows: a row), or one of !up !down !end !retry !fatal !leave (append a row,
 * but do not store it). Without !end it goes on for ever. play.quiet never says its status and
 * wants no acknowledgements.
 * play.broken: a finite source that misbehaves: "no parts", "no place", "no input".
 * play.list (finite), play.feed (infinite): "PART|PART / PART / -": what each batch gets, '-':
 * nothing new yet. A part is a line. */
#include "script.h"

#include <weir/plugin.h>

/* ---- receivers ---- */
struct player {
    weir_str rest; /* of the script */
    int64_t start_us;
    uint64_t stored;
};

static int player_open(struct weir_task *task)
{
    struct player *self = weir_self(task, struct player);
    self->rest = weir_param_str(task, "script");
    self->start_us = -1;
    return WEIR_OK;
}

/* The next step and its time; false at the end of the script. */
static bool next_step(const struct player *self, int64_t *at_us, weir_str *what, weir_str *rest)
{
    const char *at = self->rest.bytes;
    const char *end = at + self->rest.count;
    int64_t ms = 0;
    while (at < end && *at == ' ') {
        at++;
    }
    if (at == end) {
        return false;
    }
    for (; at < end && *at >= '0' && *at <= '9'; at++) {
        ms = ms * 10 + (*at - '0');
    }
    at += at < end ? 1 : 0;
    const char *stop = (const char *)memchr(at, ';', (size_t)(end - at));
    stop = stop == NULL ? end : stop;
    *at_us = self->start_us + ms * 1000;
    *what = weir_str_make(at, (size_t)(stop - at));
    *rest = weir_str_make(stop, (size_t)(end - stop));
    if (rest->count > 0) {
        *rest = weir_str_make(stop + 1, rest->count - 1);
    }
    return true;
}

static int store_line(struct player *self, struct weir_receiver *rx, weir_str what)
{
    char *to = rx->reserve(rx, what.count + 1, false);
    if (to == NULL) {
        return WEIR_AGAIN;
    }
    memcpy(to, what.bytes, what.count);
    to[what.count] = '\n';
    return rx->commit(rx, what.count + 1, weir_bytes_make(NULL, 0), ++self->stored);
}

static int append_row(struct weir_receiver *rx, weir_str what)
{
    int rc = weir_row_begin(rx->out, rx->task, what.count);
    if (rc == WEIR_OK) {
        weir_row_str(rx->out, 0, what);
        weir_row_i64(rx->out, 1, (int64_t)what.count);
        weir_row_end(rx->out);
    }
    return rc;
}

/* A refused store has left its row in `out`. */
static int store_row(struct player *self, struct weir_receiver *rx, weir_str what)
{
    int rc = rx->out->rows == 0 ? append_row(rx, what) : WEIR_OK;
    rc = rc == WEIR_OK ? rx->store(rx, weir_bytes_make(NULL, 0), self->stored + 1, false) : rc;
    self->stored += rc == WEIR_OK ? 1 : 0;
    return rc;
}

enum { ENDED = 100 }; /* no outcome has this number */

static int play_step(struct player *self, struct weir_receiver *rx, weir_str what)
{
    if (weir_str_equal(what, "!up") || weir_str_equal(what, "!down")) {
        bool is_up = weir_str_equal(what, "!up");
        rx->status(rx, is_up, is_up ? "" : "nobody listens");
        return WEIR_OK;
    }
    if (weir_str_equal(what, "!end")) {
        return ENDED;
    }
    if (weir_str_equal(what, "!retry")) {
        return weir_fail(rx->task, WEIR_RETRY, "the line went dead");
    }
    if (weir_str_equal(what, "!fatal")) {
        return weir_fail(rx->task, WEIR_FATAL, "the line is cut for good");
    }
    if (weir_str_equal(what, "!leave")) {
        return append_row(rx, weir_str_from_chars("left"));
    }
    return rx->out == NULL ? store_line(self, rx, what) : store_row(self, rx, what);
}

static int player_poll(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    struct player *self = weir_self(rx->task, struct player);
    int64_t now_us = rx->now_us(rx);
    int64_t at_us;
    weir_str what, rest;
    (void)budget;
    self->start_us = self->start_us < 0 ? now_us : self->start_us;
    while (next_step(self, &at_us, &what, &rest)) {
        *next_us = at_us;
        if (at_us > now_us) {
            return WEIR_OK;
        }
        int rc = play_step(self, rx, what);
        if (rc == WEIR_AGAIN) {
            *next_us = now_us + 1000; /* no room */
            return WEIR_OK;
        }
        self->rest = rest;
        if (rc != WEIR_OK) {
            return rc == ENDED ? WEIR_AGAIN : rc;
        }
    }
    *next_us = now_us + 3600 * (int64_t)1000000;
    return WEIR_OK;
}

static void player_acked(struct weir_receiver *rx, const uint64_t *cookies, size_t count)
{
    (void)rx;
    for (size_t i = 0; i < count; i++) {
        play_acked(cookies[i]);
    }
}

WEIR_TEXT_RECEIVER(lines, NULL, player_poll, player_acked);
WEIR_INSTANCE(lines, struct player, player_open, NULL);
WEIR_PARAMS(lines, WEIR_PARAM_STR(script, positional, "what comes when"));

WEIR_RECEIVER(rows, (weir_str, word, int64_t, bytes), NULL, player_poll, player_acked);
WEIR_INSTANCE(rows, struct player, player_open, NULL);
WEIR_PARAMS(rows, WEIR_PARAM_STR(script, positional, "what comes when"));

WEIR_RECEIVER(quiet, (weir_str, word, int64_t, bytes), NULL, player_poll, NULL);
WEIR_INSTANCE(quiet, struct player, player_open, NULL);
WEIR_PARAMS(quiet, WEIR_PARAM_STR(script, positional, "what comes when"));

/* ---- sources ---- */
struct list {
    weir_str script;
    const char *answered; /* the '-' that was answered last */
    struct weir_blob to;
};

static int list_open(struct weir_task *task)
{
    weir_self(task, struct list)->script = weir_param_str(task, "script");
    return WEIR_OK;
}

static void list_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct list)->to);
}

static weir_str trimmed(const char *from, const char *to)
{
    while (from < to && *from == ' ') {
        from++;
    }
    while (to > from && to[-1] == ' ') {
        to--;
    }
    return weir_str_make(from, (size_t)(to - from));
}

static const char *end_of(const struct list *self, const char *segment)
{
    const char *end = self->script.bytes + self->script.count;
    const char *stop = (const char *)memchr(segment, '/', (size_t)(end - segment));
    return stop == NULL ? end : stop;
}

static bool is_last_segment(const struct list *self, const char *stop)
{
    return stop == self->script.bytes + self->script.count;
}

static const char *place_of(const struct list *self, weir_bytes from)
{
    size_t at = 0;
    for (size_t i = 0; i < from.count; i++) {
        at = at * 10 + (size_t)(from.bytes[i] - '0');
    }
    return self->script.bytes + at;
}

/* A place is the decimal offset of a segment in the script. '-' is answered once: the next question
 * finds what stands behind it. */
static int list_next(struct weir_task *task,
                     weir_bytes from,
                     const struct weir_source_limit *limit,
                     struct weir_range *answer)
{
    struct list *self = weir_self(task, struct list);
    const char *begin = place_of(self, from);
    const char *stop = end_of(self, begin);
    (void)limit;
    if (weir_str_equal(trimmed(begin, stop), "-") && !is_last_segment(self, stop)) {
        if (self->answered != begin) {
            self->answered = begin;
            return WEIR_AGAIN;
        }
        begin = stop + 1;
        stop = end_of(self, begin);
    }
    int rc = play_outcome("next");
    if (rc != WEIR_OK) {
        return weir_fail(task, rc, "next fails because the test wants it");
    }
    weir_blob_clear(&self->to);
    answer->is_last = is_last_segment(self, stop);
    weir_blob_put_u64(&self->to,
                      (size_t)(stop - self->script.bytes) + (answer->is_last != 0 ? 0 : 1));
    answer->range = weir_bytes_from_str(trimmed(begin, stop));
    answer->to = weir_bytes_make(self->to.bytes, self->to.count);
    answer->bytes = answer->range.count;
    return WEIR_OK;
}

static int list_split(struct weir_task *task,
                      weir_bytes range,
                      uint32_t parts,
                      struct weir_split *split)
{
    const char *at = (const char *)range.bytes;
    const char *end = at + range.count;
    (void)task;
    (void)parts;
    for (;;) {
        const char *bar = (const char *)memchr(at, '|', (size_t)(end - at));
        int rc = split->part(split, weir_bytes_from_str(trimmed(at, bar == NULL ? end : bar)));
        if (rc != WEIR_OK || bar == NULL) {
            return rc;
        }
        at = bar + 1;
    }
}

static int list_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    char step[256];
    (void)snprintf(step, sizeof step, "read %.*s", (int)range.count, (const char *)range.bytes);
    int rc = play_outcome(step);
    if (rc != WEIR_OK) {
        return weir_fail(task, rc, "%s fails because the test wants it", step);
    }
    char *to = scan->reserve(scan, range.count + 1);
    if (to == NULL) {
        return WEIR_FATAL;
    }
    if (range.count > 0) {
        memcpy(to, range.bytes, range.count);
    }
    to[range.count] = '\n';
    return scan->commit(scan, range.count + 1);
}

static void list_committed(struct weir_task *task, weir_bytes to)
{
    (void)task;
    play_told((const char *)to.bytes, to.count);
}

WEIR_TEXT_SOURCE(list, WEIR_FINITE, list_next, list_split, list_read, list_committed);
WEIR_INSTANCE(list, struct list, list_open, list_close);
WEIR_PARAMS(list, WEIR_PARAM_STR(script, positional, "what each batch gets"));

WEIR_TEXT_SOURCE(feed, WEIR_INFINITE, list_next, list_split, list_read, list_committed);
WEIR_INSTANCE(feed, struct list, list_open, list_close);
WEIR_PARAMS(feed, WEIR_PARAM_STR(script, positional, "what each batch gets"));

/* ---- a broken source ---- */
static int broken_open(struct weir_task *task)
{
    return weir_str_equal(weir_param_str(task, "how"), "no input")
               ? weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "there is no such place")
               : WEIR_OK;
}

static int broken_next(struct weir_task *task,
                       weir_bytes from,
                       const struct weir_source_limit *limit,
                       struct weir_range *answer)
{
    (void)from;
    (void)limit;
    answer->range = weir_bytes_from_str(weir_str_from_chars("all"));
    if (!weir_str_equal(weir_param_str(task, "how"), "no place")) {
        answer->to = answer->range;
    }
    return WEIR_OK;
}

static int broken_split(struct weir_task *task,
                        weir_bytes range,
                        uint32_t parts,
                        struct weir_split *split)
{
    (void)parts;
    return weir_str_equal(weir_param_str(task, "how"), "no parts") ? WEIR_OK
                                                                   : split->part(split, range);
}

WEIR_TEXT_SOURCE(broken, WEIR_FINITE, broken_next, broken_split, list_read, NULL);
WEIR_INSTANCE(broken, struct list, broken_open, NULL);
WEIR_PARAMS(broken, WEIR_PARAM_STR(how, positional, "what it does wrong"));
