/* SPDX-License-Identifier: Apache-2.0 */
/* weir bench: workloads that other engines run too, through the whole engine on one thread, with
 * the result taken from what the sink was given. A batch is one file, batches do not overlap, and
 * the time of a batch is what its record says: from its first task to its commit. */
#include "engine.h"

#include "bench/data.h"
#include "bench/plugin/plugin.h"
#include "bench/tally.h"
#include "command/commands.h"
#include "crash/crash.h"
#include "lang/lang.h"
#include "os/os.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct workload {
    const char *name, *folder;
    uint32_t files, first_timed;
    uint64_t file_mib;
    const char *pipe; /* behind the input */
    uint32_t partitions;
    bool is_total; /* the check is the sum over all batches; else rows and sum of the last one */
    const char *notes;
};

static const struct workload workloads[] = {
    {"grep", "text16", 16, 5, 16, "filter text.contains(line, \"ERROR\") | count", 1, true, ""},
    {"wordcount", "text8", 48, 33, 8,
     "flat_map word = text.words(line) | map key = word, value = 1 | reduce_by_key i64.add", 1,
     false, "no window: each batch by itself; "},
    {NULL, NULL, 0, 0, 0, NULL, 0, false, NULL},
};
enum { PASSES_DEFAULT = 3, PASSES_MAX = 100 };

/* One pass over all files. */
struct pass {
    const struct workload *workload;
    struct weir_env *env;
    struct weir_error ended;
    uint32_t batches;
    uint64_t records; /* of timed batches */
    int64_t us;
};

static void batch_done(void *owner, const struct weir_batch_record *record)
{
    struct pass *pass = owner;
    pass->batches++;
    if (pass->batches >= pass->workload->first_timed) {
        pass->records += record->records_in;
        pass->us += record->finished_us - record->started_us;
    }
}

static void job_done(void *owner, const struct weir_error *err)
{
    struct pass *pass = owner;
    pass->ended = *err;
    pass->env->ops->stop(pass->env);
}

static int run_graph(struct pass *pass, const struct weir_graph *graph, struct weir_error *err)
{
    struct weir_run_options options;
    struct weir_run *job;
    weir_run_options_init(&options, graph);
    options.driver.batches_in_flight = 1;
    options.on_batch = batch_done;
    options.on_finished = job_done;
    options.owner = pass;
    WEIR_TRY(weir_run_create(pass->env, graph, &options, &job, err));
    weir_run_start(job);
    pass->env->ops->loop(pass->env);
    weir_run_destroy(job);
    if (pass->ended.status != WEIR_OK) {
        *err = pass->ended;
        return err->status;
    }
    if (pass->batches != pass->workload->files) {
        return weir_error_set(err, WEIR_EBUG, "%u batches of %u were run", (unsigned)pass->batches,
                              (unsigned)pass->workload->files);
    }
    return WEIR_OK;
}

/* Compiles the workload's text as `weir run` would, with one sink more in the registry. */
static int run_text(struct pass *pass,
                    struct weir_registry *registry,
                    const char *text,
                    struct weir_error *err)
{
    const struct weir_source source = {"bench", weir_str_of(text), false};
    const struct weir_bind_options options = {.registry = registry,
                                              .partitions = pass->workload->partitions};
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph = NULL;
    WEIR_TRY(
        weir_registry_use_static(registry, &weir_plugin_e1_bench_tally, "bench_tally", true, err));
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_lang_compile(&source, &options, &diagnostics, &graph, err);
    weir_diagnostics_finish(&diagnostics);
    if (status == WEIR_OK) {
        status = run_graph(pass, graph, err);
    }
    weir_graph_destroy(graph);
    return status;
}

static int run_pass(struct pass *pass, const char *text, struct weir_error *err)
{
    const struct weir_os_options options = {.threads = 1};
    struct weir_registry *registry = NULL;
    weir_bench_tally_clear();
    WEIR_TRY(weir_os_create(&options, &pass->env, err));
    int status = weir_registry_create(pass->env, NULL, &registry, err);
    if (status == WEIR_OK) {
        status = weir_crash_watch(registry, false, err);
    }
    if (status == WEIR_OK) {
        status = run_text(pass, registry, text, err);
    }
    (void)weir_crash_watch(NULL, false, err);
    weir_registry_destroy(registry);
    weir_os_destroy(pass->env);
    return status;
}

