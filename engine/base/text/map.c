/* SPDX-License-Identifier: Apache-2.0 */
/* Insertion-ordered open addressing: the entries are an array, the table holds indices into it. */
#include "base/text/map.h"

#include "base/error.h"
#include "base/memory/memory.h"

#include <string.h>

void weir_map_init(struct weir_map *map)
{
    *map = (struct weir_map){0};
}

void weir_map_finish(struct weir_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        weir_free(map->entries[i].key);
    }
    weir_free(map->entries);
    weir_free(map->slots);
    weir_map_init(map);
}

static uint64_t hash_of(weir_str key) /* FNV-1a */
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < key.count; i++) {
        h = (h ^ (unsigned char)key.bytes[i]) * 0x100000001b3u;
    }
    return h ^ (h >> 29);
}

/* The slot that holds key, or the free one where it belongs. slot_count is a power of two with room
 * left. */
static size_t find_slot(const struct weir_map *map, weir_str key)
{
    size_t mask = map->slot_count - 1;
    for (size_t i = (size_t)hash_of(key) & mask;; i = (i + 1) & mask) {
        uint32_t index = map->slots[i];
        if (index == 0) {
            return i;
        }
        const struct weir_map_entry *entry = &map->entries[index - 1];
        if (entry->key_count == key.count &&
            (key.count == 0 || memcmp(entry->key, key.bytes, key.count) == 0)) {
            return i;
        }
    }
}

void *weir_map_get(const struct weir_map *map, weir_str key)
{
    if (map->count == 0) {
        return NULL;
    }
    uint32_t index = map->slots[find_slot(map, key)];
    return index == 0 ? NULL : map->entries[index - 1].value;
}

static void grow_slots(struct weir_map *map)
{
    map->slot_count = map->slot_count == 0 ? 16 : map->slot_count * 2;
    weir_free(map->slots);
    map->slots = weir_alloc(map->slot_count * sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++) {
        weir_str key = {map->entries[i].key, map->entries[i].key_count};
        map->slots[find_slot(map, key)] = (uint32_t)i + 1;
    }
}

void *weir_map_put(struct weir_map *map, weir_str key, void *value)
{
    WEIR_ASSERT(value != NULL);
    if ((map->count + 1) * 2 > map->slot_count) {
        grow_slots(map);
    }
    size_t slot = find_slot(map, key);
    if (map->slots[slot] != 0) {
        struct weir_map_entry *entry = &map->entries[map->slots[slot] - 1];
        void *old = entry->value;
        entry->value = value;
        return old;
    }
    WEIR_GROW(map->entries, map->count, map->capacity);
    map->entries[map->count] =
        (struct weir_map_entry){weir_strndup(key.bytes, key.count), key.count, value};
    map->slots[slot] = (uint32_t)++map->count;
    return NULL;
}
