/* SPDX-License-Identifier: Apache-2.0 */
/* A worker is made and taken apart: the instances that inputs and outputs have on the loop, and a
 * lane for each thread of the pool. */
#include "worker/private.h"

static void log_bad_record(void *owner, const char *text)
{
    (void)owner;
    weir_log(WEIR_LOG_WARNING, "bad record: %s", text);
}

static int open_input(struct weir_worker *worker, uint32_t input, struct weir_error *err)
{
    const struct weir_plan_input *spec = &worker->plan->inputs[input];
    if (!spec->is_receiver) {
        return weir_call_open(&worker->askers[input].call, spec->node->op, spec->node->params, err);
    }
    const struct weir_receive_sink sink = {worker, weir_worker_add_received,
                                           weir_worker_receiver_changed};
    return weir_receiver_create(worker->env, input, spec->node, &worker->options.receive, &sink,
                                &worker->receivers[input], err);
}

static int open_all(struct weir_worker *worker, struct weir_error *err)
{
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        WEIR_TRY(open_input(worker, i, err));
    }
    for (uint32_t o = 0; o < worker->plan->output_count; o++) {
        const struct weir_graph *graph = worker->plan->graph;
        worker->sink_options[o] = (struct weir_sink_options){
            .job = graph->job == NULL ? "job" : graph->job,
            .stream = weir_graph_stream_name(graph, o),
            .output = o,
            .is_json = worker->options.is_json,
        };
        WEIR_TRY(weir_sink_create(&graph->nodes[graph->outputs[o]], &worker->sink_options[o],
                                  &worker->committers[o], err));
    }
    return WEIR_OK;
}

static void make_lanes(struct weir_worker *worker)
{
    uint32_t inputs = worker->plan->input_count + 1;
    worker->lanes = weir_alloc(worker->env->thread_count * sizeof *worker->lanes);
    for (uint32_t t = 0; t < worker->env->thread_count; t++) {
        struct weir_lane *lane = &worker->lanes[t];
        lane->pipelines = weir_alloc(worker->plan->stage_count * sizeof *lane->pipelines);
        lane->sources = weir_alloc(inputs * sizeof *lane->sources);
        lane->is_source_open = weir_alloc(inputs * sizeof *lane->is_source_open);
        weir_arena_init(&lane->task.arena);
    }
}

int weir_worker_create(struct weir_env *env,
                       const struct weir_plan *plan,
                       const struct weir_worker_options *options,
                       weir_worker_send send,
                       void *owner,
                       struct weir_worker **worker_out,
                       struct weir_error *err)
{
    uint32_t inputs = plan->input_count + 1;
    struct weir_worker *worker = weir_alloc(sizeof *worker);
    worker->env = env;
    worker->plan = plan;
    worker->options = *options;
    worker->send = send;
    worker->owner = owner;
    worker->cache = weir_block_cache_create();
    worker->receivers = weir_alloc(inputs * sizeof *worker->receivers);
    worker->is_receiving = weir_alloc(inputs * sizeof *worker->is_receiving);
    worker->held_bytes = weir_alloc(inputs * sizeof *worker->held_bytes);
    worker->next_number = weir_alloc(inputs * sizeof *worker->next_number);
    worker->askers = weir_alloc(inputs * sizeof *worker->askers);
    worker->committers = weir_alloc((plan->output_count + 1) * sizeof *worker->committers);
    worker->sink_options = weir_alloc((plan->output_count + 1) * sizeof *worker->sink_options);
    worker->on_bad_record = log_bad_record;
    weir_worker_states_create(worker);
    worker->gathered = weir_alloc((plan->stage_count + 1) * sizeof *worker->gathered);
    make_lanes(worker);
    int status = open_all(worker, err);
    if (status != WEIR_OK) {
        weir_worker_destroy(worker);
        return status;
    }
    *worker_out = worker;
    return WEIR_OK;
}

static void destroy_lane(struct weir_worker *worker, struct weir_lane *lane)
{
    for (uint32_t s = 0; s < worker->plan->stage_count; s++) {
        if (lane->pipelines[s].is_made) {
            weir_pipeline_destroy(&lane->pipelines[s], &worker->plan->stages[s]);
        }
    }
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        if (lane->is_source_open[i]) {
            weir_call_close(&lane->sources[i]);
        }
    }
    weir_arena_finish(&lane->task.arena);
    weir_free(lane->pipelines);
    weir_free(lane->sources);
    weir_free(lane->is_source_open);
}

void weir_worker_destroy(struct weir_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    WEIR_ASSERT(!weir_worker_is_busy(worker));
    weir_block_cache_destroy(worker->cache); /* before the steps whose schemas they have */
    for (uint32_t t = 0; t < worker->env->thread_count; t++) {
        destroy_lane(worker, &worker->lanes[t]);
    }
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        weir_receiver_destroy(worker->receivers[i]);
        weir_call_close(&worker->askers[i].call);
    }
    for (uint32_t o = 0; o < worker->plan->output_count; o++) {
        weir_sink_destroy(worker->committers[o]);
    }
    weir_worker_states_destroy(worker);
    weir_worker_gathered_destroy(worker);
    weir_free(worker->lanes);
    weir_free(worker->receivers);
    weir_free(worker->is_receiving);
    weir_free(worker->held_bytes);
    weir_free(worker->next_number);
    weir_free(worker->askers);
    weir_free(worker->committers);
    weir_free(worker->sink_options);
    weir_free(worker);
}
