/* SPDX-License-Identifier: Apache-2.0 */
/* The table of groups by itself, where hashes are of no help: all equal, or equal in the bits that
 * choose slot and tag; and long texts that lie where the table's own texts lie. */
#include "exec/group/groups.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { TEXTS = 600, TEXT_BYTES = 24 };

/* 24-byte texts that differ only at their ends, one behind the other in one heap. */
static void make_texts(struct weir_key *keys,
                       struct weir_heaps *heaps,
                       int first,
                       bool is_backwards)
{
    struct weir_buffer *heap = weir_buffer_create(TEXTS * TEXT_BYTES);
    for (int i = 0; i < TEXTS; i++) {
        char text[TEXT_BYTES + 1];
        weir_view view = {.count = TEXT_BYTES};
        view.offset = (is_backwards ? TEXTS - 1 - i : i) * TEXT_BYTES;
        (void)snprintf(text, sizeof text, "the same prefix%09d", first + i);
        memcpy(heap->data + view.offset, text, TEXT_BYTES);
        memcpy(view.prefix, text, sizeof view.prefix);
        memcpy(&keys[i], &view, sizeof view);
    }
    heap->bytes = TEXTS * TEXT_BYTES;
    weir_heaps_init(heaps);
    (void)weir_heaps_add(heaps, heap);
}

static void find(struct weir_groups *groups,
                 const struct weir_key *keys,
                 const uint64_t *hashes,
                 const struct weir_heaps *heaps,
                 uint32_t first_number,
                 uint32_t opened)
{
    uint32_t numbers[TEXTS];
    uint16_t fresh[TEXTS];
    assert_int_equal(weir_groups_find(groups, keys, hashes, TEXTS, heaps, numbers, fresh), opened);
    for (uint32_t i = 0; i < TEXTS; i++) {
        assert_int_equal(numbers[i], first_number + i);
    }
    for (uint32_t i = 0; i < opened; i++) {
        assert_int_equal(fresh[i], i);
    }
}

static void check_texts(const uint64_t *hashes)
{
    struct weir_groups groups;
    struct weir_key keys[TEXTS];
    struct weir_key others[TEXTS];
    struct weir_key backwards[TEXTS];
    struct weir_heaps heaps;
    struct weir_heaps other_heaps;
    struct weir_heaps backward_heaps;
    make_texts(keys, &heaps, 0, false);
    make_texts(others, &other_heaps, 1000, false);   /* the same places, other texts */
    make_texts(backwards, &backward_heaps, 0, true); /* the same texts, other places */
    weir_groups_init(&groups, true);
    for (int round = 0; round < 2; round++) {
        find(&groups, keys, hashes, &heaps, 1, TEXTS);
        find(&groups, backwards, hashes, &backward_heaps, 1, 0);
        find(&groups, others, hashes, &other_heaps, TEXTS + 1, TEXTS);
        find(&groups, keys, hashes, &heaps, 1, 0);
        assert_int_equal(groups.count, 2 * TEXTS);
        weir_groups_reveal(&groups, 1, groups.count);
        for (uint32_t i = 0; i < 2 * TEXTS; i++) {
            char want[TEXT_BYTES + 1];
            weir_str have = weir_view_str((weir_view *)&groups.keys[1 + i], &groups.heaps);
            uint32_t number = i < TEXTS ? i : 1000 + i - TEXTS;
            (void)snprintf(want, sizeof want, "the same prefix%09u", number);
            assert_int_equal(have.count, TEXT_BYTES);
            assert_memory_equal(have.bytes, want, TEXT_BYTES);
        }
        weir_groups_reset(&groups);
    }
    weir_groups_finish(&groups);
    weir_heaps_finish(&heaps);
    weir_heaps_finish(&other_heaps);
    weir_heaps_finish(&backward_heaps);
}

static void test_equal_hashes(void **state)
{
    (void)state;
    uint64_t hashes[TEXTS];
    for (uint64_t i = 0; i < TEXTS; i++) {
        hashes[i] = 12345;
    }
    check_texts(hashes);
}

static void test_few_bits(void **state)
{
    (void)state;
    uint64_t hashes[TEXTS];
    for (uint64_t i = 0; i < TEXTS; i++) {
        hashes[i] = i << 60; /* sixteen different ones */
    }
    check_texts(hashes);
    for (uint64_t i = 0; i < TEXTS; i++) {
        hashes[i] = i & 3;
    }
    check_texts(hashes);
}

static void test_values(void **state)
{
    (void)state;
    struct weir_groups groups;
    struct weir_key keys[TEXTS];
    uint64_t hashes[TEXTS];
    for (uint64_t i = 0; i < TEXTS; i++) { /* value and null share a first half */
        keys[i] = (struct weir_key){{i / 2, i % 2}};
        hashes[i] = i / 8;
    }
    weir_groups_init(&groups, false);
    find(&groups, keys, hashes, NULL, 1, TEXTS);
    find(&groups, keys, hashes, NULL, 1, 0);
    weir_groups_finish(&groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equal_hashes),
        cmocka_unit_test(test_few_bits),
        cmocka_unit_test(test_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
