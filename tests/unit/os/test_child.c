/* SPDX-License-Identifier: Apache-2.0 */
/* Checked children: whatever happens inside, the parent gets a report, and gets it in time. */
#include "os/os.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { LONG_MS = 60000 };

typedef int (*child_fn)(void *owner, struct weir_text *result);

static struct weir_os_child_report run(child_fn fn, void *owner, int64_t timeout_ms)
{
    struct weir_os_child_report report;
    struct weir_error err = {0};
    assert_int_equal(weir_os_checked_child(fn, owner, timeout_ms, &report, &err), WEIR_OK);
    return report;
}

static int describe(void *owner, struct weir_text *result)
{
    (void)printf("noise");
    (void)fprintf(stderr, "more noise");
    for (int i = 0; i < 100000; i++) { /* much more than a pipe holds */
        weir_text_printf(result, "%s %d\n", (const char *)owner, i);
    }
    weir_text_append(result, "\0\4", 2);
    return 3;
}

static void what_it_finds_comes_back_whole(void **state)
{
    (void)state;
    char line[] = "line";
    struct weir_os_child_report report = run(describe, line, LONG_MS);
    assert_true(report.is_finished);
    assert_false(report.is_timeout || report.is_cut);
    assert_int_equal(report.exit_status, 3);
    assert_int_equal(report.signum, 0);
    assert_string_equal(report.signal, "");
    assert_int_equal(report.result.count, 10 * 7 + 90 * 8 + 900 * 9 + 9000 * 10 + 90000 * 11 + 2);
    assert_memory_equal(report.result.bytes, "line 0\nline 1\n", 14);
    assert_memory_equal(report.result.bytes + report.result.count - 13, "line 99999\n\0\4", 13);
    assert_non_null(strstr(report.output.bytes, "noise"));
    assert_non_null(strstr(report.output.bytes, "more noise"));
    weir_os_child_report_finish(&report);
}

static int load(void *owner, struct weir_text *result)
{
    const struct weir_os_options options = {.threads = 1, .plugin_home = "."};
    struct weir_env *env = NULL;
    struct weir_error err = {0};
    void *address = NULL;
    weir_text_put(result, "never sent");
    if (weir_os_create(&options, &env, &err) == WEIR_OK) {
        (void)env->ops->module_open(env, owner, "unit_os_answer", &address, &err);
    }
    return 0;
}

static void a_crash_is_named(void **state)
{
    (void)state;
    char path[] = WEIR_FIXTURES "/crashing.so";
    struct weir_os_child_report report = run(load, path, LONG_MS);
    assert_false(report.is_finished || report.is_timeout);
    assert_int_equal(report.exit_status, -1);
    assert_int_equal(report.signum, SIGSEGV);
    assert_string_equal(report.signal, "SIGSEGV (Segmentation fault)");
    assert_string_equal(report.output.bytes, "about to crash");
    assert_int_equal(report.result.count, 0);
    weir_os_child_report_finish(&report);
}

__attribute__((no_sanitize("undefined"))) static int follow_null(void *owner,
                                                                 struct weir_text *result)
{
    (void)result;
    volatile int *volatile nowhere = owner;
    return *nowhere;
}

static int abort_now(void *owner, struct weir_text *result)
{
    (void)owner;
    (void)result;
    abort();
}

/* Real faults too, where a sanitizer would like to have a word. */
static void faults_end_it_by_their_signal(void **state)
{
    (void)state;
    struct weir_os_child_report report = run(abort_now, NULL, LONG_MS);
    assert_int_equal(report.signum, SIGABRT);
    weir_os_child_report_finish(&report);
    report = run(follow_null, (void *)16, LONG_MS);
    assert_int_equal(report.signum, SIGSEGV);
    weir_os_child_report_finish(&report);
}

static int leave(void *owner, struct weir_text *result)
{
    (void)owner;
    weir_text_put(result, "half");
    exit(0); /* a hostile constructor: must not look like success */
}

static void an_exit_inside_is_not_finished(void **state)
{
    (void)state;
    struct weir_os_child_report report = run(leave, NULL, LONG_MS);
    assert_false(report.is_finished);
    assert_int_equal(report.exit_status, 0);
    assert_int_equal(report.signum, 0);
    weir_os_child_report_finish(&report);
}

static int hang(void *owner, struct weir_text *result)
{
    (void)owner;
    (void)result;
    (void)printf("hanging");
    (void)fflush(stdout);
    (void)close(STDOUT_FILENO);
    (void)close(STDERR_FILENO);
    (void)close(3); /* no pipe tells of its end */
    while (pause() < 0) {
    }
    return 0;
}

static int flood(void *owner, struct weir_text *result)
{
    (void)owner;
    (void)result;
    char bytes[4096];
    memset(bytes, 'x', sizeof bytes);
    for (;;) {
        if (write(STDOUT_FILENO, bytes, sizeof bytes) < 0) {
            return 1;
        }
    }
}

static void an_endless_one_is_ended(void **state)
{
    (void)state;
    struct weir_os_child_report report = run(hang, NULL, 50);
    assert_true(report.is_timeout);
    assert_false(report.is_finished);
    assert_int_equal(report.signum, SIGKILL);
    assert_string_equal(report.output.bytes, "hanging");
    weir_os_child_report_finish(&report);
    report = run(flood, NULL, 50);
    assert_true(report.is_timeout && report.is_cut);
    assert_int_equal(report.output.count, WEIR_OS_CHILD_OUTPUT_BYTES_MAX);
    weir_os_child_report_finish(&report);
}

static int leave_a_grandchild(void *owner, struct weir_text *result)
{
    (void)owner;
    (void)result;
    if (fork() == 0) { /* keeps the pipes open for ever */
        for (;;) {
            (void)pause();
        }
    }
    return 0;
}

static void a_grandchild_does_not_keep_us(void **state)
{
    (void)state;
    struct weir_os_child_report report = run(leave_a_grandchild, NULL, LONG_MS);
    assert_true(report.is_finished);
    assert_false(report.is_timeout);
    weir_os_child_report_finish(&report);
}

/* What the child sees of the parent: no input, no descriptors, no signals kept away from it. */
static int look_around(void *owner, struct weir_text *result)
{
    char byte;
    sigset_t blocked;
    (void)sigprocmask(SIG_SETMASK, NULL, &blocked);
    weir_text_printf(result, "stdin %d, fd %d, blocked %d", (int)read(STDIN_FILENO, &byte, 1),
                     (int)write(*(const int *)owner, "x", 1), sigismember(&blocked, SIGTERM));
    return 0;
}

static void it_has_nothing_of_the_parents(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    struct weir_os_child_report report = run(look_around, &fds[1], LONG_MS);
    assert_string_equal(report.result.bytes, "stdin 0, fd -1, blocked 0");
    weir_os_child_report_finish(&report);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_it_finds_comes_back_whole),
        cmocka_unit_test(a_crash_is_named),
        cmocka_unit_test(faults_end_it_by_their_signal),
        cmocka_unit_test(an_exit_inside_is_not_finished),
        cmocka_unit_test(an_endless_one_is_ended),
        cmocka_unit_test(a_grandchild_does_not_keep_us),
        cmocka_unit_test(it_has_nothing_of_the_parents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
