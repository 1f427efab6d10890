/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a source for the next range, cutting the range into parts, telling it what is committed:
 * one instance per source does this. And the commit of a sink. */
#include "worker/private.h"

#include <string.h>

struct part_list {
    struct weir_split split; /* first: the plugin's pointer is ours */
    struct weir_message *reply;
    weir_bytes *parts;
    uint32_t count, capacity;
};

static int take_part(struct weir_split *split, weir_bytes range)
{
    struct part_list *list = (struct part_list *)(void *)split;
    WEIR_GROW(list->parts, list->count, list->capacity);
    list->parts[list->count++] = weir_message_bytes(list->reply, range.bytes, range.count);
    return WEIR_OK;
}

static int split_range(struct weir_call *call,
                       weir_bytes range,
                       uint32_t parts_max,
                       struct weir_message *reply)
{
    struct part_list list = {.split = {sizeof list.split, 0, take_part}, .reply = reply};
    const struct weir_source_ops *ops = call->op->source;
    int outcome = WEIR_OK;
    if (ops->split != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, call, "split");
        outcome = ops->split(&call->task, range, parts_max, &list.split);
        weir_call_leave(&frame);
    } else {
        (void)take_part(&list.split, range);
    }
    if (outcome == WEIR_OK && list.count == 0) {
        outcome = call->task.host->fail(&call->task, WEIR_FATAL,
                                        "split gave no part of a range that is not empty");
    }
    weir_bytes *items = weir_arena_alloc(&reply->arena, (list.count + 1) * sizeof *items);
    for (uint32_t i = 0; i < list.count; i++) {
        items[i] = list.parts[i];
    }
    reply->items = items;
    reply->item_count = list.count;
    weir_free(list.parts);
    return outcome;
}

static int take_answer(struct weir_call *call,
                       const struct weir_message *request,
                       const struct weir_range *answer,
                       struct weir_message *reply)
{
    reply->bytes = weir_message_bytes(reply, answer->to.bytes, answer->to.count);
    reply->source.is_last = answer->is_last != 0;
    reply->source.byte_count = answer->bytes;
    reply->source.records = answer->records;
    reply->source.is_empty = answer->range.count == 0;
    reply->source.is_none = answer->range.count == 0 && answer->is_none != 0;
    if (answer->range.count == 0) {
        return WEIR_OK;
    }
    if (answer->to.count == 0 && answer->is_last == 0) {
        return call->task.host->fail(&call->task, WEIR_FATAL,
                                     "next gave a range, but not where the one after it begins "
                                     "(answer->to), and did not call it the last");
    }
    weir_bytes range = weir_message_bytes(reply, answer->range.bytes, answer->range.count);
    return split_range(call, range, request->source.parts_max, reply);
}

static int ask(struct weir_call *call,
               const struct weir_message *request,
               struct weir_message *reply)
{
    const struct weir_source_limit limit = {
        .size = sizeof limit,
        .bytes_max = request->source.bytes_max,
        .records_max = request->source.records_max,
        .batch_us = request->batch_us,
        .start_us = request->source.start_us,
        .interval_us = request->source.interval_us,
    };
    struct weir_range answer = {.size = sizeof answer};
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, call, "next");
    int outcome = call->op->source->next(&call->task, request->bytes, &limit, &answer);
    weir_call_leave(&frame);
    reply->bytes = request->bytes.count > 0
                       ? weir_message_bytes(reply, request->bytes.bytes, request->bytes.count)
                       : (weir_bytes){0};
    if (outcome == WEIR_AGAIN) { /* nothing new: the batch gets nothing from here */
        reply->source.is_empty = true;
        reply->source.is_last = answer.is_last != 0;
        return WEIR_OK;
    }
    if (outcome != WEIR_OK || call->outcome != WEIR_OK) {
        return outcome != WEIR_OK ? outcome : call->outcome;
    }
    return take_answer(call, request, &answer, reply);
}

void weir_job_ask_source(struct weir_worker_job *job, uint32_t thread)
{
    (void)thread;
    struct weir_message *request = job->request;
    struct weir_call *call = &job->worker->askers[request->input].call;
    job->reply->input = request->input;
    job->reply->batch_us = request->batch_us;
    weir_call_begin(call, request->batch_us, 0, job->worker->options.seed);
    int outcome = ask(call, request, job->reply);
    if (outcome != WEIR_OK) {
        struct weir_error err = {0};
        (void)weir_call_failed(call, outcome, &err);
        weir_reply_fail(job->reply, &err);
        job->reply->result.may_retry = outcome == WEIR_RETRY;
    }
    weir_arena_reset(&call->arena);
}

void weir_job_committed_to(struct weir_worker_job *job, uint32_t thread)
{
    (void)thread;
    struct weir_call *call = &job->worker->askers[job->request->input].call;
    job->reply->input = job->request->input;
    job->reply->batch_us = job->request->batch_us;
    weir_call_begin(call, job->request->batch_us, 0, job->worker->options.seed);
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, call, "committed");
    call->op->source->committed(&call->task, job->request->bytes);
    weir_call_leave(&frame);
    weir_arena_reset(&call->arena);
}

void weir_job_commit(struct weir_worker_job *job, uint32_t thread)
{
    (void)thread;
    const struct weir_message *request = job->request;
    struct weir_error err = {0};
    job->reply->output = request->output;
    job->reply->batch_us = request->batch_us;
    int status =
        weir_sink_commit(job->worker->committers[request->output], request->batch_us,
                         request->items, request->item_count, &job->reply->result.may_retry, &err);
    if (status != WEIR_OK) {
        weir_reply_fail(job->reply, &err);
    }
}
