/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes of fields, a column at a time. Short text is hashed as the 16-byte cell that it is: count
 * and bytes, the rest zero. */
#define XXH_INLINE_ALL
#include "data/bits.h"
#include "data/data.h"
#include "data/pick.h"
#include "data/view.h"

#include <string.h>
#include <xxhash.h>

enum { HASH_TILE_ROWS = 256 };

/* Odd constants of wyhash. */
static const uint64_t mix_a = UINT64_C(0xa0761d6478bd642f);
static const uint64_t mix_b = UINT64_C(0xe7037ed1a0b428db);
static const uint64_t mix_c = UINT64_C(0x8ebc6af09c88c6e3);
static const uint64_t hash_of_null = UINT64_C(0x589965cc75374cc3);

/* Both halves of a 128-bit product, folded. */
static inline uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t hash_number(uint64_t number, uint64_t seed)
{
    return fold(number ^ mix_a ^ seed, mix_b);
}

/* Order matters: (a, b) and (b, a) differ. */
static inline uint64_t combine(uint64_t so_far, uint64_t next)
{
    return fold(so_far ^ mix_c, next ^ mix_a);
}

static inline uint64_t hash_view(const weir_view *view,
                                 const struct weir_heaps *heaps,
                                 uint64_t seed)
{
    if (view->count > WEIR_VIEW_INLINE_BYTES) {
        const uint8_t *bytes = heaps->buffers[view->buffer]->data + view->offset;
        return XXH3_64bits_withSeed(bytes, (size_t)view->count, seed);
    }
    uint64_t half[2];
    memcpy(half, view, sizeof half);
    return fold(fold(half[0] ^ mix_a ^ seed, half[1] ^ mix_b ^ (seed << 32 | seed >> 32)), mix_c);
}

static inline uint64_t bits_of_f64(double value)
{
    uint64_t bits = 0;
    if (value != value) {
        return UINT64_C(0x7ff8000000000000);
    }
    if (value != 0) { /* both zeros are 0 */
        memcpy(&bits, &value, sizeof bits);
    }
    return bits;
}

static inline bool is_dead(const struct weir_pick *pick, uint32_t i)
{
    return pick->dead != NULL && weir_bit_get(pick->dead, i);
}

#define HASH_EACH(pick, hashes, expression)                                                        \
    do {                                                                                           \
        uint32_t hash_count_ = (pick)->count;                                                      \
        const uint16_t *hash_positions_ = (pick)->positions;                                       \
        if (hash_positions_ != NULL) {                                                             \
            for (uint32_t i = 0; i < hash_count_; i++) {                                           \
                size_t r = hash_positions_[i];                                                     \
                (hashes)[i] = (expression);                                                        \
            }                                                                                      \
        } else {                                                                                   \
            size_t hash_first_ = (pick)->first;                                                    \
            for (uint32_t i = 0; i < hash_count_; i++) {                                           \
                size_t r = hash_first_ + i;                                                        \
                (hashes)[i] = (expression);                                                        \
            }                                                                                      \
        }                                                                                          \
    } while (0)

static void fill(uint64_t *hashes, uint64_t hash, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        hashes[i] = hash;
    }
}

static void hash_column(const struct weir_column *column,
                        const struct weir_heaps *heaps,
                        const struct weir_pick *pick,
                        uint64_t seed,
                        uint64_t *hashes);

static void combine_column(const struct weir_column *column,
                           const struct weir_heaps *heaps,
                           const struct weir_pick *pick,
                           uint64_t seed,
                           uint64_t *hashes)
{
    uint64_t tile[HASH_TILE_ROWS];
    for (uint32_t at = 0; at < pick->count;) {
        uint32_t left = pick->count - at;
        struct weir_pick part = {.count = left < HASH_TILE_ROWS ? left : HASH_TILE_ROWS};
        part.positions = pick->positions == NULL ? NULL : pick->positions + at;
        part.first = pick->first + at;
        part.dead = pick->dead == NULL ? NULL : pick->dead + at / 8;
        hash_column(column, heaps, &part, seed, tile);
        for (uint32_t i = 0; i < part.count; i++) {
            hashes[at + i] = combine(hashes[at + i], tile[i]);
        }
        at += part.count;
    }
}

