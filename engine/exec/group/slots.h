/* SPDX-License-Identifier: Apache-2.0 */
/* Slots of a table of groups, four at once. A slot holds a group's number, and in the bits that a
 * table of its size leaves over a tag, a piece of the hash: so a key is hardly ever read in vain.
 * Looking at four slots without a branch per slot is what makes new keys as cheap as known ones:
 * how far from its place a key lies cannot be predicted. */
#ifndef WEIR_EXEC_GROUP_SLOTS_H
#define WEIR_EXEC_GROUP_SLOTS_H

#include "exec/group/groups.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum {
    WEIR_SLOTS_AT_ONCE = 4,
    WEIR_SLOTS_MIRRORED = WEIR_SLOTS_AT_ONCE - 1 /* the first ones, once more behind the last */
};

/* A shuffle may have left only hashes with equal low or high bits: the product mixes them. */
static inline uint64_t weir_slot_mix(uint64_t hash)
{
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint32_t weir_slot_mask(const struct weir_groups *groups)
{
    return (uint32_t)((UINT64_C(1) << (64 - groups->shift)) - 1);
}

/* Numbers stay below half the slots; the bits above are the tag's. */
static inline uint32_t weir_slot_numbers(const struct weir_groups *groups)
{
    return weir_slot_mask(groups) >> 1;
}

static inline uint32_t weir_slot_tag(uint64_t mixed, uint32_t numbers)
{
    return (uint32_t)(mixed >> 14) & ~numbers;
}

/* Writes a slot, and its mirror. */
static inline void weir_slot_put(struct weir_groups *groups, uint32_t slot, uint32_t content)
{
    groups->slots[slot] = content;
    if (slot < WEIR_SLOTS_MIRRORED) {
        groups->slots[weir_slot_mask(groups) + 1 + slot] = content;
    }
}

/* Bit i is set where the i-th of four slots bears this tag. A free slot bears tag 0. */
static inline uint32_t weir_slots_tagged(const uint32_t *slots, uint32_t tag, uint32_t numbers)
{
#ifdef __SSE2__
    const __m128i four = _mm_loadu_si128((const __m128i *)(const void *)slots);
    const __m128i tags = _mm_andnot_si128(_mm_set1_epi32((int)numbers), four);
    const __m128i equal = _mm_cmpeq_epi32(tags, _mm_set1_epi32((int)tag));
    return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(equal));
#else
    uint32_t tagged = 0;
    for (uint32_t i = 0; i < WEIR_SLOTS_AT_ONCE; i++) {
        tagged |= (uint32_t)((slots[i] & ~numbers) == tag) << i;
    }
    return tagged;
#endif
}

/* Bit i is set where the i-th of four slots is free. */
static inline uint32_t weir_slots_free(const uint32_t *slots)
{
    return weir_slots_tagged(slots, 0, 0);
}

#endif
