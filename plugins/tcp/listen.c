/* SPDX-License-Identifier: Apache-2.0 */
/* Receiver listen: a TCP server. Any number of clients may send lines at once, up to `connections`;
 * each has its own unfinished line, so lines of different clients never mix. One thread, one poll.
 */
#include "connect.h"
#include "lines.h"

#include <weir/plugin.h>

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTEN_SOCKETS_MAX = 8 };

struct listen_self {
    struct weir_tcp_address address;
    size_t connections_max;
    size_t line_bytes_max;
};

/* What one run holds: pollers[0, listeners) accept, the others belong to connections in the same
 * order. */
struct server {
    struct weir_receiver *rx;
    size_t listeners, connections;
    uint64_t accepted;
    bool is_full; /* said once */
    int outcome;
    struct pollfd *pollers;
    struct weir_tcp_lines *lines;
};

static int listen_open(struct weir_task *task)
{
    struct listen_self *self = task->self;
    weir_str address = weir_param_str(task, "address");
    const char *wrong = weir_tcp_address_parse(address, true, &self->address);
    if (wrong != NULL) {
        return weir_fail(task, WEIR_FATAL, "address \"%.*s\": %s", (int)address.count,
                         address.bytes, wrong);
    }
    self->connections_max = (size_t)weir_param_i64(task, "connections");
    self->line_bytes_max = (size_t)weir_param_i64(task, "max_line");
    return WEIR_OK;
}

static int server_start(struct server *server, struct weir_receiver *rx)
{
    const struct listen_self *self = rx->task->self;
    int sockets[LISTEN_SOCKETS_MAX];
    char reason[WEIR_TCP_REASON_BYTES];
    char name[WEIR_TCP_TEXT_BYTES_MAX];
    memset(server, 0, sizeof *server);
    server->rx = rx;
    server->pollers = calloc(LISTEN_SOCKETS_MAX + self->connections_max, sizeof *server->pollers);
    server->lines = calloc(self->connections_max, sizeof *server->lines);
    if (server->pollers == NULL || server->lines == NULL) {
        return weir_fail(rx->task, WEIR_RETRY, "out of memory for %zu connections",
                         self->connections_max);
    }
    int count = weir_tcp_listen(&self->address, sockets, LISTEN_SOCKETS_MAX, reason);
    if (count == 0) {
        return weir_fail(rx->task, WEIR_FATAL,
                         WEIR_UNREACHABLE
                         "%s: choose another address, or stop the program that has this one",
                         reason);
    }
    for (int i = 0; i < count; i++) {
        server->pollers[i] = (struct pollfd){.fd = sockets[i], .events = POLLIN};
    }
    server->listeners = (size_t)count;
    weir_tcp_name(sockets[0], false, name);
    snprintf(reason, sizeof reason, "listening on %s", name);
    rx->status(rx, true, reason);
    return WEIR_OK;
}

static void server_finish(struct server *server)
{
    for (size_t i = 0; i < server->listeners + server->connections; i++) {
        close(server->pollers[i].fd);
    }
    for (size_t i = 0; i < server->connections; i++) {
        weir_tcp_lines_free(&server->lines[i]);
    }
    free(server->pollers);
    free(server->lines);
}

static void add_connection(struct server *server, int fd)
{
    const struct listen_self *self = server->rx->task->self;
    struct weir_tcp_lines *lines = &server->lines[server->connections];
    memset(lines, 0, sizeof *lines);
    lines->fd = fd;
    lines->line_bytes_max = self->line_bytes_max;
    server->pollers[server->listeners + server->connections] =
        (struct pollfd){.fd = fd, .events = POLLIN};
    server->connections++;
    server->accepted++;
}

/* Takes the clients that wait, as many as may be connected. */
static void accept_all(struct server *server, int listener)
{
    const struct listen_self *self = server->rx->task->self;
    while (server->connections < self->connections_max) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0) {
            if (weir_tcp_prepare(fd) == 0) {
                add_connection(server, fd);
            } else {
                close(fd);
            }
        } else if (errno != EINTR && errno != ECONNABORTED) {
            if (errno == EMFILE || errno == ENFILE) {
                weir_log(server->rx->task, 1, "cannot accept a client: %s", strerror(errno));
                server->rx->sleep(server->rx, WEIR_TCP_WAIT_MS * 1000);
            }
            return;
        }
    }
    if (!server->is_full) {
        server->is_full = true;
        weir_log(server->rx->task, 1,
                 "connections=%zu are open: further clients wait until one closes",
                 self->connections_max);
    }
}

