/* SPDX-License-Identifier: Apache-2.0 */
/* Which rows of a column a loop visits, in order: a run or a list of positions, narrow within a
 * chunk, wide within a table. Loops are written for all of them. */
#ifndef WEIR_DATA_PICK_H
#define WEIR_DATA_PICK_H

#include "data/data.h"

enum { WEIR_PICK_BITMAP_BYTES = WEIR_CHUNK_ROWS_MAX / 8 };

struct weir_pick {
    const uint16_t *positions; /* NULL: `wide`, or first, first + 1, ... */
    const uint32_t *wide;      /* positions NULL; of tables of any size. Only gathering knows it */
    size_t first;              /* both NULL */
    uint32_t count;
    const uint8_t
        *dead; /* gathering: bitmap over [0, count), set = null because a parent is; NULL: none */
};

/* The rows of `rows` that count, from the `at`-th on, at most WEIR_CHUNK_ROWS_MAX. */
static inline struct weir_pick weir_pick_rows(const struct weir_rows *rows, uint32_t at)
{
    uint32_t left = weir_rows_count(rows) - at;
    struct weir_pick pick = {0};
    pick.count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
    if (rows->sel != NULL) {
        pick.positions = rows->sel + at;
    } else {
        pick.first = at;
    }
    return pick;
}

/* Bit at + i of `to` becomes the bit of the i-th picked row (bit 0, if is_const) of `from`. */
void weir_pick_bits(
    const struct weir_pick *pick, const uint8_t *from, bool is_const, uint8_t *to, size_t at);

/* Which of the picked rows (at most WEIR_CHUNK_ROWS_MAX) are null, by themselves or by a parent: a
 * bitmap (maybe `room`), or NULL if none is. */
const uint8_t *weir_pick_dead(const struct weir_pick *pick,
                              const struct weir_column *column,
                              uint8_t room[WEIR_PICK_BITMAP_BYTES]);

/* The i-th position. */
static inline size_t weir_pick_at(const struct weir_pick *pick, uint32_t i)
{
    if (pick->wide != NULL) {
        return pick->wide[i];
    }
    return pick->positions != NULL ? pick->positions[i] : pick->first + i;
}

#endif
