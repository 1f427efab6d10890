/* SPDX-License-Identifier: Apache-2.0 */
/* Values as the author of an operator handles them. Text is a place and a count: any bytes, never
 * ended by a NUL, and often a slice of a larger text, so cutting and passing it on copies nothing.
 * Every function here is pure and needs the C library only. */
#ifndef WEIR_VALUE_H
#define WEIR_VALUE_H

#include <weir/abi.h>

#include <string.h>

#define WEIR_NOT_FOUND ((size_t)-1)

/* `count` bytes at `bytes`, as text. Valid for as long as the bytes are. */
static inline weir_str weir_str_make(const char *bytes, size_t count)
{
    weir_str text;
    text.bytes = bytes;
    text.count = count;
    return text;
}

/* A NUL-terminated C string as text, without its NUL. */
static inline weir_str weir_str_from_chars(const char *chars)
{
    return weir_str_make(chars, strlen(chars));
}

static inline weir_str weir_str_from_bytes(weir_bytes bytes)
{
    return weir_str_make((const char *)bytes.bytes, bytes.count);
}

static inline weir_bytes weir_bytes_make(const void *bytes, size_t count)
{
    weir_bytes made;
    made.bytes = (const uint8_t *)bytes;
    made.count = count;
    return made;
}

static inline weir_bytes weir_bytes_from_str(weir_str text)
{
    return weir_bytes_make(text.bytes, text.count);
}

static inline weir_ts weir_ts_make(int64_t us)
{
    weir_ts time;
    time.us = us;
    return time;
}

/* WEIR_TEXT(x): x as weir_str, whether x is a weir_str or a C string. The functions below that are
 * spelt as macros take either for their second argument: weir_str_contains(line, "ERROR"). */
#ifdef __cplusplus
extern "C++" {
static inline weir_str weir_text(weir_str text)
{
    return text;
}
static inline weir_str weir_text(const char *chars)
{
    return weir_str_from_chars(chars);
}
}
#define WEIR_TEXT(x) weir_text(x)
#else
static inline weir_str weir_text_same(weir_str text)
{
    return text;
}
#define WEIR_TEXT(x)                                                                               \
    _Generic((x),                                                                                  \
        weir_str: weir_text_same,                                                                  \
        char *: weir_str_from_chars,                                                               \
        const char *: weir_str_from_chars)(x)
#endif

#define weir_str_equal(text, other)       weir_text_equal((text), WEIR_TEXT(other))
#define weir_str_compare(text, other)     weir_text_compare((text), WEIR_TEXT(other))
#define weir_str_starts_with(text, start) weir_text_starts_with((text), WEIR_TEXT(start))
#define weir_str_ends_with(text, end)     weir_text_ends_with((text), WEIR_TEXT(end))
#define weir_str_find(text, needle)       weir_text_find((text), WEIR_TEXT(needle))
#define weir_str_contains(text, needle)   (weir_str_find(text, needle) != WEIR_NOT_FOUND)

/* True if both hold the same bytes. */
static inline bool weir_text_equal(weir_str a, weir_str b)
{
    return a.count == b.count && (a.count == 0 || memcmp(a.bytes, b.bytes, a.count) == 0);
}

/* Order of the bytes as numbers 0..255; a text comes after its own beginning. Below, at or above 0.
 */
static inline int weir_text_compare(weir_str a, weir_str b)
{
    const size_t common = a.count < b.count ? a.count : b.count;
    const int order = common == 0 ? 0 : memcmp(a.bytes, b.bytes, common);
    return order != 0 ? order : (a.count > b.count) - (a.count < b.count);
}

static inline bool weir_text_starts_with(weir_str text, weir_str start)
{
    return text.count >= start.count &&
           weir_text_equal(weir_str_make(text.bytes, start.count), start);
}

static inline bool weir_text_ends_with(weir_str text, weir_str end)
{
    return text.count >= end.count &&
           weir_text_equal(weir_str_make(text.bytes + (text.count - end.count), end.count), end);
}

