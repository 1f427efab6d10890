/* SPDX-License-Identifier: Apache-2.0 */
/* Stages with a head: joins read a bucket of each operand, windows the panes in reach, states go
 * from batch to batch; partitions without rows. */
#include "driven.h"

#include "driver/private.h"

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
#define INPUT_COUNT(n) .input_count = n

static const char two_streams[] = "job j partitions=2\n"
                                  "a = play.lines \"\" | map key = line, value = 1\n"
                                  "b = play.lines \"\" | map key = line, value = 2\n"
                                  "a | play.log\nb | play.log";

static void a_join_reads_a_bucket_of_each_side(void **state)
{
    (void)state;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_JOIN, INPUTS(1, 3), INPUT_COUNT(2)},
        {.verb = WEIR_VERB_SINK, INPUTS(4), INPUT_COUNT(1)},
    };
    struct driven d;
    driven_open_nodes(&d, two_streams, 0, drafts, 2, NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_block(&d, 1, 1);
    driven_block(&d, 1, 1);
    driven_tick(&d, 1000);
    driven_expect(&d, "start 0\nstart 1\ntask 0.0@1000 < in0.0\ntask 1.0@1000 < in1.0\n"
                      "task 1.1@1000 < in1.1\n");
    driven_done(&d, 0, 0, 1000);
    driven_done_empty(&d, 1, 0, 1000);
    driven_expect(&d, "");
    driven_done(&d, 1, 1, 1000);
    driven_expect(&d, "task 2.0@1000 < 0.0 1:1.1\ntask 2.1@1000 < 0.0/1 1:1.1/1\n");
    driven_close(&d);
}

static const char counted[] = "job j partitions=2\na = play.lines \"\"\na | play.log";

/* A window of 3 s every second. A pane is one batch's groups, bucket by bucket. */
static void a_window_reads_its_panes(void **state)
{
    (void)state;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW,
         INPUTS(0),
         INPUT_COUNT(1),
         .length_us = 3000000,
         .window_slide_us = 1000000},
        {.verb = WEIR_VERB_SINK, INPUTS(1), INPUT_COUNT(1)},
    };
    struct driven d;
    driven_open_nodes(&d, counted, 0, drafts, 2, NULL);
    driven_start(&d);
    weir_text_finish(&d.said);
    for (int64_t t = 1000; t <= 4000; t += 1000) {
        if (t <= 2000) {
            driven_block(&d, 0, 1);
        }
        driven_tick(&d, t);
        if (t <= 2000) {
            driven_done(&d, 0, 0, t);
            driven_done(&d, 1, 0, t);
            driven_done_empty(&d, 1, 1, t);
        }
        driven_done(&d, 2, 0, t);
        driven_committed(&d, 0, t);
    }
    driven_expect(&d, "task 0.0@1000 < in0.0\ntask 1.0@1000 < 0.0\ntask 1.1@1000 < 0.0/1\n"
                      "task 2.0@1000 < 1.0\ncommit 0@1000: 2.0\nbatch 1000\n"
                      "drop 0.0+1x2@1000 in0.0+1\n"
                      "task 0.0@2000 < in0.1\ntask 1.0@2000 < 0.0\ntask 1.1@2000 < 0.0/1\n"
                      "task 2.0@2000 < 1.0@1000 1.0\ncommit 0@2000: 2.0\nbatch 2000\n"
                      "drop 0.0+1x2@2000 in0.1+1\n"
                      "task 2.0@3000 < 1.0@1000 1.0@2000\ncommit 0@3000: 2.0\nbatch 3000\n"
                      "drop 1.0+2x1@1000\n"
                      "task 2.0@4000 < 1.0@2000\ncommit 0@4000: 2.0\nbatch 4000\n"
                      "drop 1.0+2x1@2000\n");
    driven_close(&d);
}

/* What has entered is dependency 0, what leaves 1; every partition runs, in order of batches. */
static void an_incremental_window_is_a_state(void **state)
{
    (void)state;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW,
         INPUTS(0),
         INPUT_COUNT(1),
         .length_us = 2000000,
         .window_slide_us = 1000000,
         .is_incremental = true},
        {.verb = WEIR_VERB_SINK, INPUTS(1), INPUT_COUNT(1)},
    };
    struct driven d;
    driven_open_nodes(&d, counted, 0, drafts, 2, NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_done(&d, 1, 0, 1000);
    driven_done(&d, 1, 1, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 1.0@1000 < 0.0\ntask 1.1@1000 < 0.0/1\n"
                      "task 2.0@1000 < 1.0\ntask 2.1@1000 < 1.1\n");
    driven_tick(&d, 2000); /* nothing came; its state waits for that of the batch before */
    driven_expect(&d, "");
    driven_done(&d, 2, 0, 1000);
    driven_expect(&d, "");
    driven_done(&d, 2, 1, 1000);
    driven_expect(&d, "task 2.0@2000\ntask 2.1@2000\ncommit 0@1000: 2.0 2.1\n");
    driven_committed(&d, 0, 1000);
    driven_done(&d, 2, 0, 2000);
    driven_done(&d, 2, 1, 2000);
    driven_committed(&d, 0, 2000);
    weir_text_finish(&d.said);
    driven_tick(&d, 3000);
    driven_expect(&d, "task 2.0@3000 < 1:1.0@1000\ntask 2.1@3000 < 1:1.1@1000\n");
    driven_close(&d);
}

