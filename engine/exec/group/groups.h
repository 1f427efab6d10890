/* SPDX-License-Identifier: Apache-2.0 */
/* The table behind every aggregation: keys of 16 bytes get numbers 1, 2, 3... in order of first
 * appearance. Keys lie densely by number; a small open-addressing table of numbers points at them,
 * so that most of what a look-up touches stays in the cache. A key is either a fixed-width value or
 * a text view; bytes of long texts are copied once into heaps of the table's own.
 *
 *   hash -> slots[] -> number -> keys[number] (compared)   accumulators[number] (by the caller)
 */
#ifndef WEIR_EXEC_GROUP_GROUPS_H
#define WEIR_EXEC_GROUP_GROUPS_H

#include "data/data.h"

struct weir_key {
    uint64_t half[2]; /* a weir_view; or value and is-null */
};
_Static_assert(sizeof(struct weir_key) == sizeof(weir_view), "a key is one view cell");

enum {
    WEIR_GROUPS_MAX = 1 << 29,
    WEIR_GROUP_SLOTS_MIN = 1 << 10,
    WEIR_GROUP_HEAP_BYTES_MIN = 64 * 1024,
    WEIR_GROUP_HEAP_BYTES_MAX = 1024 * 1024 * 1024 /* a fuller one is followed by another */
};

struct weir_groups {
    bool is_text;    /* keys are views; their long texts are compared by bytes */
    uint32_t count;  /* groups: numbers 1 to count; 0 is nobody's */
    uint32_t *slots; /* numbers; 0 = free */
    uint32_t shift;  /* 64 - log2 of the slots in use */
    uint32_t slot_capacity;
    struct weir_key *keys; /* [count + 1]; a long text's heap number is marked until revealed */
    uint64_t *hashes;
    uint32_t capacity;
    uint32_t expected;       /* of the last round: the slots to begin with */
    struct weir_heaps heaps; /* of long keys */
};

void weir_groups_init(struct weir_groups *groups, bool is_text);
void weir_groups_finish(struct weir_groups *groups);

/* Forgets all groups, keeps the memory; a heap that somebody retained is let go. */
void weir_groups_reset(struct weir_groups *groups);

/* Makes keys [first, first + count) views into groups->heaps. They can no longer be found: for the
 * end of a round. */
void weir_groups_reveal(struct weir_groups *groups, uint32_t first, uint32_t count);

/* numbers[i] = the group of keys[i], for i < count; hashes[i]: its hash; heaps: of keys' long
 * texts. fresh[k] = index of the key that opened group old count + 1 + k. Returns how many were
 * opened. count <= WEIR_CHUNK_ROWS_MAX. */
uint32_t weir_groups_find(struct weir_groups *groups,
                          const struct weir_key *keys,
                          const uint64_t *hashes,
                          uint32_t count,
                          const struct weir_heaps *heaps,
                          uint32_t *numbers,
                          uint16_t *fresh);

/* The same without opening groups: numbers[i] = 0 where the key has none. */
void weir_groups_look(const struct weir_groups *groups,
                      const struct weir_key *keys,
                      const uint64_t *hashes,
                      uint32_t count,
                      const struct weir_heaps *heaps,
                      uint32_t *numbers);

#endif