/* How common a byte is in text and logs, 255 = the blank. A guess; it steers speed only. */
static inline uint8_t weir_byte_frequency(char byte)
{
    /* clang-format off */
    static const uint8_t frequency[256] = {
        8, 8, 8, 8, 8, 8, 8, 8, 8, 121, 123, 8, 8, 61, 8, 8,
        8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
        255, 73, 179, 81, 77, 95, 97, 99, 127, 125, 83, 85, 201, 199, 207, 195,
        213, 209, 203, 193, 191, 189, 187, 185, 183, 181, 197, 101, 89, 177, 87, 71,
        79, 165, 147, 159, 149, 161, 141, 135, 139, 163, 111, 113, 151, 157, 145, 143,
        155, 105, 153, 167, 169, 133, 115, 137, 107, 109, 103, 119, 69, 117, 67, 171,
        63, 249, 215, 231, 233, 253, 225, 221, 237, 245, 173, 205, 235, 227, 243, 247,
        223, 131, 239, 241, 251, 229, 211, 219, 175, 217, 129, 93, 75, 91, 65, 8,
        70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
        70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
        70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
        70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70,
        40, 40, 40, 60, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40,
        60, 60, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40,
        40, 40, 60, 60, 60, 60, 60, 40, 40, 40, 40, 40, 40, 40, 40, 40,
        40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40, 40,
    };
    /* clang-format on */
    return frequency[(uint8_t)byte];
}

/* Where `needle` begins in `text` for the first time, or WEIR_NOT_FOUND. The empty needle is at 0.
 * Looks for the needle's rarest byte, so that memchr does nearly all of the work. */
static inline size_t weir_text_find(weir_str text, weir_str needle)
{
    size_t rare = 0;
    const char *from;
    size_t left;
    if (needle.count == 0 || needle.count > text.count) {
        return needle.count == 0 ? 0 : WEIR_NOT_FOUND;
    }
    for (size_t i = 1; i < needle.count; i++) {
        if (weir_byte_frequency(needle.bytes[i]) < weir_byte_frequency(needle.bytes[rare])) {
            rare = i;
        }
    }
    from = text.bytes + rare;
    left = text.count - needle.count + 1;
    while (left > 0) {
        const char *hit = (const char *)memchr(from, needle.bytes[rare], left);
        if (hit == NULL) {
            break;
        }
        if (memcmp(hit - rare, needle.bytes, needle.count) == 0) {
            return (size_t)(hit - text.bytes) - rare;
        }
        left -= (size_t)(hit - from) + 1;
        from = hit + 1;
    }
    return WEIR_NOT_FOUND;
}

/* Where `byte` is in `text` for the first time, or WEIR_NOT_FOUND. */
static inline size_t weir_str_find_byte(weir_str text, char byte)
{
    const char *hit = text.count == 0 ? NULL : (const char *)memchr(text.bytes, byte, text.count);
    return hit == NULL ? WEIR_NOT_FOUND : (size_t)(hit - text.bytes);
}

/* `count` bytes of `text` from `start` on; what lies beyond its end is cut off. A slice, no copy.
 */
static inline weir_str weir_str_slice(weir_str text, size_t start, size_t count)
{
    const size_t from = start < text.count ? start : text.count;
    const size_t left = text.count - from;
    return weir_str_make(from == 0 ? text.bytes : text.bytes + from, count < left ? count : left);
}

/* Takes the next run of bytes other than `separator` off the front of *rest. False at the end;
 * empty runs are skipped: "a  b" has two. */
static inline bool weir_str_token(weir_str *rest, char separator, weir_str *token)
{
    size_t start = 0;
    size_t end;
    while (start < rest->count && rest->bytes[start] == separator) {
        start++;
    }
    end = start;
    while (end < rest->count && rest->bytes[end] != separator) {
        end++;
    }
    *token = weir_str_slice(*rest, start, end - start);
    *rest = weir_str_slice(*rest, end, rest->count);
    return token->count > 0;
}

/* Takes what comes before the next `separator` (or the end) off the front of *rest, and the
 * separator too. False if nothing was left to take from; empty fields count: "a,,b" has three.
 * At the start *rest must not be taken from yet; afterwards rest->bytes is NULL at the end. */
static inline bool weir_str_field(weir_str *rest, char separator, weir_str *field)
{
    size_t at;
    if (rest->bytes == NULL) {
        return false;
    }
    at = weir_str_find_byte(*rest, separator);
    if (at == WEIR_NOT_FOUND) {
        *field = *rest;
        *rest = weir_str_make(NULL, 0);
        return true;
    }
    *field = weir_str_slice(*rest, 0, at);
    *rest = weir_str_slice(*rest, at + 1, rest->count);
    return true;
}

/* Space, tab, CR, LF, VT, FF: what separates words. */
static inline bool weir_is_space(char byte)
{
    return byte == ' ' || (uint8_t)((uint8_t)byte - '\t') < 5;
}

/* `text` without the blanks at both of its ends. A slice, no copy. */
static inline weir_str weir_str_trim(weir_str text)
{
    size_t start = 0;
    size_t end = text.count;
    while (start < end && weir_is_space(text.bytes[start])) {
        start++;
    }
    while (end > start && weir_is_space(text.bytes[end - 1])) {
        end--;
    }
    return weir_str_slice(text, start, end - start);
}

#endif
