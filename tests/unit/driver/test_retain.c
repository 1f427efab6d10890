/* SPDX-License-Identifier: Apache-2.0 */
/* What is dropped and when: blocks go with the last batch that can reach them; the driver's own
 * memory does not grow with the life of the job. */
#include "driven.h"

#include "driver/private.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void received_blocks_of_one_batch(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "in = play.lines \"\"\nin | count | play.log\nin | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_done(&d, 0, 1, 1000);
    driven_done(&d, 1, 0, 1000);
    driven_done(&d, 2, 0, 1000);
    driven_done(&d, 2, 1, 1000);
    driven_committed(&d, 0, 1000);
    weir_text_finish(&d.said);
    driven_committed(&d, 1, 1000);
    driven_expect(&d, "batch 1000\ndrop 0.0+2x1@1000 in0.0+2\n");
    driven_close(&d);
}

/* A window of 3 s every second: the block of t is read at t, t + 1 and t + 2. */
static void a_window_over_received_blocks(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | window 3s | play.log", NULL);
    driven_start(&d);
    weir_text_finish(&d.said);
    for (int64_t t = 1000; t <= 4000; t += 1000) {
        if (t <= 2000) {
            driven_block(&d, 0, 1);
        }
        driven_tick(&d, t);
        for (uint32_t p = 0; p < (t == 2000 || t == 3000 ? 2 : 1); p++) {
            driven_done(&d, 0, p, t);
        }
        driven_committed(&d, 0, t);
    }
    driven_expect(&d, "task 0.0@1000 < in0.0\ncommit 0@1000: 0.0\nbatch 1000\n"
                      "task 0.0@2000 < in0.0\ntask 0.1@2000 < in0.1\ncommit 0@2000: 0.0 0.1\n"
                      "batch 2000\n"
                      "task 0.0@3000 < in0.0\ntask 0.1@3000 < in0.1\ncommit 0@3000: 0.0 0.1\n"
                      "batch 3000\ndrop in0.0+1\n"
                      "task 0.0@4000 < in0.1\ncommit 0@4000: 0.0\n"
                      "batch 4000\ndrop in0.1+1\n");
    driven_close(&d);
}

/* The same over a stage's blocks; what a stage left empty has nothing to drop. */
static void a_window_over_kept_blocks(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | filter play.is_word(line) | window 2s | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done_empty(&d, 0, 0, 1000);
    driven_done(&d, 0, 1, 1000);
    driven_done(&d, 1, 1, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 0.1@1000 < in0.1\n"
                      "task 1.1@1000 < 0.1\ncommit 0@1000: 1.1\nbatch 1000\n"
                      "drop in0.0+2\n"); /* nobody reads the input again */
    driven_tick(&d, 2000);
    driven_done(&d, 1, 1, 2000);
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "task 1.1@2000 < 0.1@1000\ncommit 0@2000: 1.1\n"
                      "batch 2000\ndrop 0.0+2x1@1000\n");
    driven_tick(&d, 3000);
    driven_committed(&d, 0, 3000);
    driven_expect(&d, "commit 0@3000:\nbatch 3000\n");
    driven_close(&d);
}

/* More batches in flight than the window is long: what an uncommitted one reads stays. */
static void batches_in_flight_keep_what_they_read(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "play.lines \"\" | window 2s | play.log", NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_tick(&d, 2000);
    driven_done(&d, 0, 0, 2000);
    driven_done(&d, 0, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_expect(&d, "start 0\ntask 0.0@1000 < in0.0\ntask 0.0@2000 < in0.0\n"
                      "commit 0@1000: 0.0\nbatch 1000\ncommit 0@2000: 0.0\n");
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "batch 2000\ndrop in0.0+1\n");
    driven_close(&d);
}