/* The connection has ended; the last one takes its place. */
static int remove_connection(struct server *server, size_t index)
{
    struct weir_tcp_lines *lines = &server->lines[index];
    int rc = weir_tcp_lines_end(lines, server->rx);
    weir_tcp_lines_free(lines);
    close(lines->fd);
    size_t last = --server->connections;
    server->lines[index] = server->lines[last];
    server->pollers[server->listeners + index] = server->pollers[server->listeners + last];
    return rc;
}

/* One read of every connection that has something. True: stop with server->outcome. */
static bool read_all(struct server *server)
{
    for (size_t i = server->connections; i-- > 0;) {
        if (server->pollers[server->listeners + i].revents == 0) {
            continue;
        }
        enum weir_tcp_event event = weir_tcp_lines_read(&server->lines[i], server->rx);
        if (event == WEIR_TCP_STOP) {
            server->outcome = server->lines[i].outcome;
            return true;
        }
        if (event == WEIR_TCP_CLOSED || event == WEIR_TCP_BROKEN) {
            server->outcome = remove_connection(server, i);
            if (server->outcome != WEIR_OK) {
                return true;
            }
        }
    }
    return false;
}

/* One wait. True: stop with server->outcome. */
static bool turn(struct server *server)
{
    const struct listen_self *self = server->rx->task->self;
    bool may_accept = server->connections < self->connections_max;
    size_t skip = may_accept ? 0 : server->listeners;
    size_t count = server->listeners + server->connections - skip;
    int ready = poll(server->pollers + skip, (nfds_t)count, WEIR_TCP_WAIT_MS);
    if (ready < 0 && errno != EINTR) {
        server->outcome =
            weir_fail(server->rx->task, WEIR_RETRY, "poll failed: %s", strerror(errno));
        return true;
    }
    if (ready <= 0) {
        return false;
    }
    if (read_all(server)) {
        return true;
    }
    for (size_t i = 0; i < server->listeners && may_accept; i++) {
        if (server->pollers[i].revents != 0) {
            accept_all(server, server->pollers[i].fd);
        }
    }
    return false;
}

/* Under --until eof: somebody came, all have left, and nobody waits to be accepted. */
static bool has_ended(struct server *server)
{
    if (server->accepted == 0 || server->connections > 0 || !server->rx->until_eof(server->rx)) {
        return false;
    }
    for (size_t i = 0; i < server->listeners; i++) {
        accept_all(server, server->pollers[i].fd);
    }
    return server->connections == 0;
}

static int listen_run(struct weir_receiver *rx)
{
    struct server server;
    server.outcome = server_start(&server, rx);
    bool is_over = server.outcome != WEIR_OK;
    while (!is_over && !rx->stopping(rx)) {
        is_over = turn(&server) || has_ended(&server);
    }
    server_finish(&server);
    return server.outcome;
}

WEIR_PLUGIN("org.weir.listen", WEIR_VERSION, "lines from TCP clients", "Apache-2.0");
WEIR_TEXT_RECEIVER(listen, listen_run, NULL, NULL);
WEIR_HELP(
    listen,
    "Listens on a TCP port and takes the lines that its clients send, many at once. Without a "
    "host only programs of this machine may connect.",
    "listen \":9999\" | count | print");
WEIR_INSTANCE(listen, struct listen_self, listen_open, NULL);
WEIR_PARAMS(listen,
            WEIR_PARAM_STR(address, positional, "host:port, or :port for this machine only"),
            WEIR_PARAM_I64_IN(
                connections, default(1024), 1, 65536, "clients served at once; further ones wait"),
            WEIR_PARAM_SIZE_IN(max_line,
                               default(1GiB),
                               1KiB,
                               1GiB,
                               "a line that grows beyond this is dropped, and the log says so"));
