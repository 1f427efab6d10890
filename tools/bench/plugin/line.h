/* SPDX-License-Identifier: Apache-2.0 */
/* What `weir bench plugin` measures: one way into an operator for each line, and beside it the
 * shortest C that does the same without one, its limit, in the same run. Both work on the same
 * rows, and must give the same. */
#ifndef WEIR_TOOLS_BENCH_PLUGIN_LINE_H
#define WEIR_TOOLS_BENCH_PLUGIN_LINE_H

#include "engine.h"

#include <string.h>

enum { WEIR_BENCH_ROWS = WEIR_CHUNK_ROWS_MAX };

/* A line; its functions are called in turns. */
struct weir_bench_line {
    const char *name, *what; /* "function"; what the operator does */
    const char *unit;        /* "record", "word": what the figures are for */
    const char *limit;       /* what the limit is */
    double target_ns;        /* at most; 0: the ratio decides */
    double target_ratio;     /* the limit's time by the operator's, at least */
    uint64_t units;          /* of a turn */
    void *state;
    int (*turn)(void *state, struct weir_error *err); /* the operator, once */
    void (*limit_turn)(void *state);                  /* the limit, once */
    bool (*is_same)(const void *state);               /* after a turn of both */
    void (*close)(void *state);                       /* also after a failed open */
};

/* Where lines take their operators from. */
struct weir_bench_place {
    struct weir_env *env;
    struct weir_registry *registry;
    struct weir_arena *arena; /* lives as long as the lines */
};

/* What opens each line: fills it, and its state. */
int weir_bench_function(struct weir_bench_place *place,
                        struct weir_bench_line *line,
                        struct weir_error *err);
int weir_bench_emitter(struct weir_bench_place *place,
                       struct weir_bench_line *line,
                       struct weir_error *err);
int weir_bench_typed(struct weir_bench_place *place,
                     struct weir_bench_line *line,
                     struct weir_error *err);
int weir_bench_ffi(struct weir_bench_place *place,
                   struct weir_bench_line *line,
                   struct weir_error *err);
int weir_bench_json(struct weir_bench_place *place,
                    struct weir_bench_line *line,
                    struct weir_error *err);

/* An operator of one of weir's plugins or libraries: alias, name, kind. */
int weir_bench_operator(const struct weir_bench_place *place,
                        const char *alias,
                        const char *name,
                        enum weir_kind kind,
                        const struct weir_operator **op,
                        struct weir_error *err);

/* A chunk of up to three columns over WEIR_BENCH_ROWS positions. */
struct weir_bench_chunk {
    struct weir_chunk chunk;
    struct ArrowArray arrays[3];
    const struct ArrowArray *cols[3];
    const void *buffers[3][4];
    int64_t text_bytes;
};
void weir_bench_chunk_init(struct weir_bench_chunk *chunk);
/* A column of fixed cells; of texts, all in one buffer. */
void weir_bench_chunk_add(struct weir_bench_chunk *chunk, const void *cells);
void weir_bench_chunk_add_text(struct weir_bench_chunk *chunk,
                               const weir_view *views,
                               const char *text,
                               size_t bytes);

/* An output of `columns` lent columns with room for `rows` rows, and no way to grow. */
void weir_bench_out_init(
    struct weir_out *out, void **cols, uint32_t columns, uint16_t *parent, uint32_t rows);

/* A text as a cell, as short as can be: up to 12 bytes inline. 16 bytes may be read at `bytes`. */
static inline void weir_bench_put_view(weir_view *to, const char *text, size_t from, size_t count)
{
    static const uint64_t keep[] = {0,          0xff,         0xffff,         0xffffff,
                                    0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
                                    UINT64_MAX};
    to->count = (int32_t)count;
    if (count > WEIR_VIEW_INLINE_BYTES) {
        memcpy(to->prefix, text + from, sizeof to->prefix);
        to->buffer = 0;
        to->offset = (int32_t)from;
        return;
    }
    uint64_t first;
    uint32_t last;
    memcpy(&first, text + from, sizeof first);
    memcpy(&last, text + from + 8, sizeof last);
    first &= keep[count < 8 ? count : 8];
    last &= (uint32_t)keep[count > 8 ? count - 8 : 0];
    memcpy(to->prefix, &first, sizeof first);
    memcpy(to->prefix + 8, &last, sizeof last);
}

/* The same numbers from a seed everywhere. */
uint64_t weir_bench_random(uint64_t *state);

#endif
