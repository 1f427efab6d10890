/* SPDX-License-Identifier: Apache-2.0 */
/* Reading job texts and compiling them for the commands. */
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text);
    size_t k = strlen(end);
    return n >= k && strcmp(text + n - k, end) == 0;
}

static int read_stream(FILE *file, const char *name, struct weir_text *to, struct weir_error *err)
{
    size_t count;
    do {
        char *at = weir_text_reserve(to, 64 * 1024);
        count = fread(at, 1, 64 * 1024, file);
        to->count += count;
        if (to->count > WEIR_SOURCE_BYTES_MAX) {
            return weir_error_set(err, WEIR_ELIMIT,
                                  "%s is longer than %d bytes: no pipeline text is", name,
                                  (int)WEIR_SOURCE_BYTES_MAX);
        }
    } while (count > 0);
    if (ferror(file) != 0) {
        return weir_error_set(err, WEIR_EIO, "%s cannot be read: %s", name, strerror(errno));
    }
    weir_text_append(to, "", 0);
    return WEIR_OK;
}

static int read_job_file(struct weir_job_text *text,
                         struct weir_arena *arena,
                         const char *path,
                         struct weir_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        int status = errno == EACCES ? WEIR_EPERMISSION : WEIR_ENOINPUT;
        return weir_error_set(err, status,
                              "%s: %s; an argument that ends in .weir is a job file, anything else "
                              "a pipeline text",
                              path, errno == ENOENT ? "there is no such file" : strerror(errno));
    }
    const char *slash = strrchr(path, '/');
    text->folder =
        slash == NULL ? NULL : weir_arena_strndup(arena, path, (size_t)(slash - path) + 1);
    int status = read_stream(file, path, &text->bytes, err);
    (void)fclose(file);
    return status;
}

int weir_job_text_read(struct weir_job_text *text,
                       struct weir_arena *arena,
                       const char *argument,
                       struct weir_error *err)
{
    *text = (struct weir_job_text){.source.name = argument};
    int status = WEIR_OK;
    if (strcmp(argument, "-") == 0) {
        text->source.name = "standard input";
        status = read_stream(stdin, "standard input", &text->bytes, err);
    } else if (ends_with(argument, ".weir")) {
        status = read_job_file(text, arena, argument, err);
    } else {
        text->source.name = "argument";
        text->source.from_shell = true;
        weir_text_put(&text->bytes, argument);
    }
    text->source.text = weir_text_str(&text->bytes);
    return status;
}

void weir_job_text_finish(struct weir_job_text *text)
{
    weir_text_finish(&text->bytes);
}

