/* SPDX-License-Identifier: Apache-2.0 */
/* Receiver generate: synthetic lines, words or clicks at a steady rate, for a first look, for
 * demonstrations and for the simulator. What a record holds depends on the seed and its number
 * alone; when it comes depends on the rate. */
#include "record.h"

#include <weir/plugin.h>

enum {
    POLL_RECORDS_MAX = 16384, /* between two looks at the clock, and at whether to stop */
    PAUSE_US_MIN = 1000,
    UNPACED_STEP_US = 1000 /* of `at`, where no rate gives one */
};
/* Of `at`: 2026-01-01T00:00:00Z for record 0, whatever day it is, so that runs can be compared. */
static const int64_t first_at_us = INT64_C(1767225600) * 1000000;

enum generated { LINES, WORDS, CLICKS };

struct generate {
    enum generated what;
    int64_t rate, limit; /* records a second, 0: no pause; records in all, 0: no end */
    uint64_t seed;
    int64_t start_us; /* of record 0; -1 before the first poll */
    int64_t next;     /* number of the next record */
};

static int parse_what(struct weir_task *task, enum generated *what)
{
    weir_str name = weir_param_str(task, "what");
    if (weir_str_equal(name, "lines")) {
        *what = LINES;
    } else if (weir_str_equal(name, "words")) {
        *what = WORDS;
    } else if (weir_str_equal(name, "clicks")) {
        *what = CLICKS;
    } else {
        return weir_fail(task, WEIR_FATAL, "generate makes lines, words or clicks, not \"%.*s\"",
                         (int)name.count, name.bytes);
    }
    return WEIR_OK;
}

WEIR_BIND(generate)
{
    enum generated what;
    int rc = parse_what(bind->task, &what);
    if (rc != WEIR_OK || what != CLICKS) {
        return rc != WEIR_OK ? rc : weir_declare(bind, what == LINES ? "line" : "word", "str");
    }
    rc = weir_declare(bind, "user", "str");
    rc = rc != WEIR_OK ? rc : weir_declare(bind, "url", "str");
    rc = rc != WEIR_OK ? rc : weir_declare(bind, "ms", "i64");
    return rc != WEIR_OK ? rc : weir_declare(bind, "at", "ts");
}

static int generate_open(struct weir_task *task)
{
    struct generate *self = weir_self(task, struct generate);
    self->rate = weir_param_i64(task, "rate");
    self->limit = weir_param_i64(task, "limit");
    self->seed = (uint64_t)weir_param_i64(task, "seed");
    self->start_us = -1;
    return parse_what(task, &self->what);
}

/* Microseconds from record 0 to record `number`: whole seconds first, so that nothing overflows. */
static int64_t due_us(const struct generate *self, int64_t number)
{
    return number / self->rate * 1000000 +
           (number % self->rate * 1000000 + self->rate - 1) / self->rate;
}

/* How many records are due by `now_us`, and not yet made. */
static int64_t due_records(const struct generate *self, int64_t now_us)
{
    int64_t count = POLL_RECORDS_MAX;
    if (self->rate > 0) {
        int64_t elapsed_us = now_us - self->start_us;
        count = elapsed_us / 1000000 * self->rate + elapsed_us % 1000000 * self->rate / 1000000 -
                self->next;
    }
    if (self->limit > 0 && count > self->limit - self->next) {
        count = self->limit - self->next;
    }
    return count > POLL_RECORDS_MAX ? POLL_RECORDS_MAX : count;
}

static void write_click(const struct generate *self, struct weir_out *out)
{
    struct weir_click click;
    int64_t at_us = self->rate > 0 ? due_us(self, self->next) : self->next * UNPACED_STEP_US;
    weir_generate_click(self->seed, (uint64_t)self->next, &click);
    weir_row_str(out, 0, weir_str_make(click.user, click.user_bytes));
    weir_row_str(out, 1, weir_str_make(click.url, click.url_bytes));
    weir_row_i64(out, 2, click.ms);
    weir_row_ts(out, 3, weir_ts_make(first_at_us + at_us));
}

