/* SPDX-License-Identifier: Apache-2.0 */
/* One child for the file, which lists its operators, then one for each of them: whatever an
 * operator does, the others are still tried. */
#include "kit/check.h"

#include "job/probe.h"
#include "kit/finding.h"
#include "kit/try/scratch.h"
#include "kit/try/try.h"
#include "os/os.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

/* What a child is to try. */
struct checking {
    const char *file;    /* absolute */
    const char *shown;   /* as it was named */
    const char *scratch; /* where operators are tried */
    uint64_t seed;
    size_t index; /* of the operator */
};

enum { WHO_COLUMNS = 24, CHECK_COLUMNS = 14 };

/* ---- in the child ---- */
static int open_plugin(const char *file,
                       const struct weir_plugin_info **plugin,
                       struct weir_error *err)
{
    const struct weir_os_options options = {.threads = 1};
    struct weir_env *env;
    struct weir_registry *registry;
    WEIR_TRY(weir_os_create(&options, &env, err));
    WEIR_TRY(weir_registry_create(env, NULL, &registry, err));
    return weir_registry_use(registry, file, NULL, NULL, plugin, err);
}

/* The findings of the file, then a line "O<tab>name" for each operator. */
static int check_file(void *owner, struct weir_text *result)
{
    const struct checking *checking = owner;
    struct weir_findings findings = {.to = result, .who = "-", .seed = checking->seed};
    struct weir_error err = {0};
    const struct weir_plugin_info *plugin;
    size_t count;
    weir_check_symbols(checking->file, &findings);
    weir_finding_begin("loading");
    if (open_plugin(checking->file, &plugin, &err) != WEIR_OK) {
        weir_finding_put(&findings, WEIR_FINDING_FAIL, "loading", "%s", err.text);
        return 0;
    }
    weir_finding_put(&findings, WEIR_FINDING_PASS, "loading",
                     "%s %s, SDK 1.%u: every symbol is found, note and table agree", plugin->id,
                     plugin->version, plugin->minor);
    const struct weir_operator *const *operators = weir_plugin_operators(plugin, &count);
    for (size_t i = 0; i < count; i++) {
        weir_text_printf(result, "O\t%s.%s\n", plugin->alias, operators[i]->name);
    }
    return 0;
}

/* Values of the parameters for a trial: their defaults. False: one has none. */
static bool bind_defaults(const struct weir_operator *op,
                          struct weir_arena *arena,
                          struct weir_param_value *values,
                          struct weir_findings *findings)
{
    struct weir_error err = {0};
    int culprit;
    weir_finding_begin("parameters");
    if (weir_operator_bind_params(op, NULL, 0, arena, values, &culprit, &err) == WEIR_OK) {
        weir_finding_put(findings, WEIR_FINDING_PASS, "parameters", "%u, every default is valid",
                         op->param_count);
        return true;
    }
    weir_finding_put(findings, WEIR_FINDING_SKIP, "parameters",
                     "nothing more is tried without it: %s", err.text);
    return false;
}

/* Rows of plain types and nothing to say: the engine's own loop trial, which sees more. */
static bool is_plain_loop(const struct weir_operator *op)
{
    bool is_plain = op->kind == WEIR_KIND_FUNCTION || op->kind == WEIR_KIND_EMITTER;
    for (uint32_t i = 0; i < op->param_count; i++) {
        is_plain = is_plain && (op->params[i]->flags & WEIR_PARAM_REQUIRED) == 0;
    }
    for (uint32_t i = 0; i < op->in_count; i++) {
        is_plain = is_plain && weir_type_is_plain(op->in[i].type);
    }
    for (uint32_t i = 0; i < op->out_count; i++) {
        is_plain = is_plain && weir_type_is_plain(op->out[i].type);
    }
    return is_plain;
}

static void try_operator(const struct checking *checking,
                         const struct weir_operator *op,
                         struct weir_arena *arena,
                         struct weir_findings *findings)
{
    struct weir_param_value *params =
        weir_arena_alloc(arena, (op->param_count + 1) * sizeof *params);
    if (op->kind == WEIR_KIND_REDUCER) {
        weir_check_reducer(op, findings);
    } else if (op->kind == WEIR_KIND_STORE || op->kind == WEIR_KIND_JOB) {
        weir_finding_put(findings, WEIR_FINDING_SKIP, "running", "a %s is tried by its own test",
                         weir_kind_name(op->kind));
    } else if (!is_plain_loop(op)) {
        weir_try_operator(op, checking->file, findings);
    } else if (bind_defaults(op, arena, params, findings) &&
               weir_check_loop(op, params, findings)) {
        weir_try_loop(op, checking->file, findings);
    }
}

