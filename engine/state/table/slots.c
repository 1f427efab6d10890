/* SPDX-License-Identifier: Apache-2.0 */
/* Slots come, go and grow. They grow little by little: a few old ones are moved with every chunk of
 * look-ups, and until then searches go through both. */
#include "state/table/slots.h"

enum { MOVED_AT_ONCE = 32 };

void weir_state_slots_init(struct weir_state_slots *slots, uint32_t bits)
{
    size_t bytes = sizeof *slots->at << bits;
    size_t align = bytes < WEIR_MEMORY_HUGE_BYTES ? 64 : WEIR_MEMORY_HUGE_BYTES;
    slots->bits = bits;
    slots->block = weir_alloc(bytes + align); /* its zeroes cost nothing before they are read */
    weir_memory_lasts(slots->block, bytes + align);
    uint8_t *block = slots->block;
    slots->at = (uint32_t *)(void *)(block + (-(uintptr_t)block & (align - 1)));
}

void weir_state_slots_finish(struct weir_state_slots *slots)
{
    weir_free(slots->block);
    *slots = (struct weir_state_slots){0};
}

/* ---- growing ---- */

/* At the first place that is free or was left: it is known that the number is not there. */
static void put(struct weir_state_table *table, uint32_t number, uint32_t tag)
{
    struct weir_state_slots slots = table->slots;
    uint32_t home = weir_state_slot_home(slots, tag);
    uint32_t at = home;
    for (uint32_t k = 1; weir_state_slot_is_used(slots, slots.at[at]); k++) {
        at = weir_state_slot_place(slots, home, k);
    }
    table->gone_count -= slots.at[at] == WEIR_STATE_SLOT_GONE;
    slots.at[at] = weir_state_slot_of(slots, number, tag);
}

/* Their whole tags are the entries', which are asked of memory first. */
static void move(struct weir_state_table *table, uint32_t first, uint32_t count)
{
    struct weir_state_slots old = table->old_slots;
    uint32_t numbers[MOVED_AT_ONCE];
    uint32_t found = 0;
    for (uint32_t at = first; at < first + count; at++) {
        if (weir_state_slot_is_used(old, old.at[at])) {
            numbers[found] = weir_state_slot_number(old, old.at[at]);
            __builtin_prefetch(weir_state_table_entry(table, numbers[found++]), 0, 2);
            old.at[at] = WEIR_STATE_SLOT_GONE;
        }
    }
    for (uint32_t i = 0; i < found; i++) {
        put(table, numbers[i], weir_entry_tag(table, weir_state_table_entry(table, numbers[i])));
    }
}

void weir_state_slots_move(struct weir_state_table *table, uint32_t count)
{
    if (table->old_slots.at == NULL) {
        return;
    }
    uint32_t end = weir_state_slots_count(table->old_slots);
    uint32_t until = count < end - table->old_at ? table->old_at + count : end;
    for (uint32_t at = table->old_at; at < until; at += MOVED_AT_ONCE) {
        move(table, at, until - at < MOVED_AT_ONCE ? until - at : MOVED_AT_ONCE);
    }
    table->old_at = until;
    if (until == end) {
        weir_state_slots_finish(&table->old_slots);
    }
}

/* Room for one more. */
static void reserve(struct weir_state_table *table)
{
    uint32_t bits = table->slots.bits;
    if (table->slot_count + table->gone_count < weir_state_slots_limit(bits)) {
        return;
    }
    weir_state_slots_move(table, UINT32_MAX); /* moved long ago, or else it is now */
    table->old_slots = table->slots;
    table->old_at = 0;
    table->gone_count = 0;
    weir_state_slots_init(&table->slots, weir_state_slots_next(bits, table->slot_count));
}

void weir_state_slots_add(struct weir_state_table *table, uint32_t number, uint32_t tag)
{
    reserve(table);
    put(table, number, tag);
    table->slot_count++;
}

/* ---- taking out ---- */

/* Leaves the slot of an entry; false: it has none here. */
static bool leave(struct weir_state_slots slots, uint32_t number, uint32_t tag)
{
    uint32_t wanted = weir_state_slot_of(slots, number, tag);
    uint32_t home = weir_state_slot_home(slots, tag);
    uint32_t at = home;
    for (uint32_t k = 1; slots.at[at] != WEIR_STATE_SLOT_FREE; k++) {
        if (slots.at[at] == wanted) {
            slots.at[at] = WEIR_STATE_SLOT_GONE;
            return true;
        }
        at = weir_state_slot_place(slots, home, k);
    }
    return false;
}

void weir_state_slots_remove(struct weir_state_table *table, uint32_t number, uint32_t tag)
{
    bool is_left = leave(table->slots, number, tag);
    table->gone_count += is_left;
    if (!is_left) {
        WEIR_ASSERT(table->old_slots.at != NULL);
        is_left = leave(table->old_slots, number, tag);
        WEIR_ASSERT(is_left);
    }
    table->slot_count--;
}
