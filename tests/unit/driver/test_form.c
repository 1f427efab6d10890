/* SPDX-License-Identifier: Apache-2.0 */
/* Batches in which a stream has no RDD, and batches that fail while others go on. Source: the
 * reference, conformance behaviours 69 to 73. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define INPUTS(...)                                                                                \
    .inputs = (const uint32_t[])                                                                   \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static const struct weir_driver_options going_on = {.batches_in_flight = 2,
                                                    .on_error = WEIR_ON_ERROR_CONTINUE};
static const struct weir_driver_options stopping = {.batches_in_flight = 2};

static const char feed[] = "job j partitions=1\na = play.feed \"\"\na | play.log";
static const char two_feeds[] = "job j partitions=1\na = play.feed \"\"\nb = play.feed \"\"\n"
                                "a | play.log\nb | play.log";

/* A batch that the sources of `streams` either have an RDD for ('1'), or none ('-'). */
static void open_batch(struct driven *d, int64_t ms, const char *streams)
{
    driven_tick(d, ms);
    for (uint32_t i = 0; streams[i] != '\0'; i++) {
        if (streams[i] == '-') {
            driven_no_rdd(d, i, ms, "x");
        } else {
            driven_range(d, i, ms, "r", "x", false);
        }
    }
    weir_text_finish(&d->said); /* what was asked; tasks are answered below */
}

/* ---- no RDD ---- */
static void an_output_without_an_rdd_does_nothing(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | filter play.is_word(line) | count_by_value | play.log", NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_no_rdd(&d, 0, 1000, "1");
    driven_expect(&d, "ask 0@1000 from ''\nbatch 1000\ntold 0 '1'\n");
    driven_close(&d);
}

/* count asks for an RDD: without one it cannot be formed. */
static void a_count_without_an_rdd_fails(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | count | play.log", &stopping);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_no_rdd(&d, 0, 1000, "1");
    driven_expect(&d, "ask 0@1000 from ''\nfinished: count: Couldn't generate RDD from parent at "
                      "time 1000 ms (feed has no RDD in this batch)\n");
    driven_close(&d);
    driven_open(&d, "play.feed \"\" | count | play.log", &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_no_rdd(&d, 0, 1000, "1");
    driven_expect(&d, "ask 0@1000 from ''\nbatch 1000 failed in generate: count: Couldn't generate "
                      "RDD from parent at time 1000 ms (feed has no RDD in this batch)\n"
                      "told 0 '1'\n");
    driven_tick(&d, 2000);
    driven_range(&d, 0, 2000, "r", "2", false);
    driven_expect(&d, "ask 0@2000 from '1'\ntask 0.0@2000 < 'r'\n");
    driven_close(&d);
}

/* No user function runs, though one operand is there; a union complains after it has asked all. */
static void a_union_asks_all(void **state)
{
    (void)state;
    struct driven d;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_COUNT, INPUTS(0), .input_count = 1},
        {.verb = WEIR_VERB_COUNT, INPUTS(1), .input_count = 1},
        {.verb = WEIR_VERB_UNION, INPUTS(2, 3), .input_count = 2},
        {.verb = WEIR_VERB_UNION, INPUTS(0, 1), .input_count = 2},
        {.verb = WEIR_VERB_SINK, INPUTS(4), .input_count = 1},
        {.verb = WEIR_VERB_SINK, INPUTS(5), .input_count = 1},
    };
    driven_open_nodes(&d, two_feeds, 0, drafts, 6, &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "r", "1", false);
    driven_no_rdd(&d, 1, 1000, "1");
    driven_expect(&d, "ask 0@1000 from ''\nask 1@1000 from ''\n"
                      "batch 1000 failed in generate: count: Couldn't generate RDD from parent at "
                      "time 1000 ms (b has no RDD in this batch)\ntold 0 '1'\ntold 1 '1'\n");
    driven_close(&d);
    driven_open_nodes(&d, two_feeds, 0,
                      (const struct weir_node[]){
                          {.verb = WEIR_VERB_UNION, INPUTS(0, 1), .input_count = 2},
                          {.verb = WEIR_VERB_SINK, INPUTS(2), .input_count = 1},
                      },
                      2, &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "r", "1", false);
    driven_no_rdd(&d, 1, 1000, "1");
    driven_expect(&d, "ask 0@1000 from ''\nask 1@1000 from ''\n"
                      "batch 1000 failed in generate: union: Could not generate RDD from a parent "
                      "for unifying at time 1000 ms (b has no RDD in this batch)\n"
                      "told 0 '1'\ntold 1 '1'\n");
    driven_close(&d);
}

/* A window takes the RDDs that are there. */
static void a_window_over_a_gap(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.feed \"\" | window 2s | count | play.log", &going_on);
    driven_start(&d);
    open_batch(&d, 1000, "1");
    driven_done(&d, 0, 0, 1000); /* kept */
    driven_done(&d, 1, 0, 1000);
    driven_done(&d, 2, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "task 1.0@1000 < 0.0\ntask 2.0@1000 < 1.0\ncommit 0@1000: 2.0\nbatch 1000\n"
                      "told 0 'x'\ndrop 1.0+1x1@1000\n");
    open_batch(&d, 2000, "-");
    driven_done(&d, 1, 0, 2000);
    driven_expect(&d, "task 2.0@2000 < 1.0\n"); /* the map side read the batch before */
    driven_done(&d, 2, 0, 2000);
    driven_committed(&d, 0, 2000);
    open_batch(&d, 3000, "-");
    driven_done_empty(&d, 2, 0, 3000); /* counts nothing */
    driven_committed(&d, 0, 3000);
    driven_expect(&d, "commit 0@3000: 2.0\nbatch 3000\ntold 0 'x'\n");
    driven_close(&d);
}

