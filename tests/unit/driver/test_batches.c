/* SPDX-License-Identifier: Apache-2.0 */
/* How batches come about, what their tasks read and in which order things are committed. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_finite_job_runs_back_to_back_from_zero(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 1};
    driven_open(&d, "play.list \"\" | play.log", &options);
    d.now_ms = 123456;
    driven_start(&d);
    assert_int_equal(weir_driver_zero_us(d.driver), 0);
    driven_expect(&d, "ask 0@1000 from ''\n");
    driven_range(&d, 0, 1000, "a b", "2", false);
    driven_expect(&d, "task 0.0@1000 < 'a'\ntask 0.1@1000 < 'b'\n");
    driven_done(&d, 0, 1, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "commit 0@1000: 0.0 0.1\n");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "batch 1000\ntold 0 '2'\nask 0@2000 from '2'\n");
    driven_told(&d, 0);
    driven_range(&d, 0, 2000, "c", "3", true);
    driven_done(&d, 0, 0, 2000);
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "task 0.0@2000 < 'c'\ncommit 0@2000: 0.0\nbatch 2000\ntold 0 '3'\n");
    driven_told(&d, 0);
    driven_expect(&d, "finished\n");
    assert_int_equal(driven_timer(&d), -1);
    driven_close(&d);
}

static void an_empty_source_has_one_batch(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | count | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "", "", true);
    driven_expect(&d, "ask 0@1000 from ''\ntask 1.0@1000\n");
    driven_done(&d, 1, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "commit 0@1000: 1.0\nbatch 1000\ntold 0 ''\n");
    driven_told(&d, 0);
    driven_expect(&d, "finished\n");
    driven_close(&d);
}

static void partitions_without_input_have_no_task(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | count_by_value partitions=2 | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a b", "", true);
    driven_done_empty(&d, 0, 0, 1000);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\ntask 0.1@1000 < 'b'\n");
    driven_done_empty(&d, 0, 1, 1000);
    driven_expect(&d, "commit 0@1000:\n");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "batch 1000\ntold 0 ''\ndrop 0.0+2x2@1000\n");
    driven_close(&d);
}

/* Asked again after a while: neither an endless row of empty batches nor a busy loop. */
static void a_finite_job_waits_while_there_is_nothing_yet(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | count | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "", "", false);
    driven_expect(&d, "ask 0@1000 from ''\n");
    assert_int_equal(driven_timer(&d), 10);
    driven_tick(&d, 9);
    driven_expect(&d, "");
    driven_tick(&d, 10);
    driven_expect(&d, "ask 0@1000 from ''\n");
    assert_int_equal(driven_timer(&d), -1);
    driven_range(&d, 0, 1000, "a", "1", true);
    driven_expect(&d, "task 0.0@1000 < 'a'\n");
    driven_close(&d);
}

static void a_stop_ends_the_waiting(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "", "", false);
    driven_expect(&d, "ask 0@1000 from ''\n");
    driven_stop(&d);
    driven_expect(&d, "commit 0@1000:\n");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "batch 1000\nfinished\n");
    driven_close(&d);
}

/* ---- the clock ---- */
static void ticks_are_on_the_grid_and_never_merged(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 4};
    driven_open(&d, "play.lines \"\" | play.log", &options);
    d.now_ms = 10300;
    driven_start(&d);
    driven_expect(&d, "start 0\n");
    assert_int_equal(weir_driver_zero_us(d.driver), 10000000);
    assert_int_equal(driven_timer(&d), 11000);
    driven_block(&d, 0, 3);
    driven_block(&d, 0, 4);
    driven_tick(&d, 13500); /* late: three batches are due; the first takes all that waits */
    driven_expect(&d, "task 0.0@11000 < in0.0\ntask 0.1@11000 < in0.1\n");
    assert_int_equal(driven_timer(&d), 14000);
    driven_done(&d, 0, 0, 11000);
    driven_done(&d, 0, 1, 11000);
    driven_committed(&d, 0, 11000);
    driven_committed(&d, 0, 12000);
    driven_committed(&d, 0, 13000);
    driven_expect(&d, "commit 0@11000: 0.0 0.1\n"
                      "batch 11000\ndrop in0.0+2\ncommit 0@12000:\n"
                      "batch 12000\ncommit 0@13000:\n"
                      "batch 13000\n");
    driven_close(&d);
}

