/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `time`: numbers, parts, rounding and spans; dates next to the C library's. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#define PARAMS(...)    ((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(list)    (sizeof(list) / sizeof((list)[0]))
#define NUMBER(number) ((struct call_value)CALL_I64(number))
#define SECOND         INT64_C(1000000)
#define DAY            (86400 * SECOND)

enum { ROWS = 400 };

/* Any second of the years -7000 to 11000, with any part of it. */
static int64_t random_us(uint32_t *seed)
{
    int64_t us = (int64_t)drive_random(seed, 6600000) - 3300000;
    us = us * 86400 + drive_random(seed, 86400);
    return us * SECOND + drive_random(seed, 1000000);
}

static int64_t part_of(const struct tm *tm, size_t part)
{
    const int64_t parts[] = {tm->tm_year + 1900LL,
                             tm->tm_mon + 1LL,
                             tm->tm_mday,
                             tm->tm_hour,
                             tm->tm_min,
                             tm->tm_sec,
                             tm->tm_wday == 0 ? 7 : tm->tm_wday,
                             tm->tm_yday + 1LL};
    return parts[part];
}

static int64_t floor_seconds(int64_t us)
{
    return us / SECOND - (us % SECOND < 0);
}

static void parts_at_random(void **state)
{
    static const char *const ops[] = {"year",   "month",  "day",     "hour",
                                      "minute", "second", "weekday", "day_of_year"};
    static struct call_value rows[ROWS];
    uint32_t seed = 1;
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].i64 = random_us(&seed);
    }
    for (size_t p = 0; p < COUNT(ops); p++) {
        struct call call;
        call_open(&call, "time", ops[p], NULL);
        call_rows(&call, rows, ROWS);
        for (size_t i = 0; i < ROWS; i++) {
            const time_t seconds = (time_t)floor_seconds(rows[i].i64);
            struct tm tm;
            assert_non_null(gmtime_r(&seconds, &tm));
            assert_int_equal(call.run.rows[i * DRIVE_COLUMNS_MAX].i64, part_of(&tm, p));
        }
        call_close(&call);
    }
}

struct one {
    const char *op;
    int64_t argument, expected;
};

static void parts_at_edges(void **state)
{
    static const struct one cases[] = {
        {"year", 0, 1970},
        {"year", -1, 1969},
        {"microsecond", -1, 999999},
        {"second", -1, 59},
        {"weekday", 0, 4}, /* a Thursday */
        {"weekday", -1, 3},
        {"day_of_year", 951782400 * SECOND, 60}, /* 2000-02-29 */
        {"month", 951782400 * SECOND, 2},
        {"year", INT64_MIN, -290308},
        {"year", INT64_MAX, 294247},
        {"microsecond", INT64_MIN, 224192},
        {"week", 1104451200 * SECOND, 53}, /* 2004-12-31, a Friday */
        {"week", 1230681600 * SECOND, 1},  /* 2008-12-31 is a Wednesday of 2009-W01 */
        {"week", 1262217600 * SECOND, 53}, /* 2009-12-31 */
        {"week", 1262476800 * SECOND, 53}, /* 2010-01-03, a Sunday of 2009-W53 */
        {"week", 1262563200 * SECOND, 1},  /* 2010-01-04, a Monday */
        {"epoch_s", -1, -1},
        {"epoch_s", 1999999, 1},
        {"epoch_ms", -1001, -2},
        {"epoch_ms", 1999, 1},
        {"epoch_us", INT64_MIN, INT64_MIN},
        {"from_epoch_s(i64)", -1, -SECOND},
        {"from_epoch_ms", 1700000000123, 1700000000123000},
        {"from_epoch_us", INT64_MAX, INT64_MAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call call;
        call_open(&call, "time", cases[i].op, NULL);
        call_check(&call, &(struct call_value){.i64 = cases[i].argument},
                   NUMBER(cases[i].expected));
        call_close(&call);
    }
}

static void numbers_beyond_a_time(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "time", "from_epoch_s(i64)", NULL);
    call_check_fails(&call, &NUMBER(1700000000123456), "1700000000123456 seconds since 1970 are");
    call_close(&call);
    call_open(&call, "time", "from_epoch_ms", NULL);
    call_check_fails(&call, &NUMBER(INT64_MIN), "is the unit right?");
    call_close(&call);
    call_open(&call, "time", "from_epoch_s(f64)", NULL);
    call_check(&call, &(struct call_value)CALL_F64(1700000000.1234565), NUMBER(1700000000123457));
    call_check(&call, &(struct call_value)CALL_F64(-0.25), NUMBER(-250000));
    call_check_fails(&call, &(struct call_value)CALL_F64(1e300), "1e+300 seconds");
    call_check_fails(&call, &(struct call_value)CALL_F64((double)(0.0F / 0.0F)), "nan seconds");
    call_close(&call);
}

