/* SPDX-License-Identifier: Apache-2.0 */
/* When a job is over: --until, the end of its inputs, a graceful stop. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const char lines_job[] = "play.lines \"\" | play.log";

static void run_batch(struct driven *d, int64_t ms)
{
    driven_tick(d, ms);
    driven_committed(d, 0, ms);
}

static void until_time_the_batch_that_reaches_it_is_the_last(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_us = 1500000};
    driven_open(&d, lines_job, &options);
    driven_start(&d);
    driven_tick(&d, 5000); /* late, and yet no batch beyond 2 s */
    driven_expect(&d, "start 0\ncommit 0@1000:\nstop 0\n");
    assert_int_equal(driven_timer(&d), -1);
    driven_committed(&d, 0, 1000);
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "batch 1000\ncommit 0@2000:\nbatch 2000\n");
    driven_block(&d, 0, 1); /* too late: belongs to no batch */
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "finished\n");
    driven_close(&d);
}

static void until_time_holds_for_finite_jobs(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_us = 1000000};
    driven_open(&d, "play.list \"\" | play.log", &options);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a", "1", false);
    driven_done(&d, 0, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_told(&d, 0);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\ncommit 0@1000: 0.0\n"
                      "batch 1000\ntold 0 '1'\nfinished\n");
    driven_close(&d);
}

static void until_records_received(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_records = 5};
    driven_open(&d, "play.lines \"\" | count | play.log", &options);
    driven_start(&d);
    driven_block(&d, 0, 4);
    driven_tick(&d, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\n");
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000); /* whole, and the last */
    driven_expect(&d, "task 0.0@2000 < in0.1\nstop 0\n");
    driven_tick(&d, 9000);
    driven_expect(&d, "");
    driven_close(&d);
}

/* How many records a range holds is known once it was read: one batch at a time. */
static void until_records_of_a_source(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_records = 5};
    driven_open(&d, "play.list \"\" | play.log", &options);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a", "1", false);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\n");
    driven_done_records(&d, 0, 0, 1000, 4);
    driven_committed(&d, 0, 1000);
    driven_told(&d, 0);
    driven_expect(&d, "commit 0@1000: 0.0\nbatch 1000\ntold 0 '1'\nask 0@2000 from '1'\n");
    driven_range(&d, 0, 2000, "b", "2", false);
    driven_done_records(&d, 0, 0, 2000, 4);
    driven_committed(&d, 0, 2000);
    driven_told(&d, 0);
    driven_expect(&d, "task 0.0@2000 < 'b'\ncommit 0@2000: 0.0\nbatch 2000\ntold 0 '2'\n"
                      "finished\n");
    driven_close(&d);
}

static void until_eof_takes_what_came_last(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_eof = true};
    driven_open(&d, lines_job, &options);
    driven_start(&d);
    run_batch(&d, 1000);
    driven_block(&d, 0, 1);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\ncommit 0@1000:\nbatch 1000\n");
    assert_int_equal(driven_timer(&d), 2000);
    driven_tick(&d, 2000);
    assert_int_equal(driven_timer(&d), -1); /* nothing will ever come */
    driven_done(&d, 0, 0, 2000);
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "task 0.0@2000 < in0.0\ncommit 0@2000: 0.0\n"
                      "batch 2000\ndrop in0.0+1\nfinished\n");
    driven_close(&d);
}

/* So that a count of nothing says 0. */
static void until_eof_without_data_has_one_batch(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_eof = true};
    driven_open(&d, "play.lines \"\" | count | play.log", &options);
    driven_start(&d);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\n");
    assert_int_equal(driven_timer(&d), 1000);
    driven_tick(&d, 1000);
    driven_done(&d, 1, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "task 1.0@1000\ncommit 0@1000: 1.0\nbatch 1000\nfinished\n");
    driven_close(&d);
}

static void until_eof_needs_every_input_to_end(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_eof = true};
    driven_open(&d, "a = play.list \"\"\nplay.lines \"\" | union a | play.log", &options);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "", "", true);
    driven_committed(&d, 0, 1000);
    driven_told(&d, 0);
    driven_expect(&d, "start 1\nask 0@1000 from ''\ncommit 0@1000:\nbatch 1000\ntold 0 ''\n");
    run_batch(&d, 2000); /* the file is at its end and is not asked any more */
    driven_expect(&d, "commit 0@2000:\nbatch 2000\n");
    driven_state(&d, 1, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "finished\n");
    driven_close(&d);
}

/* An end of inputs alone ends nothing where the clock rules: windows go on. */
static void without_until_the_clock_goes_on(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, lines_job, NULL);
    driven_start(&d);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    run_batch(&d, 1000);
    run_batch(&d, 2000);
    driven_expect(&d, "start 0\ncommit 0@1000:\nbatch 1000\ncommit 0@2000:\nbatch 2000\n");
    assert_int_equal(driven_timer(&d), 3000);
    driven_close(&d);
}

