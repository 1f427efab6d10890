/* SPDX-License-Identifier: Apache-2.0 */
/* See record.h. */
#include "record.h"

/* Index behind the string that begins at `at` with a quote; count if it does not end. */
static size_t string_end(weir_str text, size_t at)
{
    for (at++; at < text.count; at++) {
        if (text.bytes[at] == '\\') {
            at++;
        } else if (text.bytes[at] == '"') {
            return at + 1;
        }
    }
    return text.count;
}

/* Index behind the value that begins at `at`: the ',' or '}' of this level. */
static size_t value_end(weir_str text, size_t at)
{
    size_t depth = 0;
    while (at < text.count) {
        char c = text.bytes[at];
        if (c == '"') {
            at = string_end(text, at);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}')) {
            return at;
        }
        if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
        at++;
    }
    return at;
}

static weir_str without_quotes(weir_str text)
{
    return text.count < 2 ? text : weir_str_slice(text, 1, text.count - 2);
}

bool weir_shown_field_next(weir_str *rest, struct weir_shown_field *field)
{
    if (rest->count < 4 || (rest->bytes[0] != '{' && rest->bytes[0] != ',') ||
        rest->bytes[1] != '"') {
        return false;
    }
    size_t name_end = string_end(*rest, 1);
    if (name_end + 1 >= rest->count) {
        return false;
    }
    size_t end = value_end(*rest, name_end + 1);
    field->name = without_quotes(weir_str_slice(*rest, 1, name_end - 1));
    field->value = weir_str_slice(*rest, name_end + 1, end - name_end - 1);
    char first = field->value.count > 0 ? field->value.bytes[0] : ' ';
    field->is_text = first == '"';
    field->is_number = first == '-' || (first >= '0' && first <= '9');
    if (field->is_text) {
        field->value = without_quotes(field->value);
    }
    *rest = weir_str_slice(*rest, end, rest->count);
    return true;
}

void weir_show_safely(struct weir_blob *to, weir_str escaped)
{
    for (size_t i = 0; i < escaped.count; i++) {
        uint8_t c = (uint8_t)escaped.bytes[i];
        uint8_t next = i + 1 < escaped.count ? (uint8_t)escaped.bytes[i + 1] : 0;
        if (c == '\\' && (next == '"' || next == '\\' || next == '/')) {
            weir_blob_append(to, &next, 1);
            i++;
        } else if (c == 0x7f || c < 0x20) {
            weir_blob_put(to, "?");
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) { /* U+0080 to U+009F: controls */
            weir_blob_put(to, "?");
            i++;
        } else {
            weir_blob_append(to, &c, 1);
        }
    }
}

static uint32_t hex4(weir_str text, size_t at)
{
    uint32_t value = 0;
    for (size_t i = at; i < at + 4 && i < text.count; i++) {
        char c = text.bytes[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 32) - 'a' + 10);
        value = value << 4 | (digit & 15);
    }
    return value;
}

static void put_code_point(struct weir_blob *to, uint32_t code)
{
    char bytes[4];
    size_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = count - 1; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    bytes[0] = (char)(lead[count] | code);
    weir_blob_append(to, bytes, count);
}

/* The escape at `at`, behind its backslash; returns how many bytes it has. */
static size_t show_escape(struct weir_blob *to, weir_str text, size_t at)
{
    static const char letters[] = "bfnrt";
    static const char meanings[] = "\b\f\n\r\t";
    const char *letter = strchr(letters, text.bytes[at]);
    if (text.bytes[at] == 'u') {
        uint32_t code = hex4(text, at + 1);
        if (code >= 0xd800 && code < 0xdc00 && at + 10 < text.count) {
            uint32_t low = hex4(text, at + 7);
            put_code_point(to, 0x10000 + ((code - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff));
            return 11;
        }
        put_code_point(to, code);
        return 5;
    }
    if (letter != NULL && *letter != '\0') {
        weir_blob_append(to, &meanings[letter - letters], 1);
    } else {
        weir_blob_append(to, text.bytes + at, 1);
    }
    return 1;
}

void weir_show_plainly(struct weir_blob *to, weir_str escaped)
{
    size_t i = 0;
    while (i < escaped.count) {
        if (escaped.bytes[i] == '\\' && i + 1 < escaped.count) {
            i += 1 + show_escape(to, escaped, i + 1);
        } else {
            weir_blob_append(to, escaped.bytes + i, 1);
            i++;
        }
    }
}

size_t weir_shown_width(weir_str text)
{
    size_t width = 0;
    for (size_t i = 0; i < text.count; i++) {
        width += ((uint8_t)text.bytes[i] & 0xc0) != 0x80;
    }
    return width;
}
