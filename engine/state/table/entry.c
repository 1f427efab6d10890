/* SPDX-License-Identifier: Apache-2.0 */
/* Entries of keys one by one: found among all with their tags, or made. */
#include "state/table/entry.h"

#include "state/table/slots.h"

bool weir_entry_is_of(const struct weir_state_table *table,
                      const struct weir_state_entry *entry,
                      struct weir_key key,
                      const struct weir_heaps *heaps)
{
    struct weir_key own = weir_state_table_key(table, entry);
    if (own.half[0] != key.half[0]) {
        return false;
    }
    if (!weir_state_key_is_long(table, key)) {
        return own.half[1] == key.half[1];
    }
    weir_view view;
    memcpy(&view, &key, sizeof view);
    weir_str text = weir_view_str(&view, heaps);
    return memcmp(weir_state_key_text(own), text.bytes, text.count) == 0;
}

/* The number of a key, or UINT32_MAX. */
static uint32_t find_in(const struct weir_state_table *table,
                        struct weir_state_slots slots,
                        uint32_t tag,
                        struct weir_key key,
                        const struct weir_heaps *heaps)
{
    uint32_t home = weir_state_slot_home(slots, tag);
    uint32_t at = home;
    for (uint32_t k = 1; slots.at[at] != WEIR_STATE_SLOT_FREE; k++) {
        uint32_t slot = slots.at[at];
        if (weir_state_slot_has_tag(slots, slot, tag) && weir_state_slot_is_used(slots, slot)) {
            uint32_t number = weir_state_slot_number(slots, slot);
            if (weir_entry_is_of(table, weir_state_table_entry(table, number), key, heaps)) {
                return number;
            }
        }
        at = weir_state_slot_place(slots, home, k);
    }
    return UINT32_MAX;
}

/* A small table gets one extent at a time; a large one a quarter more in one block, which is not
 * written before it is needed, and may lie in huge pages. */
static void add_extents(struct weir_state_table *table)
{
    size_t bytes = (size_t)table->entry_bytes << table->extent_bits;
    size_t more = table->extent_count / 4 * bytes;
    size_t count = more < WEIR_MEMORY_HUGE_BYTES ? 1 : more / bytes;
    size_t before = count > 1 ? WEIR_MEMORY_HUGE_BYTES : 0; /* at most, to begin with a whole one */
    uint8_t *block = weir_alloc_aligned(before + count * bytes);
    weir_memory_lasts(block, before + count * bytes);
    WEIR_GROW(table->blocks, table->block_count, table->block_capacity);
    table->blocks[table->block_count++] = block;
    block += before == 0 ? 0 : -(uintptr_t)block & (WEIR_MEMORY_HUGE_BYTES - 1);
    uintptr_t zero = (uintptr_t)block - table->extent_count * bytes;
    for (size_t i = 0; i < count; i++) {
        WEIR_GROW(table->extents, table->extent_count, table->extent_capacity);
        table->extents[table->extent_count++] = zero;
    }
}

static uint32_t add_entry(struct weir_state_table *table)
{
    if (table->free_count > 0) {
        return table->free_numbers[--table->free_count];
    }
    if (table->used == table->extent_count << table->extent_bits) {
        add_extents(table);
    }
    uint32_t number = table->used++;
    WEIR_ASSERT(number < WEIR_STATE_KEYS_MAX);
    weir_state_table_entry(table, number)->slot_flags = 0;
    return number;
}

static uint32_t insert(struct weir_state_table *table,
                       struct weir_key key,
                       uint32_t tag,
                       const struct weir_heaps *heaps)
{
    uint32_t number = add_entry(table);
    struct weir_state_entry *entry = weir_state_table_entry(table, number);
    uint32_t flags = entry->slot_flags & WEIR_ENTRY_IS_QUEUED;
    memset(entry, 0, table->entry_bytes);
    entry->slot_flags = flags | WEIR_ENTRY_SLOT;
    entry->word = key.half[0];
    if (table->is_text) {
        weir_entry_text(entry)->half = key.half[1];
        weir_entry_text(entry)->tag = tag;
    } else if (key.half[1] != 0) {
        table->null = entry;
        table->null_number = number;
        return number;
    }
    if (weir_state_key_is_long(table, key)) {
        weir_view view;
        memcpy(&view, &key, sizeof view);
        weir_str text = weir_view_str(&view, heaps);
        void *own = weir_state_slab_take(&table->slab, text.count);
        memcpy(own, text.bytes, text.count);
        weir_entry_text(entry)->half = (uint64_t)(uintptr_t)own;
    }
    weir_state_slots_add(table, number, tag);
    return number;
}

uint32_t weir_entry_find(struct weir_state_table *table,
                         struct weir_key key,
                         uint32_t tag,
                         const struct weir_heaps *heaps)
{
    if (!table->is_text && key.half[1] != 0) {
        return table->null != NULL ? table->null_number : insert(table, key, tag, heaps);
    }
    uint32_t number = find_in(table, table->slots, tag, key, heaps);
    if (number == UINT32_MAX && table->old_slots.at != NULL) {
        number = find_in(table, table->old_slots, tag, key, heaps);
    }
    return number != UINT32_MAX ? number : insert(table, key, tag, heaps);
}