/* Blocks are cut right before the clock's own event; news that come when a batch is due must not
 * open it before that. */
static void only_a_tick_opens_a_batch(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "a = play.lines \"\"\nplay.lines \"\" | union a | play.log", NULL);
    driven_start(&d);
    d.now_ms = 1001;
    driven_block(&d, 0, 1);
    driven_block(&d, 1, 1);
    driven_expect(&d, "start 0\nstart 1\n");
    assert_int_equal(driven_timer(&d), 1000);
    driven_tick(&d, 1002);
    driven_expect(&d, "task 0.0@1000 < in1.0\ntask 0.1@1000 < 1:in0.0\n");
    driven_close(&d);
}

static void a_source_is_asked_at_every_tick(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | play.log", NULL);
    driven_start(&d);
    driven_expect(&d, "");
    driven_tick(&d, 3000);
    driven_expect(&d, "ask 0@1000 from ''\n");
    assert_int_equal(driven_timer(&d), -1); /* the next range begins where this one ends */
    driven_range(&d, 0, 1000, "", "", false);
    assert_int_equal(driven_timer(&d), 2000);
    driven_tick(&d, 3000);
    driven_range(&d, 0, 2000, "a", "1", false);
    driven_expect(&d, "commit 0@1000:\nask 0@2000 from ''\ntask 0.0@2000 < 'a'\n");
    driven_close(&d);
}

/* ---- orders ---- */
static void a_merge_reads_map_partitions_in_their_order(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | count_by_value partitions=2 | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a b c", "", true);
    driven_done(&d, 0, 2, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "ask 0@1000 from ''\n"
                      "task 0.0@1000 < 'a'\ntask 0.1@1000 < 'b'\ntask 0.2@1000 < 'c'\n");
    driven_done(&d, 0, 1, 1000);
    driven_expect(&d, "task 1.0@1000 < 0.0 0.1 0.2\ntask 1.1@1000 < 0.0/1 0.1/1 0.2/1\n");
    driven_close(&d);
}

static void a_union_reads_operands_in_order_and_says_which(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d,
                "a = play.lines \"\" | count\nplay.lines \"\" | map count = 1 | union a | "
                "play.log",
                NULL);
    driven_start(&d);
    driven_block(&d, 1, 1);
    driven_tick(&d, 1000);
    driven_expect(&d, "start 0\nstart 1\ntask 1.0@1000\n");
    driven_done(&d, 1, 0, 1000);
    driven_expect(&d, "task 2.0@1000 < in1.0\ntask 2.1@1000 < 1:1.0\n");
    driven_close(&d);
}

static void windows_read_batches_in_order_of_time(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 4};
    driven_open(&d, "play.feed \"\" | window 3s | play.log", &options);
    driven_start(&d);
    for (int64_t t = 1000; t <= 4000; t += 1000) {
        driven_tick(&d, t);
        driven_range(&d, 0, t, t == 3000 ? "" : "a b", "1", false);
        for (uint32_t p = 0; t != 3000 && p < 2; p++) {
            driven_done(&d, 0, p, t);
        }
    }
    driven_expect(&d, "ask 0@1000 from ''\n"
                      "task 0.0@1000 < 'a'\ntask 0.1@1000 < 'b'\n"
                      "task 1.0@1000 < 0.0\ntask 1.1@1000 < 0.1\n"
                      "ask 0@2000 from '1'\n"
                      "task 0.0@2000 < 'a'\ntask 0.1@2000 < 'b'\n"
                      "task 1.0@2000 < 0.0@1000\ntask 1.1@2000 < 0.1@1000\n"
                      "task 1.2@2000 < 0.0\ntask 1.3@2000 < 0.1\n"
                      "ask 0@3000 from '1'\n"
                      "task 1.0@3000 < 0.0@1000\ntask 1.1@3000 < 0.1@1000\n"
                      "task 1.2@3000 < 0.0@2000\ntask 1.3@3000 < 0.1@2000\n"
                      "ask 0@4000 from '1'\n"
                      "task 0.0@4000 < 'a'\ntask 0.1@4000 < 'b'\n"
                      "task 1.0@4000 < 0.0@2000\ntask 1.1@4000 < 0.1@2000\n"
                      "task 1.2@4000 < 0.0\ntask 1.3@4000 < 0.1\n");
    driven_close(&d);
}

