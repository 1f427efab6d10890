/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a batch in virtual time, message by message. The traces are to be read: each says
 * what driver and worker tell each other, and when; below it, what the outputs got and what inputs
 * were told. A task, a question, a commit take 10 ms each. */
#include "play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct play_options plain = {.sim = {.work_us_min = 10000, .work_us_max = 10000}};
static const struct play_options slow = {.sim = {.work_us_min = 1200000, .work_us_max = 1200000}};

/* Batches run back to back, two at a time; the second's range is asked for while the first runs. */
static void a_finite_job(void **state)
{
    (void)state;
    play_expect("play.list \"a b|b / c\" | flat_map word = play.words(line) | count_by_value "
                "partitions=1 | play.log",
                &plain,
                "[0] driver > source next input 0 batch 1000\n"
                "[10] worker > source range input 0 batch 1000 parts 2\n"
                "[10] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[10] driver > task stage 0 batch 1000 partition 1 attempt 0\n"
                "[10] driver > source next input 0 batch 2000\n"
                "[20] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[20] worker > task done stage 0 batch 1000 partition 1 attempt 0\n"
                "[20] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[30] worker > source range input 0 batch 2000 parts 1, the last\n"
                "[30] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[30] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[30] driver > commit output 0 batch 1000\n"
                "[40] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[40] driver > task stage 1 batch 2000 partition 0 attempt 0\n"
                "[40] worker > commit done output 0 batch 1000\n"
                "[40] batch 1000 committed\n"
                "[40] driver > committed to input 0 batch 1000\n"
                "[40] driver > drop 1 slices\n"
                "[50] worker > task done stage 1 batch 2000 partition 0 attempt 0\n"
                "[50] driver > commit output 0 batch 2000\n"
                "[50] worker > committed to done input 0 batch 1000\n"
                "[60] worker > commit done output 0 batch 2000\n"
                "[60] batch 2000 committed\n"
                "[60] driver > committed to input 0 batch 2000\n"
                "[60] driver > drop 1 slices\n"
                "[70] worker > committed to done input 0 batch 2000\n"
                "[70] finished\n",
                "[1000] 1 partition\n"
                "{\"word\":\"a\",\"count\":1}\n"
                "{\"word\":\"b\",\"count\":2}\n"
                "told 7\n"
                "[2000] 1 partition\n"
                "{\"word\":\"c\",\"count\":1}\n"
                "told 9\n");
}

/* One batch, in which a count of nothing is 0. */
static void an_empty_finite_job(void **state)
{
    (void)state;
    play_expect("play.list \"\" | count | play.log", &plain,
                "[0] driver > source next input 0 batch 1000\n"
                "[10] worker > source range input 0 batch 1000 parts 0, the last\n"
                "[10] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[20] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[20] driver > commit output 0 batch 1000\n"
                "[30] worker > commit done output 0 batch 1000\n"
                "[30] batch 1000 committed\n"
                "[30] driver > committed to input 0 batch 1000\n"
                "[40] worker > committed to done input 0 batch 1000\n"
                "[40] finished\n",
                "[1000] 1 partition\n"
                "{\"count\":0}\n"
                "told 0\n");
}

/* Blocks every 200 ms belong to the batch that opens next. */
static void a_receivers_job(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_eof = true;
    play_expect("play.lines \"0 !up; 50 a b; 250 b; 1300 c; 1350 !end\" | flat_map word = "
                "play.words(line) | count_by_value partitions=1 | play.log",
                &options,
                "[0] driver > receiver start input 0\n"
                "[0] worker > receiver input 0 connected\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[400] worker > block added input 0 number 1 rows 1\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1000] driver > task stage 0 batch 1000 partition 1 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 1 attempt 0\n"
                "[1010] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[1020] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[1020] driver > commit output 0 batch 1000\n"
                "[1030] worker > commit done output 0 batch 1000\n"
                "[1030] batch 1000 committed\n"
                "[1030] driver > drop 2 slices\n"
                "[1350] worker > block added input 0 number 2 rows 1\n"
                "[1350] worker > receiver input 0 ended\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] driver > task stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] worker > task done stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] driver > commit output 0 batch 2000\n"
                "[2030] worker > commit done output 0 batch 2000\n"
                "[2030] batch 2000 committed\n"
                "[2030] driver > drop 2 slices\n"
                "[2030] finished\n",
                "acked 1\n"
                "[1000] 1 partition\n"
                "{\"word\":\"a\",\"count\":1}\n"
                "{\"word\":\"b\",\"count\":2}\n"
                "acked 2\n"
                "acked 3\n"
                "[2000] 1 partition\n"
                "{\"word\":\"c\",\"count\":1}\n");
}

