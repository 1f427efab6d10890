/* SPDX-License-Identifier: Apache-2.0 */
/* CMake configures and builds, CTest runs; each test's line is taken out of what CTest says. What
 * these programs say is shown where something fails, and with -v. */
#include "kit/suite/suite.h"

#include "kit/suite/step.h"

#include <weir/value.h>

#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 8, NAME_COLUMNS = 32 };

struct suite {
    const struct weir_invocation *invocation;
    const char *folder;
    struct weir_text build, weir,
        prefix;            /* the build folder; -DWEIR=..., -DCMAKE_PREFIX_PATH=... */
    struct weir_text said; /* by the step that ran last */
};

struct tally {
    uint32_t passed, failed;
};

/* ---- steps ---- */
/* This binary, for the tests that run jobs; and where it was installed, whose SDK is its own. */
static void find_self(struct suite *suite)
{
    char path[PATH_MAX];
    ssize_t count = readlink("/proc/self/exe", path, sizeof path - 1);
    if (count <= 0) {
        return;
    }
    path[count] = '\0';
    weir_text_printf(&suite->weir, "-DWEIR=%s", path);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    slash = strrchr(path, '/');
    if (slash != NULL && strcmp(slash, "/bin") == 0) {
        *slash = '\0';
        weir_text_printf(&suite->prefix, "-DCMAKE_PREFIX_PATH=%s", path);
    }
}

static int run_step(struct suite *suite,
                    const char *const *words,
                    int *status,
                    struct weir_error *err)
{
    char *argv[ARGUMENTS_MAX + 1] = {NULL};
    struct weir_text copies[ARGUMENTS_MAX];
    size_t count = 0;
    for (; words[count] != NULL && count < ARGUMENTS_MAX; count++) {
        weir_text_init(&copies[count]);
        weir_text_put(&copies[count], words[count]);
        argv[count] = copies[count].bytes;
    }
    suite->said.count = 0;
    int rc = weir_step_run(argv, &suite->said, status, err);
    for (size_t i = 0; i < count; i++) {
        weir_text_finish(&copies[i]);
    }
    if (rc == WEIR_OK && (*status != 0 || suite->invocation->is_verbose)) {
        weir_cli_put_error(&suite->said);
    }
    return rc;
}

/* ---- what CTest says ---- */
/* "1/2 Test #1: name ....   Passed    0.01 sec"; false: another line. */
static bool read_test(weir_str line, weir_str *name, bool *has_passed)
{
    static const char mark[] = "Test #";
    const size_t at = weir_str_find(line, mark);
    const size_t slash = weir_str_find_byte(line, '/');
    if (at == WEIR_NOT_FOUND || slash == WEIR_NOT_FOUND || slash > at) {
        return false;
    }
    weir_str rest = weir_str_slice(line, at + strlen(mark), line.count);
    const size_t colon = weir_str_find_byte(rest, ':');
    if (colon == WEIR_NOT_FOUND) {
        return false;
    }
    rest = weir_str_slice(rest, colon + 1, rest.count);
    *has_passed = weir_str_contains(rest, " Passed ");
    return weir_str_token(&rest, ' ', name);
}

static void put_test(
    const struct suite *suite, weir_str name, bool has_passed, bool is_first, struct weir_text *to)
{
    if (suite->invocation->is_json) {
        weir_text_printf(to, "%s{\"result\":\"%s\",\"test\":", is_first ? "" : ",",
                         has_passed ? "pass" : "fail");
        weir_json_string(to, name);
        weir_text_put(to, "}");
    } else {
        weir_text_printf(to, "%s  %-*.*s\n", has_passed ? "PASS" : "FAIL", NAME_COLUMNS,
                         (int)name.count, name.bytes);
    }
}

static void put_tests(const struct suite *suite, struct tally *tally, struct weir_text *to)
{
    weir_str rest = weir_text_str(&suite->said);
    weir_str line;
    weir_str name;
    bool has_passed;
    while (weir_str_field(&rest, '\n', &line)) {
        if (read_test(line, &name, &has_passed)) {
            put_test(suite, name, has_passed, tally->passed + tally->failed == 0, to);
            *(has_passed ? &tally->passed : &tally->failed) += 1;
        }
    }
}

