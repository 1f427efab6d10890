/* SPDX-License-Identifier: Apache-2.0 */
/* As test_trace.c: how jobs go wrong and come to an end. */
#include "play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct play_options plain = {.sim = {.work_us_min = 10000, .work_us_max = 10000}};

/* WEIR_RETRY: the same input once more. */
static void a_task_is_retried(void **state)
{
    (void)state;
    play_fail("read b", WEIR_RETRY, 2);
    play_expect("play.list \"a|b\" | play.log", &plain,
                "[0] driver > source next input 0 batch 1000\n"
                "[10] worker > source range input 0 batch 1000 parts 2, the last\n"
                "[10] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[10] driver > task stage 0 batch 1000 partition 1 attempt 0\n"
                "[20] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[20] worker > task done stage 0 batch 1000 partition 1 attempt 0 failed: "
                "org.example.play/list: read b fails because the test wants it\n"
                "[70] driver > task stage 0 batch 1000 partition 1 attempt 1\n"
                "[80] worker > task done stage 0 batch 1000 partition 1 attempt 1 failed: "
                "org.example.play/list: read b fails because the test wants it\n"
                "[280] driver > task stage 0 batch 1000 partition 1 attempt 2\n"
                "[290] worker > task done stage 0 batch 1000 partition 1 attempt 2\n"
                "[290] driver > commit output 0 batch 1000\n"
                "[300] worker > commit done output 0 batch 1000\n"
                "[300] batch 1000 committed\n"
                "[300] driver > committed to input 0 batch 1000\n"
                "[310] worker > committed to done input 0 batch 1000\n"
                "[310] finished\n",
                "[1000] 2 partitions\n"
                "{\"line\":\"a\"}\n"
                "{\"line\":\"b\"}\n"
                "told 3\n");
}

/* The batch before it is committed, the one behind it is not; the receiver is stopped. */
static void a_task_fails(void **state)
{
    (void)state;
    play_fail("same bad", WEIR_FATAL, 1);
    play_expect("play.lines \"0 a; 1100 bad; 2100 c\" | map line = play.same(line) | play.log",
                &plain,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > commit output 0 batch 1000\n"
                "[1020] worker > commit done output 0 batch 1000\n"
                "[1020] batch 1000 committed\n"
                "[1020] driver > drop 1 slices\n"
                "[1200] worker > block added input 0 number 1 rows 1\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 0 attempt 0 failed: "
                "org.example.play/same: same bad fails because the test wants it (batch 2000 ms, "
                "partition 0 of 1, record {\"line\":\"bad\"})\n"
                "[2010] driver > receiver stop input 0\n"
                "[2100] worker > receiver input 0 ended\n"
                "[2100] finished: org.example.play/same: same bad fails because the test wants it "
                "(batch 2000 ms, partition 0 of 1, record {\"line\":\"bad\"})\n",
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "acked 1\n"
                "acked 2\n");
}

/* It asks for it, and is started again two seconds later. */
static void a_receiver_is_restarted(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_eof = true;
    play_expect("play.lines \"0 !up; 100 a; 200 !retry; 300 b; 400 !end\" | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[0] worker > receiver input 0 connected\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[200] worker > receiver input 0 waiting: the line went dead\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > commit output 0 batch 1000\n"
                "[1020] worker > commit done output 0 batch 1000\n"
                "[1020] batch 1000 committed\n"
                "[1020] driver > drop 1 slices\n"
                "[2000] driver > commit output 0 batch 2000\n"
                "[2010] worker > commit done output 0 batch 2000\n"
                "[2010] batch 2000 committed\n"
                "[2200] worker > block added input 0 number 1 rows 1\n"
                "[2200] worker > receiver input 0 ended\n"
                "[3000] driver > task stage 0 batch 3000 partition 0 attempt 0\n"
                "[3010] worker > task done stage 0 batch 3000 partition 0 attempt 0\n"
                "[3010] driver > commit output 0 batch 3000\n"
                "[3020] worker > commit done output 0 batch 3000\n"
                "[3020] batch 3000 committed\n"
                "[3020] driver > drop 1 slices\n"
                "[3020] finished\n",
                "acked 1\n"
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "[2000] 0 partitions\n"
                "acked 2\n"
                "[3000] 1 partition\n"
                "{\"line\":\"b\"}\n");
}

