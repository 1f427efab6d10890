/* SPDX-License-Identifier: Apache-2.0 */
/* C functions by their prototypes: through a typed loop, and through libffi. The limit calls the
 * same function through a pointer. */
#include "bench/plugin/line.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct native_state {
    struct weir_call call;
    struct weir_bench_chunk chunk;
    void (*direct)(struct native_state *state);
    double x[3][WEIR_BENCH_ROWS];
    int64_t n[WEIR_BENCH_ROWS];
    int64_t result[WEIR_BENCH_ROWS], limit[WEIR_BENCH_ROWS]; /* or f64, as bytes */
};

static int turn(void *state, struct weir_error *err)
{
    struct native_state *s = state;
    struct weir_out out;
    void *cols[] = {s->result};
    weir_bench_out_init(&out, cols, 1, NULL, WEIR_BENCH_ROWS);
    const int outcome = s->call.op->exported->loop(&s->call.task, &s->chunk.chunk, &out);
    return outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&s->call, outcome, err);
}

static void limit_turn(void *state)
{
    struct native_state *s = state;
    s->direct(s);
}

static bool is_same(const void *state)
{
    const struct native_state *s = state;
    return memcmp(s->result, s->limit, sizeof s->result) == 0;
}

static void close_line(void *state)
{
    struct native_state *s = state;
    weir_call_close(&s->call);
}

static void call_labs(struct native_state *s)
{
    long (*volatile const function)(long) = labs; /* a call, whatever the compiler knows of it */
    for (size_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        s->limit[i] = function((long)s->n[i]);
    }
}

static void call_fma(struct native_state *s)
{
    double (*volatile const function)(double, double, double) = fma;
    for (size_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        const double value = function(s->x[0][i], s->x[1][i], s->x[2][i]);
        memcpy(&s->limit[i], &value, sizeof value);
    }
}

static int open_line(struct weir_bench_place *place,
                     struct weir_bench_line *line,
                     const struct weir_native_use *use,
                     const char *name,
                     struct weir_error *err)
{
    struct native_state *s = weir_arena_alloc(place->arena, sizeof *s);
    const struct weir_plugin_info *plugin;
    const struct weir_operator *op;
    memset(s, 0, sizeof *s);
    for (uint32_t i = 0; i < WEIR_BENCH_ROWS; i++) {
        s->n[i] = (int64_t)i - WEIR_BENCH_ROWS / 2;
        s->x[0][i] = i * 0.25;
        s->x[1][i] = 1.5 - i;
        s->x[2][i] = i;
    }
    weir_bench_chunk_init(&s->chunk);
    line->unit = "record";
    line->limit = "the same calls in C";
    line->units = WEIR_BENCH_ROWS;
    line->state = s;
    line->turn = turn;
    line->limit_turn = limit_turn;
    line->is_same = is_same;
    line->close = close_line;
    WEIR_TRY(weir_registry_use_native(place->registry, use, &plugin, NULL, err));
    WEIR_TRY(weir_bench_operator(place, use->alias, name, WEIR_KIND_FUNCTION, &op, err));
    return weir_call_open(&s->call, op, NULL, err);
}

int weir_bench_typed(struct weir_bench_place *place,
                     struct weir_bench_line *line,
                     struct weir_error *err)
{
    const struct weir_native_use use = {
        .name = "libc.so.6", .alias = "c", .prototypes = "long labs(long n);"};
    *line = (struct weir_bench_line){
        .name = "typed", .what = "long labs(long) by its prototype, typed loop", .target_ns = 3};
    WEIR_TRY(open_line(place, line, &use, "labs", err));
    struct native_state *s = line->state;
    s->direct = call_labs;
    weir_bench_chunk_add(&s->chunk, s->n);
    return WEIR_OK;
}

int weir_bench_ffi(struct weir_bench_place *place,
                   struct weir_bench_line *line,
                   struct weir_error *err)
{
    const struct weir_native_use use = {.name = "libm.so.6",
                                        .alias = "m",
                                        .prototypes = "double fma(double x, double y, double z);"};
    *line = (struct weir_bench_line){
        .name = "libffi", .what = "double fma(double, double, double), libffi", .target_ns = 35};
    WEIR_TRY(open_line(place, line, &use, "fma", err));
    struct native_state *s = line->state;
    s->direct = call_fma;
    for (int c = 0; c < 3; c++) {
        weir_bench_chunk_add(&s->chunk, s->x[c]);
    }
    return WEIR_OK;
}
