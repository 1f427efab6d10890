/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers written and read, next to what the C library makes of the same digits. */
#include "call.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define PARAMS(...) ((const char *const[]){__VA_ARGS__, NULL})

enum { ROWS = 400 };

static void check_format_i64(const char *const *params, int64_t number, const char *expected)
{
    struct call call;
    call_open(&call, "text", "format_i64", params);
    call_check(&call, &(struct call_value){.i64 = number},
               (struct call_value){.text = weir_str_from_chars(expected)});
    call_close(&call);
}

static void format_i64(void **state)
{
    char bits[66] = "-1";
    (void)state;
    memset(bits + 2, '0', 63);
    check_format_i64(NULL, 0, "0");
    check_format_i64(NULL, -42, "-42");
    check_format_i64(NULL, INT64_MIN, "-9223372036854775808");
    check_format_i64(PARAMS("width=4"), 42, "0042");
    check_format_i64(PARAMS("width=4"), -42, "-0042");
    check_format_i64(PARAMS("width=4"), 123456, "123456");
    check_format_i64(PARAMS("base=16"), 255, "ff");
    check_format_i64(PARAMS("base=36"), INT64_MAX, "1y2p0ij32e8e7");
    check_format_i64(PARAMS("base=2"), INT64_MIN, bits);
    check_format_i64(PARAMS("base=2", "width=64"), 1,
                     "0000000000000000000000000000000000000000000000000000000000000001");
}

static void check_format_f64(const char *precision, double number, const char *expected)
{
    struct call call;
    call_open(&call, "text", "format_f64", PARAMS(precision));
    call_check(&call, &(struct call_value){.f64 = number},
               (struct call_value){.text = weir_str_from_chars(expected)});
    call_close(&call);
}

static void format_f64(void **state)
{
    char largest[512];
    (void)state;
    (void)snprintf(largest, sizeof largest, "%.30f", -1.7976931348623157e308);
    check_format_f64("precision=2", 1.005, "1.00"); /* it is 1.00499999999999989... */
    check_format_f64("precision=2", -0.125, "-0.12");
    check_format_f64("precision=0", 2.5, "2");
    check_format_f64("precision=6", 1e15, "1000000000000000.000000");
    check_format_f64("precision=3", -0.0, "-0.000");
    check_format_f64("precision=30", -1.7976931348623157e308, largest);
    check_format_f64("precision=1", (double)NAN, "NaN");
    check_format_f64("precision=1", (double)INFINITY, "Infinity");
    check_format_f64("precision=1", (double)-INFINITY, "-Infinity");
}

static void parse_i64(void **state)
{
    static const struct {
        const char *base, *text, *message;
        int64_t number;
    } cases[] = {
        {"base=10", "0", NULL, 0},
        {"base=10", "-9223372036854775808", NULL, INT64_MIN},
        {"base=10", "+9223372036854775807", NULL, INT64_MAX},
        {"base=10", "00012", NULL, 12},
        {"base=16", "fF", NULL, 255},
        {"base=2", "-101", NULL, -5},
        {"base=36", "1Y2P0IJ32E8E7", NULL, INT64_MAX},
        {"base=10", "9223372036854775808", "'9223372036854775808' is no i64", 0},
        {"base=10", "-9223372036854775809", "is no i64", 0},
        {"base=10", "", "'' is no i64", 0},
        {"base=10", "-", "'-' is no i64", 0},
        {"base=10", " 1", "' 1' is no i64", 0},
        {"base=10", "1 ", "is no i64", 0},
        {"base=10", "1.0", "is no i64", 0},
        {"base=10", "0x1", "is no i64", 0},
        {"base=10", "+-1", "is no i64", 0},
        {"base=2", "2", "'2' is no i64 of that base", 0},
        {"base=10", "1234567890123456789012345678901234567890123456789012345678901234567890",
         "'123456789012345678901234567890123456789012345678901234567890...' is no", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct call_value text = {.text = weir_str_from_chars(cases[i].text)};
        struct call call;
        call_open(&call, "text", "parse_i64", PARAMS(cases[i].base));
        if (cases[i].message != NULL) {
            call_check_fails(&call, &text, cases[i].message);
        } else {
            call_check(&call, &text, (struct call_value){.i64 = cases[i].number});
        }
        call_close(&call);
    }
}

static void defaults(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "to_i64_or", PARAMS("default=-1"));
    call_check(&call, &(struct call_value)CALL_TEXT("17"), (struct call_value)CALL_I64(17));
    call_check(&call, &(struct call_value)CALL_TEXT("17a"), (struct call_value)CALL_I64(-1));
    call_check(&call, &(struct call_value)CALL_TEXT("1\0"), (struct call_value)CALL_I64(-1));
    call_check(&call, &(struct call_value)CALL_TEXT(""), (struct call_value)CALL_I64(-1));
    call_close(&call);
    call_open(&call, "text", "to_f64_or", PARAMS("default=0.5"));
    call_check(&call, &(struct call_value)CALL_TEXT("-17e-1"), (struct call_value)CALL_F64(-1.7));
    call_check(&call, &(struct call_value)CALL_TEXT("1e"), (struct call_value)CALL_F64(0.5));
    call_check(&call, &(struct call_value)CALL_TEXT("1e999"), (struct call_value)CALL_F64(0.5));
    call_check(&call, &(struct call_value)CALL_TEXT("\0"), (struct call_value)CALL_F64(0.5));
    call_close(&call);
}

