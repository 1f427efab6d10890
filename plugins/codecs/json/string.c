/* SPDX-License-Identifier: Apache-2.0 */
/* Strings that are not as they stand: escapes, base64; and the way back. */
#include "scan.h"

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char no_character[] = "\xef\xbf\xbd"; /* U+FFFD */

/* ---- escapes ---- */
static int hex_of(char byte)
{
    const char lower = (char)(byte | 0x20);
    return byte >= '0' && byte <= '9'     ? byte - '0'
           : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                          : -1;
}

/* The four digits at `at`; -1: they are none. */
static int32_t unit_of(const struct json_reader *reader, const char *at)
{
    int32_t unit = 0;
    if (reader->end - at < 4) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        const int digit = hex_of(at[i]);
        if (digit < 0) {
            return -1;
        }
        unit = unit * 16 + digit;
    }
    return unit;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
    } else if (code < 0x800) {
        *to++ = (char)(0xc0 | code >> 6);
        *to++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *to++ = (char)(0xe0 | code >> 12);
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    } else {
        *to++ = (char)(0xf0 | code >> 18);
        *to++ = (char)(0x80 | (code >> 12 & 63));
        *to++ = (char)(0x80 | (code >> 6 & 63));
        *to++ = (char)(0x80 | (code & 63));
    }
    return to;
}

