/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers on threads of their own against a loop that cuts as often as it can: nothing is lost,
 * doubled or out of order, memory stays bounded, and an acknowledgement means that the record is in
 * a block. Meant for the thread sanitizer, too. */
#include "received.h"
#include "rush.h"

#include "os/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { RECORDS = 200000 };

static _Atomic int64_t in_blocks; /* records that the loop has seen */
static _Atomic int64_t returned;
static _Atomic uint64_t last_acked;
static _Atomic bool is_early, is_unordered;

void rush_acked(uint64_t cookie)
{
    uint64_t before = atomic_exchange(&last_acked, cookie);
    if (cookie <= before) {
        atomic_store(&is_unordered, true);
    }
    if ((int64_t)cookie > atomic_load(&in_blocks)) {
        atomic_store(&is_early, true);
    }
}

void rush_returned(int64_t records)
{
    atomic_store(&returned, records);
}

struct world {
    struct weir_env *env;
    struct received r;
    struct weir_timer busy; /* cuts, and processes what is held, all the time */
    int64_t turns, stop_at_turn;
};

static void be_busy(struct weir_timer *timer)
{
    struct world *w = timer->owner;
    weir_receiver_cut(w->r.supervisor);
    w->turns++;
    if (w->turns % 3 == 0) {
        received_process(&w->r);
    }
    if (w->turns == w->stop_at_turn) {
        weir_receiver_stop(w->r.supervisor);
    }
    w->env->ops->timer_start(w->env, timer, w->env->ops->now_us(w->env) + 50);
}

static void run(struct world *w, const char *job, uint64_t held_bytes_max, int64_t stop_at_turn)
{
    const struct weir_os_options os = {.threads = 1, .plugin_home = "/nowhere"};
    const struct weir_receive_options options = {
        .block_us = 1000, .held_bytes_max = held_bytes_max, .restart_us = 20000};
    struct weir_error err;
    atomic_store(&in_blocks, 0);
    atomic_store(&last_acked, 0);
    atomic_store(&is_early, false);
    atomic_store(&is_unordered, false);
    assert_int_equal(weir_os_create(&os, &w->env, &err), WEIR_OK);
    received_open(&w->r, w->env, job, &options);
    w->r.is_counting = true;
    w->r.seen = &in_blocks;
    w->turns = 0;
    w->stop_at_turn = stop_at_turn;
    w->busy = (struct weir_timer){.fire = be_busy, .owner = w};
    assert_int_equal(weir_receiver_start(w->r.supervisor, &err), WEIR_OK);
    w->env->ops->timer_start(w->env, &w->busy, 0);
    w->env->ops->loop(w->env);
    w->env->ops->timer_stop(w->env, &w->busy);
    assert_true(w->r.has_ended);
    assert_false(atomic_load(&is_early));
    assert_false(atomic_load(&is_unordered));
}

static void finish(struct world *w)
{
    received_close(&w->r);
    weir_os_destroy(w->env);
}

static void all_records_in_order(void **state)
{
    (void)state;
    const char *kinds[] = {"text", "rows"};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        char job[100];
        (void)snprintf(job, sizeof job, "rush.%s limit=%d | play.log", kinds[i], RECORDS);
        run(&w, job, 1 << 26, 0);
        assert_int_equal(w.r.err.status, WEIR_OK);
        assert_int_equal(w.r.records, RECORDS);
        assert_int_equal(atomic_load(&last_acked), RECORDS);
        assert_true(w.r.blocks > 1);
        finish(&w);
    }
}

/* The receiver is held back: what is stored and not yet processed is at most the limit and what it
 * handed on last. */
static void tight_memory(void **state)
{
    (void)state;
    const char *kinds[] = {"text", "rows"};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        char job[100];
        (void)snprintf(job, sizeof job, "rush.%s limit=20000 | play.log", kinds[i]);
        run(&w, job, 4000, 0);
        assert_int_equal(w.r.records, 20000);
        assert_int_equal(atomic_load(&last_acked), 20000);
        assert_true(w.r.most_held <= 40000);
        finish(&w);
    }
}

/* Lines so long that few fit into a buffer, and some that do not fit at all. */
static void buffers_are_changed(void **state)
{
    (void)state;
    struct world w;
    run(&w, "rush.text limit=400 line_bytes=200000 | play.log", (uint64_t)1 << 26, 0);
    assert_int_equal(w.r.records, 400);
    finish(&w);
}

static void a_stop_loses_nothing(void **state)
{
    (void)state;
    const char *kinds[] = {"text", "rows"};
    for (size_t i = 0; i < 8; i++) {
        struct world w;
        char job[100];
        (void)snprintf(job, sizeof job, "rush.%s limit=1000000000 | play.log", kinds[i % 2]);
        run(&w, job, i < 4 ? 1 << 24 : 3000, 5 + (int64_t)i * 7);
        assert_int_equal(w.r.err.status, WEIR_OK);
        assert_true(w.r.records < 1000000000);
        assert_int_equal(w.r.records, atomic_load(&returned));
        assert_int_equal((int64_t)atomic_load(&last_acked), w.r.records);
        finish(&w);
    }
}

static void a_restart_goes_on(void **state)
{
    (void)state;
    struct world w;
    run(&w, "rush.rows limit=5000 retry_at=1000 | play.log", 1 << 24, 0);
    assert_int_equal(w.r.records, 5000);
    assert_int_equal(w.r.waits, 1);
    assert_int_equal(atomic_load(&last_acked), 5000);
    finish(&w);
}

static void a_failure_keeps_what_came_before(void **state)
{
    (void)state;
    struct world w;
    run(&w, "rush.text limit=5000 fail_at=1000 | play.log", 1 << 24, 0);
    assert_int_equal(w.r.err.status, WEIR_EJOB);
    assert_non_null(strstr(w.r.err.text, "another language"));
    assert_true(w.r.records >= 1000 && w.r.records < 1100);
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_records_in_order), cmocka_unit_test(tight_memory),
        cmocka_unit_test(buffers_are_changed),  cmocka_unit_test(a_stop_loses_nothing),
        cmocka_unit_test(a_restart_goes_on),    cmocka_unit_test(a_failure_keeps_what_came_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
