/* SPDX-License-Identifier: Apache-2.0 */
/* A gate: one flag under a lock. An opening that nobody waits for is kept for the next one who
 * does. */
#include "os/private.h"

#include <time.h>

/* A wait without an end in sight is cut to this, so that times do not overflow. */
static const int64_t WEIR_OS_WAIT_US_MAX = INT64_C(1000000) * 3600 * 24 * 365;

struct weir_gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    bool is_open;
};

struct weir_gate *weir_os_gate_create(struct weir_env *env)
{
    (void)env;
    struct weir_gate *gate = weir_alloc(sizeof *gate);
    pthread_condattr_t steady; /* a wall clock that is set must not end a wait */
    pthread_condattr_init(&steady);
    (void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->opened, &steady);
    pthread_condattr_destroy(&steady);
    return gate;
}

void weir_os_gate_destroy(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    if (gate == NULL) {
        return;
    }
    pthread_cond_destroy(&gate->opened);
    pthread_mutex_destroy(&gate->lock);
    weir_free(gate);
}

static struct timespec after(int64_t timeout_us)
{
    struct timespec end;
    (void)clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t wait_us = timeout_us < WEIR_OS_WAIT_US_MAX ? timeout_us : WEIR_OS_WAIT_US_MAX;
    int64_t nanoseconds = end.tv_nsec + wait_us % 1000000 * 1000;
    end.tv_sec += wait_us / 1000000 + nanoseconds / 1000000000;
    end.tv_nsec = nanoseconds % 1000000000;
    return end;
}

bool weir_os_gate_wait(struct weir_env *env, struct weir_gate *gate, int64_t timeout_us)
{
    (void)env;
    struct timespec end = after(timeout_us < 0 ? 0 : timeout_us);
    int error = 0;
    pthread_mutex_lock(&gate->lock);
    while (!gate->is_open && error == 0) {
        error = pthread_cond_timedwait(&gate->opened, &gate->lock, &end);
    }
    bool was_open = gate->is_open;
    gate->is_open = false;
    pthread_mutex_unlock(&gate->lock);
    return was_open;
}

void weir_os_gate_open(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    pthread_mutex_lock(&gate->lock);
    gate->is_open = true;
    pthread_cond_signal(&gate->opened);
    pthread_mutex_unlock(&gate->lock);
}
