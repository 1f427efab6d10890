/* SPDX-License-Identifier: Apache-2.0 */
/* Making, printing and queueing the messages between driver and worker. */
#include "wire/message.h"

#include <inttypes.h>
#include <string.h>

struct weir_message *weir_message_create(enum weir_message_kind kind)
{
    struct weir_message *message = weir_alloc(sizeof *message);
    message->kind = kind;
    weir_arena_init(&message->arena);
    return message;
}

void weir_message_destroy(struct weir_message *message)
{
    if (message != NULL) {
        weir_arena_finish(&message->arena);
        weir_free(message);
    }
}

weir_bytes weir_message_bytes(struct weir_message *message, const void *bytes, size_t count)
{
    const char *copy = weir_arena_strndup(&message->arena, bytes, count);
    return (weir_bytes){(const uint8_t *)copy, count};
}

static const char *kind_text(enum weir_message_kind kind)
{
    static const char *const texts[] = {
        [WEIR_MESSAGE_RECEIVER_START] = "receiver start",
        [WEIR_MESSAGE_RECEIVER_STOP] = "receiver stop",
        [WEIR_MESSAGE_SOURCE_NEXT] = "source next",
        [WEIR_MESSAGE_TASK_RUN] = "task",
        [WEIR_MESSAGE_COMMIT] = "commit",
        [WEIR_MESSAGE_DROP] = "drop",
        [WEIR_MESSAGE_COMMITTED_TO] = "committed to",
        [WEIR_MESSAGE_BLOCK_ADDED] = "block added",
        [WEIR_MESSAGE_RECEIVER_STATE] = "receiver",
        [WEIR_MESSAGE_SOURCE_RANGE] = "source range",
        [WEIR_MESSAGE_TASK_DONE] = "task done",
        [WEIR_MESSAGE_COMMIT_DONE] = "commit done",
        [WEIR_MESSAGE_COMMITTED_TO_DONE] = "committed to done",
    };
    return texts[kind];
}

static void print_receiver_state(const struct weir_message *m, struct weir_text *to)
{
    static const char *const states[] = {
        [WEIR_RECEIVER_CONNECTED] = "connected",
        [WEIR_RECEIVER_WAITING] = "waiting",
        [WEIR_RECEIVER_ENDED] = "ended",
    };
    weir_text_printf(to, " input %" PRIu32 " %s", m->input, states[m->receiver_state]);
    if (m->receiver_state == WEIR_RECEIVER_WAITING) {
        weir_text_printf(to, ": %s", m->text == NULL ? "" : m->text);
    }
}

static void print_source(const struct weir_message *m, struct weir_text *to)
{
    weir_text_printf(to, " input %" PRIu32 " batch %" PRId64, m->input, m->batch_us / 1000);
    if (m->kind == WEIR_MESSAGE_SOURCE_RANGE) {
        weir_text_printf(to, " parts %" PRIu32 "%s", m->item_count,
                         m->source.is_last ? ", the last" : "");
    }
}

static void print_task(const struct weir_message *m, struct weir_text *to)
{
    const struct weir_task_id *id = &m->task.id;
    weir_text_printf(to,
                     " stage %" PRIu32 " batch %" PRId64 " partition %" PRIu32 " attempt %" PRIu32,
                     id->stage, id->batch_us / 1000, id->partition, id->attempt);
}

void weir_message_print(const struct weir_message *m, struct weir_text *to)
{
    weir_text_put(to, kind_text(m->kind));
    switch (m->kind) {
    case WEIR_MESSAGE_TASK_RUN:
    case WEIR_MESSAGE_TASK_DONE:
        print_task(m, to);
        break;
    case WEIR_MESSAGE_COMMIT:
    case WEIR_MESSAGE_COMMIT_DONE:
        weir_text_printf(to, " output %" PRIu32 " batch %" PRId64, m->output, m->batch_us / 1000);
        break;
    case WEIR_MESSAGE_DROP:
        weir_text_printf(to, " %" PRIu32 " slices", m->slice_count);
        break;
    case WEIR_MESSAGE_BLOCK_ADDED:
        weir_text_printf(to, " input %" PRIu32 " number %" PRIu32 " rows %" PRIu64, m->input,
                         m->number, m->rows);
        break;
    case WEIR_MESSAGE_RECEIVER_STATE:
        print_receiver_state(m, to);
        break;
    case WEIR_MESSAGE_SOURCE_NEXT:
    case WEIR_MESSAGE_SOURCE_RANGE:
    case WEIR_MESSAGE_COMMITTED_TO:
    case WEIR_MESSAGE_COMMITTED_TO_DONE:
        print_source(m, to);
        break;
    case WEIR_MESSAGE_RECEIVER_START:
    case WEIR_MESSAGE_RECEIVER_STOP:
        weir_text_printf(to, " input %" PRIu32, m->input);
        break;
    }
    if (m->status != WEIR_OK || m->result.status != WEIR_OK) {
        weir_text_printf(to, " failed: %s", m->text == NULL ? "" : m->text);
    }
}

void weir_message_push(struct weir_message_list *list, struct weir_message *message)
{
    message->next = NULL;
    if (list->last != NULL) {
        list->last->next = message;
    } else {
        list->first = message;
    }
    list->last = message;
}

struct weir_message *weir_message_pop(struct weir_message_list *list)
{
    struct weir_message *message = list->first;
    if (message != NULL) {
        list->first = message->next;
        if (list->first == NULL) {
            list->last = NULL;
        }
        message->next = NULL;
    }
    return message;
}
