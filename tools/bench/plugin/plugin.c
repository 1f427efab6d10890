/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the lines: operator and limit in turns, so that both meet the same machine; the best time of
 * each counts. */
#include "bench/plugin/plugin.h"

#include "cli.h"

#include "bench/plugin/line.h"
#include "os/os.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum {
    ROUNDS = 60,        /* of a pass */
    ROUND_NS = 1000000, /* a round repeats turns for about so long */
    LINES = 5
};

struct figures {
    double ns, limit_ns; /* of a unit */
};

static double now_ns(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Nanoseconds of `turns` turns of the operator, or of the limit. */
static int time_turns(const struct weir_bench_line *line,
                      bool is_limit,
                      uint64_t turns,
                      double *ns,
                      struct weir_error *err)
{
    const double start = now_ns();
    for (uint64_t i = 0; i < turns; i++) {
        if (is_limit) {
            line->limit_turn(line->state);
        } else {
            WEIR_TRY(line->turn(line->state, err));
        }
    }
    *ns = now_ns() - start;
    return WEIR_OK;
}

static uint64_t turns_of_round(double ns)
{
    return ns < ROUND_NS ? 1 + (uint64_t)(ROUND_NS / (ns + 1)) : 1;
}

static int measure(const struct weir_bench_line *line,
                   int64_t passes,
                   struct figures *best,
                   struct weir_error *err)
{
    double ns;
    uint64_t turns[2];
    *best = (struct figures){1e300, 1e300};
    for (int is_limit = 0; is_limit < 2; is_limit++) {
        WEIR_TRY(time_turns(line, is_limit != 0, 1, &ns, err)); /* warms up */
        WEIR_TRY(time_turns(line, is_limit != 0, 1, &ns, err));
        turns[is_limit] = turns_of_round(ns);
    }
    if (!line->is_same(line->state)) {
        return weir_error_set(err, WEIR_EBUG, "%s and %s give different results", line->what,
                              line->limit);
    }
    for (int64_t round = 0; round < passes * ROUNDS; round++) {
        for (int is_limit = 0; is_limit < 2; is_limit++) {
            double *least = is_limit != 0 ? &best->limit_ns : &best->ns;
            WEIR_TRY(time_turns(line, is_limit != 0, turns[is_limit], &ns, err));
            ns /= (double)turns[is_limit] * (double)line->units;
            *least = ns < *least ? ns : *least;
        }
    }
    return WEIR_OK;
}

static void put_target(struct weir_text *to, const struct weir_bench_line *line)
{
    if (line->target_ns > 0) {
        weir_text_printf(to, "at most %g ns", line->target_ns);
    } else {
        weir_text_printf(to, "ratio at least %.2f", line->target_ratio);
    }
}

static void put_line(struct weir_text *to,
                     const struct weir_bench_line *line,
                     const struct figures *found,
                     bool is_json)
{
    const double ratio = found->limit_ns / found->ns;
    const bool is_met =
        line->target_ns > 0 ? found->ns <= line->target_ns : ratio >= line->target_ratio;
    if (is_json) {
        weir_text_printf(to,
                         "{\"engine\":\"weir\",\"version\":\"%s\",\"workload\":\"plugin\","
                         "\"name\":\"%s\",\"what\":\"%s\",\"unit\":\"%s\",\"ns\":%.3f,"
                         "\"limit\":\"%s\",\"limit_ns\":%.3f,\"ratio\":%.3f,\"target\":\"",
                         WEIR_VERSION, line->name, line->what, line->unit, found->ns, line->limit,
                         found->limit_ns, ratio);
        put_target(to, line);
        weir_text_printf(to, "\",\"is_met\":%s}\n", is_met ? "true" : "false");
        return;
    }
    weir_text_printf(to, "%-46s %8.2f ns/%-6s  %s: %.2f ns, ratio %.2f  (", line->what, found->ns,
                     line->unit, line->limit, found->limit_ns, ratio);
    put_target(to, line);
    weir_text_printf(to, "%s)\n", is_met ? "" : ": missed");
}

static int run_line(struct weir_bench_place *place,
                    int (*open)(struct weir_bench_place *place,
                                struct weir_bench_line *line,
                                struct weir_error *err),
                    int64_t passes,
                    bool is_json,
                    struct weir_error *err)
{
    struct weir_bench_line line = {.close = NULL};
    struct figures found;
    int status = open(place, &line, err);
    status = status == WEIR_OK ? measure(&line, passes, &found, err) : status;
    if (line.close != NULL) {
        line.close(line.state);
    }
    if (status == WEIR_OK) {
        struct weir_text text;
        weir_text_init(&text);
        put_line(&text, &line, &found, is_json);
        weir_cli_put(&text);
        weir_text_finish(&text);
    }
    return status;
}

int weir_bench_plugin(struct weir_arena *arena,
                      int64_t passes,
                      bool is_json,
                      struct weir_error *err)
{
    static int (*const lines[LINES])(struct weir_bench_place *, struct weir_bench_line *,
                                     struct weir_error *) = {
        weir_bench_function, weir_bench_emitter, weir_bench_typed, weir_bench_ffi, weir_bench_json};
    const struct weir_os_options options = {.threads = 1};
    struct weir_bench_place place = {.arena = arena};
    WEIR_TRY(weir_os_create(&options, &place.env, err));
    int status = weir_registry_create(place.env, NULL, &place.registry, err);
    for (int i = 0; i < LINES && status == WEIR_OK; i++) {
        status = run_line(&place, lines[i], passes, is_json, err);
    }
    weir_registry_destroy(place.registry);
    weir_os_destroy(place.env);
    return status;
}
