/* SPDX-License-Identifier: Apache-2.0 */
/* The world as one vtable: time, timers, threads, files, modules, randomness. Two implementations:
 * os/ (the kernel, libuv) and sim.c here (virtual time, one thread, everything from a seed). Step
 * machines never call it; the engine's facade, the receivers' supervisor and the loader do. All
 * times are int64_t microseconds since the epoch (simulator: since 0). */
#ifndef WEIR_ENV_ENV_H
#define WEIR_ENV_ENV_H

#include "base/base.h"

struct weir_env;

/* One-shot timer, embedded by its owner, who sets fire and owner. */
struct weir_timer {
    void (*fire)(struct weir_timer *timer); /* [loop thread] */
    void *owner;
    struct weir_timer *next; /* the implementation's, while armed */
    int64_t due_us;
    bool is_armed;
    void *impl;
};

/* A call from any thread to the loop thread. Embedded by its owner; may be reused once fired. */
struct weir_post {
    void (*fire)(struct weir_post *post); /* [loop thread] */
    void *owner;
    struct weir_post *next;
};

/* Work for the pool. Embedded by its owner; may be reused once done. */
struct weir_work {
    void (*run)(struct weir_work *work,
                uint32_t thread);         /* [pool thread] thread < env->thread_count */
    void (*done)(struct weir_work *work); /* [loop thread] after run */
    void *owner;
    struct weir_work *next;
    int64_t cost_us; /* simulator only: virtual duration; 0: drawn from the seed */
};

/* A dedicated thread (one per receiver). Embedded by its owner. In the simulator a thread has no
 * stack: `step` is called again and again at virtual times. */
struct weir_thread {
    void (*run)(struct weir_thread *thread); /* [that thread] OS only */
    /* [loop thread, simulator only] One slice; returns when to call again, or -1 when it has ended.
     */
    int64_t (*step)(struct weir_thread *thread, int64_t now_us);
    void (*ended)(
        struct weir_thread *thread); /* [loop thread] once, after run returned or step gave -1 */
    void *owner;
    void *impl;
};

/* Lets one thread wait for another: a counter under a lock. Never blocks in the simulator (wait
 * answers false). */
struct weir_gate;

struct weir_env_ops {
    uint32_t struct_bytes;
    int64_t (*now_us)(struct weir_env *env); /* [any thread] wall clock */
    /* [loop thread] Arms at an absolute time (past: as soon as possible); re-arming moves it. */
    void (*timer_start)(struct weir_env *env, struct weir_timer *timer, int64_t due_us);
    void (*timer_stop)(struct weir_env *env,
                       struct weir_timer *timer); /* [loop thread] no effect if not armed */
    void (*post)(struct weir_env *env,
                 struct weir_post *post); /* [any thread] fires in order of posting */
    void (*run)(struct weir_env *env,
                struct weir_work *work); /* [loop thread] first come, first served */
    int (*thread_start)(struct weir_env *env,
                        struct weir_thread *thread,
                        const char *name,
                        struct weir_error *err); /* [loop thread] */
    struct weir_gate *(*gate_create)(struct weir_env *env);
    void (*gate_destroy)(struct weir_env *env, struct weir_gate *gate);
    /* [any thread] Waits until the gate is opened or timeout_us passed; true if opened. Opening is
     * remembered once. */
    bool (*gate_wait)(struct weir_env *env, struct weir_gate *gate, int64_t timeout_us);
    void (*gate_open)(struct weir_env *env, struct weir_gate *gate); /* [any thread] */
    uint64_t (*random)(struct weir_env *env);                        /* [loop thread] */
    /* [loop or main thread] Whole file into a buffer (caller releases). WEIR_ENOINPUT,
     * WEIR_EPERMISSION, WEIR_EIO. */
    int (*file_read)(struct weir_env *env,
                     const char *path,
                     struct weir_buffer **buffer,
                     struct weir_error *err);
    /* [loop or main thread] Atomically: temporary file, fsync, rename; makes missing folders. */
    int (*file_write)(struct weir_env *env,
                      const char *path,
                      const void *bytes,
                      size_t count,
                      struct weir_error *err);
    bool (*file_exists)(struct weir_env *env, const char *path);
    /* [loop or main thread] Absolute path without links, on the arena; WEIR_ENOINPUT if there is
     * none. */
    int (*file_real)(struct weir_env *env,
                     struct weir_arena *arena,
                     const char *path,
                     const char **real,
                     struct weir_error *err);
    /* [loop or main thread] Names in a folder, sorted, on the arena; an absent folder gives none.
     */
    int (*folder_list)(struct weir_env *env,
                       struct weir_arena *arena,
                       const char *path,
                       const char ***names,
                       size_t *count,
                       struct weir_error *err);
    /* [loop or main thread] Opens a shared object (RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE, never
     * closed) and finds one symbol in it; a path without a slash is the system loader's to find.
     * The text of a failure is the linker's, made readable. WEIR_ETEXT: it is open, and has no such
     * function (the entry symbol of a plugin: WEIR_ECONFIG). */
    int (*module_open)(struct weir_env *env,
                       const char *path,
                       const char *symbol,
                       void **address,
                       struct weir_error *err);
    const char *(*variable)(struct weir_env *env,
                            const char *name); /* environment variable or NULL; [main thread] */
    /* [main thread] Runs the loop until stop. */
    void (*loop)(struct weir_env *env);
    /* [loop thread] Makes loop return after the current event, or at once if it has not begun; what
     * has not fired by then is for the next loop. */
    void (*stop)(struct weir_env *env);
};

/* Embedded as the first member of an implementation. */
struct weir_env {
    const struct weir_env_ops *ops;
    uint32_t thread_count;   /* pool threads, >= 1 */
    const char *plugin_home; /* folder of weir's own plugins */
};

/* A pseudo-random sequence that its owner seeds: xoshiro256** by splitmix64. */
struct weir_random {
    uint64_t s[4];
};

/* Starts the sequence of `seed`. */
void weir_random_seed(struct weir_random *random, uint64_t seed);

/* The next 64 bits. */
uint64_t weir_random_next(struct weir_random *random);

/* Uniform in [0, below); below > 0. */
uint64_t weir_random_below(struct weir_random *random, uint64_t below);

/* ---- the simulator ---- */
struct weir_sim_options {
    uint64_t seed;
    uint32_t threads;                 /* virtual pool threads */
    int64_t work_us_min, work_us_max; /* virtual duration of pool work that names none */
    uint32_t slow_percent; /* so many of a hundred works take slow_factor times as long */
    uint32_t slow_factor;
    bool shuffle_ready; /* take waiting work and equal-time events in seeded order instead of
                           arrival order */
    struct weir_env *
        files; /* file_*, folder_list, module_open, variable are passed on to it; NULL: they fail */
};

/* A simulated world at time 0. The caller owns it: weir_sim_destroy. One thread. */
struct weir_env *weir_sim_create(const struct weir_sim_options *options);

/* Frees it; NULL is fine. Armed timers and posts are dropped. */
void weir_sim_destroy(struct weir_env *env);

/* Runs events until none is left, `until_us` is reached, or stop was called. The clock then stands
 * at until_us, unless it was stopped or until_us is INT64_MAX. */
void weir_sim_run(struct weir_env *env, int64_t until_us);

/* The trace: "[virtual ms] text" lines, appended by weir_env_trace; what golden tests compare.
 * Owned by the simulator. */
const struct weir_text *weir_sim_trace(const struct weir_env *env);

/* Appends a line to the simulator's trace; nothing elsewhere. [loop thread] */
void weir_env_trace(struct weir_env *env, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
