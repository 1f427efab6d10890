/* SPDX-License-Identifier: Apache-2.0 */
/* What the two directions of block bytes share. */
#define XXH_INLINE_ALL
#include "wire/block_frame.h"

#include <xxhash.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "frames are written as memory is");

size_t weir_frame_data_bytes(const struct weir_type *type, size_t rows)
{
    if (type->kind == WEIR_TYPE_BOOL) {
        return (rows + 7) / 8;
    }
    return (rows + (type->kind == WEIR_TYPE_LIST)) * weir_type_cell_bytes(type);
}

uint64_t weir_frame_checksum(const void *bytes, size_t count)
{
    return XXH3_64bits(bytes, count);
}

uint64_t weir_checksum(weir_bytes bytes)
{
    return weir_frame_checksum(bytes.bytes, bytes.count);
}

uint64_t weir_table_frame_bytes(weir_bytes head)
{
    uint64_t bytes = 0;
    if (head.count >= 8 + sizeof bytes && memcmp(head.bytes, WEIR_FRAME_MAGIC, 8) == 0) {
        memcpy(&bytes, head.bytes + 8, sizeof bytes);
    }
    return bytes;
}
