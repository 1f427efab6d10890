/* SPDX-License-Identifier: Apache-2.0 */
/* The worker threads: one queue under one lock, first come, first served. A finished job is a post,
 * so that its done is ordered with everything else that the work has posted. */
#include "os/private.h"

#include <stdio.h>

enum { WEIR_OS_THREAD_NAME_BYTES = 16 }; /* the kernel's limit */

/* Carries a work through queue and loop. Only the loop thread takes and gives back spare ones. */
struct job {
    struct weir_post done;
    struct weir_work *work;
    struct weir_os_pool *pool;
    struct job *next;     /* waiting, or spare */
    struct job *next_all; /* wherever it is: a done that never fires must be freed too */
};

struct member {
    struct weir_os_pool *pool;
    pthread_t id;
    uint32_t index;
};

struct weir_os_pool {
    struct weir_os *os;
    struct member *members;
    uint32_t member_count; /* that were started */
    struct job *spare, *all;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct job *first, *last; /* under the lock */
    bool is_ending;           /* under the lock */
};

static struct job *next_job(struct weir_os_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->first == NULL && !pool->is_ending) {
        pthread_cond_wait(&pool->changed, &pool->lock);
    }
    struct job *job = pool->is_ending ? NULL : pool->first;
    if (job != NULL) {
        pool->first = job->next;
    }
    pthread_mutex_unlock(&pool->lock);
    return job;
}

static void *member_main(void *argument)
{
    struct member *member = argument;
    char name[WEIR_OS_THREAD_NAME_BYTES];
    (void)snprintf(name, sizeof name, "weir-pool-%u", (unsigned)member->index);
    (void)pthread_setname_np(pthread_self(), name);
    void *stack = weir_os_stack_begin();
    for (struct job *job; (job = next_job(member->pool)) != NULL;) {
        job->work->run(job->work, member->index);
        weir_os_post(&member->pool->os->env, &job->done);
    }
    weir_os_stack_end(stack);
    return NULL;
}

static void finish_job(struct weir_post *post)
{
    struct job *job = post->owner;
    struct weir_work *work = job->work;
    job->next = job->pool->spare;
    job->pool->spare = job;
    work->done(work);
}

static struct job *take_job(struct weir_os_pool *pool)
{
    struct job *job = pool->spare;
    if (job != NULL) {
        pool->spare = job->next;
        job->next = NULL;
        return job;
    }
    job = weir_alloc(sizeof *job);
    *job = (struct job){
        .done = {.fire = finish_job, .owner = job}, .pool = pool, .next_all = pool->all};
    pool->all = job;
    return job;
}

void weir_os_run(struct weir_env *env, struct weir_work *work)
{
    struct weir_os_pool *pool = weir_os_of(env)->pool;
    struct job *job = take_job(pool);
    job->work = work;
    pthread_mutex_lock(&pool->lock);
    if (pool->first == NULL) {
        pool->first = job;
    } else {
        pool->last->next = job;
    }
    pool->last = job;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
}

int weir_os_pool_create(struct weir_os *os, struct weir_error *err)
{
    struct weir_os_pool *pool = weir_alloc(sizeof *pool);
    pool->os = os;
    pool->members = weir_alloc(os->env.thread_count * sizeof *pool->members);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    while (pool->member_count < os->env.thread_count) {
        struct member *member = &pool->members[pool->member_count];
        *member = (struct member){.pool = pool, .index = pool->member_count};
        int error = weir_os_spawn(&member->id, member_main, member);
        if (error != 0) {
            uint32_t started = pool->member_count;
            weir_os_pool_destroy(pool);
            return weir_error_set(err, WEIR_ETEMPORARY,
                                  "the system starts %u of %u worker threads (%s); "
                                  "lower --threads or raise ulimit -u",
                                  (unsigned)started, (unsigned)os->env.thread_count,
                                  weir_os_reason(error));
        }
        pool->member_count++;
    }
    os->pool = pool;
    return WEIR_OK;
}

void weir_os_pool_join(struct weir_os_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->is_ending = true;
    pthread_cond_broadcast(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    for (; pool->member_count > 0; pool->member_count--) {
        (void)pthread_join(pool->members[pool->member_count - 1].id, NULL);
    }
}

void weir_os_pool_destroy(struct weir_os_pool *pool)
{
    weir_os_pool_join(pool);
    while (pool->all != NULL) {
        struct job *next = pool->all->next_all;
        weir_free(pool->all);
        pool->all = next;
    }
    pthread_cond_destroy(&pool->changed);
    pthread_mutex_destroy(&pool->lock);
    weir_free(pool->members);
    weir_free(pool);
}