/* A partition number beyond one word of bits. */
static void many_partitions_are_kept(void **state)
{
    (void)state;
    struct driven d;
    char parts[400] = "";
    driven_open(&d, "play.feed \"\" | window 2s | play.log", NULL);
    for (int i = 0; i < 130; i++) {
        strcat(parts, i == 0 ? "p" : " p");
    }
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, parts, "1", false);
    for (uint32_t p = 0; p < 130; p++) {
        if (p == 3 || p == 129) {
            driven_done(&d, 0, p, 1000);
        } else {
            driven_done_empty(&d, 0, p, 1000);
        }
    }
    driven_done(&d, 1, 3, 1000);
    driven_done(&d, 1, 129, 1000);
    driven_committed(&d, 0, 1000);
    weir_text_finish(&d.said);
    driven_tick(&d, 2000);
    driven_range(&d, 0, 2000, "", "1", false);
    driven_expect(&d, "ask 0@2000 from '1'\n"
                      "task 1.3@2000 < 0.3@1000\ntask 1.129@2000 < 0.129@1000\n");
    driven_done(&d, 1, 3, 2000);
    driven_done(&d, 1, 129, 2000);
    driven_committed(&d, 0, 2000);
    driven_expect(&d, "commit 0@2000: 1.3 1.129\nbatch 2000\ndrop 0.0+130x1@1000\n");
    driven_close(&d);
}

/* A window of 600 blocks: 200 partitions of three blocks each, in the same order. */
static void a_long_window_has_several_blocks_a_partition(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "job j batch=1ms\nplay.lines \"\" | window 600ms, 600ms | play.log", NULL);
    d.is_quiet = true;
    driven_start(&d);
    driven_obey(&d);
    for (int64_t t = 1; t <= 600; t++) {
        driven_block(&d, 0, 1);
        driven_tick(&d, t);
    }
    uint32_t tasks = 0;
    uint32_t blocks = 0;
    for (struct weir_message *m = d.requested.first; m != NULL; m = m->next) {
        assert_int_equal(m->task.partition_count, 200);
        assert_int_equal(m->task.id.partition, tasks++);
        assert_int_equal(m->task.slice_count, 3);
        for (uint32_t i = 0; i < 3; i++) {
            assert_int_equal(m->task.slices[i].partition, blocks++);
        }
    }
    assert_int_equal(tasks, 200);
    driven_obey(&d);
    assert_int_equal(weir_driver_committed_us(d.driver), 600000);
    driven_close(&d);
}

/* ---- long lives ---- */
static void run_long(struct driven *d, int64_t batches)
{
    d->is_quiet = true;
    driven_start(d);
    driven_obey(d);
    for (int64_t t = 1; t <= batches; t++) {
        driven_block(d, 0, 1);
        driven_tick(d, t);
        driven_obey(d);
    }
    assert_int_equal(weir_driver_committed_us(d->driver), batches * 1000);
    assert_int_equal(d->driver->outstanding, 0);
    assert_int_equal(weir_driver_open_count(d->driver), 0);
    assert_true(d->driver->batch_capacity <= 16);
}

static void a_hundred_thousand_batches(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d, "job j batch=1ms\nplay.lines \"\" | count_by_value | play.log", NULL);
    run_long(&d, 100000);
    assert_int_equal(weir_ledger_count(d.driver->ledger), 0);
    driven_close(&d);
}

/* A window of 20 000 batches that slides as far: what is kept is one window, at two words each. */
static void a_hundred_thousand_batches_under_a_window(void **state)
{
    (void)state;
    struct driven d;
    driven_open(&d,
                "job j batch=1ms\nplay.lines \"\" | filter play.is_word(line) "
                "| window 20s, 20s | count | play.log",
                NULL);
    run_long(&d, 100000);
    const struct weir_kept *kept = &d.driver->stages[0].kept;
    assert_int_equal(kept->end - kept->first, 19999);
    assert_true(kept->capacity <= 65536);
    assert_int_equal(weir_ledger_count(d.driver->ledger), 0);
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(received_blocks_of_one_batch),
        cmocka_unit_test(a_window_over_received_blocks),
        cmocka_unit_test(a_window_over_kept_blocks),
        cmocka_unit_test(batches_in_flight_keep_what_they_read),
        cmocka_unit_test(many_partitions_are_kept),
        cmocka_unit_test(a_long_window_has_several_blocks_a_partition),
        cmocka_unit_test(a_hundred_thousand_batches),
        cmocka_unit_test(a_hundred_thousand_batches_under_a_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
