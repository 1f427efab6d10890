/* SPDX-License-Identifier: Apache-2.0 */
/* Timers at absolute wall-clock times: a sorted list (there are tens of them) and one timerfd that
 * is set to the first. Not libuv's timers, which count whole milliseconds from a cached time: that
 * is a whole batch where a batch is 1 ms, and they know nothing of a clock that is set. */
#include "os/private.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { WEIR_OS_TIMERS_A_TURN = 64 }; /* then posts and signals have their turn */

int64_t weir_os_now_us(struct weir_env *env)
{
    (void)env;
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Sets the timerfd to the first timer, if it is not. A time that has passed fires at once. */
static void set_timer_fd(struct weir_os *os)
{
    int64_t due_us = os->timers == NULL ? INT64_MAX : os->timers->due_us;
    if (os->is_firing_timers || due_us == os->timer_fd_due_us) {
        return;
    }
    struct itimerspec when = {0}; /* all zero: off */
    if (due_us <= 0) {
        when.it_value.tv_nsec = 1;
    } else if (due_us != INT64_MAX) {
        when.it_value.tv_sec = due_us / 1000000;
        when.it_value.tv_nsec = due_us % 1000000 * 1000;
    }
    int status = timerfd_settime(os->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
    WEIR_ASSERT(status == 0);
    os->timer_fd_due_us = due_us;
}

static void fire_timers(uv_poll_t *poll, int status, int events)
{
    (void)events;
    struct weir_os *os = poll->data;
    if (os->is_stopping || status != 0) {
        return;
    }
    uint64_t expirations;
    if (read(os->timer_fd, &expirations, sizeof expirations) < 0 && errno != EAGAIN) {
        weir_log(WEIR_LOG_ERROR, "timers: cannot read the system's timer: %s",
                 weir_os_reason(errno));
    }
    os->timer_fd_due_us = INT64_MAX;
    os->is_firing_timers = true;
    int64_t now_us = weir_os_now_us(&os->env);
    for (int i = 0; i < WEIR_OS_TIMERS_A_TURN && !os->is_stopping; i++) {
        struct weir_timer *timer = os->timers;
        if (timer == NULL || timer->due_us > now_us) {
            break;
        }
        weir_os_timer_stop(&os->env, timer);
        timer->fire(timer);
    }
    os->is_firing_timers = false;
    set_timer_fd(os);
}

int weir_os_timers_begin(struct weir_os *os, struct weir_error *err)
{
    os->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    os->timer_fd_due_us = INT64_MAX;
    if (os->timer_fd < 0) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the system gives the event loop no timer (%s); raise ulimit -n",
                              weir_os_reason(errno));
    }
    os->timer_poll.data = os;
    int status = uv_poll_init(&os->loop, &os->timer_poll, os->timer_fd);
    if (status == 0) {
        status = uv_poll_start(&os->timer_poll, UV_READABLE, fire_timers);
    }
    if (status != 0) {
        (void)close(os->timer_fd);
        return weir_error_set(err, WEIR_EBUG, "the event loop refuses a timer: %s",
                              uv_strerror(status));
    }
    return WEIR_OK;
}

static void close_timer_fd(uv_handle_t *handle)
{
    struct weir_os *os = handle->data;
    (void)close(os->timer_fd);
}

void weir_os_timers_end(struct weir_os *os)
{
    uv_close((uv_handle_t *)&os->timer_poll, close_timer_fd);
}

void weir_os_timer_stop(struct weir_env *env, struct weir_timer *timer)
{
    struct weir_os *os = weir_os_of(env);
    if (!timer->is_armed) {
        return;
    }
    struct weir_timer **place = &os->timers;
    while (*place != timer) {
        WEIR_ASSERT(*place != NULL);
        place = &(*place)->next;
    }
    *place = timer->next;
    timer->next = NULL;
    timer->is_armed = false;
    set_timer_fd(os);
}

void weir_os_timer_start(struct weir_env *env, struct weir_timer *timer, int64_t due_us)
{
    struct weir_os *os = weir_os_of(env);
    bool was_firing = os->is_firing_timers;
    os->is_firing_timers = true; /* no system call for the state between stop and start */
    weir_os_timer_stop(env, timer);
    os->is_firing_timers = was_firing;
    struct weir_timer **place = &os->timers;
    while (*place != NULL && (*place)->due_us <= due_us) {
        place = &(*place)->next;
    }
    timer->due_us = due_us;
    timer->is_armed = true;
    timer->next = *place;
    *place = timer;
    set_timer_fd(os);
}
