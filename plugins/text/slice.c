/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a text by place or by what stands at its ends. All of them are slices: no byte is
 * copied. */
#include <weir/operator.h>

#define EXAMPLE(call) "generate clicks | map part = text." call " | print"

WEIR_HELP(trim_start,
          "without the blanks at its beginning",
          "generate lines | map line = text.trim_start(line) | print");
WEIR_FUNCTION(weir_str, trim_start, (weir_str, text))
{
    size_t start = 0;
    while (start < text.count && weir_is_space(text.bytes[start])) {
        start++;
    }
    return weir_str_slice(text, start, text.count);
}

WEIR_HELP(trim_end,
          "without the blanks at its end",
          "generate lines | map line = text.trim_end(line) | print");
WEIR_FUNCTION(weir_str, trim_end, (weir_str, text))
{
    while (text.count > 0 && weir_is_space(text.bytes[text.count - 1])) {
        text.count--;
    }
    return text;
}

WEIR_HELP(trim_bytes,
          "without any of those bytes at both ends",
          EXAMPLE("trim_bytes(url, \"/?\")"));
WEIR_FUNCTION(weir_str, trim_bytes, (weir_str, text, weir_str, bytes))
{
    size_t start = 0;
    while (start < text.count && weir_str_find_byte(bytes, text.bytes[start]) != WEIR_NOT_FOUND) {
        start++;
    }
    while (text.count > start &&
           weir_str_find_byte(bytes, text.bytes[text.count - 1]) != WEIR_NOT_FOUND) {
        text.count--;
    }
    return weir_str_slice(text, start, text.count);
}

WEIR_HELP(without_start,
          "without `start` at its beginning, if it is there",
          EXAMPLE("without_start(url, \"/\")"));
WEIR_FUNCTION(weir_str, without_start, (weir_str, text, weir_str, start))
{
    return weir_str_starts_with(text, start) ? weir_str_slice(text, start.count, text.count) : text;
}

WEIR_HELP(without_end,
          "without `end` at its end, if it is there",
          EXAMPLE("without_end(url, \".html\")"));
WEIR_FUNCTION(weir_str, without_end, (weir_str, text, weir_str, end))
{
    return weir_str_ends_with(text, end) ? weir_str_slice(text, 0, text.count - end.count) : text;
}

/* Where byte `start` is: counted from the end if it is negative; beyond an end, that end. */
static inline size_t place(weir_str text, int64_t start)
{
    const int64_t count = (int64_t)text.count;
    if (start < 0) {
        return start < -count ? 0 : (size_t)(count + start);
    }
    return start > count ? text.count : (size_t)start;
}

WEIR_HELP(substr_from,
          "from byte `start` on, the first being 0; a negative one counts from the end",
          EXAMPLE("substr(url, 1)"));
WEIR_FUNCTION_AS(substr_from, "substr", 0, weir_str, (weir_str, text, int64_t, start))
{
    return weir_str_slice(text, place(text, start), text.count);
}

WEIR_HELP(substr,
          "`count` bytes from byte `start` on, or what there is of them; a negative start counts "
          "from the end, a negative count is none",
          EXAMPLE("substr(url, 1, 3)"));
WEIR_FUNCTION(weir_str, substr, (weir_str, text, int64_t, start, int64_t, count))
{
    return weir_str_slice(text, place(text, start), count < 0 ? 0 : (size_t)count);
}

WEIR_HELP(index_of,
          "where `part` begins first, in bytes from 0; -1 if it is not there",
          EXAMPLE("index_of(url, \"/\")"));
WEIR_FUNCTION(int64_t, index_of, (weir_str, text, weir_str, part))
{
    const size_t at = weir_str_find(text, part);
    return at == WEIR_NOT_FOUND ? -1 : (int64_t)at;
}

WEIR_HELP(last_index_of,
          "where `part` begins last, in bytes from 0; -1 if it is not there",
          EXAMPLE("last_index_of(url, \"/\")"));
WEIR_FUNCTION(int64_t, last_index_of, (weir_str, text, weir_str, part))
{
    size_t at = part.count > text.count ? 0 : text.count - part.count + 1;
    while (at > 0) {
        at--;
        if (weir_text_equal(weir_str_slice(text, at, part.count), part)) {
            return (int64_t)at;
        }
    }
    return -1;
}
