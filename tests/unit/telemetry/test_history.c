/* SPDX-License-Identifier: Apache-2.0 */
/* Quantiles within an eighth, totals that go on when the ring has wrapped, and the summary line. */
#include "env/env.h"
#include "telemetry/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void quantiles_are_right_within_an_eighth(void **state)
{
    (void)state;
    struct weir_random random;
    weir_random_seed(&random, 7);
    for (int round = 0; round < 40; round++) {
        struct weir_latency latency = {0};
        uint64_t scale = (uint64_t)1 << (round + 1);
        uint64_t values[1000];
        for (size_t i = 0; i < 1000; i++) {
            values[i] = weir_random_below(&random, scale);
            weir_latency_add(&latency, (int64_t)values[i]);
        }
        for (int q = 0; q < 100; q += 9) {
            uint64_t guess = (uint64_t)weir_latency_quantile(&latency, q / 100.0);
            size_t below = 0;
            for (size_t i = 0; i < 1000; i++) {
                below += values[i] <= guess ? 1 : 0;
            }
            assert_true(below > (size_t)q * 10); /* so many are at or under the answer */
            below = 0;
            for (size_t i = 0; i < 1000; i++) {
                below += values[i] < guess - guess / 8 ? 1 : 0;
            }
            assert_true(below <= (size_t)q * 10 + 1); /* and not more under its bucket */
        }
    }
}

static void extremes_have_a_place(void **state)
{
    (void)state;
    struct weir_latency latency = {0};
    weir_latency_add(&latency, -5);
    assert_int_equal(weir_latency_quantile(&latency, 0.99), 0);
    weir_latency_add(&latency, INT64_MAX);
    assert_int_equal(weir_latency_quantile(&latency, 0.99), INT64_MAX);
}

static void totals_outlive_the_ring(void **state)
{
    (void)state;
    static struct weir_history history;
    weir_history_init(&history, 0);
    for (int64_t i = 1; i <= WEIR_HISTORY_BATCHES + 10; i++) {
        struct weir_batch_record record = {.batch_us = i * 1000000,
                                           .due_us = i * 1000000,
                                           .started_us = i * 1000000 + 100,
                                           .finished_us = i * 1000000 + 2100,
                                           .records_in = 3};
        weir_history_add(&history, &record);
    }
    assert_int_equal(history.batches, WEIR_HISTORY_BATCHES + 10);
    assert_int_equal(history.records_in, 3 * (WEIR_HISTORY_BATCHES + 10));
    assert_int_equal(history.ring[9].batch_us, (WEIR_HISTORY_BATCHES + 10) * (int64_t)1000000);
    struct weir_text text;
    weir_text_init(&text);
    weir_history_summary(&history, &text);
    assert_non_null(strstr(text.bytes, "1010 batches, 3030 records, 3 records/s"));
    assert_non_null(strstr(text.bytes, "p50 2.0 ms p99 2.0 ms"));
    weir_text_finish(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_right_within_an_eighth),
        cmocka_unit_test(extremes_have_a_place),
        cmocka_unit_test(totals_outlive_the_ring),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
