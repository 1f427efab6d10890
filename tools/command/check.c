/* SPDX-License-Identifier: Apache-2.0 */
/* weir check: all that can be known of a job before it runs, in three tiers: the syntax, the types
 * against the plugins, the world that its inputs and outputs need. */
#include "engine.h"

#include "command/commands.h"
#include "job/compile.h"

#include <inttypes.h>

/* What is said of one text in the end. */
struct verdict {
    size_t errors, warnings;
    uint32_t streams, outputs;
    int status; /* exit status */
};

static int check_syntax(struct weir_invocation *invocation,
                        const char *argument,
                        struct verdict *verdict)
{
    struct weir_job_text text;
    struct weir_error err = {0};
    if (weir_job_text_read(&text, invocation, argument, &err) != WEIR_OK) {
        weir_job_text_finish(&text);
        return weir_cli_fail(invocation, &err);
    }
    struct weir_diagnostics diagnostics;
    weir_diagnostics_init(&diagnostics, &text.source);
    int status = weir_lang_format(&text.source, NULL, &diagnostics, &err);
    verdict->errors = diagnostics.error_count;
    if (diagnostics.first != NULL) {
        weir_show_diagnostics(invocation, &diagnostics);
    } else if (status != WEIR_OK) {
        (void)weir_cli_fail(invocation, &err);
    }
    weir_diagnostics_finish(&diagnostics);
    weir_job_text_finish(&text);
    return weir_status_exit_code(status);
}

/* Opens what the job would open, and runs nothing. */
static int check_env(struct weir_invocation *invocation, const struct weir_compiled *compiled)
{
    struct weir_run_options options;
    struct weir_run *job = NULL;
    struct weir_error err = {0};
    weir_run_options_init(&options, compiled->graph);
    options.worker.is_json = invocation->is_json;
    int status = weir_run_create(compiled->env, compiled->graph, &options, &job, &err);
    weir_run_destroy(job);
    return status == WEIR_OK ? 0 : weir_cli_fail(invocation, &err);
}

/* What only the plan can refuse is a mistake of the text too. */
static int check_plan(struct weir_invocation *invocation, const struct weir_compiled *compiled)
{
    struct weir_plan *plan = NULL;
    struct weir_error err = {0};
    int status = weir_plan_create(compiled->graph, &plan, &err);
    weir_plan_destroy(plan);
    return status == WEIR_OK ? 0 : weir_cli_fail(invocation, &err);
}

static int check_types(struct weir_invocation *invocation,
                       const char *argument,
                       struct verdict *verdict)
{
    struct weir_compiled compiled;
    int status = weir_compile(invocation, argument, false, &compiled);
    verdict->errors = compiled.error_count;
    verdict->warnings = compiled.warning_count;
    if (status == 0) {
        verdict->outputs = compiled.graph->output_count;
        verdict->streams = compiled.graph->node_count - compiled.graph->output_count;
        status = check_plan(invocation, &compiled);
    }
    if (status == 0 && weir_cli_value(invocation, "env") != NULL) {
        status = check_env(invocation, &compiled);
    }
    weir_compiled_finish(&compiled);
    return status;
}

static void put_verdict(const struct verdict *verdict, bool is_syntax, struct weir_text *to)
{
    if (verdict->status != 0) {
        weir_text_put(to, "wrong\n");
    } else if (is_syntax) {
        weir_text_put(to, "fine: the syntax\n");
    } else {
        weir_text_printf(to, "fine: %" PRIu32 " stream%s, %" PRIu32 " output%s\n", verdict->streams,
                         verdict->streams == 1 ? "" : "s", verdict->outputs,
                         verdict->outputs == 1 ? "" : "s");
    }
}

static void report(const struct weir_invocation *invocation,
                   const char *argument,
                   const struct verdict *verdict,
                   bool is_syntax)
{
    struct weir_text text;
    weir_text_init(&text);
    if (invocation->is_json) {
        weir_text_put(&text, "{\"checked\":");
        weir_json_string(&text, weir_str_of(argument));
        weir_text_printf(&text, ",\"is_fine\":%s,\"errors\":%zu,\"warnings\":%zu,\"status\":%d}\n",
                         verdict->status == 0 ? "true" : "false", verdict->errors,
                         verdict->warnings, verdict->status);
    } else if (!invocation->is_quiet && (verdict->status == 0 || invocation->count > 1)) {
        if (invocation->count > 1) {
            weir_text_printf(&text, "%s: ", argument);
        }
        put_verdict(verdict, is_syntax, &text);
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
}

static int check(struct weir_invocation *invocation, const char *argument, bool is_syntax)
{
    struct verdict verdict = {0};
    verdict.status = is_syntax ? check_syntax(invocation, argument, &verdict)
                               : check_types(invocation, argument, &verdict);
    if (verdict.status == 0 && verdict.warnings > 0 &&
        weir_cli_value(invocation, "deny-warnings") != NULL) {
        verdict.status = weir_status_exit_code(WEIR_ETEXT);
    }
    report(invocation, argument, &verdict, is_syntax);
    return verdict.status;
}

/* All arguments; the exit status of the first that is wrong. */
static int run(struct weir_invocation *invocation)
{
    bool is_syntax = weir_cli_value(invocation, "syntax") != NULL;
    int status = 0;
    if (invocation->count == 0) {
        return weir_cli_usage(invocation, "a pipeline text or a job file is missing");
    }
    if (is_syntax && weir_cli_value(invocation, "env") != NULL) {
        return weir_cli_usage(invocation, "--syntax looks at less, --env at more: give one");
    }
    for (int i = 0; i < invocation->count; i++) {
        int one = check(invocation, invocation->arguments[i], is_syntax);
        status = status == 0 ? one : status;
    }
    return status;
}

static const struct weir_option options[] = {
    {"syntax", 0, NULL, "only the grammar: loads no plugin", false, false},
    {"env", 0, NULL, "also opens inputs and outputs: files, folders, permissions", false, false},
    {"deny-warnings", 'W', NULL, "a warning is a mistake", false, false},
    WEIR_COMPILE_OPTIONS,
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_check = {
    .name = "check",
    .group = "explore",
    .summary = "find what is wrong with a job without running it",
    .arguments = "'PIPELINE' | JOB.weir... | -",
    .details = "Looks at the text, at every name and type, and at the plugins that it uses; with "
               "--env also at the\nfiles and folders that it would open. Status 0 if all is fine, "
               "65 if the text is wrong, 66 if an\ninput is missing. With --json every mistake is "
               "a line on stdout, and so is the verdict.",
    .example = "weir check 'generate words | count_by_value | top 10 by=count'",
    .is_report = true,
    .options = options,
    .run = run,
};
