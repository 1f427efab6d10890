/* SPDX-License-Identifier: Apache-2.0 */
/* Real threads: works at once, posts from many threads, gates that wake, signals, and an end with
 * work left over. TSan watches. */
#include "os/os.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 3, FOREVER_US = 60 * 1000 * 1000 };

static struct weir_env *create(uint32_t threads)
{
    const struct weir_os_options options = {.threads = threads, .plugin_home = "/nowhere"};
    struct weir_env *env = NULL;
    struct weir_error err = {0};
    assert_int_equal(weir_os_create(&options, &env, &err), WEIR_OK);
    return env;
}

/* As many works as threads: the first goes on when all others have come, they go on when the first
 * says so. They meet together or never. */
struct meeting {
    struct weir_work work;
    struct weir_env *env;
    struct weir_gate *come, *go;
    struct meeting *all;
    atomic_uint *threads_seen;
    int *left;
    bool met;
};

static void meet(struct weir_work *work, uint32_t thread)
{
    struct meeting *meeting = work->owner;
    const struct weir_env_ops *ops = meeting->env->ops;
    atomic_fetch_or(meeting->threads_seen, 1u << thread);
    if (meeting != meeting->all) {
        ops->gate_open(meeting->env, meeting->come);
        meeting->met = ops->gate_wait(meeting->env, meeting->go, FOREVER_US);
        return;
    }
    meeting->met = true;
    for (size_t i = 1; i < THREADS; i++) {
        meeting->met &= ops->gate_wait(meeting->env, meeting->all[i].come, FOREVER_US);
    }
    for (size_t i = 1; i < THREADS; i++) {
        ops->gate_open(meeting->env, meeting->all[i].go);
    }
}

static void leave(struct weir_work *work)
{
    struct meeting *meeting = work->owner;
    if (--*meeting->left == 0) {
        meeting->env->ops->stop(meeting->env);
    }
}

static void works_run_at_once_one_per_thread(void **state)
{
    (void)state;
    struct weir_env *env = create(THREADS);
    struct meeting meetings[THREADS];
    atomic_uint threads_seen = 0;
    int left = THREADS;
    for (size_t i = 0; i < THREADS; i++) {
        meetings[i] = (struct meeting){.work = {.run = meet, .done = leave, .owner = &meetings[i]},
                                       .env = env,
                                       .come = env->ops->gate_create(env),
                                       .go = env->ops->gate_create(env),
                                       .all = meetings,
                                       .threads_seen = &threads_seen,
                                       .left = &left};
    }
    for (size_t i = 0; i < THREADS; i++) {
        env->ops->run(env, &meetings[i].work);
    }
    env->ops->loop(env);
    for (size_t i = 0; i < THREADS; i++) {
        assert_true(meetings[i].met);
        env->ops->gate_destroy(env, meetings[i].come);
        env->ops->gate_destroy(env, meetings[i].go);
    }
    assert_int_equal(threads_seen, (1u << THREADS) - 1);
    weir_os_destroy(env);
}

/* One thread, many works: they start in the order given. */
struct queued {
    struct weir_work work;
    int number, *last;
    struct weir_env *env;
};

static void run_queued(struct weir_work *work, uint32_t thread)
{
    struct queued *queued = work->owner;
    assert_int_equal(thread, 0);
    assert_int_equal(queued->number, *queued->last + 1);
    *queued->last = queued->number;
}

static void done_queued(struct weir_work *work)
{
    struct queued *queued = work->owner;
    if (queued->number == 99) {
        queued->env->ops->stop(queued->env);
    }
}

static void first_come_is_first_served(void **state)
{
    (void)state;
    struct weir_env *env = create(1);
    static struct queued queue[100];
    int last = -1;
    for (int i = 0; i < 100; i++) {
        queue[i] =
            (struct queued){.work = {.run = run_queued, .done = done_queued, .owner = &queue[i]},
                            .number = i,
                            .last = &last,
                            .env = env};
        env->ops->run(env, &queue[i].work);
    }
    env->ops->loop(env);
    assert_int_equal(last, 99);
    weir_os_destroy(env);
}

/* Dedicated threads that post as fast as they can; each one's posts must come in its order, and
 * none be lost. */
enum { POSTERS = 4, POSTS = 3000 };
struct poster {
    struct weir_thread thread;
    struct weir_env *env;
    struct weir_post posts[POSTS];
    int next, *left;
};

static void count_in_order(struct weir_post *post)
{
    struct poster *poster = post->owner;
    assert_ptr_equal(post, &poster->posts[poster->next]);
    poster->next++;
}

static void post_all(struct weir_thread *thread)
{
    struct poster *poster = thread->owner;
    for (int i = 0; i < POSTS; i++) {
        poster->posts[i] = (struct weir_post){.fire = count_in_order, .owner = poster};
        poster->env->ops->post(poster->env, &poster->posts[i]);
    }
}

