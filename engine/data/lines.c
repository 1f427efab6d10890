/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts text into lines: 64 bytes at a time become a mask of line feeds, so that short lines cost no
 * call each. */
#include "data/data.h"
#include "data/view.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#if defined(__SSE2__)
/* Bit i: data[i] is a line feed. */
static inline uint64_t feeds_of_64(const uint8_t *data)
{
    const __m128i feed = _mm_set1_epi8('\n');
    uint64_t mask = 0;
    for (int i = 0; i < 4; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(data + 16 * i));
        uint64_t part = (uint16_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed));
        mask |= part << (16 * i);
    }
    return mask;
}
#else
static inline uint64_t feeds_of_64(const uint8_t *data)
{
    uint64_t mask = 0;
    for (int i = 0; i < 8; i++) {
        uint64_t word;
        memcpy(&word, data + 8 * i, 8);
        word ^= UINT64_C(0x0a0a0a0a0a0a0a0a); /* zero where a line feed was */
        uint64_t zeros = ~(((word & UINT64_C(0x7f7f7f7f7f7f7f7f)) + UINT64_C(0x7f7f7f7f7f7f7f7f)) |
                           word | UINT64_C(0x7f7f7f7f7f7f7f7f));
        mask |= ((zeros >> 7) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
    }
    return mask;
}
#endif

struct cutter {
    const uint8_t *data;
    size_t bytes, start; /* of the line being cut */
    int32_t buffer;
};

static inline void cut(struct cutter *cutter, size_t end, weir_view *view)
{
    size_t count = end - cutter->start;
    if (count > 0 && cutter->data[end - 1] == '\r') {
        count--;
    }
    weir_view_put(view, cutter->data, cutter->start, count, cutter->buffer, cutter->bytes);
    cutter->start = end + 1;
}

/* What is left when no line feed is: a last line without one keeps its CR. */
static uint32_t cut_rest(struct cutter *cutter, weir_view *views, uint32_t count, uint32_t cap)
{
    while (count < cap && cutter->start < cutter->bytes) {
        const uint8_t *from = cutter->data + cutter->start;
        const uint8_t *feed = memchr(from, '\n', cutter->bytes - cutter->start);
        if (feed == NULL) {
            weir_view_put(&views[count++], cutter->data, cutter->start,
                          cutter->bytes - cutter->start, cutter->buffer, cutter->bytes);
            cutter->start = cutter->bytes;
            break;
        }
        cut(cutter, (size_t)(feed - cutter->data), &views[count++]);
    }
    return count;
}

uint32_t weir_cut_lines(
    const uint8_t *data, size_t bytes, size_t *at, int32_t buffer, weir_view *views, uint32_t cap)
{
    WEIR_ASSERT(bytes <= WEIR_HEAP_BYTES_MAX);
    struct cutter cutter = {data, bytes, *at, buffer};
    uint32_t count = 0;
    for (size_t block = *at; count < cap && block + 64 <= bytes; block += 64) {
        uint64_t feeds = feeds_of_64(data + block);
        while (feeds != 0 && count < cap) {
            cut(&cutter, block + (size_t)__builtin_ctzll(feeds), &views[count++]);
            feeds &= feeds - 1;
        }
    }
    count = cut_rest(&cutter, views, count, cap);
    *at = cutter.start < bytes ? cutter.start : bytes;
    return count;
}

/* Ones of a word; the built-in may be a call into the compiler's library. */
static inline uint64_t ones(uint64_t word)
{
    word -= (word >> 1) & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + ((word >> 2) & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (word * UINT64_C(0x0101010101010101)) >> 56;
}

uint64_t weir_count_lines(const uint8_t *data, size_t bytes)
{
    uint64_t lines = 0;
    size_t at = 0;
    for (; at + 64 <= bytes; at += 64) {
        lines += ones(feeds_of_64(data + at));
    }
    for (; at < bytes; at++) {
        lines += data[at] == '\n';
    }
    return lines + (bytes > 0 && data[bytes - 1] != '\n');
}
