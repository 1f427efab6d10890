/* SPDX-License-Identifier: Apache-2.0 */
/* Times written and read: next to strftime, there and back, and what is no time. */
#include "call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#define PARAMS(...)    ((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(list)    (sizeof(list) / sizeof((list)[0]))
#define NUMBER(number) ((struct call_value)CALL_I64(number))
#define SECOND         INT64_C(1000000)

enum { ROWS = 500 };

static struct call_value chars(const char *text)
{
    return (struct call_value){.text = weir_str_from_chars(text)};
}

/* What strftime knows too, in the C locale that a test runs in. */
static void like_strftime(void **state)
{
    static const char format[] =
        "%Y-%m-%dT%H:%M:%S %j %b %B %a %A %e %I %p %u %w %V %G%n%t%% %F %T %R x";
    static struct call_value rows[ROWS];
    static char expected[ROWS][256];
    char given[sizeof format + 8];
    struct call call;
    uint32_t seed = 9;
    (void)state;
    (void)snprintf(given, sizeof given, "format=%s", format);
    for (size_t i = 0; i < ROWS; i++) {
        struct tm tm;
        const time_t seconds = /* years 1001 to 9001 */
            ((time_t)drive_random(&seed, 2922000) - 354000) * 86400 + drive_random(&seed, 86400);
        assert_non_null(gmtime_r(&seconds, &tm));
        rows[i].i64 = seconds * SECOND + drive_random(&seed, 1000000);
        assert_true(strftime(expected[i], sizeof expected[i], format, &tm) > 0);
    }
    call_open(&call, "time", "format", PARAMS(given));
    call_rows(&call, rows, ROWS);
    assert_int_equal(call.run.failed_rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        const weir_str found = call.run.rows[i * DRIVE_COLUMNS_MAX].text;
        if (!weir_str_equal(found, expected[i])) {
            fail_msg("'%.*s' is not '%s'", (int)found.count, found.bytes, expected[i]);
        }
    }
    call_close(&call);
}

