/* SPDX-License-Identifier: Apache-2.0 */
/* From hashes to entries. Look-ups come in tiles, so that memory is asked early: for the slots of
 * the next but one, for the entries of the next. Slots hold a piece of the hash, which is also
 * where they belong: so a table grows without a look at its entries, and it does so little by
 * little, a few old slots with every chunk of look-ups. */
#include "state/table/entry.h"

enum { TILE = 32, MOVED_PER_KEY = 4, MOVED_MIN = 64 };

static uint32_t number_of(uint64_t slot)
{
    return (uint32_t)slot;
}

static uint32_t tag_of(uint64_t slot)
{
    return (uint32_t)(slot >> 32);
}

static uint64_t slot_of(uint32_t number, uint32_t tag)
{
    return (uint64_t)tag << 32 | (number + 1);
}

/* ---- growing ---- */

void weir_state_slots_put(struct weir_state_table *table, uint32_t number, uint32_t tag)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << table->slot_bits) - 1);
    uint32_t at = weir_slot_home(tag, table->slot_bits);
    while (table->slots[at] != 0) {
        at = (at + 1) & mask;
    }
    table->slots[at] = slot_of(number, tag);
}

void weir_state_slots_move(struct weir_state_table *table, uint32_t count)
{
    if (table->old_slots == NULL) {
        return;
    }
    uint64_t end = UINT64_C(1) << table->old_bits;
    uint64_t until = (uint64_t)table->old_at + count;
    until = until < end ? until : end;
    for (uint64_t at = table->old_at; at < until; at++) {
        uint64_t slot = table->old_slots[at];
        if (slot != 0 && number_of(slot) != WEIR_SLOT_GONE) {
            weir_state_slots_put(table, number_of(slot) - 1, tag_of(slot));
            table->old_slots[at] = WEIR_SLOT_GONE;
        }
    }
    table->old_at = (uint32_t)until;
    if (until == end) {
        weir_free(table->old_slots);
        table->old_slots = NULL;
    }
}

void weir_state_slots_reserve(struct weir_state_table *table)
{
    uint64_t capacity = UINT64_C(1) << table->slot_bits;
    if ((uint64_t)table->slot_count + 1 <= capacity / 8 * 5) {
        return;
    }
    weir_state_slots_move(table, UINT32_MAX); /* moved long ago, or else it is now */
    table->old_slots = table->slots;
    table->old_bits = table->slot_bits;
    table->old_at = 0;
    table->slot_bits++;
    size_t bytes = (UINT64_C(1) << table->slot_bits) * sizeof *table->slots;
    table->slots = weir_alloc(bytes);
    weir_memory_lasts(table->slots, bytes);
}

/* ---- taking out ---- */

/* The place of a number, or -1. */
static int64_t place_of(const uint64_t *slots, uint32_t bits, uint64_t wanted)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    uint32_t at = weir_slot_home(tag_of(wanted), bits);
    while (slots[at] != 0) {
        if (slots[at] == wanted) {
            return at;
        }
        at = (at + 1) & mask;
    }
    return -1;
}

/* Those behind the gap that would not be found any more move into it. */
static void close_gap(uint64_t *slots, uint32_t bits, uint32_t gap)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    for (uint32_t at = (gap + 1) & mask; slots[at] != 0; at = (at + 1) & mask) {
        uint32_t home = weir_slot_home(tag_of(slots[at]), bits);
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            slots[gap] = slots[at];
            gap = at;
        }
    }
    slots[gap] = 0;
}

void weir_state_slots_remove(struct weir_state_table *table, uint32_t number, uint32_t tag)
{
    uint64_t wanted = slot_of(number, tag);
    int64_t at = place_of(table->slots, table->slot_bits, wanted);
    if (at >= 0) {
        close_gap(table->slots, table->slot_bits, (uint32_t)at);
    } else {
        WEIR_ASSERT(table->old_slots != NULL);
        at = place_of(table->old_slots, table->old_bits, wanted);
        WEIR_ASSERT(at >= 0);
        table->old_slots[at] = WEIR_SLOT_GONE;
    }
    table->slot_count--;
}

/* ---- looking up ---- */

static inline bool is_same(const struct weir_state_table *table,
                           const struct weir_state_entry *entry,
                           struct weir_key key,
                           const struct weir_heaps *heaps)
{
    if (entry->key.half[0] != key.half[0]) {
        return false;
    }
    if (!weir_state_key_is_long(table, key)) {
        return entry->key.half[1] == key.half[1];
    }
    weir_view view;
    memcpy(&view, &key, sizeof view);
    weir_str text = weir_view_str(&view, heaps);
    return memcmp(weir_state_key_text(entry->key), text.bytes, text.count) == 0;
}

