/* SPDX-License-Identifier: Apache-2.0 */
/* A small map from text to pointer for names (streams, operators, options): cold paths only. Keys
 * are copied. Not for several threads at once. */
#ifndef WEIR_BASE_MAP_H
#define WEIR_BASE_MAP_H

#include <weir/abi.h>

#include <stddef.h>
#include <stdint.h>

struct weir_map_entry {
    char *key;
    size_t key_count;
    void *value;
};
struct weir_map {
    struct weir_map_entry *entries; /* in order of insertion: walk [0, count) */
    uint32_t *slots;                /* entry index + 1, 0 = free; open addressing */
    size_t count, capacity, slot_count;
};

/* Empty; allocates nothing yet. */
void weir_map_init(struct weir_map *map);

/* Frees keys and table; values are the caller's. */
void weir_map_finish(struct weir_map *map);

/* The value of key, or NULL. */
void *weir_map_get(const struct weir_map *map, weir_str key);

/* Sets key to value (not NULL); returns the old value or NULL. */
void *weir_map_put(struct weir_map *map, weir_str key, void *value);

#endif
