/* SPDX-License-Identifier: Apache-2.0 */
/* Counted, shared bytes: what columns, views and blocks point into. A buffer is written by one
 * owner, then only read; the last release frees it. Large buffers are kept in a small cache,
 * because fresh pages cost as much as reading a file. */
#ifndef WEIR_BASE_BUFFER_H
#define WEIR_BASE_BUFFER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

struct weir_buffer {
    atomic_uint refs;
    uint32_t pad;
    size_t bytes;    /* that may be read; set by the owner, at most capacity */
    size_t capacity; /* readable memory goes WEIR_BUFFER_SLACK_BYTES beyond it (never meaningful) */
    uint8_t *data;   /* aligned to 64 */
};
enum { WEIR_BUFFER_SLACK_BYTES = 64 };

/* A buffer of at least `capacity` bytes, not zeroed, one reference, bytes = 0. Any thread. */
struct weir_buffer *weir_buffer_create(size_t capacity);

/* One more reference; returns the buffer. Any thread. */
struct weir_buffer *weir_buffer_retain(struct weir_buffer *buffer);

/* One reference less; frees (or caches) with the last. NULL is fine. Any thread. */
void weir_buffer_release(struct weir_buffer *buffer);

/* Owner only, one reference: more capacity; data moves, `bytes` bytes are kept. */
void weir_buffer_grow(struct weir_buffer *buffer, size_t capacity);

/* Bytes held by all living buffers of the process (the cache not counted). Any thread. */
size_t weir_buffer_live_bytes(void);

/* Bytes that the cache holds; bounded by 256 MiB. Any thread. */
size_t weir_buffer_cached_bytes(void);

/* Frees what the cache holds. Any thread. */
void weir_buffer_cache_clear(void);

#endif
