/* SPDX-License-Identifier: Apache-2.0 */
/* Near names: slips of the finger find the name that was meant, other words find none. */
#include "base/base.h"

#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const verbs[] = {"map",           "map_values", "flat_map",   "filter",
                                    "reduce_by_key", "count",      "window",     "top",
                                    "limit",         "print",      "repartition"};

static const char *nearest(const char *word)
{
    return weir_near_among(weir_str_of(word), verbs, sizeof verbs / sizeof verbs[0]);
}

static size_t slips(const char *a, const char *b)
{
    return weir_near_slips(weir_str_of(a), weir_str_of(b));
}

static void slips_are_counted_both_ways(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        size_t slips;
    } pairs[] = {{"count", "count", 0},      {"cuont", "count", 1},
                 {"cont", "count", 1},       {"coount", "count", 1},
                 {"coumt", "count", 1},      {"COUNT", "count", 0},
                 {"flatMap", "flat_map", 0}, {"", "abc", 3},
                 {"kitten", "sitting", 3},   {"ca", "abc", 3}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        assert_int_equal(slips(pairs[i].a, pairs[i].b), pairs[i].slips);
        assert_int_equal(slips(pairs[i].b, pairs[i].a), pairs[i].slips);
    }
}

static void misspelt_names_find_the_one_meant(void **state)
{
    (void)state;
    assert_string_equal(nearest("flatmap"), "flat_map");
    assert_string_equal(nearest("reduceByKey"), "reduce_by_key");
    assert_string_equal(nearest("prnit"), "print");
    assert_string_equal(nearest("fliter"), "filter");
    assert_string_equal(nearest("repart"), "repartition");
    assert_string_equal(nearest("mpa"), "map");
}

static void other_words_find_none(void **state)
{
    (void)state;
    assert_null(nearest("zzzzzz"));
    assert_null(nearest("x"));
    assert_null(nearest(""));
    assert_null(nearest("checkpoint"));
}

static void words_beyond_the_limit_are_no_ones_neighbour(void **state)
{
    (void)state;
    char word[WEIR_NEAR_BYTES_MAX + 2];
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_int_equal(slips(word, word), SIZE_MAX);
    const char *candidates[] = {word};
    assert_null(weir_near_among(weir_str_of(word), candidates, 1));
    word[WEIR_NEAR_BYTES_MAX] = '\0'; /* as long as may be */
    assert_int_equal(slips(word, "b"), WEIR_NEAR_BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_counted_both_ways),
        cmocka_unit_test(misspelt_names_find_the_one_meant),
        cmocka_unit_test(other_words_find_none),
        cmocka_unit_test(words_beyond_the_limit_are_no_ones_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
