/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of jobs: the plugin `play`, whose inputs and outputs follow a script (inputs.c), graphs
 * that use it, and jobs in simulated time. One test at a time. */
#ifndef WEIR_TESTS_PLAY_PLAY_H
#define WEIR_TESTS_PLAY_PLAY_H

#include "engine.h"

#include "base/base.h"
#include "stream/stream.h"

/* ---- play.c ---- */
/* Forgets rules and log. */
void play_reset(void);

/* The next `times` steps that begin with `step` (script.h) end with `outcome`. */
void play_fail(const char *step, int outcome, int times);

/* What sinks committed and receivers and sources were told, in order: "[1000] 2 partitions",
 * "{\"count\":0}", "acked 1", "told 12", a line each. Owned by play, until play_reset. */
const char *play_log(void);

/* A registry that knows `play`. env NULL: a world without files. */
struct weir_registry *play_registry(struct weir_env *env);

/* Text to graph; asserts that it has no mistakes. partitions 0: as the text says. */
struct weir_graph *play_graph(struct weir_registry *registry, const char *text);

/* ---- job.c: jobs in simulated time ---- */
struct play_options {
    struct weir_sim_options sim;       /* threads 0: two; a work takes 1 ms unless said otherwise */
    struct weir_driver_options driver; /* batches_in_flight 0: the default; batch_bytes too */
    int64_t block_us;                  /* 0: the default */
    uint64_t held_bytes_max;           /* 0: the default */
    int64_t stop_us;                   /* graceful stop at that time; 0: none */
    int64_t until_us;                  /* the simulation gives up then; 0: after an hour */
    void (*on_job)(struct weir_run *job); /* before it starts; may be NULL */
};

/* How the last job went. */
struct play_result {
    bool is_finished;
    struct weir_error err;
    struct weir_text trace;   /* "[ms] driver > task stage 0 ..." lines */
    struct weir_text batches; /* "[1000] in 3 out 2 tasks 4 retries 0 bad 0" lines */
    size_t held_blocks;       /* by the worker at the end */
    uint64_t summary_batches;
};

/* Compiles and runs. The caller finishes the result. */
void play_run(const char *text, const struct play_options *options, struct play_result *result);
void play_result_finish(struct play_result *result);

/* Runs it to its end: the trace and what play_log says afterwards are these, to the letter. */
void play_expect(const char *text,
                 const struct play_options *options,
                 const char *trace,
                 const char *log);

#endif
