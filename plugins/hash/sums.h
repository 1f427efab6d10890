/* SPDX-License-Identifier: Apache-2.0 */
/* The hashes that are our own, as functions of bytes. */
#ifndef HASH_SUMS_H
#define HASH_SUMS_H

#include <stddef.h>
#include <stdint.h>

enum { CRC32C_SLICES = 8 };

/* CRC-32C (Castagnoli, RFC 3720): eight bytes at a time by eight tables, which begin with the
 * polynomial's own. */
struct crc32c {
    uint32_t table[CRC32C_SLICES][256];
};
void crc32c_init(struct crc32c *crc);
uint32_t crc32c_by_table(const struct crc32c *crc, const uint8_t *bytes, size_t count);

/* The same by the processor's own instruction, if it has one. */
uint32_t crc32c_of(const struct crc32c *crc, const void *bytes, size_t count);

/* FNV-1a of 64 bits. */
uint64_t fnv1a_of(const void *bytes, size_t count);

/* MurmurHash3 of 32 bits (x86). */
uint32_t murmur3_of(const void *bytes, size_t count, uint32_t seed);

#endif
