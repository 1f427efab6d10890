/* SPDX-License-Identifier: Apache-2.0 */
/* Declaring a plugin's job where it can do no harm. */
#include "job/declare.h"

#include "job/probe.h"
#include "lang/lang.h"
#include "os/os.h"
#include "plugin/plugin.h"

#include <string.h>
#include <unistd.h>

/* What the child is to do, and what it found. */
struct declaring {
    struct weir_invocation *invocation;
    const char *path, *name; /* name: of the job; NULL: the only one */
    int status;
};

/* Bytes of the path in "job.so" and "job.so:name"; 0: it is neither. */
static size_t path_bytes(const char *argument)
{
    const char *at = strstr(argument, ".so");
    while (at != NULL && at[3] != '\0' && at[3] != ':') {
        at = strstr(at + 1, ".so");
    }
    return at == NULL ? 0 : (size_t)(at - argument) + 3;
}

bool weir_is_job_plugin(const char *argument)
{
    return strpbrk(argument, " |\n") == NULL && path_bytes(argument) > 0;
}

int weir_job_argument(const struct weir_invocation *invocation, const char **argument)
{
    if (invocation->count > 1 && weir_is_job_plugin(invocation->arguments[0])) {
        *argument = invocation->arguments[0]; /* what follows is for the job */
        return 0;
    }
    return weir_cli_argument(invocation, "a pipeline text or a job file", argument);
}

/* ---- in the child ---- */
/* The job that is meant; *others: the plugin has operators besides. */
static int choose(const struct declaring *declaring,
                  const struct weir_plugin_info *plugin,
                  const struct weir_operator **job,
                  bool *has_others,
                  struct weir_error *err)
{
    size_t count;
    const struct weir_operator *const *operators = weir_plugin_operators(plugin, &count);
    struct weir_text names;
    uint32_t jobs = 0;
    weir_text_init(&names);
    *job = NULL;
    *has_others = false;
    for (size_t i = 0; i < count; i++) {
        if (operators[i]->kind != WEIR_KIND_JOB) {
            *has_others = true;
            continue;
        }
        weir_text_printf(&names, "%s%s:%s", jobs++ == 0 ? "" : ", ", declaring->path,
                         operators[i]->name);
        if (declaring->name == NULL || strcmp(operators[i]->name, declaring->name) == 0) {
            *job = *job == NULL ? operators[i] : *job;
        }
    }
    int status = WEIR_OK;
    if (jobs == 0) {
        status = weir_error_set(err, WEIR_ETEXT,
                                "%s exports no job (WEIR_JOB): to load a plugin, give -p %s and a "
                                "pipeline text",
                                declaring->path, declaring->path);
    } else if (*job == NULL || (declaring->name == NULL && jobs > 1)) {
        status = weir_error_set(err, WEIR_ETEXT, "%s exports %u job%s, write: %s", declaring->path,
                                jobs, jobs == 1 ? "" : "s", names.bytes);
    }
    weir_text_finish(&names);
    return status;
}

static int call_declare(const struct declaring *declaring,
                        const struct weir_operator *op,
                        struct weir_build *build,
                        struct weir_error *err)
{
    const struct weir_invocation *invocation = declaring->invocation;
    struct weir_call call = {0};
    struct weir_call_frame frame = {0};
    WEIR_TRY(weir_call_open(&call, op, NULL, err));
    weir_call_enter(&frame, &call, "declare");
    int outcome =
        op->job->declare(&call.task, weir_build_job(build), (uint32_t)invocation->count - 1,
                         (const char *const *)invocation->arguments + 1);
    weir_call_leave(&frame);
    int status = outcome == WEIR_OK ? WEIR_OK : weir_call_failed(&call, outcome, err);
    weir_call_close(&call);
    return status;
}

