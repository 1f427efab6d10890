/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and slots; between the files of this folder. */
#ifndef WEIR_STATE_TABLE_ENTRY_H
#define WEIR_STATE_TABLE_ENTRY_H

#include "state/table/table.h"

#include <string.h>

/* Flags of entry->slot_flags; the other bits: its slot in the batch that touched it. */
#define WEIR_ENTRY_IS_LIVE   (UINT32_C(1) << 31)
#define WEIR_ENTRY_IS_QUEUED (UINT32_C(1) << 30) /* its number is in a bucket */
#define WEIR_ENTRY_SLOT      (WEIR_ENTRY_IS_QUEUED - 1)

#define WEIR_SLOT_GONE       UINT32_MAX /* in old_slots: moved or taken out */

/* A shuffle may have left only hashes with equal low or high bits: the product mixes them. */
static inline uint32_t weir_entry_tag(uint64_t hash)
{
    return (uint32_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static inline uint32_t weir_slot_home(uint32_t tag, uint32_t bits)
{
    return tag >> (32 - bits);
}

static inline bool weir_state_key_is_long(const struct weir_state_table *table, struct weir_key key)
{
    return table->is_text && (int32_t)(uint32_t)key.half[0] > WEIR_VIEW_INLINE_BYTES;
}

static inline uint32_t weir_state_key_bytes(struct weir_key key)
{
    return (uint32_t)key.half[0];
}

/* The bytes of a long key of an entry. */
static inline void *weir_state_key_text(struct weir_key key)
{
    return (void *)(uintptr_t)key.half[1];
}

/* True if the entry was touched in this batch already. */
static inline bool weir_entry_is_touched(const struct weir_state_table *table,
                                         const struct weir_state_entry *entry,
                                         uint32_t number)
{
    uint32_t slot = entry->slot_flags & WEIR_ENTRY_SLOT;
    return slot < table->touched_count && table->numbers[slot] == number;
}

static inline void weir_entry_set_flag(struct weir_state_entry *entry, uint32_t flag, bool is_set)
{
    entry->slot_flags = is_set ? entry->slot_flags | flag : entry->slot_flags & ~flag;
}

/* What a touched entry was before the batch: touched_us, then the struct. */
static inline uint8_t *weir_state_table_before(const struct weir_state_table *table, uint32_t slot)
{
    return table->before + (uint64_t)slot * table->before_bytes;
}

/* ---- slots.c ---- */
/* Takes an entry's slot out of the slots. */
void weir_state_slots_remove(struct weir_state_table *table, uint32_t number, uint32_t tag);

/* Moves some of the old slots to the new ones, if there are any. */
void weir_state_slots_move(struct weir_state_table *table, uint32_t count);

/* Room for one more. */
void weir_state_slots_reserve(struct weir_state_table *table);

/* Puts a number at its place: there is room. */
void weir_state_slots_put(struct weir_state_table *table, uint32_t number, uint32_t tag);

/* ---- due.c ---- */
/* Puts an entry into the bucket of its time. */
void weir_state_due_add(struct weir_state_table *table, uint32_t number);

/* The batch is final: entries of the buckets that it has seen go to those of their newer times. */
void weir_state_due_commit(struct weir_state_table *table);

/* ---- snapshot.c ---- */
/* Keeps an entry aside that a snapshot has not yet come to, before it is changed. */
void weir_state_snapshot_keep(struct weir_state_snapshot *snapshot,
                              uint32_t number,
                              const struct weir_state_entry *entry);

#endif
