/* SPDX-License-Identifier: Apache-2.0 */
/* map_with_state: keep, leave, remove, time out; failures undo the batch; initial states. */
#include "world.h"

#include <string.h>

static void test_keep_leave_remove(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world_open(&world);
    assert_string_equal(world_run(&world, 1, "a 5,b 0,a 0,a 2,a 0"),
                        "{\"key\":\"a\",\"what\":\"is there\",\"sum\":5}\n"
                        "{\"key\":\"a\",\"what\":\"is there\",\"sum\":7}\n"
                        "{\"key\":\"b\",\"what\":\"is not there\",\"sum\":0}\n");
    assert_int_equal(world.table.live_count, 1);
    world_close(&world);
}

static void test_removed_in_a_batch(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world_open(&world);
    (void)world_run(&world, 1, "a 5,a-key-longer-than-12-bytes 7");
    assert_int_equal(world.table.live_count, 2);
    assert_string_equal(
        world_run(&world, 2, "a -1,a 3,a-key-longer-than-12-bytes -1"),
        "{\"key\":\"a\",\"what\":\"removed\",\"sum\":5}\n"
        "{\"key\":\"a-key-longer-than-12-bytes\",\"what\":\"removed\",\"sum\":7}\n");
    assert_int_equal(world.table.live_count, 1);
    assert_string_equal(world_run(&world, 3, "a 0,a-key-longer-than-12-bytes 0"),
                        "{\"key\":\"a\",\"what\":\"is there\",\"sum\":3}\n"
                        "{\"key\":\"a-key-longer-than-12-bytes\",\"what\":\"is not there\","
                        "\"sum\":0}\n");
    world_close(&world);
}

static void test_timeouts(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world.nodes[1].timeout_us = 2000000;
    world_open(&world);
    assert_string_equal(world_run(&world, 1, "a 1,b-with-a-long-name 1,c 1"), "");
    assert_string_equal(world_run(&world, 2, "a 1"), "");
    assert_string_equal(world_run(&world, 3, "c 99"), ""); /* a look is a touch; b: just not yet */
    assert_string_equal(world_run(&world, 4, ""),
                        "{\"key\":\"b-with-a-long-name\",\"what\":\"timed out\",\"sum\":1}\n");
    assert_string_equal(world_run(&world, 5, "a -1"),
                        "{\"key\":\"a\",\"what\":\"removed\",\"sum\":2}\n");
    assert_string_equal(world_run(&world, 6, ""),
                        "{\"key\":\"c\",\"what\":\"timed out\",\"sum\":1}\n");
    assert_int_equal(world.table.live_count, 0);
    assert_string_equal(world_run(&world, 7, "b-with-a-long-name 0"),
                        "{\"key\":\"b-with-a-long-name\",\"what\":\"is not there\",\"sum\":0}\n");
    world_close(&world);
}

static void test_a_failure_undoes(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world_open(&world);
    (void)world_run(&world, 1, "a 1,b 2");
    const char *error = world_run(&world, 2, "a 5,c 7,b -1,b 13");
    assert_non_null(strstr(error, "org.example.states/follow: 13 is no value"));
    assert_non_null(strstr(error, "batch 2000 ms"));
    assert_non_null(strstr(error, "{\"key\":\"b\",\"value\":13}"));
    assert_string_equal(world_run(&world, 2, "a 0,b 0,c 0"),
                        "{\"key\":\"a\",\"what\":\"is there\",\"sum\":1}\n"
                        "{\"key\":\"b\",\"what\":\"is there\",\"sum\":2}\n"
                        "{\"key\":\"c\",\"what\":\"is not there\",\"sum\":0}\n");
    world_close(&world);
}

static void test_a_retry_begins_anew(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world_open(&world);
    for (int attempt = 0; attempt < 3; attempt++) { /* it succeeded, but its reply was lost */
        assert_string_equal(world_run(&world, 1, "a 1,a 0,b 2"),
                            "{\"key\":\"a\",\"what\":\"is there\",\"sum\":1}\n");
    }
    assert_int_equal(world.table.live_count, 2);
    assert_string_equal(world_run(&world, 2, "a 1,a 0"),
                        "{\"key\":\"a\",\"what\":\"is there\",\"sum\":2}\n");
    world_close(&world);
}