/* What it stored before is lost with the job, which says why. */
static void a_receiver_fails(void **state)
{
    (void)state;
    play_expect("play.lines \"0 !up; 100 a; 200 !fatal\" | play.log", &plain,
                "[0] driver > receiver start input 0\n"
                "[0] worker > receiver input 0 connected\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[200] worker > receiver input 0 ended failed: org.example.play/lines: the line "
                "is cut for good\n"
                "[200] finished: org.example.play/lines: the line is cut for good\n",
                "acked 1\n");
}

/* Said once, and the end by --until is a failure of its own. */
static void an_unreachable_input(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_us = 1000000;
    play_expect("play.lines \"0 !down; 500 !down\" | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[0] worker > receiver input 0 waiting: nobody listens\n"
                "[1000] driver > commit output 0 batch 1000\n"
                "[1000] driver > receiver stop input 0\n"
                "[1000] worker > receiver input 0 ended\n"
                "[1010] worker > commit done output 0 batch 1000\n"
                "[1010] batch 1000 committed\n"
                "[1010] finished: input lines was never reached: nobody listens\n",
                "[1000] 0 partitions\n");
}

/* What was received is processed at once, not at the next tick. */
static void a_graceful_stop(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.stop_us = 1250000;
    play_expect("play.lines \"0 a; 1100 b; 1200 c\" | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > commit output 0 batch 1000\n"
                "[1020] worker > commit done output 0 batch 1000\n"
                "[1020] batch 1000 committed\n"
                "[1020] driver > drop 1 slices\n"
                "[1200] worker > block added input 0 number 1 rows 1\n"
                "[1250] stop\n"
                "[1250] driver > receiver stop input 0\n"
                "[1300] worker > block added input 0 number 2 rows 1\n"
                "[1300] worker > receiver input 0 ended\n"
                "[1300] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[1300] driver > task stage 0 batch 2000 partition 1 attempt 0\n"
                "[1310] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[1310] worker > task done stage 0 batch 2000 partition 1 attempt 0\n"
                "[1310] driver > commit output 0 batch 2000\n"
                "[1320] worker > commit done output 0 batch 2000\n"
                "[1320] batch 2000 committed\n"
                "[1320] driver > drop 1 slices\n"
                "[1320] finished\n",
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "acked 1\n"
                "acked 2\n"
                "acked 3\n"
                "[2000] 2 partitions\n"
                "{\"line\":\"b\"}\n"
                "{\"line\":\"c\"}\n");
}

/* The batch that reaches them is the last, and whole. */
static void until_records(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_records = 3;
    play_expect("play.lines \"0 a; 10 b; 1010 c; 1020 d; 2500 e\" | count | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 2\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[1020] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[1020] driver > commit output 0 batch 1000\n"
                "[1030] worker > commit done output 0 batch 1000\n"
                "[1030] batch 1000 committed\n"
                "[1030] driver > drop 2 slices\n"
                "[1200] worker > block added input 0 number 1 rows 2\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2000] driver > receiver stop input 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] driver > task stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] worker > task done stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] driver > commit output 0 batch 2000\n"
                "[2020] worker > receiver input 0 ended\n"
                "[2030] worker > commit done output 0 batch 2000\n"
                "[2030] batch 2000 committed\n"
                "[2030] driver > drop 2 slices\n"
                "[2030] finished\n",
                "acked 1\n"
                "acked 2\n"
                "[1000] 1 partition\n"
                "{\"count\":2}\n"
                "acked 3\n"
                "acked 4\n"
                "[2000] 1 partition\n"
                "{\"count\":2}\n");
}

static int set_up(void **state)
{
    (void)state;
    play_reset();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_task_is_retried, set_up),
        cmocka_unit_test_setup(a_task_fails, set_up),
        cmocka_unit_test_setup(a_receiver_is_restarted, set_up),
        cmocka_unit_test_setup(a_receiver_fails, set_up),
        cmocka_unit_test_setup(an_unreachable_input, set_up),
        cmocka_unit_test_setup(a_graceful_stop, set_up),
        cmocka_unit_test_setup(until_records, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
