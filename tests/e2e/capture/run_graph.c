/* SPDX-License-Identifier: Apache-2.0 */
/* Running graphs for tests that compare outputs. */
#include "run_graph.h"

#include "capture_plugin.h"
#include "engine.h"

#include "lang/lang.h"
#include "os/os.h"

extern const struct weir_plugin weir_plugin_e1_capture;

static struct weir_text *capturing;

void captured(const char *lines, size_t bytes)
{
    weir_text_append(capturing, lines, bytes);
}

int weir_run_world_open(struct weir_run_world *world, uint32_t threads, struct weir_error *err)
{
    const struct weir_os_options options = {.threads = threads, .plugin_home = WEIR_PLUGIN_HOME};
    *world = (struct weir_run_world){0};
    WEIR_TRY(weir_os_create(&options, &world->env, err));
    WEIR_TRY(weir_registry_create(world->env, NULL, &world->registry, err));
    return weir_registry_use_static(world->registry, &weir_plugin_e1_capture, "capture", false,
                                    err);
}

void weir_run_world_close(struct weir_run_world *world)
{
    weir_registry_destroy(world->registry);
    weir_os_destroy(world->env);
}

int weir_run_compile(struct weir_run_world *world,
                     const char *text,
                     uint32_t partitions,
                     struct weir_graph **graph,
                     struct weir_error *err)
{
    struct weir_source source = {"test", weir_str_of(text), false};
    struct weir_bind_options options = {.registry = world->registry, .partitions = partitions};
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_lang_compile(&source, &options, &diagnostics, graph, err);
    weir_diagnostics_finish(&diagnostics);
    return status;
}

struct ending {
    struct weir_env *env;
    struct weir_error err;
};

static void finished(void *owner, const struct weir_error *err)
{
    struct ending *ending = owner;
    ending->err = *err;
    ending->env->ops->stop(ending->env);
}

int weir_run_graph(struct weir_run_world *world,
                   const struct weir_graph *graph,
                   uint64_t batch_bytes,
                   struct weir_text *lines,
                   struct weir_error *err)
{
    struct ending ending = {.env = world->env};
    struct weir_run_options options;
    struct weir_run *job;
    weir_run_options_init(&options, graph);
    options.driver.until_eof = true;
    options.on_finished = finished;
    options.owner = &ending;
    if (batch_bytes > 0) {
        options.driver.batch_bytes = batch_bytes;
    }
    lines->count = 0;
    capturing = lines;
    WEIR_TRY(weir_run_create(world->env, graph, &options, &job, err));
    weir_run_start(job);
    world->env->ops->loop(world->env);
    weir_run_destroy(job);
    *err = ending.err;
    return ending.err.status;
}
