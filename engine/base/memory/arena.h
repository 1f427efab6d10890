/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is freed all at once: one arena per parsed text, graph, batch or task. Not for
 * several threads at once. */
#ifndef WEIR_BASE_ARENA_H
#define WEIR_BASE_ARENA_H

#include <weir/abi.h>

#include <stdarg.h>
#include <stddef.h>

struct weir_arena_block;
struct weir_arena {
    struct weir_arena_block *first, *current;
    size_t used_bytes; /* handed out since the last reset */
};

/* An empty arena; allocates nothing yet. */
void weir_arena_init(struct weir_arena *arena);

/* Frees everything. The arena may be used again. */
void weir_arena_finish(struct weir_arena *arena);

/* Forgets everything but keeps the first block for the next round. */
void weir_arena_reset(struct weir_arena *arena);

/* `bytes` zeroed, aligned to 16. Never NULL. Lives until reset or finish. */
void *weir_arena_alloc(struct weir_arena *arena, size_t bytes);

/* A NUL-terminated copy. Lives until reset or finish. */
char *weir_arena_strndup(struct weir_arena *arena, const char *bytes, size_t count);

/* Formatted text. Lives until reset or finish. */
char *weir_arena_printf(struct weir_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A weir_str that owns nothing, over a NUL-terminated text. */
static inline weir_str weir_str_of(const char *text)
{
    weir_str s = {text, 0};
    while (text != NULL && text[s.count] != '\0') {
        s.count++;
    }
    return s;
}

#endif
