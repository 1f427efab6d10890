/* SPDX-License-Identifier: Apache-2.0 */
/* A job from text to end in simulated time. */
#include "play.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { GIVE_UP_S = 3600 };

struct stage { /* the job's owner while it runs */
    struct weir_env *env;
    struct weir_run *job;
    struct play_result *result;
    struct weir_timer stop;
};

static void finished(void *owner, const struct weir_error *err)
{
    struct stage *stage = owner;
    stage->result->is_finished = true;
    stage->result->err = *err;
    weir_env_trace(stage->env, "finished%s%s", err->status == WEIR_OK ? "" : ": ", err->text);
    stage->env->ops->stop(stage->env);
}

static void trace(void *owner, const char *from, const char *text)
{
    struct stage *stage = owner;
    weir_env_trace(stage->env, "%s > %s", from, text);
}

static void committed(void *owner, const struct weir_batch_record *record)
{
    struct stage *stage = owner;
    weir_text_printf(&stage->result->batches,
                     "[%" PRId64 "] in %" PRIu64 " out %" PRIu64 " tasks %" PRIu32
                     " retries %" PRIu32 " bad %" PRIu32 "\n",
                     record->batch_us / 1000, record->records_in, record->rows_out, record->tasks,
                     record->retries, record->bad_records);
    weir_env_trace(stage->env, "batch %" PRId64 " committed", record->batch_us / 1000);
}

static void stop_job(struct weir_timer *timer)
{
    struct stage *stage = timer->owner;
    weir_env_trace(stage->env, "stop");
    weir_run_stop(stage->job);
}

static struct weir_env *make_world(const struct play_options *options)
{
    struct weir_sim_options sim = options->sim;
    sim.threads = sim.threads == 0 ? 2 : sim.threads;
    if (sim.work_us_max == 0) {
        sim.work_us_min = sim.work_us_max = 1000;
    }
    return weir_sim_create(&sim);
}

static void set_options(struct weir_run_options *to,
                        const struct weir_graph *graph,
                        const struct play_options *options,
                        struct stage *stage)
{
    weir_run_options_init(to, graph);
    struct weir_driver_options defaults = to->driver;
    to->driver = options->driver;
    if (to->driver.batches_in_flight == 0) {
        to->driver.batches_in_flight = defaults.batches_in_flight;
    }
    if (to->driver.batch_bytes == 0) {
        to->driver.batch_bytes = defaults.batch_bytes;
    }
    if (options->block_us > 0) {
        to->worker.receive.block_us = options->block_us;
    }
    if (options->held_bytes_max > 0) {
        to->worker.receive.held_bytes_max = options->held_bytes_max;
    }
    to->on_batch = committed;
    to->on_finished = finished;
    to->trace = trace;
    to->owner = stage;
}

static void run(struct stage *stage,
                const struct weir_graph *graph,
                const struct play_options *options)
{
    struct play_result *result = stage->result;
    struct weir_run_options job_options;
    set_options(&job_options, graph, options, stage);
    if (weir_run_create(stage->env, graph, &job_options, &stage->job, &result->err) != WEIR_OK) {
        return;
    }
    if (options->on_job != NULL) {
        options->on_job(stage->job);
    }
    stage->stop = (struct weir_timer){.fire = stop_job, .owner = stage};
    if (options->stop_us > 0) {
        stage->env->ops->timer_start(stage->env, &stage->stop, options->stop_us);
    }
    weir_run_start(stage->job);
    weir_sim_run(stage->env,
                 options->until_us > 0 ? options->until_us : (int64_t)GIVE_UP_S * 1000000);
    result->held_blocks = weir_worker_held_blocks(weir_run_worker(stage->job));
    result->summary_batches = weir_run_history(stage->job)->batches;
    if (result->is_finished) {
        weir_run_destroy(stage->job);
    }
}

void play_run(const char *text, const struct play_options *options, struct play_result *result)
{
    struct weir_env *env = make_world(options);
    struct weir_registry *registry = play_registry(env);
    struct weir_graph *graph = play_graph(registry, text);
    struct stage stage = {.env = env, .result = result};
    *result = (struct play_result){0};
    run(&stage, graph, options);
    const struct weir_text *lines = weir_sim_trace(env);
    weir_text_append(&result->trace, lines->bytes, lines->count);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_sim_destroy(env);
}

void play_result_finish(struct play_result *result)
{
    weir_text_finish(&result->trace);
    weir_text_finish(&result->batches);
}

void play_expect(const char *text,
                 const struct play_options *options,
                 const char *trace_text,
                 const char *log)
{
    struct play_result result;
    play_run(text, options, &result);
    if (strcmp(result.trace.bytes, trace_text) != 0 || strcmp(play_log(), log) != 0) {
        print_error("%s\n--- trace\n%s--- expected\n%s--- log\n%s--- expected\n%s", text,
                    result.trace.bytes, trace_text, play_log(), log);
        fail();
    }
    assert_true(result.is_finished);
    play_result_finish(&result);
}