/* ---- never reached ---- */
static void an_input_that_was_never_reached(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_us = 1000000};
    driven_open(&d, lines_job, &options);
    driven_start(&d);
    driven_state(&d, 0, WEIR_RECEIVER_WAITING, WEIR_OK, "the port refuses");
    run_batch(&d, 1000);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\ncommit 0@1000:\nstop 0\nbatch 1000\n"
                      "finished: input lines was never reached: the port refuses\n");
    assert_int_equal(d.actions.err.status, WEIR_EUNREACHABLE);
    driven_close(&d);
}

static void reached_once_is_reached(void **state)
{
    (void)state;
    struct driven d;
    struct weir_driver_options options = {.batches_in_flight = 2, .until_us = 1000000};
    driven_open(&d, lines_job, &options);
    driven_start(&d);
    driven_state(&d, 0, WEIR_RECEIVER_WAITING, WEIR_OK, "the port refuses");
    driven_state(&d, 0, WEIR_RECEIVER_CONNECTED, WEIR_OK, "");
    driven_state(&d, 0, WEIR_RECEIVER_WAITING, WEIR_OK, "the peer has gone");
    run_batch(&d, 1000);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\ncommit 0@1000:\nstop 0\nbatch 1000\nfinished\n");
    driven_close(&d);
}

static void a_stop_by_hand_is_no_failure(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, lines_job, NULL);
    driven_start(&d);
    driven_state(&d, 0, WEIR_RECEIVER_WAITING, WEIR_OK, "the port refuses");
    driven_stop(&d);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\nstop 0\nfinished\n");
    driven_close(&d);
}

/* ---- graceful stop ---- */
static void a_stop_processes_what_was_received(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, lines_job, NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    d.now_ms = 400;
    driven_stop(&d);
    driven_stop(&d); /* twice is fine */
    driven_block(&d, 0, 2);
    driven_expect(&d, "start 0\nstop 0\n");
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, ""); /* at once, not at the next tick */
    driven_expect(&d, "task 0.0@1000 < in0.0\ntask 0.1@1000 < in0.1\n");
    driven_done(&d, 0, 0, 1000);
    driven_done(&d, 0, 1, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "commit 0@1000: 0.0 0.1\nbatch 1000\ndrop in0.0+2\nfinished\n");
    driven_close(&d);
}

/* The reference's slow receiver: it refuses to end before it has sent all. Time goes on
 * meanwhile. */
static void ticks_go_on_while_a_receiver_ends_slowly(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, lines_job, NULL);
    driven_start(&d);
    driven_stop(&d);
    driven_expect(&d, "start 0\nstop 0\n");
    assert_int_equal(driven_timer(&d), 1000);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_expect(&d, "task 0.0@1000 < in0.0\n");
    driven_block(&d, 0, 1);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "task 0.0@2000 < in0.1\n");
    assert_int_equal(driven_timer(&d), -1);
    driven_close(&d);
}

static void a_stop_while_a_source_is_asked(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_stop(&d);
    driven_expect(&d, "ask 0@1000 from ''\n");
    driven_range(&d, 0, 1000, "a", "1", false); /* what it named is processed, no more is asked */
    driven_done(&d, 0, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_told(&d, 0);
    driven_expect(&d, "task 0.0@1000 < 'a'\ncommit 0@1000: 0.0\nbatch 1000\n"
                      "told 0 '1'\nfinished\n");
    driven_close(&d);
}

static void a_stop_before_anything_came(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | play.log", NULL);
    driven_start(&d);
    driven_stop(&d);
    driven_expect(&d, "finished\n");
    driven_close(&d);
}

static void a_stop_of_a_finite_job_ends_with_the_batches_begun(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a", "1", false);
    driven_stop(&d);
    driven_range(&d, 0, 2000, "b", "2", false);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\nask 0@2000 from '1'\n"
                      "task 0.0@2000 < 'b'\n");
    driven_done(&d, 0, 0, 1000);
    driven_done(&d, 0, 0, 2000);
    driven_committed(&d, 0, 1000);
    driven_committed(&d, 0, 2000);
    driven_told(&d, 0);
    driven_told(&d, 0);
    driven_expect(&d, "commit 0@1000: 0.0\nbatch 1000\ntold 0 '1'\ncommit 0@2000: 0.0\n"
                      "batch 2000\ntold 0 '2'\nfinished\n");
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(until_time_the_batch_that_reaches_it_is_the_last),
        cmocka_unit_test(until_time_holds_for_finite_jobs),
        cmocka_unit_test(until_records_received),
        cmocka_unit_test(until_records_of_a_source),
        cmocka_unit_test(until_eof_takes_what_came_last),
        cmocka_unit_test(until_eof_without_data_has_one_batch),
        cmocka_unit_test(until_eof_needs_every_input_to_end),
        cmocka_unit_test(without_until_the_clock_goes_on),
        cmocka_unit_test(an_input_that_was_never_reached),
        cmocka_unit_test(reached_once_is_reached),
        cmocka_unit_test(a_stop_by_hand_is_no_failure),
        cmocka_unit_test(a_stop_processes_what_was_received),
        cmocka_unit_test(ticks_go_on_while_a_receiver_ends_slowly),
        cmocka_unit_test(a_stop_while_a_source_is_asked),
        cmocka_unit_test(a_stop_before_anything_came),
        cmocka_unit_test(a_stop_of_a_finite_job_ends_with_the_batches_begun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
