/* SPDX-License-Identifier: Apache-2.0 */
/* The cache against a plain array: puts, drops and finds in any order, as ids come and go for as
 * long as a job runs. */
#include "block/block.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { IDS = 3000 };

static const struct weir_type_field line_field = {"line",
                                                  &(const struct weir_type){.kind = WEIR_TYPE_STR}};
static const struct weir_type line_schema = {
    .kind = WEIR_TYPE_STRUCT, .field_count = 1, .fields = &line_field};

static struct weir_block *block_of(size_t bytes)
{
    struct weir_buffer *text = weir_buffer_create(bytes);
    text->bytes = bytes;
    return weir_block_of_text(&line_schema, text, 0, bytes, 1);
}

/* Ids that differ in one field only. */
static struct weir_block_id id_of(uint32_t i)
{
    return (struct weir_block_id){.owner = i % 3,
                                  .partition = i / 3 % 5,
                                  .bucket = i / 15 % 4,
                                  .batch_us = (int64_t)(i / 60) * 1000000};
}

static void any_order_of_puts_and_drops(void **state)
{
    (void)state;
    static struct weir_block *expected[IDS];
    uint64_t random = 88172645463325252;
    uint64_t bytes = 0;
    size_t count = 0;
    struct weir_block_cache *cache = weir_block_cache_create();
    for (int step = 0; step < 60000; step++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uint32_t i = (uint32_t)(random >> 33) % IDS;
        struct weir_block_id id = id_of(i);
        if (random % 5 < (step / 20000 == 1 ? 4U : 2U)) { /* fills, then empties again */
            struct weir_block *block = block_of(1 + i % 7);
            weir_block_cache_put(cache, &id, block);
            if (expected[i] == NULL) {
                expected[i] = block;
                bytes += 1 + i % 7;
                count++;
            }
        } else {
            assert_true(weir_block_cache_drop(cache, &id) == (expected[i] != NULL));
            if (expected[i] != NULL) {
                bytes -= 1 + i % 7;
                count--;
            }
            expected[i] = NULL;
        }
        assert_int_equal(weir_block_cache_bytes(cache), bytes);
        assert_int_equal(weir_block_cache_count(cache), count);
        uint32_t other = (uint32_t)(random >> 12) % IDS;
        struct weir_block_id other_id = id_of(other);
        assert_ptr_equal(weir_block_cache_get(cache, &other_id), expected[other]);
    }
    for (uint32_t i = 0; i < IDS; i++) {
        struct weir_block_id id = id_of(i);
        assert_ptr_equal(weir_block_cache_get(cache, &id), expected[i]);
    }
    weir_block_cache_destroy(cache); /* releases the rest: the leak checker watches */
    weir_block_cache_destroy(NULL);
}

/* A second attempt gives equal bytes: the first block stays, because tasks may already read it. */
static void the_first_block_of_an_id_stays(void **state)
{
    (void)state;
    struct weir_block_cache *cache = weir_block_cache_create();
    struct weir_block_id id = id_of(1);
    struct weir_block *first = block_of(5);
    struct weir_block *second = weir_block_retain(block_of(5));
    weir_block_cache_put(cache, &id, first);
    weir_block_cache_put(cache, &id, second);
    assert_ptr_equal(weir_block_cache_get(cache, &id), first);
    assert_int_equal(atomic_load(&second->refs), 1);
    assert_int_equal(weir_block_cache_count(cache), 1);
    weir_block_release(second);
    weir_block_cache_destroy(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_of_puts_and_drops),
        cmocka_unit_test(the_first_block_of_an_id_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