static void rounding(void **state)
{
    static const struct {
        const char *op, *offset;
        int64_t time, step, expected;
    } cases[] = {
        {"floor", "offset=0s", 125 * SECOND, 60 * SECOND, 120 * SECOND},
        {"floor", "offset=0s", 120 * SECOND, 60 * SECOND, 120 * SECOND},
        {"floor", "offset=0s", -1, 60 * SECOND, -60 * SECOND},
        {"floor", "offset=0s", -60 * SECOND, 60 * SECOND, -60 * SECOND},
        {"floor", "offset=0s", INT64_MAX, 1, INT64_MAX},
        {"floor", "offset=0s", 5, INT64_MAX, 0},
        {"floor", "offset=4d", 0, 7 * DAY, -3 * DAY}, /* the Monday before */
        {"floor", "offset=4d", 4 * DAY, 7 * DAY, 4 * DAY},
        {"floor", "offset=4d", 4 * DAY - 1, 7 * DAY, -3 * DAY},
        {"floor", "offset=90s", 100 * SECOND, 60 * SECOND, 90 * SECOND},
        {"ceil", "offset=0s", 121 * SECOND, 60 * SECOND, 180 * SECOND},
        {"ceil", "offset=0s", 120 * SECOND, 60 * SECOND, 120 * SECOND},
        {"ceil", "offset=0s", -1, 60 * SECOND, 0},
        {"ceil", "offset=4d", 1, 7 * DAY, 4 * DAY},
        {"ceil", "offset=0s", INT64_MIN, 1, INT64_MIN},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call call;
        call_open(&call, "time", cases[i].op, PARAMS(cases[i].offset));
        call_check(&call, (const struct call_value[]){NUMBER(cases[i].time), NUMBER(cases[i].step)},
                   NUMBER(cases[i].expected));
        call_close(&call);
    }
}

static void rounding_beyond_a_time(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "time", "floor", NULL);
    call_check_fails(&call, (const struct call_value[]){CALL_I64(1), CALL_I64(0)},
                     "in steps of 0 microseconds");
    call_check_fails(&call, (const struct call_value[]){CALL_I64(1), CALL_I64(INT64_MIN)},
                     "expected 1 or more");
    call_check_fails(&call, (const struct call_value[]){CALL_I64(INT64_MIN), CALL_I64(7)},
                     "beyond what a ts holds");
    call_close(&call);
    call_open(&call, "time", "ceil", NULL);
    call_check_fails(&call, (const struct call_value[]){CALL_I64(INT64_MAX), CALL_I64(1000)},
                     "beyond what a ts holds");
    call_close(&call);
}

static void spans(void **state)
{
    static const struct {
        const char *unit;
        int64_t from, to, expected;
    } cases[] = {
        {"unit=us", 5, 12, 7},
        {"unit=us", 12, 5, -7},
        {"unit=ms", 0, 1999, 1},
        {"unit=s", 0, -1999999, -1},
        {"unit=m", 0, 3600 * SECOND, 60},
        {"unit=h", DAY, 0, -24},
        {"unit=d", -1, 10 * DAY, 10},
        {"unit=us", INT64_MIN, -1, INT64_MAX},
    };
    struct call call;
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        call_open(&call, "time", "diff", PARAMS(cases[i].unit));
        call_check(&call, (const struct call_value[]){NUMBER(cases[i].from), NUMBER(cases[i].to)},
                   NUMBER(cases[i].expected));
        call_close(&call);
    }
    call_open(&call, "time", "diff", PARAMS("unit=d"));
    call_check_fails(&call, (const struct call_value[]){CALL_I64(-2), CALL_I64(INT64_MAX)},
                     "too far apart");
    call_close(&call);
    call_check_refused("time", "diff", PARAMS("unit=days"),
                       "unit must be us, ms, s, m, h or d, found 'days'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_at_random),        cmocka_unit_test(parts_at_edges),
        cmocka_unit_test(numbers_beyond_a_time),  cmocka_unit_test(rounding),
        cmocka_unit_test(rounding_beyond_a_time), cmocka_unit_test(spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
