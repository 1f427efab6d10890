/* SPDX-License-Identifier: Apache-2.0 */
/* How far the sketches are off, on seeded data, in one part and in many: within what their help
 * says, with its share of bad luck (three standard errors). */
#include "driven.h"

#include <math.h>

/* ---- approx_distinct ---- */
static size_t distinct_count;
static int print_distinct(char *to, size_t bytes, size_t i)
{
    uint64_t seed = i % distinct_count;
    return snprintf(to, bytes, "user-%" PRIx64, next_random(&seed));
}

static void distinct_is_within_its_error(void **state)
{
    static const size_t counts[] = {1, 100, 256, 257, 1000, 5000, 20000, 60000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        const size_t parts[] = {1, 9};
        double estimates[2];
        for (size_t p = 0; p < 2; p++) {
            struct weir_harness *h = open_agg("approx_distinct(str)");
            distinct_count = counts[i];
            feed_values(h, counts[i] + counts[i] / 2, 2 * counts[i] / parts[p] + 1, print_distinct);
            estimates[p] = result_f64(h);
            weir_harness_close(h);
        }
        const double bound = counts[i] <= 256 ? 0 : 3 * 1.04 / 64 * (double)counts[i];
        if (fabs(estimates[0] - (double)counts[i]) > bound || estimates[0] != estimates[1]) {
            fail_msg("%zu: found %g and, in parts, %g", counts[i], estimates[0], estimates[1]);
        }
    }
}

static void zeroes_and_nans_are_one(void **state)
{
    struct weir_harness *h = open_agg("approx_distinct(f64)");
    (void)state;
    OK(h, weir_harness_feed(h, "0\n-0\nnan\n-nan\n1"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "3"));
    weir_harness_close(h);
}

/* ---- quantile ---- */
enum { QUANTILE_ROWS = 40000 };
static double drawn(size_t i)
{
    uint64_t seed = i * 77;
    return -log(1 - next_share(&seed)) * 100; /* as waiting times are */
}
static int print_drawn(char *to, size_t bytes, size_t i)
{
    return snprintf(to, bytes, "%.17g", drawn(i));
}
static int order_of(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static void quantiles_are_within_their_error(void **state)
{
    static const double shares[] = {0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1};
    static const size_t parts[] = {QUANTILE_ROWS, 2000, 300};
    double *sorted = malloc(QUANTILE_ROWS * sizeof *sorted);
    (void)state;
    assert_non_null(sorted);
    for (size_t i = 0; i < QUANTILE_ROWS; i++) {
        sorted[i] = drawn(i);
    }
    qsort(sorted, QUANTILE_ROWS, sizeof *sorted, order_of);
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
            const double q = shares[i];
            char call[64];
            size_t rank = 0;
            (void)snprintf(call, sizeof call, "quantile q=%g", q);
            struct weir_harness *h = open_agg(call);
            feed_values(h, QUANTILE_ROWS, parts[p], print_drawn);
            const double value = result_f64(h);
            while (rank < QUANTILE_ROWS && sorted[rank] < value) {
                rank++;
            }
            const double off = fabs((double)rank / (QUANTILE_ROWS - 1) - q);
            if (off > sqrt(q * (1 - q)) * 0.01 + 1.0 / QUANTILE_ROWS) {
                fail_msg("q=%g in parts of %zu: %g, whose rank is off by %g", q, parts[p], value,
                         off);
            }
            weir_harness_close(h);
        }
    }
    free(sorted);
}

static void few_values_are_exact(void **state)
{
    struct weir_harness *h = open_agg("quantile q=0.25");
    (void)state;
    OK(h, weir_harness_feed(h, "4\n1\nnan"));
    OK(h, weir_harness_feed(h, "3\n2\n\\N"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "1.75")); /* as R's type 7 and numpy have it */
    weir_harness_close(h);

    h = open_agg("quantile q=0.5");
    OK(h, weir_harness_feed(h, "-inf\ninf\n5"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "5"));
    weir_harness_close(h);

    assert_int_not_equal(weir_harness_open(&h, WEIR_BUILD_DIR "/plugins/agg.so", "quantile q=1.5"),
                         0);
    weir_harness_close(h);
}

/* ---- frequent ---- */
/* Value v of 2000 comes about 1 / (v + 1) as often as the first: as words do. */
static int print_word(char *to, size_t bytes, size_t i)
{
    uint64_t seed = i * 31;
    const double u = next_share(&seed);
    const int word = (int)(pow(2000, u)) - 1;
    return snprintf(to, bytes, "%d", word);
}

static void frequent_values_are_found(void **state)
{
    static const size_t parts[] = {20000, 1000};
    static const char *const calls[] = {"frequent(i64) k=5 counters=64",
                                        "frequent(str) k=5 counters=64"};
    (void)state;
    for (size_t c = 0; c < 2; c++) {
        for (size_t p = 0; p < 2; p++) {
            struct weir_harness *h = open_agg(calls[c]);
            feed_values(h, 20000, parts[p], print_word);
            OK(h, weir_harness_result(h));
            OK(h, weir_harness_expect(h, "[0,1,2,3,4]"));
            weir_harness_close(h);
        }
    }
}

static void few_frequent_values_are_exact(void **state)
{
    struct weir_harness *h = open_agg("frequent(i64) k=3");
    (void)state;
    OK(h, weir_harness_feed(h, "7\n-1\n7\n5"));
    OK(h, weir_harness_feed(h, "5\n-9223372036854775808"));
    OK(h, weir_harness_result(h));
    OK(h, weir_harness_expect(h, "[5,7,-9223372036854775808]"));
    weir_harness_close(h);

    assert_int_not_equal(
        weir_harness_open(&h, WEIR_BUILD_DIR "/plugins/agg.so", "frequent(i64) k=100 counters=10"),
        0);
    assert_non_null(strstr(weir_harness_error(h), "expected at least k=100 counters"));
    weir_harness_close(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distinct_is_within_its_error),
        cmocka_unit_test(zeroes_and_nans_are_one),
        cmocka_unit_test(quantiles_are_within_their_error),
        cmocka_unit_test(few_values_are_exact),
        cmocka_unit_test(frequent_values_are_found),
        cmocka_unit_test(few_frequent_values_are_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
