/* SPDX-License-Identifier: Apache-2.0 */
/* An acknowledged receiver over TCP: no line is lost, however often the connection breaks. The
 * server keeps numbered lines until they are acknowledged:
 *
 *   receiver: FROM 1        give me the lines from that number on; first thing on each connection
 *   server:   1 some text   NUMBER TEXT, numbers rise
 *   receiver: ACK 1         up to here all is safe: forget it
 *   server:   END           nothing will follow */
#define _POSIX_C_SOURCE 200809L
#include <weir/plugin.h>

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BYTES = 64 * 1024, WAIT_MS = 50, PAUSE_US = 200 * 1000 };

struct mailbox {
    char host[256], port[16];
    int fd;                /* -1: not connected */
    bool is_over;          /* END has come */
    int64_t stored, acked; /* the last numbers: handed to the engine, safe there */
    size_t count;          /* bytes in `bytes`: they begin at the start of a line */
    char bytes[BYTES + 1];
};

static int open_mailbox(struct weir_task *task)
{
    struct mailbox *self = weir_self(task, struct mailbox);
    const weir_str address = weir_param_str(task, "address");
    self->fd = -1;
    if (sscanf(address.bytes, "%255[^:]:%15[0-9]", self->host, self->port) != 2) {
        return weir_fail(task, WEIR_FATAL, "address \"%s\": expected host:port", address.bytes);
    }
    return WEIR_OK;
}

static void hang_up(struct mailbox *self)
{
    close(self->fd); /* of -1 does nothing */
    self->fd = -1;
    self->count = 0; /* the rest of a line: it comes again */
}

static void close_mailbox(struct weir_task *task)
{
    hang_up(weir_self(task, struct mailbox));
}

static void tell(const struct mailbox *self, const char *verb, int64_t number)
{
    char text[48];
    const int count = snprintf(text, sizeof text, "%s %lld\n", verb, (long long)number);
    (void)send(self->fd, text, (size_t)count, MSG_NOSIGNAL); /* a break is found by recv */
}

static void dial(struct weir_receiver *rx)
{
    struct mailbox *self = weir_self(rx->task, struct mailbox);
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const int rc = getaddrinfo(self->host, self->port, &hints, &found);
    for (const struct addrinfo *to = found; to != NULL && self->fd < 0; to = to->ai_next) {
        self->fd = socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol);
        if (self->fd >= 0 && connect(self->fd, to->ai_addr, to->ai_addrlen) != 0) {
            hang_up(self);
        }
    }
    if (found != NULL) {
        freeaddrinfo(found);
    }
    rx->status(rx, self->fd >= 0, rc != 0 ? gai_strerror(rc) : self->fd < 0 ? strerror(errno) : "");
    tell(self, "ACK", self->acked); /* what was said into a broken connection */
    tell(self, "FROM", self->stored + 1);
}

/* Hands on the whole lines that have come, straight into the engine's memory, but for those that it
 * has already. */
static int hand_on(struct weir_receiver *rx)
{
    struct mailbox *self = weir_self(rx->task, struct mailbox);
    char *room = rx->reserve(rx, self->count, true); /* waits while the engine holds too much */
    size_t used = 0, done = 0;
    const char *end;
    if (room == NULL) {
        return WEIR_OK; /* stopping */
    }
    while ((end = memchr(self->bytes + done, '\n', self->count - done)) != NULL) {
        const char *line = self->bytes + done;
        char *text;
        const long long number = strtoll(line, &text, 10);
        done = (size_t)(end + 1 - self->bytes);
        if (end - line == 3 && memcmp(line, "END", 3) == 0) {
            self->is_over = true;
        } else if (text == line || text >= end || *text != ' ') {
            return weir_fail(rx->task, WEIR_FATAL, "expected NUMBER TEXT, found \"%.*s\"",
                             (int)(end - line), line);
        } else if (number > self->stored) {
            memcpy(room + used, text + 1, (size_t)(end - text));
            used += (size_t)(end - text);
            self->stored = number;
        }
    }
    memmove(self->bytes, self->bytes + done, self->count - done);
    self->count -= done;
    return self->count == BYTES
               ? weir_fail(rx->task, WEIR_FATAL, "a line of more than %d bytes", BYTES)
               : rx->commit(rx, used, weir_bytes_make(NULL, 0), (uint64_t)self->stored);
}

/* In a thread of its own; each wait is short, to notice soon that the engine wants to stop. */
static int run(struct weir_receiver *rx)
{
    struct mailbox *self = weir_self(rx->task, struct mailbox);
    int rc = WEIR_OK;
    while (rc == WEIR_OK && !self->is_over && !rx->stopping(rx)) {
        struct pollfd waiting = {.fd = self->fd, .events = POLLIN};
        if (self->fd < 0) {
            dial(rx);
            rx->sleep(rx, self->fd < 0 ? PAUSE_US : 0);
        } else if (poll(&waiting, 1, WAIT_MS) <= 0) {
            rx->sleep(rx, 0); /* hears of what is safe */
        } else {
            const ssize_t got = recv(self->fd, self->bytes + self->count, BYTES - self->count, 0);
            self->count += got > 0 ? (size_t)got : 0;
            rc = got > 0 ? hand_on(rx) : WEIR_OK;
            if (got <= 0) {
                rx->status(rx, false, got == 0 ? "the server has hung up" : strerror(errno));
                hang_up(self);
            }
        }
    }
    return rc;
}

/* In the same thread, in the order in which they were stored: these are replicated and logged. */
static void acked(struct weir_receiver *rx, const uint64_t *cookies, size_t count)
{
    struct mailbox *self = weir_self(rx->task, struct mailbox);
    self->acked = (int64_t)cookies[count - 1];
    tell(self, "ACK", self->acked);
}

WEIR_TEXT_RECEIVER(mailbox, run, NULL, acked);
WEIR_INSTANCE(mailbox, struct mailbox, open_mailbox, close_mailbox);
WEIR_PARAMS(mailbox, WEIR_PARAM_STR(address, positional, "host:port of the server"));
WEIR_HELP(mailbox, "numbered lines, acknowledged", "mailbox.mailbox \"localhost:9999\" | print");
WEIR_PLUGIN("org.example.mailbox", "1.0.0", "lines that are not lost", "Apache-2.0");
