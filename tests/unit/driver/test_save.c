/* SPDX-License-Identifier: Apache-2.0 */
/* A driver's record: another driver of the same plan goes on behind the newest committed batch. */
#include "driven.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void save(const struct driven *d, struct weir_text *to)
{
    weir_text_init(to);
    weir_driver_save(d->driver, to);
}

static int restore(struct driven *d, const struct weir_text *from, struct weir_error *err)
{
    struct weir_unpack in;
    weir_unpack_init(&in, (weir_bytes){(const uint8_t *)from->bytes, from->count}, err);
    return weir_driver_restore(d->driver, &in);
}

static void count_block(void *owner, struct weir_slice slice)
{
    (void)slice;
    (*(uint32_t *)owner)++;
}

static const char window[] = "play.lines \"\" | window 2s | play.log";

/* Received: one block committed and still in reach, one of a batch that runs, one that waits. */
static void received_blocks(void **state)
{
    (void)state;
    struct driven d;
    struct driven next;
    struct weir_text record;
    struct weir_error err = {0};
    uint32_t blocks = 0;
    driven_open(&d, window, NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_committed(&d, 0, 1000);
    driven_block(&d, 0, 1);
    driven_tick(&d, 2000);
    driven_block(&d, 0, 1);
    save(&d, &record);
    weir_driver_each_block(d.driver, count_block, &blocks);
    assert_int_equal(blocks, 3);
    driven_open(&next, window, NULL);
    assert_int_equal(restore(&next, &record, &err), WEIR_OK);
    next.next_block[0] = 3;
    next.now_ms = 2500;
    driven_start(&next);
    driven_expect(&next, "start 0\ntask 0.0@2000 < in0.0\ntask 0.1@2000 < in0.1\n");
    driven_done(&next, 0, 0, 2000);
    driven_done(&next, 0, 1, 2000);
    driven_committed(&next, 0, 2000);
    driven_tick(&next, 3000);
    driven_expect(&next, "commit 0@2000: 0.0 0.1\nbatch 2000\ndrop in0.0+1\n"
                         "task 0.0@3000 < in0.1\ntask 0.1@3000 < in0.2\n");
    weir_text_finish(&record);
    driven_close(&d);
    driven_close(&next);
}

/* A batch whose sources have not all answered is opened anew: they are asked from where they were.
 */
static void a_batch_that_asks(void **state)
{
    (void)state;
    struct driven d;
    struct driven next;
    struct weir_text record;
    struct weir_error err = {0};
    const char text[] = "a = play.feed \"\"\nplay.feed \"\" | union a | play.log";
    driven_open(&d, text, NULL);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_range(&d, 0, 1000, "p", "1", false);
    save(&d, &record);
    driven_open(&next, text, NULL);
    assert_int_equal(restore(&next, &record, &err), WEIR_OK);
    driven_start(&next);
    driven_tick(&next, 1000);
    driven_expect(&next, "ask 0@1000 from ''\nask 1@1000 from ''\n");
    weir_text_finish(&record);
    driven_close(&d);
    driven_close(&next);
}

/* What has failed for ever has failed in the next life too. */
static void failures(void **state)
{
    (void)state;
    struct driven d;
    struct driven next;
    struct weir_text record;
    struct weir_error err = {0};
    static const struct weir_driver_options going_on = {.batches_in_flight = 1,
                                                        .on_error = WEIR_ON_ERROR_CONTINUE};
    const char text[] = "play.lines \"\" | count_by_value_and_window length=2s slide=1s "
                        "partitions=1 | play.log";
    driven_open(&d, text, &going_on);
    driven_start(&d);
    driven_tick(&d, 1000);
    driven_failed(&d, 2, 0, 1000, 0, false);
    driven_expect(&d, "start 0\ntask 2.0@1000\nbatch 1000 failed in run: it went wrong\n");
    save(&d, &record);
    driven_open(&next, text, &going_on);
    assert_int_equal(restore(&next, &record, &err), WEIR_OK);
    driven_start(&next);
    driven_tick(&next, 2000);
    driven_expect(&next, "start 0\nbatch 2000 failed in run: it went wrong\n");
    weir_text_finish(&record);
    driven_close(&d);
    driven_close(&next);
}

/* Every cut and every wrong byte is a status: never a crash. */
static void damaged_records(void **state)
{
    (void)state;
    struct driven d;
    struct weir_text record;
    driven_open(&d, window, NULL);
    driven_start(&d);
    driven_block(&d, 0, 1);
    driven_tick(&d, 1000);
    driven_done(&d, 0, 0, 1000);
    driven_committed(&d, 0, 1000);
    save(&d, &record);
    for (size_t at = 0; at < record.count; at++) {
        struct weir_error err = {0};
        struct driven next;
        size_t count = record.count;
        driven_open(&next, window, NULL);
        record.count = at;
        assert_int_equal(restore(&next, &record, &err), WEIR_EDAMAGED);
        record.count = count;
        driven_close(&next);
        driven_open(&next, window, NULL);
        record.bytes[at] = (char)(record.bytes[at] ^ 0x41);
        (void)restore(&next, &record, &err);
        record.bytes[at] = (char)(record.bytes[at] ^ 0x41);
        driven_close(&next);
    }
    weir_text_finish(&record);
    driven_close(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(received_blocks),
        cmocka_unit_test(a_batch_that_asks),
        cmocka_unit_test(failures),
        cmocka_unit_test(damaged_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
