/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups go in tiles: ask memory for all slots of the next tile, then for all keys of this one,
 * then compare. What does not match at once (new keys, long texts) is looked up one by one
 * afterwards, in order, so numbers never depend on the tiles. A slot holds a number, and in the
 * bits that a table of its size leaves over a tag, a piece of the hash: so a key is hardly ever
 * read in vain. */
#include "exec/group/groups.h"

#include <string.h>

enum { TILE = 256 };

void weir_groups_init(struct weir_groups *groups, bool is_text)
{
    *groups = (struct weir_groups){.is_text = is_text, .expected = WEIR_GROUP_SLOTS_MIN / 4};
    weir_groups_reset(groups);
}

void weir_groups_finish(struct weir_groups *groups)
{
    weir_free(groups->slots);
    weir_free(groups->keys);
    weir_free(groups->hashes);
    weir_heaps_finish(&groups->heaps);
    *groups = (struct weir_groups){0};
}

/* A shuffle may have left only hashes with equal low or high bits: the product mixes them. */
static inline uint64_t mix(uint64_t hash)
{
    return hash * UINT64_C(0x9e3779b97f4a7c15);
}

static inline uint32_t slot_mask(const struct weir_groups *groups)
{
    return (uint32_t)((UINT64_C(1) << (64 - groups->shift)) - 1);
}

/* Numbers stay below half the slots; the bits above are the tag's. */
static inline uint32_t number_mask(const struct weir_groups *groups)
{
    return slot_mask(groups) >> 1;
}

static inline uint32_t tag_of(uint64_t mixed, uint32_t numbers)
{
    return (uint32_t)(mixed >> 14) & ~numbers;
}

/* At most half full, with room for one more. */
static void set_slots(struct weir_groups *groups, uint32_t wanted)
{
    uint32_t count = WEIR_GROUP_SLOTS_MIN;
    uint32_t shift = 54;
    while (count / 2 <= wanted + 1) {
        count *= 2;
        shift--;
    }
    if (count > groups->slot_capacity) {
        weir_free(groups->slots);
        groups->slots = weir_alloc(count * sizeof *groups->slots);
        groups->slot_capacity = count;
    } else {
        memset(groups->slots, 0, count * sizeof *groups->slots);
    }
    groups->shift = shift;
}

/* Into the first free slot from its own on. */
static void put_number(struct weir_groups *groups, uint32_t number)
{
    uint64_t mixed = mix(groups->hashes[number]);
    uint32_t mask = slot_mask(groups);
    uint32_t slot = (uint32_t)(mixed >> groups->shift);
    while (groups->slots[slot] != 0) {
        slot = (slot + 1) & mask;
    }
    groups->slots[slot] = tag_of(mixed, number_mask(groups)) | number;
}

static void grow_slots(struct weir_groups *groups)
{
    set_slots(groups, groups->count + groups->count / 2);
    for (uint32_t number = 1; number <= groups->count; number++) {
        put_number(groups, number);
    }
}

static void grow_keys(struct weir_groups *groups)
{
    groups->capacity = groups->capacity == 0 ? WEIR_GROUP_SLOTS_MIN : groups->capacity * 2;
    groups->keys = weir_realloc(groups->keys, groups->capacity * sizeof *groups->keys);
    groups->hashes = weir_realloc(groups->hashes, groups->capacity * sizeof *groups->hashes);
}

void weir_groups_reset(struct weir_groups *groups)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < groups->heaps.count; i++) {
        struct weir_buffer *heap = groups->heaps.buffers[i];
        if (kept == 0 && atomic_load_explicit(&heap->refs, memory_order_acquire) == 1) {
            heap->bytes = 0;
            groups->heaps.buffers[kept++] = heap;
        } else {
            weir_buffer_release(heap);
        }
    }
    groups->heaps.count = kept;
    if (groups->count > 0) {
        groups->expected = groups->count;
    }
    if (groups->capacity == 0) {
        grow_keys(groups);
    }
    groups->count = 0;
    groups->keys[0] = (struct weir_key){{UINT64_MAX, UINT64_MAX}}; /* equal to no key */
    groups->hashes[0] = 0;
    set_slots(groups, groups->expected);
}

/* ---- keys ---- */

