/* SPDX-License-Identifier: Apache-2.0 */
/* Bitmaps as Arrow has them (bit i is bit i & 7 of byte i >> 3): validity and bool columns. */
#ifndef WEIR_DATA_BITS_H
#define WEIR_DATA_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool weir_bit_get(const uint8_t *bits, size_t i)
{
    return ((bits[i >> 3] >> (i & 7)) & 1) != 0;
}

static inline void weir_bit_put(uint8_t *bits, size_t i, bool value)
{
    uint8_t mask = (uint8_t)(1U << (i & 7));
    bits[i >> 3] = (uint8_t)((bits[i >> 3] & ~mask) | (value ? mask : 0));
}

static inline size_t weir_bits_bytes(size_t count)
{
    return (count + 7) / 8;
}

/* Sets bits [at, at + count) to value; bits before `at` stay, bits behind are undefined. */
void weir_bits_fill(uint8_t *to, size_t at, bool value, size_t count);

/* Bits [at, at + count) become bits [first, first + count) of `from`; bits behind are undefined. */
void weir_bits_copy(uint8_t *to, size_t at, const uint8_t *from, size_t first, size_t count);

/* Bit at + i becomes bit positions[i] of `from`; bits behind are undefined. */
void weir_bits_gather(
    uint8_t *to, size_t at, const uint8_t *from, const uint16_t *positions, size_t count);

/* Clears what lies behind `count` in the last byte, so that equal bits are equal bytes. */
static inline void weir_bits_trim(uint8_t *bits, size_t count)
{
    if ((count & 7) != 0) {
        bits[count >> 3] = (uint8_t)(bits[count >> 3] & ((1U << (count & 7)) - 1));
    }
}

#endif
