/* SPDX-License-Identifier: Apache-2.0 */
/* Events in, text out. */
#include "driven.h"

#include "play.h"

#include "block/block.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void make_driver(struct driven *d, const struct weir_driver_options *options)
{
    static const struct weir_driver_options plain = {.batches_in_flight = 2};
    struct weir_error err = {0};
    int status = weir_plan_create(d->graph, &d->plan, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, WEIR_OK);
    d->driver = weir_driver_create(d->plan, options == NULL ? &plain : options);
    weir_driver_actions_init(&d->actions);
}

void driven_open(struct driven *d, const char *job, const struct weir_driver_options *options)
{
    *d = (struct driven){0};
    d->registry = play_registry(NULL);
    d->graph = play_graph(d->registry, job);
    make_driver(d, options);
}

static void add_node(struct driven *d, struct weir_node draft)
{
    struct weir_error err = {0};
    uint32_t id;
    int culprit;
    const struct weir_graph *text = d->text;
    if (draft.verb == WEIR_VERB_SINK) {
        const struct weir_node *sink = &text->nodes[text->outputs[0]];
        draft.op = sink->op;
        draft.params = sink->params;
    }
    int status = weir_graph_add(d->graph, &draft, &id, &culprit, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, WEIR_OK);
}

void driven_open_nodes(struct driven *d,
                       const char *job,
                       uint32_t tables,
                       const struct weir_node *drafts,
                       uint32_t count,
                       const struct weir_driver_options *options)
{
    uint32_t inputs = 0;
    *d = (struct driven){0};
    d->registry = play_registry(NULL);
    d->text = play_graph(d->registry, job);
    d->graph = weir_graph_create(d->registry);
    d->graph->partitions = d->text->partitions;
    d->graph->is_finite = d->text->is_finite;
    for (uint32_t i = 0; i < d->text->node_count; i++) {
        struct weir_node draft = d->text->nodes[i];
        if (draft.verb == WEIR_VERB_INPUT && (tables >> inputs++ & 1) != 0) {
            draft.is_static = true;
            draft.table_reload_us = 3000000;
        }
        if (draft.verb != WEIR_VERB_SINK) {
            add_node(d, draft);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        add_node(d, drafts[i]);
    }
    make_driver(d, options);
}

void driven_close(struct driven *d)
{
    struct weir_message *message;
    while ((message = weir_message_pop(&d->requested)) != NULL) {
        weir_message_destroy(message);
    }
    weir_driver_actions_finish(&d->actions);
    weir_driver_destroy(d->driver);
    weir_plan_destroy(d->plan);
    weir_graph_destroy(d->graph);
    weir_graph_destroy(d->text);
    weir_registry_destroy(d->registry);
    weir_text_finish(&d->said);
}

/* ---- what it says ---- */
static void put_slice(const struct weir_slice *slice, struct weir_text *to)
{
    if (slice->owner >= WEIR_BLOCK_INPUT) {
        weir_text_printf(to, "in%" PRIu32 ".%" PRIu32, slice->owner - WEIR_BLOCK_INPUT,
                         slice->partition);
    } else {
        weir_text_printf(to, "%" PRIu32 ".%" PRIu32, slice->owner, slice->partition);
    }
}

static void put_task(const struct weir_message_task *task, struct weir_text *to)
{
    weir_text_printf(to, "task %" PRIu32 ".%" PRIu32 "@%" PRId64, task->id.stage,
                     task->id.partition, task->id.batch_us / 1000);
    if (task->id.attempt > 0) {
        weir_text_printf(to, "#%" PRIu32, task->id.attempt);
    }
    weir_text_put(to, task->slice_count > 0 || task->has_range ? " <" : "");
    if (task->has_range) {
        weir_text_printf(to, " '%.*s'", (int)task->range.count, (const char *)task->range.bytes);
    }
    for (uint32_t i = 0; i < task->slice_count; i++) {
        weir_text_put(to, " ");
        if (task->slices[i].dependency > 0) {
            weir_text_printf(to, "%" PRIu32 ":", task->slices[i].dependency);
        }
        put_slice(&task->slices[i], to);
        if (task->slices[i].bucket > 0) {
            weir_text_printf(to, "/%" PRIu32, task->slices[i].bucket);
        }
        if (task->slices[i].owner < WEIR_BLOCK_INPUT &&
            task->slices[i].batch_us != task->id.batch_us) {
            weir_text_printf(to, "@%" PRId64, task->slices[i].batch_us / 1000);
        }
    }
}

static void put_drop(const struct weir_message *message, struct weir_text *to)
{
    weir_text_put(to, "drop");
    for (uint32_t i = 0; i < message->slice_count; i++) {
        const struct weir_slice *slice = &message->slices[i];
        weir_text_put(to, " ");
        put_slice(slice, to);
        weir_text_printf(to, "+%" PRIu32, slice->count);
        if (slice->owner < WEIR_BLOCK_INPUT) {
            weir_text_printf(to, "x%" PRIu32 "@%" PRId64, slice->bucket, slice->batch_us / 1000);
        }
    }
}

static void put_message(const struct weir_message *m, struct weir_text *to)
{
    switch ((int)m->kind) {
    case WEIR_MESSAGE_RECEIVER_START:
        weir_text_printf(to, "start %" PRIu32, m->input);
        break;
    case WEIR_MESSAGE_RECEIVER_STOP:
        weir_text_printf(to, "stop %" PRIu32, m->input);
        break;
    case WEIR_MESSAGE_SOURCE_NEXT:
        weir_text_printf(to, "ask %" PRIu32 "@%" PRId64 " from '%.*s'", m->input,
                         m->batch_us / 1000, (int)m->bytes.count, (const char *)m->bytes.bytes);
        break;
    case WEIR_MESSAGE_TASK_RUN:
        put_task(&m->task, to);
        break;
    case WEIR_MESSAGE_COMMIT:
        weir_text_printf(to, "commit %" PRIu32 "@%" PRId64 ":", m->output, m->batch_us / 1000);
        for (uint32_t i = 0; i < m->item_count; i++) {
            weir_text_printf(to, " %.*s", (int)m->items[i].count, (const char *)m->items[i].bytes);
        }
        break;
    case WEIR_MESSAGE_DROP:
        put_drop(m, to);
        break;
    case WEIR_MESSAGE_COMMITTED_TO:
        weir_text_printf(to, "told %" PRIu32 " '%.*s'", m->input, (int)m->bytes.count,
                         (const char *)m->bytes.bytes);
        break;
    default:
        fail_msg("a message of kind %d goes to the worker", (int)m->kind);
    }
    weir_text_put(to, "\n");
}

static void take_actions(struct driven *d)
{
    struct weir_message *message;
    for (uint32_t i = 0; i < d->actions.committed_count && !d->is_quiet; i++) {
        const struct weir_batch_record *record = &d->actions.committed[i];
        weir_text_printf(&d->said, "batch %" PRId64, record->batch_us / 1000);
        if (record->failed_in != 0) {
            weir_text_printf(&d->said, " failed in %s: %s",
                             record->failed_in == WEIR_PHASE_RUN ? "run" : "generate",
                             record->failure->text);
        }
        weir_text_put(&d->said, "\n");
    }
    d->actions.committed_count = 0;
    while ((message = weir_message_pop(&d->actions.messages)) != NULL) {
        if (!d->is_quiet) {
            put_message(message, &d->said);
            weir_message_destroy(message);
        } else if (message->kind == WEIR_MESSAGE_DROP) {
            weir_message_destroy(message);
        } else {
            weir_message_push(&d->requested, message);
        }
    }
    if (d->actions.is_finished && !d->is_quiet) {
        weir_text_printf(&d->said, "finished%s%s\n", d->actions.err.status == WEIR_OK ? "" : ": ",
                         d->actions.err.status == WEIR_OK ? "" : d->actions.err.text);
    }
}

static void step(struct driven *d, enum weir_driver_event_kind kind, struct weir_message *message)
{
    struct weir_driver_event event = {.kind = kind, .now_us = d->now_ms * 1000, .message = message};
    weir_driver_step(d->driver, &event, &d->actions);
    take_actions(d);
}

void driven_expect_at(struct driven *d, const char *text, const char *file, int line)
{
    const char *said = d->said.bytes == NULL ? "" : d->said.bytes;
    if (strcmp(said, text) != 0) {
        print_error("%s:%d\n--- expected\n%s--- said\n%s---\n", file, line, text, said);
        fail();
    }
    weir_text_finish(&d->said);
}

int64_t driven_timer(const struct driven *d)
{
    return d->actions.timer_us < 0 ? -1 : d->actions.timer_us / 1000;
}

/* ---- events ---- */
void driven_start(struct driven *d)
{
    step(d, WEIR_EVENT_START, NULL);
}

void driven_stop(struct driven *d)
{
    step(d, WEIR_EVENT_STOP, NULL);
}

void driven_tick(struct driven *d, int64_t ms)
{
    d->now_ms = ms;
    step(d, WEIR_EVENT_TIMER, NULL);
}

void driven_pause(struct driven *d)
{
    assert_true(driven_timer(d) > d->now_ms);
    driven_tick(d, driven_timer(d));
}

void driven_block(struct driven *d, uint32_t input, uint32_t rows)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_BLOCK_ADDED);
    m->input = input;
    m->number = d->next_block[input]++;
    m->rows = rows;
    m->byte_count = rows * 10;
    step(d, WEIR_EVENT_MESSAGE, m);
}

