/* SPDX-License-Identifier: Apache-2.0 */
/* One case: declared through the calls of <weir/job.h>, compiled like any text, run by the engine
 * on real threads; stream time is virtual, because its inputs are finite. */
#include "run.h"

#include "build/build.h"
#include "engine.h"

#include "lang/lang.h"
#include "os/os.h"
#include "plugin/feed.h"

#include <string.h>

/* What a run gave. */
struct outcome {
    const struct cf_type *type; /* of the outputs */
    json_t *batches;            /* numbers of the batches that gave an RDD */
    json_t *outputs;            /* their records */
    json_t *failures;           /* {batch, phase, text} */
    struct weir_error err;      /* of building or running */
    bool is_built;
    int64_t batch_us;
    struct weir_env *env;
};

static struct outcome *running; /* the sink knows no owner */

int cf_world_open(struct cf_world *world, uint32_t threads, struct weir_error *err)
{
    const struct weir_os_options options = {.threads = threads, .plugin_home = WEIR_PLUGIN_HOME};
    WEIR_TRY(weir_os_create(&options, &world->env, err));
    WEIR_TRY(weir_registry_create(world->env, NULL, &world->registry, err));
    return weir_registry_use_static(world->registry, &weir_plugin_e1_cf, "cf", false, err);
}

void cf_world_close(struct cf_world *world)
{
    weir_registry_destroy(world->registry);
    weir_os_destroy(world->env);
}

/* ---- what comes out ---- */
static void kept(int64_t batch_us, const char *lines, size_t bytes)
{
    json_t *records = json_array();
    const char *at = lines, *end = lines + bytes;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        json_t *row = json_loadb(at, (size_t)(stop - at), 0, NULL);
        json_array_append_new(records, cf_record(row, running->type));
        json_decref(row);
        at = stop + 1;
    }
    json_array_append_new(running->batches, json_integer(batch_us / running->batch_us - 1));
    json_array_append_new(running->outputs, records);
}

static void batch_done(void *owner, const struct weir_batch_record *record)
{
    struct outcome *outcome = owner;
    if (record->failed_in != 0) {
        json_array_append_new(
            outcome->failures,
            json_pack("{s:I,s:s,s:s}", "batch",
                      (json_int_t)(record->batch_us / outcome->batch_us - 1), "phase",
                      record->failed_in == WEIR_PHASE_GENERATE ? "generate" : "run", "text",
                      record->failure == NULL ? "" : record->failure->text));
    }
}

static void finished(void *owner, const struct weir_error *err)
{
    struct outcome *outcome = owner;
    outcome->err = *err;
    outcome->env->ops->stop(outcome->env);
}

/* ---- building and running ---- */
static int compile(struct cf_world *world,
                   struct weir_build *build,
                   const json_t *test,
                   struct weir_graph **graph,
                   struct weir_error *err)
{
    struct weir_text text;
    struct weir_diagnostics diagnostics;
    const struct weir_bind_options options = {
        .registry = world->registry,
        .partitions = world->partitions,
        .batch_us = json_integer_value(json_object_get(test, "batch_ms")) * 1000};
    weir_text_init(&text);
    int status = weir_build_text(build, &text, err);
    if (status == WEIR_OK) {
        struct weir_source source = {.name = "case", .text = weir_text_str(&text)};
        weir_diagnostics_init(&diagnostics, &source);
        status = weir_lang_compile(&source, &options, &diagnostics, graph, err);
        if (status != WEIR_OK) { /* with the line it speaks of */
            struct weir_text shown;
            weir_text_init(&shown);
            weir_diagnostics_render(&diagnostics, false, &shown);
            weir_error_set(err, status, "%s", shown.bytes);
            weir_text_finish(&shown);
        }
        weir_diagnostics_finish(&diagnostics);
    }
    weir_text_finish(&text);
    return status;
}