static int write_record(struct generate *self, struct weir_receiver *rx)
{
    char text[WEIR_GENERATED_TEXT_BYTES_MAX];
    int rc = weir_row_begin(rx->out, rx->task, WEIR_GENERATED_TEXT_BYTES_MAX);
    if (rc != WEIR_OK) {
        return rc;
    }
    if (self->what == CLICKS) {
        write_click(self, rx->out);
    } else {
        size_t count = self->what == WORDS
                           ? weir_generate_word(self->seed, (uint64_t)self->next, text)
                           : weir_generate_line(self->seed, (uint64_t)self->next, text);
        weir_row_str(rx->out, 0, weir_str_make(text, count));
    }
    weir_row_end(rx->out);
    self->next++;
    return WEIR_OK;
}

/* When to be called again. */
static int64_t next_poll_us(const struct generate *self, int64_t now_us, bool is_held_up)
{
    if (!is_held_up && (self->rate == 0 || due_records(self, now_us) > 0)) {
        return now_us;
    }
    int64_t due = is_held_up || self->rate == 0 ? 0 : self->start_us + due_us(self, self->next + 1);
    return due > now_us + PAUSE_US_MIN ? due : now_us + PAUSE_US_MIN;
}

/* Makes what is due, at most `budget` records. */
static int write_due(struct generate *self,
                     struct weir_receiver *rx,
                     int64_t now_us,
                     uint64_t budget)
{
    int64_t count = due_records(self, now_us);
    int rc = WEIR_OK;
    if (count > 0 && budget < (uint64_t)count) {
        count = (int64_t)budget;
    }
    for (int64_t i = 0; i < count && rc == WEIR_OK; i++) {
        rc = write_record(self, rx);
    }
    return rc;
}

static int generate_poll(struct weir_receiver *rx, uint64_t budget, int64_t *next_us)
{
    struct generate *self = weir_self(rx->task, struct generate);
    int64_t now_us = rx->now_us(rx);
    int rc = WEIR_OK;
    if (self->start_us < 0) {
        self->start_us = now_us;
    }
    if (rx->out->rows == 0) { /* else the engine would not take them the last time */
        rc = write_due(self, rx, now_us, budget);
    }
    if (rc == WEIR_OK && rx->out->rows > 0) {
        rc = rx->store(rx, weir_bytes_make(NULL, 0), 0, false);
    }
    if (rc != WEIR_OK && rc != WEIR_AGAIN) {
        return rc;
    }
    bool is_over = self->limit > 0 && self->next == self->limit && rx->out->rows == 0;
    *next_us = next_poll_us(self, now_us, rc == WEIR_AGAIN || budget == 0);
    return is_over ? WEIR_AGAIN : WEIR_OK;
}

WEIR_PLUGIN("org.weir.generate", WEIR_VERSION, "synthetic records", "Apache-2.0");
WEIR_RECEIVER(generate, (), NULL, generate_poll, NULL);
WEIR_HELP(generate,
          "Makes lines of text (line), words (word) or visits of a web shop (user, url, ms, at). "
          "The same seed gives the same records.",
          "generate words | count_by_value | top 10 by=count");
WEIR_INSTANCE(generate, struct generate, generate_open, NULL);
WEIR_PARAMS(
    generate,
    WEIR_PARAM_STR(what, positional_default("lines"), "lines, words or clicks"),
    WEIR_PARAM_I64_IN(
        rate, default(1000), 0, 1000000000, "records a second; 0: as many as the job takes"),
    WEIR_PARAM_I64(seed, default(1), "another seed gives other records"),
    WEIR_PARAM_I64_IN(
        limit, default(0), 0, 1000000000000000, "the input ends after so many records; 0: never"));