static int32_t text_bytes(struct weir_key key)
{
    return (int32_t)(uint32_t)key.half[0];
}

static const uint8_t *text_of(struct weir_key key, const struct weir_heaps *heaps)
{
    weir_view view;
    memcpy(&view, &key, sizeof view);
    return heaps->buffers[view.buffer & ~INT32_MIN]->data + view.offset;
}

void weir_groups_reveal(struct weir_groups *groups, uint32_t first, uint32_t count)
{
    for (uint32_t i = first; groups->is_text && i < first + count; i++) {
        weir_view *view = (weir_view *)&groups->keys[i];
        view->buffer &= text_bytes(groups->keys[i]) > WEIR_VIEW_INLINE_BYTES ? ~INT32_MIN : -1;
    }
}

/* A heap with room for `bytes`; returns its number. */
static int32_t heap_for(struct weir_groups *groups, size_t bytes)
{
    if (groups->heaps.count > 0) {
        int32_t last = (int32_t)groups->heaps.count - 1;
        struct weir_buffer *heap = groups->heaps.buffers[last];
        size_t wanted = heap->bytes + bytes;
        if (wanted <= heap->capacity) {
            return last;
        }
        if (wanted <= WEIR_GROUP_HEAP_BYTES_MAX) {
            size_t doubled = heap->capacity * 2;
            size_t capacity = doubled > wanted ? doubled : wanted;
            weir_buffer_grow(
                heap, capacity < WEIR_GROUP_HEAP_BYTES_MAX ? capacity : WEIR_GROUP_HEAP_BYTES_MAX);
            return last;
        }
    }
    size_t capacity = bytes > WEIR_GROUP_HEAP_BYTES_MIN ? bytes : WEIR_GROUP_HEAP_BYTES_MIN;
    return weir_heaps_add(&groups->heaps, weir_buffer_create(capacity));
}

static struct weir_key keep_key(struct weir_groups *groups,
                                struct weir_key key,
                                const struct weir_heaps *heaps)
{
    if (!groups->is_text || text_bytes(key) <= WEIR_VIEW_INLINE_BYTES) {
        return key;
    }
    weir_view view;
    memcpy(&view, &key, sizeof view);
    int32_t number = heap_for(groups, (size_t)view.count);
    struct weir_buffer *heap = groups->heaps.buffers[number];
    memcpy(heap->data + heap->bytes, text_of(key, heaps), (size_t)view.count);
    view.buffer = number | INT32_MIN; /* equal to no view of a row, wherever that lies */
    view.offset = (int32_t)heap->bytes;
    heap->bytes += (size_t)view.count;
    memcpy(&key, &view, sizeof key);
    return key;
}

/* slot: where probe found none. */
static uint32_t open_group(struct weir_groups *groups,
                           struct weir_key key,
                           uint64_t hash,
                           const struct weir_heaps *heaps,
                           uint32_t slot)
{
    if (groups->count + 2 > groups->capacity) {
        grow_keys(groups);
    }
    uint32_t number = ++groups->count;
    groups->keys[number] = keep_key(groups, key, heaps);
    groups->hashes[number] = hash;
    if (number < number_mask(groups)) {
        groups->slots[slot] = tag_of(mix(hash), number_mask(groups)) | number;
    } else {
        grow_slots(groups);
    }
    return number;
}

/* ---- looking up ---- */

/* Long texts are never equal by their halves: they lie in different heaps. */
static inline bool is_same(const struct weir_groups *groups,
                           uint32_t number,
                           struct weir_key key,
                           uint64_t hash,
                           const struct weir_heaps *heaps)
{
    struct weir_key other = groups->keys[number];
    bool is_equal = other.half[0] == key.half[0] && other.half[1] == key.half[1];
    if (!groups->is_text || text_bytes(key) <= WEIR_VIEW_INLINE_BYTES) {
        return is_equal;
    }
    return other.half[0] == key.half[0] && groups->hashes[number] == hash &&
           memcmp(text_of(other, &groups->heaps), text_of(key, heaps), (size_t)text_bytes(key)) ==
               0;
}

