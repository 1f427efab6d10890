/* SPDX-License-Identifier: Apache-2.0 */
/* States to bytes and back: what goes on from a restored state goes on as if nothing had happened.
 */
#include "world.h"

#include <string.h>

static void save(struct world *world, int64_t as_of_us, struct weir_text *to)
{
    struct weir_error err;
    int status =
        weir_state_save(&world->graph, &world->nodes[1], &world->table, as_of_us, to, &err);
    assert_int_equal(status, WEIR_OK);
}

static int restore(struct world *world, const struct weir_text *from, struct weir_error *err)
{
    struct weir_unpack in;
    weir_unpack_init(&in, (weir_bytes){(const uint8_t *)from->bytes, from->count}, err);
    return weir_state_restore(&world->graph, &world->nodes[1], 42, &world->table, &in);
}

/* The world's state in bytes, and restored into the other one. */
static void hand_over(struct world *from, int64_t as_of_us, struct world *to)
{
    struct weir_text bytes;
    struct weir_error err;
    weir_text_init(&bytes);
    save(from, as_of_us, &bytes);
    if (restore(to, &bytes, &err) != WEIR_OK) {
        fail_msg("%s", err.text);
    }
    weir_text_finish(&bytes);
}

static void test_update_goes_on(void **unused)
{
    (void)unused;
    struct world one, two;
    world_init(&one, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_init(&two, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&one);
    world_open(&two);
    (void)world_run(&one, 1, "a 1,a-key-longer-than-twelve-bytes 2,b 3,a 5");
    (void)world_run(&one, 2, "b -3,c 7");
    hand_over(&one, 2000000, &two);
    assert_int_equal(two.table.live_count, 3);
    const char *rows = "c 1,a 1,b 2,a-key-longer-than-twelve-bytes 5";
    const char *want = world_run(&one, 3, rows);
    assert_string_equal(world_run(&two, 3, rows), want);
    assert_non_null(strstr(want, "\"values\":[1,5,1]"));
    world_close(&one);
    world_close(&two);
}

static void test_timeouts_go_on(void **unused)
{
    (void)unused;
    struct world one, two;
    world_init(&one, WEIR_VERB_MAP_WITH_STATE, "follow");
    world_init(&two, WEIR_VERB_MAP_WITH_STATE, "follow");
    one.nodes[1].timeout_us = two.nodes[1].timeout_us = 3000000;
    world_open(&one);
    world_open(&two);
    (void)world_run(&one, 1, "a 1,b 1,c 1");
    (void)world_run(&one, 2, "b 1,d 1");
    hand_over(&one, 2000000, &two);
    for (int64_t second = 3; second < 9; second++) {
        const char *rows = second == 4 ? "c 1,a 0" : "";
        const char *want = world_run(&one, second, rows);
        assert_string_equal(world_run(&two, second, rows), want);
        assert_int_equal(strlen(want) > 0, second == 4 || second == 6 || second == 8);
    }
    world_close(&one);
    world_close(&two);
}

static void test_windows_go_on(void **unused)
{
    (void)unused;
    struct world one, two;
    world_init(&one, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    world_init(&two, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    world_open(&one);
    world_open(&two);
    (void)world_run(&one, 1, "a 1,b 4");
    hand_over(&one, 1000000, &two);
    assert_string_equal(world_run(&two, 2, "b 1"),
                        "{\"key\":\"a\",\"value\":1}\n{\"key\":\"b\",\"value\":5}\n");
    struct weir_error err;
    assert_int_equal(weir_state_table_begin(&two.table, 1000000, &err), WEIR_EBUG);
    world_close(&one);
    world_close(&two);
}

static void test_the_version_before(void **unused)
{
    (void)unused;
    struct world one, two;
    world_init(&one, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_init(&two, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&one);
    world_open(&two);
    (void)world_run(&one, 1, "a 1,b 2,a-key-longer-than-twelve-bytes 3");
    const char *rows = "a 5,b -2,d 4,a-key-longer-than-twelve-bytes 1";
    const char *want = world_run(&one, 2, rows);
    hand_over(&one, 1000000, &two); /* batch 2 is done, but not all of it has succeeded */
    assert_string_equal(world_run(&two, 2, rows), want);
    world_close(&one);
    world_close(&two);
}

static void test_damage(void **unused)
{
    (void)unused;
    struct world one, two;
    struct weir_text bytes;
    struct weir_error err;
    world_init(&one, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_init(&two, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    world_open(&one);
    world_open(&two);
    (void)world_run(&one, 1, "a 1,a-key-longer-than-twelve-bytes 2");
    weir_text_init(&bytes);
    save(&one, 1000000, &bytes);
    assert_int_equal(restore(&two, &bytes, &err), WEIR_EDAMAGED);
    assert_string_equal(err.text, "a saved state is of 'total', expected 'window'");
    weir_state_table_commit(&one.table);
    for (size_t i = 0; i < bytes.count; i++) { /* every byte, and every length */
        struct world three;
        world_init(&three, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
        bytes.bytes[i] ^= 0x41;
        if (restore(&three, &bytes, &err) == WEIR_OK) {
            weir_state_table_finish(&three.table); /* a time, say: who saves sees to that */
        }
        bytes.bytes[i] ^= 0x41;
        size_t count = bytes.count;
        bytes.count = i;
        assert_int_not_equal(restore(&three, &bytes, &err), WEIR_OK);
        bytes.count = count;
        weir_arena_finish(&three.arena);
        weir_text_finish(&three.out);
    }
    weir_text_finish(&bytes);
    world_close(&one);
    world_close(&two);
}

static void test_a_key_twice(void **unused)
{
    (void)unused;
    struct world one, two;
    struct weir_text bytes;
    struct weir_text twice;
    struct weir_unpack in;
    struct weir_error err;
    uint32_t pages;
    weir_bytes frame;
    world_init(&one, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_init(&two, WEIR_VERB_UPDATE_STATE_BY_KEY, "sum");
    world_open(&one);
    (void)world_run(&one, 1, "a 1,b 2");
    weir_text_init(&bytes);
    weir_text_init(&twice);
    save(&one, 1000000, &bytes);
    weir_unpack_init(&in, (weir_bytes){(const uint8_t *)bytes.bytes, bytes.count}, &err);
    assert_int_equal(weir_unpack_array(&in, &pages), WEIR_OK);
    for (int part = 0; part < 5; part++) {
        assert_int_equal(weir_unpack_skip(&in), WEIR_OK);
    }
    size_t head = in.at;
    assert_int_equal(weir_unpack_array(&in, &pages), WEIR_OK);
    assert_int_equal(pages, 1);
    assert_int_equal(weir_unpack_bin(&in, &frame), WEIR_OK);
    weir_text_append(&twice, bytes.bytes, head);
    weir_pack_array(&twice, 2);
    weir_pack_bin(&twice, frame);
    weir_pack_bin(&twice, frame);
    assert_int_equal(restore(&two, &twice, &err), WEIR_EDAMAGED);
    assert_string_equal(err.text, "a saved state of total has a key twice");
    weir_text_finish(&bytes);
    weir_text_finish(&twice);
    world_close(&one);
    weir_arena_finish(&two.arena);
    weir_text_finish(&two.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_update_goes_on), cmocka_unit_test(test_timeouts_go_on),
        cmocka_unit_test(test_windows_go_on),  cmocka_unit_test(test_the_version_before),
        cmocka_unit_test(test_damage),         cmocka_unit_test(test_a_key_twice),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
