/* SPDX-License-Identifier: Apache-2.0 */
/* "host:port" as socket_text and listen take it, checked before anything is connected. */
#ifndef WEIR_PLUGINS_TCP_ADDRESS_H
#define WEIR_PLUGINS_TCP_ADDRESS_H

#include <weir/abi.h>

enum { WEIR_TCP_HOST_BYTES_MAX = 256, WEIR_TCP_PORT_BYTES_MAX = 8, WEIR_TCP_TEXT_BYTES_MAX = 300 };

struct weir_tcp_address {
    char host[WEIR_TCP_HOST_BYTES_MAX]; /* "" where none was given: this machine's loopback */
    char port[WEIR_TCP_PORT_BYTES_MAX]; /* decimal digits */
    char text[WEIR_TCP_TEXT_BYTES_MAX]; /* for messages: host:port, [host]:port for IPv6 */
};

/* Reads "host:port", ":port", "[::1]:port", or one of these behind "tcp://". Returns NULL, or what
 * is wrong: a static text. Port 0 (the system chooses) only if `any_port`. Any thread. */
const char *weir_tcp_address_parse(weir_str text, bool any_port, struct weir_tcp_address *address);

#endif
