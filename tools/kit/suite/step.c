/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program and reading what it says until it ends. */
#include "kit/suite/step.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SIGNAL_STATUS = 128 };

static int start(char *const *argv, int output, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    error = error != 0 ? error : posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    error = error != 0 ? error : posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void read_all(int input, struct weir_text *said)
{
    char piece[4096];
    for (;;) {
        ssize_t count = read(input, piece, sizeof piece);
        if (count > 0) {
            weir_text_append(said, piece, (size_t)count);
        } else if (count == 0 || errno != EINTR) {
            return;
        }
    }
}

int weir_step_run(char *const *argv, struct weir_text *said, int *status, struct weir_error *err)
{
    int ends[2];
    pid_t pid = 0;
    int ended = 0;
    if (pipe(ends) != 0) {
        return weir_error_set(err, WEIR_EIO, "cannot start %s: %s", argv[0], strerror(errno));
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int error = start(argv, ends[1], &pid);
    (void)close(ends[1]);
    if (error == 0) {
        read_all(ends[0], said);
    }
    (void)close(ends[0]);
    if (error != 0) {
        return weir_error_set(err, error == ENOENT ? WEIR_EUNAVAILABLE : WEIR_EIO,
                              "cannot start %s: %s%s", argv[0], strerror(error),
                              error == ENOENT ? ": install it, or build the plugin by hand" : "");
    }
    while (waitpid(pid, &ended, 0) < 0 && errno == EINTR) {
    }
    *status = WIFEXITED(ended) ? WEXITSTATUS(ended) : SIGNAL_STATUS + WTERMSIG(ended);
    return WEIR_OK;
}
