/* SPDX-License-Identifier: Apache-2.0 */
/* weir run: a text becomes a running job; Ctrl-C ends it well, twice at once. */
#include "engine.h"

#include "command/commands.h"
#include "job/compile.h"
#include "job/declare.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_US_MIN = 1000, EXIT_SIGNAL = 128 };

struct running {
    struct weir_invocation *invocation;
    struct weir_compiled compiled;
    struct weir_run_options options;
    struct weir_run *job;
    int stop_signals;
    struct weir_error ended;
};

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

/* A dead letter: what was dropped, and why. */
static void bad_record(void *owner, const char *record)
{
    const struct running *running = owner;
    struct weir_text text;
    if (running->invocation->is_quiet) {
        return;
    }
    weir_text_init(&text);
    if (running->invocation->is_json) {
        weir_text_put(&text, "{\"bad_record\":");
        weir_json_string(&text, weir_str_of(record));
        weir_text_put(&text, "}\n");
    } else {
        weir_text_printf(&text, "weir: bad record: %s\n", record);
    }
    weir_cli_put_error(&text);
    weir_text_finish(&text);
}

static void stop_signal(void *owner, int signum)
{
    struct running *running = owner;
    running->stop_signals++;
    if (running->stop_signals > 1) { /* the second: at once, whatever is under way */
        (void)fprintf(stderr, "weir: stopped at once; the batches under way are lost\n");
        _Exit(EXIT_SIGNAL + signum);
    }
    if (!running->invocation->is_quiet) {
        (void)fprintf(stderr,
                      "weir: finishing what was received; once more (Ctrl-C) stops at once\n");
    }
    weir_run_stop(running->job);
}

static int catch_signals(struct running *running, struct weir_error *err)
{
    struct weir_env *env = running->compiled.env;
    WEIR_TRY(weir_os_on_signal(env, SIGINT, stop_signal, running, err));
    return weir_os_on_signal(env, SIGTERM, stop_signal, running, err);
}

/* ---- options ---- */
static int take_until(struct running *running, struct weir_error *err)
{
    struct weir_driver_options *driver = &running->options.driver;
    const char *text = weir_cli_value(running->invocation, "until");
    if (text == NULL) {
        return WEIR_OK;
    }
    char *end;
    errno = 0;
    unsigned long long records = strtoull(text, &end, 10);
    if (strcmp(text, "eof") == 0) {
        driver->until_eof = true;
    } else if (text[0] >= '0' && text[0] <= '9' && strcmp(end, "rec") == 0 && records > 0 &&
               errno == 0) {
        driver->until_records = records;
    } else if (weir_cli_duration("", text, &driver->until_us, NULL) != WEIR_OK ||
               driver->until_us <= 0) {
        return weir_error_set(
            err, WEIR_EUSAGE,
            "%s: '%s' is none of eof (every input is at its end), a duration of stream time as "
            "10s, a number of input records as 1000rec",
            weir_cli_origin(running->invocation, "until"), text);
    }
    return WEIR_OK;
}

/* What counts of a setting that a text may have too: flag and environment, then the text, then
 * settings files. Text, or NULL: then *number, if the text has it. */
static const char *setting_of(struct running *running,
                              const char *option,
                              const char *name,
                              int64_t *number)
{
    const char *text = weir_cli_strong_value(running->invocation, option);
    const struct weir_value *written = weir_compiled_setting(&running->compiled, name);
    if (text == NULL && written != NULL) {
        *number = written->i64;
        return NULL;
    }
    return weir_cli_value(running->invocation, option);
}

static int take_block_interval(struct running *running, struct weir_error *err)
{
    int64_t *us = &running->options.worker.receive.block_us;
    const char *text = setting_of(running, "block-interval", "block_interval", us);
    if (text != NULL) {
        const char *origin = weir_cli_origin(running->invocation, "block-interval");
        WEIR_TRY(weir_cli_duration(origin, text, us, err));
        if (*us < BLOCK_US_MIN) {
            return weir_error_set(err, WEIR_EUSAGE, "%s: '%s' is shorter than 1ms", origin, text);
        }
    }
    if (*us > running->compiled.graph->batch_us) {
        *us = running->compiled.graph->batch_us; /* a block belongs to one batch */
    }
    return WEIR_OK;
}