static const char *text_of(struct weir_message *m, const char *text)
{
    return (const char *)weir_message_bytes(m, text, strlen(text)).bytes;
}

void driven_state(
    struct driven *d, uint32_t input, enum weir_receiver_state state, int status, const char *text)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_RECEIVER_STATE);
    m->input = input;
    m->receiver_state = state;
    m->status = status;
    m->text = text_of(m, text);
    step(d, WEIR_EVENT_MESSAGE, m);
}

static struct weir_message *range_of(
    uint32_t input, int64_t batch_us, const char *parts, const char *to, bool last)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_SOURCE_RANGE);
    weir_bytes *items = weir_arena_alloc(&m->arena, (strlen(parts) + 1) * sizeof *items);
    m->input = input;
    m->batch_us = batch_us;
    for (const char *at = parts; *at != '\0';) {
        size_t count = strcspn(at, " ");
        items[m->item_count++] = weir_message_bytes(m, at, count);
        at += count + (at[count] == ' ' ? 1 : 0);
    }
    m->items = items;
    m->bytes = weir_message_bytes(m, to, strlen(to));
    m->source.is_empty = m->item_count == 0;
    m->source.is_last = last;
    return m;
}

void driven_range(struct driven *d,
                  uint32_t input,
                  int64_t batch_ms,
                  const char *parts,
                  const char *to,
                  bool last)
{
    step(d, WEIR_EVENT_MESSAGE, range_of(input, batch_ms * 1000, parts, to, last));
}