static uint32_t find_in(const struct weir_state_table *table,
                        const uint64_t *slots,
                        uint32_t bits,
                        uint32_t tag,
                        struct weir_key key,
                        const struct weir_heaps *heaps)
{
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    for (uint32_t at = weir_slot_home(tag, bits); slots[at] != 0; at = (at + 1) & mask) {
        if (tag_of(slots[at]) == tag && number_of(slots[at]) != WEIR_SLOT_GONE) {
            uint32_t number = number_of(slots[at]) - 1;
            if (is_same(table, weir_state_table_entry(table, number), key, heaps)) {
                return number;
            }
        }
    }
    return UINT32_MAX;
}

/* A small table gets one page at a time; a large one a quarter more in one piece, which is not
 * written before it is needed, and may lie in huge pages. */
static void add_pages(struct weir_state_table *table)
{
    size_t bytes = (size_t)WEIR_STATE_PAGE_KEYS * table->entry_bytes;
    size_t more = table->page_count / 4 * bytes;
    size_t count = more < WEIR_MEMORY_HUGE_BYTES ? 1 : more / bytes;
    size_t before = count > 1 ? WEIR_MEMORY_HUGE_BYTES : 0; /* at most, to begin with a whole one */
    uint8_t *extent = weir_alloc_aligned(before + count * bytes);
    weir_memory_lasts(extent, before + count * bytes);
    WEIR_GROW(table->extents, table->extent_count, table->extent_capacity);
    table->extents[table->extent_count++] = extent;
    extent += before == 0 ? 0 : -(uintptr_t)extent & (WEIR_MEMORY_HUGE_BYTES - 1);
    for (size_t i = 0; i < count; i++) {
        WEIR_GROW(table->pages, table->page_count, table->page_capacity);
        table->pages[table->page_count++] = extent + i * bytes;
    }
}

static uint32_t add_entry(struct weir_state_table *table)
{
    if (table->free_count > 0) {
        return table->free_numbers[--table->free_count];
    }
    if (table->used == table->page_count * WEIR_STATE_PAGE_KEYS) {
        add_pages(table);
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
    weir_state_slots_reserve(table);
    uint32_t number = add_entry(table);
    struct weir_state_entry *entry = weir_state_table_entry(table, number);
    uint32_t flags = entry->slot_flags & WEIR_ENTRY_IS_QUEUED;
    memset(entry, 0, table->entry_bytes);
    entry->tag = tag;
    entry->slot_flags = flags | WEIR_ENTRY_SLOT;
    entry->key = key;
    if (weir_state_key_is_long(table, key)) {
        weir_view view;
        memcpy(&view, &key, sizeof view);
        weir_str text = weir_view_str(&view, heaps);
        void *own = weir_state_slab_take(&table->slab, text.count);
        memcpy(own, text.bytes, text.count);
        entry->key.half[1] = (uint64_t)(uintptr_t)own;
    }
    weir_state_slots_put(table, number, tag);
    table->slot_count++;
    return number;
}

static uint32_t find_or_insert(struct weir_state_table *table,
                               struct weir_key key,
                               uint32_t tag,
                               const struct weir_heaps *heaps)
{
    uint32_t number = find_in(table, table->slots, table->slot_bits, tag, key, heaps);
    if (number == UINT32_MAX && table->old_slots != NULL) {
        number = find_in(table, table->old_slots, table->old_bits, tag, key, heaps);
    }
    return number != UINT32_MAX ? number : insert(table, key, tag, heaps);
}

/* Where entries are, out of the table: loops that write through pointers would read it anew for
 * each key. */
struct place {
    uint8_t *const *pages;
    size_t entry_bytes;
};

static inline struct weir_state_entry *entry_at(struct place place, uint32_t number)
{
    return (struct weir_state_entry *)(void *)(place.pages[number >> WEIR_STATE_PAGE_BITS] +
                                               (number & (WEIR_STATE_PAGE_KEYS - 1)) *
                                                   place.entry_bytes);
}

/* Asks memory for the slots of a tile. */
static void fetch(const struct weir_state_table *table,
                  const uint32_t *tags,
                  uint32_t first,
                  uint32_t count)
{
    for (uint32_t i = first; i < count && i < first + TILE; i++) {
        __builtin_prefetch(&table->slots[weir_slot_home(tags[i], table->slot_bits)], 0, 2);
    }
}

/* guesses[i] = the number of the first slot with the tag of key i, or of none that is used. All
 * slots of a tile are asked of memory first, then all entries. */
static void guess(const struct weir_state_table *table,
                  const uint32_t *tags,
                  uint32_t count,
                  uint32_t *guesses)
{
    const struct place place = {table->pages, table->entry_bytes};
    const uint64_t *slots = table->slots;
    uint32_t bits = table->slot_bits;
    uint32_t mask = (uint32_t)((UINT64_C(1) << bits) - 1);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = weir_slot_home(tags[i], bits);
        uint64_t slot = slots[at];
        while (slot != 0 && tag_of(slot) != tags[i]) {
            at = (at + 1) & mask;
            slot = slots[at];
        }
        guesses[i] = number_of(slot) - 1;
        if (slot != 0) {
            const uint8_t *entry = (const uint8_t *)entry_at(place, guesses[i]);
            __builtin_prefetch(entry, 0, 2);
            __builtin_prefetch(entry + place.entry_bytes - 1, 0, 2);
        }
    }
}