static int check_operator(void *owner, struct weir_text *result)
{
    const struct checking *checking = owner;
    struct weir_findings findings = {.to = result, .seed = checking->seed};
    struct weir_error err = {0};
    struct weir_arena arena;
    const struct weir_plugin_info *plugin;
    size_t count;
    weir_finding_begin("loading");
    WEIR_TRY(open_plugin(checking->file, &plugin, &err) == WEIR_OK ? 0 : 1);
    const struct weir_operator *op = weir_plugin_operators(plugin, &count)[checking->index];
    WEIR_TRY(chdir(checking->scratch) == 0 ? 0 : 1);
    weir_arena_init(&arena);
    findings.who = weir_arena_printf(&arena, "%s.%s", plugin->alias, op->name);
    try_operator(checking, op, &arena, &findings);
    weir_arena_finish(&arena);
    return 0;
}

/* ---- in the parent ---- */

/* The check that was running when the child ended: the last one that it named. */
static weir_str last_check(const struct weir_text *output)
{
    static const char mark[] = "\n" WEIR_FINDING_BEGIN;
    const char *at = weir_text_str(output).bytes;
    weir_str last = {"loading", strlen("loading")};
    while ((at = strstr(at, mark)) != NULL) {
        at += strlen(mark);
        last.bytes = at;
        last.count = strcspn(at, "\n");
    }
    return last;
}

/* A crash, an exit, an endless loop: the finding of the check it happened in. */
static void put_end(const struct weir_os_child_report *report,
                    const char *who,
                    struct weir_text *found)
{
    weir_str check = last_check(&report->output);
    weir_text_printf(found, "F\t%s\t%.*s\texpected it to return, found: ", who, (int)check.count,
                     check.bytes);
    if (report->is_timeout) {
        weir_text_printf(found, "it did not end within %d s\n", WEIR_PROBE_TIMEOUT_MS / 1000);
    } else if (report->signum != 0) {
        weir_text_printf(found, "it crashed with %s\n", report->signal);
    } else {
        weir_text_printf(found, "it ended the process: exit(%d)\n", report->exit_status);
    }
}

static int try_in_child(int (*fn)(void *owner, struct weir_text *result),
                        struct checking *checking,
                        const char *who,
                        struct weir_text *found,
                        struct weir_error *err)
{
    struct weir_os_child_report report;
    WEIR_TRY(weir_os_checked_child(fn, checking, WEIR_PROBE_TIMEOUT_MS, &report, err));
    if (report.is_finished) {
        weir_text_append(found, weir_text_str(&report.result).bytes, report.result.count);
    } else {
        put_end(&report, who, found);
    }
    weir_os_child_report_finish(&report);
    return WEIR_OK;
}

/* ---- the report ---- */
struct tally {
    uint32_t passed, failed, skipped;
};

/* The part of a line up to a tab or its end; *at moves behind it. */
static weir_str next_part(const char **at)
{
    weir_str part = {*at, strcspn(*at, "\t\n")};
    *at += part.count + (**at == '\0' ? 0 : 1);
    return part;
}

static void put_line(const weir_str *part, uint64_t seed, struct weir_text *to)
{
    char mark = part[0].bytes[0];
    weir_text_printf(to, "%s  %-*.*s %-*.*s %.*s",
                     mark == 'P'   ? "PASS"
                     : mark == 'F' ? "FAIL"
                                   : "skip",
                     WHO_COLUMNS, (int)part[1].count, part[1].bytes, CHECK_COLUMNS,
                     (int)part[2].count, part[2].bytes, (int)part[3].count, part[3].bytes);
    if (mark == 'F') {
        weir_text_printf(to, " (--seed %llu)", (unsigned long long)seed);
    }
    weir_text_put(to, "\n");
}

