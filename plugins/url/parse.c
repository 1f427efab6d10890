/* SPDX-License-Identifier: Apache-2.0 */
/* One pass from left to right; parts are what lies between the signs that RFC 3986 gives them. */
#include "url.h"

static bool is_letter(char byte)
{
    return (uint8_t)((byte | 0x20) - 'a') < 26;
}

static bool is_scheme_byte(char byte)
{
    return is_letter(byte) || (uint8_t)(byte - '0') < 10 || byte == '+' || byte == '-' ||
           byte == '.';
}

/* Bytes of the scheme at the beginning, without its colon; 0: there is none. */
static size_t scheme_count(weir_str text)
{
    size_t count = 0;
    if (text.count == 0 || !is_letter(text.bytes[0])) {
        return 0;
    }
    while (count < text.count && is_scheme_byte(text.bytes[count])) {
        count++;
    }
    return count < text.count && text.bytes[count] == ':' ? count : 0;
}

/* Takes what stands before the first of the three signs, or the end, off the front of *rest. */
static weir_str take_until(weir_str *rest, char a, char b, char c)
{
    size_t count = 0;
    weir_str taken;
    while (count < rest->count && rest->bytes[count] != a && rest->bytes[count] != b &&
           rest->bytes[count] != c) {
        count++;
    }
    taken = weir_str_slice(*rest, 0, count);
    *rest = weir_str_slice(*rest, count, rest->count);
    return taken;
}

/* Where `byte` is last, or WEIR_NOT_FOUND. */
static size_t find_last(weir_str text, char byte)
{
    size_t at = text.count;
    while (at > 0 && text.bytes[at - 1] != byte) {
        at--;
    }
    return at - 1; /* of 0: WEIR_NOT_FOUND */
}

/* Takes [host] off the front if nothing or a port follows. */
static bool take_literal(weir_str *text, weir_str *host)
{
    const size_t end =
        weir_str_starts_with(*text, "[") ? weir_str_find_byte(*text, ']') : WEIR_NOT_FOUND;
    if (end == WEIR_NOT_FOUND || (end + 1 < text->count && text->bytes[end + 1] != ':')) {
        return false;
    }
    *host = weir_str_slice(*text, 1, end - 1);
    *text = weir_str_slice(*text, end + 1, text->count);
    return true;
}

/* [user@]host[:port] */
static void parse_authority(weir_str text, struct url *url)
{
    size_t at = find_last(text, '@');
    url->has_user = at != WEIR_NOT_FOUND;
    if (url->has_user) {
        url->user = weir_str_slice(text, 0, at);
        text = weir_str_slice(text, at + 1, text.count);
    }
    url->is_literal = take_literal(&text, &url->host);
    at = find_last(text, ':');
    if (url->is_literal) {
        at = text.count > 0 ? 0 : WEIR_NOT_FOUND;
    }
    url->has_port = at != WEIR_NOT_FOUND;
    if (url->has_port) {
        url->port = weir_str_slice(text, at + 1, text.count);
        text = weir_str_slice(text, 0, at);
    }
    if (!url->is_literal) {
        url->host = text;
    }
}

void url_parse(weir_str text, struct url *url)
{
    size_t count = scheme_count(text);
    memset(url, 0, sizeof *url);
    url->scheme = weir_str_slice(text, 0, count);
    url->has_scheme = count > 0;
    if (url->has_scheme) {
        text = weir_str_slice(text, count + 1, text.count);
    }
    url->has_authority = weir_str_starts_with(text, "//");
    if (url->has_authority) {
        text = weir_str_slice(text, 2, text.count);
        parse_authority(take_until(&text, '/', '?', '#'), url);
    }
    url->path = take_until(&text, '?', '#', '#');
    url->has_query = weir_str_starts_with(text, "?");
    if (url->has_query) {
        text = weir_str_slice(text, 1, text.count);
        url->query = take_until(&text, '#', '#', '#');
    }
    url->has_fragment = weir_str_starts_with(text, "#");
    url->fragment = weir_str_slice(text, url->has_fragment, text.count);
}

bool url_next_pair(weir_str *query, weir_str *name, weir_str *value)
{
    weir_str pair;
    size_t equals;
    while (query->count > 0 && query->bytes[0] == '&') {
        *query = weir_str_slice(*query, 1, query->count);
    }
    pair = take_until(query, '&', '&', '&');
    equals = weir_str_find_byte(pair, '=');
    *name = weir_str_slice(pair, 0, equals);
    *value = equals == WEIR_NOT_FOUND ? weir_str_make(pair.bytes, 0)
                                      : weir_str_slice(pair, equals + 1, pair.count);
    return pair.count > 0;
}
