/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, quantities and strings: what they are worth, exactly. */
#include "parsed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The value of `map LITERAL`; NULL and the code of the first error if it is refused. */
static const struct weir_ast_expr *literal(struct parsed *p,
                                           char *text,
                                           size_t bytes,
                                           const char *spelling)
{
    (void)snprintf(text, bytes, "map %s", spelling);
    parse(p, text);
    return p->status == WEIR_OK ? p->program->first->pipe->first->items.first->value : NULL;
}

static void whole_numbers_and_quantities(void **state)
{
    static const struct {
        const char *spelling;
        int kind; /* enum weir_ast_expr_kind; 0: refused with `value` as code */
        int64_t value;
    } cases[] = {
        {"0", WEIR_AST_INT, 0},
        {"007", WEIR_AST_INT, 7},
        {"9223372036854775807", WEIR_AST_INT, INT64_MAX},
        {"-9223372036854775808", WEIR_AST_INT, INT64_MIN},
        {"- 5", WEIR_AST_INT, -5},
        {"9223372036854775808", 0, WEIR_CODE_NUMBER},
        {"-9223372036854775809", 0, WEIR_CODE_NUMBER},
        {"99999999999999999999999", 0, WEIR_CODE_NUMBER},
        {"1us", WEIR_AST_DURATION, 1},
        {"1ms", WEIR_AST_DURATION, 1000},
        {"1s", WEIR_AST_DURATION, 1000000},
        {"1m", WEIR_AST_DURATION, 60000000},
        {"1h", WEIR_AST_DURATION, 3600000000},
        {"1d", WEIR_AST_DURATION, 86400000000},
        {"0.1s", WEIR_AST_DURATION, 100000},
        {"1.123456d", WEIR_AST_DURATION, 97066598400},
        {"0.00000000001157407407407407d", 0, WEIR_CODE_QUANTITY},
        {"1e3s", WEIR_AST_DURATION, 1000000000},
        {"25e-1ms", WEIR_AST_DURATION, 2500},
        {"-1.50s", WEIR_AST_DURATION, -1500000},
        {"0.000s", WEIR_AST_DURATION, 0},
        {"2000ns", WEIR_AST_DURATION, 2},
        {"0ns", WEIR_AST_DURATION, 0},
        {"1ns", 0, WEIR_CODE_QUANTITY},
        {"1500ns", 0, WEIR_CODE_QUANTITY},
        {"0.5us", 0, WEIR_CODE_QUANTITY},
        {"106751991d", WEIR_AST_DURATION, 9223372022400000000},
        {"106751992d", 0, WEIR_CODE_QUANTITY},
        {"1e30s", 0, WEIR_CODE_QUANTITY},
        {"3B", WEIR_AST_SIZE, 3},
        {"2kB", WEIR_AST_SIZE, 2000},
        {"2MB", WEIR_AST_SIZE, 2000000},
        {"2GB", WEIR_AST_SIZE, 2000000000},
        {"1.5KiB", WEIR_AST_SIZE, 1536},
        {"64MiB", WEIR_AST_SIZE, 67108864},
        {"1GiB", WEIR_AST_SIZE, 1073741824},
        {"0.1KiB", 0, WEIR_CODE_QUANTITY},
        {"1KB", 0, WEIR_CODE_UNKNOWN_UNIT},
        {"10_000", 0, WEIR_CODE_UNKNOWN_UNIT},
        {"0x10", 0, WEIR_CODE_UNKNOWN_UNIT},
        {"1.", 0, WEIR_CODE_NUMBER},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed p;
        char text[128];
        const struct weir_ast_expr *e = literal(&p, text, sizeof text, cases[i].spelling);
        int64_t value = e != NULL ? e->i64 : (int64_t)p.diagnostics.first->code;
        if ((e == NULL ? 0 : (int)e->kind) != cases[i].kind || value != cases[i].value) {
            fail_msg("%s: %lld", cases[i].spelling, (long long)value);
        }
        parsed_finish(&p);
    }
}

static void numbers_with_a_point(void **state)
{
    static const struct {
        const char *spelling;
        double value;
    } cases[] = {{"1.5", 1.5},      {"-0.25", -0.25},
                 {"1e3", 1000},     {"2E-2", 0.02},
                 {"1.5e+2", 150},   {"0.1", 0.1},
                 {"1e308", 1e308},  {"9007199254740993.0", 9007199254740992.0},
                 {"5e-324", 5e-324}};
    (void)state;
    struct parsed p;
    char text[600];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct weir_ast_expr *e = literal(&p, text, sizeof text, cases[i].spelling);
        assert_non_null(e);
        assert_int_equal(e->kind, WEIR_AST_FLOAT);
        assert_memory_equal(&e->f64, &cases[i].value, sizeof e->f64);
        parsed_finish(&p);
    }
    assert_null(literal(&p, text, sizeof text, "1e309"));
    assert_int_equal(p.diagnostics.first->code, WEIR_CODE_NUMBER);
    parsed_finish(&p);
    char digits[501];
    memset(digits, '1', 500);
    memcpy(digits + 498, ".5", 3);
    assert_null(literal(&p, text, sizeof text, digits));
    assert_int_equal(p.diagnostics.first->code, WEIR_CODE_NUMBER);
    parsed_finish(&p);
}

static void strings(void **state)
{
    static const struct {
        const char *spelling, *value;
        size_t count;
    } cases[] = {
        {"\"\"", "", 0},
        {"\"a b\"", "a b", 3},
        {"\"\\n\\t\\r\\\\\\\"\\'\\a\\b\\f\\v\\?\"", "\n\t\r\\\"'\a\b\f\v?", 11},
        {"\"\\0x\\101\\x41\\x00\"", "\0xAA\0", 5},
        {"\"\\1018\"", "A8", 2},
        {"\"\\u00e9\\U0001F600\\u20ac\"", "\xC3\xA9\xF0\x9F\x98\x80\xE2\x82\xAC", 9},
        {"\"\xFF # | $x\"", "\xFF # | $x", 8},
        {"r\"\\d+\\\"", "\\d+\\", 4},
        {"r\"\"", "", 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed p;
        char text[128];
        const struct weir_ast_expr *e = literal(&p, text, sizeof text, cases[i].spelling);
        assert_non_null(e);
        assert_int_equal(e->kind, WEIR_AST_STRING);
        assert_int_equal(e->text.count, cases[i].count);
        assert_memory_equal(e->text.bytes, cases[i].value, cases[i].count + 1); /* and a NUL */
        parsed_finish(&p);
    }
}

static void escapes_that_are_none(void **state)
{
    static const char *const cases[] = {"\"\\d\"",     "\"\\x4\"",      "\"\\u12\"",
                                        "\"\\ud800\"", "\"\\U110000\"", "\"\\U00110000\"",
                                        "\"\\777\"",   "\"\\ \""};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct parsed p;
        char text[128];
        assert_null(literal(&p, text, sizeof text, cases[i]));
        assert_int_equal(p.diagnostics.count, 1);
        assert_int_equal(p.diagnostics.first->code, WEIR_CODE_ESCAPE);
        assert_int_equal(p.diagnostics.first->place.offset, 5);
        parsed_finish(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_and_quantities),
        cmocka_unit_test(numbers_with_a_point),
        cmocka_unit_test(strings),
        cmocka_unit_test(escapes_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
