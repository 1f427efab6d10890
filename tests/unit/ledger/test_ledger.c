/* SPDX-License-Identifier: Apache-2.0 */
/* Which input belongs to which batch. The first test is the reference's block tracker: a batch
 * takes all that waits. */
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void add(struct weir_ledger *ledger, uint32_t input, uint32_t number)
{
    struct weir_ledger_block block = {number, number * 10, number * 100};
    weir_ledger_add_block(ledger, input, &block);
}

static void a_batch_takes_all_that_waits(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_create(2);
    add(ledger, 0, 1);
    add(ledger, 1, 7);
    add(ledger, 0, 2);
    assert_int_equal(weir_ledger_waiting_blocks(ledger), 3);
    assert_int_equal(weir_ledger_waiting_bytes(ledger), 1000);
    assert_int_equal(weir_ledger_waiting_rows(ledger), 100);
    struct weir_ledger_batch *first = weir_ledger_open(ledger, 1000);
    assert_int_equal(weir_ledger_waiting_blocks(ledger), 0);
    assert_int_equal(weir_ledger_waiting_bytes(ledger), 0);
    assert_int_equal(first->inputs[0].block_count, 2);
    assert_int_equal(first->inputs[0].blocks[0].number, 1);
    assert_int_equal(first->inputs[0].blocks[1].number, 2);
    assert_int_equal(first->inputs[0].records, 30);
    assert_int_equal(first->inputs[1].block_count, 1);
    add(ledger, 0, 3);
    struct weir_ledger_batch *second = weir_ledger_open(ledger, 2000);
    assert_int_equal(second->inputs[0].block_count, 1);
    assert_int_equal(second->inputs[1].block_count, 0);
    assert_int_equal(first->inputs[0].blocks[1].number, 2);
    weir_ledger_destroy(ledger);
}

static void ranges_are_copied(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_create(1);
    struct weir_ledger_batch *batch = weir_ledger_open(ledger, 5);
    uint8_t bytes[] = {1, 2, 3};
    weir_bytes parts[] = {{bytes, 2}, {bytes + 2, 1}};
    weir_ledger_set_range(batch, 0, parts, 2, (weir_bytes){bytes, 3}, 42);
    memset(bytes, 0, sizeof bytes);
    assert_int_equal(batch->inputs[0].part_count, 2);
    assert_int_equal(batch->inputs[0].parts[0].bytes[1], 2);
    assert_int_equal(batch->inputs[0].parts[1].bytes[0], 3);
    assert_int_equal(batch->inputs[0].to.count, 3);
    assert_int_equal(batch->inputs[0].records, 42);
    weir_ledger_destroy(ledger);
}

static void only_committed_batches_are_trimmed(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_create(1);
    for (int64_t t = 1; t <= 4; t++) {
        (void)weir_ledger_open(ledger, t * 1000);
    }
    weir_ledger_commit(ledger, 1000);
    weir_ledger_commit(ledger, 2000);
    weir_ledger_trim(ledger, 4000);
    assert_null(weir_ledger_batch(ledger, 1000));
    assert_null(weir_ledger_batch(ledger, 2000));
    assert_non_null(weir_ledger_batch(ledger, 3000));
    assert_int_equal(weir_ledger_batch(ledger, 3000)->state, WEIR_LEDGER_OPENED);
    assert_null(weir_ledger_batch(ledger, 3500));
    weir_ledger_destroy(ledger);
}

/* A queue: however long the job runs, it holds what is between the newest and the last trim. */
static void batches_come_and_go(void **state)
{
    (void)state;
    struct weir_ledger *ledger = weir_ledger_create(1);
    for (int64_t t = 1; t <= 10000; t++) {
        add(ledger, 0, (uint32_t)t);
        (void)weir_ledger_open(ledger, t);
        weir_ledger_commit(ledger, t);
        weir_ledger_trim(ledger, t - 6);
        assert_int_equal(weir_ledger_count(ledger), t < 7 ? t : 7);
    }
    assert_int_equal(weir_ledger_oldest(ledger)->batch_us, 9994);
    for (int64_t t = 9994; t <= 10000; t++) {
        assert_int_equal(weir_ledger_batch(ledger, t)->inputs[0].blocks[0].number, t);
    }
    weir_ledger_trim(ledger, 10001);
    assert_null(weir_ledger_oldest(ledger));
    assert_null(weir_ledger_batch(ledger, 10000));
    weir_ledger_destroy(ledger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_takes_all_that_waits),
        cmocka_unit_test(ranges_are_copied),
        cmocka_unit_test(only_committed_batches_are_trimmed),
        cmocka_unit_test(batches_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
