/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a receiver: created (instance open), started on its own thread, restarted after it
 * asked for it, stopped, ended. */
#include "receive/private.h"
#include "receive/receive.h"

#include <inttypes.h>
#include <string.h>

enum { WEIR_POLL_BUDGET = 1 << 20, WEIR_POLL_PAUSE_US_MAX = 1000000 };

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

static bool host_sleep(struct weir_receiver *rx, int64_t us)
{
    struct weir_receiver_supervisor *s = of(rx);
    weir_receive_deliver_acks(s);
    if (!atomic_load(&s->is_stopping) && us > 0) {
        (void)s->env->ops->gate_wait(s->env, s->gate, us);
    }
    weir_receive_deliver_acks(s);
    return atomic_load(&s->is_stopping);
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

static void host_status(struct weir_receiver *rx, bool is_connected, const char *why)
{
    struct weir_receiver_supervisor *s = of(rx);
    if (s->has_status && s->was_connected == is_connected) {
        return; /* said once per change */
    }
    s->has_status = true;
    s->was_connected = is_connected;
    struct state_post *news = weir_alloc(sizeof *news);
    news->post = (struct weir_post){take_state, news, NULL};
    news->supervisor = s;
    news->state = is_connected ? WEIR_RECEIVER_CONNECTED : WEIR_RECEIVER_WAITING;
    news->why = why == NULL ? weir_strndup("", 0) : weir_strndup(why, strlen(why));
    s->env->ops->post(s->env, &news->post);
}

/* ---- the thread ---- */
static bool should_restart(struct weir_receiver_supervisor *s)
{
    if (s->outcome != WEIR_RETRY || atomic_load(&s->is_stopping)) {
        return false;
    }
    weir_log(WEIR_LOG_WARNING, "receiver %s asks to be started again in %" PRId64 " ms: %s",
             s->node->op->canonical, s->options.restart_us / 1000, s->call.text);
    return !host_sleep(&s->rx, s->options.restart_us);
}

static int poll_once(struct weir_receiver_supervisor *s, int64_t *next_us)
{
    const struct weir_receiver_ops *ops = s->node->op->receiver;
    *next_us = host_now_us(&s->rx);
    weir_receive_deliver_acks(s);
    uint64_t budget = host_permits(&s->rx);
    if (budget == 0) {
        *next_us += 1000;
        return WEIR_OK;
    }
    return ops->poll(&s->rx, budget, next_us);
}

static int poll_until_end(struct weir_receiver_supervisor *s)
{
    while (!atomic_load(&s->is_stopping)) {
        int64_t next_us;
        int outcome = poll_once(s, &next_us);
        if (outcome != WEIR_OK) {
            return outcome == WEIR_AGAIN ? WEIR_OK : outcome;
        }
        int64_t pause = next_us - host_now_us(&s->rx);
        (void)host_sleep(&s->rx, pause < WEIR_POLL_PAUSE_US_MAX ? pause : WEIR_POLL_PAUSE_US_MAX);
    }
    return WEIR_OK;
}

static void thread_run(struct weir_thread *thread)
{
    struct weir_receiver_supervisor *s = thread->owner;
    const struct weir_receiver_ops *ops = s->node->op->receiver;
    do {
        s->outcome = ops->run != NULL ? ops->run(&s->rx) : poll_until_end(s);
    } while (should_restart(s));
    weir_receive_deliver_acks(s);
}

/* The simulator drives the poll form; a receiver with run only has no place there. */
static int64_t thread_step(struct weir_thread *thread, int64_t now_us)
{
    struct weir_receiver_supervisor *s = thread->owner;
    if (s->node->op->receiver->poll == NULL) {
        s->outcome = s->call.task.host->fail(&s->call.task, WEIR_FATAL,
                                             "it has no poll form, which simulated time needs");
        return -1;
    }
    if (atomic_load(&s->is_stopping)) {
        return -1;
    }
    int64_t next_us;
    s->outcome = poll_once(s, &next_us);
    if (s->outcome != WEIR_OK) {
        s->outcome = s->outcome == WEIR_AGAIN ? WEIR_OK : s->outcome;
        return -1;
    }
    return next_us > now_us ? next_us : now_us + 1;
}

static void thread_ended(struct weir_thread *thread)
{
    struct weir_receiver_supervisor *s = thread->owner;
    if (s->rows_out.out.rows > 0) { /* appended but never stored: the receiver's last words */
        (void)weir_receive_rows_full(&s->rows_out);
    }
    weir_receive_cut(s);
    s->env->ops->timer_stop(s->env, &s->block_timer);
    s->has_ended = true;
    struct weir_error err = {0};
    if (s->outcome != WEIR_OK && !(s->outcome == WEIR_RETRY && atomic_load(&s->is_stopping))) {
        (void)weir_call_failed(&s->call, s->outcome, &err);
    }
    s->sink.state(s->sink.owner, s->input, WEIR_RECEIVER_ENDED, err.status, err.text);
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
        s->rx.out = &s->rows_out.out;
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
    weir_open_rows_destroy(atomic_load(&s->open_rows));
    weir_segment_destroy(s->cutting);
    for (struct weir_acks *acks = atomic_load(&s->acks); acks != NULL;) {
        struct weir_acks *next = acks->next;
        weir_free(acks);
        acks = next;
    }
    weir_free(s->text_cookies);
    s->env->ops->gate_destroy(s->env, s->gate);
    weir_free(s);
}

int weir_receiver_start(struct weir_receiver_supervisor *s, struct weir_error *err)
{
    arm_block_timer(s);
    return s->env->ops->thread_start(s->env, &s->thread, s->node->op->name, err);
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
