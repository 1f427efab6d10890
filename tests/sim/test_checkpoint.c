/* SPDX-License-Identifier: Apache-2.0 */
/* A job that goes on from a checkpoint in another world says what it would have said without one.
 * Checkpoints are taken after every batch of a whole run; each is gone on from. */
#include "play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { CHECKPOINTS_MAX = 16, GIVE_UP_S = 3600 };

struct recording {
    struct weir_env *env;
    struct weir_run *job;
    bool takes_checkpoints, is_finished;
    struct weir_error err;
    uint32_t count;
    struct weir_text checkpoints[CHECKPOINTS_MAX]; /* after each batch, */
    size_t said[CHECKPOINTS_MAX];                  /* and how long the log was */
};

static void committed(void *owner, const struct weir_batch_record *record)
{
    struct recording *r = owner;
    (void)record;
    if (r->takes_checkpoints && r->count < CHECKPOINTS_MAX) {
        struct weir_error err = {0};
        weir_text_init(&r->checkpoints[r->count]);
        r->said[r->count] = strlen(play_log());
        int status = weir_run_checkpoint(r->job, &r->checkpoints[r->count++], &err);
        assert_string_equal(err.text, "");
        assert_int_equal(status, WEIR_OK);
    }
}

static void finished(void *owner, const struct weir_error *err)
{
    struct recording *r = owner;
    r->err = *err;
    r->is_finished = true;
    r->env->ops->stop(r->env);
}

/* Runs a text, or goes on from a checkpoint of it. */
static void run(const char *text, const struct weir_text *from, struct recording *r)
{
    const struct weir_sim_options sim = {.threads = 2, .work_us_min = 1000, .work_us_max = 1000};
    struct weir_run_options options;
    struct weir_error err = {0};
    r->env = weir_sim_create(&sim);
    struct weir_registry *registry = play_registry(r->env);
    struct weir_graph *graph = NULL;
    weir_bytes bytes = {0};
    if (from == NULL) {
        graph = play_graph(registry, text);
    } else {
        bytes = (weir_bytes){(const uint8_t *)from->bytes, from->count};
        assert_int_equal(weir_checkpoint_graph(bytes, registry, &graph, &err), WEIR_OK);
    }
    weir_run_options_init(&options, graph);
    options.driver.batches_in_flight = 1;
    options.on_batch = committed;
    options.on_finished = finished;
    options.owner = r;
    assert_int_equal(weir_run_create(r->env, graph, &options, &r->job, &err), WEIR_OK);
    if (from != NULL) {
        int status = weir_run_restore(r->job, bytes, &err);
        assert_string_equal(err.text, "");
        assert_int_equal(status, WEIR_OK);
    }
    weir_run_start(r->job);
    weir_sim_run(r->env, (int64_t)GIVE_UP_S * 1000000);
    assert_true(r->is_finished);
    assert_string_equal(r->err.text, "");
    weir_run_destroy(r->job);
    weir_graph_destroy(graph);
    weir_registry_destroy(registry);
    weir_sim_destroy(r->env);
}

/* What sinks committed: sources are told at other times. */
static void keep_outputs(const char *log, struct weir_text *to)
{
    weir_text_init(to);
    for (const char *at = log; *at != '\0';) {
        size_t count = strcspn(at, "\n") + 1;
        if (strncmp(at, "told", 4) != 0) {
            weir_text_append(to, at, count);
        }
        at += count;
    }
}

static void expect_same(const char *text)
{
    struct recording whole = {.takes_checkpoints = true};
    play_reset();
    run(text, NULL, &whole);
    char *log = weir_strndup(play_log(), strlen(play_log()));
    assert_true(whole.count > 2);
    for (uint32_t i = 0; i < whole.count; i++) {
        struct recording rest = {0};
        struct weir_text expected, said;
        play_reset();
        run(text, &whole.checkpoints[i], &rest);
        keep_outputs(log + whole.said[i], &expected);
        keep_outputs(play_log(), &said);
        assert_string_equal(said.count == 0 ? "" : said.bytes,
                            expected.count == 0 ? "" : expected.bytes);
        weir_text_finish(&expected);
        weir_text_finish(&said);
        weir_text_finish(&whole.checkpoints[i]);
    }
    weir_free(log);
}

