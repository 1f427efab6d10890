/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `std`: arithmetic, comparisons and casts of single rows, by tables, with the values on
 * which they could go wrong. */
#include "drive.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct weir_plugin *std;

/* An argument or a result: the type's name in the pipeline language, and the value. */
struct value {
    const char *type;
    int64_t i64;
    double f64;
    const char *text;
};
#define I32(x)                                                                                     \
    {                                                                                              \
        .type = "i32", .i64 = (x)                                                                  \
    }
#define I64(x)                                                                                     \
    {                                                                                              \
        .type = "i64", .i64 = (x)                                                                  \
    }
#define F64(x)                                                                                     \
    {                                                                                              \
        .type = "f64", .f64 = (x)                                                                  \
    }
#define BOO(x)                                                                                     \
    {                                                                                              \
        .type = "bool", .i64 = (x)                                                                 \
    }
#define TS(x)                                                                                      \
    {                                                                                              \
        .type = "ts", .i64 = (x)                                                                   \
    }
#define STR(x)                                                                                     \
    {                                                                                              \
        .type = "str", .text = (x)                                                                 \
    }
#define BYT(x)                                                                                     \
    {                                                                                              \
        .type = "bytes", .text = (x)                                                               \
    }
#define BAD(x)                                                                                     \
    {                                                                                              \
        .type = "bad record", .text = (x)                                                          \
    } /* x: what the message contains */
#define NONE                                                                                       \
    {                                                                                              \
        .type = NULL                                                                               \
    }

struct line {
    const char *name;
    struct value arguments[2], result;
};

static void build(struct drive_column *column, const struct value *value)
{
    if (strcmp(value->type, "bool") == 0) {
        const bool truth = value->i64 != 0;
        drive_bool(column, &truth, 1, 0);
    } else if (value->text != NULL) {
        const weir_str text = weir_str_from_chars(value->text);
        drive_text(column, &text, 1, 0);
    } else if (strcmp(value->type, "f64") == 0) {
        drive_fixed(column, &value->f64, 8, 1, 0);
    } else {
        drive_fixed(column, &value->i64, 8, 1, 0);
    }
}

static bool is_result(const struct drive *run, const struct value *expected)
{
    if (strcmp(expected->type, "bad record") == 0) {
        return run->outcome == WEIR_BAD_RECORD && strstr(run->message, expected->text) != NULL;
    }
    if (run->row_count != 1 || strcmp(run->exported->out[0].type, expected->type) != 0) {
        return false;
    }
    if (expected->text != NULL) {
        return weir_str_equal(run->rows[0].text, expected->text);
    }
    if (strcmp(expected->type, "f64") == 0) {
        const double got = run->rows[0].f64;
        return isnan(expected->f64)
                   ? isnan(got)
                   : got == expected->f64 && !signbit(got) == !signbit(expected->f64);
    }
    return run->rows[0].i64 == expected->i64;
}

static void check(const struct line *line)
{
    char types[32] = "";
    struct drive_column columns[2];
    struct drive run;
    size_t count = 0;
    for (; count < 2 && line->arguments[count].type != NULL; count++) {
        (void)strncat(types, count > 0 ? "," : "", 2);
        (void)strncat(types, line->arguments[count].type, 8);
    }
    drive_begin(&run, drive_find(std, WEIR_KIND_FUNCTION, line->name, types), 1, 1, 0);
    for (size_t i = 0; i < count; i++) {
        build(&columns[i], &line->arguments[i]);
        drive_add(&run, &columns[i], false);
    }
    drive_run(&run);
    if (!is_result(&run, &line->result)) {
        fail_msg("%s(%s): line with %lld %g '%s' gave %lld %g '%s', message '%s'", line->name,
                 types, (long long)line->arguments[0].i64, line->arguments[0].f64,
                 line->arguments[0].text != NULL ? line->arguments[0].text : "",
                 run.row_count > 0 ? (long long)run.rows[0].i64 : 0,
                 run.row_count > 0 ? run.rows[0].f64 : 0,
                 run.row_count > 0 && run.rows[0].text.bytes != NULL ? run.rows[0].text.bytes : "",
                 run.message);
    }
    drive_end(&run);
    for (size_t i = 0; i < count; i++) {
        drive_column_free(&columns[i]);
    }
}

