/* SPDX-License-Identifier: Apache-2.0 */
/* One caller at a time for libraries that are not thread-safe. The room has no mutex; a counter and
 * a gate of env make one: whoever finds the counter at 0 goes on at once, all others wait for the
 * gate, which each that leaves opens for one of them. A gate remembers one opening, and no more are
 * ever outstanding, because only the one inside opens it. */
#include "plugin/native/native.h"

#include <stdatomic.h>

static const int64_t WEIR_NATIVE_WAIT_US = INT64_C(3600) * 1000000; /* then it waits again */

struct weir_native_lock {
    struct weir_env *env;
    struct weir_gate *gate;
    atomic_uint callers; /* inside and waiting */
};

struct weir_native_lock *weir_native_lock_create(struct weir_env *env)
{
    struct weir_native_lock *lock = weir_alloc(sizeof *lock);
    lock->env = env;
    lock->gate = env->ops->gate_create(env);
    return lock;
}

void weir_native_lock_destroy(struct weir_native_lock *lock)
{
    if (lock != NULL) {
        lock->env->ops->gate_destroy(lock->env, lock->gate);
        weir_free(lock);
    }
}

void weir_native_enter(const struct weir_native *native)
{
    struct weir_native_lock *lock = native->lock;
    if (lock == NULL || atomic_fetch_add(&lock->callers, 1) == 0) {
        return;
    }
    while (!lock->env->ops->gate_wait(lock->env, lock->gate, WEIR_NATIVE_WAIT_US)) {
    }
}

void weir_native_leave(const struct weir_native *native)
{
    struct weir_native_lock *lock = native->lock;
    if (lock != NULL && atomic_fetch_sub(&lock->callers, 1) > 1) {
        lock->env->ops->gate_open(lock->env, lock->gate);
    }
}
