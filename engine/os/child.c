/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a function where it can do no harm: a forked child with limits, in a process group of its
 * own, its output in a pipe. What it finds comes back through a second pipe, so that a plugin that
 * prints cannot garble it; the last byte says that the function really returned. */
#include "os/private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    WEIR_OS_CHILD_TICK_MS = 10, /* how often an end without closed pipes is looked for */
    WEIR_OS_CHILD_READ_BYTES = 16 * 1024,
    WEIR_OS_CHILD_READS_A_TURN = 64, /* 1 MiB, the most that a pipe holds */
    WEIR_OS_CHILD_RESULT_FD = 3,
    WEIR_OS_CHILD_WHOLE = 0x04 /* end of transmission */
};

/* A sanitizer reserves terabytes of addresses: no limit then. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WEIR_OS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WEIR_OS_SANITIZED 1
#endif
#endif
#ifndef WEIR_OS_SANITIZED
#define WEIR_OS_SANITIZED 0
#endif
static const rlim_t WEIR_OS_CHILD_ADDRESS_BYTES_MAX = (rlim_t)4 << 30;

/* One direction of bytes from the child. */
struct channel {
    int fd; /* -1: at its end */
    struct weir_text *text;
    size_t bytes_max;
};

struct child {
    pid_t id;
    struct channel output, result;
    int64_t end_ms;
};

static int64_t steady_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- in the child ---- */

static void set_limit(int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    (void)setrlimit((__rlimit_resource_t)resource,
                    &limit); /* a lower one that is already there stays */
}

static void limit_self(int64_t timeout_ms)
{
    rlim_t seconds = (rlim_t)(timeout_ms / 1000 + 1);
    set_limit(RLIMIT_CPU, seconds, seconds + 1);
    set_limit(RLIMIT_CORE, 0, 0);
    if (!WEIR_OS_SANITIZED) {
        set_limit(RLIMIT_AS, WEIR_OS_CHILD_ADDRESS_BYTES_MAX, WEIR_OS_CHILD_ADDRESS_BYTES_MAX);
    }
}

/* Faults end the child by their signal, also where a sanitizer or the parent would have handled
 * them. */
void weir_os_reset_signals(void)
{
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGFPE, SIGILL,  SIGABRT, SIGTRAP,
                                  SIGINT,  SIGTERM, SIGHUP, SIGPIPE, SIGXCPU, SIGALRM};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)signal(signals[i], SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void redirect(int output_fd, int result_fd)
{
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int result =
        fcntl(result_fd, F_DUPFD_CLOEXEC, WEIR_OS_CHILD_RESULT_FD + 1); /* out of the way of 0..3 */
    (void)dup2(output_fd, STDOUT_FILENO);
    (void)dup2(output_fd, STDERR_FILENO);
    if (nothing > STDIN_FILENO) {
        (void)dup2(nothing, STDIN_FILENO);
    }
    (void)dup2(result, WEIR_OS_CHILD_RESULT_FD);
    closefrom(WEIR_OS_CHILD_RESULT_FD + 1);
}

static void send_result(const struct weir_text *result)
{
    for (size_t sent = 0; sent < result->count;) {
        ssize_t count = write(WEIR_OS_CHILD_RESULT_FD, result->bytes + sent, result->count - sent);
        if (count < 0 && errno != EINTR) {
            return;
        }
        sent += count > 0 ? (size_t)count : 0;
    }
}

static _Noreturn void run_child(int (*fn)(void *owner, struct weir_text *result),
                                void *owner,
                                pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) { /* it died before the line above */
        _exit(EXIT_FAILURE);
    }
    weir_os_crash_never(); /* its end is the report */
    struct weir_text result;
    weir_text_init(&result);
    int status = fn(owner, &result);
    (void)fflush(NULL); /* what the plugin has printed */
    const char whole = WEIR_OS_CHILD_WHOLE;
    weir_text_append(&result, &whole, 1);
    send_result(&result);
    _exit(status); /* no exit handlers: they are the parent's, or the plugin's */
}

/* ---- in the parent ---- */

/* Takes what is there, but no more than a full pipe holds: one that floods it must not keep us.
 * Beyond the limit bytes are dropped, so that the child does not stop at a full pipe either.
 * Returns whether it dropped any. */
