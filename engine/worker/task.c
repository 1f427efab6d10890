/* SPDX-License-Identifier: Apache-2.0 */
/* A task on its pool thread: reads its slices or its part of a source's range, walks them through
 * the stage's steps, and takes what is left at the end. It touches immutable blocks and its own
 * lane only. */
#include "worker/private.h"

#include <string.h>

void weir_reply_fail(struct weir_message *reply, const struct weir_error *err)
{
    reply->status = reply->result.status = err->status;
    reply->text = (const char *)weir_message_bytes(reply, err->text, strlen(err->text)).bytes;
}

int weir_lane_source(struct weir_worker *worker,
                     struct weir_lane *lane,
                     uint32_t input,
                     struct weir_call **call,
                     struct weir_error *err)
{
    const struct weir_node *node = worker->plan->inputs[input].node;
    if (!lane->is_source_open[input]) {
        WEIR_TRY(weir_call_open(&lane->sources[input], node->op, node->params, err));
        lane->is_source_open[input] = true;
    }
    *call = &lane->sources[input];
    return WEIR_OK;
}

static int read_range(struct weir_worker_job *job,
                      struct weir_lane *lane,
                      const struct weir_dependency *dependency,
                      struct weir_step *first)
{
    struct weir_worker *worker = job->worker;
    struct weir_exec_task *task = &lane->task;
    struct weir_call *call;
    WEIR_TRY(weir_lane_source(worker, lane, dependency->from, &call, task->err));
    weir_call_begin(call, task->batch_us, task->partition, task->seed);
    const struct weir_type *schema = worker->plan->inputs[dependency->from].node->schema;
    return weir_scan_source(task, call, schema, job->request->task.range, first);
}

/* An operand after the other, the last one first: a join builds on its right, a state begins with
 * its initial rows. Within an operand slices are in the fixed merge order. */
static int read_slices(struct weir_worker_job *job,
                       struct weir_exec_task *task,
                       const struct weir_pipeline *pipeline,
                       const struct weir_stage *stage)
{
    const struct weir_slice *slices = job->request->task.slices;
    if (pipeline->reader != NULL) {
        return weir_state_reader_scan(pipeline->reader, task, job->state, pipeline->first[0]);
    }
    for (uint32_t d = stage->dependency_count; d-- > 0;) {
        task->side = stage->dependencies[d].side;
        if (d == 1 && job->right != NULL) {
            continue;
        }
        for (uint32_t i = 0; i < job->block_count && !task->wants_no_more; i++) {
            if (slices[i].dependency == d) {
                WEIR_TRY(weir_scan_block(task, job->blocks[i], false, pipeline->first[d]));
            }
        }
    }
    return WEIR_OK;
}

/* A head gathers all operands: its end is the end of the task. A head with state is told the end of
 * each. */
static int finish_steps(struct weir_pipeline *pipeline,
                        const struct weir_stage *stage,
                        uint32_t dependency,
                        struct weir_exec_task *task)
{
    if (pipeline->state == NULL) {
        struct weir_step *first =
            stage->head != NULL ? pipeline->head : pipeline->first[dependency];
        return first->finish(first, task);
    }
    for (uint32_t d = stage->dependency_count; d-- > 0;) {
        WEIR_TRY(pipeline->first[d]->finish(pipeline->first[d], task));
    }
    return WEIR_OK;
}

static void lend_state(struct weir_worker_job *job,
                       struct weir_pipeline *pipeline,
                       const struct weir_stage *stage)
{
    if (pipeline->state != NULL) {
        weir_state_head_lend(pipeline->state, job->state, stage->dependency_count);
    }
}

static int run_steps(struct weir_worker_job *job,
                     struct weir_lane *lane,
                     const struct weir_stage *stage)
{
    const struct weir_message_task *request = &job->request->task;
    struct weir_pipeline *pipeline = &lane->pipelines[stage->id];
    struct weir_step *first = pipeline->first[request->dependency];
    lend_state(job, pipeline, stage);
    int status = request->has_range
                     ? read_range(job, lane, &stage->dependencies[request->dependency], first)
                     : read_slices(job, &lane->task, pipeline, stage);
    if (status == WEIR_OK) {
        status = finish_steps(pipeline, stage, request->dependency, &lane->task);
    }
    if (status != WEIR_OK) {
        first->abandon(first, &lane->task);
    }
    return status;
}