/* The line that every engine prints. */
static void print_result(const struct pass *best, int64_t passes)
{
    const struct workload *workload = best->workload;
    struct weir_bench_tally newest = weir_bench_tally_newest();
    char check[64];
    if (workload->is_total) {
        (void)snprintf(check, sizeof check, "%" PRId64, weir_bench_tally_total().sum);
    } else {
        (void)snprintf(check, sizeof check, "%" PRId64 ":%" PRId64, newest.rows, newest.sum);
    }
    double seconds = (double)best->us / 1e6;
    struct weir_text text;
    weir_text_init(&text);
    weir_text_printf(&text,
                     "{\"engine\":\"weir\",\"version\":\"%s\",\"workload\":\"%s\",\"threads\":1,"
                     "\"records\":%" PRIu64 ",\"seconds\":%.6f,\"records_per_s\":%.0f,"
                     "\"check\":\"%s\",\"notes\":\"%sbest of %" PRId64
                     " passes; partitions=%u; one batch at a time\"}\n",
                     WEIR_VERSION, workload->name, best->records, seconds,
                     (double)best->records / seconds, check, workload->notes, passes,
                     (unsigned)workload->partitions);
    weir_cli_put(&text);
    weir_text_finish(&text);
}

static int run_workload(struct weir_invocation *invocation,
                        const struct workload *workload,
                        int64_t passes,
                        struct weir_error *err)
{
    struct pass best = {.workload = workload, .us = INT64_MAX};
    const char *folder;
    WEIR_TRY(weir_bench_data(&invocation->arena, workload->folder, workload->files,
                             workload->file_mib, &folder, err));
    struct weir_text text;
    weir_text_init(&text);
    weir_text_put(&text, "file ");
    weir_json_string(&text, weir_str_of(weir_arena_printf(&invocation->arena, "%s/*.txt", folder)));
    weir_text_printf(&text, " per_batch=1 | %s | bench_tally", workload->pipe);
    int status = WEIR_OK;
    for (int64_t i = 0; i < passes && status == WEIR_OK; i++) {
        struct pass pass = {.workload = workload};
        status = run_pass(&pass, text.bytes, err);
        best = status == WEIR_OK && pass.us < best.us ? pass : best;
    }
    weir_text_finish(&text);
    if (status == WEIR_OK) {
        print_result(&best, passes);
    }
    return status;
}

/* The workload of a name; one of no name if there is none. */
static const struct workload *find_workload(const char *name)
{
    const struct workload *workload = workloads;
    while (workload->name != NULL && strcmp(workload->name, name) != 0) {
        workload++;
    }
    return workload;
}

/* The one workload that no other engine runs. */
static bool is_plugin(const char *name)
{
    return strcmp(name, "plugin") == 0;
}

static int take_passes(const struct weir_invocation *invocation,
                       int64_t *passes,
                       struct weir_error *err)
{
    const char *text = weir_cli_value(invocation, "passes");
    *passes = PASSES_DEFAULT;
    return text == NULL ? WEIR_OK
                        : weir_cli_count(weir_cli_origin(invocation, "passes"), text, 1, PASSES_MAX,
                                         passes, err);
}

static int run(struct weir_invocation *invocation)
{
    struct weir_error err = {0};
    int64_t passes;
    if (invocation->count == 0) {
        return weir_cli_usage(invocation, "a workload is missing: grep, wordcount or plugin");
    }
    for (int i = 0; i < invocation->count; i++) {
        if (!is_plugin(invocation->arguments[i]) &&
            find_workload(invocation->arguments[i])->name == NULL) {
            return weir_cli_usage(invocation,
                                  "no workload '%s': there are grep, wordcount and plugin",
                                  invocation->arguments[i]);
        }
    }
    int status = take_passes(invocation, &passes, &err);
    for (int i = 0; i < invocation->count && status == WEIR_OK; i++) {
        status =
            is_plugin(invocation->arguments[i])
                ? weir_bench_plugin(&invocation->arena, passes, invocation->is_json, &err)
                : run_workload(invocation, find_workload(invocation->arguments[i]), passes, &err);
    }
    return status == WEIR_OK ? 0 : weir_cli_fail(invocation, &err);
}

static const struct weir_option options[] = {
    {"passes", 0, "N", "passes over the input; the fastest counts (default 3)", false, false},
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_bench = {
    .name = "bench",
    .group = "explore",
    .summary = "measure this weir on this machine",
    .arguments = "grep | wordcount | plugin ...",
    .details =
        "One thread, one file a batch, the whole engine: files in the page cache to committed "
        "results. grep counts\nthe lines that contain ERROR in 16 files of 16 MiB, wordcount the "
        "words of each of 48 files of 8 MiB. The\nfiles are made on first use, in $WEIR_PEERS_DIR "
        "(default ~/.cache/weir-peers). Prints a line of JSON.\n"
        "plugin measures what it costs to call an operator: in the SDK's form, as a C function by "
        "its prototype, as a\ncodec of JSON; each beside its limit, the shortest C for the same, "
        "in "
        "the same run. ratio: the limit's time by the\noperator's. A table, or with --json a line "
        "for each.",
    .example = "weir bench grep",
    .options = options,
    .run = run,
};
