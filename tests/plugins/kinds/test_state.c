/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates and partition functions. */
#include "kinds.h"

static void test_mean(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("aggregate", "mean");
    OK(h, weir_harness_feed(h, "1\n2\n\\N"));
    OK(h, weir_harness_feed(h, "6"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "3"));
    assert_string_equal(weir_harness_snapshot(h), "9|3");
    OK(h, weir_harness_remove(h, "1\n2"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "6"));
    OK(h, weir_harness_remove(h, "6"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "\\N"));
    OK(h, weir_harness_restore(h, 1, NULL, "10|4"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "2.5"));
    FAILS(h, weir_harness_restore(h, 2, NULL, "10|4"), "there is no WEIR_UPGRADE");
    weir_harness_close(h);
}

static void test_groups(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("aggregate", "mean");
    OK(h, weir_harness_group(h, "a"));
    OK(h, weir_harness_feed(h, "1\n3"));
    OK(h, weir_harness_group(h, "b"));
    OK(h, weir_harness_feed(h, "7"));
    OK(h, weir_harness_group(h, "a"));
    OK(h, weir_harness_feed(h, "5"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "a|3\nb|7"));
    weir_harness_close(h);
}

/* Text and lists in the state: copied, grown, merged, none lost (the harness counts). */
static void test_distinct(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("aggregate", "distinct");
    OK(h, weir_harness_feed(h, "b\na\nb\na text that is longer\nc\nd\ne\nf\ng"));
    OK(h, weir_harness_feed(h, "z\nb\na text that is longer still"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(
              h, "[b,a,a text that is longer,c,d,e,f,g,z,a text that is longer still]"));
    assert_string_equal(weir_harness_snapshot(h),
                        "a text that is longer still|[b,a,a text that is longer,c,d,e,f,g,z,a text "
                        "that is longer still]|[3,1,1,1,1,1,1,1,1,1]");
    OK(h, weir_harness_restore(h, 1, NULL, "xy|[xy,,q]|[1,2,3]"));
    OK(h, weir_harness_feed(h, "q\nr"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "[xy,,q,r]"));
    FAILS(h, weir_harness_remove(h, "q"), "distinct has no WEIR_REMOVE");
    weir_harness_close(h);
}

static void test_create_and_nulls(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("aggregate", "least");
    OK(h, weir_harness_feed(h, "7\n3"));
    OK(h, weir_harness_feed(h, "5"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "3"));
    weir_harness_close(h);
    h = open_kind("aggregate", "nulls");
    OK(h, weir_harness_feed(h, "a\n\\N\n\\N"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "2"));
    weir_harness_close(h);
    h = open_kind("aggregate", "forgetful");
    OK(h, weir_harness_feed(h, "8"));
    FAILS(h, weir_harness_result(h),
          "forgetful gives 8, but merged into an empty state it gives 4");
    weir_harness_close(h);
}

static void test_partition_functions(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("aggregate", "partition_function longest");
    OK(h, weir_harness_feed(h, "a\nbbb\ncc"));
    OK(h, weir_harness_feed(h, "a line that is longer\nd"));
    OK(h, weir_harness_expect(h, "a|1\nbbb|2\na line that is longer|4"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "a line that is longer|-5"));
    OK(h, weir_harness_feed(h, "x"));
    OK(h, weir_harness_expect(h, "x|1"));
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mean),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_distinct),
        cmocka_unit_test(test_create_and_nulls),
        cmocka_unit_test(test_partition_functions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
