/* SPDX-License-Identifier: Apache-2.0 */
/* One of several operators, by the types of the arguments. */
#include "good.h"

static struct weir_registry *registry;
static const struct weir_operator *const *found;
static size_t count;
static const struct weir_operator *chosen;
static const struct weir_type *casts[2];
static struct weir_error err;

static int choose(const char *name,
                  enum weir_type_kind a,
                  bool is_literal_a,
                  enum weir_type_kind b,
                  bool is_literal_b)
{
    const struct weir_type *arguments[] = {weir_type_of(a), weir_type_of(b)};
    const bool is_literal[] = {is_literal_a, is_literal_b};
    assert_int_equal(weir_registry_find(registry, weir_str_of("good"), weir_str_of(name),
                                        1u << WEIR_KIND_FUNCTION, &found, &count, &err),
                     WEIR_OK);
    casts[0] = casts[1] = NULL;
    return weir_operator_choose(found, count, arguments, is_literal, 2, &chosen, casts, &err);
}

static enum weir_type_kind chosen_type(void)
{
    return chosen->in[0].type->kind;
}

static int set_up(void **state)
{
    (void)state;
    registry = good_registry();
    (void)good_operator;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_registry_destroy(registry);
    return 0;
}

static void test_an_exact_match_needs_no_cast(void **state)
{
    (void)state;
    static const enum weir_type_kind kinds[] = {WEIR_TYPE_I32, WEIR_TYPE_I64, WEIR_TYPE_F64};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(choose("sum", kinds[i], false, kinds[i], false), WEIR_OK);
        assert_int_equal(chosen_type(), kinds[i]);
        assert_null(casts[0]);
        assert_null(casts[1]);
    }
}

static void test_numbers_widen(void **state)
{
    (void)state;
    assert_int_equal(choose("sum", WEIR_TYPE_I32, false, WEIR_TYPE_I64, false), WEIR_OK);
    assert_int_equal(chosen_type(), WEIR_TYPE_I64);
    assert_int_equal(casts[0]->kind, WEIR_TYPE_I64);
    assert_null(casts[1]);
    assert_int_equal(choose("sum", WEIR_TYPE_F64, false, WEIR_TYPE_I32, false), WEIR_OK);
    assert_int_equal(chosen_type(), WEIR_TYPE_F64);
    assert_null(casts[0]);
    assert_int_equal(casts[1]->kind, WEIR_TYPE_F64);
}

static void test_literals_and_nulls_adapt(void **state)
{
    (void)state;
    assert_int_equal(choose("sum", WEIR_TYPE_F64, false, WEIR_TYPE_I64, true), WEIR_OK);
    assert_int_equal(chosen_type(), WEIR_TYPE_F64);
    assert_int_equal(casts[1]->kind, WEIR_TYPE_F64);
    assert_int_equal(choose("sum", WEIR_TYPE_NULL, true, WEIR_TYPE_F64, false), WEIR_OK);
    assert_int_equal(chosen_type(), WEIR_TYPE_F64);
    assert_int_equal(casts[0]->kind, WEIR_TYPE_F64);
}

static void test_lists_the_candidates(void **state)
{
    (void)state;
    assert_int_equal(choose("sum", WEIR_TYPE_STR, false, WEIR_TYPE_I64, false), WEIR_ETEXT);
    assert_string_equal(err.text,
                        "good.sum has no overload for (str, i64); it is (a: i32, b: i32) -> i32 or "
                        "(a: i64, b: i64) -> i64 or (a: f64, b: f64) -> f64; std.i64, std.f64 and "
                        "std.str convert a value");
    assert_int_equal(choose("is_long", WEIR_TYPE_I64, false, WEIR_TYPE_I64, false), WEIR_ETEXT);
    assert_non_null(
        strstr(err.text, "good.is_long is (line: str, bytes: i64) -> bool, found (i64, i64)"));
    assert_int_equal(choose("is_long", WEIR_TYPE_STR, false, WEIR_TYPE_F64, false), WEIR_ETEXT);
    assert_int_equal(choose("first", WEIR_TYPE_I64, false, WEIR_TYPE_I64, false), WEIR_ETEXT);
    assert_non_null(
        strstr(err.text, "good.first takes 1 argument, (items: list<A>) -> A, found 2"));
}

static void test_a_type_variable_is_one_type(void **state)
{
    (void)state;
    assert_int_equal(choose("either", WEIR_TYPE_TS, false, WEIR_TYPE_TS, false), WEIR_OK);
    assert_null(casts[0]);
    assert_int_equal(choose("either", WEIR_TYPE_TS, false, WEIR_TYPE_STR, false), WEIR_ETEXT);
    struct weir_arena arena;
    weir_arena_init(&arena);
    const struct weir_type *list = weir_type_list(&arena, weir_type_of(WEIR_TYPE_STR));
    const struct weir_type *number = weir_type_of(WEIR_TYPE_I64);
    const struct weir_operator *first = good_operator(registry, "first", WEIR_KIND_FUNCTION);
    assert_int_equal(weir_operator_choose(&first, 1, &list, NULL, 1, &chosen, casts, &err), 0);
    assert_int_equal(weir_operator_choose(&first, 1, &number, NULL, 1, &chosen, casts, &err),
                     WEIR_ETEXT);
    weir_arena_finish(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_exact_match_needs_no_cast), TEST(test_numbers_widen),
        TEST(test_literals_and_nulls_adapt),     TEST(test_lists_the_candidates),
        TEST(test_a_type_variable_is_one_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
