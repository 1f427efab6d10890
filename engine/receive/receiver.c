/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a receiver: created (instance open), started on its own thread, restarted after it
 * asked for it, stopped, ended. */
#include "receive/private.h"

#include <inttypes.h>
#include <string.h>

enum {
    WEIR_POLL_BUDGET = 1 << 20,
    WEIR_POLL_FULL_US = 1000,    /* the engine holds too much: look again */
    WEIR_POLL_PAUSE_US = 100000, /* a simulated thread looks that often whether to stop */
    WEIR_ACKS_WAIT_US = 100000
};

static struct weir_receiver_supervisor *of(const struct weir_receiver *rx)
{
    return (struct weir_receiver_supervisor *)(uintptr_t)rx;
}

/* ---- host side, small calls ---- */
static bool host_stopping(const struct weir_receiver *rx)
{
    return atomic_load(&of(rx)->is_stopping);
}

static bool host_until_eof(const struct weir_receiver *rx)
{
    return of(rx)->options.until_eof;
}

static uint64_t host_permits(struct weir_receiver *rx)
{
    return weir_receive_has_room(of(rx), false) ? WEIR_POLL_BUDGET : 0;
}

static int64_t host_now_us(struct weir_receiver *rx)
{
    struct weir_env *env = of(rx)->env;
    return env->ops->now_us(env);
}

/* The gate also opens for acknowledgements and for room: then it is not yet time. */
static bool sleep_until(struct weir_receiver_supervisor *s, int64_t due_us)
{
    for (;;) {
        weir_receive_deliver_acks(s);
        int64_t now_us = host_now_us(&s->rx);
        if (atomic_load(&s->is_stopping) || now_us >= due_us || s->is_stepped) {
            return atomic_load(&s->is_stopping);
        }
        (void)s->env->ops->gate_wait(s->env, s->gate, due_us - now_us);
    }
}

static bool host_sleep(struct weir_receiver *rx, int64_t us)
{
    int64_t now_us = host_now_us(rx);
    return sleep_until(of(rx), us < INT64_MAX - now_us ? now_us + us : INT64_MAX);
}

struct state_post {
    struct weir_post post;
    struct weir_receiver_supervisor *supervisor;
    enum weir_receiver_state state;
    char *why;
};

static void take_state(struct weir_post *post)
{
    struct state_post *news = post->owner;
    struct weir_receiver_supervisor *s = news->supervisor;
    s->sink.state(s->sink.owner, s->input, news->state, WEIR_OK, news->why);
    weir_free(news->why);
    weir_free(news);
}

static void post_state(struct weir_receiver_supervisor *s,
                       enum weir_receiver_state state,
                       const char *why)
{
    struct state_post *news = weir_alloc(sizeof *news);
    news->post = (struct weir_post){take_state, news, NULL};
    news->supervisor = s;
    news->state = state;
    news->why = weir_strndup(why, strlen(why));
    s->env->ops->post(s->env, &news->post);
}

static void host_status(struct weir_receiver *rx, bool is_connected, const char *why)
{
    struct weir_receiver_supervisor *s = of(rx);
    if (s->has_status && s->was_connected == is_connected) {
        return; /* said once per change */
    }
    s->has_status = true;
    s->was_connected = is_connected;
    post_state(s, is_connected ? WEIR_RECEIVER_CONNECTED : WEIR_RECEIVER_WAITING,
               why == NULL ? "" : why);
}

/* ---- one run or poll ---- */
/* A failure that the receiver has noted but not returned counts too. */
static int outcome_of(struct weir_receiver_supervisor *s, int outcome)
{
    return outcome == WEIR_OK || outcome == WEIR_AGAIN
               ? (s->call.outcome != WEIR_OK ? s->call.outcome : outcome)
               : outcome;
}

static void forget_failure(struct weir_receiver_supervisor *s)
{
    s->call.outcome = WEIR_OK;
    s->call.text[0] = '\0';
}

/* WEIR_OK: go on at poll_due_us; WEIR_AGAIN: ended. */
static int poll_once(struct weir_receiver_supervisor *s)
{
    weir_receive_deliver_acks(s);
    s->poll_due_us = host_now_us(&s->rx);
    uint64_t budget = host_permits(&s->rx);
    if (budget == 0) {
        s->poll_due_us += WEIR_POLL_FULL_US;
        return WEIR_OK;
    }
    forget_failure(s);
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, &s->call, "poll");
    int outcome = s->node->op->receiver->poll(&s->rx, budget, &s->poll_due_us);
    weir_call_leave(&frame);
    weir_arena_reset(&s->call.arena);
    return outcome_of(s, outcome);
}

