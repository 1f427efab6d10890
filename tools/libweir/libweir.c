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

/* A plugin that is part of the program. */
struct linked_plugin {
    const char *alias;
    const struct weir_plugin *plugin;
};

/* What stands behind a job that a program has opened. */
struct embedded {
    struct weir_build *build;
    struct weir_job_world world;
    struct weir_env *env;
    struct weir_registry *registry;
    struct linked_plugin *plugins;
    size_t plugin_count, plugin_capacity;
    struct weir_graph *graph;
    struct weir_job *running;
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
    weir_job_destroy(e->running);
    weir_graph_destroy(e->graph);
    weir_registry_destroy(e->registry);
    weir_os_destroy(e->env);
    weir_build_destroy(e->build);
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

static int run(struct embedded *e, struct weir_error *err)
{
    struct weir_job_options options;
    WEIR_TRY(compile(e, err));
    weir_job_options_init(&options, e->graph);
    options.owner = e;
    options.on_batch = batch_committed;
    options.on_finished = finished;
    WEIR_TRY(weir_job_create(e->env, e->graph, &options, &e->running, err));
    weir_job_start(e->running);
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
        weir_job_stop(e->running);
    }
}

WEIR_PUBLIC void weir_job_end(struct weir_job *job)
{
    struct embedded *e = embedded_of(job);
    e->end = (struct weir_post){.fire = end, .owner = e};
    e->env->ops->post(e->env, &e->end);
}
