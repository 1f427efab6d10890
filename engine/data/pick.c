/* SPDX-License-Identifier: Apache-2.0 */
/* Nulls of picked rows, found once for all loops: below what is null, cells may hold anything. */
#include "data/pick.h"

#include "data/bits.h"

#include <string.h>

void weir_pick_bits(
    const struct weir_pick *pick, const uint8_t *from, bool is_const, uint8_t *to, size_t at)
{
    if (is_const) {
        weir_bits_fill(to, at, weir_bit_get(from, 0), pick->count);
    } else if (pick->wide != NULL) {
        for (uint32_t i = 0; i < pick->count; i++) {
            weir_bit_put(to, at + i, weir_bit_get(from, pick->wide[i]));
        }
    } else if (pick->positions != NULL) {
        weir_bits_gather(to, at, from, pick->positions, pick->count);
    } else {
        weir_bits_copy(to, at, from, pick->first, pick->count);
    }
}

const uint8_t *weir_pick_dead(const struct weir_pick *pick,
                              const struct weir_column *column,
                              uint8_t room[WEIR_PICK_BITMAP_BYTES])
{
    size_t bytes = weir_bits_bytes(pick->count);
    WEIR_ASSERT(pick->count <= WEIR_CHUNK_ROWS_MAX);
    if (column->type->kind == WEIR_TYPE_NULL) {
        memset(room, 0xff, bytes);
        return room;
    }
    if (column->valid == NULL) {
        return pick->dead;
    }
    weir_pick_bits(pick, column->valid, column->is_const, room, 0);
    bool has_dead = false;
    for (size_t i = 0; i < bytes; i++) {
        room[i] = (uint8_t)(~room[i] | (pick->dead == NULL ? 0 : pick->dead[i]));
    }
    weir_bits_trim(room, pick->count);
    for (size_t i = 0; i < bytes; i++) {
        has_dead |= room[i] != 0;
    }
    return has_dead ? room : NULL;
}
