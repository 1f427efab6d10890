/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of room os: the loop's state, and the ops that the table in os.c collects from the other
 * files. */
#ifndef WEIR_OS_PRIVATE_H
#define WEIR_OS_PRIVATE_H

#include "os/os.h"

#include <pthread.h>
#include <uv.h>

struct weir_os_pool;
struct weir_os_thread;
struct weir_os_signal;

struct weir_os {
    struct weir_env env;
    char *plugin_home;
    uv_loop_t loop;
    bool is_stopping; /* the loop ends after the current event */
    /* posts, oldest first, under the lock */
    uv_async_t wake;
    pthread_mutex_t post_lock;
    struct weir_post *first_post, *last_post;
    /* armed timers, soonest first; timer_fd is set to the first one's time */
    struct weir_timer *timers;
    int timer_fd;
    int64_t timer_fd_due_us; /* INT64_MAX: not set */
    bool is_firing_timers;
    uv_poll_t timer_poll;
    struct weir_os_pool *pool;
    struct weir_os_thread *threads;
    struct weir_os_signal *signals;
};

/* The os behind env, which must be one. */
static inline struct weir_os *weir_os_of(struct weir_env *env)
{
    return (struct weir_os *)env; /* its first member */
}

/* The text of an errno; static. Any thread. */
const char *weir_os_reason(int error);

/* Starts a thread that gets no signal but those of its own faults. Returns an errno. */
int weir_os_spawn(pthread_t *id, void *(*main)(void *argument), void *argument);

/* loop.c, timer.c: begin once, end once (after end the handles close in the next turn of the loop).
 */
int weir_os_posts_begin(struct weir_os *os, struct weir_error *err);
void weir_os_posts_end(struct weir_os *os);
int weir_os_timers_begin(struct weir_os *os, struct weir_error *err);
void weir_os_timers_end(struct weir_os *os);

int64_t weir_os_now_us(struct weir_env *env);
void weir_os_post(struct weir_env *env, struct weir_post *post);
void weir_os_loop(struct weir_env *env);
void weir_os_stop(struct weir_env *env);
void weir_os_timer_start(struct weir_env *env, struct weir_timer *timer, int64_t due_us);
void weir_os_timer_stop(struct weir_env *env, struct weir_timer *timer);

/* pool.c: env.thread_count threads. Join waits for running work; what waits never starts. Destroy
 * joins if that was not done, and frees: only when no thread posts any more, as posts of it may
 * wait. */
int weir_os_pool_create(struct weir_os *os, struct weir_error *err);
void weir_os_pool_join(struct weir_os_pool *pool);
void weir_os_pool_destroy(struct weir_os_pool *pool);
void weir_os_run(struct weir_env *env, struct weir_work *work);

/* thread.c */
int weir_os_thread_start(struct weir_env *env,
                         struct weir_thread *thread,
                         const char *name,
                         struct weir_error *err);
void weir_os_threads_join(struct weir_os *os);

/* gate.c */
struct weir_gate *weir_os_gate_create(struct weir_env *env);
void weir_os_gate_destroy(struct weir_env *env, struct weir_gate *gate);
bool weir_os_gate_wait(struct weir_env *env, struct weir_gate *gate, int64_t timeout_us);
void weir_os_gate_open(struct weir_env *env, struct weir_gate *gate);

/* disk.c */
int weir_os_file_read(struct weir_env *env,
                      const char *path,
                      struct weir_buffer **buffer,
                      struct weir_error *err);
int weir_os_file_write(struct weir_env *env,
                       const char *path,
                       const void *bytes,
                       size_t count,
                       struct weir_error *err);
bool weir_os_file_exists(struct weir_env *env, const char *path);
int weir_os_file_real(struct weir_env *env,
                      struct weir_arena *arena,
                      const char *path,
                      const char **real,
                      struct weir_error *err);
int weir_os_folder_list(struct weir_env *env,
                        struct weir_arena *arena,
                        const char *path,
                        const char ***names,
                        size_t *count,
                        struct weir_error *err);

/* module.c */
int weir_os_module_open(struct weir_env *env,
                        const char *path,
                        const char *symbol,
                        void **address,
                        struct weir_error *err);

/* child.c: faults and requests to end do again what the system does; nothing is blocked. */
void weir_os_reset_signals(void);

/* crash/crash.c: crashes of this process are somebody else's to report: weir_os_on_crash does
 * nothing from here on. */
void weir_os_crash_never(void);

/* crash/stack.c: a stack for the handler of the calling thread's faults, as its own may be full.
 * NULL: no memory, or it has one already; that is fine. End: on the same thread. */
void *weir_os_stack_begin(void);
void weir_os_stack_end(void *stack);

/* signal.c: closes every handle. */
void weir_os_signals_end(struct weir_os *os);

#endif