static int run_graph(struct cf_world *world,
                     const struct weir_graph *graph,
                     struct outcome *outcome)
{
    struct weir_job_options options;
    struct weir_job *job;
    weir_job_options_init(&options, graph);
    options.owner = outcome;
    options.on_batch = batch_done;
    options.on_finished = finished;
    options.driver.on_error = WEIR_ON_ERROR_CONTINUE;
    running = outcome;
    cf_kept = kept;
    WEIR_TRY(weir_job_create(world->env, graph, &options, &job, &outcome->err));
    weir_job_start(job);
    world->env->ops->loop(world->env);
    weir_job_destroy(job);
    return outcome->err.status;
}

static int attempt(struct cf_world *world,
                   const json_t *test,
                   const struct cf_type *unknown,
                   struct outcome *outcome)
{
    struct weir_arena arena;
    struct weir_graph *graph = NULL;
    struct weir_build *build = weir_build_create(NULL);
    weir_arena_init(&arena);
    struct cf_builder b = {
        .arena = &arena, .job = weir_build_job(build), .test = test, .unknown = unknown};
    struct cf_stream out = cf_build(&b, 0, json_object_get(test, "pipeline"));
    weir_write(out.stream, "cf.keep", NULL);
    outcome->type = out.type;
    int status = b.error != NULL
                     ? weir_error_set(&outcome->err, WEIR_EUNAVAILABLE, "the runner: %s", b.error)
                     : compile(world, build, test, &graph, &outcome->err);
    if (status == WEIR_OK) {
        outcome->is_built = true;
        status = run_graph(world, graph, outcome);
    }
    weir_graph_destroy(graph);
    weir_build_destroy(build);
    weir_arena_finish(&arena);
    return status;
}

static void outcome_finish(struct outcome *outcome)
{
    json_decref(outcome->batches);
    json_decref(outcome->outputs);
    json_decref(outcome->failures);
}

static void outcome_init(struct outcome *outcome, struct cf_world *world, const json_t *test)
{
    *outcome =
        (struct outcome){.batches = json_array(),
                         .outputs = json_array(),
                         .failures = json_array(),
                         .env = world->env,
                         .batch_us = json_integer_value(json_object_get(test, "batch_ms")) * 1000};
}

/* Inputs without any record have no type of their own: the first that fits the pipeline. */
static void run_case(struct cf_world *world, const json_t *test, struct outcome *outcome)
{
    static const struct cf_type pair_si = {.kind = CF_PAIR, .a = &cf_str, .b = &cf_i64};
    static const struct cf_type pair_ii = {.kind = CF_PAIR, .a = &cf_i64, .b = &cf_i64};
    static const struct cf_type pair_ss = {.kind = CF_PAIR, .a = &cf_str, .b = &cf_str};
    static const struct cf_type pair_is = {.kind = CF_PAIR, .a = &cf_i64, .b = &cf_str};
    const struct cf_type *const guesses[] = {&cf_i64,  &cf_str,  &pair_si,
                                             &pair_ii, &pair_ss, &pair_is};
    struct outcome first;
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        outcome_init(outcome, world, test);
        attempt(world, test, guesses[i], outcome);
        if (outcome->is_built) {
            if (i > 0) {
                outcome_finish(&first);
            }
            return;
        }
        if (i == 0) {
            first = *outcome; /* its message is the one to show */
        } else {
            outcome_finish(outcome);
        }
    }
    *outcome = first;
}

/* ---- comparing ---- */
static void say(struct weir_text *why, const char *what, const json_t *got)
{
    char *text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
    weir_text_printf(why, "%s: got %.600s", what, text);
    free(text);
}

static bool fails_as_expected(const struct outcome *outcome,
                              const json_t *test,
                              struct weir_text *why)
{
    const json_t *wanted = json_object_get(test, "expect_failed");
    if (json_array_size(wanted) != json_array_size(outcome->failures)) {
        say(why, "failed batches", outcome->failures);
        return false;
    }
    for (size_t i = 0; i < json_array_size(wanted); i++) {
        const json_t *want = json_array_get(wanted, i);
        const json_t *got = json_array_get(outcome->failures, i);
        if (json_integer_value(json_object_get(want, "batch")) !=
                json_integer_value(json_object_get(got, "batch")) ||
            strcmp(cf_text(want, "phase"), cf_text(got, "phase")) != 0 ||
            strstr(cf_text(got, "text"), cf_text(want, "contains")) == NULL) {
            say(why, "failed batches", outcome->failures);
            return false;
        }
    }
    return true;
}