static void parse_f64_refuses(void **state)
{
    static const char *const texts[] = {"",     ".",    "e5",    "1e", "1e+",   "--1",
                                        "1..2", "0x10", " 1",    "1 ", "1,5",   "inf1",
                                        "na",   "nanx", "1e999", "+",  "1e5.0", "infinit"};
    struct call call;
    (void)state;
    call_open(&call, "text", "parse_f64", NULL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const struct call_value text = {.text = weir_str_from_chars(texts[i])};
        call_check_fails(&call, &text, "is no f64");
    }
    call_close(&call);
}

static void parse_f64_names(void **state)
{
    struct call call;
    (void)state;
    call_open(&call, "text", "parse_f64", NULL);
    call_check(&call, &(struct call_value)CALL_TEXT("NaN"),
               (struct call_value)CALL_F64((double)NAN));
    call_check(&call, &(struct call_value)CALL_TEXT("-Infinity"),
               (struct call_value)CALL_F64((double)-INFINITY));
    call_check(&call, &(struct call_value)CALL_TEXT("+INF"),
               (struct call_value)CALL_F64((double)INFINITY));
    call_check(&call, &(struct call_value)CALL_TEXT("-0"), (struct call_value)CALL_F64(-0.0));
    call_check(&call, &(struct call_value)CALL_TEXT("5e-324"), (struct call_value)CALL_F64(5e-324));
    call_check(&call, &(struct call_value)CALL_TEXT(".5"), (struct call_value)CALL_F64(0.5));
    call_check(&call, &(struct call_value)CALL_TEXT("5."), (struct call_value)CALL_F64(5.0));
    call_close(&call);
}

/* A number of up to 22 digits with its point and exponent anywhere. */
static size_t random_number(uint32_t *seed, char *text)
{
    const uint32_t digits = 1 + drive_random(seed, 22);
    const uint32_t point = drive_random(seed, 30);
    size_t count = 0;
    if (drive_random(seed, 3) == 0) {
        text[count++] = '-';
    }
    for (uint32_t i = 0; i < digits; i++) {
        if (i == point) {
            text[count++] = '.';
        }
        text[count++] = (char)('0' + drive_random(seed, drive_random(seed, 4) == 0 ? 1 : 10));
    }
    if (drive_random(seed, 2) == 0) {
        count += (size_t)snprintf(text + count, 8, "e%d", (int)drive_random(seed, 80) - 40);
    }
    text[count] = '\0';
    return count;
}

/* The short way gives the same bits as strtod. */
static void parse_f64_at_random(void **state)
{
    static char texts[ROWS][64];
    static struct call_value rows[ROWS];
    struct call call;
    uint32_t seed = 11;
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        rows[i].text = weir_str_make(texts[i], random_number(&seed, texts[i]));
    }
    call_open(&call, "text", "parse_f64", NULL);
    call_rows(&call, rows, ROWS);
    assert_int_equal(call.run.failed_rows, 0);
    for (size_t i = 0; i < ROWS; i++) {
        const double expected = strtod(texts[i], NULL);
        if (memcmp(&expected, &call.run.rows[i * DRIVE_COLUMNS_MAX].f64, sizeof expected) != 0) {
            fail_msg("%s is %.17g, not %.17g", texts[i], expected,
                     call.run.rows[i * DRIVE_COLUMNS_MAX].f64);
        }
    }
    call_close(&call);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(format_i64),          cmocka_unit_test(format_f64),
        cmocka_unit_test(parse_i64),           cmocka_unit_test(defaults),
        cmocka_unit_test(parse_f64_refuses),   cmocka_unit_test(parse_f64_names),
        cmocka_unit_test(parse_f64_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