static void put_line_json(const weir_str *part, bool is_first, struct weir_text *to)
{
    char mark = part[0].bytes[0];
    weir_text_printf(to, "%s{\"result\":\"%s\",\"operator\":", is_first ? "" : ",",
                     mark == 'P'   ? "pass"
                     : mark == 'F' ? "fail"
                                   : "skip");
    weir_json_string(to, part[1]);
    weir_text_put(to, ",\"check\":");
    weir_json_string(to, part[2]);
    weir_text_put(to, ",\"detail\":");
    weir_json_string(to, part[3]);
    weir_text_put(to, "}");
}

static void put_report(const struct checking *checking,
                       const struct weir_text *found,
                       bool is_json,
                       struct tally *tally)
{
    struct weir_text text;
    const char *at = weir_text_str(found).bytes;
    weir_text_init(&text);
    if (is_json) {
        weir_text_put(&text, "{\"file\":");
        weir_json_string(&text, weir_str_of(checking->shown));
        weir_text_printf(&text, ",\"seed\":%llu,\"checks\":[", (unsigned long long)checking->seed);
    }
    while (*at != '\0') {
        weir_str part[4] = {next_part(&at), next_part(&at), {0}, {0}};
        if (part[0].bytes[0] == 'O') {
            continue;
        }
        part[2] = next_part(&at);
        part[3] = next_part(&at);
        if (is_json) {
            put_line_json(part, tally->passed + tally->failed + tally->skipped == 0, &text);
        } else {
            put_line(part, checking->seed, &text);
        }
        *(part[0].bytes[0] == 'P'   ? &tally->passed
          : part[0].bytes[0] == 'F' ? &tally->failed
                                    : &tally->skipped) += 1;
    }
    weir_text_printf(&text,
                     is_json ? "],\"passed\":%u,\"failed\":%u,\"skipped\":%u}\n"
                             : "%u passed, %u failed, %u skipped\n",
                     tally->passed, tally->failed, tally->skipped);
    weir_cli_put(&text);
    weir_text_finish(&text);
}

/* Tries each operator that the first child has named. */
static int try_operators(struct checking *checking,
                         const struct weir_text *listed,
                         struct weir_text *found,
                         struct weir_error *err)
{
    const char *at = weir_text_str(listed).bytes;
    int status = WEIR_OK;
    while (*at != '\0' && status == WEIR_OK) {
        size_t count = strcspn(at, "\n");
        if (at[0] == 'O' && count > 2) {
            struct weir_text who;
            weir_text_init(&who);
            weir_text_append(&who, at + 2, count - 2);
            status = try_in_child(check_operator, checking, who.bytes, found, err);
            weir_text_finish(&who);
            checking->index++;
        }
        at += count + (at[count] == '\0' ? 0 : 1);
    }
    return status;
}

/* Children change their folder. */
static void put_absolute(const char *file, struct weir_text *to)
{
    char here[PATH_MAX];
    if (file[0] != '/' && getcwd(here, sizeof here) != NULL) {
        weir_text_printf(to, "%s/", here);
    }
    weir_text_put(to, file);
}

int weir_plugin_check(const struct weir_invocation *invocation, const char *file, uint64_t seed)
{
    struct weir_text listed, found, scratch, path;
    struct weir_error err = {0};
    struct tally tally = {0};
    weir_text_init(&listed);
    weir_text_init(&found);
    weir_text_init(&scratch);
    weir_text_init(&path);
    put_absolute(file, &path);
    int status = weir_scratch_make(&scratch, &err);
    struct checking checking = {
        .file = path.bytes, .shown = file, .scratch = weir_text_str(&scratch).bytes, .seed = seed};
    status = status == WEIR_OK ? try_in_child(check_file, &checking, "-", &listed, &err) : status;
    if (status == WEIR_OK) {
        weir_text_append(&found, weir_text_str(&listed).bytes, listed.count);
        status = try_operators(&checking, &listed, &found, &err);
    }
    if (status == WEIR_OK) {
        put_report(&checking, &found, invocation->is_json, &tally);
        status = tally.failed > 0 ? 1 : 0;
    } else {
        status = weir_cli_fail(invocation, &err);
    }
    weir_text_finish(&listed);
    weir_text_finish(&found);
    weir_scratch_remove(checking.scratch);
    weir_text_finish(&scratch);
    weir_text_finish(&path);
    return status;
}