static bool times_as_expected(const struct outcome *outcome,
                              const json_t *test,
                              struct weir_text *why)
{
    const json_t *wanted = json_object_get(test, "expect_times_ms");
    if (wanted == NULL) {
        return true;
    }
    json_t *times = json_array();
    for (size_t i = 0; i < json_array_size(outcome->batches); i++) {
        int64_t batch = json_integer_value(json_array_get(outcome->batches, i));
        json_array_append_new(times, json_integer((batch + 1) * outcome->batch_us / 1000));
    }
    bool is_same = json_equal(times, wanted) != 0;
    if (!is_same) {
        say(why, "outputs at", times);
    }
    json_decref(times);
    return is_same;
}

/* The outputs from a batch on; the caller owns the array. */
static json_t *outputs_from(const struct outcome *outcome, int64_t first)
{
    json_t *produced = json_array();
    for (size_t i = 0; i < json_array_size(outcome->outputs); i++) {
        if (json_integer_value(json_array_get(outcome->batches, i)) >= first) {
            json_array_append(produced, json_array_get(outcome->outputs, i));
        }
    }
    return produced;
}

static json_t *flattened(const json_t *batches)
{
    json_t *all = json_array();
    size_t i;
    const json_t *batch;
    json_array_foreach(batches, i, batch)
    {
        json_array_extend(all, (json_t *)(uintptr_t)batch);
    }
    return all;
}

static bool outputs_as_expected(const json_t *produced,
                                const json_t *expected,
                                const char *compare,
                                struct weir_text *why)
{
    bool is_same;
    if (strcmp(compare, "flat_multiset") == 0) {
        json_t *all = flattened(produced);
        is_same = cf_same("multiset", all, expected);
        json_decref(all);
    } else {
        is_same = json_array_size(produced) == json_array_size(expected);
        for (size_t i = 0; i < json_array_size(produced) && is_same; i++) {
            is_same = cf_same(compare, json_array_get(produced, i), json_array_get(expected, i));
        }
    }
    if (!is_same) {
        say(why, "outputs", produced);
    }
    return is_same;
}

static bool is_refused_as_expected(const struct outcome *outcome,
                                   const json_t *test,
                                   struct weir_text *why)
{
    const char *wanted = cf_text(test, "expect_build_error");
    if (!outcome->is_built && strstr(outcome->err.text, wanted) != NULL) {
        return true;
    }
    weir_text_printf(why, "a build error with '%s' was expected: %s", wanted,
                     outcome->is_built ? "the pipeline was accepted" : outcome->err.text);
    return false;
}

static bool is_as_expected(const struct outcome *outcome, const json_t *test, struct weir_text *why)
{
    if (json_object_get(test, "expect_build_error") != NULL) {
        return is_refused_as_expected(outcome, test, why);
    }
    if (!outcome->is_built || outcome->err.status != WEIR_OK) {
        weir_text_printf(why, "%s: %s", outcome->is_built ? "the job failed" : "not built",
                         outcome->err.text);
        return false;
    }
    if (!fails_as_expected(outcome, test, why) || !times_as_expected(outcome, test, why)) {
        return false;
    }
    json_t *produced = outputs_from(outcome, cf_number(test, "expect_from_batch", 0));
    bool is_same = outputs_as_expected(produced, json_object_get(test, "expect"),
                                       cf_text(test, "compare"), why);
    json_decref(produced);
    return is_same;
}

bool cf_check_pipeline(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    struct outcome outcome;
    run_case(world, test, &outcome);
    bool agrees = is_as_expected(&outcome, test, why);
    outcome_finish(&outcome);
    return agrees;
}

bool cf_check_slice(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    (void)world;
    (void)test;
    weir_text_put(why, "the runner: slices are not there yet");
    return false;
}

/* Pushed sets become batches; what the queue still holds comes later. */
bool cf_check_queue_stream(struct cf_world *world, const json_t *test, struct weir_text *why)
{
    (void)world;
    (void)test;
    weir_text_put(why, "the runner: queues are not there yet");
    return false;
}
