/* SPDX-License-Identifier: Apache-2.0 */
/* Messages in; jobs for the pool, blocks in the cache and messages out. Everything here happens on
 * the loop. */
#include "worker/worker.h"

#include "worker/private.h"

#include <inttypes.h>
#include <string.h>

/* ---- received blocks ---- */
void weir_worker_add_received(void *owner,
                              uint32_t input,
                              struct weir_block *block,
                              int64_t closed_us)
{
    struct weir_worker *worker = owner;
    struct weir_block_id id = {.owner = WEIR_BLOCK_INPUT + input,
                               .partition = worker->next_number[input]++};
    struct weir_message *news = weir_message_create(WEIR_MESSAGE_BLOCK_ADDED);
    news->input = input;
    news->number = id.partition;
    news->rows = block->rows;
    news->byte_count = block->bytes;
    news->time_us = closed_us;
    worker->held_bytes[input] += block->bytes;
    weir_block_cache_put(worker->cache, &id, block);
    weir_receiver_held(worker->receivers[input], worker->held_bytes[input]);
    worker->send(worker->owner, news);
}

void weir_worker_receiver_changed(
    void *owner, uint32_t input, enum weir_receiver_state state, int status, const char *text)
{
    struct weir_worker *worker = owner;
    const char *name = worker->plan->inputs[input].node->op->name;
    if (state == WEIR_RECEIVER_WAITING) {
        weir_log(WEIR_LOG_WARNING, "%s: %s; it tries again by itself", name, text);
    }
    if (state == WEIR_RECEIVER_ENDED) {
        worker->is_receiving[input] = false;
    }
    struct weir_message *news = weir_message_create(WEIR_MESSAGE_RECEIVER_STATE);
    news->input = input;
    news->receiver_state = state;
    news->status = status;
    news->text = (const char *)weir_message_bytes(news, text, strlen(text)).bytes;
    worker->send(worker->owner, news);
}

static void start_receiver(struct weir_worker *worker, uint32_t input)
{
    struct weir_error err = {0};
    worker->is_receiving[input] = true;
    if (weir_receiver_start(worker->receivers[input], &err) != WEIR_OK) {
        weir_worker_receiver_changed(worker, input, WEIR_RECEIVER_ENDED, err.status, err.text);
    }
}

void weir_worker_cut(struct weir_worker *worker)
{
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        if (worker->is_receiving[i]) {
            weir_receiver_cut(worker->receivers[i]);
        }
    }
}

/* ---- jobs ---- */
static void job_run(struct weir_work *work, uint32_t thread)
{
    struct weir_worker_job *job = work->owner;
    switch ((int)job->request->kind) {
    case WEIR_MESSAGE_TASK_RUN:
        weir_job_run_task(job, thread);
        break;
    case WEIR_MESSAGE_SOURCE_NEXT:
        weir_job_ask_source(job, thread);
        break;
    case WEIR_MESSAGE_COMMIT:
        weir_job_commit(job, thread);
        break;
    default:
        weir_job_committed_to(job, thread);
        break;
    }
}

/* Blocks that the task left go into the cache; the reply lists those that hold anything. */
static void keep_blocks(struct weir_worker_job *job)
{
    const struct weir_task_id *task = &job->request->task.id;
    struct weir_slice *slices =
        weir_arena_alloc(&job->reply->arena, (job->left_count + 1) * sizeof *slices);
    uint32_t count = 0;
    for (uint32_t b = 0; b < job->left_count; b++) {
        if (job->left[b] == NULL) {
            continue;
        }
        struct weir_block_id id = {.owner = task->stage,
                                   .partition = task->partition,
                                   .bucket = b,
                                   .batch_us = task->batch_us};
        slices[count++] = (struct weir_slice){.owner = task->stage,
                                              .partition = task->partition,
                                              .bucket = b,
                                              .count = 1,
                                              .batch_us = task->batch_us};
        weir_block_cache_put(job->worker->cache, &id, job->left[b]);
    }
    job->reply->slices = slices;
    job->reply->slice_count = count;
}

static bool is_for_asker(const struct weir_message *request)
{
    return request->kind == WEIR_MESSAGE_SOURCE_NEXT || request->kind == WEIR_MESSAGE_COMMITTED_TO;
}

static void start_job(struct weir_worker *worker, struct weir_message *request);

/* One question at a time: while it is out, the others wait. */
static void ask_next(struct weir_worker *worker, uint32_t input)
{
    struct weir_asker *asker = &worker->askers[input];
    struct weir_message *request = asker->is_busy ? NULL : weir_message_pop(&asker->waiting);
    if (request != NULL) {
        asker->is_busy = true;
        start_job(worker, request);
    }
}

static void job_done(struct weir_work *work)
{
    struct weir_worker_job *job = work->owner;
    struct weir_worker *worker = job->worker;
    weir_worker_keep_gathered(job);
    for (uint32_t i = 0; i < job->block_count; i++) {
        weir_block_release(job->blocks[i]);
    }
    keep_blocks(job);
    weir_worker_show_bad_records(job);
    worker->jobs--;
    if (is_for_asker(job->request)) {
        worker->askers[job->request->input].is_busy = false;
        ask_next(worker, job->request->input);
    }
    worker->send(worker->owner, job->reply);
    weir_message_destroy(job->request);
    weir_free(job->blocks);
    weir_free(job->left);
    weir_free(job);
}

