/* SPDX-License-Identifier: Apache-2.0 */
/* JSON out, value by value, against what language.md and the RFCs say. */
#include "random_rows.h"

#include "data/data.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct weir_text text;

static int set_up(void **state)
{
    (void)state;
    weir_text_init(&text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_text_finish(&text);
    return 0;
}

static void assert_f64(double value, const char *expected)
{
    text.count = 0;
    weir_json_f64(&text, value);
    assert_string_equal(text.bytes, expected);
}

static void doubles(void **state)
{
    (void)state;
    assert_f64(0.0, "0.0");
    assert_f64(-0.0, "-0.0");
    assert_f64(1, "1.0");
    assert_f64(-1.5, "-1.5");
    assert_f64(0.1, "0.1");
    assert_f64(0.1 + 0.2, "0.30000000000000004");
    assert_f64(1.0 / 3, "0.3333333333333333");
    assert_f64(100, "100.0");
    assert_f64(123456.789, "123456.789");
    assert_f64(0.0001, "0.0001");
    assert_f64(0.00001, "1e-5");
    assert_f64(9007199254740993.0, "9007199254740992.0");
    assert_f64(1e15, "1000000000000000.0");
    assert_f64(1e16, "1e16");
    assert_f64(1e22, "1e22");
    assert_f64(1e300, "1e300");
    assert_f64(-1.25e-100, "-1.25e-100");
    assert_f64(DBL_MAX, "1.7976931348623157e308");
    assert_f64(DBL_MIN, "2.2250738585072014e-308");
    assert_f64(5e-324, "5e-324");
    assert_f64(5.960464477539063e-08, "5.960464477539063e-8"); /* 2^-24: rounded up */
    assert_f64(5.684341886080802e-14, "5.684341886080802e-14");
    assert_f64((double)NAN, "\"NaN\"");
    assert_f64((double)INFINITY, "\"Infinity\"");
    assert_f64(-(double)INFINITY, "\"-Infinity\"");
}

static void random_doubles_read_back(void **state)
{
    (void)state;
    struct random random = {1618033988, NULL};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = (uint64_t)random_below(&random, UINT32_MAX) << 32;
        bits |= random_below(&random, UINT32_MAX);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        text.count = 0;
        weir_json_f64(&text, value);
        assert_true(strtod(text.bytes, NULL) == value);
        assert_true(strpbrk(text.bytes, ".e") != NULL);
    }
}

/* Every locale with a comma that this machine has; none may change the text. */
static void locales_change_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE", "fr_FR.UTF-8", "C.UTF-8", "C"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (setlocale(LC_NUMERIC, names[i]) != NULL) {
            assert_f64(0.30000000000000004, "0.30000000000000004");
            assert_f64(-1.25e-100, "-1.25e-100");
        }
    }
    assert_non_null(setlocale(LC_NUMERIC, "C"));
}

/* A column of one cell in JSON. */
static void assert_cell(enum weir_type_kind kind, const void *cell, const char *expected)
{
    struct weir_column column = {.type = weir_type_of(kind), .data = cell};
    text.count = 0;
    weir_json_cell(&text, &column, NULL, 0);
    assert_string_equal(text.bytes, expected);
}

static void assert_number(enum weir_type_kind kind, int64_t value, const char *expected)
{
    assert_cell(kind, &value, expected);
}

static void integers(void **state)
{
    (void)state;
    assert_number(WEIR_TYPE_I64, 0, "0");
    assert_number(WEIR_TYPE_I64, -7, "-7");
    assert_number(WEIR_TYPE_I64, 10, "10");
    assert_number(WEIR_TYPE_I64, 99, "99");
    assert_number(WEIR_TYPE_I64, 100, "100");
    assert_number(WEIR_TYPE_I64, 1234567, "1234567");
    assert_number(WEIR_TYPE_I64, INT64_MAX, "9223372036854775807");
    assert_number(WEIR_TYPE_I64, INT64_MIN, "-9223372036854775808");
    assert_number(WEIR_TYPE_I32, -2147483648, "-2147483648");
    assert_number(WEIR_TYPE_BOOL, 1, "true");
    assert_number(WEIR_TYPE_BOOL, 0, "false");
    assert_number(WEIR_TYPE_NULL, 0, "null");
}

