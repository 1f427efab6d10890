/* SPDX-License-Identifier: Apache-2.0 */
/* Look-ups go in tiles: ask memory for all slots of the next tile, then for all keys of this one,
 * then compare. What does not match at once (new keys, long texts) is looked up one by one
 * afterwards, in order, so numbers never depend on the tiles. */
#include "exec/group/groups.h"

#include "exec/group/slots.h"

#include <string.h>

enum { TILE = 128 };

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

/* At most half full, with room for one more. */
static void set_slots(struct weir_groups *groups, uint32_t wanted)
{
    uint32_t count = WEIR_GROUP_SLOTS_MIN;
    uint32_t shift = 54;
    while (count / 2 <= wanted + 1) {
        count *= 2;
        shift--;
    }
    size_t bytes = ((size_t)count + WEIR_SLOTS_MIRRORED) * sizeof *groups->slots;
    if (count > groups->slot_capacity) {
        weir_free(groups->slots);
        groups->slots = weir_alloc(bytes);
        groups->slot_capacity = count;
    } else {
        memset(groups->slots, 0, bytes);
    }
    groups->shift = shift;
}

/* Into the first free slot from its own on. */
static void put_number(struct weir_groups *groups, uint32_t number)
{
    uint64_t mixed = weir_slot_mix(groups->hashes[number]);
    uint32_t mask = weir_slot_mask(groups);
    uint32_t slot = (uint32_t)(mixed >> groups->shift);
    while (groups->slots[slot] != 0) {
        slot = (slot + 1) & mask;
    }
    weir_slot_put(groups, slot, weir_slot_tag(mixed, mask >> 1) | number);
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
    uint32_t numbers = weir_slot_numbers(groups);
    if (number < numbers) {
        weir_slot_put(groups, slot, weir_slot_tag(weir_slot_mix(hash), numbers) | number);
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
    uint64_t mixed = weir_slot_mix(hash);
    uint32_t mask = weir_slot_mask(groups);
    uint32_t numbers = mask >> 1;
    uint32_t tag = weir_slot_tag(mixed, numbers);
    for (uint32_t at = (uint32_t)(mixed >> groups->shift);; at = (at + WEIR_SLOTS_AT_ONCE) & mask) {
        const uint32_t *four = groups->slots + at;
        uint32_t vacant = weir_slots_free(four);
        uint32_t tagged = weir_slots_tagged(four, tag, numbers) & ~vacant & (vacant - 1);
        for (; tagged != 0; tagged &= tagged - 1) { /* those in front of the first vacant one */
            uint32_t number = four[__builtin_ctz(tagged)] & numbers;
            if (is_same(groups, number, key, hash, heaps)) {
                return number;
            }
        }
        if (vacant != 0) {
            *slot = (at + (uint32_t)__builtin_ctz(vacant)) & mask;
            return 0;
        }
    }
}

/* numbers[i] = the group with the tag of keys[i] in the first four slots, or 0. misses: where that
 * is not the key's; returns how many. Long texts are always among them. No branch depends on what
 * memory says, so that all loads of a tile are under way at once. */
static uint32_t find_at_once(const struct weir_groups *groups,
                             const struct weir_key *keys,
                             const uint64_t *hashes,
                             uint32_t count,
                             uint32_t *numbers,
                             uint16_t *misses)
{
    uint32_t missed = 0;
    uint32_t shift = groups->shift;
    uint32_t low = weir_slot_numbers(groups);
    const uint32_t *slots = groups->slots;
    const struct weir_key *known = groups->keys;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t mixed = weir_slot_mix(hashes[i]);
        const uint32_t *four = slots + (mixed >> shift);
        uint32_t tagged = weir_slots_tagged(four, weir_slot_tag(mixed, low), low);
        uint32_t found = four[__builtin_ctz(tagged | 8)] & low;
        numbers[i] = found & (0 - (tagged + 15) / 16); /* 0 if none is tagged */
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
            __builtin_prefetch(&groups->slots[weir_slot_mix(hashes[i]) >> groups->shift]);
        }
        uint32_t missed =
            find_at_once(groups, keys + first, hashes + first, tile, numbers + first, misses);
        for (uint32_t k = 0; k < missed; k++) {
            uint32_t i = first + misses[k];
            uint32_t slot = 0;
            numbers[i] = probe(groups, keys[i], hashes[i], heaps, &slot);
            if (numbers[i] == 0) {
                numbers[i] = open_group(groups, keys[i], hashes[i], heaps, slot);
                fresh[opened++] = (uint16_t)i;
            }
        }
    }
    return opened;
}

void weir_groups_look(const struct weir_groups *groups,
                      const struct weir_key *keys,
                      const uint64_t *hashes,
                      uint32_t count,
                      const struct weir_heaps *heaps,
                      uint32_t *numbers)
{
    uint16_t misses[TILE];
    WEIR_ASSERT(count <= WEIR_CHUNK_ROWS_MAX);
    for (uint32_t first = 0; first < count; first += TILE) {
        uint32_t tile = count - first < TILE ? count - first : TILE;
        uint32_t ahead = first + tile;
        for (uint32_t i = ahead; i < count && i < ahead + TILE; i++) {
            __builtin_prefetch(&groups->slots[weir_slot_mix(hashes[i]) >> groups->shift]);
        }
        uint32_t missed =
            find_at_once(groups, keys + first, hashes + first, tile, numbers + first, misses);
        for (uint32_t k = 0; k < missed; k++) {
            uint32_t i = first + misses[k];
            uint32_t slot = 0;
            numbers[i] = probe(groups, keys[i], hashes[i], heaps, &slot);
        }
    }
}
