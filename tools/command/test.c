/* SPDX-License-Identifier: Apache-2.0 */
/* weir test: the tests that stand in job files, run in virtual time; what did not hold is shown
 * with its place. */
#include "command/commands.h"
#include "jobtest/jobtest.h"

#include <inttypes.h>
#include <string.h>

struct tally {
    uint32_t passed, failed;
};

static bool has_passed(const struct weir_jobtest_result *result)
{
    return result->err.status == WEIR_OK && result->failures == NULL;
}

static void put_place(const struct weir_source *source,
                      struct weir_place place,
                      struct weir_text *to)
{
    struct weir_line_column at = weir_source_locate(source, place.offset);
    weir_text_printf(to, "%s:%" PRIu32 ":%" PRIu32, source->name, at.line, at.column);
}

/* ---- for people ---- */

static void put_lines(const char *what, const struct weir_text *lines, struct weir_text *to)
{
    for (const char *at = lines->bytes; at != NULL && *at != '\0';) {
        const char *end = strchr(at, '\n');
        size_t count = end == NULL ? strlen(at) : (size_t)(end - at);
        weir_text_printf(to, "      %s  %.*s\n", what, (int)count, at);
        at = end == NULL ? NULL : end + 1;
    }
}

static void put_failure(const struct weir_source *source,
                        const struct weir_jobtest_failure *failure,
                        struct weir_text *to)
{
    const struct weir_test_step *step = failure->step;
    weir_text_put(to, "    ");
    put_place(source, step->place, to);
    weir_text_put(to, ": ");
    const char *text = source->text.bytes + step->place.offset;
    size_t count = strcspn(text, "[\n");
    while (count > 0 && text[count - 1] == ' ') {
        count--;
    }
    weir_text_append(to, text, count);
    weir_text_put(to, "\n");
    put_lines("expected, not found", &failure->missing, to);
    put_lines("found, not expected", &failure->unexpected, to);
}

static void put_result(const struct weir_source *source,
                       const struct weir_test *test,
                       const struct weir_jobtest_result *result,
                       struct weir_text *to)
{
    weir_text_printf(to, "%s  %s\n", has_passed(result) ? "ok    " : "FAILED", test->title);
    if (result->err.status != WEIR_OK) {
        weir_text_put(to, "    ");
        put_place(source, test->place, to);
        weir_text_printf(to, ": %s\n", result->err.text);
    }
    for (const struct weir_jobtest_failure *f = result->failures; f != NULL; f = f->next) {
        put_failure(source, f, to);
    }
}

/* ---- for programs ---- */

static void put_place_json(const struct weir_source *source,
                           struct weir_place place,
                           struct weir_text *to)
{
    struct weir_line_column at = weir_source_locate(source, place.offset);
    weir_text_put(to, "\"file\":");
    weir_json_string(to, weir_str_of(source->name));
    weir_text_printf(to, ",\"line\":%" PRIu32 ",\"column\":%" PRIu32, at.line, at.column);
}

/* Lines of JSON as its list. */
static void put_list_json(const char *name, const struct weir_text *lines, struct weir_text *to)
{
    weir_text_printf(to, ",\"%s\":[", name);
    for (size_t i = 0; i < lines->count; i++) {
        bool is_last = i + 1 == lines->count;
        if (lines->bytes[i] != '\n') {
            weir_text_append(to, &lines->bytes[i], 1);
        } else if (!is_last) {
            weir_text_put(to, ",");
        }
    }
    weir_text_put(to, "]");
}

static void put_result_json(const struct weir_source *source,
                            const struct weir_test *test,
                            const struct weir_jobtest_result *result,
                            struct weir_text *to)
{
    weir_text_put(to, "{\"test\":");
    weir_json_string(to, weir_str_of(test->title));
    weir_text_put(to, ",");
    put_place_json(source, test->place, to);
    weir_text_printf(to, ",\"passed\":%s", has_passed(result) ? "true" : "false");
    if (result->err.status != WEIR_OK) {
        weir_text_put(to, ",\"error\":");
        weir_json_string(to, weir_str_of(result->err.text));
    }
    weir_text_put(to, ",\"failures\":[");
    for (const struct weir_jobtest_failure *f = result->failures; f != NULL; f = f->next) {
        weir_text_put(to, f == result->failures ? "{" : ",{");
        put_place_json(source, f->step->place, to);
        weir_text_put(to, ",\"stream\":");
        weir_json_string(to, weir_str_of(f->step->stream));
        weir_text_printf(to, ",\"at_ms\":%" PRId64, f->step->at_us / 1000);
        put_list_json("missing", &f->missing, to);
        put_list_json("unexpected", &f->unexpected, to);
        weir_text_put(to, "}");
    }
    weir_text_put(to, "]}\n");
}

