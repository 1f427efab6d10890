/* SPDX-License-Identifier: Apache-2.0 */
/* From the tag of a hash to the numbers of entries: open addressing in slots of four bytes, so that
 * few lines of memory hold many. A slot holds a number, and in the bits above, which a table of its
 * size leaves over, the end of the tag; the tag's beginning says where the slot belongs. A search
 * goes round in the line of memory where it begins, then through the lines behind, as if it had
 * begun at the same place of each. The whole tag is in an entry, or made from its key. Between the
 * files of this folder. */
#ifndef WEIR_STATE_TABLE_SLOTS_H
#define WEIR_STATE_TABLE_SLOTS_H

#include "state/table/entry.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    WEIR_STATE_LINE = 64 / sizeof(uint32_t), /* slots of a line */
    WEIR_STATE_SLOT_FREE = 0,                /* searches end here */
    WEIR_STATE_SLOT_GONE = 1,                /* it was left: they go on behind it */
    WEIR_STATE_SLOT_FIRST = 2                /* what number 0 is */
};

/* Of a text. A shuffle may have left only hashes with equal low or high bits: the product mixes
 * them. */
static inline uint32_t weir_state_tag(uint64_t hash)
{
    return (uint32_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

/* Of a key of fixed width: the finalizer of MurmurHash3 (A. Appleby). */
static inline uint32_t weir_state_word_tag(uint64_t word, uint64_t seed)
{
    uint64_t x = word ^ seed;
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(x >> 32);
}

static inline uint32_t weir_entry_tag(const struct weir_state_table *table,
                                      const struct weir_state_entry *entry)
{
    return table->is_text ? weir_entry_text(entry)->tag
                          : weir_state_word_tag(entry->word, table->seed);
}

/* The bits of a slot that are a number's. */
static inline uint32_t weir_state_slot_numbers(struct weir_state_slots slots)
{
    return (UINT32_C(1) << slots.bits) - 1;
}

static inline uint32_t weir_state_slot_of(struct weir_state_slots slots,
                                          uint32_t number,
                                          uint32_t tag)
{
    return tag << slots.bits | (number + WEIR_STATE_SLOT_FIRST);
}

/* The number in a slot that holds one. */
static inline uint32_t weir_state_slot_number(struct weir_state_slots slots, uint32_t slot)
{
    return (slot & weir_state_slot_numbers(slots)) - WEIR_STATE_SLOT_FIRST;
}

/* Might a slot be that of a tag? Free and left ones may seem so. */
static inline bool weir_state_slot_has_tag(struct weir_state_slots slots,
                                           uint32_t slot,
                                           uint32_t tag)
{
    return (slot & ~weir_state_slot_numbers(slots)) == tag << slots.bits;
}

static inline bool weir_state_slot_is_used(struct weir_state_slots slots, uint32_t slot)
{
    return (slot & weir_state_slot_numbers(slots)) >= WEIR_STATE_SLOT_FIRST;
}

/* Where a tag's slot belongs. */
static inline uint32_t weir_state_slot_home(struct weir_state_slots slots, uint32_t tag)
{
    return tag >> (32 - slots.bits);
}

/* The k-th place where a slot may be that belongs to `home`. */
static inline uint32_t weir_state_slot_place(struct weir_state_slots slots,
                                             uint32_t home,
                                             uint32_t k)
{
    const uint32_t in_line = WEIR_STATE_LINE - 1;
    uint32_t line = (home & ~in_line) + (k & ~in_line);
    return (line & weir_state_slot_numbers(slots)) | ((home + k) & in_line);
}

/* Bit i: slot i of a line seems to be that of a tag. Four times four of them, as groups are looked
 * at (exec/group/slots.h), take 3 % longer over a whole batch. */
static inline uint32_t weir_state_line_tagged(const uint32_t *line, uint32_t tag, uint32_t numbers)
{
#ifdef __SSE2__
    const __m128i *four = (const __m128i *)(const void *)line;
    const __m128i no_tag = _mm_set1_epi32((int)numbers);
    const __m128i wanted = _mm_set1_epi32((int)tag);
    __m128i a = _mm_cmpeq_epi32(_mm_andnot_si128(no_tag, _mm_load_si128(four)), wanted);
    __m128i b = _mm_cmpeq_epi32(_mm_andnot_si128(no_tag, _mm_load_si128(four + 1)), wanted);
    __m128i c = _mm_cmpeq_epi32(_mm_andnot_si128(no_tag, _mm_load_si128(four + 2)), wanted);
    __m128i d = _mm_cmpeq_epi32(_mm_andnot_si128(no_tag, _mm_load_si128(four + 3)), wanted);
    __m128i all = _mm_packs_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
    return (uint32_t)_mm_movemask_epi8(all);
#else
    uint32_t tagged = 0;
    for (uint32_t i = 0; i < WEIR_STATE_LINE; i++) {
        tagged |= (uint32_t)((line[i] & ~numbers) == tag) << i;
    }
    return tagged;
#endif
}

/* 1 << bits free ones. */
void weir_state_slots_init(struct weir_state_slots *slots, uint32_t bits);
void weir_state_slots_finish(struct weir_state_slots *slots); /* Fine on a zeroed struct. */

static inline uint32_t weir_state_slots_count(struct weir_state_slots slots)
{
    return slots.at == NULL ? 0 : UINT32_C(1) << slots.bits;
}

/* How many there may be that hold something, left ones too: then they are made anew. */
static inline uint32_t weir_state_slots_limit(uint32_t bits)
{
    return (UINT32_C(1) << bits) / 8 * 5;
}

/* The bits of the new ones, where `used` of 1 << bits hold an entry. If many were left, as many are
 * enough; so are the most, for so many keys there are never. */
static inline uint32_t weir_state_slots_next(uint32_t bits, uint32_t used)
{
    bool is_enough = used < weir_state_slots_limit(bits) / 2 || bits == WEIR_STATE_SLOT_BITS_MAX;
    return is_enough ? bits : bits + 1;
}

/* Gives a new entry its slot: table->slot_count grows. */
void weir_state_slots_add(struct weir_state_table *table, uint32_t number, uint32_t tag);

/* Takes an entry's slot out. */
void weir_state_slots_remove(struct weir_state_table *table, uint32_t number, uint32_t tag);

/* Moves what some of the old slots hold, if there are any, to the new ones. */
void weir_state_slots_move(struct weir_state_table *table, uint32_t count);

#endif
