/* SPDX-License-Identifier: Apache-2.0 */
/* One driver and one worker in one process: messages go from hand to hand, one at a time, on the
 * loop. */
#include "engine.h"

#include "engine_private.h"

#include <inttypes.h>
#include <string.h>

enum {
    WEIR_BLOCK_INTERVAL_US = 200000,
    WEIR_RECEIVER_RESTART_US = 2000000,
    WEIR_BATCHES_AHEAD = 2
};
static const uint64_t WEIR_BATCH_BYTES = (uint64_t)64 << 20;
static const uint64_t WEIR_HELD_BYTES_MAX = (uint64_t)512 << 20;

/* on_error= of the job's statement. */
static enum weir_on_error policy_of(const struct weir_graph *graph)
{
    for (uint32_t i = 0; i < graph->setting_count; i++) {
        const struct weir_graph_setting *setting = &graph->settings[i];
        if (strcmp(setting->name, "on_error") == 0) {
            const char *policy = setting->value.str.bytes;
            return strcmp(policy, "continue") == 0 ? WEIR_ON_ERROR_CONTINUE
                   : strcmp(policy, "retry") == 0  ? WEIR_ON_ERROR_RETRY
                                                   : WEIR_ON_ERROR_STOP;
        }
    }
    return WEIR_ON_ERROR_STOP;
}

/* A batch that fails after others of its outputs were prepared would leave a gap that a two-phase
 * sink promises not to have. */
static int check_policy(const struct weir_graph *graph,
                        enum weir_on_error policy,
                        struct weir_error *err)
{
    for (uint32_t o = 0; policy == WEIR_ON_ERROR_CONTINUE && o < graph->output_count; o++) {
        const struct weir_node *sink = &graph->nodes[graph->outputs[o]];
        if (sink->op->sink->guarantee == WEIR_TWO_PHASE) {
            return weir_error_set(err, WEIR_ETEXT,
                                  "on_error=continue: output %s commits in two phases, which "
                                  "promises that no batch is left out; use on_error=stop, or an "
                                  "output that promises less",
                                  weir_graph_stream_name(graph, o));
        }
    }
    return WEIR_OK;
}

void weir_run_options_init(struct weir_run_options *options, const struct weir_graph *graph)
{
    int64_t batch = graph->batch_us;
    *options = (struct weir_run_options){
        .driver = {.batch_bytes = WEIR_BATCH_BYTES,
                   .batches_in_flight = WEIR_BATCHES_AHEAD,
                   .on_error = policy_of(graph)},
        .worker = {.receive = {.block_us =
                                   batch < WEIR_BLOCK_INTERVAL_US ? batch : WEIR_BLOCK_INTERVAL_US,
                               .held_bytes_max = WEIR_HELD_BYTES_MAX,
                               .restart_us = WEIR_RECEIVER_RESTART_US}},
    };
}

static void trace(struct weir_run *job, const char *who, const struct weir_message *message)
{
    if (job->options.trace == NULL) {
        return;
    }
    struct weir_text text;
    weir_text_init(&text);
    weir_message_print(message, &text);
    job->options.trace(job->options.owner, who, text.bytes);
    weir_text_finish(&text);
}

static void tell_failure(const struct weir_batch_record *record)
{
    if (record->failure != NULL) {
        weir_log(WEIR_LOG_WARNING, "batch %" PRId64 " ms failed, later ones go on: %s",
                 record->batch_us / 1000, record->failure->text);
    }
}

static void take_committed(struct weir_run *job)
{
    for (uint32_t i = 0; i < job->actions.committed_count; i++) {
        tell_failure(&job->actions.committed[i]);
        weir_history_add(&job->history, &job->actions.committed[i]);
        if (job->options.on_batch != NULL) {
            job->options.on_batch(job->options.owner, &job->actions.committed[i]);
        }
    }
    job->actions.committed_count = 0;
}

static void step(struct weir_run *job,
                 enum weir_driver_event_kind kind,
                 struct weir_message *message)
{
    struct weir_driver_event event = {
        .kind = kind, .now_us = job->env->ops->now_us(job->env), .message = message};
    weir_driver_step(job->driver, &event, &job->actions);
    take_committed(job);
    struct weir_message *out;
    while ((out = weir_message_pop(&job->actions.messages)) != NULL) {
        trace(job, "driver", out);
        weir_worker_step(job->worker, out);
    }
    if (job->actions.timer_us >= 0) {
        job->env->ops->timer_start(job->env, &job->timer, job->actions.timer_us);
    } else {
        job->env->ops->timer_stop(job->env, &job->timer);
    }
    job->is_finished |= job->actions.is_finished;
}

/* Hands the inbox to the driver; what that brings about may fill it again. Told once, with nothing
 * of ours on the stack below. */
static void drain(struct weir_run *job)
{
    if (job->is_draining) {
        return;
    }
    job->is_draining = true;
    struct weir_message *message;
    while ((message = weir_message_pop(&job->inbox)) != NULL) {
        trace(job, "worker", message);
        step(job, WEIR_EVENT_MESSAGE, message);
    }
    job->is_draining = false;
    if (job->is_finished && !job->was_told) {
        job->was_told = true;
        job->history.ended_us = job->env->ops->now_us(job->env);
        job->env->ops->timer_stop(job->env, &job->timer);
        if (job->options.on_finished != NULL) {
            job->options.on_finished(job->options.owner, &job->actions.err);
        }
    }
}

