/* SPDX-License-Identifier: Apache-2.0 */
/* Updates and trackers: state from batch to batch, versions, upgrades, timeouts. */
#include "kinds.h"

static void test_update(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("update", "track");
    OK(h, weir_harness_feed(h, "ann|1000|/a\nbob|2000|/a page of some length\nann|3000|/b"));
    OK(h, weir_harness_batch(h, 1));
    OK(h, weir_harness_expect(h, "ann|2|3000|/b|[1000,3000]|[/a,/b]|mk|true\n"
                                 "bob|1|2000|/a page of some length|[2000]|[/a page of some "
                                 "length]|y|true"));
    OK(h, weir_harness_feed(h, "ann|4000|/c\nann|5000|/d"));
    OK(h, weir_harness_batch(h, 2));
    OK(h, weir_harness_expect(h, "ann|4|5000|/d|[]|[/b,/c,/d]|mkwi|false\n"
                                 "bob|1|2000|/a page of some length|[2000]|[/a page of some "
                                 "length]|y|false"));
    OK(h, weir_harness_batch(h, 60003)); /* bob has not come for a minute */
    OK(h, weir_harness_expect(h, "ann|4|5000|/d|[]|[/b,/c,/d]|mkwi|false"));
    OK(h, weir_harness_batch(h, 60006));
    OK(h, weir_harness_expect(h, ""));
    weir_harness_close(h);
}

static void test_a_failed_batch_changes_nothing(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("update", "track");
    OK(h, weir_harness_feed(h, "ann|1000|/a\nbob|1000|/a"));
    OK(h, weir_harness_batch(h, 1));
    char before[512];
    (void)snprintf(before, sizeof before, "%s", weir_harness_snapshot(h));
    OK(h, weir_harness_feed(h, "ann|2000|/b\nbob|2000|/fail\ncid|2000|/c"));
    FAILS(h, weir_harness_batch(h, 2), "track: a key fails with outcome 3: bob failed");
    OK(h, weir_harness_expect_bad(h, "bob failed"));
    assert_string_equal(weir_harness_snapshot(h), before);
    OK(h, weir_harness_feed(h, "ann|2000|/b"));
    OK(h, weir_harness_batch(h, 3));
    assert_string_equal(weir_harness_snapshot(h), "ann|2|2000|/b|[1000,2000]|[/a,/b]|my|false\n"
                                                  "bob|1|1000|/a|[1000]|[/a]|m|false");
    weir_harness_close(h);
}

static void test_snapshot_and_upgrade(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("update", "track");
    OK(h, weir_harness_restore(h, 2, NULL, "ann|200|1000|/a|[1,2]|[x,y]|q|true"));
    OK(h, weir_harness_feed(h, "ann|3000|/b"));
    OK(h, weir_harness_batch(h, 1)); /* more than 100 hits: the times are assigned anew */
    assert_string_equal(weir_harness_snapshot(h), "ann|201|3000|/b|[]|[x,y,/b]|qk|false");
    OK(h,
       weir_harness_restore(h, 1, "page: str, count: i64", "ann|/a page of some length|7\nbob||1"));
    assert_string_equal(weir_harness_snapshot(h),
                        "ann|7|0|/a page of some length|[]|[/a page of some length]||false\n"
                        "bob|1|0||[]|[]||false");
    FAILS(h, weir_harness_restore(h, 3, "count: i64", "ann|1"), "it is newer");
    FAILS(h, weir_harness_restore(h, 2, NULL, "ann|1"), "'ann|1' has fewer than 7 fields");
    weir_harness_close(h);
}

static void test_keys_change(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("update", "rename_to");
    OK(h, weir_harness_feed(h, "ann|1|5|\nbob|1|7|\nann|2|9|"));
    OK(h, weir_harness_batch(h, 1));
    OK(h, weir_harness_expect(h, "ann|1|5|\nann|2|9|\nbob|1|7|"));
    OK(h, weir_harness_feed(h, "ann|1|1|alexandrina-maria"));
    OK(h, weir_harness_batch(h, 2));
    OK(h, weir_harness_expect(h, "alexandrina-maria|1|6|ann\nann|2|9|\nbob|1|7|"));
    OK(h, weir_harness_feed(h, "alexandrina-maria|1|1|bob")); /* replaces bob's */
    OK(h, weir_harness_batch(h, 3));
    OK(h, weir_harness_expect(h, "ann|2|9|\nbob|1|7|alexandrina-maria"));
    weir_harness_close(h);
}

static void test_tracker(void **state)
{
    (void)state;
    struct weir_harness *h = open_kind("track", "rising");
    OK(h, weir_harness_batch(h, 1000));
    OK(h, weir_harness_feed(h, "a|1|degrees\na|3|degrees of Celsius\nb|5|m\na|2|K\na|4|K"));
    OK(h, weir_harness_expect(h, "a|2|degrees\na|2|K"));
    assert_string_equal(weir_harness_snapshot(h), "a|4|4|K\nb|5|1|m");
    OK(h, weir_harness_feed(h, "a|9|peek\nc|1|peek\nb|6|reset\nb|8|s"));
    OK(h, weir_harness_expect(h, "a|5|K\nb|1|m"));
    assert_string_equal(weir_harness_snapshot(h), "a|4|4|K\nb|8|1|s");
    OK(h, weir_harness_timeout(h, 5000000));
    OK(h, weir_harness_batch(h, 4000));
    OK(h, weir_harness_feed(h, "b|1|s"));
    OK(h, weir_harness_batch(h, 6000)); /* strictly longer than the timeout */
    OK(h, weir_harness_expect(h, ""));
    OK(h, weir_harness_batch(h, 6001));
    OK(h, weir_harness_expect(h, "a|4|timed out"));
    assert_string_equal(weir_harness_snapshot(h), "b|1|2|s");
    weir_harness_close(h);

    h = open_kind("track", "stubborn");
    OK(h, weir_harness_timeout(h, 1));
    OK(h, weir_harness_feed(h, "a|1"));
    OK(h, weir_harness_expect(h, "a"));
    FAILS(h, weir_harness_batch(h, 1000), "Cannot update the state that is timing out");
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_update),
        cmocka_unit_test(test_a_failed_batch_changes_nothing),
        cmocka_unit_test(test_snapshot_and_upgrade),
        cmocka_unit_test(test_keys_change),
        cmocka_unit_test(test_tracker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
