/* SPDX-License-Identifier: Apache-2.0 */
/* Receivers in simulated time: what becomes a block and when, acknowledgements, restarts, ends. */
#include "play.h"
#include "received.h"
#include "rush.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct weir_receive_options options_plain = {
    .block_us = 100000, .held_bytes_max = 1 << 20, .restart_us = 2000000};

void rush_acked(uint64_t cookie)
{
    (void)cookie;
}

void rush_returned(int64_t records)
{
    (void)records;
}

struct world {
    struct weir_env *env;
    struct received r;
};

static void open_with(struct world *w, const char *job, const struct weir_receive_options *options)
{
    const struct weir_sim_options sim = {.threads = 1, .seed = 1};
    struct weir_error err;
    play_reset();
    w->env = weir_sim_create(&sim);
    received_open(&w->r, w->env, job, options);
    assert_int_equal(weir_receiver_start(w->r.supervisor, &err), WEIR_OK);
}

static void open_plain(struct world *w, const char *job)
{
    open_with(w, job, &options_plain);
}

static void close_world(struct world *w)
{
    received_close(&w->r);
    weir_sim_destroy(w->env);
    play_reset();
}

static void expect(struct world *w, const char *notes)
{
    assert_string_equal(w->r.notes.bytes == NULL ? "" : w->r.notes.bytes, notes);
    weir_text_finish(&w->r.notes);
}

static void run(struct world *w, int64_t ms)
{
    weir_sim_run(w->env, ms * 1000);
}

static void a_block_every_interval_that_has_anything(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 !up; 20 a; 50 b; 120 c; 410 d; 420 !end\" | play.log");
    run(&w, 1000);
    expect(&w, "[0] connected\n[100] block 2: a b\n[200] block 1: c\n[420] block 1: d\n"
               "[420] ended\n");
    close_world(&w);
}

static void rows_are_the_same(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.rows \"0 !up; 20 a; 50 b; 120 a text beyond twelve bytes; 420 !end\" | "
                   "play.log");
    run(&w, 1000);
    expect(&w, "[0] connected\n[100] block 2: a b\n[200] block 1: a text beyond twelve bytes\n"
               "[420] ended\n");
    close_world(&w);
}

/* Stores of a row each: their text lies together, and not in a buffer per store. */
static void small_stores_share_their_memory(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.rows \"0 the first of some texts; 1 the second of them; 2 short; "
                   "3 the third of them; 4 !end\" | play.log");
    run(&w, 1000);
    expect(&w, "[4] block 4: the first of some texts the second of them short the third of them\n"
               "[4] ended\n");
    assert_true(w.r.held_bytes < 4096);
    close_world(&w);
}

static void a_batch_edge_cuts(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 a; 60 b\" | play.log");
    run(&w, 50);
    weir_receiver_cut(w.r.supervisor);
    weir_receiver_cut(w.r.supervisor); /* nothing new: no block */
    run(&w, 100);
    expect(&w, "[50] block 1: a\n[100] block 1: b\n");
    weir_receiver_stop(w.r.supervisor);
    run(&w, 5000);
    close_world(&w);
}

/* ---- acknowledgements ---- */
static void stores_are_acknowledged_once_they_are_in_a_block(void **state)
{
    (void)state;
    const char *jobs[] = {
        "play.lines \"0 a; 50 b; 99 !up; 101 c; 150 !down; 450 d; 460 !end\" | play.log",
        "play.rows \"0 a; 50 b; 99 !up; 101 c; 150 !down; 450 d; 460 !end\" | play.log"};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        open_plain(&w, jobs[i]);
        run(&w, 100);
        assert_string_equal(play_log(), "");
        run(&w, 101); /* heard of at its next call */
        assert_string_equal(play_log(), "acked 1\nacked 2\n");
        run(&w, 449);
        run(&w, 460); /* the last ones while its thread still lives */
        run(&w, 1000);
        assert_string_equal(play_log(), "acked 1\nacked 2\nacked 3\nacked 4\n");
        assert_true(w.r.has_ended);
        close_world(&w);
    }
}

/* ---- the end ---- */
static void a_stop_flushes_everything(void **state)
{
    (void)state;
    const char *jobs[] = {"play.lines \"0 a; 20 b\" | play.log",
                          "play.rows \"0 a; 20 b\" | play.log"};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        open_plain(&w, jobs[i]);
        run(&w, 30);
        weir_receiver_stop(w.r.supervisor);
        run(&w, 2000);
        assert_non_null(strstr(w.r.notes.bytes, "block 2: a b\n"));
        assert_true(w.r.has_ended);
        assert_int_equal(w.r.err.status, WEIR_OK);
        assert_string_equal(play_log(), "acked 1\nacked 2\n");
        close_world(&w);
    }
}

static void rows_that_were_appended_but_not_stored_are_not_lost(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.quiet \"0 a; 20 !leave; 30 !end\" | play.log");
    run(&w, 1000);
    expect(&w, "[30] block 2: a left\n[30] ended\n");
    close_world(&w);
}

