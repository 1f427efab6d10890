/* SPDX-License-Identifier: Apache-2.0 */
/* weir fmt: the same program in the one tidy form, with all comments; on stdout, in place, or only
 * as a question. A file is replaced whole or not at all. */
#include "command/commands.h"
#include "job/compile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_beside(const char *path,
                        const char *beside,
                        const struct weir_text *text,
                        struct weir_error *err)
{
    struct stat old;
    FILE *file = fopen(beside, "wbxe");
    if (file == NULL) {
        return weir_error_set(err, WEIR_ECREATE, "%s: cannot create: %s", beside, strerror(errno));
    }
    bool is_written = fwrite(weir_text_str(text).bytes, 1, text->count, file) == text->count;
    is_written = fflush(file) == 0 && is_written;
    if (stat(path, &old) == 0) {
        (void)fchmod(fileno(file), old.st_mode & 07777);
    }
    is_written = fclose(file) == 0 && is_written;
    if (!is_written || rename(beside, path) != 0) {
        (void)weir_error_set(err, WEIR_EIO, "%s: cannot be written: %s", path, strerror(errno));
        (void)unlink(beside);
        return WEIR_EIO;
    }
    return WEIR_OK;
}

static int replace_file(struct weir_invocation *invocation,
                        const char *path,
                        const struct weir_text *text,
                        struct weir_error *err)
{
    const char *beside = weir_arena_printf(&invocation->arena, "%s.%ld.tmp", path, (long)getpid());
    return write_beside(path, beside, text, err);
}

/* What is done with the tidy form of one text. */
static int deliver(struct weir_invocation *invocation,
                   const struct weir_job_text *text,
                   const struct weir_text *tidy)
{
    bool is_tidy = tidy->count == text->bytes.count &&
                   (tidy->count == 0 || memcmp(tidy->bytes, text->bytes.bytes, tidy->count) == 0);
    struct weir_error err = {0};
    if (weir_cli_value(invocation, "check") != NULL) {
        if (!is_tidy && !invocation->is_quiet) {
            (void)printf("%s\n", text->source.name);
        }
        return is_tidy ? 0 : weir_status_exit_code(WEIR_EJOB);
    }
    if (weir_cli_value(invocation, "write") == NULL) {
        weir_cli_put(tidy);
        return 0;
    }
    if (!is_tidy && replace_file(invocation, text->path, tidy, &err) != WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    if (!is_tidy && invocation->is_verbose) {
        (void)fprintf(stderr, "weir: %s: made tidy\n", text->path);
    }
    return 0;
}

static int tidy_up(struct weir_invocation *invocation, const struct weir_job_text *text)
{
    struct weir_diagnostics diagnostics;
    struct weir_text tidy;
    struct weir_error err = {0};
    weir_text_init(&tidy);
    weir_diagnostics_init(&diagnostics, &text->source);
    int status = weir_lang_format(&text->source, &tidy, &diagnostics, &err);
    if (status == WEIR_OK) {
        status = deliver(invocation, text, &tidy);
    } else {
        if (diagnostics.first != NULL) {
            weir_show_diagnostics(invocation, &diagnostics);
        } else {
            (void)weir_cli_fail(invocation, &err);
        }
        status = weir_status_exit_code(status);
    }
    weir_diagnostics_finish(&diagnostics);
    weir_text_finish(&tidy);
    return status;
}

static int format_one(struct weir_invocation *invocation, const char *argument)
{
    struct weir_job_text text;
    struct weir_error err = {0};
    int status = weir_job_text_read(&text, invocation, argument, &err);
    if (status != WEIR_OK) {
        status = weir_cli_fail(invocation, &err);
    } else if (text.path == NULL && weir_cli_value(invocation, "write") != NULL) {
        status = weir_cli_usage(invocation, "--write is for job files, and '%s' is none", argument);
    } else {
        status = tidy_up(invocation, &text);
    }
    weir_job_text_finish(&text);
    return status;
}

/* All arguments; the exit status of the first that is wrong. */
static int run(struct weir_invocation *invocation)
{
    int status = 0;
    if (invocation->count == 0) {
        return weir_cli_usage(invocation, "a pipeline text or a job file is missing");
    }
    if (weir_cli_value(invocation, "check") != NULL &&
        weir_cli_value(invocation, "write") != NULL) {
        return weir_cli_usage(invocation, "--check changes nothing, --write does: give one");
    }
    for (int i = 0; i < invocation->count; i++) {
        int one = format_one(invocation, invocation->arguments[i]);
        status = status == 0 ? one : status;
    }
    return status;
}

static const struct weir_option options[] = {
    {"write", 'w', NULL, "put job files into the tidy form, in place", false, false},
    {"check", 0, NULL, "only name what is not tidy; status 1 if anything is", false, false},
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_fmt = {
    .name = "fmt",
    .group = "explore",
    .summary = "print a text in its one tidy form",
    .arguments = "'PIPELINE' | JOB.weir... | -",
    .details = "The program stays the same and all comments are kept. A text with mistakes is left "
               "alone: status 65.",
    .example = "weir fmt 'generate words|count_by_value|top 10 by = count'",
    .options = options,
    .run = run,
};
