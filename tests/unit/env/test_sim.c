/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator's clock, timers, posts and trace. What holds for every env is in
 * tests/unit/os/test_contract.c. */
#include "env/env.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

enum { MS = 1000 };

/* A timer that writes its name into the trace and may be armed again. */
struct ticker {
    struct weir_timer timer;
    struct weir_env *env;
    const char *name;
    int64_t every_us;
    int left;
};

static void tick(struct weir_timer *timer)
{
    struct ticker *ticker = timer->owner;
    assert_false(timer->is_armed);
    weir_env_trace(ticker->env, "%s", ticker->name);
    if (--ticker->left > 0) {
        ticker->env->ops->timer_start(ticker->env, timer, timer->due_us + ticker->every_us);
    }
}

static void arm(struct ticker *ticker, struct weir_env *env, const char *name, int64_t first_us)
{
    ticker->timer.fire = tick;
    ticker->timer.owner = ticker;
    ticker->env = env;
    ticker->name = name;
    env->ops->timer_start(env, &ticker->timer, first_us);
}

static struct weir_env *create(uint64_t seed, bool shuffle)
{
    return weir_sim_create(
        &(struct weir_sim_options){.seed = seed, .threads = 2, .shuffle_ready = shuffle});
}

static void expect_trace(const struct weir_env *env, const char *expected)
{
    assert_string_equal(weir_sim_trace(env)->bytes == NULL ? "" : weir_sim_trace(env)->bytes,
                        expected);
}

static void time_jumps_from_event_to_event(void **state)
{
    (void)state;
    struct weir_env *env = create(1, false);
    struct ticker slow = {.every_us = 1000 * MS, .left = 3},
                  fast = {.every_us = 400 * MS, .left = 4};
    assert_int_equal(env->ops->now_us(env), 0);
    arm(&slow, env, "slow", 1000 * MS);
    arm(&fast, env, "fast", 400 * MS + 999);
    env->ops->loop(env);
    expect_trace(env, "[400] fast\n[800] fast\n[1000] slow\n[1200] fast\n[1600] fast\n"
                      "[2000] slow\n[3000] slow\n");
    assert_int_equal(env->ops->now_us(env), 3000 * MS);
    weir_sim_destroy(env);
}

static void a_run_ends_at_its_limit_and_goes_on_from_there(void **state)
{
    (void)state;
    struct weir_env *env = create(1, false);
    struct ticker ticker = {.every_us = 10 * MS, .left = 100};
    arm(&ticker, env, "tick", 10 * MS);
    weir_sim_run(env, 25 * MS);
    expect_trace(env, "[10] tick\n[20] tick\n");
    assert_int_equal(env->ops->now_us(env), 25 * MS);
    weir_sim_run(env, 30 * MS); /* the limit itself is part of the run */
    expect_trace(env, "[10] tick\n[20] tick\n[30] tick\n");
    env->ops->timer_stop(env, &ticker.timer);
    weir_sim_run(env, 1000 * MS);
    assert_int_equal(env->ops->now_us(env), 1000 * MS);
    arm(&ticker, env, "late", 1); /* past: now */
    weir_sim_run(env, 1000 * MS);
    assert_int_equal(env->ops->now_us(env), 1000 * MS);
    assert_non_null(strstr(weir_sim_trace(env)->bytes, "[1000] late\n"));
    weir_sim_destroy(env); /* with an armed timer */
}

/* Hundreds of timers, moved and stopped at random: the heap must give them in order. */
static void many_timers_fire_in_order(void **state)
{
    (void)state;
    enum { TIMERS = 500 };
    static struct ticker tickers[TIMERS];
    struct weir_env *env = create(1, false);
    struct weir_random random;
    weir_random_seed(&random, 7);
    int armed = 0;
    for (size_t i = 0; i < TIMERS; i++) {
        tickers[i].left = 1;
        arm(&tickers[i], env, "t", (int64_t)weir_random_below(&random, 1000) * MS);
    }
    for (size_t i = 0; i < TIMERS; i++) {
        if (i % 3 == 0) {
            env->ops->timer_stop(env, &tickers[i].timer);
            env->ops->timer_stop(env, &tickers[i].timer); /* no effect */
        } else if (i % 3 == 1) {
            env->ops->timer_start(env, &tickers[i].timer,
                                  (int64_t)weir_random_below(&random, 1000) * MS);
        }
        armed += i % 3 != 0;
    }
    int64_t last_us = 0;
    int fired = 0;
    for (int64_t t = 0; t < 1000; t++) {
        weir_sim_run(env, t * MS);
        for (size_t i = 0; i < TIMERS; i++) {
            if (tickers[i].left == 0) {
                assert_true(tickers[i].timer.due_us >= last_us &&
                            tickers[i].timer.due_us <= t * MS);
                tickers[i].left = -1;
                fired++;
            }
        }
        last_us = t * MS;
    }
    assert_int_equal(fired, armed);
    weir_sim_destroy(env);
}

