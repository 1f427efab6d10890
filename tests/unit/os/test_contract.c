/* SPDX-License-Identifier: Apache-2.0 */
/* What env/env.h promises, asked of both of its implementations by the same tests: the system and
 * the simulator. */
#include "os/os.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { MS = 1000, THREADS = 3 };

/* Every event of a test writes a letter; the test compares the words. */
struct world {
    struct weir_env *env;
    bool is_sim;
    struct weir_text seen;
};

static int start(void **state, bool is_sim)
{
    struct world *world = weir_alloc(sizeof *world);
    world->is_sim = is_sim;
    if (is_sim) {
        world->env =
            weir_sim_create(&(struct weir_sim_options){.threads = THREADS, .work_us_max = MS});
    } else {
        const struct weir_os_options options = {.threads = THREADS, .plugin_home = "/nowhere"};
        struct weir_error err = {0};
        assert_int_equal(weir_os_create(&options, &world->env, &err), WEIR_OK);
    }
    weir_text_init(&world->seen);
    *state = world;
    return 0;
}

static int start_os(void **state)
{
    return start(state, false);
}

static int start_sim(void **state)
{
    return start(state, true);
}

static int finish(void **state)
{
    struct world *world = *state;
    if (world->is_sim) {
        weir_sim_destroy(world->env);
    } else {
        weir_os_destroy(world->env);
    }
    weir_text_finish(&world->seen);
    weir_free(world);
    return 0;
}

static void expect(const struct world *world, const char *seen)
{
    assert_string_equal(world->seen.bytes == NULL ? "" : world->seen.bytes, seen);
}

/* A post or timer with a letter; '.' stops the loop, and one with a `then` posts it. */
struct event {
    struct weir_post post;
    struct weir_timer timer;
    struct world *world;
    char letter;
    struct event *then;
};

static void happen(struct event *event)
{
    struct world *world = event->world;
    weir_text_append(&world->seen, &event->letter, 1);
    if (event->letter == '.') {
        world->env->ops->stop(world->env);
    }
    if (event->then != NULL) {
        world->env->ops->post(world->env, &event->then->post);
    }
}

static void fire_post(struct weir_post *post)
{
    happen(post->owner);
}

static void fire_timer(struct weir_timer *timer)
{
    struct event *event = timer->owner;
    assert_false(timer->is_armed);
    assert_true(event->world->env->ops->now_us(event->world->env) >=
                timer->due_us); /* never early */
    happen(event);
}

static void name_events(struct event *events, struct world *world, const char *letters)
{
    for (size_t i = 0; letters[i] != '\0'; i++) {
        events[i] = (struct event){.post = {.fire = fire_post, .owner = &events[i]},
                                   .timer = {.fire = fire_timer, .owner = &events[i]},
                                   .world = world,
                                   .letter = letters[i]};
    }
}

static void posts_fire_in_order(void **state)
{
    struct world *world = *state;
    struct event events[6];
    name_events(events, world, "abcde.");
    events[0].then = &events[5]; /* posted by a, fires after those that were posted before */
    for (size_t i = 0; i < 5; i++) {
        world->env->ops->post(world->env, &events[i].post); /* before the loop starts */
    }
    expect(world, "");
    world->env->ops->loop(world->env);
    expect(world, "abcde.");
    events[4].then = &events[5];
    world->env->ops->post(world->env, &events[4].post); /* used again */
    world->env->ops->loop(world->env);
    expect(world, "abcde.e.");
}

static void stop_leaves_the_rest_for_the_next_loop(void **state)
{
    struct world *world = *state;
    struct event events[6];
    name_events(events, world, "a.bc.x");
    events[3].then = &events[5];
    for (size_t i = 0; i < 5; i++) {
        world->env->ops->post(world->env, &events[i].post);
    }
    world->env->ops->loop(world->env);
    expect(world, "a.");
    struct event late[1];
    name_events(late, world, "d");
    world->env->ops->post(world->env, &late[0].post); /* still behind b and c */
    world->env->ops->loop(world->env);
    expect(world, "a.bc.");
    world->env->ops->stop(world->env); /* before a loop: that loop ends at once */
    world->env->ops->loop(world->env);
    expect(world, "a.bc.");
    struct event end[1];
    name_events(end, world, ".");
    world->env->ops->post(world->env, &end[0].post);
    world->env->ops->loop(world->env);
    expect(world, "a.bc.dx.");
}

static void arm(struct event *event, int64_t from_now_us)
{
    struct weir_env *env = event->world->env;
    env->ops->timer_start(env, &event->timer, env->ops->now_us(env) + from_now_us);
}

static void timers_fire_in_order_of_time(void **state)
{
    struct world *world = *state;
    struct event events[7];
    name_events(events, world, "abcdex.");
    arm(&events[6], 12 * MS);
    arm(&events[3], 5 * MS + 100);
    arm(&events[1], 2 * MS);
    arm(&events[5], 1 * MS);
    arm(&events[2], 100 * 1000 * MS);
    arm(&events[2], 3 * MS);     /* moved nearer */
    arm(&events[0], -1000 * MS); /* past */
    arm(&events[4], 1 * MS);
    arm(&events[4], 8 * MS); /* moved away */
    world->env->ops->timer_stop(world->env, &events[5].timer);
    world->env->ops->timer_stop(world->env, &events[5].timer); /* no effect */
    assert_false(events[5].timer.is_armed);
    assert_true(events[2].timer.is_armed);
    world->env->ops->loop(world->env);
    expect(world, "abcde.");
}