/* One list: its length, then its items in order. */
static uint64_t hash_list(const struct weir_column *column,
                          const struct weir_heaps *heaps,
                          size_t row,
                          uint64_t seed)
{
    uint64_t tile[HASH_TILE_ROWS];
    const int32_t *offsets = column->data;
    size_t first = (size_t)offsets[row];
    size_t end = (size_t)offsets[row + 1];
    uint64_t hash = hash_number(end - first, seed);
    while (first < end) {
        size_t left = end - first;
        struct weir_pick part = {.first = first};
        part.count = (uint32_t)(left < HASH_TILE_ROWS ? left : HASH_TILE_ROWS);
        hash_column(column->children, heaps, &part, seed, tile);
        for (uint32_t i = 0; i < part.count; i++) {
            hash = combine(hash, tile[i]);
        }
        first += part.count;
    }
    return hash;
}

static void hash_struct(const struct weir_column *column,
                        const struct weir_heaps *heaps,
                        const struct weir_pick *pick,
                        uint64_t seed,
                        uint64_t *hashes)
{
    fill(hashes, hash_number(column->type->field_count, seed), pick->count);
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        combine_column(&column->children[i], heaps, pick, seed, hashes);
    }
}

static void hash_cells(const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       const struct weir_pick *pick,
                       uint64_t seed,
                       uint64_t *hashes)
{
    const uint8_t *bits = column->data;
    const int32_t *narrow = column->data;
    const uint64_t *wide = column->data;
    const double *floats = column->data;
    const weir_view *views = column->data;
    switch (column->type->kind) {
    case WEIR_TYPE_NULL:
        fill(hashes, hash_of_null, pick->count);
        break;
    case WEIR_TYPE_BOOL:
        HASH_EACH(pick, hashes, hash_number(weir_bit_get(bits, r), seed));
        break;
    case WEIR_TYPE_I32:
        HASH_EACH(pick, hashes, hash_number((uint64_t)(int64_t)narrow[r], seed));
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        HASH_EACH(pick, hashes, hash_number(wide[r], seed));
        break;
    case WEIR_TYPE_F64:
        HASH_EACH(pick, hashes, hash_number(bits_of_f64(floats[r]), seed));
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        if (pick->dead == NULL) {
            HASH_EACH(pick, hashes, hash_view(&views[r], heaps, seed));
        } else {
            HASH_EACH(pick, hashes, is_dead(pick, i) ? 0 : hash_view(&views[r], heaps, seed));
        }
        break;
    case WEIR_TYPE_LIST:
        HASH_EACH(pick, hashes, is_dead(pick, i) ? 0 : hash_list(column, heaps, r, seed));
        break;
    case WEIR_TYPE_STRUCT:
        hash_struct(column, heaps, pick, seed, hashes);
        break;
    }
}

static void hash_column(const struct weir_column *column,
                        const struct weir_heaps *heaps,
                        const struct weir_pick *pick,
                        uint64_t seed,
                        uint64_t *hashes)
{
    if (pick->count == 0) {
        return;
    }
    if (column->is_const) {
        struct weir_column cell = *column;
        struct weir_pick first = {.count = 1};
        cell.is_const = false;
        hash_column(&cell, heaps, &first, seed, hashes);
        fill(hashes, hashes[0], pick->count);
        return;
    }
    uint8_t room[WEIR_PICK_BITMAP_BYTES];
    struct weir_pick own = *pick;
    own.dead = weir_pick_dead(pick, column, room);
    hash_cells(column, heaps, &own, seed, hashes);
    for (uint32_t i = 0; own.dead != NULL && i < pick->count; i++) {
        hashes[i] = weir_bit_get(own.dead, i) ? hash_of_null : hashes[i];
    }
}

void weir_hash_rows(const struct weir_rows *rows,
                    const uint32_t *fields,
                    uint32_t field_count,
                    uint64_t seed,
                    uint64_t *hashes)
{
    for (uint32_t at = 0; at < weir_rows_count(rows);) {
        struct weir_pick pick = weir_pick_rows(rows, at);
        if (field_count == 0) {
            fill(hashes + at, hash_number(0, seed), pick.count);
        }
        for (uint32_t i = 0; i < field_count; i++) {
            const struct weir_column *column = &rows->columns[fields[i]];
            if (i == 0) {
                hash_column(column, rows->heaps, &pick, seed, hashes + at);
            } else {
                combine_column(column, rows->heaps, &pick, seed, hashes + at);
            }
        }
        at += pick.count;
    }
}
