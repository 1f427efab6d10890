/* SPDX-License-Identifier: Apache-2.0 */
/* Moves bits eight at a time wherever the target allows it. */
#include "data/bits.h"

#include <string.h>

void weir_bits_fill(uint8_t *to, size_t at, bool value, size_t count)
{
    for (; count > 0 && (at & 7) != 0; at++, count--) {
        weir_bit_put(to, at, value);
    }
    if (count > 0) {
        memset(to + at / 8, value ? 0xff : 0, weir_bits_bytes(count));
    }
}

void weir_bits_copy(uint8_t *to, size_t at, const uint8_t *from, size_t first, size_t count)
{
    for (; count > 0 && (at & 7) != 0; at++, first++, count--) {
        weir_bit_put(to, at, weir_bit_get(from, first));
    }
    uint8_t *target = to + at / 8;
    const uint8_t *source = from + first / 8;
    unsigned shift = first & 7;
    size_t whole = count / 8;
    if (whole > 0 && shift == 0) {
        memcpy(target, source, whole);
    } else {
        for (size_t i = 0; i < whole; i++) {
            target[i] = (uint8_t)((source[i] >> shift) | (source[i + 1] << (8 - shift)));
        }
    }
    for (size_t i = whole * 8; i < count; i++) {
        weir_bit_put(to, at + i, weir_bit_get(from, first + i));
    }
}

void weir_bits_gather(
    uint8_t *to, size_t at, const uint8_t *from, const uint16_t *positions, size_t count)
{
    size_t i = 0;
    for (; i < count && ((at + i) & 7) != 0; i++) {
        weir_bit_put(to, at + i, weir_bit_get(from, positions[i]));
    }
    for (; i + 8 <= count; i += 8) {
        unsigned byte = 0;
        for (unsigned k = 0; k < 8; k++) {
            byte |= (unsigned)weir_bit_get(from, positions[i + k]) << k;
        }
        to[(at + i) / 8] = (uint8_t)byte;
    }
    for (; i < count; i++) {
        weir_bit_put(to, at + i, weir_bit_get(from, positions[i]));
    }
}
