/* SPDX-License-Identifier: Apache-2.0 */
/* The only door to the C heap. Memory is never NULL: a process that cannot allocate ends with a
 * text (operators have bounded arenas and buffers; those report exhaustion as errors before it
 * comes to that). */
#ifndef WEIR_BASE_MEMORY_H
#define WEIR_BASE_MEMORY_H

#include <stddef.h>

/* Where memory comes from: a program that embeds the engine may bring its own heap. Each call as of
 * the C library; aligned: to 64 bytes. NULL: it has none. Any thread. */
struct weir_heap {
    void *owner;
    void *(*allocate)(void *owner, size_t bytes); /* need not zero */
    void *(*reallocate)(void *owner, void *memory, size_t bytes);
    void *(*aligned)(void *owner, size_t bytes);
    void (*release)(void *owner, void *memory);
};

/* All memory comes from `heap`, copied, from now on, one heap a process. NULL: the C library's
 * again. Only while nothing of the engine's is allocated, before any thread starts. */
void weir_memory_from(const struct weir_heap *heap);

/* Blocks from this size on may be backed by huge pages. */
enum { WEIR_MEMORY_HUGE_BYTES = 2 * 1024 * 1024 };

/* `told` hears of large blocks that last, from now on: it may ask the system for huge pages. NULL:
 * nobody does. Any thread. */
void weir_memory_on_lasting(void (*told)(void *memory, size_t bytes));

/* A block that was just allocated and not yet written will last, and be read here and there: in
 * small pages, looking for the page costs more than the read. What is in it may become zero.
 * Nothing if it is small, or of the embedding program's heap. Any thread. */
void weir_memory_lasts(void *memory, size_t bytes);

/* `bytes` of zeroed memory, aligned for any type. Never NULL. The caller owns it: weir_free. Any
 * thread. */
void *weir_alloc(size_t bytes);

/* Grows or shrinks; new bytes are not zeroed. memory may be NULL. Never NULL. Any thread. */
void *weir_realloc(void *memory, size_t bytes);

/* `bytes` aligned to 64, not zeroed: column buffers. Freed by weir_free. Never NULL. Any thread. */
void *weir_alloc_aligned(size_t bytes);

/* Frees; NULL is fine. Any thread. */
void weir_free(void *memory);

/* A NUL-terminated copy of count bytes. The caller owns it: weir_free. Any thread. */
char *weir_strndup(const char *bytes, size_t count);

/* Makes room for one more element of a growing array: doubles *capacity when count has reached it.
 */
#define WEIR_GROW(array, count, capacity)                                                          \
    do {                                                                                           \
        if ((count) >= (capacity)) {                                                               \
            (capacity) = (capacity) == 0 ? 8 : (capacity)*2;                                       \
            (array) = weir_realloc((array), (size_t)(capacity) * sizeof *(array));                 \
        }                                                                                          \
    } while (0)

#endif