static bool drain(struct channel *channel)
{
    char bytes[WEIR_OS_CHILD_READ_BYTES];
    bool is_cut = false;
    for (int i = 0; i < WEIR_OS_CHILD_READS_A_TURN && channel->fd >= 0; i++) {
        ssize_t count = read(channel->fd, bytes, sizeof bytes);
        if (count < 0) {
            break; /* nothing more now */
        }
        if (count == 0) {
            (void)close(channel->fd);
            channel->fd = -1;
            break;
        }
        size_t room = channel->bytes_max - channel->text->count;
        size_t kept = (size_t)count < room ? (size_t)count : room;
        weir_text_append(channel->text, bytes, kept);
        is_cut = is_cut || kept < (size_t)count;
    }
    return is_cut;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static bool has_ended(pid_t id)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)id, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == id;
}

/* Waits for bytes, the child's end or its time; returns waitpid's status. */
static int follow(struct child *child, struct weir_os_child_report *report)
{
    for (bool is_over = false; !is_over;) {
        struct pollfd fds[2] = {{.fd = child->output.fd, .events = POLLIN},
                                {.fd = child->result.fd, .events = POLLIN}};
        bool is_open = child->output.fd >= 0 || child->result.fd >= 0;
        int64_t left_ms = child->end_ms - steady_ms();
        (void)poll(fds, 2,
                   left_ms < 0 ? 0 : (int)least(left_ms, is_open ? WEIR_OS_CHILD_TICK_MS : 1));
        is_over = has_ended(child->id);
        if (left_ms <= 0 && !is_over) {
            report->is_timeout = true;
        }
        if (is_over || report->is_timeout) {
            (void)kill(-child->id,
                       SIGKILL); /* with what it has started; its number is still ours */
        }
        report->is_cut |= drain(&child->output); /* after the look, so that nothing is missed */
        report->is_cut |= drain(&child->result);
    }
    int status = 0;
    while (waitpid(child->id, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void fill_report(struct weir_os_child_report *report, int status)
{
    report->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    if (WIFSIGNALED(status)) {
        report->signum = WTERMSIG(status);
        const char *name = sigabbrev_np(report->signum), *text = sigdescr_np(report->signum);
        (void)snprintf(report->signal, sizeof report->signal, "SIG%s (%s)",
                       name == NULL ? "?" : name, text == NULL ? "unknown signal" : text);
        report->is_timeout = report->is_timeout || report->signum == SIGXCPU;
    }
    struct weir_text *result = &report->result;
    if (result->count > 0 && result->bytes[result->count - 1] == WEIR_OS_CHILD_WHOLE &&
        report->signum == 0) {
        report->is_finished = true;
        result->bytes[--result->count] = '\0';
    }
}

static void close_pipe(const int fds[2])
{
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static int open_pipes(int output[2], int result[2])
{
    if (pipe2(output, O_CLOEXEC) != 0) {
        return -1;
    }
    if (pipe2(result, O_CLOEXEC) != 0) {
        close_pipe(output);
        return -1;
    }
    return 0;
}

static int refuse(struct weir_error *err)
{
    return weir_error_set(err, WEIR_ETEMPORARY,
                          "the system gives no child process (%s); "
                          "try again, or raise ulimit -u and -n",
                          weir_os_reason(errno));
}

int weir_os_checked_child(int (*fn)(void *owner, struct weir_text *result),
                          void *owner,
                          int64_t timeout_ms,
                          struct weir_os_child_report *report,
                          struct weir_error *err)
{
    *report = (struct weir_os_child_report){.exit_status = -1};
    int output[2], result[2];
    if (open_pipes(output, result) != 0) {
        return refuse(err);
    }
    (void)fflush(NULL); /* else the child would print the parent's buffers once more */
    pid_t parent = getpid(), id = fork();
    if (id < 0) {
        close_pipe(output);
        close_pipe(result);
        return refuse(err);
    }
    if (id == 0) {
        (void)setpgid(0, 0);
        redirect(output[1], result[1]);
        weir_os_reset_signals();
        limit_self(timeout_ms);
        run_child(fn, owner, parent);
    }
    (void)setpgid(id, id); /* in both: whoever comes first */
    (void)close(output[1]);
    (void)close(result[1]);
    (void)fcntl(output[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(result[0], F_SETFL, O_NONBLOCK);
    struct child child = {.id = id,
                          .output = {output[0], &report->output, WEIR_OS_CHILD_OUTPUT_BYTES_MAX},
                          .result = {result[0], &report->result, WEIR_OS_CHILD_RESULT_BYTES_MAX},
                          .end_ms = steady_ms() + timeout_ms};
    fill_report(report, follow(&child, report));
    (void)(child.output.fd >= 0 && close(child.output.fd));
    (void)(child.result.fd >= 0 && close(child.result.fd));
    return WEIR_OK;
}

void weir_os_child_report_finish(struct weir_os_child_report *report)
{
    weir_text_finish(&report->result);
    weir_text_finish(&report->output);
}