/* The group of one key; 0 if it has none yet, and then *slot is where it goes. */
static inline uint32_t probe(const struct weir_groups *groups,
                             struct weir_key key,
                             uint64_t hash,
                             const struct weir_heaps *heaps,
                             uint32_t *slot)
{
    uint64_t mixed = mix(hash);
    uint32_t mask = slot_mask(groups);
    uint32_t numbers = number_mask(groups);
    uint32_t tag = tag_of(mixed, numbers);
    uint32_t at = (uint32_t)(mixed >> groups->shift);
    uint32_t found;
    while ((found = groups->slots[at]) != 0 &&
           ((found & ~numbers) != tag || !is_same(groups, found & numbers, key, hash, heaps))) {
        at = (at + 1) & mask;
    }
    *slot = at;
    return found & numbers;
}

/* numbers[i] = the group in the first slot of keys[i], or 0. misses: where that is not the key's;
 * returns how many. Long texts are always among them. No branch depends on what memory says, so
 * that all loads of a tile are under way at once. */
static uint32_t find_at_once(const struct weir_groups *groups,
                             const struct weir_key *keys,
                             const uint64_t *hashes,
                             uint32_t count,
                             uint32_t *numbers,
                             uint16_t *misses)
{
    uint32_t missed = 0;
    uint32_t shift = groups->shift;
    uint32_t low = number_mask(groups);
    const uint32_t *slots = groups->slots;
    const struct weir_key *known = groups->keys;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = slots[mix(hashes[i]) >> shift] & low;
        __builtin_prefetch(&known[numbers[i]]);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct weir_key key = known[numbers[i]];
        uint64_t differs = (key.half[0] ^ keys[i].half[0]) | (key.half[1] ^ keys[i].half[1]);
        misses[missed] = (uint16_t)i;
        missed += differs != 0;
    }
    return missed;
}

/* numbers[i] = the first group with the tag of keys[i], for every miss whose first slot is another
 * key's. */
static void find_by_tag(const struct weir_groups *groups,
                        const uint64_t *hashes,
                        const uint16_t *misses,
                        uint32_t missed,
                        uint32_t *numbers)
{
    uint32_t mask = slot_mask(groups);
    uint32_t low = number_mask(groups);
    for (uint32_t k = 0; k < missed; k++) {
        if (numbers[misses[k]] == 0) {
            continue;
        }
        uint64_t mixed = mix(hashes[misses[k]]);
        uint32_t tag = tag_of(mixed, low);
        uint32_t slot = (uint32_t)(mixed >> groups->shift);
        uint32_t found;
        while ((found = groups->slots[slot]) != 0 && (found & ~low) != tag) {
            slot = (slot + 1) & mask;
        }
        numbers[misses[k]] = found & low;
        __builtin_prefetch(&groups->keys[found & low]);
    }
}

uint32_t weir_groups_find(struct weir_groups *groups,
                          const struct weir_key *keys,
                          const uint64_t *hashes,
                          uint32_t count,
                          const struct weir_heaps *heaps,
                          uint32_t *numbers,
                          uint16_t *fresh)
{
    uint16_t misses[TILE];
    uint32_t opened = 0;
    WEIR_ASSERT(count <= WEIR_CHUNK_ROWS_MAX && groups->count < WEIR_GROUPS_MAX);
    for (uint32_t first = 0; first < count; first += TILE) {
        uint32_t tile = count - first < TILE ? count - first : TILE;
        uint32_t ahead = first + tile;
        for (uint32_t i = ahead; i < count && i < ahead + TILE; i++) {
            __builtin_prefetch(&groups->slots[mix(hashes[i]) >> groups->shift]);
        }
        uint32_t missed =
            find_at_once(groups, keys + first, hashes + first, tile, numbers + first, misses);
        find_by_tag(groups, hashes + first, misses, missed, numbers + first);
        for (uint32_t k = 0; k < missed; k++) {
            uint32_t i = first + misses[k];
            uint32_t slot;
            if (numbers[i] != 0 && is_same(groups, numbers[i], keys[i], hashes[i], heaps)) {
                continue;
            }
            numbers[i] = probe(groups, keys[i], hashes[i], heaps, &slot);
            if (numbers[i] == 0) {
                numbers[i] = open_group(groups, keys[i], hashes[i], heaps, slot);
                fresh[opened++] = (uint16_t)i;
            }
        }
    }
    return opened;
}