#define CHECK(lines)                                                                               \
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines)[0]; i++) {                                \
        check(&(lines)[i]);                                                                        \
    }

static void whole_numbers(void **state)
{
    static const struct line lines[] = {
        {"add", {I64(2), I64(-3)}, I64(-1)},
        {"add", {I64(INT64_MAX), I64(1)}, I64(INT64_MIN)},
        {"sub", {I64(2), I64(-3)}, I64(5)},
        {"sub", {I64(INT64_MIN), I64(1)}, I64(INT64_MAX)},
        {"mul", {I64(-4), I64(5)}, I64(-20)},
        {"mul", {I64(INT64_MIN), I64(-1)}, I64(INT64_MIN)},
        {"div", {I64(-7), I64(2)}, I64(-3)},
        {"div", {I64(INT64_MIN), I64(-1)}, I64(INT64_MIN)},
        {"div", {I64(7), I64(0)}, BAD("division of 7 by zero")},
        {"mod", {I64(-7), I64(2)}, I64(-1)},
        {"mod", {I64(INT64_MIN), I64(-1)}, I64(0)},
        {"mod", {I64(-7), I64(0)}, BAD("division of -7 by zero")},
        {"neg", {I64(7), NONE}, I64(-7)},
        {"neg", {I64(INT64_MIN), NONE}, I64(INT64_MIN)},
    };
    (void)state;
    CHECK(lines)
}

static void floating_numbers(void **state)
{
    static const struct line lines[] = {
        {"add", {F64(0.5), F64(0.25)}, F64(0.75)},   {"sub", {F64(0.5), F64(0.25)}, F64(0.25)},
        {"mul", {F64(0.5), F64(-3)}, F64(-1.5)},     {"div", {F64(1), F64(4)}, F64(0.25)},
        {"div", {F64(-1), F64(0)}, F64(-HUGE_VAL)},  {"mod", {F64(-7.5), F64(2)}, F64(-1.5)},
        {"mod", {F64(1), F64(0)}, F64((double)NAN)}, {"neg", {F64(0), NONE}, F64(-0.0)},
    };
    (void)state;
    CHECK(lines)
}

static void times_and_texts(void **state)
{
    static const struct line lines[] = {
        {"add", {TS(100), I64(5)}, TS(105)},
        {"add", {I64(5), TS(100)}, TS(105)},
        {"sub", {TS(100), I64(5)}, TS(95)},
        {"sub", {TS(100), TS(30)}, I64(70)},
        {"add", {STR("a text, then "), STR("another")}, STR("a text, then another")},
        {"add", {STR(""), STR("the right one alone")}, STR("the right one alone")},
        {"add", {STR("the left one alone"), STR("")}, STR("the left one alone")},
    };
    (void)state;
    CHECK(lines)
}

/* All six comparisons of a and b, of which `order` is the order: below 0, 0, above 0. */
static void check_order(struct value a, struct value b, int order)
{
    const struct line lines[] = {
        {"eq", {a, b}, BOO(order == 0)}, {"ne", {a, b}, BOO(order != 0)},
        {"lt", {a, b}, BOO(order < 0)},  {"le", {a, b}, BOO(order <= 0)},
        {"gt", {a, b}, BOO(order > 0)},  {"ge", {a, b}, BOO(order >= 0)},
    };
    CHECK(lines)
}

