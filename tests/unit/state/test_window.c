/* SPDX-License-Identifier: Apache-2.0 */
/* Windows with an inverse: what enters, what leaves, keys without values, the filter. Panes are
 * pushed by hand: those of three seconds, every second. */
#include "world.h"

#include <stdlib.h>
#include <string.h>

static const char *slide(struct world *world, int64_t second, const char *in, const char *out)
{
    world_begin(world, second);
    assert_int_equal(world_push(world, 1, out), WEIR_OK);
    assert_int_equal(world_push(world, 0, in), WEIR_OK);
    return world_end(world);
}

#define PAIR(key, value) "{\"key\":\"" key "\",\"value\":" #value "}\n"

static void test_inverse(void **unused)
{
    (void)unused;
    struct world world;
    world_init(&world, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    world.nodes[1].is_incremental = true;
    world_open(&world);
    assert_string_equal(slide(&world, 1, "a 1,b 2", ""), PAIR("a", 1) PAIR("b", 2));
    assert_string_equal(slide(&world, 2, "a 1,a 5", ""), PAIR("a", 7) PAIR("b", 2));
    assert_string_equal(slide(&world, 3, "c 1", "a 1,b 2"),
                        PAIR("a", 6) PAIR("b", 0) PAIR("c", 1)); /* b stays, for ever */
    assert_string_equal(slide(&world, 4, "b 3", "a 6"), PAIR("a", 0) PAIR("b", 3) PAIR("c", 1));
    assert_string_equal(slide(&world, 4, "b 4", "a 6"), PAIR("a", 0) PAIR("b", 4) PAIR("c", 1));
    const char *error = slide(&world, 5, "", "z 1");
    assert_non_null(strstr(error, "Neither previous window has value for key, nor new values"));
    assert_string_equal(slide(&world, 5, "", ""), PAIR("a", 0) PAIR("b", 4) PAIR("c", 1));
    world_close(&world);
}

static void test_filter(void **unused)
{
    (void)unused;
    struct world world;
    struct weir_expr value = {.kind = WEIR_EXPR_FIELD, .field = 1, .depth = 1};
    const struct weir_expr *args[] = {&value};
    struct weir_expr call = {.kind = WEIR_EXPR_CALL, .arg_count = 1, .args = args, .depth = 2};
    world_init(&world, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    value.type = world.pair->fields[1].type;
    call.type = weir_type_of(WEIR_TYPE_BOOL);
    call.op = world_operator("positive", WEIR_KIND_FUNCTION);
    world.nodes[1].is_incremental = true;
    world.nodes[1].filter = &call;
    world_open(&world);
    assert_string_equal(slide(&world, 1, "a 1,b 2,c -1", ""), PAIR("a", 1) PAIR("b", 2));
    assert_string_equal(slide(&world, 2, "a 3", "b 2"), PAIR("a", 4));
    assert_int_equal(world.table.live_count, 1);
    assert_string_equal(slide(&world, 3, "", ""), PAIR("a", 4));
    assert_string_equal(slide(&world, 4, "c 5", "a 4"), PAIR("c", 5));
    world_close(&world);
}

/* A long window of random panes, against sums made anew. */
static void test_against_panes(void **unused)
{
    (void)unused;
    enum { LENGTH = 7, KEYS = 40, BATCHES = 60 };
    static int64_t panes[BATCHES][KEYS];
    static bool has[BATCHES][KEYS];
    struct world world;
    struct weir_text in, out, want;
    bool seen[KEYS] = {false};
    world_init(&world, WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW, "add");
    world.nodes[1].is_incremental = true;
    world_open(&world);
    weir_text_init(&in);
    weir_text_init(&out);
    weir_text_init(&want);
    uint64_t random = 1;
    for (int32_t t = 0; t < BATCHES; t++) {
        in.count = out.count = want.count = 0;
        weir_text_put(&in, "");
        weir_text_put(&out, "");
        weir_text_put(&want, "");
        for (uint32_t k = 0; k < KEYS; k++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            has[t][k] = random >> 62 == 0;
            panes[t][k] = (int64_t)(random >> 40 & 255) - 100;
            if (has[t][k]) {
                weir_text_printf(&in, "%02u %lld,", k, (long long)panes[t][k]);
                seen[k] = true;
            }
            if (t >= LENGTH && has[t - LENGTH][k]) {
                weir_text_printf(&out, "%02u %lld,", k, (long long)panes[t - LENGTH][k]);
            }
            int64_t sum = 0;
            for (int32_t s = t; s >= 0 && s > t - LENGTH; s--) {
                sum += has[s][k] ? panes[s][k] : 0;
            }
            if (seen[k]) {
                weir_text_printf(&want, "{\"key\":\"%02u\",\"value\":%lld}\n", k, (long long)sum);
            }
        }
        assert_string_equal(slide(&world, t + 1, in.bytes, out.bytes), want.bytes);
    }
    weir_text_finish(&in);
    weir_text_finish(&out);
    weir_text_finish(&want);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_filter),
        cmocka_unit_test(test_against_panes),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
