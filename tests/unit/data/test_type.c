/* SPDX-License-Identifier: Apache-2.0 */
/* Types as text: what is printed reads back, and what is wrong is refused with its place. */
#include "random_rows.h"

#include "data/data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena arena;

static int set_up(void **state)
{
    (void)state;
    weir_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_finish(&arena);
    return 0;
}

static const struct weir_type *parse(const char *text)
{
    const struct weir_type *type = NULL;
    struct weir_error err;
    int status = weir_type_parse(&arena, weir_str_of(text), &type, &err);
    if (status != WEIR_OK) {
        fail_msg("%s: %s", text, err.text);
    }
    return type;
}

static void assert_prints(const struct weir_type *type, const char *expected)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(type, &text);
    assert_string_equal(text.bytes, expected);
    weir_text_finish(&text);
}

static void assert_refused(const char *text, int status, const char *fragment)
{
    const struct weir_type *type = NULL;
    struct weir_error err;
    assert_int_equal(weir_type_parse(&arena, weir_str_of(text), &type, &err), status);
    if (strstr(err.text, fragment) == NULL) {
        fail_msg("'%s' lacks '%s'", err.text, fragment);
    }
}

static void golden_texts(void **state)
{
    (void)state;
    assert_prints(parse("i64"), "i64");
    assert_prints(parse(" list< list<null> > "), "list<list<null>>");
    assert_prints(
        parse("{user:str,geo:{lat:f64,lon:f64},tags:list<str>,at:ts,raw:bytes,ok:bool,n:i32}"),
        "{user: str, geo: {lat: f64, lon: f64}, tags: list<str>, at: ts, raw: bytes, "
        "ok: bool, n: i32}");
    assert_prints(parse("{}"), "{}");
    assert_prints(parse("{\"two words\": i64, \"a\\\"b\\\\\": i64, \"\": i64, \"9\": i64}"),
                  "{\"two words\": i64, \"a\\\"b\\\\\": i64, \"\": i64, \"9\": i64}");
    assert_ptr_equal(parse("str"), weir_type_of(WEIR_TYPE_STR));
}

static void random_types_read_back(void **state)
{
    (void)state;
    struct random random = {4711, &arena};
    for (int i = 0; i < 500; i++) {
        const struct weir_type *type = random_type(&random, 5);
        struct weir_text text;
        weir_text_init(&text);
        weir_type_print(type, &text);
        assert_true(weir_type_equal(type, parse(text.bytes)));
        weir_text_finish(&text);
    }
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    assert_refused("", WEIR_ETEXT, "column 1: expected a type");
    assert_refused("i63", WEIR_ETEXT, "did you mean 'i64'?");
    assert_refused("zzz", WEIR_ETEXT, "expected a type (bool i32");
    assert_refused("A", WEIR_ETEXT, "'A' is a type variable");
    assert_refused("list<i64", WEIR_ETEXT, "column 9: expected '>', found the end");
    assert_refused("list i64", WEIR_ETEXT, "expected '<'");
    assert_refused("{a i64}", WEIR_ETEXT, "column 4: expected ':' and a type, found 'i64}'");
    assert_refused("{a: i64,}", WEIR_ETEXT, "expected a field name");
    assert_refused("{a: i64 b: i64}", WEIR_ETEXT, "expected ',' or '}'");
    assert_refused("{a: i64, b: str, a: i64}", WEIR_ETEXT, "field 'a' stands there twice");
    assert_refused("{\"a: i64}", WEIR_ETEXT, "at the end of the field name");
    assert_refused("i64 i64", WEIR_ETEXT, "column 5: expected the end of the type");
}

static void depth_and_width_are_limited(void **state)
{
    (void)state;
    struct weir_text text;
    weir_text_init(&text);
    for (int i = 1; i < WEIR_TYPE_DEPTH_MAX; i++) {
        weir_text_put(&text, "list<");
    }
    weir_text_put(&text, "i64");
    for (int i = 1; i < WEIR_TYPE_DEPTH_MAX; i++) {
        weir_text_put(&text, ">");
    }
    assert_prints(parse(text.bytes), text.bytes);
    char *deeper = weir_arena_printf(&arena, "list<%s>", text.bytes);
    assert_refused(deeper, WEIR_ELIMIT, "nested more than 16 deep");
    text.count = 0;
    weir_text_put(&text, "{f0: i64");
    for (int i = 1; i < WEIR_FIELDS_MAX; i++) {
        weir_text_printf(&text, ", f%d: i64", i);
    }
    size_t end = text.count;
    weir_text_put(&text, "}");
    assert_int_equal(parse(text.bytes)->field_count, WEIR_FIELDS_MAX);
    text.count = end;
    weir_text_put(&text, ", more: i64}");
    assert_refused(text.bytes, WEIR_ELIMIT, "more than 65536 fields");
    weir_text_finish(&text);
}

static void equality_and_fields_go_by_name(void **state)
{
    (void)state;
    const struct weir_type *type = parse("{a: i64, ab: list<str>}");
    assert_int_equal(weir_type_field_index(type, weir_str_of("ab")), 1);
    assert_int_equal(weir_type_field_index(type, weir_str_of("abc")), -1);
    assert_int_equal(weir_type_field_index(type, (weir_str){"abc", 1}), 0);
    assert_false(weir_type_equal(type, parse("{a: i64, b: list<str>}")));
    assert_false(weir_type_equal(type, parse("{a: i64, ab: list<bytes>}")));
    assert_false(weir_type_equal(type, parse("{ab: list<str>, a: i64}")));
    assert_int_equal(weir_type_column_count(parse("{a: i64, b: {c: str, d: {e: ts}}}")), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(golden_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(random_types_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(depth_and_width_are_limited, set_up, tear_down),
        cmocka_unit_test_setup_teardown(equality_and_fields_go_by_name, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