static void times(void **state)
{
    (void)state;
    assert_number(WEIR_TYPE_TS, 0, "\"1970-01-01T00:00:00.000000Z\"");
    assert_number(WEIR_TYPE_TS, -1, "\"1969-12-31T23:59:59.999999Z\"");
    assert_number(WEIR_TYPE_TS, 951827696123456, "\"2000-02-29T12:34:56.123456Z\"");
    assert_number(WEIR_TYPE_TS, 4107542400000000, "\"2100-03-01T00:00:00.000000Z\"");
    assert_number(WEIR_TYPE_TS, 4107542399000000, "\"2100-02-28T23:59:59.000000Z\"");
    assert_number(WEIR_TYPE_TS, 253402300799999999, "\"9999-12-31T23:59:59.999999Z\"");
    assert_number(WEIR_TYPE_TS, 253402300800000000, "\"+010000-01-01T00:00:00.000000Z\"");
    assert_number(WEIR_TYPE_TS, -62167219200000000, "\"0000-01-01T00:00:00.000000Z\"");
    assert_number(WEIR_TYPE_TS, -62167219200000001, "\"-000001-12-31T23:59:59.999999Z\"");
    assert_number(WEIR_TYPE_TS, INT64_MAX, "\"+294247-01-10T04:00:54.775807Z\"");
    assert_number(WEIR_TYPE_TS, INT64_MIN, "\"-290308-12-21T19:59:05.224192Z\"");
}

static void assert_string(const char *bytes, size_t count, const char *expected)
{
    text.count = 0;
    weir_json_string(&text, (weir_str){bytes, count});
    assert_string_equal(text.bytes, expected);
}

#define ASSERT_STRING(literal, expected) assert_string(literal, sizeof literal - 1, expected)

static void strings(void **state)
{
    (void)state;
    ASSERT_STRING("", "\"\"");
    ASSERT_STRING("plain text of more than eight bytes", "\"plain text of more than eight bytes\"");
    ASSERT_STRING("say \"\\\"", "\"say \\\"\\\\\\\"\"");
    ASSERT_STRING("\b\f\n\r\t/\x7f", "\"\\b\\f\\n\\r\\t/\x7f\"");
    ASSERT_STRING("a\0b\x1f", "\"a\\u0000b\\u001f\"");
    ASSERT_STRING("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
                  "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\"");
    ASSERT_STRING("\xf4\x8f\xbf\xbf", "\"\xf4\x8f\xbf\xbf\"");
    ASSERT_STRING("12345678\"", "\"12345678\\\"\"");
    ASSERT_STRING("1234567\xc3\xa9"
                  "89abcdef",
                  "\"1234567\xc3\xa9"
                  "89abcdef\"");
}

#define BAD "\xef\xbf\xbd" /* U+FFFD */

/* Unicode 15, tables 3-8 to 3-11: one U+FFFD for each maximal subpart. */
static void invalid_utf8(void **state)
{
    (void)state;
    ASSERT_STRING("\xff", "\"" BAD "\"");
    ASSERT_STRING("a\x80z", "\"a" BAD "z\"");
    ASSERT_STRING("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41",
                  "\"" BAD BAD BAD BAD BAD BAD BAD BAD "A\"");
    ASSERT_STRING("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41",
                  "\"" BAD BAD BAD BAD BAD BAD BAD BAD "A\"");
    ASSERT_STRING("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42",
                  "\"" BAD BAD BAD BAD BAD "A" BAD BAD "B\"");
    ASSERT_STRING("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", "\"" BAD BAD BAD BAD "A\"");
    ASSERT_STRING("cut \xe2\x82", "\"cut " BAD "\"");
    ASSERT_STRING("\xc3(", "\"" BAD "(\"");
}

