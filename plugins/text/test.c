/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about a text: what it contains, how long it is, whether it is valid. */
#include <weir/operator.h>

WEIR_HELP(contains,
          "true if `part` is somewhere in `text`; the empty text is in every text",
          "generate lines | filter text.contains(line, \"ERROR\") | print");
WEIR_FUNCTION(bool, contains, (weir_str, text, weir_str, part))
{
    return weir_str_contains(text, part);
}

WEIR_HELP(starts_with,
          "true if `text` begins with `start`",
          "generate clicks | filter text.starts_with(url, \"/a\") | print");
WEIR_FUNCTION(bool, starts_with, (weir_str, text, weir_str, start))
{
    return weir_str_starts_with(text, start);
}

WEIR_HELP(ends_with,
          "true if `text` ends with `end`",
          "generate clicks | filter text.ends_with(url, \"1\") | print");
WEIR_FUNCTION(bool, ends_with, (weir_str, text, weir_str, end))
{
    return weir_str_ends_with(text, end);
}

WEIR_HELP(length,
          "number of bytes; see chars",
          "generate words | map word, bytes = text.length(word) | print");
WEIR_FUNCTION(int64_t, length, (weir_str, text))
{
    return (int64_t)text.count;
}

WEIR_HELP(chars,
          "number of UTF-8 code points; of bytes that are no UTF-8, those that cannot go on one",
          "generate words | map word, chars = text.chars(word) | print");
WEIR_FUNCTION(int64_t, chars, (weir_str, text))
{
    int64_t count = 0;
    for (size_t i = 0; i < text.count; i++) {
        count += (text.bytes[i] & 0xC0) != 0x80;
    }
    return count;
}

/* Bytes of the code point that begins at `at`, or 0 if none does: Unicode 15, table 3-7, which
 * leaves out longer forms than needed, halves of UTF-16 pairs and numbers above 0x10FFFF. */
static size_t code_point_bytes(const uint8_t *at, size_t left)
{
    const uint8_t lead = at[0];
    const size_t count = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const uint8_t least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const uint8_t most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (count == 1) {
        return 1;
    }
    if (lead < 0xC2 || lead > 0xF4 || left < count || at[1] < least || at[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < count; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    return count;
}

WEIR_HELP(valid_utf8,
          "true if the text is valid UTF-8; a str may hold any bytes",
          "generate lines | filter text.valid_utf8(line) | print");
WEIR_FUNCTION(bool, valid_utf8, (weir_str, text))
{
    const uint8_t *bytes = (const uint8_t *)text.bytes;
    size_t at = 0;
    while (at < text.count) {
        uint64_t eight = 0;
        size_t count = 8;
        if (text.count - at >= 8) {
            memcpy(&eight, bytes + at, 8);
        }
        if (text.count - at < 8 || (eight & UINT64_C(0x8080808080808080)) != 0) {
            count = code_point_bytes(bytes + at, text.count - at);
        }
        if (count == 0) {
            return false;
        }
        at += count;
    }
    return true;
}
