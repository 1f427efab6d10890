/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated world: time stands still while an event is handled and jumps to the next one. One
 * thread, and every choice (order of equal times, durations, random numbers) comes from the seed,
 * so that a run can be had again. */
#include "env/sim.h"

static int64_t sim_now_us(struct weir_env *env)
{
    return weir_sim_of(env)->now_us;
}

static void sim_timer_stop(struct weir_env *env, struct weir_timer *timer)
{
    if (timer->is_armed) {
        weir_sim_take(weir_sim_of(env), timer->impl);
        timer->is_armed = false;
        timer->impl = NULL;
    }
}

static void sim_timer_start(struct weir_env *env, struct weir_timer *timer, int64_t due_us)
{
    sim_timer_stop(env, timer);
    timer->due_us = due_us;
    timer->is_armed = true;
    timer->impl = weir_sim_push(weir_sim_of(env), due_us, WEIR_SIM_TIMER, timer);
}

static void sim_post(struct weir_env *env, struct weir_post *post)
{
    struct weir_sim *sim = weir_sim_of(env);
    post->next = NULL;
    if (sim->first_post == NULL) {
        sim->first_post = post;
    } else {
        sim->last_post->next = post;
    }
    sim->last_post = post;
    (void)weir_sim_push(sim, sim->now_us, WEIR_SIM_POST, NULL);
}

/* Posts keep their order under shuffle_ready too: the event only says that one of them is due. */
static void fire_post(struct weir_sim *sim)
{
    struct weir_post *post = sim->first_post;
    sim->first_post = post->next;
    post->next = NULL;
    post->fire(post);
}

static void fire_timer(struct weir_timer *timer)
{
    timer->is_armed = false;
    timer->impl = NULL;
    timer->fire(timer);
}

struct weir_gate {
    bool is_open;
};

static struct weir_gate *sim_gate_create(struct weir_env *env)
{
    (void)env;
    return weir_alloc(sizeof(struct weir_gate));
}

static void sim_gate_destroy(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    weir_free(gate);
}

static bool sim_gate_wait(struct weir_env *env, struct weir_gate *gate, int64_t timeout_us)
{
    (void)env;
    (void)timeout_us;
    bool was_open = gate->is_open;
    gate->is_open = false;
    return was_open;
}

static void sim_gate_open(struct weir_env *env, struct weir_gate *gate)
{
    (void)env;
    gate->is_open = true;
}

static uint64_t sim_random(struct weir_env *env)
{
    return weir_random_next(&weir_sim_of(env)->drawn);
}

static void sim_loop(struct weir_env *env)
{
    weir_sim_run(env, INT64_MAX);
}

static void sim_stop(struct weir_env *env)
{
    weir_sim_of(env)->is_stopping = true;
}

static const struct weir_env_ops sim_ops = {
    .struct_bytes = sizeof(struct weir_env_ops),
    .now_us = sim_now_us,
    .timer_start = sim_timer_start,
    .timer_stop = sim_timer_stop,
    .post = sim_post,
    .run = weir_sim_run_work,
    .thread_start = weir_sim_thread_start,
    .gate_create = sim_gate_create,
    .gate_destroy = sim_gate_destroy,
    .gate_wait = sim_gate_wait,
    .gate_open = sim_gate_open,
    .random = sim_random,
    .file_read = weir_sim_file_read,
    .file_write = weir_sim_file_write,
    .file_exists = weir_sim_file_exists,
    .file_real = weir_sim_file_real,
    .folder_list = weir_sim_folder_list,
    .module_open = weir_sim_module_open,
    .variable = weir_sim_variable,
    .loop = sim_loop,
    .stop = sim_stop,
};

bool weir_sim_is(const struct weir_env *env)
{
    return env->ops == &sim_ops;
}

struct weir_sim *weir_sim_of(struct weir_env *env)
{
    WEIR_ASSERT(weir_sim_is(env));
    return (struct weir_sim *)env;
}

struct weir_env *weir_sim_create(const struct weir_sim_options *options)
{
    WEIR_ASSERT(options->threads > 0);
    WEIR_ASSERT(options->work_us_min >= 0 && options->work_us_min <= options->work_us_max);
    WEIR_ASSERT(options->slow_percent == 0 || options->slow_factor > 0);
    struct weir_sim *sim = weir_alloc(sizeof *sim);
    sim->env.ops = &sim_ops;
    sim->env.thread_count = options->threads;
    sim->env.plugin_home = options->files == NULL ? "" : options->files->plugin_home;
    sim->options = *options;
    weir_random_seed(&sim->schedule, options->seed);
    weir_random_seed(&sim->drawn, ~options->seed);
    sim->is_busy = weir_alloc(options->threads * sizeof *sim->is_busy);
    weir_text_init(&sim->trace);
    return &sim->env;
}

void weir_sim_destroy(struct weir_env *env)
{
    if (env == NULL) {
        return;
    }
    struct weir_sim *sim = weir_sim_of(env);
    weir_sim_events_finish(sim);
    weir_free(sim->ready);
    weir_free(sim->is_busy);
    weir_text_finish(&sim->trace);
    weir_free(sim);
}

static void handle(struct weir_sim *sim, const struct weir_sim_event *event)
{
    switch (event->happening) {
    case WEIR_SIM_TIMER:
        fire_timer(event->subject);
        break;
    case WEIR_SIM_POST:
        fire_post(sim);
        break;
    case WEIR_SIM_WORK_START:
        weir_sim_work_start(sim);
        break;
    case WEIR_SIM_WORK_DONE:
        weir_sim_work_done(sim, event->subject, event->slot);
        break;
    case WEIR_SIM_THREAD_STEP:
        weir_sim_thread_step(sim, event->subject);
        break;
    case WEIR_SIM_THREAD_ENDED: {
        struct weir_thread *thread = event->subject;
        thread->ended(thread);
        break;
    }
    }
}

void weir_sim_run(struct weir_env *env, int64_t until_us)
{
    struct weir_sim *sim = weir_sim_of(env);
    while (!sim->is_stopping) {
        struct weir_sim_event *next = weir_sim_next(sim);
        if (next == NULL || next->time_us > until_us) {
            if (until_us != INT64_MAX && until_us > sim->now_us) {
                sim->now_us = until_us;
            }
            break;
        }
        struct weir_sim_event event = *next;
        weir_sim_take(sim,
                      next); /* before it happens: a timer may be armed again by its own fire */
        sim->now_us = event.time_us;
        handle(sim, &event);
    }
    sim->is_stopping = false;
}

const struct weir_text *weir_sim_trace(const struct weir_env *env)
{
    WEIR_ASSERT(weir_sim_is(env));
    return &((const struct weir_sim *)env)->trace;
}
