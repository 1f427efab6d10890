/* SPDX-License-Identifier: Apache-2.0 */
/* The one reader of "host:port". It accepts numbers only as ports, so that a typing error is found
 * here and not by a name service. */
#include "address.h"

#include <stdio.h>
#include <string.h>

static bool cut_prefix(weir_str *text, const char *prefix)
{
    size_t count = strlen(prefix);
    if (text->count < count || memcmp(text->bytes, prefix, count) != 0) {
        return false;
    }
    text->bytes += count;
    text->count -= count;
    return true;
}

/* Splits at the last colon; the brackets around an IPv6 host are taken off. */
static const char *split(weir_str text, weir_str *host, weir_str *port)
{
    size_t colon = text.count;
    while (colon > 0 && text.bytes[colon - 1] != ':') {
        colon--;
    }
    if (colon == 0) {
        return "the port is missing: write \"host:port\", for example \"localhost:9999\"";
    }
    *host = (weir_str){text.bytes, colon - 1};
    *port = (weir_str){text.bytes + colon, text.count - colon};
    if (host->count >= 2 && host->bytes[0] == '[' && host->bytes[host->count - 1] == ']') {
        *host = (weir_str){host->bytes + 1, host->count - 2};
    } else if (host->count > 0 && memchr(host->bytes, ':', host->count) != NULL) {
        return "an IPv6 address is written in brackets, for example \"[::1]:9999\"";
    }
    return NULL;
}

static const char *check_port(weir_str port, bool any_port)
{
    long number = 0;
    for (size_t i = 0; i < port.count; i++) {
        if (port.bytes[i] < '0' || port.bytes[i] > '9' || i >= 5) {
            return "the port must be a number up to 65535";
        }
        number = number * 10 + (port.bytes[i] - '0');
    }
    if (port.count == 0) {
        return "the port is missing behind the colon";
    }
    if (number > 65535) {
        return "the port must be a number up to 65535";
    }
    return number == 0 && !any_port ? "port 0 cannot be connected to" : NULL;
}

const char *weir_tcp_address_parse(weir_str text, bool any_port, struct weir_tcp_address *address)
{
    weir_str host = {0};
    weir_str port = {0};
    cut_prefix(&text, "tcp://");
    const char *wrong = split(text, &host, &port);
    if (wrong == NULL) {
        wrong = check_port(port, any_port);
    }
    if (wrong == NULL && host.count >= sizeof address->host) {
        wrong = "the host's name is too long";
    }
    if (wrong == NULL && host.count > 0 && memchr(host.bytes, '\0', host.count) != NULL) {
        wrong = "the host's name has a NUL byte in it";
    }
    if (wrong != NULL) {
        return wrong;
    }
    memset(address, 0, sizeof *address);
    if (host.count > 0) {
        memcpy(address->host, host.bytes, host.count);
    }
    memcpy(address->port, port.bytes, port.count);
    bool is_v6 = strchr(address->host, ':') != NULL;
    snprintf(address->text, sizeof address->text, "%s%s%s:%s", is_v6 ? "[" : "",
             host.count == 0 ? "localhost" : address->host, is_v6 ? "]" : "", address->port);
    return NULL;
}
