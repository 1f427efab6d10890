/* SPDX-License-Identifier: Apache-2.0 */
/* Counts, sums, moments, extremes, ends: results by hand, whatever the split, and rows taken out
 * again leave no trace. Each feed is a partial state of its own. */
#include "driven.h"

struct example {
    const char *call, *parts[4], *result;
};

static void results(void **state)
{
    static const struct example examples[] = {
        {"count()", {"\n\n", "\n"}, "3"}, /* rows without fields */
        {"count(str)", {"a\n\\N\nb", "\\N"}, "2"},
        {"count", {"1"}, NULL}, /* which one? */
        {"sum(i64)", {"1\n2\n\\N", "-10"}, "-7"},
        {"sum(i64)", {"9223372036854775807", "1\n-1"}, "9223372036854775807"},
        {"sum(i64)", {"-9223372036854775808", "-1\n2\n-1"}, "-9223372036854775808"},
        {"sum(i64)", {"\\N"}, "\\N"},
        {"sum(f64)", {"0.1\n0.2", "0.3\n-0.6"}, "2.7755575615628914e-17"}, /* plain f64: 5.6e-17 */
        {"sum(f64)", {"1e300\n1", "-1e300\n2.5"}, "3.5"},
        {"sum(f64)", {"inf\n1", "-inf"}, "nan"},
        {"sum(f64)", {"1\ninf", "3"}, "inf"},
        {"sum(f64)", {"1.5e308", "1.5e308"}, "inf"},
        {"mean", {"1\n2", "6"}, "3"},
        {"mean", {"\\N", "\\N"}, "\\N"},
        {"variance", {"2\n4\n4\n4", "5\n5\n7\n9"}, "4.571428571428571"},
        {"variance", {"7"}, "\\N"},
        {"variance", {"1000000004\n1000000007", "1000000013\n1000000016"}, "30"},
        {"variance", {"1\n1e200"}, "nan"},
        {"stddev", {"10\n12", "23\n23\n16\n23\n21\n16"}, "5.237229365663817"},
        {"min(i64)", {"3\n-4", "\\N\n9"}, "-4"},
        {"max(i64)", {"3\n-4", "\\N\n9"}, "9"},
        {"min(f64)", {"nan\n2", "nan\n1.5"}, "1.5"},
        {"max(f64)", {"nan\n2", "nan\n1.5"}, "2"},
        {"min(f64)", {"nan", "nan"}, "nan"},
        {"min(str)", {"pear\napple tree of some length", "fig"}, "apple tree of some length"},
        {"max(str)", {"pear\napple", "pears of some length\nfig"}, "pears of some length"},
        {"max(ts)", {"5\n7", "6"}, "7"},
        {"min(str)", {"\\N"}, "\\N"},
        {"first(str)", {"\\N\nb is the first of them", "a"}, "b is the first of them"},
        {"last(str)", {"a\nb", "\\N\nc is the last of them"}, "c is the last of them"},
        {"first(bool)", {"false", "true"}, "false"},
        {"last(f64)", {"1\n2", "\\N"}, "2"},
        {"collect(i64) limit=4", {"1\n\\N\n2", "3", "4\n5"}, "[1,2,3,4]"},
        {"collect(str)", {"a\na text of some length", "b"}, "[a,a text of some length,b]"},
        {"top_k(i64) k=3", {"5\n1\n9\n9\n2", "7", "-3\n8"}, "[9,9,8]"},
        {"top_k(f64) k=3", {"nan\n-0\n1", "0"}, "[1,0,-0]"},
        {"top_k(str) k=2", {"a\nc\nthe last of all texts", "b\nd"}, "[the last of all texts,d]"},
        {"top_k(str)", {"a\nb"}, "[b,a]"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const struct example *e = &examples[i];
        struct weir_harness *h;
        const int failed = weir_harness_open(&h, WEIR_BUILD_DIR "/plugins/agg.so", e->call);
        if (e->result == NULL || failed != 0) {
            if (e->result != NULL || failed == 0) {
                fail_msg("%s: %s", e->call, weir_harness_error(h));
            }
            weir_harness_close(h);
            continue;
        }
        for (size_t part = 0; part < 4 && e->parts[part] != NULL; part++) {
            OK(h, weir_harness_feed(h, e->parts[part]));
        }
        OK(h, weir_harness_result(h));
        if (weir_harness_expect(h, e->result) != 0) {
            fail_msg("%s (example %zu): %s", e->call, i, weir_harness_error(h));
        }
        weir_harness_close(h);
    }
}

static void a_sum_beyond_i64_fails(void **state)
{
    struct weir_harness *h = open_agg("sum(i64)");
    (void)state;
    OK(h, weir_harness_feed(h, "9223372036854775807\n1"));
    assert_int_not_equal(weir_harness_result(h), 0);
    assert_non_null(strstr(weir_harness_error(h), "about 9.22337e+18 of 2 values"));
    weir_harness_close(h);
}

static int print_real(char *to, size_t bytes, size_t i)
{
    uint64_t seed = i;
    const double scale = (double)(UINT64_C(1) << (next_random(&seed) % 50));
    return snprintf(to, bytes, "%.17g", (next_share(&seed) - 0.5) * scale);
}
static int print_whole(char *to, size_t bytes, size_t i)
{
    uint64_t seed = i;
    return snprintf(to, bytes, "%" PRId64, (int64_t)next_random(&seed) >> (8 + i % 50));
}

enum { KEPT = 300, TAKEN = 700 };
static int (*printed)(char *to, size_t bytes, size_t i);
static int print_taken(char *to, size_t bytes, size_t i)
{
    return printed(to, bytes, i + KEPT);
}

/* KEPT rows, in one part and in many; and those with TAKEN more, which are removed again. */
static void removing_leaves_no_trace(void **state)
{
    static const char *const calls[] = {"count(i64)", "sum(i64)", "sum(f64)",
                                        "mean",       "variance", "stddev"};
    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        char once[256];
        char rows[64 * 16];
        struct weir_harness *h = open_agg(calls[i]);
        printed = strstr(calls[i], "i64") != NULL ? print_whole : print_real;
        feed_values(h, KEPT, KEPT, printed);
        OK(h, weir_harness_result(h));
        (void)snprintf(once, sizeof once, "%s", weir_harness_rows(h));
        weir_harness_close(h);

        h = open_agg(calls[i]);
        feed_values(h, KEPT, 7, printed);
        feed_values(h, TAKEN, 100, print_taken);
        for (size_t row = 0; row < TAKEN; row += 10) {
            size_t used = 0;
            for (size_t k = row; k < row + 10; k++) {
                used += (size_t)print_taken(rows + used, sizeof rows - used, k);
                rows[used++] = '\n';
            }
            rows[used - 1] = '\0';
            OK(h, weir_harness_remove(h, rows));
        }
        OK(h, weir_harness_result(h));
        if (weir_harness_expect(h, once) != 0) {
            fail_msg("%s: %s", calls[i], weir_harness_error(h));
        }
        weir_harness_close(h);
    }
}

