/* SPDX-License-Identifier: Apache-2.0 */
/* See output.h. The lock is the plugin's only shared state, because standard output is the
 * process's only one. */
#include "output.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { GATHER_BYTES = 64 * 1024, POLL_MS = 1000, COLUMNS_DEFAULT = 80, LINES_DEFAULT = 24 };

static pthread_mutex_t output_lock = PTHREAD_MUTEX_INITIALIZER;
static const void *last_owner;

static size_t number_of(const char *text)
{
    long value = text == NULL ? 0 : strtol(text, NULL, 10);
    return value > 0 && value < 10000 ? (size_t)value : 0;
}

void weir_screen_look(struct weir_screen *screen)
{
    struct winsize size = {0};
    const char *terminal = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    bool is_dumb = terminal == NULL || terminal[0] == '\0' || strcmp(terminal, "dumb") == 0;
    screen->is_terminal = isatty(STDOUT_FILENO) == 1;
    screen->has_colour =
        screen->is_terminal && !is_dumb && (no_colour == NULL || no_colour[0] == '\0');
    if (!screen->is_terminal || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) {
        size.ws_col = 0;
        size.ws_row = 0;
    }
    screen->columns = size.ws_col > 0 ? size.ws_col : number_of(getenv("COLUMNS"));
    screen->columns = screen->columns > 0 ? screen->columns : COLUMNS_DEFAULT;
    screen->lines = size.ws_row > 0 ? size.ws_row : LINES_DEFAULT;
}

/* Waits until a non-blocking standard output takes more. */
static void await_room(void)
{
    struct pollfd poller = {.fd = STDOUT_FILENO, .events = POLLOUT};
    poll(&poller, 1, POLL_MS);
}

/* 0 or an errno value. */
static int write_fully(const char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t wrote = write(STDOUT_FILENO, bytes + done, count - done);
        if (wrote >= 0) {
            done += (size_t)wrote;
        } else if (errno == EAGAIN) {
            await_room();
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* Small parts go out together: a batch of eight partitions is one system call. */
static int write_parts(const weir_bytes *const *parts, size_t count)
{
    char gathered[GATHER_BYTES];
    size_t used = 0;
    int error = 0;
    for (size_t i = 0; i < count && error == 0; i++) {
        const char *bytes = (const char *)parts[i]->bytes;
        if (parts[i]->count > sizeof gathered - used) {
            error = write_fully(gathered, used);
            used = 0;
        }
        if (error == 0 && parts[i]->count > sizeof gathered) {
            error = write_fully(bytes, parts[i]->count);
        } else if (error == 0 && parts[i]->count > 0) {
            memcpy(gathered + used, bytes, parts[i]->count);
            used += parts[i]->count;
        }
    }
    return error != 0 ? error : write_fully(gathered, used);
}

int weir_output_write(struct weir_task *task, const weir_bytes *const *parts, size_t count)
{
    pthread_mutex_lock(&output_lock);
    int error = write_parts(parts, count);
    pthread_mutex_unlock(&output_lock);
    if (error == 0) {
        return WEIR_OK;
    }
    if (error == EPIPE) {
        return weir_fail(task, WEIR_FATAL,
                         "standard output is closed: the program that read it has ended");
    }
    return weir_fail(task, WEIR_FATAL, "cannot write to standard output: %s", strerror(error));
}

bool weir_output_claim(const void *owner)
{
    pthread_mutex_lock(&output_lock);
    bool has_changed = last_owner != NULL && last_owner != owner;
    last_owner = owner;
    pthread_mutex_unlock(&output_lock);
    return has_changed;
}

void weir_output_release(const void *owner)
{
    pthread_mutex_lock(&output_lock);
    if (last_owner == owner) {
        last_owner = NULL;
    }
    pthread_mutex_unlock(&output_lock);
}