/* Two windows of 2 s every 2 s: at 1 s and 3 s there is nothing to compute. */
static void a_stage_that_slides_is_off_in_between(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | window 2s, 2s | count | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_expect(&d, "start 0\nbatch 1000\n"); /* committed at once: no output has an RDD */
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_expect(&d, "task 0.0@2000 < in0.0\ntask 0.1@2000 < in0.1\n");
    driven_close(&d);
}

/* ---- in flight ---- */
static void so_many_batches_run_and_the_rest_waits(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | count | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 4000);
    driven_expect(&d, "start 0\ntask 1.0@1000\ntask 1.0@2000\n");
    driven_done(&d, 1, 0, 2000);
    driven_expect(&d, ""); /* the later batch is ready first: it may not commit, nor make room */
    driven_done(&d, 1, 0, 1000);
    driven_expect(&d, "commit 0@1000: 1.0\n");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "batch 1000\ncommit 0@2000: 1.0\ntask 1.0@3000\n");
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "batch 2000\ntask 1.0@4000\n");
    driven_close(&d);
}

static void a_window_waits_for_earlier_batches_under_way(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | window 2s | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "a", "1", false);
    driven_tick(&d, 2000);
    driven_range(&d, 0, 2000, "b", "2", false);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\n"
                      "ask 0@2000 from '1'\ntask 0.0@2000 < 'b'\n");
    driven_done(&d, 0, 0, 2000);
    driven_expect(&d, "");
    driven_done(&d, 0, 0, 1000); /* both windows can be read now */
    driven_expect(&d, "task 1.0@1000 < 0.0\ntask 1.0@2000 < 0.0@1000\ntask 1.1@2000 < 0.0\n");
    driven_close(&d);
}

static void outputs_commit_in_the_order_declared(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d,
                "in = play.lines \"\"\nin | play.log\nin | play.log\nin | window 2s, 2s | "
                "play.log",
                NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 1, 0, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 1.0@1000 < in0.0\n");
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "commit 0@1000: 0.0\n");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "commit 1@1000: 1.0\n");
    driven_committed(&d, 1, 1000);
    driven_expect(&d, "batch 1000\n"); /* the third output has no RDD at 1 s; its input stays */
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finite_job_runs_back_to_back_from_zero),
        cmocka_unit_test(an_empty_source_has_one_batch),
        cmocka_unit_test(partitions_without_input_have_no_task),
        cmocka_unit_test(a_finite_job_waits_while_there_is_nothing_yet),
        cmocka_unit_test(a_stop_ends_the_waiting),
        cmocka_unit_test(ticks_are_on_the_grid_and_never_merged),
        cmocka_unit_test(only_a_tick_opens_a_batch),
        cmocka_unit_test(a_source_is_asked_at_every_tick),
        cmocka_unit_test(a_merge_reads_map_partitions_in_their_order),
        cmocka_unit_test(a_union_reads_operands_in_order_and_says_which),
        cmocka_unit_test(windows_read_batches_in_order_of_time),
        cmocka_unit_test(a_stage_that_slides_is_off_in_between),
        cmocka_unit_test(so_many_batches_run_and_the_rest_waits),
        cmocka_unit_test(a_window_waits_for_earlier_batches_under_way),
        cmocka_unit_test(outputs_commit_in_the_order_declared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
