/* SPDX-License-Identifier: Apache-2.0 */
/* See connect.h. */
#include "connect.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

int weir_tcp_prepare(int fd)
{
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return -1;
    }
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void weir_tcp_name(int fd, bool is_peer, char text[WEIR_TCP_TEXT_BYTES_MAX])
{
    struct sockaddr_storage name;
    socklen_t bytes = sizeof name;
    char host[WEIR_TCP_HOST_BYTES_MAX];
    char port[WEIR_TCP_PORT_BYTES_MAX];
    int rc = is_peer ? getpeername(fd, (struct sockaddr *)&name, &bytes)
                     : getsockname(fd, (struct sockaddr *)&name, &bytes);
    if (rc != 0 || getnameinfo((struct sockaddr *)&name, bytes, host, sizeof host, port,
                               sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(text, WEIR_TCP_TEXT_BYTES_MAX, "?");
        return;
    }
    bool is_v6 = name.ss_family == AF_INET6;
    snprintf(text, WEIR_TCP_TEXT_BYTES_MAX, is_v6 ? "[%s]:%s" : "%s:%s", host, port);
}

static struct addrinfo *look_up(const struct weir_tcp_address *address,
                                char reason[WEIR_TCP_REASON_BYTES])
{
    struct addrinfo hints;
    struct addrinfo *found = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    const char *host = address->host[0] == '\0' ? NULL : address->host; /* NULL: loopback */
    int rc = getaddrinfo(host, address->port, &hints, &found);
    if (rc != 0) {
        const char *why = rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc);
        snprintf(reason, WEIR_TCP_REASON_BYTES, "cannot find host of %s: %s", address->text, why);
        return NULL;
    }
    return found;
}

/* Waits until connect has an answer. 0, or an errno value; ECANCELED when stopping. */
static int await_connect(struct weir_receiver *rx, int fd)
{
    for (int waited = 0; waited < WEIR_TCP_CONNECT_MS_MAX; waited += WEIR_TCP_WAIT_MS) {
        if (rx->stopping(rx)) {
            return ECANCELED;
        }
        struct pollfd poller = {.fd = fd, .events = POLLOUT};
        int ready = poll(&poller, 1, WEIR_TCP_WAIT_MS);
        if (ready < 0 && errno != EINTR) {
            return errno;
        }
        if (ready > 0) {
            int error = 0;
            socklen_t bytes = sizeof error;
            return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 ? error : errno;
        }
    }
    return ETIMEDOUT;
}

/* A connect to a free port of this machine may meet itself: both ends are then one socket. */
static bool is_own_echo(int fd)
{
    char own[WEIR_TCP_TEXT_BYTES_MAX];
    char peer[WEIR_TCP_TEXT_BYTES_MAX];
    weir_tcp_name(fd, false, own);
    weir_tcp_name(fd, true, peer);
    return strcmp(own, peer) == 0 && strcmp(own, "?") != 0;
}

/* One address. A socket, or -1 and *error. */
static int connect_one(struct weir_receiver *rx, const struct addrinfo *to, int *error)
{
    int on = 1;
    int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
    if (fd < 0) {
        *error = errno;
        return -1;
    }
    *error = weir_tcp_prepare(fd) != 0 ? errno : 0;
    if (*error == 0 && connect(fd, to->ai_addr, to->ai_addrlen) != 0) {
        *error = errno == EINPROGRESS || errno == EINTR ? await_connect(rx, fd) : errno;
    }
    if (*error == 0 && is_own_echo(fd)) {
        *error = ECONNREFUSED;
    }
    if (*error != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on); /* finds a peer that is gone */
    return fd;
}

int weir_tcp_connect(struct weir_receiver *rx,
                     const struct weir_tcp_address *address,
                     char reason[WEIR_TCP_REASON_BYTES])
{
    struct addrinfo *found = look_up(address, reason);
    int fd = -1;
    int error = 0;
    for (const struct addrinfo *to = found; to != NULL && fd < 0 && error != ECANCELED;
         to = to->ai_next) {
        fd = connect_one(rx, to, &error);
    }
    if (found != NULL) {
        freeaddrinfo(found);
        if (fd < 0) {
            snprintf(reason, WEIR_TCP_REASON_BYTES, "cannot connect to %s: %s", address->text,
                     error == ECANCELED ? "stopped" : strerror(error));
        }
    }
    return fd;
}

static int listen_one(const struct addrinfo *on, int *error)
{
    int yes = 1;
    int fd = socket(on->ai_family, on->ai_socktype, on->ai_protocol);
    if (fd < 0) {
        *error = errno;
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (on->ai_family == AF_INET6) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
    }
    if (weir_tcp_prepare(fd) != 0 || bind(fd, on->ai_addr, on->ai_addrlen) != 0 ||
        listen(fd, BACKLOG) != 0) {
        *error = errno;
        close(fd);
        return -1;
    }
    return fd;
}

int weir_tcp_listen(const struct weir_tcp_address *address,
                    int sockets[],
                    int sockets_max,
                    char reason[WEIR_TCP_REASON_BYTES])
{
    struct addrinfo *found = look_up(address, reason);
    int count = 0;
    int error = 0;
    int refused = 0;
    for (const struct addrinfo *on = found; on != NULL && count < sockets_max; on = on->ai_next) {
        int fd = listen_one(on, &error);
        if (fd >= 0) {
            sockets[count++] = fd;
        } else if (error != EADDRNOTAVAIL && error != EAFNOSUPPORT) {
            refused = error; /* in use on one of them is in use: half a listener surprises */
        }
    }
    while (refused != 0 && count > 0) {
        close(sockets[--count]);
    }
    if (found != NULL) {
        freeaddrinfo(found);
        if (count == 0) {
            snprintf(reason, WEIR_TCP_REASON_BYTES, "cannot listen on %s: %s", address->text,
                     strerror(refused != 0 ? refused : error));
        }
    }
    return count;
}
