/* SPDX-License-Identifier: Apache-2.0 */
/* One case: declared through the calls of <weir/job.h>, compiled like any text, run by the engine
 * on real threads; stream time is virtual, because its inputs are finite. */
#include "run.h"

#include "outcome.h"

#include "build/build.h"
#include "lang/lang.h"
#include "os/os.h"
#include "plugin/feed.h"

#include <string.h>

static struct cf_outcome *running; /* the sink knows no owner */

struct weir_registry *cf_registry;

int cf_world_open(struct cf_world *world, uint32_t threads, struct weir_error *err)
{
    const struct weir_os_options options = {.threads = threads, .plugin_home = WEIR_PLUGIN_HOME};
    WEIR_TRY(weir_os_create(&options, &world->env, err));
    WEIR_TRY(weir_registry_create(world->env, NULL, &world->registry, err));
    cf_registry = world->registry;
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
    const char *at = lines, *end = bytes == 0 ? lines : lines + bytes; /* NULL: no lines */
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

static void put_block(void *owner, const struct weir_block *block)
{
    struct cf_outcome *outcome = owner;
    json_t *records = json_array_get(outcome->sliced, json_array_size(outcome->sliced) - 1);
    struct weir_text text;
    weir_text_init(&text);
    for (uint32_t row = 0; row < block->rows; row++) {
        text.count = 0;
        weir_json_row(&text, &block->table.all, row, 0, NULL);
        json_t *record = json_loadb(text.bytes, text.count, 0, NULL);
        json_array_append_new(records, cf_record(record, outcome->type));
        json_decref(record);
    }
    weir_text_finish(&text);
}

static void ask_slices(struct cf_outcome *outcome)
{
    size_t i;
    const json_t *slice;
    json_array_foreach(outcome->slices, i, slice)
    {
        struct weir_error err = {0};
        json_array_append_new(outcome->sliced, json_array());
        int status =
            weir_run_slice(outcome->job, outcome->in, cf_number(slice, "from_ms", 0) * 1000,
                           cf_number(slice, "to_ms", 0) * 1000, put_block, outcome, &err);
        if (status != WEIR_OK) {
            json_array_append_new(json_array_get(outcome->sliced, i), json_string(err.text));
        }
    }
}

static void batch_done(void *owner, const struct weir_batch_record *record)
{
    struct cf_outcome *outcome = owner;
    if (record->failed_in != 0) {
        json_array_append_new(
            outcome->failures,
            json_pack("{s:I,s:s,s:s}", "batch",
                      (json_int_t)(record->batch_us / outcome->batch_us - 1), "phase",
                      record->failed_in == WEIR_PHASE_GENERATE ? "generate" : "run", "text",
                      record->failure == NULL ? "" : record->failure->text));
    }
    if (record->batch_us == outcome->last_us) {
        ask_slices(outcome);
    }
    if (record->batch_us == outcome->checkpoint_us) {
        struct weir_error err = {0};
        if (weir_run_checkpoint(outcome->job, &outcome->checkpoint, &err) != WEIR_OK) {
            json_array_append_new(outcome->failures, json_string(err.text));
        }
    }
}

static void finished(void *owner, const struct weir_error *err)
{
    struct cf_outcome *outcome = owner;
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
    const struct weir_bind_options options = {.registry = world->registry,
                                              .partitions = world->partitions,
                                              .batch_us = cf_number(test, "batch_ms", 1000) * 1000};
    weir_text_init(&text);
    int status = weir_build_text(build, &text, err);
    if (status == WEIR_OK) {
        struct weir_source source = {.name = "case", .text = weir_text_str(&text)};
        weir_diagnostics_init(&diagnostics, &source);
        status = weir_lang_compile(&source, &options, &diagnostics, graph, err);
        weir_diagnostics_finish(&diagnostics);
    }
    weir_text_finish(&text);
    return status;
}

/* from: a checkpoint to go on from, or NULL. until: the last batch; 0: the inputs' end. */
static int run_graph(struct cf_world *world,
                     const struct weir_graph *graph,
                     const struct weir_text *from,
                     int64_t until_us,
                     struct cf_outcome *outcome)
{
    struct weir_run_options options;
    const struct weir_plan_keep keep = {outcome->in, outcome->last_us};
    weir_run_options_init(&options, graph);
    options.owner = outcome;
    options.on_batch = batch_done;
    options.on_finished = finished;
    options.driver.on_error = WEIR_ON_ERROR_CONTINUE;
    options.driver.until_us = until_us;
    options.driver.batches_in_flight = outcome->checkpoint_us != 0 || from != NULL ? 1 : 2;
    if (outcome->last_us != 0) {
        options.keeps = &keep;
        options.keep_count = 1;
    }
    running = outcome;
    cf_kept = kept;
    WEIR_TRY(weir_run_create(world->env, graph, &options, &outcome->job, &outcome->err));
    int status = WEIR_OK;
    if (from != NULL) {
        status = weir_run_restore(
            outcome->job, (weir_bytes){(const uint8_t *)from->bytes, from->count}, &outcome->err);
    }
    if (status == WEIR_OK) {
        weir_run_start(outcome->job);
        world->env->ops->loop(world->env);
        status = outcome->err.status;
    }
    weir_run_destroy(outcome->job);
    return status;
}

/* Batches that are run: as many as the case says, or its slices need. */
static uint32_t batches_of(const json_t *test, int64_t batch_us)
{
    int64_t count = cf_number(test, "num_batches", 0);
    size_t i;
    const json_t *slice;
    json_array_foreach(json_object_get(test, "slices"), i, slice)
    {
        int64_t batches = cf_number(slice, "to_ms", 0) * 1000 / batch_us + 1;
        count = batches > count ? batches : count;
        batches = cf_number(slice, "from_ms", 0) * 1000 / batch_us + 1;
        count = batches > count ? batches : count;
    }
    return (uint32_t)(count > 0 ? count
                                : (int64_t)json_array_size(json_object_get(test, "pushes")));
}

/* The stream that a case is about: its pipeline, or its queue. */
static struct cf_stream declare(struct cf_builder *b)
{
    const json_t *pushes = json_object_get(b->test, "pushes");
    if (pushes == NULL) {
        return cf_build(b, 0, json_object_get(b->test, "pipeline"));
    }
    return cf_queue(b, pushes, json_is_true(json_object_get(b->test, "one_at_a_time")));
}

static uint32_t node_named(const struct weir_graph *graph, const char *name)
{
    uint32_t n = 0;
    while (n < graph->node_count &&
           (graph->nodes[n].name == NULL || strcmp(graph->nodes[n].name, name) != 0)) {
        n++;
    }
    return n;
}

/* Declares and compiles. The arena holds the outcome's type. */
static int make_graph(struct cf_world *world,
                      const json_t *test,
                      const struct cf_type *unknown,
                      struct weir_arena *arena,
                      struct cf_outcome *outcome,
                      struct weir_graph **graph)
{
    struct weir_build *build = weir_build_create(NULL);
    struct cf_builder b = {.arena = arena,
                           .job = weir_build_job(build),
                           .test = test,
                           .unknown = unknown,
                           .batch_count = batches_of(test, outcome->batch_us)};
    struct cf_stream out = declare(&b);
    weir_write(weir_named(out.stream, "out"), "cf.keep", NULL);
    outcome->type = out.type;
    int status = b.error != NULL
                     ? weir_error_set(&outcome->err, WEIR_EUNAVAILABLE, "the runner: %s", b.error)
                     : compile(world, build, test, graph, &outcome->err);
    if (status == WEIR_OK) {
        outcome->is_built = true;
        outcome->in = node_named(*graph, "out");
        outcome->last_us = outcome->slices == NULL ? 0 : (int64_t)b.batch_count * outcome->batch_us;
    }
    weir_build_destroy(build);
    return status;
}

/* The second run of a case with a restart: the graph is read from the checkpoint, by name. */
static int go_on(struct cf_world *world, const struct weir_text *from, struct cf_outcome *outcome)
{
    struct weir_graph *graph = NULL;
    WEIR_TRY(weir_checkpoint_graph((weir_bytes){(const uint8_t *)from->bytes, from->count},
                                   world->registry, &graph, &outcome->err));
    int status = run_graph(world, graph, from, 0, outcome);
    weir_graph_destroy(graph);
    return status;
}

static int attempt(struct cf_world *world,
                   const json_t *test,
                   const struct cf_type *unknown,
                   struct cf_outcome *outcome,
                   struct cf_outcome *second)
{
    struct weir_arena arena;
    struct weir_graph *graph = NULL;
    int64_t restart = cf_number(test, "restart_after_batches", 0);
    weir_arena_init(&arena);
    int status = make_graph(world, test, unknown, &arena, outcome, &graph);
    if (status == WEIR_OK) {
        outcome->checkpoint_us = (restart - 1) * outcome->batch_us;
        outcome->checkpoint_us = outcome->checkpoint_us > 0 ? outcome->checkpoint_us : 0;
        status = run_graph(world, graph, NULL, restart * outcome->batch_us, outcome);
    }
    if (status == WEIR_OK && restart > 0) {
        second->type = outcome->type;
        status = outcome->checkpoint_us > 0 ? go_on(world, &outcome->checkpoint, second)
                                            : run_graph(world, graph, NULL, 0, second);
    }
    weir_graph_destroy(graph);
    weir_arena_finish(&arena);
    return status;
}

void cf_outcome_finish(struct cf_outcome *outcome)
{
    json_decref(outcome->batches);
    json_decref(outcome->outputs);
    json_decref(outcome->failures);
    json_decref(outcome->sliced);
    weir_text_finish(&outcome->checkpoint);
}

void cf_outcome_init(struct cf_outcome *outcome, struct cf_world *world, const json_t *test)
{
    *outcome = (struct cf_outcome){.batches = json_array(),
                                   .outputs = json_array(),
                                   .failures = json_array(),
                                   .sliced = json_array(),
                                   .slices = json_object_get(test, "slices"),
                                   .env = world->env,
                                   .batch_us = cf_number(test, "batch_ms", 1000) * 1000};
    weir_text_init(&outcome->checkpoint);
}

/* Inputs without any record have no type of their own: the first that fits the pipeline. */
void cf_run(struct cf_world *world,
            const json_t *test,
            struct cf_outcome *outcome,
            struct cf_outcome *second)
{
    static const struct cf_type pair_si = {.kind = CF_PAIR, .a = &cf_str, .b = &cf_i64};
    static const struct cf_type pair_ii = {.kind = CF_PAIR, .a = &cf_i64, .b = &cf_i64};
    static const struct cf_type pair_ss = {.kind = CF_PAIR, .a = &cf_str, .b = &cf_str};
    static const struct cf_type pair_is = {.kind = CF_PAIR, .a = &cf_i64, .b = &cf_str};
    const struct cf_type *const guesses[] = {&cf_i64,  &cf_str,  &pair_si,
                                             &pair_ii, &pair_ss, &pair_is};
    struct cf_outcome first = {0};
    for (size_t i = 0; i < sizeof guesses / sizeof *guesses; i++) {
        cf_outcome_init(outcome, world, test);
        attempt(world, test, guesses[i], outcome, second);
        if (outcome->is_built) {
            if (i > 0) {
                cf_outcome_finish(&first);
            }
            return;
        }
        if (i == 0) {
            first = *outcome; /* its message is the one to show */
        } else {
            cf_outcome_finish(outcome);
        }
    }
    *outcome = first;
}
