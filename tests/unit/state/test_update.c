/* SPDX-License-Identifier: Apache-2.0 */
/* update_state_by_key: every key in every batch, values in order, drops, moves, initial states. */
#include "world.h"

#include <string.h>

#define STATE(key, sum, last, values)                                                              \
    "{\"key\":\"" key "\",\"value\":{\"sum\":" #sum ",\"last\":\"" last "\",\"values\":[" values   \
    "]}}\n"

static void test_every_key_every_batch(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&world);
    assert_string_equal(world_run(&world, 1, "b 1,a 2,b 3,b 4,a-key-of-many-bytes 5"),
                        STATE("a", 2, "a", "2")
                            STATE("a-key-of-many-bytes", 5, "a-key-of-many-bytes", "5")
                                STATE("b", 8, "b", "1,3,4"));
    assert_string_equal(world_run(&world, 2, "a -2,c 0,b 1"),
                        STATE("a-key-of-many-bytes", 5, "a-key-of-many-bytes", "5")
                            STATE("b", 9, "b", "1,3,4,1"));
    assert_string_equal(world_run(&world, 3, ""),
                        STATE("a-key-of-many-bytes", 5, "a-key-of-many-bytes", "5")
                            STATE("b", 9, "b", "1,3,4,1"));
    const char *error = world_run(&world, 4, "b 4");
    assert_non_null(strstr(error, "13 is no sum"));
    assert_non_null(strstr(error, "{\"key\":\"b\"}"));
    assert_string_equal(world_run(&world, 4, "b 5,a-key-of-many-bytes -5"),
                        STATE("b", 14, "b", "1,3,4,1,5"));
    world_close(&world);
}

static void test_initial_states(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&world);
    world_begin(&world, 1);
    assert_int_equal(world_push_initial(&world, "a 10,b 20"), WEIR_OK);
    assert_int_equal(world_push(&world, 0, "a 1,c 3"), WEIR_OK);
    assert_string_equal(world_end(&world),
                        STATE("a", 11, "a", "1") STATE("b", 20, "initial state", "")
                            STATE("c", 3, "c", "3"));
    world_close(&world);
}

static void test_moves(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_UPDATE_STATE_BY_KEY, "move");
    world_open(&world);
    (void)world_run(&world, 1, "a 1,b 2,c 3");
    assert_string_equal(world_run(&world, 2, "a -5,c 1"),
                        STATE("b", 2, "b", "") STATE("c", 4, "c", "")
                            STATE("moved to a rather long key", -4, "a", ""));
    /* it moves to itself, and b's later move replaces that */
    assert_string_equal(world_run(&world, 3, "b -9"),
                        STATE("c", 4, "c", "") STATE("moved to a rather long key", -4,
                                                     "moved to a rather long key", ""));
    assert_string_equal(world_run(&world, 3, "c -9,b -4"),
                        STATE("moved to a rather long key", -4, "moved to a rather long key", ""));
    weir_state_table_commit(&world.table);
    assert_int_equal(world.table.live_count, 1);
    world_close(&world);
}

/* A key that no chunk could hold is refused; what was there before goes on. */
static void test_a_key_has_a_limit(void **unused)
{
    (void)unused;
    struct world world;
    struct weir_text row;
    weir_text_init(&row);
    weir_text_put(&row, "a 1,");
    for (uint32_t i = 0; i <= WEIR_STATE_KEY_BYTES_MAX / 8; i++) {
        weir_text_put(&row, "12345678");
    }
    weir_text_put(&row, " 1");
    world_init(&world, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&world);
    (void)world_run(&world, 1, "a 1");
    assert_non_null(strstr(world_run(&world, 2, row.bytes), "a key longer than 1048575 bytes"));
    assert_string_equal(world_run(&world, 2, "a 2"), STATE("a", 3, "a", "1,2"));
    world_close(&world);
    weir_text_finish(&row);
}

static void test_many_keys(void **unused)
{
    (void)unused;
    struct world world;
    struct weir_text rows;
    weir_text_init(&rows);
    world_init(&world, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&world);
    for (int64_t second = 1; second <= 6; second++) {
        rows.count = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            weir_text_printf(&rows, "%s%u 20,", i % 2 == 0 ? "k" : "a-rather-long-key-",
                             (uint32_t)second * 500 + i);
        }
        uint32_t lines = 0;
        for (const char *at = world_run(&world, second, rows.bytes);
             (at = strchr(at, '\n')) != NULL; at++) {
            lines++;
        }
        assert_int_equal(lines, 500 + 500 * second);
    }
    weir_text_finish(&rows);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_key_every_batch),
        cmocka_unit_test(test_initial_states),
        cmocka_unit_test(test_moves),
        cmocka_unit_test(test_a_key_has_a_limit),
        cmocka_unit_test(test_many_keys),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
