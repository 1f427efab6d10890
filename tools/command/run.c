/* SPDX-License-Identifier: Apache-2.0 */
/* weir run: a text becomes a running job; Ctrl-C ends it well, twice at once. */
#include "engine.h"
#include "source.h"

#include "command/commands.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct running {
    struct weir_invocation *invocation;
    struct weir_compiled compiled;
    struct weir_job_options options;
    struct weir_job *job;
    int stop_signals;
    struct weir_error ended;
};

/* ---- options ---- */
static int take_until(struct weir_driver_options *driver, const char *text, struct weir_error *err)
{
    char *end;
    unsigned long long records = strtoull(text, &end, 10);
    if (strcmp(text, "eof") == 0) {
        driver->until_eof = true;
    } else if (end != text && strcmp(end, "rec") == 0 && records > 0) {
        driver->until_records = records;
    } else if (weir_cli_duration("--until", text, &driver->until_us, NULL) != WEIR_OK ||
               driver->until_us <= 0) {
        return weir_error_set(
            err, WEIR_EUSAGE,
            "--until: '%s' is none of eof (every input is at its end), a duration "
            "of stream time as 10s, a number of input records as 1000rec",
            text);
    }
    return WEIR_OK;
}

static int take_options(struct running *running, struct weir_error *err)
{
    struct weir_invocation *invocation = running->invocation;
    struct weir_job_options *options = &running->options;
    const char *until = weir_cli_value(invocation, "until");
    const char *batch_bytes = weir_cli_value(invocation, "batch-bytes");
    const char *block = weir_cli_value(invocation, "block-interval");
    const char *memory = weir_cli_value(invocation, "memory");
    if (until != NULL) {
        WEIR_TRY(take_until(&options->driver, until, err));
    }
    if (batch_bytes != NULL) {
        WEIR_TRY(weir_cli_size("--batch-bytes", batch_bytes, &options->driver.batch_bytes, err));
    }
    if (block != NULL) {
        WEIR_TRY(
            weir_cli_duration("--block-interval", block, &options->worker.receive.block_us, err));
        if (options->worker.receive.block_us < 1000) {
            return weir_error_set(err, WEIR_EUSAGE, "--block-interval: '%s' is shorter than 1ms",
                                  block);
        }
    }
    if (memory != NULL) {
        WEIR_TRY(weir_cli_size("--memory", memory, &options->worker.receive.held_bytes_max, err));
    }
    options->worker.is_json = invocation->is_json;
    return WEIR_OK;
}

/* ---- events ---- */
static void finished(void *owner, const struct weir_error *err)
{
    struct running *running = owner;
    running->ended = *err;
    running->compiled.env->ops->stop(running->compiled.env);
}

static void trace(void *owner, const char *from, const char *text)
{
    (void)owner;
    (void)fprintf(stderr, "weir: %s > %s\n", from, text);
}

static void stop_signal(void *owner, int signum)
{
    struct running *running = owner;
    running->stop_signals++;
    if (running->stop_signals > 1) { /* the second: at once, whatever is under way */
        (void)fprintf(stderr, "weir: stopped at once; the batches under way are lost\n");
        _Exit(128 + signum);
    }
    if (!running->invocation->is_quiet) {
        (void)fprintf(stderr,
                      "weir: finishing what was received; once more (Ctrl-C) stops at once\n");
    }
    weir_job_stop(running->job);
}

static int catch_signals(struct running *running, struct weir_error *err)
{
    struct weir_env *env = running->compiled.env;
    WEIR_TRY(weir_os_on_signal(env, SIGINT, stop_signal, running, err));
    return weir_os_on_signal(env, SIGTERM, stop_signal, running, err);
}

static void summarize(const struct running *running)
{
    if (running->invocation->is_quiet) {
        return;
    }
    struct weir_text text;
    weir_text_init(&text);
    if (running->invocation->is_json) {
        weir_history_summary_json(weir_job_history(running->job), &text);
    } else {
        weir_text_put(&text, "weir: ");
        weir_history_summary(weir_job_history(running->job), &text);
    }
    (void)fprintf(stderr, "%s\n", text.bytes);
    weir_text_finish(&text);
}

static int run_job(struct running *running)
{
    struct weir_error err = {0};
    weir_job_options_init(&running->options, running->compiled.graph);
    running->options.owner = running;
    running->options.on_finished = finished;
    running->options.trace = running->invocation->is_verbose ? trace : NULL;
    int status = take_options(running, &err);
    if (status == WEIR_OK) {
        status = weir_job_create(running->compiled.env, running->compiled.graph, &running->options,
                                 &running->job, &err);
    }
    if (status == WEIR_OK) {
        status = catch_signals(running, &err);
    }
    if (status != WEIR_OK) {
        return weir_cli_fail(running->invocation, &err);
    }
    weir_job_start(running->job);
    running->compiled.env->ops->loop(running->compiled.env);
    summarize(running);
    return running->ended.status == WEIR_OK ? 0
                                            : weir_cli_fail(running->invocation, &running->ended);
}

static int threads_of(struct weir_invocation *invocation, uint32_t *threads)
{
    const char *text = weir_cli_value(invocation, "threads");
    struct weir_error err = {0};
    int64_t count = 0;
    if (text != NULL &&
        weir_cli_count("--threads", text, 1, WEIR_OS_THREADS_MAX, &count, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    *threads = (uint32_t)count;
    return 0;
}

static int run(struct weir_invocation *invocation)
{
    struct running running = {.invocation = invocation};
    uint32_t threads;
    int status = threads_of(invocation, &threads);
    if (status == 0) {
        status = weir_compile(invocation, threads, &running.compiled);
    }
    if (status == 0) {
        status = run_job(&running);
    }
    weir_job_destroy(running.job);
    weir_compiled_finish(&running.compiled);
    return status;
}

static const struct weir_option options[] = {
    WEIR_COMPILE_OPTIONS,
    {"until", 'u', "eof|10s|1000rec", "end at the inputs' end, after stream time, after records",
     true, false},
    {"threads", 't', "N", "worker threads (default: as many as cores)", true, false},
    {"batch-bytes", 0, "SIZE", "what a batch takes of each file source (default 64MiB)", true,
     false},
    {"block-interval", 0, "DURATION", "received blocks are closed that often (default 200ms)", true,
     false},
    {"memory", 0, "SIZE", "unprocessed bytes before a receiver is held back (default 512MiB)", true,
     false},
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_run = {
    .name = "run",
    .group = "explore",
    .summary = "run a pipeline text or a job file",
    .arguments = "'PIPELINE' | JOB.weir | -",
    .details =
        "Output goes to stdout, messages to stderr. Without an output verb results are "
        "printed: as a live table on\na terminal, as JSON lines otherwise (--json: always). "
        "Ctrl-C finishes and commits what was received and\nends with status 0; a second one "
        "stops at once.",
    .example = "weir run 'generate words | count_by_value | top 10 by=count'",
    .options = options,
    .run = run,
};
