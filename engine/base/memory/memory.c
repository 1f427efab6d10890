/* SPDX-License-Identifier: Apache-2.0 */
/* The C heap behind one door, with one answer to exhaustion. */
#include "base/memory/memory.h"

#include "base/error.h"
#include "base/log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct weir_heap heap; /* allocate NULL: the C library's */
static void (*_Atomic told_of_lasting)(void *memory, size_t bytes);

void weir_memory_from(const struct weir_heap *from)
{
    heap = from != NULL ? *from : (struct weir_heap){0};
}

void weir_memory_on_lasting(void (*told)(void *memory, size_t bytes))
{
    told_of_lasting = told;
}

void weir_memory_lasts(void *memory, size_t bytes)
{
    void (*told)(void *, size_t) = told_of_lasting;
    if (bytes >= WEIR_MEMORY_HUGE_BYTES && told != NULL && heap.allocate == NULL) {
        told(memory, bytes);
    }
}

static void *checked(void *memory, size_t bytes)
{
    if (memory == NULL) {
        weir_log(WEIR_LOG_ERROR, "out of memory: %zu bytes more are needed and the system has none",
                 bytes);
        abort();
    }
    return memory;
}

void *weir_alloc(size_t bytes)
{
    size_t count = bytes == 0 ? 1 : bytes;
    if (heap.allocate == NULL) {
        return checked(calloc(1, count), bytes);
    }
    return memset(checked(heap.allocate(heap.owner, count), bytes), 0, count);
}

void *weir_realloc(void *memory, size_t bytes)
{
    size_t count = bytes == 0 ? 1 : bytes;
    return checked(heap.reallocate != NULL ? heap.reallocate(heap.owner, memory, count)
                                           : realloc(memory, count),
                   bytes);
}

void *weir_alloc_aligned(size_t bytes)
{
    size_t rounded = bytes > SIZE_MAX / 2 ? SIZE_MAX / 2 + 1 : (bytes + 63) & ~(size_t)63;
    rounded = rounded == 0 ? 64 : rounded;
    return checked(heap.aligned != NULL ? heap.aligned(heap.owner, rounded)
                                        : aligned_alloc(64, rounded),
                   bytes);
}

void weir_free(void *memory)
{
    if (heap.release != NULL) {
        heap.release(heap.owner, memory);
    } else {
        free(memory);
    }
}

char *weir_strndup(const char *bytes, size_t count)
{
    char *copy = weir_alloc(count + 1);
    if (count > 0) {
        memcpy(copy, bytes, count);
    }
    return copy;
}
