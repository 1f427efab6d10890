/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual pool and threads: durations, queueing, slow works, steps; and a whole schedule that one
 * seed fixes. */
#include "env/env.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { MS = 1000, WORKS = 6 };

struct task {
    struct weir_work work;
    struct weir_env *env;
    int number;
};

static void start_task(struct weir_work *work, uint32_t thread)
{
    struct task *task = work->owner;
    assert_true(thread < task->env->thread_count);
    weir_env_trace(task->env, "task %d starts on %u", task->number, (unsigned)thread);
}

static void finish_task(struct weir_work *work)
{
    struct task *task = work->owner;
    weir_env_trace(task->env, "task %d done", task->number);
}

static void give(struct task *task, struct weir_env *env, int number, int64_t cost_us)
{
    *task = (struct task){
        .work = {.run = start_task, .done = finish_task, .owner = task, .cost_us = cost_us},
        .env = env,
        .number = number};
    env->ops->run(env, &task->work);
}

static void works_take_their_time_on_so_many_threads(void **state)
{
    (void)state;
    struct task tasks[4];
    struct weir_env *env = weir_sim_create(&(struct weir_sim_options){.threads = 2});
    give(&tasks[0], env, 0, 10 * MS);
    give(&tasks[1], env, 1, 3 * MS);
    give(&tasks[2], env, 2, 5 * MS);
    give(&tasks[3], env, 3, 1 * MS);
    assert_int_equal(weir_sim_trace(env)->count, 0); /* nothing runs inside of the call */
    env->ops->loop(env);
    assert_string_equal(weir_sim_trace(env)->bytes, "[0] task 0 starts on 0\n"
                                                    "[0] task 1 starts on 1\n"
                                                    "[3] task 1 done\n"
                                                    "[3] task 2 starts on 1\n"
                                                    "[8] task 2 done\n"
                                                    "[8] task 3 starts on 1\n"
                                                    "[9] task 3 done\n"
                                                    "[10] task 0 done\n");
    weir_sim_destroy(env);
}

static void durations_are_drawn_within_their_range(void **state)
{
    (void)state;
    enum { RUNS = 400 };
    struct weir_env *env = weir_sim_create(&(struct weir_sim_options){.seed = 3,
                                                                      .threads = 1,
                                                                      .work_us_min = 10 * MS,
                                                                      .work_us_max = 20 * MS,
                                                                      .slow_percent = 25,
                                                                      .slow_factor = 10});
    int slow = 0, distinct = 0;
    int64_t last_us = 0;
    for (int i = 0; i < RUNS; i++) {
        struct task task;
        int64_t start_us = env->ops->now_us(env);
        give(&task, env, i, 0);
        env->ops->loop(env);
        int64_t took_us = env->ops->now_us(env) - start_us;
        bool is_slow = took_us > 20 * MS;
        assert_in_range(is_slow ? took_us / 10 : took_us, 10 * MS, 20 * MS);
        slow += is_slow;
        distinct += took_us != last_us;
        last_us = took_us;
    }
    assert_in_range(slow, RUNS * 18 / 100, RUNS * 32 / 100);
    assert_true(distinct > RUNS * 9 / 10);
    weir_sim_destroy(env);
}

/* A receiver in steps: each stores, opens a gate, and sleeps. */
struct receiver {
    struct weir_thread thread;
    struct weir_env *env;
    struct weir_gate *gate;
    int left, ended;
};

static int64_t receive(struct weir_thread *thread, int64_t now_us)
{
    struct receiver *receiver = thread->owner;
    assert_int_equal(now_us, receiver->env->ops->now_us(receiver->env));
    weir_env_trace(receiver->env, "step %d", receiver->left);
    receiver->env->ops->gate_open(receiver->env, receiver->gate);
    return --receiver->left == 0 ? -1 : now_us + 7 * MS;
}

static void end_receiver(struct weir_thread *thread)
{
    struct receiver *receiver = thread->owner;
    receiver->ended++;
    weir_env_trace(receiver->env, "ended");
}

