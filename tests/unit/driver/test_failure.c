/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts, and jobs that fail: nothing new is started, what runs is awaited, the first failure is
 * told. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void a_task_is_tried_again_with_the_same_input(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | count_by_value partitions=2 | play.log", NULL);
    driven_start(&d);
    driven_range(&d, 0, 1000, "a b", "", true);
    driven_done(&d, 0, 0, 1000);
    driven_done(&d, 0, 1, 1000);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\ntask 0.1@1000 < 'b'\n"
                      "task 1.0@1000 < 0.0 0.1\ntask 1.1@1000 < 0.0/1 0.1/1\n");
    driven_failed(&d, 1, 1, 1000, 0, true);
    driven_expect(&d, ""); /* a pause, in which what is wrong may pass */
    assert_int_equal(driven_timer(&d), 50);
    driven_pause(&d);
    driven_expect(&d, "task 1.1@1000#1 < 0.0/1 0.1/1\n");
    driven_failed(&d, 1, 1, 1000, 1, true);
    driven_pause(&d);
    driven_failed(&d, 1, 1, 1000, 2, true);
    assert_int_equal(driven_timer(&d), 250 + 800);
    driven_pause(&d);
    driven_expect(&d, "task 1.1@1000#2 < 0.0/1 0.1/1\ntask 1.1@1000#3 < 0.0/1 0.1/1\n");
    driven_failed(&d, 1, 1, 1000, 3, true); /* the fourth was the last */
    driven_expect(&d, "");
    driven_done(&d, 1, 0, 1000);
    driven_expect(&d, "finished: it went wrong\n");
    assert_int_equal(d.actions.err.status, WEIR_EJOB);
    driven_close(&d);
}

static void some_failures_are_final(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_failed(&d, 0, 0, 1000, 0, false);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\nstop 0\n");
    assert_int_equal(driven_timer(&d), -1);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_EJOB, "a second failure is not told");
    driven_expect(&d, "finished: it went wrong\n");
    driven_close(&d);
}

/* Other batches are under way: their tasks are awaited, but nothing follows from them. */
static void what_runs_is_awaited(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | count | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 0.0@2000 < in0.1\n");
    driven_failed(&d, 0, 0, 2000, 0, false);
    driven_expect(&d, "");
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "finished: it went wrong\n");
    driven_close(&d);
}

/* And counted: its output is out. */
static void a_commit_under_way_is_awaited(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ncommit 0@1000: 0.0\n");
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_EJOB, "the input broke");
    driven_expect(&d, "");
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "batch 1000\ndrop in0.0+1\nfinished: the input broke\n");
    driven_close(&d);
}

static void an_attempt_that_was_overtaken_does_not_count(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_failed(&d, 0, 0, 1000, 0, true);
    driven_pause(&d);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 0.0@1000#1 < in0.0\n");
    driven_done(&d, 0, 0, 1000); /* attempt 0 once more */
    driven_expect(&d, "");
    driven_failed(&d, 0, 0, 1000, 0, false);
    driven_expect(&d, "");
    driven_close(&d);
}

static void a_commit_is_tried_again(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    for (int i = 0; i < 3; i++) {
        driven_refuse_commit(&d, 0, 1000, true);
        driven_pause(&d);
    }
    driven_pause(&d); /* the clock ticked meanwhile */
    driven_expect(&d, "start 0\ncommit 0@1000:\ncommit 0@1000:\ncommit 0@1000:\ncommit 0@1000:\n");
    driven_refuse_commit(&d, 0, 1000, true);
    driven_expect(&d, "stop 0\n");
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "finished: it went wrong\n");
    driven_close(&d);
}

static void a_commit_that_cannot_succeed(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "in = play.lines \"\"\nin | play.log\nin | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_refuse_commit(&d, 0, 1000, false);
    driven_expect(&d, "start 0\ncommit 0@1000:\nstop 0\n"); /* the second output gets no commit */
    driven_close(&d);
}

static void a_source_is_asked_again(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.list \"\" | play.log", NULL);
    driven_start(&d);
    for (int i = 0; i < 3; i++) {
        driven_refuse_range(&d, 0, 1000, true);
        driven_pause(&d);
    }
    driven_range(&d, 0, 1000, "a", "1", true);
    driven_expect(&d, "ask 0@1000 from ''\nask 0@1000 from ''\nask 0@1000 from ''\n"
                      "ask 0@1000 from ''\ntask 0.0@1000 < 'a'\n");
    driven_close(&d);
}

static void a_source_that_fails_for_good(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "a = play.list \"\"\nplay.list \"\" | union a | play.log", NULL);
    driven_start(&d);
    driven_refuse_range(&d, 1, 1000, false);
    driven_expect(&d, "ask 0@1000 from ''\nask 1@1000 from ''\n");
    driven_range(&d, 0, 1000, "a", "1", true); /* the other question's answer is awaited */
    driven_expect(&d, "finished: it went wrong\n");
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_task_is_tried_again_with_the_same_input),
        cmocka_unit_test(some_failures_are_final),
        cmocka_unit_test(what_runs_is_awaited),
        cmocka_unit_test(a_commit_under_way_is_awaited),
        cmocka_unit_test(an_attempt_that_was_overtaken_does_not_count),
        cmocka_unit_test(a_commit_is_tried_again),
        cmocka_unit_test(a_commit_that_cannot_succeed),
        cmocka_unit_test(a_source_is_asked_again),
        cmocka_unit_test(a_source_that_fails_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