/* bytes as base64: RFC 4648 section 10. */
static void base64(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"", "\"\""},
                                           {"f", "\"Zg==\""},
                                           {"fo", "\"Zm8=\""},
                                           {"foo", "\"Zm9v\""},
                                           {"foob", "\"Zm9vYg==\""},
                                           {"fooba", "\"Zm9vYmE=\""},
                                           {"foobar", "\"Zm9vYmFy\""},
                                           {"\xff\xef\xbe", "\"/+++\""}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        weir_view view = {.count = (int32_t)strlen(pairs[i][0])};
        memcpy((char *)&view + 4, pairs[i][0], strlen(pairs[i][0]));
        assert_cell(WEIR_TYPE_BYTES, &view, pairs[i][1]);
    }
}

static struct weir_value str_value(const char *s)
{
    return (struct weir_value){.type = weir_type_of(WEIR_TYPE_STR), .str = weir_str_of(s)};
}

static void rows_with_and_without_envelope(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_table table;
    const struct weir_type *schema = NULL;
    struct weir_error err;
    weir_arena_init(&arena);
    assert_int_equal(
        weir_type_parse(&arena, weir_str_of("{key: {\"a b\": str, n: null}, value: list<f64>}"),
                        &schema, &err),
        WEIR_OK);
    const struct weir_value key[] = {str_value("a key of more than twelve bytes"),
                                     {.type = NULL, .is_null = true}};
    const struct weir_value list[] = {{.type = weir_type_of(WEIR_TYPE_F64), .f64 = 1},
                                      {.type = weir_type_of(WEIR_TYPE_F64), .is_null = true},
                                      {.type = weir_type_of(WEIR_TYPE_F64), .f64 = (double)NAN}};
    struct weir_value record[] = {{.type = schema->fields[0].type, .item_count = 2, .items = key},
                                  {.type = schema->fields[1].type, .item_count = 3, .items = list}};
    struct weir_builder *builder = weir_builder_create(schema, false);
    weir_builder_add_values(builder, record);
    weir_json_value(&text, &record[0]);
    assert_string_equal(text.bytes, "{\"a b\":\"a key of more than twelve bytes\",\"n\":null}");
    record[0].is_null = true;
    record[1].item_count = 0;
    weir_builder_add_values(builder, record);
    weir_builder_finish(builder, &table);
    text.count = 0;
    weir_json_row(&text, &table.all, 0, 1700000000123, "#1");
    assert_string_equal(text.bytes,
                        "{\"key\":{\"a b\":\"a key of more than twelve bytes\",\"n\":null},"
                        "\"value\":[1.0,null,\"NaN\"],\"_time\":1700000000123,\"_stream\":\"#1\"}");
    text.count = 0;
    weir_json_row(&text, &table.all, 1, 0, NULL);
    assert_string_equal(text.bytes, "{\"key\":null,\"value\":[]}");
    weir_table_finish(&table);
    weir_builder_destroy(builder);
    struct weir_rows none = {.schema = weir_type_struct(&arena, NULL, 0), .rows = 1};
    text.count = 0;
    weir_json_row(&text, &none, 0, 5, "s");
    assert_string_equal(text.bytes, "{\"_time\":5,\"_stream\":\"s\"}");
    weir_arena_finish(&arena);
}

/* Constants and cells print alike. */
static void values_print_as_cells(void **state)
{
    (void)state;
    struct weir_arena arena;
    struct weir_text other;
    weir_arena_init(&arena);
    weir_text_init(&other);
    struct random random = {77, &arena};
    for (int i = 0; i < 300; i++) {
        struct weir_heaps heaps;
        struct weir_column column;
        struct weir_value value;
        weir_heaps_init(&heaps);
        random_value(&random, random_type(&random, 3), &value);
        weir_column_const(&arena, &value, &heaps, &column);
        text.count = other.count = 0;
        weir_json_value(&text, &value);
        weir_json_cell(&other, &column, &heaps, 9);
        assert_string_equal(text.bytes, other.bytes);
        weir_heaps_finish(&heaps);
    }
    weir_text_finish(&other);
    weir_arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(doubles, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_doubles_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locales_change_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(integers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(invalid_utf8, set_up, tear_down),
        cmocka_unit_test_setup_teardown(base64, set_up, tear_down),
        cmocka_unit_test_setup_teardown(rows_with_and_without_envelope, set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_print_as_cells, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