static void take_from_worker(void *owner, struct weir_message *message)
{
    struct weir_run *job = owner;
    weir_message_push(&job->inbox, message);
    drain(job);
}

static void event(struct weir_run *job, enum weir_driver_event_kind kind)
{
    job->is_draining = true;
    step(job, kind, NULL);
    job->is_draining = false;
    drain(job);
}

/* A batch edge: what was received before it belongs to the batch, so open blocks are closed first.
 */
static void timer_fired(struct weir_timer *timer)
{
    struct weir_run *job = timer->owner;
    weir_worker_cut(job->worker);
    event(job, WEIR_EVENT_TIMER);
}

/* The seed of a job is the same whenever and wherever it runs, so that its bytes are. */
static uint64_t seed_of(const struct weir_graph *graph)
{
    uint64_t seed = 0xcbf29ce484222325u; /* FNV-1a over the shape of the graph */
    for (uint32_t i = 0; i < graph->node_count; i++) {
        seed = (seed ^ (uint64_t)graph->nodes[i].verb) * 0x100000001b3u;
    }
    return seed;
}

int weir_run_create(struct weir_env *env,
                    const struct weir_graph *graph,
                    const struct weir_run_options *options,
                    struct weir_run **job_out,
                    struct weir_error *err)
{
    struct weir_run *job = weir_alloc(sizeof *job);
    job->env = env;
    job->options = *options;
    uint64_t seed = options->driver.seed != 0 ? options->driver.seed : seed_of(graph);
    job->options.driver.seed = job->options.worker.seed = seed;
    job->options.worker.receive.until_eof = options->driver.until_eof;
    job->timer = (struct weir_timer){.fire = timer_fired, .owner = job};
    weir_driver_actions_init(&job->actions);
    int status = check_policy(graph, options->driver.on_error, err);
    if (status == WEIR_OK) {
        bool leaves_out = options->driver.on_error == WEIR_ON_ERROR_CONTINUE;
        status = weir_plan_create_keeping(graph, options->keeps, options->keep_count, leaves_out,
                                          &job->plan, err);
    }
    if (status == WEIR_OK) {
        status = weir_worker_create(env, job->plan, &job->options.worker, take_from_worker, job,
                                    &job->worker, err);
    }
    if (status != WEIR_OK) {
        weir_run_destroy(job);
        return status;
    }
    job->driver = weir_driver_create(job->plan, &job->options.driver);
    *job_out = job;
    return WEIR_OK;
}

void weir_run_destroy(struct weir_run *job)
{
    if (job == NULL) {
        return;
    }
    struct weir_message *message;
    while ((message = weir_message_pop(&job->inbox)) != NULL) {
        weir_message_destroy(message);
    }
    weir_worker_destroy(job->worker);
    weir_driver_destroy(job->driver);
    weir_plan_destroy(job->plan);
    weir_driver_actions_finish(&job->actions);
    weir_free(job);
}

void weir_run_start(struct weir_run *job)
{
    weir_history_init(&job->history, job->env->ops->now_us(job->env));
    event(job, WEIR_EVENT_START);
}

void weir_run_stop(struct weir_run *job)
{
    if (!job->was_told) {
        event(job, WEIR_EVENT_STOP);
    }
}

const struct weir_history *weir_run_history(const struct weir_run *job)
{
    return &job->history;
}

const struct weir_plan *weir_run_plan(const struct weir_run *job)
{
    return job->plan;
}

struct weir_worker *weir_run_worker(struct weir_run *job)
{
    return job->worker;
}

/* ---- slices ---- */
/* What holds a kept stream's RDDs: a stage, or a receiver's input; UINT32_MAX: nothing. */
static uint32_t find_kept(const struct weir_plan *plan, uint32_t node)
{
    for (uint32_t s = 0; s < plan->stage_count; s++) {
        const struct weir_stage *stage = &plan->stages[s];
        if (stage->exit == WEIR_EXIT_BLOCKS && stage->part != WEIR_HEAD_PANE &&
            stage->node->id == node && stage->remember_us > 0) {
            return s;
        }
    }
    for (uint32_t i = 0; i < plan->input_count; i++) {
        if (plan->inputs[i].is_receiver && plan->inputs[i].node->id == node &&
            plan->inputs[i].remember_us > 0) {
            return WEIR_BLOCK_INPUT + i;
        }
    }
    return UINT32_MAX;
}

struct slicing {
    const struct weir_run *job;
    weir_run_slice_visitor visit;
    void *owner;
};

static void visit_slice(void *owner, struct weir_slice slice)
{
    const struct slicing *slicing = owner;
    const struct weir_block *block = weir_worker_block(slicing->job->worker, &slice);
    WEIR_ASSERT(block != NULL); /* what the driver remembers the worker has */
    slicing->visit(slicing->owner, block);
}

int weir_run_slice(const struct weir_run *job,
                   uint32_t node,
                   int64_t from_us,
                   int64_t to_us,
                   weir_run_slice_visitor visit,
                   void *owner,
                   struct weir_error *err)
{
    uint32_t kept = find_kept(job->plan, node);
    struct slicing slicing = {job, visit, owner};
    if (kept == UINT32_MAX) {
        return weir_error_set(err, WEIR_EUSAGE,
                              "stream %" PRIu32 " is not kept: name it in weir_run_options.keeps",
                              node);
    }
    return weir_driver_slice(job->driver, kept, from_us, to_us, visit_slice, &slicing, err);
}
