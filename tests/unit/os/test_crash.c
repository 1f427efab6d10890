/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a process by a fault or by exit(): who is told, how often, with what it ends. All in
 * children, by SIGABRT, which no sanitizer takes for itself. */
#include "os/os.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { HEAD_STATUS = 9, OUTPUT_BYTES = 4096, TRACE_MAX = 32, LATE_MS = 50 };

static bool is_head_broken;

static int report(void *owner, enum weir_os_crash_part part, const struct weir_os_crash *crash)
{
    static const char *const names[] = {"head", "record", "place"};
    const void *addresses[TRACE_MAX];
    if (is_head_broken && part == WEIR_OS_CRASH_HEAD) {
        abort();
    }
    uint32_t count = weir_os_crash_trace(crash, addresses, TRACE_MAX);
    char line[128];
    int bytes = snprintf(line, sizeof line, "%s %s: %s %d, %s\n", (const char *)owner, names[part],
                         crash->signal, crash->exit_status, count > 0 ? "traced" : "no trace");
    return write(STDERR_FILENO, line, (size_t)bytes) == bytes ? HEAD_STATUS : 1;
}

/* Runs fn in an armed child; what it says on stderr goes into `said`. Returns waitpid's status. */
static int run_armed(void (*fn)(void), char said[OUTPUT_BYTES])
{
    int fds[2], status = 0;
    assert_int_equal(pipe(fds), 0);
    pid_t id = fork();
    if (id == 0) {
        struct weir_error err;
        (void)dup2(fds[1], STDERR_FILENO);
        (void)close(fds[0]);
        (void)close(fds[1]);
        (void)weir_os_on_crash(report, (void *)(uintptr_t) "the", &err);
        fn();
        _exit(0);
    }
    (void)close(fds[1]);
    size_t count = 0;
    for (ssize_t n; (n = read(fds[0], said + count, OUTPUT_BYTES - 1 - count)) > 0;) {
        count += (size_t)n;
    }
    said[count] = '\0';
    (void)close(fds[0]);
    assert_int_equal(waitpid(id, &status, 0), id);
    return status;
}

static void check(void (*fn)(void), int exit_status, const char *expected)
{
    char said[OUTPUT_BYTES];
    int status = run_armed(fn, said);
    assert_string_equal(said, expected);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), exit_status);
}

static void call_abort(void)
{
    abort();
}

static void test_a_fault_is_reported_in_parts(void **state)
{
    (void)state;
    check(call_abort, HEAD_STATUS,
          "the head: SIGABRT (Aborted) 0, traced\n"
          "the record: SIGABRT (Aborted) 0, traced\n"
          "the place: SIGABRT (Aborted) 0, traced\n");
}

static void call_exit(void)
{
    exit(3);
}

static void test_exit_is_reported(void **state)
{
    (void)state;
    check(call_exit, HEAD_STATUS,
          "the head:  3, traced\nthe record:  3, traced\nthe place:  3, traced\n");
}

static void leave(void)
{
    weir_os_leaving();
    exit(3);
}

static void test_the_program_may_leave(void **state)
{
    (void)state;
    check(leave, 3, "");
}

static void fork_and_exit(void)
{
    pid_t id = fork();
    if (id == 0) {
        exit(0);
    }
    (void)waitpid(id, NULL, 0);
}

static void test_children_of_the_process_may_leave(void **state)
{
    (void)state;
    check(fork_and_exit, 0, "");
}

static void *abort_at_once(void *argument)
{
    (void)pthread_barrier_wait(argument);
    abort();
}

static void abort_twice(void)
{
    pthread_barrier_t barrier;
    pthread_t threads[2];
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++) {
        (void)pthread_create(&threads[i], NULL, abort_at_once, &barrier);
    }
    (void)pthread_join(threads[0], NULL);
}

static void test_only_the_first_of_two_threads_reports(void **state)
{
    (void)state;
    check(abort_twice, HEAD_STATUS,
          "the head: SIGABRT (Aborted) 0, traced\n"
          "the record: SIGABRT (Aborted) 0, traced\n"
          "the place: SIGABRT (Aborted) 0, traced\n");
}

