/* SPDX-License-Identifier: Apache-2.0 */
/* From hashes to entries, and their first touch in a batch. Keys come in tiles, and what a tile
 * needs of memory is asked for long before, a line with each key of an earlier tile: so memory
 * works while we do. The loops are as short as can be: where a table is larger than what the
 * processor knows the addresses of, asking takes time itself, and it goes on meanwhile with no more
 * than the next few hundred steps. */
#include "state/table/slots.h"

enum { TILE = WEIR_STATE_TILE, MOVED_PER_KEY = 4, MOVED_MIN = 64 };

static uint32_t tile_count(const struct weir_state_lookup *lookup, uint32_t first)
{
    uint32_t left = lookup->count - first;
    return left < TILE ? left : TILE;
}

/* Is there nothing in the lines behind a line whose searches have come to its end? */
static bool is_end(const uint32_t *line)
{
    bool has_free = false;
    for (uint32_t i = 0; i < WEIR_STATE_LINE; i++) {
        has_free |= line[i] == WEIR_STATE_SLOT_FREE;
    }
    return has_free;
}

/* The first slot with a tag of those that belong to `home`, in its line or the next; or a free one.
 * What is further away is found the long way. */
static inline uint32_t slot_of_tag(struct weir_state_slots slots, uint32_t home, uint32_t tag)
{
    const uint32_t in_line = WEIR_STATE_LINE - 1;
    uint32_t numbers = weir_state_slot_numbers(slots);
    const uint32_t *line = slots.at + (home & ~in_line);
    uint32_t tagged = weir_state_line_tagged(line, tag << slots.bits, numbers);
    if (__builtin_expect(tagged == 0, 0)) {
        if (is_end(line)) {
            return WEIR_STATE_SLOT_FREE;
        }
        line = slots.at + (weir_state_slot_place(slots, home, WEIR_STATE_LINE) & ~in_line);
        tagged = weir_state_line_tagged(line, tag << slots.bits, numbers);
        if (tagged == 0) {
            return WEIR_STATE_SLOT_FREE;
        }
    }
    uint32_t turned = (tagged | tagged << WEIR_STATE_LINE) >> (home & in_line);
    return line[(home + (uint32_t)__builtin_ctz(turned)) & in_line];
}

/* A tile's guesses are what the first slots with the keys' tags hold. Asks memory for the slots of
 * the tile after it, and for the other ends of the entries of the tile before it. */
static inline void guess(const struct weir_state_lookup *lookup,
                         uint32_t first,
                         const struct weir_state_tile *earlier,
                         bool may_straddle, /* lines of memory */
                         struct weir_state_tile *tile)
{
    const struct weir_state_table *table = lookup->table;
    const struct weir_state_slots slots = table->slots;
    const uint32_t *tags = lookup->tags + first;
    const uintptr_t *extents = table->extents; /* out of the table: it may be written to, */
    uint32_t extent_bits = table->extent_bits; /* for all that the compiler knows */
    size_t entry_bytes = table->entry_bytes;
    uint32_t used = table->used;
    uint32_t count = tile_count(lookup, first);
    for (uint32_t i = 0; i < count; i++) {
        __builtin_prefetch(&slots.at[weir_state_slot_home(slots, tags[i + TILE])], 0, 2);
        if (may_straddle) {
            uintptr_t end = (uintptr_t)earlier->entries[i] + entry_bytes - 1;
            __builtin_prefetch((const char *)end, 0, 2);
        }
        uint32_t slot = slot_of_tag(slots, weir_state_slot_home(slots, tags[i]), tags[i]);
        uint32_t number = weir_state_slot_number(slots, slot);
        tile->numbers[i] = number;
        tile->entries[i] = NULL;
        if (number < used) { /* else the slot is free, or was left */
            tile->entries[i] = weir_state_entry_at(extents, extent_bits, entry_bytes, number);
        }
    }
    for (uint32_t i = count; i < TILE; i++) {
        tile->entries[i] = NULL;
    }
}

/* Is it the entry of a key, that is not a long text or null? */
static inline bool is_plainly_of(const struct weir_state_entry *entry,
                                 struct weir_key key,
                                 bool is_text)
{
    if (!is_text) {
        return ((entry->word ^ key.half[0]) | key.half[1]) == 0;
    }
    return ((entry->word ^ key.half[0]) | (weir_entry_text(entry)->half ^ key.half[1])) == 0 &&
           (int32_t)(uint32_t)key.half[0] <= WEIR_VIEW_INLINE_BYTES;
}

/* Touches keys of a tile from `first` on while guesses are right; how far it came. Asks memory for
 * the entries of the tile ahead. What weir_entry_touch does, as short as can be, for the processor
 * looks ahead only so many steps: no snapshot, no lists; words of `before` may be known when this
 * is compiled. */