/* \uXXXX, from its first digit on; a pair of surrogates is one character. */
static const char *take_unit(struct json_reader *reader, const char *at, char **to)
{
    const int32_t unit = unit_of(reader, at);
    uint32_t code = (uint32_t)unit;
    if (unit < 0) {
        return json_fail_syntax(reader, at, "four hexadecimal digits");
    }
    at += 4;
    if (unit >= 0xd800 && unit < 0xe000) {
        const bool may_pair =
            unit < 0xdc00 && reader->end - at >= 6 && at[0] == '\\' && at[1] == 'u';
        const int32_t low = may_pair ? unit_of(reader, at + 2) : -1;
        code = 0xfffd;
        if (low >= 0xdc00 && low < 0xe000) {
            code = 0x10000 + (((uint32_t)unit - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
            at += 6;
        }
    }
    *to = put_utf8(*to, code);
    return at;
}

/* What stands behind a backslash. */
static const char *take_escape(struct json_reader *reader, const char *at, char **to)
{
    static const char from[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    if (at < reader->end && *at == 'u') {
        return take_unit(reader, at + 1, to);
    }
    const char *found = at < reader->end && *at != '\0' ? strchr(from, *at) : NULL;
    if (found == NULL) {
        return json_fail_syntax(reader, at, "one of \"\\/bfnrtu behind a backslash");
    }
    *(*to)++ = meant[found - from];
    return at + 1;
}

const char *json_unescape(struct json_reader *reader,
                          const char *from,
                          const char *at,
                          weir_str *text)
{
    struct weir_blob *scratch = &reader->self->scratch;
    weir_blob_clear(scratch);
    /* an escape is never shorter than what it means; names are read by words of 8 bytes */
    char *to = weir_blob_reserve(scratch, (size_t)(reader->end - from) + JSON_PADDING_BYTES);
    if (to == NULL) {
        return json_fail_with(reader, weir_fail(reader->task, WEIR_RETRY, "out of memory"));
    }
    for (;;) {
        if (at >= reader->end) {
            return json_fail_syntax(reader, at, "the end of a string");
        }
        memcpy(to, from, (size_t)(at - from));
        to += at - from;
        if (*at == '"') {
            *text = weir_str_make(scratch->bytes, (size_t)(to - scratch->bytes));
            return at + 1;
        }
        if (*at != '\\') {
            return json_fail_syntax(reader, at, "no control character in a string");
        }
        from = take_escape(reader, at + 1, &to);
        if (from == NULL) {
            return NULL;
        }
        at = json_string_stop(from, reader->end);
    }
}

/* ---- strings out ---- */
static size_t plain_run(const char *bytes, size_t count)
{
    size_t at = 0;
    while (at < count && (uint8_t)bytes[at] >= ' ' && (uint8_t)bytes[at] < 0x80 &&
           bytes[at] != '"' && bytes[at] != '\\') {
        at++;
    }
    return at;
}

static void put_escape(struct weir_blob *to, char byte)
{
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char meant[] = "\"\\bfnrt";
    const char *found = byte != '\0' ? strchr(from, byte) : NULL;
    char escape[8];
    if (found != NULL) {
        escape[0] = '\\';
        escape[1] = meant[found - from];
        weir_blob_append(to, escape, 2);
        return;
    }
    (void)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)(uint8_t)byte);
    weir_blob_put(to, escape);
}

/* Bytes of the character at `at`, or of what is the beginning of one; *is_whole tells which. */
static size_t character(const uint8_t *at, size_t count, bool *is_whole)
{
    const uint8_t lead = at[0];
    const size_t follow = lead >= 0xc2 && lead <= 0xdf   ? 1
                          : lead >= 0xe0 && lead <= 0xef ? 2
                          : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                         : 0;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    size_t used = 1;
    while (used <= follow && used < count && at[used] >= low && at[used] <= high) {
        used++;
        low = 0x80;
        high = 0xbf;
    }
    *is_whole = follow > 0 && used == follow + 1;
    return used;
}

void json_put_string(struct weir_blob *to, weir_str text)
{
    weir_blob_append(to, "\"", 1);
    for (size_t at = 0; at < text.count;) {
        const size_t run = plain_run(text.bytes + at, text.count - at);
        if (run > 0) {
            weir_blob_append(to, text.bytes + at, run);
            at += run;
        } else if ((uint8_t)text.bytes[at] < 0x80) {
            put_escape(to, text.bytes[at++]);
        } else {
            bool is_whole;
            const size_t used =
                character((const uint8_t *)text.bytes + at, text.count - at, &is_whole);
            weir_blob_append(to, is_whole ? text.bytes + at : no_character, is_whole ? used : 3);
            at += used;
        }
    }
    weir_blob_append(to, "\"", 1);
}

/* ---- base64 ---- */
static int value_of(char byte)
{
    const char *found = byte != '\0' ? strchr(letters, byte) : NULL;
    return found != NULL ? (int)(found - letters) : -1;
}

bool json_from_base64(struct json_self *self, weir_str text, weir_bytes *bytes)
{
    char *to;
    char *start;
    while (text.count > 0 && text.count % 4 == 0 && text.bytes[text.count - 1] == '=' &&
           text.count > 1) {
        const size_t padding = text.bytes[text.count - 2] == '=' ? 2 : 1;
        text.count -= padding;
        break;
    }
    if (text.count % 4 == 1) {
        return false;
    }
    if (text.bytes == self->scratch.bytes) { /* bytes are fewer than letters: in place */
        to = start = self->scratch.bytes;
    } else {
        weir_blob_clear(&self->scratch);
        to = start = weir_blob_reserve(&self->scratch, text.count + 1);
    }
    if (start == NULL) {
        return false;
    }
    uint32_t group = 0;
    for (size_t i = 0; i < text.count; i++) {
        const int value = value_of(text.bytes[i]);
        if (value < 0) {
            return false;
        }
        group = group << 6 | (uint32_t)value;
        if (i % 4 > 0) {
            *to++ = (char)(uint8_t)(group >> (6 - 2 * (i % 4)));
        }
    }
    *bytes = weir_bytes_make(start, (size_t)(to - start));
    return true;
}

void json_put_base64(struct weir_blob *to, weir_bytes bytes)
{
    weir_blob_append(to, "\"", 1);
    for (size_t i = 0; i < bytes.count; i += 3) {
        const size_t left = bytes.count - i;
        uint32_t group = (uint32_t)bytes.bytes[i] << 16;
        group |= left > 1 ? (uint32_t)bytes.bytes[i + 1] << 8 : 0;
        group |= left > 2 ? bytes.bytes[i + 2] : 0;
        const char four[4] = {letters[group >> 18], letters[group >> 12 & 63],
                              left > 1 ? letters[group >> 6 & 63] : '=',
                              left > 2 ? letters[group & 63] : '='};
        weir_blob_append(to, four, 4);
    }
    weir_blob_append(to, "\"", 1);
}