void driven_no_rdd(struct driven *d, uint32_t input, int64_t batch_ms, const char *to)
{
    struct weir_message *m = range_of(input, batch_ms * 1000, "", to, false);
    m->source.is_none = true;
    step(d, WEIR_EVENT_MESSAGE, m);
}

static void fail_message(struct weir_message *m, bool may_retry)
{
    m->status = m->result.status = WEIR_EJOB;
    m->result.may_retry = may_retry;
    m->text = text_of(m, "it went wrong");
}

void driven_refuse_range(struct driven *d, uint32_t input, int64_t batch_ms, bool may_retry)
{
    struct weir_message *m = range_of(input, batch_ms * 1000, "", "", false);
    fail_message(m, may_retry);
    step(d, WEIR_EVENT_MESSAGE, m);
}

static struct weir_message *done_of(struct driven *d, struct weir_task_id id, bool leaves)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_TASK_DONE);
    const struct weir_stage *stage = &d->plan->stages[id.stage];
    m->task.id = id;
    if (stage->exit == WEIR_EXIT_SINK) {
        weir_bytes *items = weir_arena_alloc(&m->arena, sizeof *items);
        char token[32];
        int count = snprintf(token, sizeof token, "%" PRIu32 ".%" PRIu32, id.stage, id.partition);
        items[0] = weir_message_bytes(m, token, (size_t)count);
        m->items = items;
        m->item_count = 1;
        return m;
    }
    uint32_t buckets = stage->exit == WEIR_EXIT_SHUFFLE ? stage->bucket_count : 1;
    struct weir_slice *slices = weir_arena_alloc(&m->arena, buckets * sizeof *slices);
    for (uint32_t b = 0; b < buckets; b++) {
        slices[b] = (struct weir_slice){.owner = id.stage,
                                        .partition = id.partition,
                                        .bucket = b,
                                        .count = 1,
                                        .batch_us = id.batch_us};
    }
    m->slices = slices;
    m->slice_count = leaves ? buckets : 0;
    return m;
}