static inline uint32_t touch_guessed(const struct weir_state_lookup *lookup,
                                     const struct weir_state_tile *tile,
                                     const struct weir_state_tile *ahead,
                                     uint32_t first,
                                     uint32_t count,
                                     uint32_t words,
                                     bool is_text,
                                     uint32_t *slots)
{
    struct weir_state_table *table = lookup->table;
    const struct weir_key *keys = lookup->keys + lookup->done;
    uint32_t *numbers = table->numbers;
    void **states = table->states;
    uint8_t *exists = table->exists;
    uint32_t next = table->touched_count;
    uint64_t *before = (uint64_t *)(void *)table->before + (size_t)next * words;
    uint32_t epoch = table->epoch;
    const size_t head_bytes =
        is_text ? sizeof(struct weir_state_text_entry) : sizeof(struct weir_state_entry);
    uint32_t i = first;
    for (; i < count; i++) {
        struct weir_state_entry *entry = tile->entries[i];
        __builtin_prefetch(ahead->entries[i], 0, 2);
        if (entry == NULL || !is_plainly_of(entry, keys[i], is_text)) {
            break;
        }
        uint32_t flags = entry->slot_flags;
        if (entry->epoch == epoch) {
            slots[i] = flags & WEIR_ENTRY_SLOT;
            continue;
        }
        uint64_t *state = (uint64_t *)((uintptr_t)entry + head_bytes);
        entry->slot_flags = (flags & ~WEIR_ENTRY_SLOT) | next;
        numbers[next] = tile->numbers[i] | (flags & WEIR_ENTRY_IS_LIVE);
        states[next] = state;
        exists[next] = (uint8_t)(flags / WEIR_ENTRY_IS_LIVE);
        *before = entry->epoch;
        for (uint32_t word = 1; word < words; word++) {
            before[word] = state[word - 1];
        }
        before += words;
        entry->epoch = epoch;
        slots[i] = next++;
    }
    table->touched_count = next;
    return i;
}

/* The number of key i of a tile: guesses fail for new keys, and where tags are the same. */
static uint32_t number_of(const struct weir_state_lookup *lookup,
                          const struct weir_state_tile *tile,
                          uint32_t i)
{
    struct weir_key key = lookup->keys[lookup->done + i];
    const struct weir_state_entry *entry = tile->entries[i];
    if (entry != NULL && weir_entry_is_of(lookup->table, entry, key, lookup->heaps)) {
        return tile->numbers[i];
    }
    return weir_entry_find(lookup->table, key, lookup->tags[lookup->done + i], lookup->heaps);
}

static void touch_tile(const struct weir_state_lookup *lookup,
                       const struct weir_state_tile *tile,
                       const struct weir_state_tile *ahead,
                       uint32_t *slots)
{
    struct weir_state_table *table = lookup->table;
    uint32_t count = tile_count(lookup, lookup->done);
    uint32_t words = table->before_bytes / (uint32_t)sizeof(uint64_t);
    bool is_text = table->is_text;
    bool is_plain = table->snapshot == NULL && !table->layout.has_lists;
    while (table->touched_count + count > table->touched_capacity) {
        weir_state_table_grow(table);
    }
    for (uint32_t i = 0; i < count && !is_plain; i++) {
        __builtin_prefetch(ahead->entries[i], 0, 2);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_plain && !is_text && words == 2) {
            i = touch_guessed(lookup, tile, ahead, i, count, 2, false, slots);
        } else if (is_plain && !is_text && words == 3) {
            i = touch_guessed(lookup, tile, ahead, i, count, 3, false, slots);
        } else if (is_plain) {
            i = touch_guessed(lookup, tile, ahead, i, count, words, is_text, slots);
        }
        if (i < count) {
            slots[i] = weir_state_table_touch(table, number_of(lookup, tile, i));
        }
    }
}

/* ---- a look-up ---- */

void weir_state_lookup_begin(struct weir_state_lookup *lookup,
                             struct weir_state_table *table,
                             const struct weir_key *keys,
                             const uint64_t *hashes,
                             uint32_t count,
                             const struct weir_heaps *heaps)
{
    WEIR_ASSERT(table->is_open && count <= WEIR_CHUNK_ROWS_MAX);
    lookup->table = table;
    lookup->keys = keys;
    lookup->heaps = heaps;
    lookup->count = count;
    lookup->done = 0;
    for (uint32_t i = 0; i < count; i++) {
        lookup->tags[i] = table->is_text ? weir_state_tag(hashes[i])
                                         : weir_state_word_tag(keys[i].half[0], table->seed);
    }
    memset(lookup->tags + count, 0, 2 * TILE * sizeof *lookup->tags);
    weir_state_slots_move(table, MOVED_MIN + count * MOVED_PER_KEY);
    for (uint32_t i = 0; i < TILE; i++) {
        uint32_t home = weir_state_slot_home(table->slots, lookup->tags[i]);
        __builtin_prefetch(&table->slots.at[home], 0, 2);
    }
    memset(lookup->tiles, 0, sizeof lookup->tiles);
    guess(lookup, 0, &lookup->tiles[1], false, &lookup->tiles[0]); /* there is no earlier one */
    for (uint32_t i = 0; i < TILE; i++) {
        __builtin_prefetch(lookup->tiles[0].entries[i], 0, 2);
    }
}

uint32_t weir_state_lookup_next(struct weir_state_lookup *lookup, uint32_t most, uint32_t *slots)
{
    uint32_t first = lookup->done;
    while (lookup->done < lookup->count && lookup->done - first < most) {
        struct weir_state_tile *tile = &lookup->tiles[lookup->done / TILE % 2];
        struct weir_state_tile *ahead = &lookup->tiles[(lookup->done / TILE + 1) % 2];
        uint32_t count = tile_count(lookup, lookup->done);
        if (lookup->count - lookup->done > TILE) { /* entries never move: guesses stay good */
            if (64 % lookup->table->entry_bytes == 0) {
                guess(lookup, lookup->done + TILE, tile, false, ahead);
            } else {
                guess(lookup, lookup->done + TILE, tile, true, ahead);
            }
        }
        touch_tile(lookup, tile, ahead, slots + (lookup->done - first));
        lookup->done += count;
    }
    return lookup->done - first;
}

void weir_state_table_find(struct weir_state_table *table,
                           const struct weir_key *keys,
                           const uint64_t *hashes,
                           uint32_t count,
                           const struct weir_heaps *heaps,
                           uint32_t *slots)
{
    struct weir_state_lookup lookup;
    if (count > 0) {
        weir_state_lookup_begin(&lookup, table, keys, hashes, count, heaps);
        (void)weir_state_lookup_next(&lookup, count, slots);
    }
}
