/* SPDX-License-Identifier: Apache-2.0 */
/* Counted buffers: counts, growth, the cache and its bound, and buffers that wander between threads
 * (TSan watches). */
#include "base/base.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { KIB = 1024, MIB = 1024 * KIB };

static int clear_cache(void **state)
{
    (void)state;
    weir_buffer_cache_clear();
    return 0;
}

static void bytes_live_until_the_last_release(void **state)
{
    (void)state;
    size_t before = weir_buffer_live_bytes();
    struct weir_buffer *buffer = weir_buffer_create(100);
    assert_int_equal((uintptr_t)buffer->data % 64, 0);
    assert_int_equal(buffer->bytes, 0);
    assert_true(weir_buffer_live_bytes() >= before + 100);
    memset(buffer->data, 7, 100 + WEIR_BUFFER_SLACK_BYTES);
    assert_ptr_equal(weir_buffer_retain(buffer), buffer);
    weir_buffer_release(buffer);
    assert_int_equal(buffer->data[99], 7);
    weir_buffer_release(buffer);
    assert_int_equal(weir_buffer_live_bytes(), before);
    weir_buffer_release(NULL);
}

static void growing_keeps_the_bytes_and_the_count(void **state)
{
    (void)state;
    size_t before = weir_buffer_live_bytes();
    struct weir_buffer *buffer = weir_buffer_create(0);
    for (size_t i = 0; i < 200 * KIB; i++) {
        if (buffer->bytes == buffer->capacity) {
            weir_buffer_grow(buffer, buffer->capacity * 2 + 1);
        }
        buffer->data[buffer->bytes++] = (uint8_t)(i % 251);
    }
    for (size_t i = 0; i < buffer->bytes; i++) {
        assert_int_equal(buffer->data[i], i % 251);
    }
    assert_int_equal(weir_buffer_live_bytes(), before + buffer->capacity);
    weir_buffer_release(buffer);
    assert_int_equal(weir_buffer_live_bytes(), before);
}

static void large_buffers_come_back_from_the_cache(void **state)
{
    (void)state;
    struct weir_buffer *first = weir_buffer_create(MIB);
    const uint8_t *data = first->data;
    first->bytes = 5;
    weir_buffer_release(first);
    assert_int_equal(weir_buffer_cached_bytes(), MIB);
    struct weir_buffer *small = weir_buffer_create(100 * KIB); /* would waste most of a MiB */
    assert_ptr_not_equal(small->data, data);
    struct weir_buffer *larger = weir_buffer_create(2 * MIB);
    assert_ptr_not_equal(larger->data, data);
    struct weir_buffer *again = weir_buffer_create(MIB - KIB);
    assert_ptr_equal(again->data, data);
    assert_int_equal(again->bytes, 0);
    assert_int_equal(again->capacity, MIB);
    assert_int_equal(weir_buffer_cached_bytes(), 0);
    weir_buffer_release(small);
    weir_buffer_release(larger);
    weir_buffer_release(again);
    weir_buffer_cache_clear();
    assert_int_equal(weir_buffer_cached_bytes(), 0);
}

static void the_cache_is_bounded(void **state)
{
    (void)state;
    enum { BUFFERS = 40 };
    struct weir_buffer *buffers[BUFFERS];
    for (size_t i = 0; i < BUFFERS; i++) {
        buffers[i] =
            weir_buffer_create(i % 2 == 0 ? 32 * MIB : 65 * KIB); /* pages are never touched */
    }
    for (size_t i = 0; i < BUFFERS; i++) {
        weir_buffer_release(buffers[i]);
        assert_true(weir_buffer_cached_bytes() <= 256 * (size_t)MIB);
    }
    assert_true(weir_buffer_cached_bytes() >= 200 * (size_t)MIB);
}

/* Each thread fills a buffer, leaves it in the hat, and takes another's out: what it finds must be
 * whole. */
enum { THREADS = 4, ROUNDS = 2000, HATS = 2 };
static _Atomic(struct weir_buffer *) hats[HATS];

static void check_and_release(struct weir_buffer *buffer)
{
    if (buffer == NULL) {
        return;
    }
    for (size_t i = 0; i < buffer->bytes; i += 4096) {
        assert_int_equal(buffer->data[i], buffer->data[0]);
    }
    weir_buffer_release(buffer);
}

static void *wander(void *argument)
{
    uint32_t drawn = (uint32_t)(uintptr_t)argument * 2654435761u + 1;
    for (int round = 0; round < ROUNDS; round++) {
        drawn = drawn * 1664525u + 1013904223u;
        size_t capacity =
            (size_t)(drawn >> 8) % (200 * KIB) + 1; /* both sides of the cache's border */
        struct weir_buffer *buffer = weir_buffer_create(capacity);
        buffer->bytes = capacity;
        for (size_t i = 0; i < capacity; i += 4096) {
            buffer->data[i] = (uint8_t)round;
        }
        (void)weir_buffer_retain(buffer);
        check_and_release(atomic_exchange(&hats[drawn >> 16 & 1], buffer));
        check_and_release(buffer);
    }
    return NULL;
}

static void buffers_wander_between_threads(void **state)
{
    (void)state;
    size_t before = weir_buffer_live_bytes();
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wander, (void *)i), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < HATS; i++) {
        weir_buffer_release(atomic_exchange(&hats[i], NULL));
    }
    assert_int_equal(weir_buffer_live_bytes(), before);
    weir_buffer_cache_clear();
    assert_int_equal(weir_buffer_cached_bytes(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(bytes_live_until_the_last_release, clear_cache,
                                        clear_cache),
        cmocka_unit_test_setup_teardown(growing_keeps_the_bytes_and_the_count, clear_cache,
                                        clear_cache),
        cmocka_unit_test_setup_teardown(large_buffers_come_back_from_the_cache, clear_cache,
                                        clear_cache),
        cmocka_unit_test_setup_teardown(the_cache_is_bounded, clear_cache, clear_cache),
        cmocka_unit_test_setup_teardown(buffers_wander_between_threads, clear_cache, clear_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