static void end_poster(struct weir_thread *thread)
{
    struct poster *poster = thread->owner;
    assert_int_equal(poster->next, POSTS);
    if (--*poster->left == 0) {
        poster->env->ops->stop(poster->env);
    }
}

static void posts_of_many_threads_all_arrive(void **state)
{
    (void)state;
    struct weir_env *env = create(1);
    static struct poster posters[POSTERS];
    int left = POSTERS;
    for (size_t i = 0; i < POSTERS; i++) {
        struct poster *poster = &posters[i];
        poster->thread =
            (struct weir_thread){.run = post_all, .ended = end_poster, .owner = poster};
        poster->env = env;
        poster->left = &left;
        assert_int_equal(env->ops->thread_start(env, &poster->thread, "poster", NULL), WEIR_OK);
    }
    env->ops->loop(env);
    assert_int_equal(left, 0);
    weir_os_destroy(env);
}

/* Destroy while works wait: the running one ends, the others never start, nothing fires, nothing
 * leaks (LSan). */
struct straggler {
    struct weir_work work;
    struct weir_thread thread;
    struct weir_env *env;
    struct weir_gate *started, *end;
    int runs;
};

static void straggle(struct weir_work *work, uint32_t thread)
{
    (void)thread;
    struct straggler *straggler = work->owner;
    straggler->runs++;
    straggler->env->ops->gate_open(straggler->env, straggler->started);
    (void)straggler->env->ops->gate_wait(straggler->env, straggler->end, FOREVER_US);
}

static void must_not_fire(struct weir_work *work)
{
    (void)work;
    fail();
}

static void let_it_end(struct weir_thread *thread)
{
    struct straggler *straggler = thread->owner;
    straggler->env->ops->gate_open(straggler->env, straggler->end);
}

static void must_not_end(struct weir_thread *thread)
{
    (void)thread;
    fail();
}

static void an_end_waits_for_what_runs_and_drops_the_rest(void **state)
{
    (void)state;
    struct weir_env *env = create(1);
    struct straggler first = {
        .env = env, .started = env->ops->gate_create(env), .end = env->ops->gate_create(env)};
    first.work = (struct weir_work){.run = straggle, .done = must_not_fire, .owner = &first};
    first.thread = (struct weir_thread){.run = let_it_end, .ended = must_not_end, .owner = &first};
    struct straggler second = first;
    second.work.owner = &second;
    env->ops->run(env, &first.work);
    assert_true(env->ops->gate_wait(env, first.started, FOREVER_US));
    env->ops->run(env, &second.work);
    assert_int_equal(env->ops->thread_start(env, &first.thread, "lets it end", NULL), WEIR_OK);
    struct weir_gate *started = first.started, *end = first.end;
    const struct weir_env_ops *ops = env->ops;
    weir_os_destroy(env);
    assert_int_equal(first.runs, 1);
    ops->gate_destroy(NULL, started); /* gates know no env */
    ops->gate_destroy(NULL, end);
    weir_os_destroy(NULL);
}

struct heard {
    struct weir_env *env;
    int count, last;
};

static void hear(void *owner, int signum)
{
    struct heard *heard = owner;
    heard->last = signum;
    if (++heard->count == 2) {
        heard->env->ops->stop(heard->env);
    } else {
        (void)kill(getpid(), SIGTERM);
    }
}

static void signals_are_calls_on_the_loop(void **state)
{
    (void)state;
    struct weir_env *env = create(THREADS); /* none of its threads may take the signal */
    struct heard heard = {.env = env};
    struct weir_error err = {0};
    assert_int_equal(weir_os_on_signal(env, SIGINT, hear, &heard, &err), WEIR_OK);
    assert_int_equal(weir_os_on_signal(env, SIGTERM, hear, &heard, &err), WEIR_OK);
    assert_int_equal(weir_os_on_signal(env, SIGKILL, hear, &heard, &err), WEIR_EUSAGE);
    assert_non_null(strstr(err.text, "signal 9"));
    (void)kill(getpid(), SIGINT);
    env->ops->loop(env);
    assert_int_equal(heard.count, 2);
    assert_int_equal(heard.last, SIGTERM);
    weir_os_destroy(env);
}

static void too_many_threads_are_refused(void **state)
{
    (void)state;
    const struct weir_os_options options = {.threads = WEIR_OS_THREADS_MAX + 1};
    struct weir_env *env = NULL;
    struct weir_error err = {0};
    assert_int_equal(weir_os_create(&options, &env, &err), WEIR_EUSAGE);
    assert_non_null(strstr(err.text, "1025"));
    assert_null(env);
    env = create(0);
    assert_true(env->thread_count >= 1);
    weir_os_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(works_run_at_once_one_per_thread),
        cmocka_unit_test(first_come_is_first_served),
        cmocka_unit_test(posts_of_many_threads_all_arrive),
        cmocka_unit_test(an_end_waits_for_what_runs_and_drops_the_rest),
        cmocka_unit_test(signals_are_calls_on_the_loop),
        cmocka_unit_test(too_many_threads_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