/* Guesses become numbers: of the key, or of a new entry. */
static void verify(struct weir_state_table *table,
                   const struct weir_key *keys,
                   const uint32_t *tags,
                   uint32_t count,
                   const struct weir_heaps *heaps,
                   uint32_t *numbers)
{
    const struct place place = {table->pages, table->entry_bytes};
    bool is_text = table->is_text;
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] != UINT32_MAX && !(is_text && weir_state_key_is_long(table, keys[i]))) {
            const struct weir_state_entry *entry = entry_at(place, numbers[i]);
            if (entry->key.half[0] == keys[i].half[0] && entry->key.half[1] == keys[i].half[1]) {
                continue;
            }
        }
        numbers[i] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (numbers[i] == UINT32_MAX) { /* new, long, or one of two with a tag */
            numbers[i] = find_or_insert(table, keys[i], tags[i], heaps);
        }
    }
}

/* The first touches of a tile's entries; what most tables have, without a look at the rest. */
static void touch(struct weir_state_table *table,
                  const uint32_t *found,
                  uint32_t count,
                  uint32_t *slots)
{
    const struct place place = {table->pages, table->entry_bytes};
    uint32_t *numbers = table->numbers;
    uint32_t words = table->before_bytes / (uint32_t)sizeof(uint64_t);
    uint32_t next = table->touched_count;
    for (uint32_t i = 0; i < count; i++) {
        struct weir_state_entry *entry = entry_at(place, found[i]);
        uint32_t flags = entry->slot_flags;
        uint32_t slot = flags & WEIR_ENTRY_SLOT;
        if (slot < next && numbers[slot] == found[i]) {
            slots[i] = slot;
            continue;
        }
        const uint64_t *state = (const uint64_t *)(const void *)(entry + 1);
        uint64_t *before = (uint64_t *)(void *)table->before + (size_t)next * words;
        entry->slot_flags = (flags & ~WEIR_ENTRY_SLOT) | next;
        numbers[next] = found[i];
        table->states[next] = entry + 1;
        table->exists[next] = table->was_live[next] = (flags & WEIR_ENTRY_IS_LIVE) != 0;
        table->touched[next] = 0;
        memcpy(before, &entry->touched_us, sizeof *before);
        for (uint32_t word = 1; word < words; word++) {
            before[word] = state[word - 1];
        }
        entry->touched_us = table->batch_us;
        slots[i] = next++;
    }
    table->touched_count = next;
}

static void touch_tile(struct weir_state_table *table,
                       const uint32_t *found,
                       uint32_t count,
                       uint32_t *slots)
{
    while (table->touched_count + count > table->touched_capacity) {
        weir_state_table_grow(table);
    }
    if (table->snapshot == NULL && table->has_timeout && !table->layout.has_lists) {
        touch(table, found, count, slots);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        slots[i] = weir_state_table_touch(table, found[i]);
    }
}

void weir_state_table_find(struct weir_state_table *table,
                           const struct weir_key *keys,
                           const uint64_t *hashes,
                           uint32_t count,
                           const struct weir_heaps *heaps,
                           uint32_t *slots)
{
    uint32_t tags[WEIR_CHUNK_ROWS_MAX];
    uint32_t numbers[2][TILE];
    WEIR_ASSERT(table->is_open && count <= WEIR_CHUNK_ROWS_MAX);
    if (count == 0) {
        return;
    }
    weir_state_slots_move(table, MOVED_MIN + count * MOVED_PER_KEY);
    for (uint32_t i = 0; i < count; i++) {
        tags[i] = weir_entry_tag(hashes[i]);
    }
    fetch(table, tags, 0, count);
    fetch(table, tags, TILE, count);
    guess(table, tags, count < TILE ? count : TILE, numbers[0]);
    for (uint32_t first = 0, turn = 0; first < count; first += TILE, turn ^= 1) {
        uint32_t left = count - first;
        uint32_t tile = left < TILE ? left : TILE;
        fetch(table, tags, first + 2 * TILE, count);
        if (left > TILE) { /* what becomes of these guesses until then is found the long way */
            guess(table, tags + first + TILE, left < 2 * TILE ? left - TILE : TILE,
                  numbers[turn ^ 1]);
        }
        verify(table, keys + first, tags + first, tile, heaps, numbers[turn]);
        touch_tile(table, numbers[turn], tile, slots + first);
    }
}