int weir_open_world(struct weir_invocation *invocation,
                    uint32_t threads,
                    struct weir_env **env,
                    struct weir_registry **registry)
{
    struct weir_error err = {0};
    const struct weir_os_options options = {.threads = threads};
    int status = weir_os_create(&options, env, &err);
    if (status == WEIR_OK) {
        status = weir_registry_create(*env, NULL, registry, &err);
    }
    if (status != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    const char *path = weir_cli_value(invocation, "plugin-path");
    while (path != NULL && *path != '\0') {
        size_t count = strcspn(path, ":");
        weir_registry_add_path(*registry, weir_arena_strndup(&invocation->arena, path, count));
        path += count + (path[count] == ':' ? 1 : 0);
    }
    return 0;
}

static const char *environment(void *owner, const char *name)
{
    (void)owner;
    return getenv(name);
}

static bool has_setting(const struct weir_graph *graph, const char *name)
{
    for (uint32_t i = 0; i < graph->setting_count; i++) {
        if (strcmp(graph->settings[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void bind_options(struct weir_invocation *invocation,
                         const struct weir_compiled *compiled,
                         struct weir_bind_options *options)
{
    const struct weir_value_list *plugins = weir_cli_list(invocation, "plugin");
    const struct weir_value_list *sets = weir_cli_list(invocation, "set");
    *options = (struct weir_bind_options){
        .registry = compiled->registry,
        .base_folder = compiled->text.folder,
        .plugins = plugins->values,
        .plugin_count = plugins->count,
        .sets = sets->values,
        .set_count = sets->count,
        .env = environment,
    };
}

/* Batch and partitions from flags and environment overrule the text; from a settings file only
 * where the text is silent. */
static int overrule(struct weir_invocation *invocation,
                    const struct weir_graph *graph,
                    struct weir_bind_options *options,
                    struct weir_error *err)
{
    const char *batch = graph != NULL && !has_setting(graph, "batch")
                            ? weir_cli_value(invocation, "batch")
                            : weir_cli_strong_value(invocation, "batch");
    const char *partitions = graph != NULL && !has_setting(graph, "partitions")
                                 ? weir_cli_value(invocation, "partitions")
                                 : weir_cli_strong_value(invocation, "partitions");
    if (batch != NULL) {
        WEIR_TRY(weir_cli_duration("--batch", batch, &options->batch_us, err));
        if (options->batch_us < 1000) {
            return weir_error_set(err, WEIR_EUSAGE,
                                  "--batch: '%s' is shorter than 1ms, the shortest batch", batch);
        }
    }
    if (partitions != NULL) {
        int64_t count;
        WEIR_TRY(weir_cli_count("--partitions", partitions, 1, 4096, &count, err));
        options->partitions = (uint32_t)count;
    }
    return WEIR_OK;
}

static int compile(struct weir_invocation *invocation,
                   struct weir_compiled *compiled,
                   struct weir_diagnostics *diagnostics,
                   struct weir_error *err)
{
    struct weir_bind_options options;
    bind_options(invocation, compiled, &options);
    WEIR_TRY(overrule(invocation, NULL, &options, err));
    WEIR_TRY(
        weir_lang_compile(&compiled->text.source, &options, diagnostics, &compiled->graph, err));
    struct weir_bind_options again = options;
    WEIR_TRY(overrule(invocation, compiled->graph, &again, err));
    if (again.batch_us == options.batch_us && again.partitions == options.partitions) {
        return WEIR_OK;
    }
    weir_graph_destroy(compiled->graph);
    compiled->graph = NULL;
    return weir_lang_compile(&compiled->text.source, &again, diagnostics, &compiled->graph, err);
}

static void show(const struct weir_invocation *invocation, struct weir_diagnostics *diagnostics)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_diagnostics_sort(diagnostics);
    if (invocation->is_json) {
        weir_diagnostics_render_json(diagnostics, &text);
    } else {
        weir_diagnostics_render(diagnostics, weir_cli_is_colored(2), &text);
    }
    (void)fwrite(text.bytes, 1, text.count, stderr);
    weir_text_finish(&text);
}

int weir_compile(struct weir_invocation *invocation,
                 uint32_t threads,
                 struct weir_compiled *compiled)
{
    *compiled = (struct weir_compiled){0};
    if (invocation->count != 1) {
        return weir_cli_usage(invocation,
                              invocation->count == 0
                                  ? "a pipeline text or a job file is missing"
                                  : "one pipeline text or job file is expected, found %d: put the "
                                    "text in single quotes",
                              invocation->count);
    }
    struct weir_error err = {0};
    int status =
        weir_job_text_read(&compiled->text, &invocation->arena, invocation->arguments[0], &err);
    if (status != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    status = weir_open_world(invocation, threads, &compiled->env, &compiled->registry);
    if (status != 0) {
        return status;
    }
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &compiled->text.source);
    status = compile(invocation, compiled, &diagnostics, &err);
    if (diagnostics.first != NULL) {
        show(invocation, &diagnostics);
    } else if (status != WEIR_OK) {
        (void)weir_cli_fail(invocation, &err);
    }
    weir_diagnostics_finish(&diagnostics);
    return weir_status_exit_code(status);
}

void weir_compiled_finish(struct weir_compiled *compiled)
{
    weir_graph_destroy(compiled->graph);
    weir_registry_destroy(compiled->registry);
    weir_os_destroy(compiled->env);
    weir_job_text_finish(&compiled->text);
}
