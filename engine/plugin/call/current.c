/* SPDX-License-Identifier: Apache-2.0 */
/* One pointer per thread: to the newest of its frames. */
#include "plugin/call/current.h"

#include "plugin/plugin.h"

static _Thread_local const struct weir_call_frame *current;
/* NULL: this is no child that a plugin has forked. */
static _Thread_local void (*forked)(const struct weir_call_frame *frame);

/* A signal handler of this thread sees a frame only when it is whole. */
static void push(struct weir_call_frame *frame)
{
    frame->outer = current;
    atomic_signal_fence(memory_order_release);
    current = frame;
}

void weir_call_enter(struct weir_call_frame *frame, const struct weir_call *call, const char *part)
{
    frame->op = call->op;
    frame->part = part;
    frame->batch_us = call->task.batch_us;
    frame->partition = call->task.partition;
    push(frame);
}

void weir_call_enter_frame(struct weir_call_frame *frame, const char *part)
{
    WEIR_ASSERT(frame->op != NULL);
    frame->part = part;
    push(frame);
}

void weir_call_enter_engine(struct weir_call_frame *frame)
{
    if (forked != NULL) {
        forked(current);
    }
    *frame = (struct weir_call_frame){.op = NULL};
    push(frame);
}

void weir_call_leave(const struct weir_call_frame *frame)
{
    if (forked != NULL) {
        forked(frame);
    }
    WEIR_ASSERT(current == frame);
    current = frame->outer;
    atomic_signal_fence(memory_order_release);
}

void weir_call_forked(void (*end)(const struct weir_call_frame *frame))
{
    forked = end;
}

const struct weir_call_frame *weir_call_current(void)
{
    return current;
}