static void test_a_broken_report_still_ends_the_process(void **state)
{
    (void)state;
    is_head_broken = true;
    check(call_abort, 70,
          "weir: crashed with SIGABRT (Aborted), and so did its report\n"
          "the record: SIGABRT (Aborted) 0, traced\n"
          "the place: SIGABRT (Aborted) 0, traced\n");
    is_head_broken = false;
}

/* The signal comes only while nothing else is done: ThreadSanitizer calls the handler of a SIGABRT
 * at once, also in the middle of its own allocator, which would then wait for itself. */
static void be_killed(void)
{
    sigset_t blocked, none;
    (void)sigemptyset(&none);
    (void)sigemptyset(&blocked);
    (void)sigaddset(&blocked, SIGABRT);
    (void)sigprocmask(SIG_BLOCK, &blocked, NULL);
    pid_t id = fork();
    if (id == 0) {
        (void)kill(getppid(), SIGABRT);
        _exit(0);
    }
    for (;;) {
        (void)sigsuspend(&none);
    }
}

static void test_a_signal_from_outside_is_no_crash(void **state)
{
    (void)state;
    char said[OUTPUT_BYTES];
    int status = run_armed(be_killed, said);
    assert_string_equal(said, "");
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

/* ---- rehearsals ---- */
static void do_nothing(void *owner)
{
    (void)owner;
}

static void exit_well(void *owner)
{
    (void)owner;
    exit(0);
}

static void abort_now(void *owner)
{
    (void)owner;
    abort();
}

static void never_end(void *owner)
{
    (void)owner;
    for (;;) {
        (void)pause();
    }
}

static void write_to(void *owner)
{
    (void)!write(*(int *)owner, "x", 1);
}

static void test_rehearsals_tell_how_they_ended(void **state)
{
    (void)state;
    const int64_t long_ms = 20000;
    assert_int_equal(weir_os_rehearse(do_nothing, NULL, long_ms), WEIR_OS_REHEARSAL_SURVIVED);
    assert_int_equal(weir_os_rehearse(exit_well, NULL, long_ms), WEIR_OS_REHEARSAL_ENDED);
    assert_int_equal(weir_os_rehearse(abort_now, NULL, long_ms), WEIR_OS_REHEARSAL_ENDED);
    assert_int_equal(weir_os_rehearse(never_end, NULL, LATE_MS), WEIR_OS_REHEARSAL_UNKNOWN);
}

static void test_nobody_hears_of_a_rehearsal(void **state)
{
    (void)state;
    int fds[2];
    char byte;
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(weir_os_rehearse(write_to, &fds[1], 20000), WEIR_OS_REHEARSAL_SURVIVED);
    (void)close(fds[1]);
    assert_int_equal(read(fds[0], &byte, 1), 0);
    (void)close(fds[0]);
}

/* ---- places ---- */
static void test_an_address_has_its_file(void **state)
{
    (void)state;
    struct weir_os_spot spot;
    int on_stack = 0;
    char id[65];
    assert_true(weir_os_spot_of((const void *)(uintptr_t)&do_nothing, &spot));
    assert_true(spot.is_program);
    assert_true(weir_os_spot_of((const void *)(uintptr_t)&pthread_create, &spot));
    assert_false(weir_os_spot_of(&on_stack, &spot));
    assert_false(weir_os_build_id("/no/such/file.so", id, sizeof id));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_fault_is_reported_in_parts),
        cmocka_unit_test(test_exit_is_reported),
        cmocka_unit_test(test_the_program_may_leave),
        cmocka_unit_test(test_children_of_the_process_may_leave),
        cmocka_unit_test(test_only_the_first_of_two_threads_reports),
        cmocka_unit_test(test_a_broken_report_still_ends_the_process),
        cmocka_unit_test(test_a_signal_from_outside_is_no_crash),
        cmocka_unit_test(test_rehearsals_tell_how_they_ended),
        cmocka_unit_test(test_nobody_hears_of_a_rehearsal),
        cmocka_unit_test(test_an_address_has_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
