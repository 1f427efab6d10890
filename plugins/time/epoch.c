/* SPDX-License-Identifier: Apache-2.0 */
/* Times as numbers and back, and rounding: arithmetic on microseconds since 1970. Every result
 * either fits or is a bad record. */
#include "calendar.h"

#include <weir/operator.h>

#include <inttypes.h>
#include <math.h>

#define EXAMPLE(call) "generate clicks | map y = time." call " | print"

/* ---- to numbers ---- */
#define EPOCH(name, text, unit_us)                                                                 \
    WEIR_HELP(name, text " since 1970-01-01T00:00:00Z; parts of one are cut off, to the earlier",  \
              EXAMPLE(#name "(at)"));                                                              \
    WEIR_FUNCTION(int64_t, name, (weir_ts, time))                                                  \
    {                                                                                              \
        return calendar_floor_div(time.us, unit_us);                                               \
    }

EPOCH(epoch_s, "seconds", CALENDAR_SECOND_US)
EPOCH(epoch_ms, "milliseconds", 1000)

WEIR_HELP(epoch_us, "microseconds since 1970-01-01T00:00:00Z", EXAMPLE("epoch_us(at)"));
WEIR_FUNCTION(int64_t, epoch_us, (weir_ts, time))
{
    return time.us;
}

/* ---- from numbers ---- */
static inline weir_ts scaled(struct weir_ctx *ctx, int64_t count, int64_t us, const char *unit)
{
    int64_t time_us = 0;
    if (__builtin_mul_overflow(count, us, &time_us)) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "%" PRId64 " %s since 1970 are beyond what a ts holds, the years -290308 to "
                  "294247: is the unit right?",
                  count, unit);
    }
    return weir_ts_make(time_us);
}

WEIR_HELP(from_epoch_s,
          "the time that many seconds after 1970-01-01T00:00:00Z",
          EXAMPLE("from_epoch_s(1700000000 + ms)"));
WEIR_FUNCTION(weir_ts, from_epoch_s, (int64_t, seconds))
{
    return scaled(ctx, seconds, CALENDAR_SECOND_US, "seconds");
}

WEIR_HELP(
    from_epoch_s_f64,
    "the time that many seconds after 1970-01-01T00:00:00Z, to the nearest microsecond; NaN is "
    "a bad record",
    EXAMPLE("from_epoch_s(1700000000.25)"));
WEIR_FUNCTION_AS(from_epoch_s_f64, "from_epoch_s", 0, weir_ts, (double, seconds))
{
    const double us = round(seconds * 1e6);
    if (!(us >= -9223372036854775808.0 && us < 9223372036854775808.0)) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "%g seconds since 1970 are no time, or beyond what a ts holds", seconds);
        return weir_ts_make(0);
    }
    return weir_ts_make((int64_t)us);
}

WEIR_HELP(from_epoch_ms,
          "the time that many milliseconds after 1970-01-01T00:00:00Z",
          EXAMPLE("from_epoch_ms(1700000000000 + ms)"));
WEIR_FUNCTION(weir_ts, from_epoch_ms, (int64_t, milliseconds))
{
    return scaled(ctx, milliseconds, 1000, "milliseconds");
}

WEIR_HELP(from_epoch_us,
          "the time that many microseconds after 1970-01-01T00:00:00Z",
          EXAMPLE("from_epoch_us(1700000000000000 + ms)"));
WEIR_FUNCTION(weir_ts, from_epoch_us, (int64_t, microseconds))
{
    return weir_ts_make(microseconds);
}

/* ---- rounding ---- */
struct round_self {
    int64_t offset;
};

static int open_round(struct weir_task *task)
{
    struct round_self *self = task->self;
    self->offset = weir_param_duration(task, "offset");
    return WEIR_OK;
}