/* The batch of 1 s runs all the same. */
static void a_receiver_that_ends_without_data(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_eof = true;
    play_expect("play.lines \"0 !up; 10 !end\" | count | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[0] worker > receiver input 0 connected\n"
                "[10] worker > receiver input 0 ended\n"
                "[1000] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > commit output 0 batch 1000\n"
                "[1020] worker > commit done output 0 batch 1000\n"
                "[1020] batch 1000 committed\n"
                "[1020] finished\n",
                "[1000] 1 partition\n"
                "{\"count\":0}\n");
}

/* What came in the first second is read again in the second; its block goes with the last window
 * that reaches it. */
static void a_window_job(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_eof = true;
    play_expect("play.lines \"0 a; 1100 b; 2100 !end\" | window 2s | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > commit output 0 batch 1000\n"
                "[1020] worker > commit done output 0 batch 1000\n"
                "[1020] batch 1000 committed\n"
                "[1200] worker > block added input 0 number 1 rows 1\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2000] driver > task stage 0 batch 2000 partition 1 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 1 attempt 0\n"
                "[2010] driver > commit output 0 batch 2000\n"
                "[2020] worker > commit done output 0 batch 2000\n"
                "[2020] batch 2000 committed\n"
                "[2020] driver > drop 1 slices\n"
                "[2100] worker > receiver input 0 ended\n"
                "[2100] finished\n",
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "acked 1\n"
                "[2000] 2 partitions\n"
                "{\"line\":\"a\"}\n"
                "{\"line\":\"b\"}\n"
                "acked 2\n");
}

/* Only every second batch has an output; the others are committed as they open. */
static void a_window_that_slides(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_us = 4000000;
    play_expect("play.lines \"0 a; 1100 b; 2100 c\" | window 2s, 2s | count | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[1000] batch 1000 committed\n"
                "[1200] worker > block added input 0 number 1 rows 1\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2000] driver > task stage 0 batch 2000 partition 1 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] worker > task done stage 0 batch 2000 partition 1 attempt 0\n"
                "[2010] driver > task stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] worker > task done stage 1 batch 2000 partition 0 attempt 0\n"
                "[2020] driver > commit output 0 batch 2000\n"
                "[2030] worker > commit done output 0 batch 2000\n"
                "[2030] batch 2000 committed\n"
                "[2030] driver > drop 2 slices\n"
                "[2200] worker > block added input 0 number 2 rows 1\n"
                "[3000] batch 3000 committed\n"
                "[3000] driver > drop 1 slices\n"
                "[4000] driver > task stage 0 batch 4000 partition 0 attempt 0\n"
                "[4000] driver > receiver stop input 0\n"
                "[4000] worker > receiver input 0 ended\n"
                "[4010] worker > task done stage 0 batch 4000 partition 0 attempt 0\n"
                "[4010] driver > task stage 1 batch 4000 partition 0 attempt 0\n"
                "[4020] worker > task done stage 1 batch 4000 partition 0 attempt 0\n"
                "[4020] driver > commit output 0 batch 4000\n"
                "[4030] worker > commit done output 0 batch 4000\n"
                "[4030] batch 4000 committed\n"
                "[4030] driver > drop 2 slices\n"
                "[4030] finished\n",
                "acked 1\n"
                "[2000] 1 partition\n"
                "{\"count\":2}\n"
                "acked 2\n"
                "acked 3\n"
                "[4000] 1 partition\n"
                "{\"count\":1}\n");
}

