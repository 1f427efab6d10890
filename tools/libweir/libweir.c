/* SPDX-License-Identifier: Apache-2.0 */
/* libweir: the calls of <weir/job.h> by which a program runs the jobs that it declares. Each job
 * has its engine and its world; jobs share nothing but the log and the heap, which are the
 * process's. Nothing here ends the process. */
#include "engine.h"

#include "lang/lang.h"
#include "os/os.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIR_PUBLIC __attribute__((visibility("default")))

/* A stream that is remembered. */
struct remembered {
    char *name;
    int64_t remember_us;
};

/* What stands behind a job that a program has opened. */
struct embedded {
    struct weir_build *build;
    struct weir_job_world world;
    struct weir_env *env;
    struct weir_registry *registry;
    struct remembered *remembered;
    struct weir_plan_keep *keeps; /* by remembered */
    size_t remembered_count, remembered_capacity;
    struct weir_error slice_err;
    struct weir_graph *graph;
    struct weir_run *running;
    struct weir_post end; /* of weir_job_end, on its way to the loop */
    struct weir_error err;
    bool has_run;
};

static struct embedded *embedded_of(const struct weir_job *job)
{
    return weir_build_owner(job);
}

/* ---- opening and closing ---- */
/* The process's, so the first job's. */
static void take_hooks(const struct weir_job_world *world)
{
    static bool is_taken;
    if (is_taken) {
        return;
    }
    is_taken = true;
    if (world->allocate != NULL && world->reallocate != NULL && world->aligned != NULL &&
        world->release != NULL) {
        weir_memory_from(&(struct weir_heap){world->owner, world->allocate, world->reallocate,
                                             world->aligned, world->release});
    }
    if (world->log != NULL) {
        weir_log_to(world->log, world->owner, WEIR_LOG_INFO);
    }
}

WEIR_PUBLIC int weir_job_open(const struct weir_job_world *world,
                              struct weir_job **job,
                              char *error,
                              size_t error_bytes)
{
    struct weir_job_world own = {0};
    struct weir_error err = {0};
    if (world != NULL) {
        memcpy(&own, world, world->size < sizeof own ? world->size : sizeof own);
    }
    take_hooks(&own);
    struct embedded *e = weir_alloc(sizeof *e);
    e->world = own;
    e->build = weir_build_create(e);
    const struct weir_os_options options = {.threads = own.threads, .plugin_home = own.plugin_home};
    int status = weir_os_create(&options, &e->env, &err);
    if (status == WEIR_OK) {
        status = weir_registry_create(e->env, NULL, &e->registry, &err);
    }
    *job = weir_build_job(e->build);
    if (status != WEIR_OK) {
        if (error_bytes > 0) {
            (void)snprintf(error, error_bytes, "%s", err.text);
        }
        weir_job_close(*job);
        *job = NULL;
    }
    return status;
}

WEIR_PUBLIC void weir_job_use(struct weir_job *job,
                              const char *alias,
                              const struct weir_plugin *plugin)
{
    struct embedded *e = embedded_of(job);
    struct weir_error err;
    if (weir_registry_use_static(e->registry, plugin, alias, false, &err) != WEIR_OK) {
        weir_build_fail(e->build, err.text);
    }
}

WEIR_PUBLIC void weir_job_close(struct weir_job *job)
{
    if (job == NULL) {
        return;
    }
    struct embedded *e = embedded_of(job);
    weir_run_destroy(e->running);
    weir_graph_destroy(e->graph);
    weir_registry_destroy(e->registry);
    weir_os_destroy(e->env);
    weir_build_destroy(e->build);
    for (size_t i = 0; i < e->remembered_count; i++) {
        weir_free(e->remembered[i].name);
    }
    weir_free(e->remembered);
    weir_free(e->keeps);
    weir_free(e);
    weir_buffer_cache_clear(); /* the program's memory is its own again */
}

/* ---- running ---- */
static const char *environment(void *owner, const char *name)
{
    (void)owner;
    return getenv(name);
}

/* Every mistake of the text, one a line, as the command shows them. */
static void fail_by_text(struct embedded *e, struct weir_diagnostics *diagnostics)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_diagnostics_render(diagnostics, false, &text);
    weir_build_fail(e->build, weir_text_str(&text).bytes);
    weir_text_finish(&text);
}

static int compile(struct embedded *e, struct weir_error *err)
{
    struct weir_text text;
    struct weir_diagnostics diagnostics;
    const struct weir_bind_options options = {.registry = e->registry, .env = environment};
    weir_text_init(&text);
    int status = weir_build_text(e->build, &text, err);
    if (status == WEIR_OK) {
        struct weir_source source = {.name = "job in C", .text = weir_text_str(&text)};
        weir_diagnostics_init(&diagnostics, &source);
        status = weir_lang_compile(&source, &options, &diagnostics, &e->graph, err);
        if (diagnostics.error_count > 0) {
            fail_by_text(e, &diagnostics);
        }
        weir_diagnostics_finish(&diagnostics);
    }
    weir_text_finish(&text);
    return status;
}

