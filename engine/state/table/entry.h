/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and their first touch in a batch; between the files of this folder. */
#ifndef WEIR_STATE_TABLE_ENTRY_H
#define WEIR_STATE_TABLE_ENTRY_H

#include "state/table/table.h"

#include <string.h>

/* Flags of entry->slot_flags; the other bits: its slot in the batch that touched it. */
#define WEIR_ENTRY_IS_LIVE   WEIR_STATE_WAS_LIVE /* one is made from the other */
#define WEIR_ENTRY_IS_QUEUED (UINT32_C(1) << 30) /* its number is in a bucket */
#define WEIR_ENTRY_SLOT      (WEIR_ENTRY_IS_QUEUED - 1)

static inline bool weir_state_key_is_long(const struct weir_state_table *table, struct weir_key key)
{
    return table->is_text && (int32_t)(uint32_t)key.half[0] > WEIR_VIEW_INLINE_BYTES;
}

static inline struct weir_state_text_entry *weir_entry_text(const struct weir_state_entry *entry)
{
    return (struct weir_state_text_entry *)(uintptr_t)entry;
}

/* The bytes of a long key of an entry. */
static inline void *weir_state_key_text(struct weir_key key)
{
    return (void *)(uintptr_t)key.half[1];
}

/* True if the entry was touched in this batch already. */
static inline bool weir_entry_is_touched(const struct weir_state_table *table,
                                         const struct weir_state_entry *entry)
{
    uint32_t slot = entry->slot_flags & WEIR_ENTRY_SLOT;
    return slot < table->touched_count &&
           table->states[slot] == weir_state_table_state(table, entry);
}

static inline void weir_entry_set_flag(struct weir_state_entry *entry, uint32_t flag, bool is_set)
{
    entry->slot_flags = is_set ? entry->slot_flags | flag : entry->slot_flags & ~flag;
}

/* What a touched entry was before the batch: its epoch, as a whole word, then the struct. */
static inline uint8_t *weir_state_table_before(const struct weir_state_table *table, uint32_t slot)
{
    return table->before + (uint64_t)slot * table->before_bytes;
}

static inline uint32_t weir_state_epoch_before(const struct weir_state_table *table, uint32_t slot)
{
    uint64_t epoch;
    memcpy(&epoch, weir_state_table_before(table, slot), sizeof epoch);
    return (uint32_t)epoch;
}

static inline const void *weir_state_struct_before(const struct weir_state_table *table,
                                                   uint32_t slot)
{
    return weir_state_table_before(table, slot) + sizeof(uint64_t);
}

/* ---- batch.c ---- */
/* Room for more touched entries. */
void weir_state_table_grow(struct weir_state_table *table);

/* ---- entry.c ---- */
/* Is it the entry of a key? heaps: of the key's text. */
bool weir_entry_is_of(const struct weir_state_table *table,
                      const struct weir_state_entry *entry,
                      struct weir_key key,
                      const struct weir_heaps *heaps);

/* The number of a key's entry, which is made if there is none. */
uint32_t weir_entry_find(struct weir_state_table *table,
                         struct weir_key key,
                         uint32_t tag,
                         const struct weir_heaps *heaps);

/* ---- times.c ---- */
/* A batch begins, or is undone. */
void weir_state_times_begin(struct weir_state_table *table);
void weir_state_times_undo(struct weir_state_table *table);

/* Forgets times that no key bears any more: all keys are in buckets. */
void weir_state_times_commit(struct weir_state_table *table);

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

/* ---- touching ---- */
/* Notes what an entry is before its first change in the batch; its slot in the batch. */
static inline uint32_t weir_entry_touch(struct weir_state_table *table,
                                        struct weir_state_entry *entry,
                                        uint32_t number)
{
    if (weir_entry_is_touched(table, entry)) {
        return entry->slot_flags & WEIR_ENTRY_SLOT;
    }
    if (table->touched_count == table->touched_capacity) {
        weir_state_table_grow(table);
    }
    if (table->snapshot != NULL) {
        weir_state_snapshot_keep(table->snapshot, number, entry);
    }
    uint32_t slot = table->touched_count++;
    uint32_t is_live = entry->slot_flags & WEIR_ENTRY_IS_LIVE;
    uint64_t *state = weir_state_table_state(table, entry);
    uint64_t *before = (uint64_t *)(void *)weir_state_table_before(table, slot);
    entry->slot_flags = (entry->slot_flags & ~WEIR_ENTRY_SLOT) | slot;
    table->numbers[slot] = number | is_live;
    table->states[slot] = state;
    table->exists[slot] = is_live != 0;
    *before = entry->epoch;
    for (uint32_t i = 1; i < table->before_bytes / sizeof *before; i++) {
        before[i] = state[i - 1]; /* entries are whole words */
    }
    entry->epoch = table->epoch;
    if (table->layout.has_lists) {
        weir_state_share(&table->layout, state);
    }
    return slot;
}

#endif
