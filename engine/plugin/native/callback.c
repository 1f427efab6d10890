/* SPDX-License-Identifier: Apache-2.0 */
/* The emit that C functions are given: code which libffi makes at run time, so that it knows its
 * instance though C passes it no context. A callback that is kept and called later, or called from
 * another thread, is ignored and counted; the next call through its instance then fails the job.
 * Hence callbacks are not freed with their instance: a pool of each function lends them again. */
#include "plugin/native/native.h"

#include <stdatomic.h>

struct weir_native_callback {
    struct weir_native_callback *next;      /* of all of the pool */
    struct weir_native_callback *next_free; /* of those that nobody uses */
    ffi_closure *closure;
    void *code;                   /* what C calls */
    _Atomic(const char *) thread; /* that runs a call; NULL: none does */
    atomic_uint strays;           /* calls at any other time */
    struct weir_task *task;       /* whose call it is */
};

struct weir_native_pool {
    atomic_flag lock; /* held for a few instructions, when an instance opens or closes */
    struct weir_native_callback *all, *free;
    const struct weir_native_function *function;
};

static _Thread_local char this_thread; /* its address is the thread's name */

/* What C calls. [any thread, any time] */
static void on_call(ffi_cif *cif, void *answer, void **places, void *owner)
{
    struct weir_native_callback *callback = owner;
    (void)cif, (void)answer;
    if (atomic_load(&callback->thread) == &this_thread) {
        weir_native_emitted(callback->task, (const void *const *)(uintptr_t)places);
    } else {
        atomic_fetch_add(&callback->strays, 1);
    }
}

static void lock_pool(struct weir_native_pool *pool)
{
    while (atomic_flag_test_and_set_explicit(&pool->lock, memory_order_acquire)) {
    }
}

static void unlock_pool(struct weir_native_pool *pool)
{
    atomic_flag_clear_explicit(&pool->lock, memory_order_release);
}

/* NULL: the system gives no memory that may be executed. */
static struct weir_native_callback *make_callback(const struct weir_native_function *f)
{
    void *code = NULL;
    ffi_closure *closure = ffi_closure_alloc(sizeof *closure, &code);
    if (closure == NULL) {
        return NULL;
    }
    struct weir_native_callback *callback = weir_alloc(sizeof *callback);
    callback->closure = closure;
    callback->code = code;
    if (ffi_prep_closure_loc(closure, f->emit_cif, on_call, callback, code) != FFI_OK) {
        ffi_closure_free(closure);
        weir_free(callback);
        return NULL;
    }
    return callback;
}

struct weir_native_callback *weir_native_callback_take(struct weir_native_pool *pool)
{
    lock_pool(pool);
    struct weir_native_callback *callback = pool->free;
    if (callback != NULL) {
        pool->free = callback->next_free;
    }
    unlock_pool(pool);
    if (callback != NULL) {
        return callback;
    }
    callback = make_callback(pool->function);
    if (callback != NULL) {
        lock_pool(pool);
        callback->next = pool->all;
        pool->all = callback;
        unlock_pool(pool);
    }
    return callback;
}

void weir_native_callback_give(struct weir_native_pool *pool, struct weir_native_callback *callback)
{
    lock_pool(pool);
    callback->next_free = pool->free;
    pool->free = callback;
    unlock_pool(pool);
}

int weir_native_pool_create(struct weir_native_function *f, struct weir_error *err)
{
    struct weir_native_pool *pool = weir_alloc(sizeof *pool);
    atomic_flag_clear(&pool->lock);
    pool->function = f;
    f->pool = pool;
    struct weir_native_callback *first = weir_native_callback_take(pool);
    if (first == NULL) {
        return weir_error_set(err, WEIR_EPERMISSION, "%s: " WEIR_NATIVE_DENIED, f->name);
    }
    weir_native_callback_give(pool, first);
    return WEIR_OK;
}

void weir_native_pool_destroy(struct weir_native_pool *pool)
{
    while (pool != NULL && pool->all != NULL) {
        struct weir_native_callback *callback = pool->all;
        pool->all = callback->next;
        ffi_closure_free(callback->closure);
        weir_free(callback);
    }
    weir_free(pool);
}

void *weir_native_callback_code(const struct weir_native_callback *callback)
{
    return callback->code;
}

void weir_native_callback_begin(struct weir_native_callback *callback, struct weir_task *task)
{
    callback->task = task;
    atomic_store(&callback->thread, &this_thread);
}

void weir_native_callback_end(struct weir_native_callback *callback)
{
    atomic_store(&callback->thread, NULL);
}

bool weir_native_callback_strayed(struct weir_native_callback *callback)
{
    return atomic_exchange(&callback->strays, 0) > 0;
}