static void infinities_can_be_removed(void **state)
{
    struct weir_harness *h = open_agg("mean");
    (void)state;
    OK(h, weir_harness_feed(h, "1\n3\ninf\nnan\n-inf"));
    OK(h, weir_harness_remove(h, "inf\nnan"));
    assert_true(result_f64(h) < 0); /* -inf is still there */
    OK(h, weir_harness_remove(h, "-inf"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "2"));
    weir_harness_close(h);
}

static void states_are_saved(void **state)
{
    static const struct example examples[] = {
        {"top_k(str) k=2", {"b\na text of some length", "c"}, "[c,b]"},
        {"frequent(str) k=1", {"b\nb\na text of some length"}, "[b]"},
        {"approx_distinct(i64)", {"1\n2\n1"}, "2"},
        {"quantile q=0.5", {"1\n5", "2"}, "2"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        const struct example *e = &examples[i];
        struct weir_harness *h = open_agg(e->call);
        for (size_t part = 0; part < 4 && e->parts[part] != NULL; part++) {
            OK(h, weir_harness_feed(h, e->parts[part]));
        }
        OK(h, weir_harness_result(h)); /* one state */
        OK(h, weir_harness_expect(h, e->result));
        char *snapshot = strdup(weir_harness_snapshot(h));
        OK(h, weir_harness_restore(h, 1, NULL, snapshot));
        OK(h, weir_harness_result(h));
        OK(h, weir_harness_expect(h, e->result));
        free(snapshot);
        weir_harness_close(h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results),
        cmocka_unit_test(a_sum_beyond_i64_fails),
        cmocka_unit_test(removing_leaves_no_trace),
        cmocka_unit_test(infinities_can_be_removed),
        cmocka_unit_test(states_are_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
