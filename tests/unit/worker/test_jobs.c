/* SPDX-License-Identifier: Apache-2.0 */
/* Whole jobs in simulated time, for what their results say of the worker: a task that failed leaves
 * nothing behind, a repetition gives the same, sinks see begin, write, prepare, commit and abort as
 * the SDK promises. */
#include "play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct play_options plain;

static void expect_log(const char *job, const char *log, const char *batches)
{
    struct play_result result;
    play_run(job, &plain, &result);
    assert_true(result.is_finished);
    assert_int_equal(result.err.status, WEIR_OK);
    assert_string_equal(play_log(), log);
    assert_string_equal(result.batches.bytes, batches);
    assert_int_equal(result.held_blocks, 0);
    play_result_finish(&result);
}

static int set_up(void **state)
{
    (void)state;
    play_reset();
    return 0;
}

/* On both sides of the shuffle rows were kept when the task failed: they must not count twice. */
static void a_failed_task_leaves_nothing_behind(void **state)
{
    (void)state;
    play_fail("same b", WEIR_RETRY, 1);
    play_fail("write", WEIR_RETRY, 1);
    expect_log("play.list \"a b a|b\" | flat_map word = play.words(line) | map word = "
               "play.same(word) | count_by_value partitions=1 | play.log",
               "[1000] 1 partition\n{\"word\":\"a\",\"count\":2}\n{\"word\":\"b\",\"count\":2}\n"
               "told 7\n",
               "[1000] in 2 out 2 tasks 5 retries 2 bad 0\n");
}

static void every_step_of_a_sink_may_be_retried(void **state)
{
    (void)state;
    const char *steps[] = {"begin", "write", "prepare", "commit"};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        play_reset();
        play_fail(steps[i], WEIR_RETRY, 2);
        expect_log("play.list \"a|b\" | play.log",
                   "[1000] 2 partitions\n{\"line\":\"a\"}\n{\"line\":\"b\"}\ntold 3\n",
                   strcmp(steps[i], "commit") == 0 ? "[1000] in 2 out 2 tasks 2 retries 2 bad 0\n"
                                                   : "[1000] in 2 out 2 tasks 4 retries 2 bad 0\n");
    }
}

static void asking_may_be_retried(void **state)
{
    (void)state;
    play_fail("next", WEIR_RETRY, 3);
    expect_log("play.list \"a\" | play.log", "[1000] 1 partition\n{\"line\":\"a\"}\ntold 1\n",
               "[1000] in 1 out 1 tasks 1 retries 3 bad 0\n");
}

static void expect_failure(const char *job, const char *text)
{
    struct play_result result;
    play_run(job, &plain, &result);
    assert_true(result.is_finished);
    assert_int_equal(result.err.status, WEIR_EJOB);
    if (strstr(result.err.text, text) == NULL) {
        fail_msg("'%s' is not in '%s'", text, result.err.text);
    }
    play_result_finish(&result);
}

/* The failure says where: output, batch, partition, and what the plugin said. */
static void a_failure_says_where(void **state)
{
    (void)state;
    const char *job = "play.list \"a|b\" | play.log as here";
    play_fail("write {\"line\":\"b\"}", WEIR_FATAL, 1);
    expect_failure(job, "output here, batch 1000, partition 1: org.example.play/log: write "
                        "{\"line\":\"b\"} fails because the test wants it");
    play_reset();
    play_fail("commit", WEIR_FATAL, 1);
    expect_failure(job, "output here, commit of batch 1000: org.example.play/log: commit 1000");
    play_reset();
    play_fail("next", WEIR_FATAL, 1);
    expect_failure(job, "org.example.play/list: next fails");
    play_reset();
    play_fail("read b", WEIR_RETRY, 4);
    expect_failure(job, "org.example.play/list: read b fails");
}

/* One instance of a source reads, another is asked; a limit ends the reading early. */
static void what_the_first_reducer_takes_is_all_that_is_read(void **state)
{
    (void)state;
    expect_log("play.list \"a|b|c\" | limit 1 | play.log",
               "[1000] 1 partition\n{\"line\":\"a\"}\ntold 5\n",
               "[1000] in 3 out 1 tasks 4 retries 0 bad 0\n");
}

static void a_window_of_a_window(void **state)
{
    (void)state;
    struct play_options options = {.driver = {.until_us = 4000000}};
    struct play_result result;
    play_run(
        "play.lines \"0 a; 1100 b; 2100 c; 3100 d\" | map line | window 2s, 2s | window 4s, 2s | "
        "play.log",
        &options, &result);
    assert_int_equal(result.err.status, WEIR_OK);
    assert_string_equal(
        play_log(), "acked 1\n[2000] 2 partitions\n{\"line\":\"a\"}\n{\"line\":\"b\"}\n"
                    "acked 2\nacked 3\nacked 4\n"
                    "[4000] 4 partitions\n{\"line\":\"a\"}\n{\"line\":\"b\"}\n{\"line\":\"c\"}\n"
                    "{\"line\":\"d\"}\n");
    play_result_finish(&result);
}

/* 3 000 batches of 1 ms through driver, worker and receiver: nothing is held at the end. */
static void thousands_of_batches(void **state)
{
    (void)state;
    struct play_options options = {.sim = {.work_us_min = 10, .work_us_max = 10},
                                   .driver = {.until_us = 3000000}};
    struct play_result result;
    play_run(
        "job j batch=1ms\nplay.lines \"0 a; 1500 b; 2900 c\" | window 500ms | count | play.log",
        &options, &result);
    assert_true(result.is_finished);
    assert_int_equal(result.err.status, WEIR_OK);
    assert_int_equal(result.summary_batches, 3000);
    assert_true(result.held_blocks <= 1); /* that of c: the window still reaches it */
    play_result_finish(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_failed_task_leaves_nothing_behind, set_up),
        cmocka_unit_test_setup(every_step_of_a_sink_may_be_retried, set_up),
        cmocka_unit_test_setup(asking_may_be_retried, set_up),
        cmocka_unit_test_setup(a_failure_says_where, set_up),
        cmocka_unit_test_setup(what_the_first_reducer_takes_is_all_that_is_read, set_up),
        cmocka_unit_test_setup(a_window_of_a_window, set_up),
        cmocka_unit_test_setup(thousands_of_batches, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
