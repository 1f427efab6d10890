/* SPDX-License-Identifier: Apache-2.0 */
/* Builds a stage's steps from its end to its beginning: exit, the stage's nodes, the reduce side,
 * the nodes of each dependency. */
#include "worker/private.h"

static int make_exit(struct weir_worker *worker,
                     struct weir_pipeline *pipeline,
                     const struct weir_stage *stage,
                     struct weir_error *err)
{
    switch (stage->exit) {
    case WEIR_EXIT_BLOCKS:
        pipeline->exit = weir_collect_create(stage->schema, stage->remember_us > 0);
        return WEIR_OK;
    case WEIR_EXIT_SHUFFLE:
        WEIR_TRY(weir_shuffle_writer_create(worker->plan->graph, stage->tail, stage->tail_side,
                                            stage->bucket_count, worker->options.seed,
                                            &pipeline->writer, err));
        pipeline->exit = weir_shuffle_writer_step(pipeline->writer);
        return WEIR_OK;
    case WEIR_EXIT_SINK:
        break;
    }
    return weir_sink_create(stage->tail, &worker->sink_options[stage->output], &pipeline->exit,
                            err);
}

/* The reduce side in front of the chain. */
static int make_head(struct weir_worker *worker,
                     struct weir_pipeline *pipeline,
                     const struct weir_stage *stage,
                     struct weir_error *err)
{
    const struct weir_graph *graph = worker->plan->graph;
    uint64_t seed = worker->options.seed;
    if (stage->has_state) {
        return weir_state_head_create(graph, stage->head, seed, pipeline->chain, &pipeline->state,
                                      err);
    }
    if (stage->head != NULL && stage->dependencies[0].kind == WEIR_DEPEND_STATE) {
        pipeline->reader = weir_state_reader_create(graph, stage->head);
        return WEIR_OK;
    }
    return stage->head == NULL ? WEIR_OK
                               : weir_shuffle_reader_create(graph, stage->head, stage->part, seed,
                                                            pipeline->chain, &pipeline->head, err);
}

/* Where the rows of a dependency leave its own nodes. */
static struct weir_step *operand_step(const struct weir_pipeline *pipeline,
                                      const struct weir_dependency *dependency)
{
    return pipeline->state != NULL ? weir_state_head_side(pipeline->state, dependency->side)
                                   : pipeline->head;
}

static int make_steps(struct weir_worker *worker,
                      struct weir_pipeline *pipeline,
                      const struct weir_stage *stage,
                      struct weir_error *err)
{
    const struct weir_graph *graph = worker->plan->graph;
    WEIR_TRY(make_exit(worker, pipeline, stage, err));
    pipeline->chain = pipeline->head = pipeline->exit;
    WEIR_TRY(weir_chain_create(graph, stage->nodes, stage->node_count, pipeline->exit,
                               &pipeline->chain, err));
    pipeline->head = pipeline->chain;
    WEIR_TRY(make_head(worker, pipeline, stage, err));
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        WEIR_TRY(weir_chain_create(graph, dependency->nodes, dependency->node_count,
                                   operand_step(pipeline, dependency), &pipeline->first[i], err));
    }
    return WEIR_OK;
}

int weir_pipeline_make(struct weir_worker *worker,
                       struct weir_lane *lane,
                       const struct weir_stage *stage,
                       struct weir_error *err)
{
    struct weir_pipeline *pipeline = &lane->pipelines[stage->id];
    if (pipeline->is_made) {
        return WEIR_OK;
    }
    pipeline->first = weir_alloc(stage->dependency_count * sizeof *pipeline->first);
    int status = make_steps(worker, pipeline, stage, err);
    if (status != WEIR_OK) {
        weir_pipeline_destroy(pipeline, stage);
        return status;
    }
    pipeline->is_made = true;
    return WEIR_OK;
}

static void destroy_exit(struct weir_pipeline *pipeline, const struct weir_stage *stage)
{
    if (pipeline->writer != NULL) {
        weir_shuffle_writer_destroy(pipeline->writer);
    } else if (pipeline->exit != NULL && stage->exit == WEIR_EXIT_SINK) {
        weir_sink_destroy(pipeline->exit);
    } else if (pipeline->exit != NULL) {
        pipeline->exit->destroy(pipeline->exit);
    }
}

void weir_pipeline_destroy(struct weir_pipeline *pipeline, const struct weir_stage *stage)
{
    for (uint32_t i = 0; pipeline->first != NULL && i < stage->dependency_count; i++) {
        if (pipeline->first[i] != NULL) {
            weir_chain_destroy(pipeline->first[i], operand_step(pipeline, &stage->dependencies[i]));
        }
    }
    weir_state_head_destroy(pipeline->state);
    weir_state_reader_destroy(pipeline->reader);
    if (pipeline->head != pipeline->chain) {
        weir_shuffle_reader_destroy(pipeline->head, pipeline->chain);
    }
    if (pipeline->chain != pipeline->exit) {
        weir_chain_destroy(pipeline->chain, pipeline->exit);
    }
    destroy_exit(pipeline, stage);
    weir_free(pipeline->first);
    *pipeline = (struct weir_pipeline){0};
}