static int poll_until_end(struct weir_receiver_supervisor *s)
{
    int outcome = WEIR_OK;
    while (outcome == WEIR_OK && !atomic_load(&s->is_stopping)) {
        outcome = poll_once(s);
        if (outcome == WEIR_OK) {
            (void)sleep_until(s, s->poll_due_us);
        }
    }
    return outcome == WEIR_AGAIN ? WEIR_OK : outcome;
}

static int run_once(struct weir_receiver_supervisor *s)
{
    const struct weir_receiver_ops *ops = s->node->op->receiver;
    if (ops->run == NULL) {
        return poll_until_end(s);
    }
    forget_failure(s);
    struct weir_call_frame frame = {0};
    weir_call_enter(&frame, &s->call, "run");
    int outcome = ops->run(&s->rx);
    weir_call_leave(&frame);
    weir_arena_reset(&s->call.arena);
    return outcome_of(s, outcome);
}

/* It asked to be started again: said every time, for it may never call status itself. */
static bool wants_restart(struct weir_receiver_supervisor *s)
{
    if (s->outcome != WEIR_RETRY || atomic_load(&s->is_stopping)) {
        return false;
    }
    s->has_status = true;
    s->was_connected = false;
    post_state(s, WEIR_RECEIVER_WAITING,
               s->call.text[0] == '\0' ? "it asked to be started again" : s->call.text);
    return true;
}

/* ---- the thread ---- */
/* What was stored last is acknowledged while there is still a thread to hear it. */
static void wait_for_acks(struct weir_receiver_supervisor *s)
{
    weir_receive_deliver_acks(s);
    while (s->cookies_acked < s->cookies_stored) {
        weir_receive_nudge(s);
        (void)s->env->ops->gate_wait(s->env, s->gate, WEIR_ACKS_WAIT_US);
        weir_receive_deliver_acks(s);
    }
}

static void thread_run(struct weir_thread *thread)
{
    struct weir_receiver_supervisor *s = thread->owner;
    do {
        s->outcome = run_once(s);
    } while (wants_restart(s) && !sleep_until(s, host_now_us(&s->rx) + s->options.restart_us));
    atomic_store(&s->is_over, true);
    wait_for_acks(s);
}

static int64_t step_to_end(struct weir_receiver_supervisor *s, int64_t now_us)
{
    atomic_store(&s->is_over, true);
    weir_receive_deliver_acks(s);
    if (s->cookies_acked == s->cookies_stored) {
        return -1;
    }
    weir_receive_nudge(s);
    return now_us + 1;
}

/* The simulator drives the poll form; a receiver with run only has no place there. */
static int64_t thread_step(struct weir_thread *thread, int64_t now_us)
{
    struct weir_receiver_supervisor *s = thread->owner;
    s->is_stepped = true;
    if (s->node->op->receiver->poll == NULL) {
        s->outcome = s->call.task.host->fail(&s->call.task, WEIR_FATAL,
                                             "it has no poll form, which simulated time needs");
        return -1;
    }
    if (atomic_load(&s->is_over) || atomic_load(&s->is_stopping)) {
        return step_to_end(s, now_us);
    }
    if (now_us >= s->poll_due_us) {
        s->outcome = poll_once(s);
        if (wants_restart(s)) {
            s->outcome = WEIR_OK;
            s->poll_due_us = now_us + s->options.restart_us;
        } else if (s->outcome != WEIR_OK) {
            s->outcome = s->outcome == WEIR_AGAIN ? WEIR_OK : s->outcome;
            return step_to_end(s, now_us);
        }
    }
    int64_t next_us = s->poll_due_us > now_us ? s->poll_due_us : now_us + 1;
    return next_us < now_us + WEIR_POLL_PAUSE_US ? next_us : now_us + WEIR_POLL_PAUSE_US;
}

