/* SPDX-License-Identifier: Apache-2.0 */
/* Many seeded schedules of a few jobs in the simulator: rates, bursts, interleavings, slow tasks,
 * batch lengths, partitions, tight memory, operators and commits that fail and are tried again.
 * Whatever the schedule, every word is counted once: the totals equal a plain count over the same
 * lines; and what a job counts in two ways (jobs.h) comes to nothing. swarm --runs N --seed S */
#include "engine.h"
#include "jobs.h"
#include "sim_plugin.h"

#include "lang/lang.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct weir_plugin weir_plugin_e1_sim;

enum { GIVE_UP_S = 36000 }; /* of virtual time */

struct schedule {
    uint64_t seed;
    uint32_t threads, partitions, slow_percent, slow_factor, fail_share, in_flight;
    struct sim_job job;
    int64_t block_us, work_us;
    uint64_t held_bytes;
};

static uint64_t retries;            /* of all runs */
static struct weir_random failures; /* of the run under way */
static uint32_t fail_share;

static struct weir_map counted; /* word -> int64_t, of the run under way */
static int64_t newest_batch_us;
static bool is_out_of_order;

static void add(struct weir_map *map, const char *word, size_t bytes, int64_t count)
{
    weir_str key = {word, bytes};
    int64_t *total = weir_map_get(map, key);
    if (total == NULL) {
        total = weir_alloc(sizeof *total);
        (void)weir_map_put(map, key, total);
    }
    *total += count;
}

void sim_tally(const char *word, size_t bytes, int64_t count)
{
    add(&counted, word, bytes, count);
}

void sim_batch_committed(int64_t batch_us)
{
    is_out_of_order |= batch_us < newest_batch_us; /* each output of a batch commits */
    newest_batch_us = batch_us;
}

/* A call fails in so many of ten thousand: a task has many of them. */
bool sim_fails(void)
{
    return weir_random_below(&failures, 10000) < fail_share;
}

static void clear(struct weir_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        weir_free(map->entries[i].value);
    }
    weir_map_finish(map);
}

/* The plain reference: the same lines, counted by hand. */
static void count_plainly(const struct schedule *schedule, struct weir_map *map)
{
    char line[SIM_LINE_BYTES_MAX];
    for (int64_t n = 0; n < schedule->job.lines; n++) {
        size_t bytes = sim_line(schedule->seed, (uint64_t)n, line);
        for (size_t at = 0; at < bytes;) {
            size_t start = at;
            while (at < bytes && strchr(" \t\n", line[at]) == NULL) {
                at++;
            }
            if (at > start) {
                add(map, line + start, at - start, 1);
            }
            at++;
        }
    }
}

static void draw(struct schedule *s, uint64_t seed)
{
    struct weir_random random;
    weir_random_seed(&random, seed);
    *s = (struct schedule){.seed = seed};
    s->threads = (uint32_t)weir_random_below(&random, 4) + 1;
    s->partitions = (uint32_t)weir_random_below(&random, 8) + 1;
    s->slow_percent = (uint32_t)weir_random_below(&random, 30);
    s->slow_factor = (uint32_t)weir_random_below(&random, 50) + 1;
    s->fail_share = weir_random_below(&random, 2) == 0 ? 0 : 10;
    s->in_flight = (uint32_t)weir_random_below(&random, 4) + 1;
    sim_job_draw(&s->job, seed, &random);
    s->block_us = ((int64_t)weir_random_below(&random, 50) + 1) * 1000;
    /* at most ten batches long: ticks are never merged, so a slower world would fall behind for
     * hours */
    s->work_us = (int64_t)weir_random_below(&random, 50000) % (10 * s->job.batch_us) + 1;
    if (s->job.grows) { /* a state has tasks in every batch: the world must be fast enough */
        s->work_us = s->work_us % (s->job.batch_us / 20) + 1;
        s->slow_factor = s->slow_factor % 5 + 1;
    }
    s->held_bytes = weir_random_below(&random, 3) == 0 ? 600 : 1 << 20;
}

