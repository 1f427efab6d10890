/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets as receivers need them: never blocking, closed on exec, and every wait short enough to
 * notice that the engine wants to stop. */
#ifndef WEIR_PLUGINS_TCP_CONNECT_H
#define WEIR_PLUGINS_TCP_CONNECT_H

#include "address.h"

#include <weir/abi.h>

#include <poll.h>

enum { WEIR_TCP_WAIT_MS = 100, WEIR_TCP_CONNECT_MS_MAX = 10000, WEIR_TCP_REASON_BYTES = 512 };

/* Connects to the first of the host's addresses that answers, within 10 s each. Returns a socket
 * that does not block, or -1 with the reason ("stopped" when stopping). [receiver's thread] */
int weir_tcp_connect(struct weir_receiver *rx,
                     const struct weir_tcp_address *address,
                     char reason[WEIR_TCP_REASON_BYTES]);

/* Listens on every address of the host (no host: loopback), at most `sockets_max`. Returns how
 * many, or 0 with the reason. [receiver's thread] */
int weir_tcp_listen(const struct weir_tcp_address *address,
                    int sockets[],
                    int sockets_max,
                    char reason[WEIR_TCP_REASON_BYTES]);

/* Makes a socket non-blocking and closed on exec. 0, or -1 with errno. */
int weir_tcp_prepare(int fd);

/* "host:port" of the socket's own end (is_peer false) or the other; "?" if it has none. */
void weir_tcp_name(int fd, bool is_peer, char text[WEIR_TCP_TEXT_BYTES_MAX]);

#endif