/* Behind everything that the thread posted: only now is nothing of it left. */
static void take_end(struct weir_post *post)
{
    struct weir_receiver_supervisor *s = post->owner;
    weir_receive_flush_rows(s); /* appended but never stored: the receiver's last words */
    weir_receive_cut(s);
    s->env->ops->timer_stop(s->env, &s->block_timer);
    struct weir_error err = {0};
    if (s->outcome != WEIR_OK && !(s->outcome == WEIR_RETRY && atomic_load(&s->is_stopping))) {
        (void)weir_call_failed(&s->call, s->outcome, &err);
    }
    s->sink.state(s->sink.owner, s->input, WEIR_RECEIVER_ENDED, err.status, err.text);
}

static void thread_ended(struct weir_thread *thread)
{
    struct weir_receiver_supervisor *s = thread->owner;
    s->env->ops->post(s->env, &s->last_post);
}

/* ---- the block interval ---- */
static void arm_block_timer(struct weir_receiver_supervisor *s)
{
    int64_t now = s->env->ops->now_us(s->env);
    int64_t next = (now / s->options.block_us + 1) * s->options.block_us;
    s->env->ops->timer_start(s->env, &s->block_timer, next);
}

static void block_timer_fired(struct weir_timer *timer)
{
    struct weir_receiver_supervisor *s = timer->owner;
    weir_receive_cut(s);
    arm_block_timer(s);
}

/* ---- door ---- */
static void set_host_side(struct weir_receiver_supervisor *s)
{
    s->rx = (struct weir_receiver){
        .size = sizeof s->rx,
        .task = &s->call.task,
        .store = weir_receive_store,
        .reserve = weir_receive_reserve,
        .commit = weir_receive_commit,
        .stopping = host_stopping,
        .until_eof = host_until_eof,
        .permits = host_permits,
        .now_us = host_now_us,
        .sleep = host_sleep,
        .status = host_status,
    };
    if ((s->node->op->flags & WEIR_TEXT_LINES) == 0) {
        weir_rows_out_init(&s->rows_out, s->node->schema, weir_receive_rows_full, s);
        s->rx.out = &s->rows_out.lent.out;
    }
}

int weir_receiver_create(struct weir_env *env,
                         uint32_t input,
                         const struct weir_node *node,
                         const struct weir_receive_options *options,
                         const struct weir_receive_sink *sink,
                         struct weir_receiver_supervisor **supervisor,
                         struct weir_error *err)
{
    struct weir_receiver_supervisor *s = weir_alloc(sizeof *s);
    s->env = env;
    s->input = input;
    s->node = node;
    s->options = *options;
    s->sink = *sink;
    s->gate = env->ops->gate_create(env);
    s->nudge = (struct weir_post){.fire = weir_receive_nudged, .owner = s};
    s->last_post = (struct weir_post){.fire = take_end, .owner = s};
    s->block_timer = (struct weir_timer){.fire = block_timer_fired, .owner = s};
    s->thread = (struct weir_thread){
        .run = thread_run, .step = thread_step, .ended = thread_ended, .owner = s};
    set_host_side(s);
    int status = weir_call_open(&s->call, node->op, node->params, err);
    if (status != WEIR_OK) {
        weir_receiver_destroy(s);
        return status;
    }
    *supervisor = s;
    return WEIR_OK;
}

void weir_receiver_destroy(struct weir_receiver_supervisor *s)
{
    if (s == NULL) {
        return;
    }
    weir_call_close(&s->call);
    weir_rows_out_finish(&s->rows_out);
    weir_receive_discard(s);
    s->env->ops->gate_destroy(s->env, s->gate);
    weir_free(s);
}

int weir_receiver_start(struct weir_receiver_supervisor *s, struct weir_error *err)
{
    WEIR_TRY(s->env->ops->thread_start(s->env, &s->thread, s->node->op->name, err));
    arm_block_timer(s);
    return WEIR_OK;
}

void weir_receiver_stop(struct weir_receiver_supervisor *s)
{
    atomic_store(&s->is_stopping, true);
    s->env->ops->gate_open(s->env, s->gate);
}

void weir_receiver_cut(struct weir_receiver_supervisor *s)
{
    weir_receive_cut(s);
}

void weir_receiver_held(struct weir_receiver_supervisor *s, uint64_t bytes)
{
    uint64_t before = atomic_exchange(&s->held_bytes, bytes);
    if (bytes < before) {
        s->env->ops->gate_open(s->env, s->gate);
    }
}
