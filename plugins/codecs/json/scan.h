/* SPDX-License-Identifier: Apache-2.0 */
/* Sixteen bytes at a time: where a string, a scalar, a run of blanks ends. Every function may read
 * JSON_PADDING_BYTES behind `end`, and may give a place behind it, too. */
#ifndef CODECS_JSON_SCAN_H
#define CODECS_JSON_SCAN_H

#include "json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline bool json_is_space(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

static inline const char *json_space(const char *at, const char *end)
{
    while (__builtin_expect((uint8_t)*at <= ' ', 0) && at < end && json_is_space(*at)) {
        at++;
    }
    return at;
}

#if defined(__SSE2__)
static inline __m128i json_load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Bit i: byte i is a quote, a backslash or a control character. */
static inline uint32_t json_string_mask(__m128i x)
{
    const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    const __m128i slash = _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(0x1f)), x);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), control));
}

/* Bit i: byte i ends a scalar: comma, closing bracket, blank. */
static inline uint32_t json_scalar_mask(__m128i x)
{
    const __m128i comma = _mm_cmpeq_epi8(x, _mm_set1_epi8(','));
    const __m128i folded = _mm_or_si128(x, _mm_set1_epi8(0x20));
    const __m128i closing = _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'));
    const __m128i blank = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(' ')), x);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(comma, closing), blank));
}

/* Bit i: byte i is a bracket or a quote. */
static inline uint32_t json_bracket_mask(__m128i x)
{
    const __m128i folded = _mm_or_si128(x, _mm_set1_epi8(0x20));
    const __m128i opening = _mm_cmpeq_epi8(folded, _mm_set1_epi8('{'));
    const __m128i closing = _mm_cmpeq_epi8(folded, _mm_set1_epi8('}'));
    const __m128i quote = _mm_cmpeq_epi8(x, _mm_set1_epi8('"'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(opening, closing), quote));
}

#define JSON_STOP_(name)                                                                           \
    static inline const char *json_##name##_stop(const char *at, const char *end)                  \
    {                                                                                              \
        for (; at < end; at += 16) {                                                               \
            const uint32_t mask = json_##name##_mask(json_load(at));                               \
            if (mask != 0) {                                                                       \
                return at + __builtin_ctz(mask);                                                   \
            }                                                                                      \
        }                                                                                          \
        return at;                                                                                 \
    }

static inline bool json_is_guess(const struct json_guess *guess, const char *at)
{
    const __m128i same = _mm_cmpeq_epi8(json_load(at), json_load(guess->bytes));
    return ((uint32_t)_mm_movemask_epi8(same) & guess->mask) == guess->mask;
}
#else
static inline bool json_is_string_stop(uint8_t byte)
{
    return byte == '"' || byte == '\\' || byte < 0x20;
}
static inline bool json_is_scalar_stop(uint8_t byte)
{
    return byte == ',' || (byte | 0x20) == '}' || byte <= ' ';
}
static inline bool json_is_bracket_stop(uint8_t byte)
{
    return byte == '"' || (byte | 0x20) == '{' || (byte | 0x20) == '}';
}
#define JSON_STOP_(name)                                                                           \
    static inline const char *json_##name##_stop(const char *at, const char *end)                  \
    {                                                                                              \
        while (at < end && !json_is_##name##_stop((uint8_t)*at)) {                                 \
            at++;                                                                                  \
        }                                                                                          \
        return at;                                                                                 \
    }

static inline bool json_is_guess(const struct json_guess *guess, const char *at)
{
    return guess->count <= JSON_GUESS_BYTES && memcmp(at, guess->bytes, guess->count) == 0;
}
#endif

/* Where a string stops being as it is; a scalar ends; the next bracket or quote is. */
JSON_STOP_(string)
JSON_STOP_(scalar)
JSON_STOP_(bracket)
#undef JSON_STOP_

/* The string that begins behind a quote. *text: its bytes, or those of the scratch. Gives the place
 * behind its quote. */
static inline const char *json_read_string(struct json_reader *reader,
                                           const char *at,
                                           weir_str *text)
{
    const char *stop = json_string_stop(at, reader->end);
    if (__builtin_expect(*stop == '"' && stop < reader->end, 1)) {
        *text = weir_str_make((const char *)((uintptr_t)at + reader->back), (size_t)(stop - at));
        return stop + 1;
    }
    return json_unescape(reader, at, stop, text);
}

#endif