static void timers_of_any_time_are_taken(void **state)
{
    struct world *world = *state;
    struct event events[3];
    name_events(events, world, "az.");
    world->env->ops->timer_start(world->env, &events[0].timer, INT64_MIN);
    world->env->ops->timer_start(world->env, &events[1].timer, INT64_MAX);
    events[0].then = &events[2];
    world->env->ops->loop(world->env);
    expect(world, "a.");
    assert_true(events[1].timer.is_armed);
    world->env->ops->timer_stop(world->env, &events[1].timer);
}

/* A timer that arms itself again in the past must not keep posts and others from firing. */
struct storm {
    struct weir_timer timer;
    struct world *world;
    int fired;
};

static void fire_storm(struct weir_timer *timer)
{
    struct storm *storm = timer->owner;
    storm->fired++;
    storm->world->env->ops->timer_start(storm->world->env, timer, 0);
}

static void a_storm_of_timers_lets_others_through(void **state)
{
    struct world *world = *state;
    struct storm storm = {.timer = {.fire = fire_storm, .owner = &storm}, .world = world};
    struct event events[1];
    name_events(events, world, ".");
    world->env->ops->timer_start(world->env, &storm.timer, 0);
    world->env->ops->post(world->env, &events[0].post);
    world->env->ops->loop(world->env);
    expect(world, ".");
    world->env->ops->timer_stop(world->env, &storm.timer);
}

enum { TASKS = 50, ROUNDS = 20 };
struct task {
    struct weir_work work;
    struct weir_post post;
    struct world *world;
    int runs, posts, dones;
    int *left;
};

static void run_task(struct weir_work *work, uint32_t thread)
{
    struct task *task = work->owner;
    assert_true(thread < THREADS);
    task->runs++;
    task->world->env->ops->post(task->world->env, &task->post);
}

static void count_post(struct weir_post *post)
{
    struct task *task = post->owner;
    task->posts++;
}

static void finish_task(struct weir_work *work)
{
    struct task *task = work->owner;
    task->dones++;
    assert_int_equal(task->runs, task->dones);
    assert_int_equal(task->posts, task->dones); /* what a work has posted comes before its done */
    if (task->dones < ROUNDS) {
        task->world->env->ops->run(task->world->env, work); /* used again */
    } else if (--*task->left == 0) {
        task->world->env->ops->stop(task->world->env);
    }
}

static void works_run_once_and_report_once(void **state)
{
    struct world *world = *state;
    static struct task tasks[TASKS];
    int left = TASKS;
    assert_int_equal(world->env->thread_count, THREADS);
    for (size_t i = 0; i < TASKS; i++) {
        tasks[i] = (struct task){.work = {.run = run_task, .done = finish_task, .owner = &tasks[i]},
                                 .post = {.fire = count_post, .owner = &tasks[i]},
                                 .world = world,
                                 .left = &left};
        world->env->ops->run(world->env, &tasks[i].work);
    }
    world->env->ops->loop(world->env);
    for (size_t i = 0; i < TASKS; i++) {
        assert_int_equal(tasks[i].runs, ROUNDS);
        assert_int_equal(tasks[i].dones, ROUNDS);
    }
}

static void a_gate_remembers_one_opening(void **state)
{
    struct world *world = *state;
    const struct weir_env_ops *ops = world->env->ops;
    struct weir_gate *gate = ops->gate_create(world->env);
    assert_false(ops->gate_wait(world->env, gate, 0));
    assert_false(ops->gate_wait(world->env, gate, MS));
    ops->gate_open(world->env, gate);
    ops->gate_open(world->env, gate);
    assert_true(ops->gate_wait(world->env, gate, INT64_MAX));
    assert_false(ops->gate_wait(world->env, gate, 0));
    ops->gate_destroy(world->env, gate);
}

struct visitor {
    struct weir_thread thread;
    struct event event;
    struct world *world;
};

static void visit(struct weir_thread *thread)
{
    struct visitor *visitor = thread->owner;
    visitor->world->env->ops->post(visitor->world->env, &visitor->event.post);
}

static int64_t visit_in_steps(struct weir_thread *thread, int64_t now_us)
{
    (void)now_us;
    visit(thread);
    return -1;
}

static void end_visit(struct weir_thread *thread)
{
    struct visitor *visitor = thread->owner;
    weir_text_put(&visitor->world->seen, "ended");
    visitor->world->env->ops->stop(visitor->world->env);
}

static void a_thread_ends_once_after_what_it_posted(void **state)
{
    struct world *world = *state;
    struct visitor visitor = {.world = world};
    visitor.thread = (struct weir_thread){
        .run = visit, .step = visit_in_steps, .ended = end_visit, .owner = &visitor};
    for (int i = 0; i < 2; i++) { /* used again */
        name_events(&visitor.event, world, "v");
        assert_int_equal(world->env->ops->thread_start(world->env, &visitor.thread,
                                                       "a name longer than the kernel's", NULL),
                         WEIR_OK);
        world->env->ops->loop(world->env);
    }
    expect(world, "vendedvended");
}

static void random_numbers_differ(void **state)
{
    struct world *world = *state;
    uint64_t a = world->env->ops->random(world->env), b = world->env->ops->random(world->env);
    assert_true(a != b);
}

#define FOR_BOTH(test)                                                                             \
    {"os_" #test, test, start_os, finish, NULL},                                                   \
    {                                                                                              \
        "sim_" #test, test, start_sim, finish, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        FOR_BOTH(posts_fire_in_order),
        FOR_BOTH(stop_leaves_the_rest_for_the_next_loop),
        FOR_BOTH(timers_fire_in_order_of_time),
        FOR_BOTH(timers_of_any_time_are_taken),
        FOR_BOTH(a_storm_of_timers_lets_others_through),
        FOR_BOTH(works_run_once_and_report_once),
        FOR_BOTH(a_gate_remembers_one_opening),
        FOR_BOTH(a_thread_ends_once_after_what_it_posted),
        FOR_BOTH(random_numbers_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