static int take_sizes(struct running *running, struct weir_error *err)
{
    struct weir_run_options *options = &running->options;
    const char *memory = weir_cli_value(running->invocation, "memory");
    int64_t bytes = (int64_t)options->driver.batch_bytes;
    const char *text = setting_of(running, "batch-bytes", "batch_bytes", &bytes);
    options->driver.batch_bytes = (uint64_t)bytes;
    if (text != NULL) {
        WEIR_TRY(weir_cli_size(weir_cli_origin(running->invocation, "batch-bytes"), text,
                               &options->driver.batch_bytes, err));
    }
    return memory == NULL ? WEIR_OK
                          : weir_cli_size(weir_cli_origin(running->invocation, "memory"), memory,
                                          &options->worker.receive.held_bytes_max, err);
}

/* hash_seed= of the text: a number, or `random` against floods of keys that collide. */
static void take_seed(struct running *running)
{
    const struct weir_value *seed = weir_compiled_setting(&running->compiled, "hash_seed");
    struct weir_env *env = running->compiled.env;
    if (seed != NULL) {
        running->options.driver.seed =
            seed->type->kind == WEIR_TYPE_I64 ? (uint64_t)seed->i64 : env->ops->random(env);
    }
}

static int take_options(struct running *running, struct weir_error *err)
{
    weir_run_options_init(&running->options, running->compiled.graph);
    running->options.owner = running;
    running->options.on_finished = finished;
    running->options.trace = running->invocation->is_verbose ? trace : NULL;
    running->options.worker.is_json = running->invocation->is_json;
    take_seed(running);
    WEIR_TRY(take_until(running, err));
    WEIR_TRY(take_sizes(running, err));
    return take_block_interval(running, err);
}

/* ---- life ---- */
static void summarize(const struct running *running)
{
    if (running->invocation->is_quiet) {
        return;
    }
    struct weir_text text;
    weir_text_init(&text);
    if (running->invocation->is_json) {
        weir_history_summary_json(weir_run_history(running->job), &text);
    } else {
        weir_text_put(&text, "weir: ");
        weir_history_summary(weir_run_history(running->job), &text);
    }
    (void)fprintf(stderr, "%s\n", text.bytes);
    weir_text_finish(&text);
}

/* `weir run ... | head -3`: whoever read the output has seen enough. */
static bool is_reader_gone(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

/* How the job ended, as an exit status. */
static int conclude(const struct running *running)
{
    const struct weir_history *history = weir_run_history(running->job);
    if (running->ended.status == WEIR_OK && history->failed_batches > 0) {
        struct weir_error err = {0};
        summarize(running);
        (void)weir_error_set(&err, WEIR_EJOB, "%" PRIu64 " of %" PRIu64 " batches failed",
                             history->failed_batches, history->batches);
        return weir_cli_fail(running->invocation, &err);
    }
    if (running->ended.status == WEIR_OK) {
        summarize(running);
        return 0;
    }
    if (running->ended.status == WEIR_EJOB && is_reader_gone()) {
        return EXIT_SIGNAL + SIGPIPE;
    }
    summarize(running);
    return weir_cli_fail(running->invocation, &running->ended);
}

static int run_job(struct running *running)
{
    struct weir_error err = {0};
    int status = take_options(running, &err);
    if (status == WEIR_OK) {
        status = weir_run_create(running->compiled.env, running->compiled.graph, &running->options,
                                 &running->job, &err);
    }
    if (status == WEIR_OK) {
        status = catch_signals(running, &err);
    }
    if (status != WEIR_OK) {
        return weir_cli_fail(running->invocation, &err);
    }
    weir_worker_on_bad_record(weir_run_worker(running->job), bad_record, running);
    weir_run_start(running->job);
    running->compiled.env->ops->loop(running->compiled.env);
    return conclude(running);
}

static int run(struct weir_invocation *invocation)
{
    struct running running = {.invocation = invocation};
    const char *argument;
    int status = weir_job_argument(invocation, &argument);
    if (status == 0) {
        status = weir_compile(invocation, argument, true, &running.compiled);
    }
    if (status == 0) {
        status = run_job(&running);
    }
    weir_run_destroy(running.job);
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
    .arguments = "'PIPELINE' | JOB.weir | JOB.so [-- ARGS] | -",
    .details =
        "Output goes to stdout, messages to stderr. Without an output verb results are "
        "printed: as a live table on\na terminal, as JSON lines otherwise (--json: always). "
        "Ctrl-C finishes and commits what was received and\nends with status 0; a second one "
        "stops at once.",
    .example = "weir run 'generate words | count_by_value | top 10 by=count'",
    .options = options,
    .run = run,
};
