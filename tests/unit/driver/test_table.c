/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: read before the first batch, again when due, shared by the batches of their time. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A stream joined with a table of 2 parts, read again every 3 s. Stages: 0 the stream's map side, 1
 * the table's, 2 the join. */
static void open_join(struct driven *d)
{
    static const uint32_t operands[] = {1, 3}, joined[] = {4};
    const struct weir_node drafts[] = {
        {.verb = WEIR_VERB_JOIN, .inputs = operands, .input_count = 2},
        {.verb = WEIR_VERB_SINK, .inputs = joined, .input_count = 1},
    };
    driven_open_nodes(d,
                      "job j partitions=1\n"
                      "a = play.lines \"\" | map key = line, value = 1\n"
                      "b = play.list \"\" | map key = line, value = 2\n"
                      "a | play.log\nb | play.log",
                      2, drafts, 2, NULL);
}

static void one_batch(struct driven *d, int64_t ms)
{
    driven_block(d, 0, 1);
    driven_tick(d, ms);
    driven_done(d, 0, 0, ms);
    driven_done(d, 2, 0, ms);
    driven_committed(d, 0, ms);
}

static void batches_wait_for_the_table(void **state)
{
    (void)state;
    struct driven d;
    open_join(&d);
    driven_start(&d);
    driven_expect(&d, "start 0\nask 1@0 from ''\n");
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_range(&d, 1, 0, "x", "1", false);
    driven_expect(&d, "ask 1@0 from '1'\n");
    driven_range(&d, 1, 0, "y", "2", true);
    driven_expect(&d, "task 1.0@0 < 'x'\ntask 1.1@0 < 'y'\n");
    driven_done(&d, 1, 0, 0);
    driven_expect(&d, "");
    driven_done(&d, 1, 1, 0);
    driven_expect(&d, "task 0.0@1000 < in0.0\n");
    driven_done(&d, 0, 0, 1000);
    driven_expect(&d, "task 2.0@1000 < 0.0 1:1.0@0 1:1.1@0\n");
    driven_done(&d, 2, 0, 1000);
    driven_committed(&d, 0, 1000); /* the table's blocks stay */
    driven_expect(&d, "commit 0@1000: 2.0\nbatch 1000\ndrop 0.0+1x1@1000 in0.0+1\n");
    driven_close(&d);
}

/* The batch at 3 s reads a new version; the one before it, which still runs, the old. */
static void a_table_is_read_again(void **state)
{
    (void)state;
    struct driven d;
    open_join(&d);
    driven_start(&d);
    driven_range(&d, 1, 0, "x", "1", true);
    driven_done(&d, 1, 0, 0);
    one_batch(&d, 1000);
    weir_text_finish(&d.said);
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_block(&d, 0, 1);
    driven_tick(&d, 3000);
    driven_expect(&d, "task 0.0@2000 < in0.1\nask 1@3000 from ''\n");
    driven_range(&d, 1, 3000, "z", "1", true);
    driven_done(&d, 1, 0, 3000);
    driven_expect(&d, "task 1.0@3000 < 'z'\ntask 0.0@3000 < in0.2\n");
    driven_done(&d, 0, 0, 2000);
    driven_done(&d, 0, 0, 3000);
    driven_expect(&d, "task 2.0@2000 < 0.0 1:1.0@0\ntask 2.0@3000 < 0.0 1:1.0\n");
    driven_done(&d, 2, 0, 2000);
    driven_committed(&d, 0, 2000); /* nobody reads the first version any more */
    driven_expect(&d, "commit 0@2000: 2.0\nbatch 2000\n"
                      "drop 0.0+1x1@2000 in0.1+1 1.0+1x1@0\n");
    driven_close(&d);
}

static void a_table_that_cannot_be_read(void **state)
{
    (void)state;
    struct driven d;
    open_join(&d);
    driven_start(&d);
    driven_refuse_range(&d, 1, 0, true);
    driven_pause(&d);
    driven_expect(&d, "start 0\nask 1@0 from ''\nask 1@0 from ''\n");
    driven_range(&d, 1, 0, "x", "1", true);
    driven_failed(&d, 1, 0, 0, 0, false);
    driven_expect(&d, "task 1.0@0 < 'x'\nstop 0\n");
    driven_state(&d, 0, WEIR_RECEIVER_ENDED, WEIR_OK, "");
    driven_expect(&d, "drop 1.0+1x1@0\nfinished: it went wrong\n");
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_wait_for_the_table),
        cmocka_unit_test(a_table_is_read_again),
        cmocka_unit_test(a_table_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