/* ---- failures that stay ---- */
/* The window of 2 s fails twice, then not any more; an incremental one for ever. */
static void windows_over_a_failed_count(void **state)
{
    (void)state;
    for (int incremental = 0; incremental < 2; incremental++) {
        struct driven d;
        const struct weir_node drafts[] = {
            {.verb = WEIR_VERB_COUNT, INPUTS(0), .input_count = 1},
            {.verb = WEIR_VERB_COUNT_BY_WINDOW,
             INPUTS(1),
             .input_count = 1,
             .length_us = 2000000,
             .window_slide_us = 1000000,
             .is_incremental = incremental == 1},
            {.verb = WEIR_VERB_SINK, INPUTS(2), .input_count = 1},
        };
        driven_open_nodes(&d, feed, 0, drafts, 3, &going_on);
        driven_start(&d);
        const char why[] = " failed in generate: count: Couldn't generate RDD from parent at time "
                           "1000 ms (a has no RDD in this batch)\n";
        open_batch(&d, 1000, "-"); /* fails at once */
        for (int64_t t = 2000; t <= 3000; t += 1000) {
            bool fails = t == 2000 || incremental == 1;
            driven_tick(&d, t);
            driven_range(&d, 0, t, "r", "x", false);
            for (uint32_t s = 0; s < 3; s++) { /* map side, count, panes: later windows need them */
                driven_done(&d, s, 0, t);
            }
            const char *said = d.said.bytes;
            const char *failed = strstr(said, why);
            assert_int_equal(failed != NULL, fails);
            assert_int_equal(strstr(said, "task 3.0") != NULL, !fails);
            weir_text_finish(&d.said);
        }
        driven_close(&d);
    }
}

static void a_failed_task(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d,
                "in = play.lines \"\"\nin | filter play.is_word(line) | play.log\nin | play.log",
                &going_on);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_failed(&d, 0, 0, 1000, 0, false);
    driven_done(&d, 1, 0, 1000);
    driven_done(&d, 1, 1, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 0.1@1000 < in0.1\n"
                      "task 1.0@1000 < in0.0\ntask 1.1@1000 < in0.1\n"
                      "commit 1@1000: 1.0 1.1\n"); /* the other output is as it should be */
    driven_committed(&d, 1, 1000);
    driven_expect(&d, ""); /* a task of the failed stage still runs */
    driven_done(&d, 0, 1, 1000);
    driven_expect(&d, "batch 1000 failed in run: it went wrong\ndrop in0.0+2\n");
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_done(&d, 0, 0, 2000);
    driven_done(&d, 1, 0, 2000);
    driven_committed(&d, 0, 2000);
    driven_committed(&d, 1, 2000);
    driven_expect(&d, "task 0.0@2000 < in0.2\ntask 1.0@2000 < in0.2\ncommit 0@2000: 0.0\n"
                      "commit 1@2000: 1.0\nbatch 2000\ndrop in0.2+1\n");
    driven_close(&d);
}

/* The window's batches fail while it holds the one that failed, in flight or committed. */
static void a_window_over_a_failed_task(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | filter play.is_word(line) | window 2s | play.log",
                &going_on);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_failed(&d, 0, 0, 1000, 0, false);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\nbatch 1000 failed in run: it went wrong\n"
                      "drop in0.0+1\n");
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_done(&d, 0, 0, 2000);
    driven_expect(&d, "task 0.0@2000 < in0.1\nbatch 2000 failed in run: it went wrong\n"
                      "drop in0.1+1\n");
    driven_tick(&d, 3000);
    driven_done(&d, 1, 0, 3000);
    driven_committed(&d, 0, 3000);
    driven_expect(&d, "task 1.0@3000 < 0.0@2000\ncommit 0@3000: 1.0\nbatch 3000\n"
                      "drop 0.0+1x1@2000\n");
    driven_close(&d);
}

/* A state fails for ever, also in the batches that were under way when it did. */
static void a_state_that_failed(void **state)
{
    (void)state;
    struct driven d;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW,
         INPUTS(0),
         .input_count = 1,
         .length_us = 2000000,
         .window_slide_us = 1000000,
         .is_incremental = true},
        {.verb = WEIR_VERB_SINK, INPUTS(1), .input_count = 1},
    };
    driven_open_nodes(&d, "job j partitions=1\na = play.lines \"\"\na | play.log", 0, drafts, 2,
                      &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_tick(&d, 2000);
    driven_expect(&d, "start 0\ntask 2.0@1000\n");
    driven_failed(&d, 2, 0, 1000, 0, false);
    driven_expect(&d, "batch 1000 failed in run: it went wrong\n"
                      "batch 2000 failed in run: it went wrong\n");
    driven_tick(&d, 3000);
    driven_expect(&d, "batch 3000 failed in run: it went wrong\n");
    driven_close(&d);
}

/* A commit that fails for good leaves its output out; the next one's commit follows. */
static void a_failed_commit(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "in = play.lines \"\"\nin | play.log\nin | play.log", &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_refuse_commit(&d, 0, 1000, false);
    driven_committed(&d, 1, 1000);
    driven_expect(&d, "start 0\ncommit 0@1000:\ncommit 1@1000:\n"
                      "batch 1000 failed in run: it went wrong\n");
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_without_an_rdd_does_nothing),
        cmocka_unit_test(a_count_without_an_rdd_fails),
        cmocka_unit_test(a_union_asks_all),
        cmocka_unit_test(a_window_over_a_gap),
        cmocka_unit_test(windows_over_a_failed_count),
        cmocka_unit_test(a_failed_task),
        cmocka_unit_test(a_window_over_a_failed_task),
        cmocka_unit_test(a_state_that_failed),
        cmocka_unit_test(a_failed_commit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
