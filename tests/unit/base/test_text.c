/* SPDX-License-Identifier: Apache-2.0 */
/* Growing text: it is what was appended, whatever the sizes, and always ends with a NUL. */
#include "base/base.h"

#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void appended_pieces_stand_in_order(void **state)
{
    (void)state;
    struct weir_text text;
    weir_text_init(&text);
    for (int i = 0; i < 1000; i++) {
        weir_text_printf(&text, "%d,", i);
        assert_int_equal(text.bytes[text.count], '\0');
        assert_true(text.count < text.capacity);
    }
    assert_int_equal(text.count, 10 * 2 + 90 * 3 + 900 * 4);
    assert_memory_equal(text.bytes, "0,1,2,", 6);
    assert_string_equal(text.bytes + text.count - 4, "999,");
    weir_text_finish(&text);
    assert_int_equal(text.count, 0);
}

static void bytes_are_kept_as_they_are(void **state)
{
    (void)state;
    struct weir_text text;
    weir_text_init(&text);
    assert_int_equal(weir_text_str(&text).count, 0);
    assert_non_null(weir_text_str(&text).bytes);
    weir_text_append(&text, NULL, 0);
    assert_string_equal(text.bytes, "");
    weir_text_append(&text, "a\0b", 3);
    weir_text_put(&text, "");
    weir_text_put(&text, "c");
    weir_str got = weir_text_str(&text);
    assert_int_equal(got.count, 4);
    assert_memory_equal(got.bytes, "a\0bc", 5);
    weir_text_finish(&text);
}

/* Sizes around the capacity: the sanitizer sees a byte too many. */
static void reserved_room_is_there(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 300; bytes++) {
        struct weir_text text;
        weir_text_init(&text);
        weir_text_append(&text, "0123456789", 10);
        char *to = weir_text_reserve(&text, bytes);
        assert_ptr_equal(to, text.bytes + 10);
        memset(to, 'r', bytes);
        text.count += bytes;
        weir_text_put(&text, "end");
        assert_int_equal(text.count, 13 + bytes);
        assert_memory_equal(text.bytes, "0123456789", 10);
        assert_string_equal(text.bytes + 10 + bytes, "end");
        weir_text_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appended_pieces_stand_in_order),
        cmocka_unit_test(bytes_are_kept_as_they_are),
        cmocka_unit_test(reserved_room_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