static void threads_go_in_steps(void **state)
{
    (void)state;
    struct weir_env *env = weir_sim_create(&(struct weir_sim_options){.threads = 1});
    struct receiver receiver = {
        .thread = {.step = receive, .ended = end_receiver, .owner = &receiver},
        .env = env,
        .gate = env->ops->gate_create(env),
        .left = 3};
    assert_false(env->ops->gate_wait(env, receiver.gate, INT64_MAX)); /* never blocks */
    assert_int_equal(env->ops->thread_start(env, &receiver.thread, "receiver", NULL), WEIR_OK);
    env->ops->loop(env);
    assert_string_equal(weir_sim_trace(env)->bytes,
                        "[0] step 3\n[7] step 2\n[14] step 1\n[14] ended\n");
    assert_int_equal(receiver.ended, 1);
    assert_true(env->ops->gate_wait(env, receiver.gate, 0)); /* three openings are one */
    assert_false(env->ops->gate_wait(env, receiver.gate, 0));
    env->ops->gate_destroy(env, receiver.gate);
    struct weir_thread stepless = {.ended = end_receiver};
    assert_int_equal(env->ops->thread_start(env, &stepless, "stepless", NULL), WEIR_EBUG);
    weir_sim_destroy(env);
}

/* Everything at once, under a seed: batches of works given by a timer, a receiver beside them. */
struct world {
    struct weir_env *env;
    struct weir_timer clock;
    struct task tasks[WORKS];
    int batches;
};

static void open_batch(struct weir_timer *timer)
{
    struct world *world = timer->owner;
    weir_env_trace(world->env, "batch");
    for (int i = 0; i < WORKS; i++) {
        give(&world->tasks[i], world->env, i, 0);
    }
    if (--world->batches > 0) {
        world->env->ops->timer_start(world->env, timer, timer->due_us + 100 * MS);
    }
}

static void live(uint64_t seed, struct weir_text *trace)
{
    struct weir_env *env = weir_sim_create(&(struct weir_sim_options){.seed = seed,
                                                                      .threads = 3,
                                                                      .work_us_min = MS,
                                                                      .work_us_max = 9 * MS,
                                                                      .slow_percent = 10,
                                                                      .slow_factor = 3,
                                                                      .shuffle_ready = true});
    struct world world = {.env = env, .clock = {.fire = open_batch, .owner = &world}, .batches = 5};
    struct receiver receiver = {
        .thread = {.step = receive, .ended = end_receiver, .owner = &receiver},
        .env = env,
        .gate = env->ops->gate_create(env),
        .left = 20};
    env->ops->timer_start(env, &world.clock, 0);
    assert_int_equal(env->ops->thread_start(env, &receiver.thread, "r", NULL), WEIR_OK);
    env->ops->loop(env);
    weir_str got = weir_text_str(weir_sim_trace(env));
    weir_text_init(trace);
    weir_text_append(trace, got.bytes, got.count);
    env->ops->gate_destroy(env, receiver.gate);
    weir_sim_destroy(env);
}

static int lines_of(const char *text)
{
    int lines = 0;
    for (; *text != '\0'; text++) {
        lines += *text == '\n';
    }
    return lines;
}

static void the_same_seed_is_the_same_life(void **state)
{
    (void)state;
    struct weir_text before = {0};
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct weir_text once, again;
        live(seed, &once);
        live(seed, &again);
        assert_string_equal(once.bytes, again.bytes);
        /* every schedule has the same events: 5 batches of 6 works (start, done), 20 steps and an
         * end */
        assert_int_equal(lines_of(once.bytes), 5 + 5 * WORKS * 2 + 20 + 1);
        assert_true(before.count == 0 || strcmp(before.bytes, once.bytes) != 0);
        weir_text_finish(&before);
        weir_text_finish(&again);
        before = once;
    }
    weir_text_finish(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_take_their_time_on_so_many_threads),
        cmocka_unit_test(durations_are_drawn_within_their_range),
        cmocka_unit_test(threads_go_in_steps),
        cmocka_unit_test(the_same_seed_is_the_same_life),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