/* glom sees partitions: those of the window, without rows too. */
static void partitions_without_rows_are_kept(void **state)
{
    (void)state;
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_WINDOW,
         INPUTS(1),
         INPUT_COUNT(1),
         .length_us = 2000000,
         .window_slide_us = 1000000},
        {.verb = WEIR_VERB_GLOM, INPUTS(2), INPUT_COUNT(1)},
        {.verb = WEIR_VERB_SINK, INPUTS(3), INPUT_COUNT(1)},
    };
    struct driven d;
    driven_open_nodes(&d, "a = play.feed \"\" | filter play.is_word(line)\na | play.log", 0, drafts,
                      3, NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "x y", "1", false);
    driven_done_empty(&d, 0, 0, 1000);
    driven_done(&d, 0, 1, 1000);
    driven_expect(&d, "ask 0@1000 from ''\ntask 0.0@1000 < 'x'\ntask 0.1@1000 < 'y'\n"
                      "task 1.0@1000\ntask 1.1@1000 < 0.1\n");
    driven_done(&d, 1, 0, 1000);
    driven_done(&d, 1, 1, 1000);
    driven_committed(&d, 0, 1000);
    weir_text_finish(&d.said);
    driven_tick(&d, 2000);
    driven_range(&d, 0, 2000, "z", "2", false);
    driven_done_empty(&d, 0, 0, 2000);
    driven_expect(&d, "ask 0@2000 from '1'\ntask 0.0@2000 < 'z'\n"
                      "task 1.0@2000\ntask 1.1@2000 < 0.1@1000\ntask 1.2@2000\n");
    driven_close(&d);
}

/* ---- readers of a state, by hand ---- */
/* 0: map side; 1: the state; 2: its rows' sink; 3: its snapshots' sink. */
static void by_hand(struct driven *d, struct weir_plan *plan, struct weir_stage *stages)
{
    static struct weir_node head = {.verb = WEIR_VERB_MAP_WITH_STATE};
    static struct weir_node snapshots = {.verb = WEIR_VERB_STATE_SNAPSHOTS};
    static const struct weir_dependency input = {.kind = WEIR_DEPEND_INPUT};
    static const struct weir_dependency shuffle = {.kind = WEIR_DEPEND_SHUFFLE};
    static const struct weir_dependency blocks = {.kind = WEIR_DEPEND_BLOCKS, .from = 1};
    static const struct weir_dependency states = {.kind = WEIR_DEPEND_STATE, .from = 1};
    static const struct weir_dependency *const reads[] = {&input, &shuffle, &blocks, &states};
    static const uint32_t outputs[] = {2, 3};
    for (uint32_t s = 0; s < 4; s++) {
        stages[s] = (struct weir_stage){.id = s,
                                        .slide_us = d->graph->batch_us,
                                        .dependency_count = 1,
                                        .dependencies = reads[s],
                                        .exit = WEIR_EXIT_SINK};
    }
    stages[0].exit = WEIR_EXIT_SHUFFLE;
    stages[0].bucket_count = 1;
    stages[1].head = &head;
    stages[1].has_state = true;
    stages[1].exit = WEIR_EXIT_BLOCKS;
    stages[3].head = &snapshots;
    *plan = *d->plan;
    plan->stage_count = 4;
    plan->stages = stages;
    plan->output_stages = outputs;
}

static void a_state_waits_for_its_readers(void **state)
{
    (void)state;
    struct driven d;
    struct weir_plan plan;
    struct weir_stage stages[4];
    static const struct weir_driver_options options = {.batches_in_flight = 2};
    driven_open(&d, "a = play.lines \"\"\na | play.log\na | play.log", NULL);
    by_hand(&d, &plan, stages);
    struct weir_plan *made = d.plan;
    weir_driver_destroy(d.driver);
    d.plan = &plan;
    d.driver = weir_driver_create(&plan, &options);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_tick(&d, 2000);
    driven_expect(&d, "start 0\ntask 1.0@1000\n"); /* runs though nothing came */
    driven_done(&d, 1, 0, 1000);
    driven_expect(&d, "task 2.0@1000 < 1.0\ntask 3.0@1000\n");
    driven_done(&d, 2, 0, 1000);
    driven_expect(&d, "commit 0@1000: 2.0\n"); /* the snapshot is still read */
    driven_failed(&d, 3, 0, 1000, 0, true);
    driven_pause(&d);
    driven_expect(&d, "task 3.0@1000#1\n");
    struct weir_message *done = weir_message_create(WEIR_MESSAGE_TASK_DONE);
    done->task.id = (struct weir_task_id){3, 0, 1, 1000000};
    struct weir_driver_event event = {WEIR_EVENT_MESSAGE, d.now_ms * 1000, done};
    weir_driver_step(d.driver, &event, &d.actions);
    struct weir_message *next = weir_message_pop(&d.actions.messages);
    assert_int_equal(next->kind, WEIR_MESSAGE_TASK_RUN);
    assert_int_equal(next->task.id.stage, 1);
    assert_int_equal(next->task.id.batch_us, 2000000);
    weir_message_destroy(next);
    weir_driver_destroy(d.driver);
    d.driver = NULL;
    d.plan = made;
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_reads_a_bucket_of_each_side),
        cmocka_unit_test(a_window_reads_its_panes),
        cmocka_unit_test(an_incremental_window_is_a_state),
        cmocka_unit_test(partitions_without_rows_are_kept),
        cmocka_unit_test(a_state_waits_for_its_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
