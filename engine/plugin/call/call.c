/* SPDX-License-Identifier: Apache-2.0 */
/* One operator on one thread: its instance from open to close, and what its failures mean. */
#include "plugin/call/call.h"

#include <string.h>

/* Failures that have a status of their own, by how their messages begin. */
static const struct {
    const char *prefix;
    int status;
} prefixed[] = {
    {WEIR_NO_INPUT, WEIR_ENOINPUT},
    {WEIR_NO_PERMISSION, WEIR_EPERMISSION},
    {WEIR_CANNOT_CREATE, WEIR_ECREATE},
    {WEIR_UNREACHABLE, WEIR_EUNREACHABLE},
};

static int status_of(const char **text)
{
    for (size_t i = 0; i < sizeof prefixed / sizeof prefixed[0]; i++) {
        size_t count = strlen(prefixed[i].prefix);
        if (strncmp(*text, prefixed[i].prefix, count) == 0) {
            *text += count;
            return prefixed[i].status;
        }
    }
    return WEIR_EJOB;
}

static uint64_t mix(uint64_t x) /* splitmix64's finaliser */
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static uint64_t hash_text(const char *text) /* FNV-1a */
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *text != '\0'; text++) {
        h = (h ^ (unsigned char)*text) * 0x100000001b3u;
    }
    return h;
}

static void close_instance(struct weir_call *call)
{
    const struct weir_instance *instance = call->op->instance;
    if (instance != NULL && instance->close != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, call, "close");
        instance->close(&call->task);
        weir_call_leave(&frame);
    }
    weir_free(call->task.self);
    call->task.self = NULL;
    weir_arena_finish(&call->arena);
    weir_text_finish(&call->scratch);
}

int weir_call_open(struct weir_call *call,
                   const struct weir_operator *op,
                   const struct weir_param_value *params,
                   struct weir_error *err)
{
    const struct weir_instance *instance = op->instance;
    call->task = (struct weir_task){.size = sizeof call->task, .host = &weir_host_table};
    call->op = op;
    call->params = params;
    call->is_open = false;
    call->outcome = WEIR_OK;
    call->text[0] = '\0';
    call->writing = NULL;
    weir_arena_init(&call->arena);
    weir_text_init(&call->scratch);
    if (instance != NULL && instance->self_bytes > 0) {
        call->task.self = weir_alloc(instance->self_bytes);
    }
    if (instance != NULL && instance->open != NULL) {
        struct weir_call_frame frame = {0};
        weir_call_enter(&frame, call, "open");
        int outcome = instance->open(&call->task);
        weir_call_leave(&frame);
        if (outcome == WEIR_OK) {
            outcome = call->outcome; /* a failure that open forgot to return */
        }
        if (outcome != WEIR_OK) {
            int status = weir_call_failed(call, outcome, err);
            close_instance(call);
            return status;
        }
    }
    weir_arena_reset(&call->arena);
    call->is_open = true;
    return WEIR_OK;
}

void weir_call_close(struct weir_call *call)
{
    if (call->is_open) {
        call->is_open = false;
        close_instance(call);
    }
}

void weir_call_begin(struct weir_call *call,
                     int64_t batch_us,
                     uint32_t partition,
                     uint64_t job_seed)
{
    call->task.batch_us = batch_us;
    call->task.partition = partition;
    uint64_t seed = mix(job_seed ^ hash_text(call->op->canonical));
    seed = mix(seed ^ (uint64_t)batch_us);
    call->task.seed = mix(seed ^ partition);
    call->task.row = 0;
    call->task.is_cancelled = 0;
    call->outcome = WEIR_OK;
    call->text[0] = '\0';
}

int weir_call_failed(const struct weir_call *call, int outcome, struct weir_error *err)
{
    const char *text = call->text;
    int status = status_of(&text);
    if (text[0] == '\0') {
        return weir_error_set(err, status,
                              "%s: failed with outcome %d and no message; weir_fail(ctx, "
                              "WEIR_FATAL, \"why\") in the plugin gives one",
                              call->op->canonical, outcome);
    }
    return weir_error_set(err, status, "%s: %s", call->op->canonical, text);
}