static void comparisons(void **state)
{
    static const struct {
        struct value a, b;
        int order;
    } pairs[] = {
        {I64(-1), I64(1), -1},
        {I64(INT64_MAX), I64(INT64_MIN), 1},
        {I64(5), I64(5), 0},
        {F64(0.5), F64(1), -1},
        {F64(0.0), F64(-0.0), 0},
        {F64(HUGE_VAL), F64(1), 1},
        {TS(-5), TS(3), -1},
        {TS(3), TS(3), 0},
        {STR("abc"), STR("abd"), -1},
        {STR("ab"), STR("abc"), -1},
        {STR(""), STR(""), 0},
        {STR("\xc3\xa9"), STR("z"), 1},
        {STR("a text longer than a view"), STR("a text longer than a view"), 0},
        {BYT("\x80"), BYT("\x7f"), 1},
        {BYT("same"), BYT("same"), 0},
    };
    static const struct line others[] = {
        {"eq", {F64((double)NAN), F64((double)NAN)}, BOO(false)},
        {"ne", {F64((double)NAN), F64((double)NAN)}, BOO(true)},
        {"lt", {F64((double)NAN), F64(1)}, BOO(false)},
        {"ge", {F64((double)NAN), F64(1)}, BOO(false)},
        {"eq", {BOO(true), BOO(true)}, BOO(true)},
        {"eq", {BOO(true), BOO(false)}, BOO(false)},
        {"ne", {BOO(true), BOO(false)}, BOO(true)},
        {"not", {BOO(true), NONE}, BOO(false)},
        {"not", {BOO(false), NONE}, BOO(true)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        check_order(pairs[i].a, pairs[i].b, pairs[i].order);
    }
    CHECK(others)
}

static void casts_to_whole_numbers(void **state)
{
    static const struct line lines[] = {
        {"i32", {I64(INT32_MIN), NONE}, I32(INT32_MIN)},
        {"i32", {I64(INT32_MAX + INT64_C(1)), NONE}, BAD("2147483648 does not fit")},
        {"i32", {F64(-2147483648.9), NONE}, I32(INT32_MIN)},
        {"i32", {F64(2147483647.9), NONE}, I32(INT32_MAX)},
        {"i32", {F64(2147483648.0), NONE}, BAD("does not fit into an i32")},
        {"i32", {F64((double)NAN), NONE}, BAD("does not fit into an i32")},
        {"i32", {STR("-2147483648"), NONE}, I32(INT32_MIN)},
        {"i32", {STR("2147483648"), NONE}, BAD("'2147483648' is no i32")},
        {"i32", {BOO(true), NONE}, I32(1)},
        {"i64", {I64(7), NONE}, I64(7)},
        {"i64", {F64(-1.9), NONE}, I64(-1)},
        {"i64", {F64(-9223372036854775808.0), NONE}, I64(INT64_MIN)},
        {"i64", {F64(9223372036854775808.0), NONE}, BAD("does not fit into an i64")},
        {"i64", {BOO(false), NONE}, I64(0)},
        {"i64", {TS(-4), NONE}, I64(-4)},
        {"i64", {STR("+12"), NONE}, I64(12)},
        {"i64", {STR("9223372036854775807"), NONE}, I64(INT64_MAX)},
        {"i64", {STR("-9223372036854775808"), NONE}, I64(INT64_MIN)},
        {"i64", {STR("9223372036854775808"), NONE}, BAD("is no i64")},
        {"i64", {STR("-9223372036854775809"), NONE}, BAD("is no i64")},
        {"i64", {STR("99999999999999999999999"), NONE}, BAD("is no i64")},
        {"i64", {STR(""), NONE}, BAD("'' is no i64")},
        {"i64", {STR("-"), NONE}, BAD("'-' is no i64")},
        {"i64", {STR(" 1"), NONE}, BAD("is no i64")},
        {"i64", {STR("1.0"), NONE}, BAD("is no i64")},
        {"i64", {STR("0x10"), NONE}, BAD("is no i64")},
    };
    (void)state;
    CHECK(lines)
}

static void casts_to_others(void **state)
{
    static const struct line lines[] = {
        {"f64", {I64(-3), NONE}, F64(-3)},
        {"f64", {F64(-0.0), NONE}, F64(-0.0)},
        {"f64", {STR("1e3"), NONE}, F64(1000)},
        {"f64", {STR("-.5"), NONE}, F64(-0.5)},
        {"f64", {STR("5."), NONE}, F64(5)},
        {"f64", {STR("0.1"), NONE}, F64(0.1)},
        {"f64", {STR("4.9e-324"), NONE}, F64(4.9e-324)},
        {"f64", {STR("-Infinity"), NONE}, F64(-HUGE_VAL)},
        {"f64", {STR("inf"), NONE}, F64(HUGE_VAL)},
        {"f64", {STR("NaN"), NONE}, F64((double)NAN)},
        {"f64", {STR("1e999"), NONE}, BAD("is no f64")},
        {"f64", {STR("0x1p3"), NONE}, BAD("is no f64")},
        {"f64", {STR(" 1"), NONE}, BAD("is no f64")},
        {"f64", {STR("1e"), NONE}, BAD("is no f64")},
        {"f64", {STR("."), NONE}, BAD("is no f64")},
        {"f64", {STR("infinit"), NONE}, BAD("is no f64")},
        {"f64", {STR(""), NONE}, BAD("is no f64")},
        {"bool", {BOO(true), NONE}, BOO(true)},
        {"bool", {I64(-2), NONE}, BOO(true)},
        {"bool", {I64(0), NONE}, BOO(false)},
        {"bool", {F64(-0.0), NONE}, BOO(false)},
        {"bool", {F64((double)NAN), NONE}, BOO(true)},
        {"bool", {STR("true"), NONE}, BOO(true)},
        {"bool", {STR("false"), NONE}, BOO(false)},
        {"bool", {STR("True"), NONE}, BAD("'True' is no bool")},
        {"bytes", {STR("any text, as bytes"), NONE}, BYT("any text, as bytes")},
        {"bytes", {BYT("\xff"), NONE}, BYT("\xff")},
    };
    (void)state;
    CHECK(lines)
}

static void casts_to_text(void **state)
{
    static const struct line lines[] = {
        {"str", {I64(INT64_MIN), NONE}, STR("-9223372036854775808")},
        {"str", {F64(0.1), NONE}, STR("0.1")},
        {"str", {F64(1.0 / 3), NONE}, STR("0.3333333333333333")},
        {"str", {F64(-0.0), NONE}, STR("-0.0")},
        {"str", {F64(3), NONE}, STR("3.0")},
        {"str", {F64(-1234.5), NONE}, STR("-1234.5")},
        {"str", {F64(0.0001), NONE}, STR("0.0001")},
        {"str", {F64(0.00001), NONE}, STR("1e-5")},
        {"str", {F64(1.5e-7), NONE}, STR("1.5e-7")},
        {"str", {F64(1e15), NONE}, STR("1000000000000000.0")},
        {"str", {F64(9007199254740994), NONE}, STR("9007199254740994.0")},
        {"str", {F64(1e16), NONE}, STR("1e16")},
        {"str", {F64(-1.25e100), NONE}, STR("-1.25e100")},
        {"str", {F64(4.9e-324), NONE}, STR("5e-324")},
        {"str", {F64(1.7976931348623157e308), NONE}, STR("1.7976931348623157e308")},
        {"str", {F64((double)NAN), NONE}, STR("NaN")},
        {"str", {F64(-HUGE_VAL), NONE}, STR("-Infinity")},
        {"str", {BOO(true), NONE}, STR("true")},
        {"str", {BOO(false), NONE}, STR("false")},
        {"str", {STR("the very same text"), NONE}, STR("the very same text")},
        {"str", {BYT("\xff is a byte, too"), NONE}, STR("\xff is a byte, too")},
        {"str", {TS(0), NONE}, STR("1970-01-01T00:00:00.000000Z")},
        {"str", {TS(-1), NONE}, STR("1969-12-31T23:59:59.999999Z")},
        {"str", {TS(951782400000000), NONE}, STR("2000-02-29T00:00:00.000000Z")},
        {"str", {TS(-62167219200000001), NONE}, STR("-000001-12-31T23:59:59.999999Z")},
        {"str", {TS(253402300800000000), NONE}, STR("+010000-01-01T00:00:00.000000Z")},
        {"str", {TS(1769903999250001), NONE}, STR("2026-01-31T23:59:59.250001Z")},
    };
    (void)state;
    CHECK(lines)
}

static void casts_to_time(void **state)
{
    static const struct line lines[] = {
        {"ts", {I64(-4), NONE}, TS(-4)},
        {"ts", {TS(9), NONE}, TS(9)},
        {"ts", {STR("1970-01-01T00:00:00Z"), NONE}, TS(0)},
        {"ts", {STR("1969-12-31 23:59:59.999999z"), NONE}, TS(-1)},
        {"ts", {STR("2026-01-31T23:59:59.2500019Z"), NONE}, TS(1769903999250001)},
        {"ts", {STR("2026-02-01T00:59:59.25+01:00"), NONE}, TS(1769903999250000)},
        {"ts", {STR("2026-01-31t18:29:59.5-05:30"), NONE}, TS(1769903999500000)},
        {"ts", {STR("2000-02-29T00:00:00Z"), NONE}, TS(951782400000000)},
        {"ts", {STR("0000-03-01T00:00:00Z"), NONE}, TS(-62162035200000000)},
        {"ts", {STR("-000001-12-31T23:59:59.999999Z"), NONE}, TS(-62167219200000001)},
        {"ts", {STR("+010000-01-01T00:00:00Z"), NONE}, TS(253402300800000000)},
        {"ts", {STR("+999999-01-01T00:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("1900-02-29T00:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-13-01T00:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-00-01T00:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-04-31T00:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-01-31T24:00:00Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-01-31T23:59:59"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-01-31T23:59:59.Z"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-01-31T23:59:59+1:00"), NONE}, BAD("is no ts")},
        {"ts", {STR("2026-01-31"), NONE}, BAD("RFC 3339")},
        {"ts", {STR(""), NONE}, BAD("'' is no ts")},
    };
    (void)state;
    CHECK(lines)
}

/* What one cast writes the other reads, to the bit. */
static void numbers_survive_a_round_trip(void **state)
{
    uint32_t seed = 5;
    (void)state;
    for (int i = 0; i < 2000; i++) {
        const uint64_t bits = (uint64_t)drive_random(&seed, 1 << 24) << 40 |
                              (uint64_t)drive_random(&seed, 1 << 24) << 20 |
                              drive_random(&seed, 1 << 20);
        struct line line = {"str", {F64(0), NONE}, F64(0)};
        struct drive_column column;
        struct drive run;
        memcpy(&line.arguments[0].f64, &bits, sizeof bits);
        if (!isfinite(line.arguments[0].f64)) {
            continue;
        }
        build(&column, &line.arguments[0]);
        drive_begin(&run, drive_find(std, WEIR_KIND_FUNCTION, "str", "f64"), 1, 1, 0);
        drive_add(&run, &column, false);
        drive_run(&run);
        {
            char text[64] = "";
            struct line back = {"f64", {STR(text), NONE}, F64(line.arguments[0].f64)};
            memcpy(text, run.rows[0].text.bytes, run.rows[0].text.count);
            check(&back);
        }
        drive_end(&run);
        drive_column_free(&column);
    }
}

static int load(void **state)
{
    (void)state;
    std = drive_load("std");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(floating_numbers),
        cmocka_unit_test(times_and_texts),
        cmocka_unit_test(comparisons),
        cmocka_unit_test(casts_to_whole_numbers),
        cmocka_unit_test(casts_to_others),
        cmocka_unit_test(casts_to_text),
        cmocka_unit_test(casts_to_time),
        cmocka_unit_test(numbers_survive_a_round_trip),
    };
    return cmocka_run_group_tests(tests, load, NULL);
}
