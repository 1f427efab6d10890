/* SPDX-License-Identifier: Apache-2.0 */
/* The heaps of a table under construction. Views come from many heap tables; here every heap gets
 * one number. A heap is taken up when the first long text in it is: short words pin nothing. */
#ifndef WEIR_DATA_BUILD_HEAP_MAP_H
#define WEIR_DATA_BUILD_HEAP_MAP_H

#include "data/data.h"

struct weir_heap_map {
    struct weir_heaps heaps;
    uint64_t *used; /* bytes that views use, by heap; only if counts_use */
    uint32_t used_capacity;
    bool counts_use;
    int32_t own;      /* the heap this builder writes to; -1: none yet */
    int32_t *guesses; /* by heap number of the source: its number here when last asked; checked at
                         every use */
    uint32_t guess_count;
    uint32_t *slots;     /* heap number + 1 by address, 0 = free; open addressing */
    uint32_t slot_count; /* a power of two, or 0 */
};

/* Empty. */
void weir_heap_map_init(struct weir_heap_map *map, bool counts_use);

/* Releases everything, the heaps too. */
void weir_heap_map_finish(struct weir_heap_map *map);

/* Empties the map; the heaps are the caller's now. */
void weir_heap_map_take(struct weir_heap_map *map, struct weir_heaps *heaps);

/* The number of a heap; retains it if it is new. */
int32_t weir_heap_map_number(struct weir_heap_map *map, struct weir_buffer *heap);

/* Renumbers views that were copied from rows over `from`. */
void weir_heap_map_adopt(struct weir_heap_map *map,
                         const struct weir_heaps *from,
                         weir_view *views,
                         size_t count);

/* A view of a copy of the text, in a heap of the map's own. */
void weir_heap_map_copy(struct weir_heap_map *map, weir_str text, weir_view *view);

/* Are there heaps that views keep alive at more than WEIR_PIN_FACTOR times their own size? If so,
 * the others are added to `to` and renumber[heap] is the new number, -1 where the text must be
 * copied. counts_use only. */
bool weir_heap_map_unpin(struct weir_heap_map *map, struct weir_heap_map *to, int32_t *renumber);

#endif