/* ---- the report ---- */
/* One line for a plugin that has no tests to run: it does not build, or has none. */
static int stop(const struct suite *suite, const char *what)
{
    struct weir_text text;
    weir_text_init(&text);
    if (suite->invocation->is_json) {
        weir_text_put(&text, "{\"folder\":");
        weir_json_string(&text, weir_str_of(suite->folder));
        weir_text_put(&text, ",\"error\":");
        weir_json_string(&text, weir_str_of(what));
        weir_text_put(&text, ",\"tests\":[],\"passed\":0,\"failed\":1}\n");
    } else {
        weir_text_printf(&text, "FAIL  %s: %s; why is above\n", suite->folder, what);
    }
    weir_cli_put(&text);
    weir_text_finish(&text);
    return 1;
}

static int report(const struct suite *suite, int status)
{
    struct weir_text text, tests;
    struct tally tally = {0};
    weir_text_init(&text);
    weir_text_init(&tests);
    put_tests(suite, &tally, &tests);
    if (tally.passed + tally.failed == 0) {
        weir_text_finish(&tests);
        return stop(suite, "it has no tests that ran");
    }
    if (suite->invocation->is_json) {
        weir_text_put(&text, "{\"folder\":");
        weir_json_string(&text, weir_str_of(suite->folder));
        weir_text_printf(&text, ",\"tests\":[%s],\"passed\":%u,\"failed\":%u}\n",
                         weir_text_str(&tests).bytes, tally.passed, tally.failed);
    } else {
        weir_text_printf(&text, "%s%u passed, %u failed\n", weir_text_str(&tests).bytes,
                         tally.passed, tally.failed);
    }
    weir_cli_put(&text);
    weir_text_finish(&tests);
    weir_text_finish(&text);
    return tally.failed > 0 || status != 0 ? 1 : 0;
}

static int run_all(struct suite *suite, struct weir_error *err)
{
    const char *build = suite->build.bytes;
    const char *const configure[] = {"cmake",
                                     "-S",
                                     suite->folder,
                                     "-B",
                                     build,
                                     suite->weir.count > 0 ? suite->weir.bytes : "-DWEIR=weir",
                                     suite->prefix.count > 0 ? suite->prefix.bytes : NULL,
                                     NULL};
    const char *const make[] = {"cmake", "--build", build, NULL};
    const char *const test[] = {"ctest", "--test-dir", build, "--output-on-failure", NULL};
    int status = 0;
    int rc = run_step(suite, configure, &status, err);
    if (rc == WEIR_OK && status != 0) {
        return stop(suite, "cmake cannot configure it");
    }
    rc = rc == WEIR_OK ? run_step(suite, make, &status, err) : rc;
    if (rc == WEIR_OK && status != 0) {
        return stop(suite, "it does not build");
    }
    rc = rc == WEIR_OK ? run_step(suite, test, &status, err) : rc;
    return rc == WEIR_OK ? report(suite, status) : rc;
}

int weir_plugin_test(const struct weir_invocation *invocation, const char *folder)
{
    struct suite suite = {.invocation = invocation, .folder = folder};
    struct weir_error err = {0};
    struct stat found;
    struct weir_text *const texts[] = {&suite.build, &suite.weir, &suite.prefix, &suite.said};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        weir_text_init(texts[i]);
    }
    weir_text_printf(&suite.build, "%s/CMakeLists.txt", folder);
    int status = WEIR_OK;
    if (stat(suite.build.bytes, &found) != 0) {
        status = weir_error_set(&err, WEIR_ENOINPUT,
                                "%s has no CMakeLists.txt: expected the folder of a plugin, as "
                                "weir plugin new makes it",
                                folder);
    } else {
        suite.build.count = 0;
        weir_text_printf(&suite.build, "%s/build", folder);
        find_self(&suite);
        status = run_all(&suite, &err);
    }
    if (err.text[0] != '\0') {
        status = weir_cli_fail(invocation, &err);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        weir_text_finish(texts[i]);
    }
    return status;
}