static void batch_committed(void *owner, const struct weir_batch_record *record)
{
    const struct embedded *e = owner;
    if (e->world.on_batch != NULL) {
        e->world.on_batch(e->world.owner, record->batch_us, record->records_in, record->rows_out);
    }
}

static void finished(void *owner, const struct weir_error *err)
{
    struct embedded *e = owner;
    e->err = *err;
    e->env->ops->stop(e->env);
}

/* ---- slices ---- */
WEIR_PUBLIC void weir_job_remember(struct weir_job *job, const char *stream, int64_t remember_us)
{
    struct embedded *e = embedded_of(job);
    WEIR_GROW(e->remembered, e->remembered_count, e->remembered_capacity);
    e->remembered[e->remembered_count++] =
        (struct remembered){weir_strndup(stream, strlen(stream)), remember_us};
}

static int find_stream(const struct embedded *e,
                       const char *name,
                       uint32_t *node,
                       struct weir_error *err)
{
    for (*node = 0; *node < e->graph->node_count; (*node)++) {
        const char *here = e->graph->nodes[*node].name;
        if (here != NULL && strcmp(here, name) == 0) {
            return WEIR_OK;
        }
    }
    return weir_error_set(err, WEIR_EUSAGE, "the job has no stream '%s': weir_named gives names",
                          name);
}

static int find_keeps(struct embedded *e, struct weir_error *err)
{
    e->keeps = weir_alloc((e->remembered_count + 1) * sizeof *e->keeps);
    for (size_t i = 0; i < e->remembered_count; i++) {
        e->keeps[i].remember_us = e->remembered[i].remember_us;
        WEIR_TRY(find_stream(e, e->remembered[i].name, &e->keeps[i].node, err));
    }
    return WEIR_OK;
}

/* Who is shown the records of a slice. */
struct showing {
    void (*visit)(void *owner, weir_str record);
    void *owner;
    struct weir_text text;
};

static void show_block(void *owner, const struct weir_block *block)
{
    struct showing *showing = owner;
    for (uint32_t row = 0; row < block->table.all.rows; row++) {
        showing->text.count = 0;
        weir_json_row(&showing->text, &block->table.all, row, 0, NULL);
        showing->visit(showing->owner, weir_text_str(&showing->text));
    }
}

WEIR_PUBLIC int weir_job_slice(struct weir_job *job,
                               const char *stream,
                               int64_t from_us,
                               int64_t to_us,
                               void (*visit)(void *owner, weir_str record),
                               void *owner)
{
    struct embedded *e = embedded_of(job);
    struct showing showing = {visit, owner, {0}};
    uint32_t node;
    if (e->running == NULL) {
        return weir_error_set(&e->slice_err, WEIR_ETEMPORARY,
                              "the job has not been started: it has no batches yet");
    }
    WEIR_TRY(find_stream(e, stream, &node, &e->slice_err));
    weir_text_init(&showing.text);
    int status =
        weir_run_slice(e->running, node, from_us, to_us, show_block, &showing, &e->slice_err);
    weir_text_finish(&showing.text);
    return status;
}

WEIR_PUBLIC const char *weir_job_slice_error(const struct weir_job *job)
{
    return embedded_of(job)->slice_err.text;
}

static int run(struct embedded *e, struct weir_error *err)
{
    struct weir_run_options options;
    WEIR_TRY(compile(e, err));
    WEIR_TRY(find_keeps(e, err));
    weir_run_options_init(&options, e->graph);
    options.owner = e;
    options.on_batch = batch_committed;
    options.on_finished = finished;
    options.keeps = e->keeps;
    options.keep_count = (uint32_t)e->remembered_count;
    WEIR_TRY(weir_run_create(e->env, e->graph, &options, &e->running, err));
    weir_run_start(e->running);
    e->env->ops->loop(e->env);
    *err = e->err;
    return err->status;
}

WEIR_PUBLIC int weir_job_run(struct weir_job *job)
{
    struct embedded *e = embedded_of(job);
    struct weir_error err = {0};
    if (e->has_run) {
        weir_build_fail(e->build, "a job runs once: declare it again to run it again");
        return WEIR_EUSAGE;
    }
    e->has_run = true;
    int status = run(e, &err);
    if (status != WEIR_OK) {
        weir_build_fail(e->build, err.text);
    }
    return status;
}

static void end(struct weir_post *post)
{
    const struct embedded *e = post->owner;
    if (e->running != NULL) {
        weir_run_stop(e->running);
    }
}

WEIR_PUBLIC void weir_job_end(struct weir_job *job)
{
    struct embedded *e = embedded_of(job);
    e->end = (struct weir_post){.fire = end, .owner = e};
    e->env->ops->post(e->env, &e->end);
}