/* Above the limit as well: nobody may wait for room on the loop. */
static void last_words_need_no_room(void **state)
{
    (void)state;
    struct world w;
    const struct weir_receive_options tight = {.block_us = 100000, .held_bytes_max = 1};
    open_with(&w, "play.quiet \"0 a; 0 !leave; 0 !end\" | play.log", &tight);
    run(&w, 1000);
    expect(&w, "[0] block 2: a left\n[0] ended\n");
    close_world(&w);
}

static void a_failure_is_told(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 a; 20 !fatal\" | play.log");
    run(&w, 1000);
    expect(&w, "[20] block 1: a\n"
               "[20] ended: org.example.play/lines: the line is cut for good\n");
    assert_int_equal(w.r.err.status, WEIR_EJOB);
    close_world(&w);
}

static void a_failure_that_is_not_returned_is_told_too(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "rush.forgetful | play.log");
    run(&w, 1000);
    expect(&w, "[0] ended: org.example.rush/forgetful: something is wrong\n");
    close_world(&w);
}

static void a_receiver_that_asks_for_it_is_started_again(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 !up; 0 a; 20 !retry; 30 b; 40 !up; 50 !end\" | play.log");
    run(&w, 5000);
    expect(&w, "[0] connected\n[20] waiting: the line went dead\n[100] block 1: a\n"
               "[2020] connected\n[2020] block 1: b\n[2020] ended\n");
    assert_int_equal(w.r.err.status, WEIR_OK);
    close_world(&w);
}

static void a_stop_in_the_pause_is_an_orderly_end(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 a; 20 !retry; 30 b\" | play.log");
    run(&w, 1000);
    weir_receiver_stop(w.r.supervisor);
    run(&w, 5000);
    assert_true(w.r.has_ended);
    assert_int_equal(w.r.err.status, WEIR_OK);
    assert_null(strstr(w.r.notes.bytes, "b\n"));
    close_world(&w);
}

static void status_is_said_once_a_change(void **state)
{
    (void)state;
    struct world w;
    open_plain(&w, "play.lines \"0 !down; 10 !down; 20 !up; 30 !up; 40 !down; 50 !end\" "
                   "| play.log");
    run(&w, 1000);
    expect(&w, "[0] waiting: nobody listens\n[20] connected\n[40] waiting: nobody listens\n"
               "[50] ended\n");
    close_world(&w);
}

/* ---- back-pressure ---- */
static void a_full_engine_is_given_nothing(void **state)
{
    (void)state;
    const char *jobs[] = {"play.lines \"0 a; 0 b; 10 !end\" | play.log",
                          "play.rows \"0 a; 0 b; 10 !end\" | play.log"};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        const struct weir_receive_options tight = {.block_us = 100000, .held_bytes_max = 1};
        open_with(&w, jobs[i], &tight);
        run(&w, 1000);
        expect(&w, "[100] block 1: a\n");
        received_process(&w.r);
        run(&w, 3000);
        assert_true(w.r.has_ended);
        assert_non_null(strstr(w.r.notes.bytes, "block 1: b\n"));
        assert_string_equal(play_log(), "acked 1\nacked 2\n");
        close_world(&w);
    }
}

/* ---- misuse ---- */
static void misuse_is_a_failure_with_a_text(void **state)
{
    (void)state;
    struct {
        const char *job, *text;
    } cases[] = {
        {"rush.half | play.log", "that do not end in a newline"},
        {"rush.greedy | play.log", "where fewer are reserved"},
        {"rush.wrong_kind | play.log", "reserve is for text receivers"},
        {"rush.text limit=1 | play.log", "no poll form"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world w;
        open_plain(&w, cases[i].job);
        run(&w, 1000);
        assert_true(w.r.has_ended);
        assert_int_equal(w.r.err.status, WEIR_EJOB);
        assert_non_null(strstr(w.r.err.text, cases[i].text));
        assert_int_equal(w.r.blocks, 0);
        close_world(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_every_interval_that_has_anything),
        cmocka_unit_test(rows_are_the_same),
        cmocka_unit_test(small_stores_share_their_memory),
        cmocka_unit_test(a_batch_edge_cuts),
        cmocka_unit_test(stores_are_acknowledged_once_they_are_in_a_block),
        cmocka_unit_test(a_stop_flushes_everything),
        cmocka_unit_test(rows_that_were_appended_but_not_stored_are_not_lost),
        cmocka_unit_test(last_words_need_no_room),
        cmocka_unit_test(a_failure_is_told),
        cmocka_unit_test(a_failure_that_is_not_returned_is_told_too),
        cmocka_unit_test(a_receiver_that_asks_for_it_is_started_again),
        cmocka_unit_test(a_stop_in_the_pause_is_an_orderly_end),
        cmocka_unit_test(status_is_said_once_a_change),
        cmocka_unit_test(a_full_engine_is_given_nothing),
        cmocka_unit_test(misuse_is_a_failure_with_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
