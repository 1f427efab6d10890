/* SPDX-License-Identifier: Apache-2.0 */
/* Each from its definition. Bytes are read in little-endian order whatever the machine's is. */
#include "sums.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <nmmintrin.h>
#endif

#define CRC32C_POLYNOMIAL UINT32_C(0x82F63B78) /* reflected */
#define FNV_BASIS         UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME         UINT64_C(0x100000001B3)

static uint32_t load_u32(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

void crc32c_init(struct crc32c *crc)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t sum = i;
        for (int bit = 0; bit < 8; bit++) {
            sum = sum >> 1 ^ ((sum & 1) != 0 ? CRC32C_POLYNOMIAL : 0);
        }
        crc->table[0][i] = sum;
    }
    for (size_t slice = 1; slice < CRC32C_SLICES; slice++) {
        for (size_t i = 0; i < 256; i++) {
            const uint32_t sum = crc->table[slice - 1][i];
            crc->table[slice][i] = sum >> 8 ^ crc->table[0][sum & 0xFF];
        }
    }
}

uint32_t crc32c_by_table(const struct crc32c *crc, const uint8_t *bytes, size_t count)
{
    uint32_t sum = UINT32_MAX;
    for (; count >= 8; count -= 8, bytes += 8) {
        const uint32_t low = load_u32(bytes) ^ sum;
        const uint32_t high = load_u32(bytes + 4);
        sum = crc->table[7][low & 0xFF] ^ crc->table[6][low >> 8 & 0xFF] ^
              crc->table[5][low >> 16 & 0xFF] ^ crc->table[4][low >> 24] ^
              crc->table[3][high & 0xFF] ^ crc->table[2][high >> 8 & 0xFF] ^
              crc->table[1][high >> 16 & 0xFF] ^ crc->table[0][high >> 24];
    }
    for (; count > 0; count--, bytes++) {
        sum = sum >> 8 ^ crc->table[0][(sum ^ *bytes) & 0xFF];
    }
    return ~sum;
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_by_processor(const uint8_t *bytes,
                                                                      size_t count)
{
    uint64_t sum = UINT32_MAX;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t eight;
        memcpy(&eight, bytes, 8);
        sum = _mm_crc32_u64(sum, eight);
    }
    for (; count > 0; count--, bytes++) {
        sum = _mm_crc32_u8((uint32_t)sum, *bytes);
    }
    return ~(uint32_t)sum;
}

uint32_t crc32c_of(const struct crc32c *crc, const void *bytes, size_t count)
{
    return __builtin_cpu_supports("sse4.2") ? crc32c_by_processor(bytes, count)
                                            : crc32c_by_table(crc, bytes, count);
}
#else
uint32_t crc32c_of(const struct crc32c *crc, const void *bytes, size_t count)
{
    return crc32c_by_table(crc, bytes, count);
}
#endif

uint64_t fnv1a_of(const void *bytes, size_t count)
{
    const uint8_t *at = bytes;
    uint64_t sum = FNV_BASIS;
    for (size_t i = 0; i < count; i++) {
        sum = (sum ^ at[i]) * FNV_PRIME;
    }
    return sum;
}

static uint32_t rotate(uint32_t word, int by)
{
    return word << by | word >> (32 - by);
}

static uint32_t murmur3_scramble(uint32_t word)
{
    return rotate(word * UINT32_C(0xCC9E2D51), 15) * UINT32_C(0x1B873593);
}

uint32_t murmur3_of(const void *bytes, size_t count, uint32_t seed)
{
    const uint8_t *at = bytes;
    uint32_t sum = seed;
    uint32_t rest = 0;
    for (size_t i = 0; i < count / 4; i++, at += 4) {
        sum = rotate(sum ^ murmur3_scramble(load_u32(at)), 13) * 5 + UINT32_C(0xE6546B64);
    }
    for (size_t i = count % 4; i > 0; i--) {
        rest = rest << 8 | at[i - 1];
    }
    sum ^= murmur3_scramble(rest);
    sum ^= (uint32_t)count;
    sum = (sum ^ sum >> 16) * UINT32_C(0x85EBCA6B);
    sum = (sum ^ sum >> 13) * UINT32_C(0xC2B2AE35);
    return sum ^ sum >> 16;
}
