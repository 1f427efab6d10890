/* SPDX-License-Identifier: Apache-2.0 */
/* The frame that block bytes come in. All numbers little-endian, every segment 64-byte aligned
 * relative to the frame's start and padded with zeros.
 *
 *   0   "WEIRBLK1"
 *   8   u64 bytes of the frame
 *   16  u32 bytes of the header
 *   20  u32 flags
 *   24  header: msgpack {schema: type as text, rows, buffers: [bytes ...], segments: [[raw, stored]
 * ...]} segment 0: cells, one 64-byte aligned buffer after the other: of every column, children
 *                  behind their parent, the validity (0 bytes: no nulls) and the data
 *       segments 1..: the heaps that views point into, by number
 *       (stored < raw: that segment is an LZ4 block)
 *   end-8  u64 XXH3 of everything before it
 */
#ifndef WEIR_WIRE_BLOCK_FRAME_H
#define WEIR_WIRE_BLOCK_FRAME_H

#include "wire/wire.h"

#define WEIR_FRAME_MAGIC "WEIRBLK1"

enum {
    WEIR_FRAME_ALIGN = 64,
    WEIR_FRAME_HEADER_AT = 24,
    WEIR_FRAME_CHECKSUM_BYTES = 8,
    WEIR_FRAME_HEAP_BYTES_MAX = INT32_MAX, /* an offset of a view must reach every byte */
    WEIR_FRAME_LZ4_RATIO_MAX = 255         /* no LZ4 block expands more */
};

static inline size_t weir_frame_align(size_t bytes)
{
    return (bytes + WEIR_FRAME_ALIGN - 1) & ~(size_t)(WEIR_FRAME_ALIGN - 1);
}

/* Bytes of a column's data buffer over `rows` rows. */
size_t weir_frame_data_bytes(const struct weir_type *type, size_t rows);

/* The checksum of a frame's bytes before it. */
uint64_t weir_frame_checksum(const void *bytes, size_t count);

/* Are all views right: count and place within the heaps, prefix equal to the text, unused bytes
 * zero? `place` is the column's name for the message. */
int weir_frame_verify_views(const weir_view *views,
                            size_t count,
                            const struct weir_heaps *heaps,
                            const char *place,
                            struct weir_error *err);

/* Do rows + 1 offsets begin at 0 and never fall? */
int weir_frame_verify_offsets(const int32_t *offsets,
                              size_t rows,
                              const char *place,
                              struct weir_error *err);

#endif