struct ending {
    struct weir_env *env;
    struct weir_error err;
    bool is_finished;
};

static void finished(void *owner, const struct weir_error *err)
{
    struct ending *ending = owner;
    ending->err = *err;
    ending->is_finished = true;
    ending->env->ops->stop(ending->env);
}

static void trace(void *owner, const char *from, const char *text)
{
    struct ending *ending = owner;
    weir_env_trace(ending->env, "%s > %s", from, text);
}

static int compile(const struct schedule *s,
                   struct weir_registry *registry,
                   struct weir_graph **graph,
                   struct weir_error *err)
{
    struct weir_text text;
    struct weir_text shown;
    weir_text_init(&text);
    weir_text_init(&shown);
    sim_job_text(&s->job, &text);
    struct weir_source source = {"swarm", weir_text_str(&text), false};
    struct weir_bind_options options = {
        .registry = registry, .batch_us = s->job.batch_us, .partitions = s->partitions};
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_lang_compile(&source, &options, &diagnostics, graph, err);
    if (status != WEIR_OK) {
        weir_diagnostics_render(&diagnostics, false, &shown);
        (void)printf("%s", shown.bytes);
    }
    weir_diagnostics_finish(&diagnostics);
    weir_text_finish(&text);
    weir_text_finish(&shown);
    return status;
}

/* Runs the job of a schedule in a world of its own; the trace goes to `to`. */
static int simulate(const struct schedule *s, struct weir_text *to, struct weir_error *err)
{
    const struct weir_sim_options options = {.seed = s->seed,
                                             .threads = s->threads,
                                             .work_us_min = 1,
                                             .work_us_max = s->work_us,
                                             .slow_percent = s->slow_percent,
                                             .slow_factor = s->slow_factor,
                                             .shuffle_ready = true};
    struct ending ending = {.env = weir_sim_create(&options)};
    struct weir_registry *registry = NULL;
    struct weir_graph *graph = NULL;
    struct weir_run *job = NULL;
    int status = weir_registry_create(ending.env, NULL, &registry, err);
    if (status == WEIR_OK) {
        status = weir_registry_use_static(registry, &weir_plugin_e1_sim, "sim", false, err);
    }
    if (status == WEIR_OK) {
        status = compile(s, registry, &graph, err);
    }
    if (status == WEIR_OK) {
        struct weir_run_options job_options;
        weir_run_options_init(&job_options, graph);
        job_options.driver.until_eof = true;
        job_options.driver.batches_in_flight = s->in_flight;
        job_options.driver.retry_pause_us = 1000;
        job_options.worker.receive.block_us = s->block_us;
        job_options.worker.receive.held_bytes_max = s->held_bytes;
        job_options.on_finished = finished;
        job_options.trace = trace;
        job_options.owner = &ending;
        status = weir_run_create(ending.env, graph, &job_options, &job, err);
    }
    if (status == WEIR_OK) {
        weir_run_start(job);
        weir_sim_run(ending.env, (int64_t)GIVE_UP_S * 1000000);
        status = ending.is_finished
                     ? ending.err.status
                     : weir_error_set(err, WEIR_EJOB, "the job did not end within ten hours");
        *err = ending.is_finished ? ending.err : *err;
        const struct weir_text *lines = weir_sim_trace(ending.env);
        weir_text_append(to, lines->bytes, lines->count);
        if (ending.is_finished && !s->job.keeps &&
            weir_worker_held_blocks(weir_run_worker(job)) != 0) {
            status = weir_error_set(err, WEIR_EJOB, "blocks are still held after the end");
        }
        retries += weir_run_history(job)->retries;
        if (ending.is_finished) {
            weir_run_destroy(job);
        }
    }
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_sim_destroy(ending.env);
    return status;
}

