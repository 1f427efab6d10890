/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling for the commands: settings that overrule the text, plugins that are tried first,
 * mistakes that are shown. */
#include "job/compile.h"

#include "crash/crash.h"
#include "job/native.h"
#include "job/probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    if (status == WEIR_OK) {
        status = weir_crash_watch(*registry, invocation->is_json, &err);
    }
    if (status != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    weir_probe_add_paths(*registry, &invocation->arena, weir_cli_value(invocation, "plugin-path"));
    return 0;
}

static const char *environment(void *owner, const char *name)
{
    (void)owner;
    return getenv(name);
}

/* ---- what overrules the text ---- */

/* Is the option written in the text's `job` statement? */
static bool is_written(const struct weir_ast_program *program, const char *name)
{
    for (const struct weir_ast_statement *s = program->first; s != NULL; s = s->next) {
        if (s->kind != WEIR_AST_JOB) {
            continue;
        }
        for (const struct weir_ast_item *item = s->options.first; item != NULL; item = item->next) {
            if (item->name.count == strlen(name) &&
                memcmp(item->name.bytes, name, item->name.count) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Flags and environment overrule the text; settings files speak where the text is silent. */
static const char *overruling(const struct weir_invocation *invocation,
                              const struct weir_ast_program *program,
                              const char *name)
{
    return is_written(program, name) ? weir_cli_strong_value(invocation, name)
                                     : weir_cli_value(invocation, name);
}

static int overrule(struct weir_invocation *invocation,
                    const struct weir_ast_program *program,
                    struct weir_bind_options *options,
                    struct weir_error *err)
{
    const char *batch = overruling(invocation, program, "batch");
    const char *partitions = overruling(invocation, program, "partitions");
    if (batch != NULL) {
        const char *origin = weir_cli_origin(invocation, "batch");
        WEIR_TRY(weir_cli_duration(origin, batch, &options->batch_us, err));
        if (options->batch_us < WEIR_BATCH_US_MIN) {
            return weir_error_set(err, WEIR_EUSAGE,
                                  "%s: '%s' is shorter than 1ms, the shortest batch", origin,
                                  batch);
        }
    }
    if (partitions != NULL) {
        int64_t count;
        WEIR_TRY(weir_cli_count(weir_cli_origin(invocation, "partitions"), partitions, 1,
                                WEIR_PARTITIONS_MAX, &count, err));
        options->partitions = (uint32_t)count;
    }
    return WEIR_OK;
}

/* ---- mistakes ---- */
void weir_show_diagnostics(const struct weir_invocation *invocation,
                           struct weir_diagnostics *diagnostics)
{
    bool is_result = invocation->is_json && invocation->command->is_report;
    struct weir_text text;
    weir_text_init(&text);
    weir_diagnostics_sort(diagnostics);
    if (invocation->is_json) {
        weir_diagnostics_render_json(diagnostics, &text);
    } else {
        weir_diagnostics_render(diagnostics, weir_cli_is_colored(STDERR_FILENO), &text);
    }
    if (is_result) {
        weir_cli_put(&text);
    } else {
        weir_cli_put_error(&text);
    }
    weir_text_finish(&text);
}

/* A job file without .weir in its name was read as a text: say so. */
static void hint_at_file(const struct weir_invocation *invocation, const struct weir_job_text *text)
{
    const char *argument = text->bytes.bytes;
    if (!text->source.from_shell || invocation->is_json || argument == NULL ||
        strpbrk(argument, "|\n") != NULL || access(argument, F_OK) != 0) {
        return;
    }
    (void)fprintf(stderr,
                  "weir: a file is called '%s', but only an argument that ends in .weir is a job "
                  "file: give it that name, or write: weir %s - < %s\n",
                  argument, invocation->command->name, argument);
}

/* ---- compiling ---- */

/* What the text may say and this weir does not do yet is refused, not ignored. */
static int refuse_policy(const struct weir_compiled *compiled, struct weir_error *err)
{
    const struct weir_value *policy = weir_compiled_setting(compiled, "on_error");
    if (policy == NULL || strcmp(policy->str.bytes, "dead") != 0) {
        return WEIR_OK;
    }
    return weir_error_set(err, WEIR_EUNAVAILABLE,
                          "not yet available: on_error=dead of a job; a failed batch stops it "
                          "(on_error=stop), is left out (continue), or is tried again (retry)");
}

static int bind(struct weir_invocation *invocation,
                const struct weir_ast_program *program,
                struct weir_compiled *compiled,
                struct weir_diagnostics *diagnostics,
                struct weir_error *err)
{
    const struct weir_value_list *plugins = weir_cli_list(invocation, "plugin");
    const struct weir_value_list *sets = weir_cli_list(invocation, "set");
    struct weir_bind_options options = {
        .registry = compiled->registry,
        .base_folder = compiled->text.folder,
        .plugins = plugins->values,
        .plugin_count = plugins->count,
        .sets = sets->values,
        .set_count = sets->count,
        .env = environment,
        .tests = &compiled->tests,
    };
    weir_tests_finish(&compiled->tests); /* of an earlier world */
    weir_tests_init(&compiled->tests);
    WEIR_TRY(overrule(invocation, program, &options, err));
    WEIR_TRY(weir_lang_bind(program, &options, diagnostics, &compiled->graph, err));
    return refuse_policy(compiled, err);
}

/* Binds in a fresh world with so many threads. Exit status. */
static int compile_with(struct weir_invocation *invocation,
                        const struct weir_ast_program *program,
                        uint32_t threads,
                        struct weir_compiled *compiled,
                        struct weir_diagnostics *diagnostics)
{
    struct weir_error err = {0};
    int exit_status = weir_open_world(invocation, threads, &compiled->env, &compiled->registry);
    if (exit_status != 0) {
        return exit_status;
    }
    int status = bind(invocation, program, compiled, diagnostics, &err);
    if (status != WEIR_OK && diagnostics->error_count == 0) {
        return weir_cli_fail(invocation, &err);
    }
    return weir_status_exit_code(status);
}

static void close_world(struct weir_compiled *compiled)
{
    struct weir_error err;
    weir_graph_destroy(compiled->graph);
    (void)weir_crash_watch(NULL, false, &err);
    weir_registry_destroy(compiled->registry);
    weir_os_destroy(compiled->env);
    compiled->graph = NULL;
    compiled->registry = NULL;
    compiled->env = NULL;
}

/* The text's own number of threads is known only when it is bound, and then the world is made
 * anew. */
static int compile_for(struct weir_invocation *invocation,
                       const struct weir_ast_program *program,
                       bool is_to_run,
                       struct weir_compiled *compiled,
                       struct weir_diagnostics *diagnostics)
{
    const char *given = is_to_run ? overruling(invocation, program, "threads") : NULL;
    int64_t threads = is_to_run && !is_written(program, "threads") ? 0 : 1;
    struct weir_error err = {0};
    if (given != NULL && weir_cli_count(weir_cli_origin(invocation, "threads"), given, 1,
                                        WEIR_OS_THREADS_MAX, &threads, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    int status = compile_with(invocation, program, (uint32_t)threads, compiled, diagnostics);
    const struct weir_value *own = weir_compiled_setting(compiled, "threads");
    if (status != 0 || given != NULL || !is_to_run || own == NULL || own->i64 == threads) {
        return status;
    }
    threads = own->i64;
    close_world(compiled);
    weir_diagnostics_finish(diagnostics);
    weir_diagnostics_init(diagnostics, &compiled->text.source);
    return compile_with(invocation, program, (uint32_t)threads, compiled, diagnostics);
}

/* What a child needs to bind the text by itself. */
struct trial {
    struct weir_invocation *invocation;
    const struct weir_ast_program *program;
    struct weir_compiled compiled;
};

/* [child] A text that does not bind is left to the parent, which shows why. */
static int call_natives(void *owner, struct weir_text *result)
{
    struct trial *trial = owner;
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &trial->compiled.text.source);
    int status = compile_with(trial->invocation, trial->program, 1, &trial->compiled, &diagnostics);
    return status == 0 ? weir_native_call_all(trial->compiled.graph, result) : 0;
}

static int try_natives(struct weir_invocation *invocation,
                       const struct weir_ast_program *program,
                       const struct weir_compiled *compiled,
                       struct weir_error *err)
{
    struct trial trial = {invocation, program, *compiled};
    struct weir_os_child_report report;
    if (!weir_native_is_used(program)) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_os_checked_child(call_natives, &trial, WEIR_PROBE_TIMEOUT_MS, &report, err));
    int status = weir_native_judge(&report, err);
    weir_os_child_report_finish(&report);
    return status;
}

static int compile(struct weir_invocation *invocation,
                   bool is_to_run,
                   struct weir_compiled *compiled,
                   struct weir_diagnostics *diagnostics)
{
    struct weir_error err = {0};
    struct weir_ast_program *program;
    int status =
        weir_ast_parse(&compiled->text.source, &invocation->arena, diagnostics, &program, &err);
    if (status == WEIR_OK) {
        status = weir_probe_plugins(invocation, program, compiled->text.folder, diagnostics, &err);
    }
    if (status == WEIR_OK && (is_to_run || invocation->command->is_report)) {
        status = try_natives(invocation, program, compiled, &err);
    }
    if (status != WEIR_OK && diagnostics->error_count == 0) {
        return weir_cli_fail(invocation, &err);
    }
    return status == WEIR_OK ? compile_for(invocation, program, is_to_run, compiled, diagnostics)
                             : weir_status_exit_code(status);
}

int weir_compile(struct weir_invocation *invocation,
                 const char *argument,
                 bool is_to_run,
                 struct weir_compiled *compiled)
{
    struct weir_error err = {0};
    *compiled = (struct weir_compiled){0};
    if (weir_job_text_read(&compiled->text, invocation, argument, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &compiled->text.source);
    int status = compile(invocation, is_to_run, compiled, &diagnostics);
    if (diagnostics.first != NULL) {
        weir_show_diagnostics(invocation, &diagnostics);
    }
    compiled->error_count = diagnostics.error_count;
    compiled->warning_count = diagnostics.count + diagnostics.dropped_count;
    compiled->warning_count -= diagnostics.error_count;
    if (diagnostics.error_count > 0) {
        hint_at_file(invocation, &compiled->text);
    }
    weir_diagnostics_finish(&diagnostics);
    return status;
}

void weir_compiled_finish(struct weir_compiled *compiled)
{
    weir_tests_finish(&compiled->tests);
    close_world(compiled);
    weir_job_text_finish(&compiled->text);
}

const struct weir_value *weir_compiled_setting(const struct weir_compiled *compiled,
                                               const char *name)
{
    const struct weir_graph *graph = compiled->graph;
    for (uint32_t i = 0; graph != NULL && i < graph->setting_count; i++) {
        if (strcmp(graph->settings[i].name, name) == 0) {
            return &graph->settings[i].value;
        }
    }
    return NULL;
}