/* The blocks a task reads, retained for it. False: one is not here. */
static bool find_blocks(struct weir_worker_job *job)
{
    const struct weir_message_task *task = &job->request->task;
    job->blocks = weir_alloc((task->slice_count + 1) * sizeof *job->blocks);
    for (uint32_t i = 0; i < task->slice_count; i++) {
        const struct weir_slice *slice = &task->slices[i];
        struct weir_block_id id = {.owner = slice->owner,
                                   .partition = slice->partition,
                                   .bucket = slice->bucket,
                                   .batch_us = slice->batch_us};
        struct weir_block *block = weir_block_cache_get(job->worker->cache, &id);
        if (block == NULL) {
            return false;
        }
        job->blocks[job->block_count++] = weir_block_retain(block);
    }
    return true;
}

static enum weir_message_kind reply_kind(enum weir_message_kind request)
{
    switch ((int)request) {
    case WEIR_MESSAGE_TASK_RUN:
        return WEIR_MESSAGE_TASK_DONE;
    case WEIR_MESSAGE_SOURCE_NEXT:
        return WEIR_MESSAGE_SOURCE_RANGE;
    case WEIR_MESSAGE_COMMITTED_TO:
        return WEIR_MESSAGE_COMMITTED_TO_DONE;
    default:
        return WEIR_MESSAGE_COMMIT_DONE;
    }
}

static void start_job(struct weir_worker *worker, struct weir_message *request)
{
    struct weir_worker_job *job = weir_alloc(sizeof *job);
    job->work = (struct weir_work){.run = job_run, .done = job_done, .owner = job};
    job->worker = worker;
    job->request = request;
    job->reply = weir_message_create(reply_kind(request->kind));
    if (request->kind == WEIR_MESSAGE_TASK_RUN) {
        job->state = weir_worker_state(worker, &request->task);
    }
    worker->jobs++;
    if (request->kind == WEIR_MESSAGE_TASK_RUN && !find_blocks(job)) {
        struct weir_error err = {0};
        (void)weir_error_set(&err, WEIR_EBUG,
                             "stage %" PRIu32 " batch %" PRId64
                             ": a block it reads was dropped too early",
                             request->task.id.stage, request->task.id.batch_us / 1000);
        job->reply->task.id = request->task.id;
        weir_reply_fail(job->reply, &err);
        job_done(&job->work);
        return;
    }
    if (request->kind == WEIR_MESSAGE_TASK_RUN) {
        weir_worker_find_gathered(job);
    }
    worker->env->ops->run(worker->env, &job->work);
}

/* ---- dropping ---- */
static void drop_slice(struct weir_worker *worker, const struct weir_slice *slice)
{
    bool is_received = slice->owner >= WEIR_BLOCK_INPUT;
    uint32_t input = slice->owner - WEIR_BLOCK_INPUT;
    for (uint32_t p = slice->partition; p < slice->partition + slice->count; p++) {
        for (uint32_t b = 0; b < slice->bucket; b++) {
            struct weir_block_id id = {
                .owner = slice->owner, .partition = p, .bucket = b, .batch_us = slice->batch_us};
            struct weir_block *block = weir_block_cache_get(worker->cache, &id);
            if (block != NULL && is_received) {
                worker->held_bytes[input] -= block->bytes;
            }
            (void)weir_block_cache_drop(worker->cache, &id);
        }
    }
    if (is_received) {
        weir_receiver_held(worker->receivers[input], worker->held_bytes[input]);
    }
}

void weir_worker_step(struct weir_worker *worker, struct weir_message *message)
{
    switch (message->kind) {
    case WEIR_MESSAGE_RECEIVER_START:
        start_receiver(worker, message->input);
        break;
    case WEIR_MESSAGE_RECEIVER_STOP:
        weir_receiver_stop(worker->receivers[message->input]);
        break;
    case WEIR_MESSAGE_DROP:
        for (uint32_t i = 0; i < message->slice_count; i++) {
            drop_slice(worker, &message->slices[i]);
        }
        break;
    case WEIR_MESSAGE_TASK_RUN:
    case WEIR_MESSAGE_COMMIT:
        start_job(worker, message);
        return;
    case WEIR_MESSAGE_SOURCE_NEXT:
    case WEIR_MESSAGE_COMMITTED_TO:
        weir_message_push(&worker->askers[message->input].waiting, message);
        ask_next(worker, message->input);
        return;
    case WEIR_MESSAGE_BLOCK_ADDED:
    case WEIR_MESSAGE_RECEIVER_STATE:
    case WEIR_MESSAGE_SOURCE_RANGE:
    case WEIR_MESSAGE_TASK_DONE:
    case WEIR_MESSAGE_COMMIT_DONE:
    case WEIR_MESSAGE_COMMITTED_TO_DONE:
        WEIR_ASSERT(false && "a message for the driver came to the worker");
        break;
    }
    weir_message_destroy(message);
}

bool weir_worker_is_busy(const struct weir_worker *worker)
{
    bool is_busy = worker->jobs > 0;
    for (uint32_t i = 0; i < worker->plan->input_count; i++) {
        is_busy |= worker->is_receiving[i];
    }
    return is_busy;
}

uint64_t weir_worker_held_bytes(const struct weir_worker *worker)
{
    return weir_block_cache_bytes(worker->cache);
}

size_t weir_worker_held_blocks(const struct weir_worker *worker)
{
    return weir_block_cache_count(worker->cache);
}

void weir_worker_on_bad_record(struct weir_worker *worker,
                               weir_bad_record_listener listener,
                               void *owner)
{
    worker->on_bad_record = listener;
    worker->bad_record_owner = owner;
}