/* Of a receiver and a source, which is asked at every tick until it is at its end. */
static void a_union(void **state)
{
    (void)state;
    struct play_options options = plain;
    options.driver.until_eof = true;
    play_expect("a = play.list \"x / y\"\n"
                "play.lines \"0 a; 1100 b; 1200 !end\" | union a | play.log",
                &options,
                "[0] driver > receiver start input 1\n"
                "[200] worker > block added input 1 number 0 rows 1\n"
                "[1000] driver > source next input 0 batch 1000\n"
                "[1010] worker > source range input 0 batch 1000 parts 1\n"
                "[1010] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1010] driver > task stage 0 batch 1000 partition 1 attempt 0\n"
                "[1020] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[1020] worker > task done stage 0 batch 1000 partition 1 attempt 0\n"
                "[1020] driver > commit output 0 batch 1000\n"
                "[1030] worker > commit done output 0 batch 1000\n"
                "[1030] batch 1000 committed\n"
                "[1030] driver > committed to input 0 batch 1000\n"
                "[1030] driver > drop 1 slices\n"
                "[1040] worker > committed to done input 0 batch 1000\n"
                "[1200] worker > block added input 1 number 1 rows 1\n"
                "[1200] worker > receiver input 1 ended\n"
                "[2000] driver > source next input 0 batch 2000\n"
                "[2010] worker > source range input 0 batch 2000 parts 1, the last\n"
                "[2010] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2010] driver > task stage 0 batch 2000 partition 1 attempt 0\n"
                "[2020] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[2020] worker > task done stage 0 batch 2000 partition 1 attempt 0\n"
                "[2020] driver > commit output 0 batch 2000\n"
                "[2030] worker > commit done output 0 batch 2000\n"
                "[2030] batch 2000 committed\n"
                "[2030] driver > committed to input 0 batch 2000\n"
                "[2030] driver > drop 1 slices\n"
                "[2040] worker > committed to done input 0 batch 2000\n"
                "[2040] finished\n",
                "[1000] 2 partitions\n"
                "{\"line\":\"a\"}\n"
                "{\"line\":\"x\"}\n"
                "told 3\n"
                "acked 1\n"
                "acked 2\n"
                "[2000] 2 partitions\n"
                "{\"line\":\"b\"}\n"
                "{\"line\":\"y\"}\n"
                "told 5\n");
}

/* It is computed once; outputs are committed in the order declared. */
static void a_named_stream_feeds_two(void **state)
{
    (void)state;
    play_expect("words = play.list \"a b\" | flat_map word = play.words(line)\n"
                "words | count | play.log as total\n"
                "words | play.log as all",
                &plain,
                "[0] driver > source next input 0 batch 1000\n"
                "[10] worker > source range input 0 batch 1000 parts 1, the last\n"
                "[10] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[20] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[20] driver > task stage 1 batch 1000 partition 0 attempt 0\n"
                "[20] driver > task stage 3 batch 1000 partition 0 attempt 0\n"
                "[30] worker > task done stage 1 batch 1000 partition 0 attempt 0\n"
                "[30] driver > task stage 2 batch 1000 partition 0 attempt 0\n"
                "[30] worker > task done stage 3 batch 1000 partition 0 attempt 0\n"
                "[40] worker > task done stage 2 batch 1000 partition 0 attempt 0\n"
                "[40] driver > commit output 0 batch 1000\n"
                "[50] worker > commit done output 0 batch 1000\n"
                "[50] driver > commit output 1 batch 1000\n"
                "[60] worker > commit done output 1 batch 1000\n"
                "[60] batch 1000 committed\n"
                "[60] driver > committed to input 0 batch 1000\n"
                "[60] driver > drop 2 slices\n"
                "[70] worker > committed to done input 0 batch 1000\n"
                "[70] finished\n",
                "[1000] 1 partition\n"
                "{\"count\":2}\n"
                "[1000] 1 partition\n"
                "{\"word\":\"a\"}\n"
                "{\"word\":\"b\"}\n"
                "told 3\n");
}