void driven_done(struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms)
{
    driven_done_records(d, stage, partition, batch_ms, 0);
}

void driven_done_empty(struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms)
{
    struct weir_task_id id = {stage, partition, 0, batch_ms * 1000};
    step(d, WEIR_EVENT_MESSAGE, done_of(d, id, false));
}

void driven_done_records(
    struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms, uint64_t records)
{
    struct weir_task_id id = {stage, partition, 0, batch_ms * 1000};
    struct weir_message *m = done_of(d, id, true);
    m->result.records_in = records;
    step(d, WEIR_EVENT_MESSAGE, m);
}

void driven_failed(struct driven *d,
                   uint32_t stage,
                   uint32_t partition,
                   int64_t batch_ms,
                   uint32_t attempt,
                   bool may_retry)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_TASK_DONE);
    m->task.id = (struct weir_task_id){stage, partition, attempt, batch_ms * 1000};
    fail_message(m, may_retry);
    step(d, WEIR_EVENT_MESSAGE, m);
}

static struct weir_message *committed_of(uint32_t output, int64_t batch_us)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_COMMIT_DONE);
    m->output = output;
    m->batch_us = batch_us;
    return m;
}

void driven_committed(struct driven *d, uint32_t output, int64_t batch_ms)
{
    step(d, WEIR_EVENT_MESSAGE, committed_of(output, batch_ms * 1000));
}

void driven_refuse_commit(struct driven *d, uint32_t output, int64_t batch_ms, bool may_retry)
{
    struct weir_message *m = committed_of(output, batch_ms * 1000);
    fail_message(m, may_retry);
    step(d, WEIR_EVENT_MESSAGE, m);
}

void driven_told(struct driven *d, uint32_t input)
{
    struct weir_message *m = weir_message_create(WEIR_MESSAGE_COMMITTED_TO_DONE);
    m->input = input;
    step(d, WEIR_EVENT_MESSAGE, m);
}

/* ---- an obedient worker ---- */
static struct weir_message *answer(struct driven *d, const struct weir_message *request)
{
    switch ((int)request->kind) {
    case WEIR_MESSAGE_TASK_RUN:
        return done_of(d, request->task.id, true);
    case WEIR_MESSAGE_COMMIT:
        return committed_of(request->output, request->batch_us);
    case WEIR_MESSAGE_SOURCE_NEXT:
        return range_of(request->input, request->batch_us, "a b", "x", false);
    case WEIR_MESSAGE_COMMITTED_TO:
        return weir_message_create(WEIR_MESSAGE_COMMITTED_TO_DONE);
    default:
        return NULL;
    }
}

void driven_obey(struct driven *d)
{
    struct weir_message *request;
    while ((request = weir_message_pop(&d->requested)) != NULL) {
        struct weir_message *reply = answer(d, request);
        weir_message_destroy(request);
        if (reply != NULL) {
            step(d, WEIR_EVENT_MESSAGE, reply);
        }
    }
}
