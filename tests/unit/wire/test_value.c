/* SPDX-License-Identifier: Apache-2.0 */
/* Constants on the wire: any value of any type comes back, and no damage is taken for a value. */
#include "random_rows.h"

#include "wire/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena arena;
static struct weir_text text;
static struct weir_error err;

static int set_up(void **state)
{
    (void)state;
    weir_arena_init(&arena);
    weir_text_init(&text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_finish(&arena);
    weir_text_finish(&text);
    return 0;
}

static int unpack(size_t count, struct weir_value *value)
{
    struct weir_unpack in;
    weir_unpack_init(&in, (weir_bytes){(const uint8_t *)text.bytes, count}, &err);
    WEIR_TRY(weir_unpack_value(&in, &arena, value));
    return in.at == count ? WEIR_OK : WEIR_EDAMAGED;
}

static void any_value_comes_back(void **state)
{
    (void)state;
    struct random random = {112358, &arena};
    for (int i = 0; i < 1000; i++) {
        struct weir_value value;
        struct weir_value back;
        random_value(&random, random_type(&random, 4), &value);
        text.count = 0;
        weir_pack_value(&text, &value);
        assert_int_equal(unpack(text.count, &back), WEIR_OK);
        assert_true(weir_value_equal(&value, &back));
        assert_int_equal(unpack(text.count - 1, &back), WEIR_EDAMAGED);
    }
}

static void a_value_without_type_is_null(void **state)
{
    (void)state;
    const struct weir_value null = {.type = NULL, .is_null = true};
    struct weir_value back;
    weir_pack_value(&text, &null);
    assert_int_equal(unpack(text.count, &back), WEIR_OK);
    assert_true(back.is_null);
    assert_null(back.type);
}

static void assert_refused(const char *type,
                           const char *content,
                           size_t count,
                           const char *fragment)
{
    struct weir_value value;
    text.count = 0;
    weir_pack_array(&text, 2);
    weir_pack_key(&text, type);
    weir_text_append(&text, content, count);
    assert_int_equal(unpack(text.count, &value), WEIR_EDAMAGED);
    if (strstr(err.text, fragment) == NULL) {
        fail_msg("'%s' lacks '%s'", err.text, fragment);
    }
}

static void what_is_wrong_is_refused(void **state)
{
    (void)state;
    assert_refused("i63", "\x01", 1, "did you mean 'i64'?");
    assert_refused("i32", "\xce\xff\xff\xff\xff", 5, "expected an i32, found 4294967295");
    assert_refused("str", "\xc4\x01x", 3, "expected a text, found bytes");
    assert_refused("{a: i64, b: i64}", "\x91\x01", 2, "expected 2 fields of a struct, found 1");
    assert_refused("list<i64>", "\x92\x01\xa1x", 4, "expected an integer, found a text");
    assert_refused("list<i64>", "\xdd\x7f\xff\xff\xff", 5, "an array of 2147483647");
    weir_text_finish(&text);
    struct weir_value value;
    weir_pack_array(&text, 3);
    weir_pack_array(&text, 0);
    weir_pack_array(&text, 0);
    weir_pack_array(&text, 0);
    assert_int_equal(unpack(text.count, &value), WEIR_EDAMAGED);
}

/* Whatever byte is changed: a value or a failure, never a crash (sanitizers watch). */
static void no_mutation_crashes(void **state)
{
    (void)state;
    struct random random = {271828, &arena};
    for (int i = 0; i < 30; i++) {
        struct weir_value value;
        random_value(&random, random_type(&random, 4), &value);
        text.count = 0;
        weir_pack_value(&text, &value);
        for (size_t at = 0; at < text.count; at++) {
            char was = text.bytes[at];
            for (int bit = 0; bit < 8; bit++) {
                text.bytes[at] = (char)(was ^ (1 << bit));
                if (unpack(text.count, &value) == WEIR_OK) {
                    assert_true(weir_value_equal(&value, &value));
                }
            }
            text.bytes[at] = was;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(any_value_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_without_type_is_null, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_mutation_crashes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
