/* SPDX-License-Identifier: Apache-2.0 */
/* The operators that give a part. All of them but port are slices: no byte is copied. */
#include "url.h"

enum { PORT_MAX = 65535, PORT_DIGITS_MAX = 5 };

#define PART(name, text, example)                                                                  \
    WEIR_HELP(name, text, "generate clicks | map part = url." #name "(" example ") | print");      \
    WEIR_FUNCTION(weir_str, name, (weir_str, url))                                                 \
    {                                                                                              \
        struct url parts;                                                                          \
        url_parse(url, &parts);                                                                    \
        return parts.name;                                                                         \
    }

PART(scheme, "http of http://user@host:80/path?query#fragment", "\"http://h\" + url")
PART(user, "what stands before @ and the host", "\"http://me@h\" + url")
PART(host,
     "the host, without port, user and the brackets of an IPv6 address; as written, so use "
     "text.lower to compare",
     "\"http://example.org\" + url")
PART(path, "from the / behind the host on, to ? or #", "url")
PART(query, "what stands behind ?, to #", "url")
PART(fragment, "what stands behind #", "url + \"#top\"")

static int64_t port_of_scheme(weir_str scheme)
{
    static const struct {
        const char *scheme;
        int64_t port;
    } known[] = {{"http", 80}, {"https", 443}, {"ws", 80},    {"wss", 443},
                 {"ftp", 21},  {"ssh", 22},    {"ldap", 389}, {"ldaps", 636}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t at = 0;
        while (at < scheme.count && (scheme.bytes[at] | 0x20) == known[i].scheme[at]) {
            at++;
        }
        if (at == scheme.count && known[i].scheme[at] == '\0') {
            return known[i].port;
        }
    }
    return 0;
}

/* The number that the digits are, or -1: they are none, or above PORT_MAX. */
static int64_t read_port(weir_str text)
{
    int64_t port = 0;
    if (text.count > PORT_DIGITS_MAX) {
        return -1;
    }
    for (size_t i = 0; i < text.count; i++) {
        if ((uint8_t)(text.bytes[i] - '0') > 9) {
            return -1;
        }
        port = port * 10 + (text.bytes[i] - '0');
    }
    return port <= PORT_MAX ? port : -1;
}

WEIR_HELP(port,
          "the port, else that of the scheme (http 80, https 443, ws, wss, ftp, ssh, ldap, ldaps), "
          "else 0; what is no port is a bad record",
          "generate clicks | map port = url.port(\"http://example.org:8080\" + url) | print");
WEIR_FUNCTION(int64_t, port, (weir_str, url))
{
    struct url parts;
    int64_t number;
    url_parse(url, &parts);
    if (parts.port.count == 0) {
        return port_of_scheme(parts.scheme);
    }
    number = read_port(parts.port);
    if (number < 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "'%.*s' is no port: expected 0 to %d",
                  parts.port.count < 40 ? (int)parts.port.count : 40, parts.port.bytes, PORT_MAX);
    }
    return number;
}
