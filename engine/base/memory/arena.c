/* SPDX-License-Identifier: Apache-2.0 */
/* A chain of blocks, each at least twice as large as what was asked for; bumping a pointer is all
 * that an allocation does. */
#include "base/memory/arena.h"

#include "base/error.h"
#include "base/memory/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { WEIR_ARENA_BLOCK_BYTES = 16 * 1024 - 64 };

struct weir_arena_block {
    struct weir_arena_block *next;
    size_t used, size;
    max_align_t bytes[];
};

void weir_arena_init(struct weir_arena *arena)
{
    *arena = (struct weir_arena){0};
}

void weir_arena_finish(struct weir_arena *arena)
{
    for (struct weir_arena_block *block = arena->first; block != NULL;) {
        struct weir_arena_block *next = block->next;
        weir_free(block);
        block = next;
    }
    weir_arena_init(arena);
}

void weir_arena_reset(struct weir_arena *arena)
{
    struct weir_arena_block *first = arena->first;
    if (first == NULL) {
        return;
    }
    arena->first = first->next;
    weir_arena_finish(arena);
    memset(first->bytes, 0, first->used);
    first->next = NULL;
    first->used = 0;
    arena->first = arena->current = first;
}

static struct weir_arena_block *add_block(struct weir_arena *arena, size_t bytes)
{
    size_t size = bytes > WEIR_ARENA_BLOCK_BYTES / 2 ? bytes * 2 : WEIR_ARENA_BLOCK_BYTES;
    struct weir_arena_block *block = weir_alloc(sizeof *block + size);
    block->size = size;
    if (arena->current != NULL) {
        arena->current->next = block;
    } else {
        arena->first = block;
    }
    arena->current = block;
    return block;
}

void *weir_arena_alloc(struct weir_arena *arena, size_t bytes)
{
    WEIR_ASSERT(bytes < SIZE_MAX / 4);
    size_t rounded = (bytes + 15) & ~(size_t)15;
    struct weir_arena_block *block = arena->current;
    if (block == NULL || block->size - block->used < rounded) {
        block = add_block(arena, rounded);
    }
    void *memory = (char *)block->bytes + block->used;
    block->used += rounded;
    arena->used_bytes += rounded;
    return memory;
}

char *weir_arena_strndup(struct weir_arena *arena, const char *bytes, size_t count)
{
    char *copy = weir_arena_alloc(arena, count + 1);
    if (count > 0) {
        memcpy(copy, bytes, count);
    }
    return copy;
}

char *weir_arena_printf(struct weir_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int count = vsnprintf(NULL, 0, format, args);
    va_end(args);
    WEIR_ASSERT(count >= 0);
    char *text = weir_arena_alloc(arena, (size_t)count + 1);
    va_start(args, format);
    (void)vsnprintf(text, (size_t)count + 1, format, args);
    va_end(args);
    return text;
}
