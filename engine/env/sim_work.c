/* SPDX-License-Identifier: Apache-2.0 */
/* Work and threads of the simulator. A work runs at once when a virtual thread takes it, but counts
 * as running until its virtual duration is over: what other events do meanwhile is what would
 * happen beside it. */
#include "env/sim.h"

void weir_sim_run_work(struct weir_env *env, struct weir_work *work)
{
    struct weir_sim *sim = weir_sim_of(env);
    WEIR_GROW(sim->ready, sim->ready_count, sim->ready_capacity);
    sim->ready[sim->ready_count++] = work;
    (void)weir_sim_push(sim, sim->now_us, WEIR_SIM_WORK_START, NULL);
}

static struct weir_work *take_ready(struct weir_sim *sim)
{
    size_t chosen = sim->options.shuffle_ready
                        ? (size_t)weir_random_below(&sim->schedule, sim->ready_count)
                        : 0;
    struct weir_work *work = sim->ready[chosen];
    for (size_t i = chosen + 1; i < sim->ready_count; i++) {
        sim->ready[i - 1] = sim->ready[i];
    }
    sim->ready_count--;
    return work;
}

/* A free virtual thread, or thread_count: the lowest, or under shuffle_ready any. */
static uint32_t free_thread(struct weir_sim *sim)
{
    uint32_t count = sim->env.thread_count;
    uint32_t first =
        sim->options.shuffle_ready ? (uint32_t)weir_random_below(&sim->schedule, count) : 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t thread = (first + i) % count;
        if (!sim->is_busy[thread]) {
            return thread;
        }
    }
    return count;
}

static int64_t duration_of(struct weir_sim *sim, const struct weir_work *work)
{
    const struct weir_sim_options *options = &sim->options;
    uint64_t range = (uint64_t)(options->work_us_max - options->work_us_min) + 1;
    int64_t drawn = options->work_us_min + (int64_t)weir_random_below(&sim->schedule, range);
    int64_t cost = work->cost_us > 0 ? work->cost_us : drawn;
    bool is_slow = weir_random_below(&sim->schedule, 100) < options->slow_percent;
    return is_slow ? cost * options->slow_factor : cost;
}

void weir_sim_work_start(struct weir_sim *sim)
{
    uint32_t thread = free_thread(sim);
    if (sim->ready_count == 0 || thread == sim->env.thread_count) {
        return; /* the end of a running work looks again */
    }
    struct weir_work *work = take_ready(sim);
    sim->is_busy[thread] = true;
    work->run(work, thread);
    struct weir_sim_event *end =
        weir_sim_push(sim, sim->now_us + duration_of(sim, work), WEIR_SIM_WORK_DONE, work);
    end->slot = thread;
}

void weir_sim_work_done(struct weir_sim *sim, struct weir_work *work, uint32_t slot)
{
    sim->is_busy[slot] = false;
    if (sim->ready_count > 0) {
        (void)weir_sim_push(sim, sim->now_us, WEIR_SIM_WORK_START, NULL);
    }
    work->done(work);
}

int weir_sim_thread_start(struct weir_env *env,
                          struct weir_thread *thread,
                          const char *name,
                          struct weir_error *err)
{
    struct weir_sim *sim = weir_sim_of(env);
    if (thread->step == NULL) {
        return weir_error_set(err, WEIR_EBUG,
                              "thread %s: the simulator needs a step function and found none; "
                              "set weir_thread.step",
                              name);
    }
    (void)weir_sim_push(sim, sim->now_us, WEIR_SIM_THREAD_STEP, thread);
    return WEIR_OK;
}

void weir_sim_thread_step(struct weir_sim *sim, struct weir_thread *thread)
{
    int64_t again_us = thread->step(thread, sim->now_us);
    if (again_us < 0) {
        (void)weir_sim_push(sim, sim->now_us, WEIR_SIM_THREAD_ENDED, thread);
    } else {
        (void)weir_sim_push(sim, again_us, WEIR_SIM_THREAD_STEP, thread);
    }
}
