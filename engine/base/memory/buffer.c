/* SPDX-License-Identifier: Apache-2.0 */
/* Reference counts by C11 atomics, and a lock-free cache: a few slots that a release fills and a
 * create empties, each by one atomic exchange, so that no thread ever waits for another. */
#include "base/memory/buffer.h"

#include "base/error.h"
#include "base/memory/memory.h"

#include <string.h>

enum {
    WEIR_BUFFER_CACHE_SLOTS = 32,
    WEIR_BUFFER_CACHED_BYTES_MIN = 64 * 1024,
    WEIR_BUFFER_CACHED_BYTES_MAX = 32 * 1024 * 1024,
    WEIR_BUFFER_CACHE_BYTES_MAX = 256 * 1024 * 1024 /* of all slots together */
};

static _Atomic(struct weir_buffer *) cache[WEIR_BUFFER_CACHE_SLOTS];
static atomic_size_t live_bytes, cached_bytes;

static void free_buffer(struct weir_buffer *buffer)
{
    weir_free(buffer->data);
    weir_free(buffer);
}

static bool is_cacheable(size_t capacity)
{
    return capacity >= WEIR_BUFFER_CACHED_BYTES_MIN && capacity <= WEIR_BUFFER_CACHED_BYTES_MAX;
}

/* Whether a slot took it. Its bytes are counted before it can be seen, so that the count never
 * falls below zero. */
static bool to_cache(struct weir_buffer *buffer)
{
    size_t before = atomic_fetch_add(&cached_bytes, buffer->capacity);
    for (size_t i = 0;
         i < WEIR_BUFFER_CACHE_SLOTS && before + buffer->capacity <= WEIR_BUFFER_CACHE_BYTES_MAX;
         i++) {
        struct weir_buffer *expected = NULL;
        if (atomic_compare_exchange_strong(&cache[i], &expected, buffer)) {
            return true;
        }
    }
    atomic_fetch_sub(&cached_bytes, buffer->capacity);
    return false;
}

static struct weir_buffer *from_cache(size_t capacity)
{
    for (size_t i = 0; i < WEIR_BUFFER_CACHE_SLOTS; i++) {
        if (atomic_load_explicit(&cache[i], memory_order_relaxed) == NULL) {
            continue;
        }
        struct weir_buffer *buffer = atomic_exchange(&cache[i], NULL);
        if (buffer == NULL) {
            continue;
        }
        if (buffer->capacity >= capacity && buffer->capacity / 4 <= capacity) {
            atomic_fetch_sub(&cached_bytes, buffer->capacity);
            return buffer;
        }
        struct weir_buffer *expected =
            NULL; /* put it back; if the slot was taken meanwhile, free it */
        if (!atomic_compare_exchange_strong(&cache[i], &expected, buffer)) {
            atomic_fetch_sub(&cached_bytes, buffer->capacity);
            free_buffer(buffer);
        }
    }
    return NULL;
}

struct weir_buffer *weir_buffer_create(size_t capacity)
{
    struct weir_buffer *buffer = is_cacheable(capacity) ? from_cache(capacity) : NULL;
    if (buffer == NULL) {
        buffer = weir_alloc(sizeof *buffer);
        buffer->capacity = capacity;
        buffer->data = weir_alloc_aligned(capacity + WEIR_BUFFER_SLACK_BYTES);
    }
    atomic_store(&buffer->refs, 1);
    buffer->bytes = 0;
    atomic_fetch_add(&live_bytes, buffer->capacity);
    return buffer;
}

struct weir_buffer *weir_buffer_retain(struct weir_buffer *buffer)
{
    unsigned before = atomic_fetch_add_explicit(&buffer->refs, 1, memory_order_relaxed);
    WEIR_ASSERT(before > 0);
    return buffer;
}

void weir_buffer_release(struct weir_buffer *buffer)
{
    if (buffer == NULL) {
        return;
    }
    unsigned before = atomic_fetch_sub_explicit(&buffer->refs, 1, memory_order_acq_rel);
    WEIR_ASSERT(before > 0);
    if (before != 1) {
        return;
    }
    atomic_fetch_sub(&live_bytes, buffer->capacity);
    if (!is_cacheable(buffer->capacity) || !to_cache(buffer)) {
        free_buffer(buffer);
    }
}

void weir_buffer_grow(struct weir_buffer *buffer, size_t capacity)
{
    if (capacity <= buffer->capacity) {
        return;
    }
    uint8_t *data = weir_alloc_aligned(capacity + WEIR_BUFFER_SLACK_BYTES);
    memcpy(data, buffer->data, buffer->bytes);
    weir_free(buffer->data);
    buffer->data = data;
    atomic_fetch_add(&live_bytes, capacity - buffer->capacity);
    buffer->capacity = capacity;
}

size_t weir_buffer_live_bytes(void)
{
    return atomic_load(&live_bytes);
}

size_t weir_buffer_cached_bytes(void)
{
    return atomic_load(&cached_bytes);
}

void weir_buffer_cache_clear(void)
{
    for (size_t i = 0; i < WEIR_BUFFER_CACHE_SLOTS; i++) {
        struct weir_buffer *buffer = atomic_exchange(&cache[i], NULL);
        if (buffer != NULL) {
            atomic_fetch_sub(&cached_bytes, buffer->capacity);
            free_buffer(buffer);
        }
    }
}
