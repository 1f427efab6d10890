/* SPDX-License-Identifier: Apache-2.0 */
/* Arenas: what they hand out is zeroed, aligned, apart from each other, and survives growth. */
#include "base/base.h"

#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int start(void **state)
{
    static struct weir_arena arena;
    weir_arena_init(&arena);
    *state = &arena;
    return 0;
}

static int finish(void **state)
{
    weir_arena_finish(*state);
    return 0;
}

static void assert_zero(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(bytes[i], 0);
    }
}

static void pieces_are_apart_zeroed_and_aligned(void **state)
{
    struct weir_arena *arena = *state;
    enum { PIECES = 3000 };
    static uint8_t *pieces[PIECES];
    for (size_t i = 0; i < PIECES; i++) {
        size_t count = i % 97 + 1;
        pieces[i] = weir_arena_alloc(arena, count);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        assert_zero(pieces[i], count);
        memset(pieces[i], (int)(i % 255 + 1), count);
    }
    for (size_t i = 0; i < PIECES; i++) {
        assert_int_equal(pieces[i][0], i % 255 + 1);
        assert_int_equal(pieces[i][i % 97], i % 255 + 1);
    }
}

static void large_pieces_have_room_of_their_own(void **state)
{
    struct weir_arena *arena = *state;
    size_t count = 10 * 1024 * 1024;
    char *before = weir_arena_strndup(arena, "before", 6);
    char *large = weir_arena_alloc(arena, count);
    memset(large, 'x', count);
    char *after = weir_arena_strndup(arena, "after", 5);
    assert_string_equal(before, "before");
    assert_string_equal(after, "after");
    assert_true(arena->used_bytes >= count);
}

static void reset_gives_zeroed_memory_again(void **state)
{
    struct weir_arena *arena = *state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            uint8_t *piece = weir_arena_alloc(arena, 1000); /* several blocks a round */
            assert_zero(piece, 1000);
            memset(piece, 0xff, 1000);
        }
        weir_arena_reset(arena);
        assert_int_equal(arena->used_bytes, 0);
    }
}

static void printf_measures_before_it_writes(void **state)
{
    char word[5000];
    memset(word, 'w', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    char *text = weir_arena_printf(*state, "%s-%d", word, 42);
    assert_int_equal(strlen(text), sizeof word - 1 + 3);
    assert_string_equal(text + sizeof word - 1, "-42");
    assert_string_equal(weir_arena_printf(*state, "%s", ""), "");
}

static void strndup_copies_bytes_and_ends_them(void **state)
{
    char *copy = weir_arena_strndup(*state, "a\0bc", 3);
    assert_memory_equal(copy, "a\0b\0", 4);
    assert_string_equal(weir_arena_strndup(*state, NULL, 0), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pieces_are_apart_zeroed_and_aligned, start, finish),
        cmocka_unit_test_setup_teardown(large_pieces_have_room_of_their_own, start, finish),
        cmocka_unit_test_setup_teardown(reset_gives_zeroed_memory_again, start, finish),
        cmocka_unit_test_setup_teardown(printf_measures_before_it_writes, start, finish),
        cmocka_unit_test_setup_teardown(strndup_copies_bytes_and_ends_them, start, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
