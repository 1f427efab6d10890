/* SPDX-License-Identifier: Apache-2.0 */
/* Children of a process that is lost. Only system calls: this runs inside of signal handlers. */
#include "os/crash/crash.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WEIR_OS_WAIT_TICK_NS = 500000 };

static int64_t steady_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int weir_os_wait_child(pid_t id, int64_t timeout_ms)
{
    int64_t end_ms = steady_ms() + timeout_ms;
    int ended = 0;
    while (id > 0 && steady_ms() < end_ms) {
        pid_t answer = waitpid(id, &ended, WNOHANG);
        if (answer == id) {
            return WIFEXITED(ended) ? WEXITSTATUS(ended) : WEIR_OS_CHILD_KILLED;
        }
        if (answer < 0 && errno != EINTR) {
            return WEIR_OS_CHILD_LOST; /* somebody else has waited for it */
        }
        const struct timespec pause = {0, WEIR_OS_WAIT_TICK_NS};
        (void)nanosleep(&pause, NULL);
    }
    if (id > 0) {
        (void)kill(id, SIGKILL);
        while (waitpid(id, &ended, 0) < 0 && errno == EINTR) {
        }
    }
    return WEIR_OS_CHILD_LOST;
}

void weir_os_become_child(pid_t parent)
{
    const struct rlimit none = {0, 0};
    weir_os_reset_signals();
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) { /* it went before the line above */
        _exit(0);
    }
}
