/* SPDX-License-Identifier: Apache-2.0 */
/* is_valid: the grammar of RFC 3986 for a URL as a browser's address bar has it, scheme and host
 * included. */
#include "url.h"

#include <arpa/inet.h>

enum { HOST_BYTES_MAX = 253, ADDRESS_BYTES_MAX = 45 /* of IPv6 */ };

#define SUB_DELIMS "!$&'()*+,;="

/* True if all of `text` is unreserved, %XX or one of `more`. */
static bool has_only(weir_str text, const char *more)
{
    for (size_t i = 0; i < text.count; i++) {
        const char byte = text.bytes[i];
        if ((uint8_t)((byte | 0x20) - 'a') < 26 || (uint8_t)(byte - '0') < 10) {
            continue;
        }
        if (byte == '%') {
            if (text.count - i < 3 || url_hex(text.bytes[i + 1]) < 0 ||
                url_hex(text.bytes[i + 2]) < 0) {
                return false;
            }
            i += 2;
        } else if (byte == '\0' || (strchr("-._~", byte) == NULL && strchr(more, byte) == NULL)) {
            return false;
        }
    }
    return true;
}

static bool is_port(const struct url *url)
{
    int64_t port = 0;
    for (size_t i = 0; i < url->port.count; i++) {
        if ((uint8_t)(url->port.bytes[i] - '0') > 9 || port > 65535) {
            return false;
        }
        port = port * 10 + (url->port.bytes[i] - '0');
    }
    return port <= 65535;
}

static bool is_host(const struct url *url)
{
    char address[ADDRESS_BYTES_MAX + 1];
    struct in6_addr ipv6;
    if (!url->is_literal) {
        return url->host.count > 0 && url->host.count <= HOST_BYTES_MAX &&
               has_only(url->host, SUB_DELIMS);
    }
    if (url->host.count > ADDRESS_BYTES_MAX ||
        memchr(url->host.bytes, '\0', url->host.count) != NULL) {
        return false;
    }
    memcpy(address, url->host.bytes, url->host.count);
    address[url->host.count] = '\0';
    return inet_pton(AF_INET6, address, &ipv6) == 1;
}

WEIR_HELP(is_valid,
          "true if it is a whole URL by RFC 3986: scheme://host and what may follow, without "
          "blanks or bytes that are not ASCII",
          "generate clicks | filter url.is_valid(\"http://example.org\" + url) | print");
WEIR_FUNCTION(bool, is_valid, (weir_str, url))
{
    struct url parts;
    url_parse(url, &parts);
    return parts.has_scheme && parts.has_authority && has_only(parts.user, SUB_DELIMS ":") &&
           is_host(&parts) && is_port(&parts) && has_only(parts.path, SUB_DELIMS ":@/") &&
           has_only(parts.query, SUB_DELIMS ":@/?") && has_only(parts.fragment, SUB_DELIMS ":@/?");
}
