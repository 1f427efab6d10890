/* SPDX-License-Identifier: Apache-2.0 */
/* Receiver socket_text: connects to a TCP server and takes the lines that it sends. A server that
 * is not there, or goes away, is tried again with growing pauses; under --until eof its orderly
 * close is the end of the input. */
#include "connect.h"
#include "lines.h"

#include <weir/plugin.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { BACK_OFF_US_MIN = 100 * 1000, BACK_OFF_US_MAX = 5 * 1000 * 1000 };

struct socket_text {
    struct weir_tcp_address address;
    int64_t back_off_us;
    uint64_t jitter;
    char said[WEIR_TCP_REASON_BYTES]; /* the last status: each is said once */
};

static int socket_text_open(struct weir_task *task)
{
    struct socket_text *self = task->self;
    weir_str address = weir_param_str(task, "address");
    const char *wrong = weir_tcp_address_parse(address, false, &self->address);
    if (wrong != NULL) {
        return weir_fail(task, WEIR_FATAL, "address \"%.*s\": %s", (int)address.count,
                         address.bytes, wrong);
    }
    self->back_off_us = BACK_OFF_US_MIN;
    self->jitter = task->seed | 1;
    return WEIR_OK;
}

static void say(struct weir_receiver *rx, bool is_connected, const char *text)
{
    struct socket_text *self = rx->task->self;
    if (strcmp(self->said, text) != 0) {
        snprintf(self->said, sizeof self->said, "%s", text);
        rx->status(rx, is_connected, text);
    }
}

/* The pause before the next attempt: doubles up to 5 s, and varies by a quarter so that many
 * clients of one server do not come back in step. */
static int64_t next_pause(struct socket_text *self)
{
    int64_t pause = self->back_off_us;
    self->jitter ^= self->jitter << 13;
    self->jitter ^= self->jitter >> 7;
    self->jitter ^= self->jitter << 17;
    self->back_off_us = pause * 2 < BACK_OFF_US_MAX ? pause * 2 : BACK_OFF_US_MAX;
    return pause - pause / 8 + (int64_t)(self->jitter % (uint64_t)(pause / 4));
}

/* Takes what comes until the connection ends or the engine stops. */
static enum weir_tcp_event receive(struct weir_receiver *rx, struct weir_tcp_lines *lines)
{
    struct socket_text *self = rx->task->self;
    while (!rx->stopping(rx)) {
        struct pollfd poller = {.fd = lines->fd, .events = POLLIN};
        int ready = poll(&poller, 1, WEIR_TCP_WAIT_MS);
        if (ready < 0 && errno != EINTR) {
            return WEIR_TCP_BROKEN;
        }
        if (ready <= 0) {
            continue;
        }
        enum weir_tcp_event event = weir_tcp_lines_read(lines, rx);
        if (event == WEIR_TCP_DATA) {
            self->back_off_us = BACK_OFF_US_MIN;
        } else if (event != WEIR_TCP_NOTHING) {
            return event;
        }
    }
    lines->outcome = WEIR_OK;
    return WEIR_TCP_STOP;
}

/* One connection, from connect to close. True: run is to return *outcome. */
static bool serve(struct weir_receiver *rx, int *outcome)
{
    struct socket_text *self = rx->task->self;
    char reason[WEIR_TCP_REASON_BYTES];
    char text[WEIR_TCP_REASON_BYTES];
    *outcome = WEIR_OK;
    int fd = weir_tcp_connect(rx, &self->address, reason);
    if (fd >= 0) {
        struct weir_tcp_lines lines = {.fd = fd};
        lines.line_bytes_max = (size_t)weir_param_i64(rx->task, "max_line");
        snprintf(text, sizeof text, "connected to %s", self->address.text);
        say(rx, true, text);
        enum weir_tcp_event event = receive(rx, &lines);
        snprintf(reason, sizeof reason, "%s: %s", self->address.text,
                 event == WEIR_TCP_CLOSED ? "the peer has closed the connection" : strerror(errno));
        *outcome = event == WEIR_TCP_STOP ? lines.outcome : weir_tcp_lines_end(&lines, rx);
        weir_tcp_lines_free(&lines);
        close(fd);
        if (event == WEIR_TCP_STOP || *outcome != WEIR_OK ||
            (event == WEIR_TCP_CLOSED && rx->until_eof(rx))) {
            return true;
        }
    }
    if (!rx->stopping(rx)) {
        say(rx, false, reason); /* weir says that it goes on */
    }
    return rx->stopping(rx);
}

static int socket_text_run(struct weir_receiver *rx)
{
    struct socket_text *self = rx->task->self;
    int outcome = WEIR_OK;
    while (!serve(rx, &outcome)) {
        if (rx->sleep(rx, next_pause(self))) {
            return WEIR_OK;
        }
    }
    return outcome;
}

WEIR_PLUGIN("org.weir.socket_text", WEIR_VERSION, "lines from a TCP server", "Apache-2.0");
WEIR_TEXT_RECEIVER(socket_text, socket_text_run, NULL, NULL);
WEIR_HELP(
    socket_text,
    "Connects to a TCP server and takes the lines that it sends; tcp://host:port is short for "
    "it. A server that is away is tried again after 0.1 s to 5 s.",
    "socket_text \"localhost:9999\" | count | print");
WEIR_INSTANCE(socket_text, struct socket_text, socket_text_open, NULL);
WEIR_PARAMS(socket_text,
            WEIR_PARAM_STR(address, positional, "host:port of the server"),
            WEIR_PARAM_SIZE_IN(max_line,
                               default(1GiB),
                               1KiB,
                               1GiB,
                               "a line that grows beyond this is dropped, and the log says so"));
