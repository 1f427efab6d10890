/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the simulator: one heap of events, each a (time, tie, sequence) and a thing that
 * happens. Whatever the outside hands over (timer, post, work, thread) is reached through its
 * event, never copied. */
#ifndef WEIR_ENV_SIM_H
#define WEIR_ENV_SIM_H

#include "env/env.h"

enum weir_sim_happening {
    WEIR_SIM_TIMER,       /* subject: struct weir_timer */
    WEIR_SIM_POST,        /* the oldest waiting post fires */
    WEIR_SIM_WORK_START,  /* a waiting work starts, if a thread is free */
    WEIR_SIM_WORK_DONE,   /* subject: struct weir_work; slot: its thread */
    WEIR_SIM_THREAD_STEP, /* subject: struct weir_thread */
    WEIR_SIM_THREAD_ENDED /* subject: struct weir_thread */
};

struct weir_sim_event {
    int64_t time_us;
    uint64_t tie; /* 0, or drawn from the seed under shuffle_ready */
    uint64_t sequence;
    enum weir_sim_happening happening;
    uint32_t slot;
    void *subject;
    size_t place; /* in the heap, so that a timer can be taken out */
    struct weir_sim_event *next_spare;
};

struct weir_sim {
    struct weir_env env;
    struct weir_sim_options options;
    struct weir_random schedule; /* who comes first, how long it takes */
    struct weir_random
        drawn; /* what env->random hands out: apart, so that drawing changes no schedule */
    int64_t now_us;
    bool is_stopping;
    /* the heap */
    struct weir_sim_event **events;
    size_t event_count, event_capacity;
    uint64_t next_sequence;
    struct weir_sim_event *spare;
    /* posts, oldest first */
    struct weir_post *first_post, *last_post;
    /* works that wait, oldest first; which virtual threads are busy */
    struct weir_work **ready;
    size_t ready_count, ready_capacity;
    bool *is_busy;
    struct weir_text trace;
};

/* Whether env is a simulator. */
bool weir_sim_is(const struct weir_env *env);

/* The simulator behind env, which must be one. */
struct weir_sim *weir_sim_of(struct weir_env *env);

/* Puts an event into the heap; the heap owns it until it is taken. time_us before now is now. */
struct weir_sim_event *weir_sim_push(struct weir_sim *sim,
                                     int64_t time_us,
                                     enum weir_sim_happening happening,
                                     void *subject);

/* The next event, or NULL. It stays in the heap. */
struct weir_sim_event *weir_sim_next(const struct weir_sim *sim);

/* Takes an event out of the heap, wherever it is, and recycles it. */
void weir_sim_take(struct weir_sim *sim, struct weir_sim_event *event);

/* Frees the heap and the recycled events. */
void weir_sim_events_finish(struct weir_sim *sim);

/* Ops of pool and threads, for the table in sim.c. */
void weir_sim_run_work(struct weir_env *env, struct weir_work *work);
int weir_sim_thread_start(struct weir_env *env,
                          struct weir_thread *thread,
                          const char *name,
                          struct weir_error *err);

/* What the events of pool and threads do. */
void weir_sim_work_start(struct weir_sim *sim);
void weir_sim_work_done(struct weir_sim *sim, struct weir_work *work, uint32_t slot);
void weir_sim_thread_step(struct weir_sim *sim, struct weir_thread *thread);

/* Ops of files, modules and variables: handed to options.files, or refused. */
int weir_sim_file_read(struct weir_env *env,
                       const char *path,
                       struct weir_buffer **buffer,
                       struct weir_error *err);
int weir_sim_file_write(struct weir_env *env,
                        const char *path,
                        const void *bytes,
                        size_t count,
                        struct weir_error *err);
bool weir_sim_file_exists(struct weir_env *env, const char *path);
int weir_sim_file_real(struct weir_env *env,
                       struct weir_arena *arena,
                       const char *path,
                       const char **real,
                       struct weir_error *err);
int weir_sim_folder_list(struct weir_env *env,
                         struct weir_arena *arena,
                         const char *path,
                         const char ***names,
                         size_t *count,
                         struct weir_error *err);
int weir_sim_module_open(struct weir_env *env,
                         const char *path,
                         const char *symbol,
                         void **address,
                         struct weir_error *err);
const char *weir_sim_variable(struct weir_env *env, const char *name);

#endif