/* What the steps have left at the end becomes the job's. */
static void take_result(struct weir_worker_job *job,
                        struct weir_pipeline *pipeline,
                        const struct weir_stage *stage)
{
    switch (stage->exit) {
    case WEIR_EXIT_BLOCKS:
        job->left_count = 1;
        job->left = weir_alloc(sizeof *job->left);
        job->left[0] = weir_collect_take(pipeline->exit);
        break;
    case WEIR_EXIT_SHUFFLE:
        job->left_count = stage->bucket_count;
        job->left = weir_alloc(stage->bucket_count * sizeof *job->left);
        weir_shuffle_writer_take(pipeline->writer, job->left);
        break;
    case WEIR_EXIT_SINK: {
        weir_bytes token = weir_sink_token(pipeline->exit);
        weir_bytes *items = weir_arena_alloc(&job->reply->arena, sizeof *items);
        items[0] = weir_message_bytes(job->reply, token.bytes, token.count);
        job->reply->items = items;
        job->reply->item_count = 1;
        break;
    }
    }
}

static void begin_task(struct weir_worker_job *job, struct weir_lane *lane, struct weir_error *err)
{
    const struct weir_message_task *request = &job->request->task;
    struct weir_exec_task *task = &lane->task;
    struct weir_arena arena = task->arena;
    weir_arena_reset(&arena);
    *task = (struct weir_exec_task){
        .batch_us = request->id.batch_us,
        .zero_us = request->zero_us,
        .stage = request->id.stage,
        .partition = request->id.partition,
        .partition_count = request->partition_count,
        .right = job->right,
        .built = job->gathers_table && job->right == NULL ? &job->built : NULL,
        .seed = job->worker->options.seed,
        .stop_on_bad_record = job->worker->options.stop_on_bad_record,
        .arena = arena,
        .err = err,
    };
}

/* Counts and samples go into the reply, whether the task succeeded or not. */
static void report(struct weir_worker_job *job, const struct weir_exec_task *task)
{
    struct weir_message *reply = job->reply;
    reply->result.records_in = task->records_in;
    reply->result.rows_out = task->rows_out;
    reply->result.bad_records = task->bad_records;
    reply->result.may_retry = task->may_retry;
    for (uint32_t i = 0; i < job->left_count; i++) {
        reply->result.bytes_out += job->left[i] == NULL ? 0 : job->left[i]->bytes;
    }
    const char **samples =
        weir_arena_alloc(&reply->arena, (task->sample_count + 1) * sizeof *samples);
    for (uint32_t i = 0; i < task->sample_count; i++) {
        samples[i] = weir_arena_strndup(&reply->arena, task->samples[i], strlen(task->samples[i]));
        job->sample_operators[i] = task->sample_operators[i];
    }
    reply->samples = samples;
    reply->sample_count = task->sample_count;
}

void weir_job_run_task(struct weir_worker_job *job, uint32_t thread)
{
    struct weir_worker *worker = job->worker;
    struct weir_lane *lane = &worker->lanes[thread];
    const struct weir_stage *stage = &worker->plan->stages[job->request->task.id.stage];
    struct weir_error err = {0};
    int64_t started = worker->env->ops->now_us(worker->env);
    job->reply->task = (struct weir_message_task){.id = job->request->task.id};
    begin_task(job, lane, &err);
    int status = weir_pipeline_make(worker, lane, stage, &err);
    if (status == WEIR_OK) {
        status = run_steps(job, lane, stage);
    }
    if (status == WEIR_OK) {
        take_result(job, &lane->pipelines[stage->id], stage);
    } else {
        weir_reply_fail(job->reply, &err);
    }
    report(job, &lane->task);
    job->reply->result.run_us = worker->env->ops->now_us(worker->env) - started;
}