static int declare_with(const struct declaring *declaring,
                        struct weir_registry *registry,
                        struct weir_text *result,
                        struct weir_error *err)
{
    const struct weir_plugin_info *plugin;
    const struct weir_operator *op;
    bool has_others;
    weir_probe_add_paths(registry, &declaring->invocation->arena,
                         weir_cli_value(declaring->invocation, "plugin-path"));
    WEIR_TRY(weir_registry_use(registry, declaring->path, NULL, NULL, &plugin, err));
    WEIR_TRY(choose(declaring, plugin, &op, &has_others, err));
    struct weir_build *build = weir_build_create(NULL);
    int status = call_declare(declaring, op, build, err);
    if (status == WEIR_OK && has_others) {
        weir_text_printf(result, "use \"%s\" as %s\n", plugin->path, plugin->alias);
    }
    if (status == WEIR_OK) {
        status = weir_build_text(build, result, err);
    }
    weir_build_destroy(build);
    return status;
}

/* The first byte of the result: 0 and the text, or 1 and why not. */
static int declare(void *owner, struct weir_text *result)
{
    const struct declaring *declaring = owner;
    const struct weir_os_options options = {.threads = 1};
    struct weir_error err = {0};
    struct weir_env *env;
    struct weir_registry *registry = NULL;
    int status = weir_os_create(&options, &env, &err);
    if (status == WEIR_OK) {
        status = weir_registry_create(env, NULL, &registry, &err);
    }
    if (status == WEIR_OK) {
        status = declare_with(declaring, registry, result, &err);
    }
    if (status != WEIR_OK) {
        result->count = 0;
        weir_text_put(result, err.text);
    }
    return weir_status_exit_code(status);
}

/* ---- in the parent ---- */
/* Which status of ours the child's exit code stands for. */
static int status_of(int exit_status)
{
    static const int statuses[] = {WEIR_ETEXT, WEIR_ENOINPUT, WEIR_ECONFIG, WEIR_EPERMISSION,
                                   WEIR_EJOB};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        if (weir_status_exit_code(statuses[i]) == exit_status) {
            return statuses[i];
        }
    }
    return WEIR_EJOB;
}

static int judge(const char *path,
                 const struct weir_os_child_report *report,
                 struct weir_text *to,
                 struct weir_error *err)
{
    if (report->is_finished && report->exit_status == 0) {
        weir_text_append(to, report->result.bytes, report->result.count);
        return WEIR_OK;
    }
    if (report->is_finished) {
        return weir_error_set(err, status_of(report->exit_status), "%s", report->result.bytes);
    }
    return report->is_timeout
               ? weir_error_set(err, WEIR_EJOB,
                                "%s: declaring its job did not end within %d s: a declaration "
                                "does no input or output",
                                path, WEIR_PROBE_TIMEOUT_MS / 1000)
           : report->signum != 0
               ? weir_error_set(err, WEIR_EJOB, "%s: it crashed while declaring its job: %s", path,
                                report->signal)
               : weir_error_set(err, WEIR_EJOB,
                                "%s: it ended the process while declaring its job: exit(%d)", path,
                                report->exit_status);
}

int weir_declare_job(struct weir_invocation *invocation,
                     const char *argument,
                     struct weir_text *to,
                     struct weir_error *err)
{
    size_t bytes = path_bytes(argument);
    struct declaring declaring = {.invocation = invocation};
    struct weir_os_child_report report;
    declaring.path = weir_arena_strndup(&invocation->arena, argument, bytes);
    declaring.name = argument[bytes] == ':' ? argument + bytes + 1 : NULL;
    if (access(declaring.path, F_OK) != 0) {
        return weir_error_set(err, WEIR_ENOINPUT, "%s: there is no such file", declaring.path);
    }
    WEIR_TRY(weir_os_checked_child(declare, &declaring, WEIR_PROBE_TIMEOUT_MS, &report, err));
    int status = judge(declaring.path, &report, to, err);
    weir_os_child_report_finish(&report);
    return status;
}