/* It is asked again after 10 ms; no batch passes meanwhile. */
static void a_source_that_has_nothing_yet(void **state)
{
    (void)state;
    play_expect("play.list \"a / - / b\" | play.log", &plain,
                "[0] driver > source next input 0 batch 1000\n"
                "[10] worker > source range input 0 batch 1000 parts 1\n"
                "[10] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[10] driver > source next input 0 batch 2000\n"
                "[20] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[20] driver > commit output 0 batch 1000\n"
                "[20] worker > source range input 0 batch 2000 parts 0\n"
                "[30] driver > source next input 0 batch 2000\n"
                "[30] worker > commit done output 0 batch 1000\n"
                "[30] batch 1000 committed\n"
                "[30] driver > committed to input 0 batch 1000\n"
                "[40] worker > source range input 0 batch 2000 parts 1, the last\n"
                "[40] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[50] worker > committed to done input 0 batch 1000\n"
                "[50] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[50] driver > commit output 0 batch 2000\n"
                "[60] worker > commit done output 0 batch 2000\n"
                "[60] batch 2000 committed\n"
                "[60] driver > committed to input 0 batch 2000\n"
                "[70] worker > committed to done input 0 batch 2000\n"
                "[70] finished\n",
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "told 3\n"
                "[2000] 1 partition\n"
                "{\"line\":\"b\"}\n"
                "told 9\n");
}

/* Three ticks pass while tasks take 1.2 s: none is merged, two batches run at a time. */
static void a_slow_batch(void **state)
{
    (void)state;
    struct play_options options = slow;
    options.driver.until_eof = true;
    play_expect("play.lines \"0 a; 1100 b; 2100 c; 3100 !end\" | play.log", &options,
                "[0] driver > receiver start input 0\n"
                "[200] worker > block added input 0 number 0 rows 1\n"
                "[1000] driver > task stage 0 batch 1000 partition 0 attempt 0\n"
                "[1200] worker > block added input 0 number 1 rows 1\n"
                "[2000] driver > task stage 0 batch 2000 partition 0 attempt 0\n"
                "[2200] worker > task done stage 0 batch 1000 partition 0 attempt 0\n"
                "[2200] driver > commit output 0 batch 1000\n"
                "[2200] worker > block added input 0 number 2 rows 1\n"
                "[3100] worker > receiver input 0 ended\n"
                "[3200] worker > task done stage 0 batch 2000 partition 0 attempt 0\n"
                "[3400] worker > commit done output 0 batch 1000\n"
                "[3400] batch 1000 committed\n"
                "[3400] driver > drop 1 slices\n"
                "[3400] driver > commit output 0 batch 2000\n"
                "[3400] driver > task stage 0 batch 3000 partition 0 attempt 0\n"
                "[4600] worker > commit done output 0 batch 2000\n"
                "[4600] batch 2000 committed\n"
                "[4600] driver > drop 1 slices\n"
                "[4600] worker > task done stage 0 batch 3000 partition 0 attempt 0\n"
                "[4600] driver > commit output 0 batch 3000\n"
                "[5800] worker > commit done output 0 batch 3000\n"
                "[5800] batch 3000 committed\n"
                "[5800] driver > drop 1 slices\n"
                "[5800] finished\n",
                "acked 1\n"
                "acked 2\n"
                "[1000] 1 partition\n"
                "{\"line\":\"a\"}\n"
                "acked 3\n"
                "[2000] 1 partition\n"
                "{\"line\":\"b\"}\n"
                "[3000] 1 partition\n"
                "{\"line\":\"c\"}\n");
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
        cmocka_unit_test_setup(a_finite_job, set_up),
        cmocka_unit_test_setup(an_empty_finite_job, set_up),
        cmocka_unit_test_setup(a_receivers_job, set_up),
        cmocka_unit_test_setup(a_receiver_that_ends_without_data, set_up),
        cmocka_unit_test_setup(a_window_job, set_up),
        cmocka_unit_test_setup(a_window_that_slides, set_up),
        cmocka_unit_test_setup(a_union, set_up),
        cmocka_unit_test_setup(a_named_stream_feeds_two, set_up),
        cmocka_unit_test_setup(a_source_that_has_nothing_yet, set_up),
        cmocka_unit_test_setup(a_slow_batch, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