/* ---- the command ---- */

static void run_test(const struct weir_invocation *invocation,
                     const struct weir_compiled *compiled,
                     const struct weir_test *test,
                     struct tally *tally)
{
    struct weir_jobtest_result result;
    struct weir_text text;
    weir_jobtest_run(compiled, test, &result);
    weir_text_init(&text);
    if (invocation->is_json) {
        put_result_json(&compiled->text.source, test, &result, &text);
    } else if (!invocation->is_quiet || !has_passed(&result)) {
        put_result(&compiled->text.source, test, &result, &text);
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
    tally->passed += has_passed(&result);
    tally->failed += !has_passed(&result);
    weir_jobtest_result_finish(&result);
}

static int run_file(struct weir_invocation *invocation, const char *argument, struct tally *tally)
{
    struct weir_compiled compiled;
    struct weir_error err = {0};
    int status = weir_compile(invocation, argument, false, &compiled);
    if (status == 0 && weir_jobtest_open(compiled.registry, &err) != WEIR_OK) {
        status = weir_cli_fail(invocation, &err);
    }
    for (uint32_t i = 0; i < compiled.tests.count && status == 0; i++) {
        run_test(invocation, &compiled, &compiled.tests.tests[i], tally);
    }
    weir_compiled_finish(&compiled);
    return status;
}

static void conclude(const struct weir_invocation *invocation, const struct tally *tally)
{
    struct weir_text text;
    weir_text_init(&text);
    if (invocation->is_json) {
        weir_text_printf(&text, "{\"passed\":%" PRIu32 ",\"failed\":%" PRIu32 "}\n", tally->passed,
                         tally->failed);
    } else if (!invocation->is_quiet) {
        weir_text_printf(&text, "%" PRIu32 " passed, %" PRIu32 " failed\n", tally->passed,
                         tally->failed);
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
}

/* The exit status: of the first text that is wrong, else 1 if a test failed. */
static int run(struct weir_invocation *invocation)
{
    struct tally tally = {0, 0};
    int status = 0;
    if (invocation->count == 0) {
        return weir_cli_usage(invocation, "a job file is missing");
    }
    for (int i = 0; i < invocation->count; i++) {
        int one = run_file(invocation, invocation->arguments[i], &tally);
        status = status == 0 ? one : status;
    }
    if (status == 0 || tally.passed + tally.failed > 0) {
        conclude(invocation, &tally);
    }
    return status != 0 ? status : tally.failed > 0 ? 1 : 0;
}

static const struct weir_option options[] = {
    WEIR_COMPILE_OPTIONS,
    {NULL, 0, NULL, NULL, false, false},
};

const struct weir_command weir_command_test = {
    .name = "test",
    .group = "explore",
    .summary = "run the tests that stand in a job file",
    .arguments = "JOB.weir...",
    .details =
        "A test feeds records to streams of the job and says what others must give:\n"
        "  test \"one hit is counted\" {\n"
        "      at 0s feed hits [{user: \"u1\", url: \"/a\"}];\n"
        "      at 10s expect tops [{key: \"/a\", value: 1}];\n"
        "  }\n"
        "feed takes the place of the stream's own pipe, and its records fall into the batch that "
        "ends after\nthat time; expect compares the batch of that time, in any order. What a "
        "record lacks is null. Inputs\nthat are not fed give nothing, tables are read, outputs "
        "are left out. Time is virtual: an hour of it\nis over at once. Status 0 if all passed, 1 "
        "if one failed, 65 if the text is wrong.",
    .example = "weir test clicks.weir",
    .is_report = true,
    .options = options,
    .run = run,
};
