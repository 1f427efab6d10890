/* SPDX-License-Identifier: Apache-2.0 */
/* What a job gives against what an operator declares. */
#include "good.h"

#include <math.h>

enum { PATH, MODE, DEPTH, SHARE, PAUSE, MOST, FOLLOW, TOKEN, PARAMS };

static struct weir_registry *registry;
static const struct weir_operator *lines;
static struct weir_arena arena;
static struct weir_argument arguments[4];
static uint32_t argument_count;
static struct weir_param_value values[PARAMS];
static int culprit;
static struct weir_error err;

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    lines = good_operator(registry, "lines", WEIR_KIND_SOURCE);
    weir_arena_init(&arena);
    argument_count = 0;
    return lines->param_count == PARAMS ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_finish(&arena);
    weir_registry_destroy(registry);
    return 0;
}

static struct weir_value *give(const char *name, enum weir_type_kind kind)
{
    struct weir_argument *argument = &arguments[argument_count++];
    *argument = (struct weir_argument){name, {.type = weir_type_of(kind)}};
    return &argument->value;
}
static void give_i64(const char *name, int64_t value)
{
    give(name, WEIR_TYPE_I64)->i64 = value;
}
static void give_f64(const char *name, double value)
{
    give(name, WEIR_TYPE_F64)->f64 = value;
}
static void give_str(const char *name, const char *value)
{
    give(name, WEIR_TYPE_STR)->str = weir_str_of(value);
}

static int bind(void)
{
    int status =
        weir_operator_bind_params(lines, arguments, argument_count, &arena, values, &culprit, &err);
    argument_count = 0;
    return status;
}

static void assert_refused(int at, const char *text)
{
    assert_int_equal(bind(), WEIR_ETEXT);
    assert_int_equal(culprit, at);
    assert_string_equal(err.text, text);
}

static void test_defaults(void **state)
{
    (void)state;
    give_str(NULL, "a/b");
    assert_int_equal(bind(), WEIR_OK);
    assert_string_equal(values[PATH].str.bytes, "a/b");
    assert_int_equal(values[PATH].str.count, 3);
    assert_string_equal(values[MODE].str.bytes, "plain");
    assert_int_equal(values[DEPTH].i64, 2);
    assert_true(values[SHARE].f64 == 0.5);
    assert_int_equal(values[PAUSE].i64, 1500000);
    assert_int_equal(values[MOST].i64, 64 << 20);
    assert_int_equal(values[FOLLOW].i64, 0);
    assert_int_equal(values[FOLLOW].is_set, 1);
    assert_int_equal(values[TOKEN].is_set, 0);
    assert_int_equal(values[TOKEN].size, sizeof values[0]);
}

static void test_takes_what_fits(void **state)
{
    (void)state;
    give_str("mode", "x");
    give("depth", WEIR_TYPE_I32)->i64 = 16;
    give_i64("share", 1); /* widens */
    give_str(NULL, "p");  /* positional ones may stand anywhere */
    assert_int_equal(bind(), WEIR_OK);
    assert_int_equal(values[DEPTH].i64, 16);
    assert_true(values[SHARE].f64 == 1.0);
    assert_string_equal(values[PATH].str.bytes, "p");
}

static void test_refuses_names(void **state)
{
    (void)state;
    give_str(NULL, "p");
    give_i64("dept", 1);
    assert_refused(1, "good.lines has no parameter 'dept': did you mean 'depth'?");
    give_i64("zzzzzz", 1);
    assert_refused(0, "good.lines has no parameter 'zzzzzz': it has path, mode, depth, share, "
                      "pause, most, follow, token");
    give_str(NULL, "p");
    give_str(NULL, "q");
    assert_refused(1, "good.lines takes 1 value without a name: write NAME=VALUE, as in mode=...; "
                      "its parameters are path, mode, depth, share, pause, most, follow, token");
    give_str(NULL, "p");
    give_str("path", "q");
    assert_refused(1, "good.lines: path is given twice: drop one");
    give_i64("depth", 1);
    assert_refused(-1, "good.lines needs path (str: file to read)");
    const struct weir_operator *keep = good_operator(registry, "keep", WEIR_KIND_SINK);
    give_i64("n", 1);
    assert_int_equal(weir_operator_bind_params(keep, arguments, 1, &arena, values, &culprit, &err),
                     WEIR_ETEXT);
    assert_string_equal(err.text, "good.keep has no parameter 'n': it has none at all");
}

static void test_refuses_types(void **state)
{
    (void)state;
    give_i64(NULL, 7);
    assert_refused(0, "good.lines: path must be a text in quotes, found i64 7");
    give_str("depth", "3");
    assert_refused(0, "good.lines: depth must be a whole number such as 10, found str \"3\"");
    give_f64("depth", 3.0);
    assert_refused(0, "good.lines: depth must be a whole number such as 10, found f64 3.0");
    give_i64("follow", 1);
    assert_refused(0, "good.lines: follow must be true or false, found i64 1");
    give("mode", WEIR_TYPE_STR)->is_null = true;
    assert_refused(0, "good.lines: mode must be a text in quotes, found null");
    give_i64("token", 12345);
    assert_refused(0, "good.lines: token must be a text in quotes, found i64");
}

static void test_refuses_what_is_out_of_range(void **state)
{
    (void)state;
    give_i64("depth", 0);
    assert_refused(0, "good.lines: depth must be 1..16, found 0");
    give_i64("depth", 17);
    assert_refused(0, "good.lines: depth must be 1..16, found 17");
    give_f64("share", 1.5);
    assert_refused(0, "good.lines: share must be 0..1, found 1.5");
    give_f64("share", (double)NAN);
    assert_int_equal(bind(), WEIR_ETEXT);
    give_i64("pause", 7200000000);
    assert_refused(0, "good.lines: pause must be 1ms..1h, found 2h");
    give_i64("most", -1);
    assert_refused(0, "good.lines: most must be at least 0, found -1B");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_defaults),
        TEST(test_takes_what_fits),
        TEST(test_refuses_names),
        TEST(test_refuses_types),
        TEST(test_refuses_what_is_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