#define LINES "\"a b|b / c a / a|c c / b / c|d / a\""

static void a_count_of_each_batch(void **state)
{
    (void)state;
    expect_same("play.list " LINES " | flat_map word = play.words(line) | count_by_value "
                "partitions=3 | play.log");
}

static void a_window(void **state)
{
    (void)state;
    expect_same("play.list " LINES " | flat_map word = play.words(line) | window 3s, 2s "
                "| count_by_value partitions=2 | play.log");
}

static void windows_in_windows_and_two_outputs(void **state)
{
    (void)state;
    expect_same("a = play.list " LINES " | flat_map word = play.words(line)\n"
                "b = a | window 2s | count\n"
                "b | window 3s | play.log\n"
                "a | union a | play.log\n");
}

static void a_state(void **state)
{
    (void)state;
    expect_same("play.list " LINES " | flat_map word = play.words(line) "
                "| count_by_value_and_window length=3s slide=1s partitions=2 | play.log");
    expect_same("play.list " LINES
                " | flat_map word = play.words(line) | map key = word, value = 1 "
                "| reduce_by_key_and_window play.plus length=4s slide=2s partitions=3 "
                "filter=play.is_word(key) | play.log");
    expect_same("play.list " LINES " | flat_map word = play.words(line) "
                "| aggregate all = play.queue(word), twice = play.queue(play.same(word)) "
                "by=[word] length=3s slide=1s partitions=2 | play.log");
}

static void a_table(void **state)
{
    (void)state;
    expect_same("table t = play.list \"a|c\" | map key = line, value = 7\n"
                "play.list " LINES " | flat_map word = play.words(line) "
                "| map key = word, value = 1 | window 2s, 1s | join t partitions=2 | play.log");
}

static void what_is_not_a_checkpoint(void **state)
{
    (void)state;
    struct recording whole = {.takes_checkpoints = true};
    struct weir_registry *registry = play_registry(NULL);
    struct weir_graph *graph;
    struct weir_error err = {0};
    play_reset();
    run("play.list " LINES " | window 2s | play.log", NULL, &whole);
    struct weir_text *text = &whole.checkpoints[1];
    weir_bytes bytes = {(const uint8_t *)text->bytes, text->count};
    text->bytes[text->count / 2] ^= 1;
    assert_int_equal(weir_checkpoint_graph(bytes, registry, &graph, &err), WEIR_EDAMAGED);
    text->bytes[text->count / 2] ^= 1;
    bytes.count--;
    assert_int_equal(weir_checkpoint_graph(bytes, registry, &graph, &err), WEIR_EDAMAGED);
    bytes.count = 5;
    assert_int_equal(weir_checkpoint_graph(bytes, registry, &graph, &err), WEIR_EDAMAGED);
    /* another job's */
    struct weir_sim_options sim = {.threads = 1};
    struct weir_env *env = weir_sim_create(&sim);
    struct weir_run_options options;
    struct weir_run *job;
    graph = play_graph(registry, "play.list " LINES " | window 3s | play.log");
    weir_run_options_init(&options, graph);
    assert_int_equal(weir_run_create(env, graph, &options, &job, &err), WEIR_OK);
    bytes.count = text->count;
    assert_int_equal(weir_run_restore(job, bytes, &err), WEIR_ECONFIG);
    weir_run_destroy(job);
    weir_graph_destroy(graph);
    weir_sim_destroy(env);
    weir_registry_destroy(registry);
    for (uint32_t i = 0; i < whole.count; i++) {
        weir_text_finish(&whole.checkpoints[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_count_of_each_batch),
        cmocka_unit_test(a_window),
        cmocka_unit_test(windows_in_windows_and_two_outputs),
        cmocka_unit_test(a_state),
        cmocka_unit_test(a_table),
        cmocka_unit_test(what_is_not_a_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
