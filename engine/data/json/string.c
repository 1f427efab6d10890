/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a JSON string: runs of plain ASCII are copied whole; what is not UTF-8 becomes
 * U+FFFD, one for each maximal subpart (Unicode 15, table 3-8), as every browser and Java decode
 * it. */
#include "data/json/string.h"

#include <string.h>

/* Copied as they are: ASCII but controls, quote and backslash. */
static inline bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* No byte of the eight needs a closer look. */
static inline bool are_plain(const uint8_t *bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    uint64_t quote = word ^ ones * '"';
    uint64_t slash = word ^ ones * '\\';
    uint64_t odd = word | (word - ones * 0x20) | (quote - ones) | (slash - ones);
    return (odd & ones * 0x80) == 0;
}

static size_t plain_run(const uint8_t *bytes, size_t count)
{
    size_t at = 0;
    while (at + 8 <= count && are_plain(bytes + at)) {
        at += 8;
    }
    while (at < count && is_plain(bytes[at])) {
        at++;
    }
    return at;
}

static void put_escape(struct weir_text *to, uint8_t c)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt";
    for (size_t i = 0; i + 1 < sizeof letters; i += 2) {
        if ((uint8_t)letters[i] == c) {
            const char escape[2] = {'\\', letters[i + 1]};
            weir_text_append(to, escape, 2);
            return;
        }
    }
    const char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
    weir_text_append(to, escape, 6);
}

/* The range of a lead byte's second byte, and how many bytes follow the lead (0: no lead byte). */
struct sequence {
    uint8_t low, high;
    size_t follow;
};

static struct sequence sequence_of(uint8_t lead)
{
    struct sequence s = {0x80, 0xbf, 0};
    if (lead >= 0xc2 && lead <= 0xdf) {
        s.follow = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        s.follow = 2;
        s.low = lead == 0xe0 ? 0xa0 : 0x80;
        s.high = lead == 0xed ? 0x9f : 0xbf;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        s.follow = 3;
        s.low = lead == 0xf0 ? 0x90 : 0x80;
        s.high = lead == 0xf4 ? 0x8f : 0xbf;
    }
    return s;
}

size_t weir_utf8_part(const uint8_t *bytes, size_t count, bool *is_valid)
{
    struct sequence s = sequence_of(bytes[0]);
    size_t at = 1;
    while (at <= s.follow && at < count) {
        uint8_t low = at == 1 ? s.low : 0x80;
        uint8_t high = at == 1 ? s.high : 0xbf;
        if (bytes[at] < low || bytes[at] > high) {
            break;
        }
        at++;
    }
    *is_valid = s.follow > 0 && at == s.follow + 1;
    return at;
}

void weir_json_string(struct weir_text *to, weir_str s)
{
    const uint8_t *bytes = (const uint8_t *)s.bytes;
    weir_text_append(to, "\"", 1);
    for (size_t at = 0; at < s.count;) {
        size_t run = plain_run(bytes + at, s.count - at);
        if (run > 0) {
            weir_text_append(to, bytes + at, run);
            at += run;
        } else if (bytes[at] < 0x80) {
            put_escape(to, bytes[at++]);
        } else {
            bool is_valid = false;
            size_t part = weir_utf8_part(bytes + at, s.count - at, &is_valid);
            weir_text_append(to, is_valid ? (const char *)bytes + at : "\xef\xbf\xbd",
                             is_valid ? part : 3);
            at += part;
        }
    }
    weir_text_append(to, "\"", 1);
}

void weir_json_base64(struct weir_text *to, weir_bytes bytes)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = weir_text_reserve(to, (bytes.count + 2) / 3 * 4 + 2);
    char *at = out;
    *at++ = '"';
    for (size_t i = 0; i < bytes.count; i += 3) {
        size_t left = bytes.count - i;
        uint32_t group = (uint32_t)bytes.bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes.bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes.bytes[i + 2] : 0;
        *at++ = letters[group >> 18];
        *at++ = letters[group >> 12 & 63];
        *at++ = left > 1 ? letters[group >> 6 & 63] : '=';
        *at++ = left > 2 ? letters[group & 63] : '=';
    }
    *at++ = '"';
    *at = '\0';
    to->count += (size_t)(at - out);
}