static const char *trace_of(uint64_t seed, bool shuffle, char *out, size_t bytes)
{
    static const char *const names[] = {"a", "b", "c", "d", "e", "f"};
    struct ticker tickers[6] = {0};
    struct weir_env *env = create(seed, shuffle);
    for (size_t i = 0; i < 6; i++) {
        tickers[i].left = 3;
        tickers[i].every_us = 5 * MS;
        arm(&tickers[i], env, names[i], 5 * MS);
    }
    env->ops->loop(env);
    strncpy(out, weir_sim_trace(env)->bytes, bytes - 1);
    out[bytes - 1] = '\0';
    weir_sim_destroy(env);
    return out;
}

static void equal_times_keep_their_order_or_the_seeds(void **state)
{
    (void)state;
    char plain[1024], first[1024], again[1024];
    trace_of(1, false, plain, sizeof plain);
    assert_ptr_equal(strstr(plain, "[5] a\n[5] b\n[5] c\n[5] d\n[5] e\n[5] f\n[10] a\n"), plain);
    assert_string_equal(trace_of(99, false, again, sizeof again),
                        plain); /* no shuffling, no seed */
    int distinct = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        trace_of(seed, true, first, sizeof first);
        assert_string_equal(trace_of(seed, true, again, sizeof again), first);
        assert_int_equal(strlen(first), strlen(plain));
        distinct += strcmp(first, plain) != 0;
    }
    assert_true(distinct >= 18);
}

static void random_numbers_come_from_the_seed_alone(void **state)
{
    (void)state;
    struct weir_env *a = create(5, false), *b = create(5, true), *c = create(6, false);
    struct ticker ticker = {.left = 1};
    arm(&ticker, b, "changes the schedule's draws, not ours", 1);
    uint64_t x = a->ops->random(a);
    assert_true(x == b->ops->random(b));
    assert_true(x != c->ops->random(c));
    assert_true(x != a->ops->random(a));
    weir_sim_destroy(a);
    weir_sim_destroy(b);
    weir_sim_destroy(c);
}

static void without_files_they_are_refused(void **state)
{
    (void)state;
    struct weir_env *env = create(1, false);
    struct weir_error err = {0};
    struct weir_buffer *buffer = NULL;
    void *address = NULL;
    assert_int_equal(env->ops->file_read(env, "job.weir", &buffer, &err), WEIR_EIO);
    assert_non_null(strstr(err.text, "job.weir"));
    assert_non_null(strstr(err.text, "weir_sim_options.files"));
    assert_int_equal(env->ops->module_open(env, "./x.so", "s", &address, &err), WEIR_EIO);
    assert_false(env->ops->file_exists(env, "/"));
    assert_null(env->ops->variable(env, "PATH"));
    assert_string_equal(env->plugin_home, "");
    weir_sim_destroy(env);
    weir_sim_destroy(NULL);
}

/* A stand-in for files: only what the simulator hands on is asked. */
static int read_hello(struct weir_env *env,
                      const char *path,
                      struct weir_buffer **buffer,
                      struct weir_error *err)
{
    (void)env;
    (void)err;
    assert_string_equal(path, "hello");
    *buffer = weir_buffer_create(8);
    return WEIR_OK;
}

static void files_of_another_env_are_handed_on(void **state)
{
    (void)state;
    static const struct weir_env_ops ops = {.struct_bytes = sizeof ops, .file_read = read_hello};
    struct weir_env files = {.ops = &ops, .thread_count = 1, .plugin_home = "/home/of/plugins"};
    struct weir_env *env =
        weir_sim_create(&(struct weir_sim_options){.threads = 1, .files = &files});
    struct weir_buffer *buffer = NULL;
    assert_int_equal(env->ops->file_read(env, "hello", &buffer, NULL), WEIR_OK);
    assert_string_equal(env->plugin_home, "/home/of/plugins");
    weir_env_trace(&files, "no simulator, no trace");
    expect_trace(env, "");
    weir_buffer_release(buffer);
    weir_sim_destroy(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_jumps_from_event_to_event),
        cmocka_unit_test(a_run_ends_at_its_limit_and_goes_on_from_there),
        cmocka_unit_test(many_timers_fire_in_order),
        cmocka_unit_test(equal_times_keep_their_order_or_the_seeds),
        cmocka_unit_test(random_numbers_come_from_the_seed_alone),
        cmocka_unit_test(without_files_they_are_refused),
        cmocka_unit_test(files_of_another_env_are_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
