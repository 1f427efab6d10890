/* SPDX-License-Identifier: Apache-2.0 */
/* Bitmaps of columns (bit i is bit i & 7 of byte i >> 3), as the loops of this room use them. */
#ifndef WEIR_EXEC_CHUNK_BITS_H
#define WEIR_EXEC_CHUNK_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool weir_bit_at(const uint8_t *bits, size_t i)
{
    return ((bits[i >> 3] >> (i & 7)) & 1) != 0;
}

static inline void weir_bit_set(uint8_t *bits, size_t i, bool value)
{
    uint8_t mask = (uint8_t)(1U << (i & 7));
    bits[i >> 3] = (uint8_t)((bits[i >> 3] & ~mask) | (value ? mask : 0));
}

/* Bytes of a bitmap of `count` bits. */
static inline size_t weir_bitmap_bytes(size_t count)
{
    return (count + 7) / 8;
}

#endif