static void format(void **state)
{
    static const struct {
        const char *format;
        int64_t us;
        const char *expected;
    } cases[] = {
        {"format=rfc3339", 1769903999250000, "2026-01-31T23:59:59.250000Z"},
        {"format=rfc3339", -1, "1969-12-31T23:59:59.999999Z"},
        {"format=rfc3339", INT64_MIN, "-290308-12-21T19:59:05.224192Z"},
        {"format=rfc3339", INT64_MAX, "+294247-01-10T04:00:54.775807Z"},
        {"format=%L %f %z %Z", 1769903999250001, "250 250001 +0000 UTC"},
        {"format=%y %Y", -62198755200000000, "99 -000001"},
        {"format=%s.%L", -1, "-1.999"},
        {"format=%I%p", 0, "12AM"},
        {"format=%D", 1769903999250000, "01/31/26"},
        {"format=\xc3\xa9%%%F", 0, "\xc3\xa9%1970-01-01"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call call;
        call_open(&call, "time", "format", PARAMS(cases[i].format));
        call_check(&call, &NUMBER(cases[i].us), chars(cases[i].expected));
        call_close(&call);
    }
}

static void formats_that_are_none(void **state)
{
    char many[300] = "format=";
    char long_one[400] = "format=";
    (void)state;
    for (size_t i = 0; i < 65; i++) {
        memcpy(many + 7 + 2 * i, "%d", 3);
    }
    memset(long_one + 7, 'x', 257);
    call_check_refused("time", "format", PARAMS("format=%H:%q"),
                       "format: '%q' at byte 3 of '%H:%q'");
    call_check_refused("time", "format", PARAMS("format=%H%"), "format: '%' at byte 2");
    call_check_refused("time", "format", PARAMS("format="), "format has 0 bytes");
    call_check_refused("time", "format", PARAMS(many), "more than 64 items");
    call_check_refused("time", "format", PARAMS(long_one), "format has 257 bytes");
    call_check_refused("time", "parse", PARAMS("format=%V"), "format: '%V' at byte 0");
}

static void parse(void **state)
{
    static const struct {
        const char *format, *text;
        int64_t us;
    } cases[] = {
        {"format=rfc3339", "2026-01-31T23:59:59Z", 1769903999000000},
        {"format=rfc3339", "2026-02-01 00:59:59.25+01:00", 1769903999250000},
        {"format=rfc3339", "2026-01-31t22:29:59.1234569-01:30", 1769903999123456},
        {"format=rfc3339", "1969-12-31T23:59:59.999999Z", -1},
        {"format=rfc3339", "1998-12-31T23:59:60Z", 915148800000000}, /* a leap second */
        {"format=rfc3339", "-290308-12-21T19:59:05.224192Z", INT64_MIN},
        {"format=rfc3339", "+294247-01-10T04:00:54.775807Z", INT64_MAX},
        {"format=%a, %d %b %Y %H:%M:%S %Z", "Sun, 06 Nov 1994 08:49:37 GMT", 784111777000000},
        {"format=%A, %d-%b-%y %T %Z", "sunday, 06-NOV-94 08:49:37 utc", 784111777000000},
        {"format=%a %b %e %T %Y", "Sun Nov  6 08:49:37 1994", 784111777000000},
        {"format=%a %b %e %T %Y", "Sun Nov 16 08:49:37 1994", 784975777000000},
        {"format=%d/%b/%Y:%T %z", "10/Oct/2000:13:55:36 -0700", 971211336000000},
        {"format=%d/%B/%Y %R%z", "10/october/2000 13:55-07", 971211300000000},
        {"format=%Y%m%d%H%M%S%L", "20001010205536007", 971211336007000},
        {"format=%D %I:%M %p", "10/10/00 12:55 am", 971139300000000},
        {"format=%D %I:%M %p", "10/10/00 12:55 PM", 971182500000000},
        {"format=%Y-%j", "2000-366", 978220800000000},
        {"format=%Y-%j %H", "2001-001 05", 978325200000000},
        {"format=%s.%f", "971211336.25", 971211336250000},
        {"format=%s", "-1", -1000000},
        {"format=%H:%M", "00:01", 60000000},
        {"format=%y", "69", -31536000000000},
        {"format=%y", "68", 3092601600000000},
        {"format=100%% on %F", "100% on 1970-01-02", 86400000000},
        {"format=%Y-%m", "2000-02", 949363200000000},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct call_value text = chars(cases[i].text);
        struct call call;
        call_open(&call, "time", "parse", PARAMS(cases[i].format));
        call_check(&call, &text, NUMBER(cases[i].us));
        call_close(&call);
    }
}

static void parse_refuses(void **state)
{
    static const struct {
        const char *format, *text, *message;
    } cases[] = {
        {"format=rfc3339", "", "'' at byte 0: expected a time by RFC 3339"},
        {"format=rfc3339", "2026-01-31T23:59:59", "at byte 19: expected a time by RFC 3339"},
        {"format=rfc3339", "2026-01-31T23:59:59.Z", "at byte 20"},
        {"format=rfc3339", "2026-01-31T23:59:59+0100", "RFC 3339"},
        {"format=rfc3339", "2026-01-31T23:59:59+24:00", "RFC 3339"},
        {"format=rfc3339", "2026-02-29T00:00:00Z", "'2026-02-29T00:00:00Z' is no day"},
        {"format=rfc3339", "2026-13-01T00:00:00Z", "is no day"},
        {"format=rfc3339", "2026-01-01T24:00:00Z", "is no day, no time of day"},
        {"format=rfc3339", "2026-01-01T00:00:00Z ", "' ' at byte 20: expected the end"},
        {"format=rfc3339", "-290308-12-21T19:59:05.224191Z", "beyond what a ts holds"},
        {"format=rfc3339", "+999999-12-21T19:59:05Z", "beyond what a ts holds"},
        {"format=%F", "2026-1-31", "'2026-1-31' at byte 5: expected %m"},
        {"format=%F", "2026/01/31", "at byte 4: expected '-'"},
        {"format=%b", "Foo", "at byte 0: expected %b"},
        {"format=%b", "Ja", "expected %b"},
        {"format=%I", "13", "expected %I"},
        {"format=%I", "00", "expected %I"},
        {"format=%p", "xm", "expected %p"},
        {"format=%z", "+1", "expected %z"},
        {"format=%z", "+01:3", "expected %z"},
        {"format=%z", "+0160", "expected %z"},
        {"format=%j", "000", "is no day"},
        {"format=%Y-%j", "2001-366", "is no day"},
        {"format=%s", "9999999999999999", "beyond what a ts holds"},
        {"format=%s", "-", "expected %s"},
        {"format=%f", "", "expected %f"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct call_value text = chars(cases[i].text);
        struct call call;
        call_open(&call, "time", "parse", PARAMS(cases[i].format));
        call_check_fails(&call, &text, cases[i].message);
        call_close(&call);
    }
}

static void nul_and_invalid_bytes(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "time", "parse", PARAMS("format=%H"));
    call_check_fails(&call, &(struct call_value)CALL_TEXT("\0\0"), "expected %H");
    call_check_fails(&call, &(struct call_value)CALL_TEXT("\xff\xfe"), "expected %H");
    call_check_fails(&call, &(struct call_value)CALL_TEXT("12\0"), "at byte 2: expected the end");
    call_close(&call);
}

/* What weir prints it reads, for every year that there is. */
static void there_and_back(void **state)
{
    static struct call_value times[ROWS];
    static struct call_value texts[ROWS];
    struct call there;
    struct call back;
    uint32_t seed = 3;
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t bits = 0;
        for (int k = 0; k < 4; k++) {
            bits = bits << 16 | drive_random(&seed, 65536);
        }
        times[i].i64 = (int64_t)bits;
    }
    call_open(&there, "time", "format", NULL);
    call_open(&back, "time", "parse", NULL);
    call_rows(&there, times, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        texts[i].text = there.run.rows[i * DRIVE_COLUMNS_MAX].text;
    }
    call_rows(&back, texts, ROWS);
    assert_int_equal(back.run.failed_rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(back.run.rows[i * DRIVE_COLUMNS_MAX].i64, times[i].i64);
    }
    call_close(&back);
    call_close(&there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(like_strftime),         cmocka_unit_test(format),
        cmocka_unit_test(formats_that_are_none), cmocka_unit_test(parse),
        cmocka_unit_test(parse_refuses),         cmocka_unit_test(nul_and_invalid_bytes),
        cmocka_unit_test(there_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
