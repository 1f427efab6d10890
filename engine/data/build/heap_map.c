/* SPDX-License-Identifier: Apache-2.0 */
/* Every lookup on the way of a record is two loads: guess the number, see whether it is that heap.
 * A wrong guess costs one look into a table by address. */
#include "data/build/heap_map.h"

#include "data/view.h"

#include <string.h>

enum {
    PREFIX_HEAPS_MAX = 16, /* more are not compared as a whole */
    OWN_HEAP_BYTES_MIN = 1024
};

void weir_heap_map_init(struct weir_heap_map *map, bool counts_use)
{
    *map = (struct weir_heap_map){.counts_use = counts_use, .own = -1};
}

void weir_heap_map_finish(struct weir_heap_map *map)
{
    weir_heaps_finish(&map->heaps);
    weir_free(map->used);
    weir_free(map->guesses);
    weir_free(map->slots);
    weir_heap_map_init(map, map->counts_use);
}

void weir_heap_map_take(struct weir_heap_map *map, struct weir_heaps *heaps)
{
    *heaps = map->heaps;
    weir_heaps_init(&map->heaps);
    map->own = -1;
    if (map->slots != NULL) {
        memset(map->slots, 0, map->slot_count * sizeof *map->slots);
    }
    if (map->used != NULL) {
        memset(map->used, 0, map->used_capacity * sizeof *map->used);
    }
}

static uint32_t slot_of(const struct weir_heap_map *map, const struct weir_buffer *heap)
{
    uint64_t mixed = ((uint64_t)(uintptr_t)heap >> 4) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t slot = (uint32_t)(mixed >> 32) & (map->slot_count - 1);
    while (map->slots[slot] != 0 && map->heaps.buffers[map->slots[slot] - 1] != heap) {
        slot = (slot + 1) & (map->slot_count - 1);
    }
    return slot;
}

/* Room for one heap more, at most half full. */
static void grow_slots(struct weir_heap_map *map)
{
    if (map->heaps.count * 2 < map->slot_count) {
        return;
    }
    weir_free(map->slots);
    map->slot_count = map->slot_count == 0 ? 16 : map->slot_count * 2;
    map->slots = weir_alloc(map->slot_count * sizeof *map->slots);
    for (uint32_t i = 0; i < map->heaps.count; i++) {
        map->slots[slot_of(map, map->heaps.buffers[i])] = i + 1;
    }
}

/* Takes over one reference. */
static int32_t add_heap(struct weir_heap_map *map, struct weir_buffer *heap)
{
    grow_slots(map);
    uint32_t slot = slot_of(map, heap);
    int32_t number = weir_heaps_add(&map->heaps, heap);
    map->slots[slot] = (uint32_t)number + 1;
    if (map->counts_use) {
        if (map->heaps.count > map->used_capacity) {
            map->used_capacity = map->heaps.capacity;
            map->used = weir_realloc(map->used, map->used_capacity * sizeof *map->used);
        }
        map->used[number] = 0;
    }
    return number;
}

int32_t weir_heap_map_number(struct weir_heap_map *map, struct weir_buffer *heap)
{
    if (map->slot_count > 0) {
        uint32_t found = map->slots[slot_of(map, heap)];
        if (found != 0) {
            return (int32_t)found - 1;
        }
    }
    return add_heap(map, weir_buffer_retain(heap));
}

static void grow_guesses(struct weir_heap_map *map, uint32_t count)
{
    if (count <= map->guess_count) {
        return;
    }
    map->guesses = weir_realloc(map->guesses, count * sizeof *map->guesses);
    memset(map->guesses + map->guess_count, 0, (count - map->guess_count) * sizeof *map->guesses);
    map->guess_count = count;
}

/* All heaps of `from` have the same numbers here. */
static bool is_identity(const struct weir_heap_map *map, const struct weir_heaps *from)
{
    return from->count <= map->heaps.count && from->count <= PREFIX_HEAPS_MAX &&
           memcmp(from->buffers, map->heaps.buffers, from->count * sizeof *from->buffers) == 0;
}

void weir_heap_map_adopt(struct weir_heap_map *map,
                         const struct weir_heaps *from,
                         weir_view *views,
                         size_t count)
{
    if (from->count == 0 || (!map->counts_use && is_identity(map, from))) {
        return;
    }
    grow_guesses(map, from->count);
    for (size_t i = 0; i < count; i++) {
        if (views[i].count <= WEIR_VIEW_INLINE_BYTES) {
            continue;
        }
        WEIR_ASSERT((uint32_t)views[i].buffer < from->count);
        struct weir_buffer *heap = from->buffers[views[i].buffer];
        int32_t *guess = &map->guesses[views[i].buffer];
        if ((uint32_t)*guess >= map->heaps.count || map->heaps.buffers[*guess] != heap) {
            *guess = weir_heap_map_number(map, heap);
        }
        views[i].buffer = *guess;
        if (map->counts_use) {
            map->used[*guess] += (uint64_t)views[i].count;
        }
    }
}

/* The map's own heap with room for `bytes` more: grown if that stays reachable by offsets, else a
 * new one. */
static struct weir_buffer *own_heap(struct weir_heap_map *map, size_t bytes)
{
    WEIR_ASSERT(bytes <= WEIR_HEAP_BYTES_MAX);
    struct weir_buffer *heap = map->own < 0 ? NULL : map->heaps.buffers[map->own];
    if (heap != NULL && heap->capacity - heap->bytes >= bytes) {
        return heap;
    }
    if (heap != NULL && heap->bytes + bytes <= WEIR_HEAP_BYTES_MAX) {
        size_t doubled = heap->capacity * 2;
        size_t needed = heap->bytes + bytes;
        size_t capacity = doubled > needed ? doubled : needed;
        weir_buffer_grow(heap, capacity < WEIR_HEAP_BYTES_MAX ? capacity : WEIR_HEAP_BYTES_MAX);
        return heap;
    }
    heap = weir_buffer_create(bytes < OWN_HEAP_BYTES_MIN ? OWN_HEAP_BYTES_MIN : bytes);
    map->own = add_heap(map, heap);
    return heap;
}

void weir_heap_map_copy(struct weir_heap_map *map, weir_str text, weir_view *view)
{
    if (text.count <= WEIR_VIEW_INLINE_BYTES) {
        weir_view_put(view, (const uint8_t *)text.bytes, 0, text.count, 0, text.count);
        return;
    }
    struct weir_buffer *heap = own_heap(map, text.count);
    memcpy(heap->data + heap->bytes, text.bytes, text.count);
    weir_view_put(view, heap->data, heap->bytes, text.count, map->own, heap->capacity);
    heap->bytes += text.count;
    if (map->counts_use) {
        map->used[map->own] += text.count;
    }
}

static bool is_pinned(const struct weir_heap_map *map, uint32_t number)
{
    size_t capacity = map->heaps.buffers[number]->capacity;
    return capacity > OWN_HEAP_BYTES_MIN && capacity / WEIR_PIN_FACTOR > map->used[number];
}

bool weir_heap_map_unpin(struct weir_heap_map *map, struct weir_heap_map *to, int32_t *renumber)
{
    bool found = false;
    for (uint32_t i = 0; i < map->heaps.count; i++) {
        found |= is_pinned(map, i);
    }
    for (uint32_t i = 0; found && i < map->heaps.count; i++) {
        renumber[i] = is_pinned(map, i) ? -1 : weir_heap_map_number(to, map->heaps.buffers[i]);
    }
    return found;
}
