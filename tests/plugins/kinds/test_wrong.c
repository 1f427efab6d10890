/* SPDX-License-Identifier: Apache-2.0 */
/* Operators that do what none may: each is a message of the harness, not a crash. */
#include "kinds.h"

static void feed_wrong(const char *call, const char *rows, const char *text)
{
    struct weir_harness *h = open_kind("wrong", call);
    FAILS(h, weir_harness_feed(h, rows), text);
    weir_harness_close(h);
}

static void batch_wrong(const char *call, const char *rows, const char *text)
{
    struct weir_harness *h = open_kind("wrong", call);
    OK(h, weir_harness_feed(h, rows));
    FAILS(h, weir_harness_batch(h, 1), text);
    weir_harness_close(h);
}

static void test_rows(void **state)
{
    (void)state;
    feed_wrong("drifting", "1\n2", "but '4\n' when it is shown through a selection");
    feed_wrong("dirty", "a", "has a short text whose cell is not zero behind it");
    feed_wrong("outside", "a", "has a text that leaves its buffer");
    feed_wrong("maybe", "a", "has a bool that is neither 0 nor 1");
    feed_wrong("elsewhere", "a\nb",
               "a row that was not shown to it fails with outcome 2: somewhere");
    feed_wrong("backwards", "1\n2\n3", "backwards: row 1 comes from input row 1");
}

static void test_states(void **state)
{
    (void)state;
    batch_wrong("shrinking", "k|a\nk|b",
                "belong to no field any more: shorten a list with weir_cut");
    batch_wrong("answering", "k|a", "answers 7, expected WEIR_KEEP or WEIR_DROP");
    batch_wrong("scribbling", "k|a", "is not in its memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_states),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