/* How far `time` is behind the last step of width `us`, 0 to us - 1; -1: ctx has failed. */
static inline int64_t behind_step(struct weir_ctx *ctx, weir_ts time, int64_t us)
{
    int64_t offset;
    int64_t rest;
    if (us <= 0) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "times in steps of %" PRId64 " microseconds: expected 1 or more", us);
        return -1;
    }
    offset = weir_self(ctx, struct round_self)->offset % us;
    rest = time.us % us;
    rest = rest < 0 ? rest + us : rest;
    return rest >= offset ? rest - offset : rest - offset + us;
}

static inline weir_ts moved(struct weir_ctx *ctx, weir_ts time, int64_t us)
{
    int64_t moved_us = 0;
    if (__builtin_add_overflow(time.us, us, &moved_us)) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "the step before or after %" PRId64 " microseconds is beyond what a ts holds",
                  time.us);
    }
    return weir_ts_make(moved_us);
}

#define OFFSET                                                                                     \
    WEIR_PARAM_DURATION(offset, default(0s),                                                       \
                        "where steps begin, after 1970-01-01T00:00:00Z: 4d is a Monday")

WEIR_PARAMS(floor, OFFSET);
WEIR_INSTANCE(floor, struct round_self, open_round, NULL);
WEIR_HELP(
    floor,
    "the last step of width `us` that is not after the time: 60s gives the minute, 1d the day "
    "(UTC)",
    EXAMPLE("floor(at, 60s)"));
WEIR_FUNCTION(weir_ts, floor, (weir_ts, time, int64_t, us))
{
    const int64_t behind = behind_step(ctx, time, us);
    return behind < 0 ? time : moved(ctx, time, -behind);
}

WEIR_PARAMS(ceil, OFFSET);
WEIR_INSTANCE(ceil, struct round_self, open_round, NULL);
WEIR_HELP(ceil,
          "the first step of width `us` that is not before the time",
          EXAMPLE("ceil(at, 60s)"));
WEIR_FUNCTION(weir_ts, ceil, (weir_ts, time, int64_t, us))
{
    const int64_t behind = behind_step(ctx, time, us);
    return behind <= 0 ? time : moved(ctx, time, us - behind);
}

/* ---- spans ---- */
struct diff_self {
    int64_t us;
};

static int read_unit(struct weir_task *task, int64_t *us)
{
    static const struct {
        const char *name;
        int64_t us;
    } units[] = {{"us", 1},
                 {"ms", 1000},
                 {"s", CALENDAR_SECOND_US},
                 {"m", 60 * CALENDAR_SECOND_US},
                 {"h", 3600 * CALENDAR_SECOND_US},
                 {"d", CALENDAR_DAY_US}};
    const weir_str unit = weir_param_str(task, "unit");
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (weir_str_equal(unit, units[i].name)) {
            *us = units[i].us;
            return WEIR_OK;
        }
    }
    return weir_fail(task, WEIR_FATAL, "unit must be us, ms, s, m, h or d, found '%s'", unit.bytes);
}

static int open_diff(struct weir_task *task)
{
    struct diff_self *self = task->self;
    return read_unit(task, &self->us);
}

WEIR_PARAMS(diff, WEIR_PARAM_STR(unit, default("us"), "us, ms, s, m, h or d"));
WEIR_INSTANCE(diff, struct diff_self, open_diff, NULL);
WEIR_BIND(diff)
{
    int64_t us;
    const int outcome = read_unit(bind->task, &us);
    return outcome == WEIR_OK ? weir_declare(bind, "value", "i64") : outcome;
}
WEIR_HELP(diff,
          "how long it is from `from` to `to` in whole units, negative if `to` is earlier",
          EXAMPLE("diff(time.floor(at, 1h), at, unit=\"s\")"));
WEIR_FUNCTION(int64_t, diff, (weir_ts, from, weir_ts, to))
{
    int64_t us = 0;
    if (__builtin_sub_overflow(to.us, from.us, &us)) {
        weir_fail(ctx, WEIR_BAD_RECORD, "the times are too far apart for an i64 of microseconds");
    }
    return us / weir_self(ctx, struct diff_self)->us;
}