/* What was counted in two ways comes to nothing. */
static bool agrees(struct weir_error *err, uint64_t *marked)
{
    for (size_t i = 0; i < counted.count; i++) {
        const struct weir_map_entry *entry = &counted.entries[i];
        const int64_t *difference = entry->value;
        if (entry->key[0] != '~') {
            continue;
        }
        (*marked)++;
        if (*difference != 0) {
            (void)weir_error_set(err, WEIR_EJOB, "'%.*s' counted in two ways differs by %" PRId64,
                                 (int)entry->key_count, entry->key, *difference);
            return false;
        }
    }
    return true;
}

static bool is_equal(const struct weir_map *expected, struct weir_error *err)
{
    uint64_t marked = 0;
    for (size_t i = 0; i < expected->count; i++) {
        weir_str key = {expected->entries[i].key, expected->entries[i].key_count};
        const int64_t *wanted = expected->entries[i].value;
        const int64_t *got = weir_map_get(&counted, key);
        if (got == NULL || *wanted != *got) {
            (void)weir_error_set(
                err, WEIR_EJOB, "'%.*s' is %" PRId64 " by the reference and %" PRId64 " by the job",
                (int)key.count, key.bytes, *wanted, got == NULL ? 0 : *got);
            return false;
        }
    }
    if (!agrees(err, &marked)) {
        return false;
    }
    if (expected->count + marked != counted.count) {
        (void)weir_error_set(err, WEIR_EJOB, "the job has words that the reference has not");
    }
    return expected->count + marked == counted.count;
}

static bool run(uint64_t seed, struct weir_text *to)
{
    struct schedule schedule;
    struct weir_map expected;
    struct weir_error err = {0};
    draw(&schedule, seed);
    weir_map_init(&expected);
    weir_map_init(&counted);
    newest_batch_us = 0;
    is_out_of_order = false;
    weir_random_seed(&failures, seed);
    fail_share = schedule.fail_share;
    count_plainly(&schedule, &expected);
    bool ok = simulate(&schedule, to, &err) == WEIR_OK;
    ok = ok && is_equal(&expected, &err);
    if (is_out_of_order) {
        (void)weir_error_set(&err, WEIR_EJOB, "batches were committed out of order");
        ok = false;
    }
    if (!ok) {
        (void)printf("FAILED seed %" PRIu64 " (%s): %s\n  swarm --runs 1 --seed %" PRIu64
                     " replays it\n",
                     seed, sim_job_name(&schedule.job), err.text, seed);
    }
    clear(&expected);
    clear(&counted);
    return ok;
}

/* The same seed must give the same trace, to the letter. */
static bool is_deterministic(uint64_t seed)
{
    struct weir_text first, second;
    weir_text_init(&first);
    weir_text_init(&second);
    bool ok = run(seed, &first) && run(seed, &second) && first.count == second.count &&
              first.count > 0 && memcmp(first.bytes, second.bytes, first.count) == 0;
    if (!ok) {
        (void)printf("FAILED seed %" PRIu64 ": two runs differ\n", seed);
    }
    weir_text_finish(&first);
    weir_text_finish(&second);
    return ok;
}

static uint64_t number_after(int argc, char **argv, const char *name, uint64_t fallback)
{
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return strtoull(argv[i + 1], NULL, 10);
        }
    }
    return fallback;
}

int main(int argc, char **argv)
{
    uint64_t runs = number_after(argc, argv, "--runs", 1000);
    uint64_t seed = number_after(argc, argv, "--seed", 1);
    uint64_t passed = 0;
    for (uint64_t i = 0; i < runs; i++) {
        struct weir_text trace_text;
        weir_text_init(&trace_text);
        bool ok = i % 50 == 0 ? is_deterministic(seed + i) : run(seed + i, &trace_text);
        passed += ok ? 1 : 0;
        weir_text_finish(&trace_text);
    }
    (void)printf("%" PRIu64 " tasks, questions and commits were tried again\n", retries);
    (void)printf("%" PRIu64 " passed, %" PRIu64 " failed\n", passed, runs - passed);
    return passed == runs ? 0 : 1;
}
