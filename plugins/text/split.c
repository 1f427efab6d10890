/* SPDX-License-Identifier: Apache-2.0 */
/* Text into pieces. All of them are slices: no byte is copied. */
#include <weir/operator.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { WINDOW = 64, STEP = 16 };

/* Bit i is set if byte i of the STEP bytes at `bytes` is a blank. */
static inline uint64_t blanks_of_step(const char *bytes)
{
#ifdef __SSE2__
    const __m128i text = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i control = _mm_sub_epi8(text, _mm_set1_epi8('\t')); /* TAB LF VT FF CR: 0 to 4 */
    const __m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(control, _mm_set1_epi8(4)), control);
    const __m128i is_space = _mm_cmpeq_epi8(text, _mm_set1_epi8(' '));
    return (uint64_t)_mm_movemask_epi8(_mm_or_si128(is_control, is_space));
#else
    uint64_t blanks = 0;
    for (int i = 0; i < STEP; i++) {
        blanks |= (uint64_t)weir_is_space(bytes[i]) << i;
    }
    return blanks;
#endif
}

/* Bit i is set if byte at + i of `text` is a blank or lies beyond its end. Reads no byte that is
 * not in `text`: a last part of a step is read as the end of a whole one. */
static inline uint64_t blanks_of_window(weir_str text, size_t at)
{
    const size_t count = text.count - at < WINDOW ? text.count - at : WINDOW;
    const size_t rest = count % STEP;
    const size_t whole = count - rest;
    uint64_t blanks = count < WINDOW ? ~UINT64_C(0) << count : 0;
    for (size_t i = 0; i < whole; i += STEP) {
        blanks |= blanks_of_step(text.bytes + at + i) << i;
    }
    if (rest > 0 && text.count >= STEP) {
        blanks |= blanks_of_step(text.bytes + at + count - STEP) >> (STEP - rest) << whole;
    } else {
        for (size_t i = whole; i < count; i++) {
            blanks |= (uint64_t)weir_is_space(text.bytes[at + i]) << i;
        }
    }
    return blanks;
}

WEIR_HELP(words,
          "the words of a text: runs of bytes other than space, tab, CR, LF, VT and FF",
          "generate lines | flat_map word = text.words(line) | count_by_value | print");
WEIR_EMITTER(words, (weir_str, line), (weir_str, word))
{
    /* In each window the places where words begin and blanks begin alternate. */
    size_t start = 0;
    uint64_t in_word = 0;
    for (size_t at = 0; at <= line.count; at += WINDOW) {
        const uint64_t letters = ~blanks_of_window(line, at);
        uint64_t edges = letters ^ (letters << 1 | in_word);
        if (in_word == 0 && edges != 0) {
            start = at + (size_t)__builtin_ctzll(edges);
            edges &= edges - 1;
        }
        in_word = letters >> (WINDOW - 1);
        while (edges != 0) {
            const size_t end = at + (size_t)__builtin_ctzll(edges);
            WEIR_EMIT(weir_str_make(line.bytes + start, end - start));
            edges &= edges - 1;
            if (edges == 0) {
                break;
            }
            start = at + (size_t)__builtin_ctzll(edges);
            edges &= edges - 1;
        }
    }
}

WEIR_HELP(split,
          "the parts between separators, empty ones too: \"a,,b\" has three",
          "generate clicks | flat_map part = text.split(url, \"/\") | print");
WEIR_EMITTER(split, (weir_str, text, weir_str, separator), (weir_str, part))
{
    size_t at;
    if (separator.count == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "split by an empty text: give a separator, as in \",\"");
        return;
    }
    do {
        at = separator.count == 1 ? weir_str_find_byte(text, separator.bytes[0])
                                  : weir_str_find(text, separator);
        WEIR_EMIT(weir_str_slice(text, 0, at));
        text = at == WEIR_NOT_FOUND ? text : weir_str_slice(text, at + separator.count, text.count);
    } while (at != WEIR_NOT_FOUND);
}

WEIR_HELP(trim,
          "without the blanks at both ends",
          "generate lines | map line = text.trim(line) | print");
WEIR_FUNCTION(weir_str, trim, (weir_str, text))
{
    return weir_str_trim(text);
}