static void test_no_update_while_timing_out(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "stubborn");
    world.nodes[1].timeout_us = 1000000;
    world_open(&world);
    (void)world_run(&world, 1, "a 1");
    const char *error = world_run(&world, 3, "");
    assert_non_null(strstr(error, "Cannot update the state that is timing out"));
    assert_non_null(strstr(error, "{\"key\":\"a\"}"));
    world_close(&world);
}

static void test_initial_states(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world.nodes[1].timeout_us = 2000000;
    world_open(&world);
    world_begin(&world, 1);
    assert_int_equal(world_push_initial(&world, "a 10,b 20,b 21"), WEIR_OK);
    assert_int_equal(world_push(&world, 0, "a 1,a 0"), WEIR_OK);
    assert_string_equal(world_end(&world), "{\"key\":\"a\",\"what\":\"is there\",\"sum\":11}\n");
    world_begin(&world, 2);
    assert_int_equal(world_push_initial(&world, "z 10"), WEIR_OK); /* too late */
    assert_int_equal(world_push(&world, 0, "z 0"), WEIR_OK);
    assert_string_equal(world_end(&world), "{\"key\":\"z\",\"what\":\"is not there\",\"sum\":0}\n");
    assert_string_equal(world_run(&world, 4, ""),
                        "{\"key\":\"a\",\"what\":\"timed out\",\"sum\":11}\n"
                        "{\"key\":\"b\",\"what\":\"timed out\",\"sum\":21}\n");
    world_close(&world);
}

/* Trackers take no null: its state times out without them, and the others with what is theirs. */
static void test_initial_state_of_null(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world.nodes[1].timeout_us = 2000000;
    world_open(&world);
    world_begin(&world, 1);
    assert_int_equal(world_push_initial(&world, "a 10, 20,b 30"), WEIR_OK);
    (void)world_end(&world);
    assert_int_equal(world.table.live_count, 3);
    assert_string_equal(world_run(&world, 4, ""),
                        "{\"key\":\"a\",\"what\":\"timed out\",\"sum\":10}\n"
                        "{\"key\":\"b\",\"what\":\"timed out\",\"sum\":30}\n");
    assert_int_equal(world.table.live_count, 0);
    world_begin(&world, 5);
    assert_string_equal(world_end(&world), "");
    world_close(&world);
}

static void test_many_keys(void **unused)
{
    (void)unused;
    struct world world;
    struct weir_text rows;
    weir_text_init(&rows);
    world_init(&world, WEIR_VERB_MAP_WITH_STATE, "follow");
    world.nodes[1].timeout_us = 3000000;
    world_open(&world);
    for (int64_t second = 1; second <= 30; second++) {
        rows.count = 0;
        for (uint32_t i = 0; i < 500; i++) {
            weir_text_printf(&rows, "%s%u 1,", i % 2 == 0 ? "k" : "a-rather-long-key-",
                             (uint32_t)second * 250 + i);
        }
        const char *out = world_run(&world, second, rows.bytes);
        uint32_t lines = 0;
        for (const char *at = out; (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        assert_int_equal(lines, second <= 4 ? 0 : 250);
    }
    assert_int_equal(world.table.live_count, 250 * 5); /* of the last five ranges */
    assert_true(world.table.used < 2500);              /* numbers are used again */
    weir_text_finish(&rows);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keep_leave_remove),
        cmocka_unit_test(test_removed_in_a_batch),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_a_failure_undoes),
        cmocka_unit_test(test_a_retry_begins_anew),
        cmocka_unit_test(test_no_update_while_timing_out),
        cmocka_unit_test(test_initial_states),
        cmocka_unit_test(test_initial_state_of_null),
        cmocka_unit_test(test_many_keys),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
