/* SPDX-License-Identifier: Apache-2.0 */
/* States as plugins declare them (weir_state_def): a struct in memory whose text and lists lie in a
 * slab. Here is all that the engine does with one: let it go, keep its older version, and turn many
 * into columns and back, for snapshots, for streams of states and for shuffles. Part of the door
 * (data.h). */
#ifndef WEIR_DATA_STATES_STATES_H
#define WEIR_DATA_STATES_STATES_H

#include "data/states/slab.h"

struct weir_type_field;
struct weir_column;
struct weir_heaps;
struct weir_type;

/* What a state is made of. */
struct weir_state_layout {
    const struct weir_state_def *def;
    const struct weir_type_field *fields; /* def->field_count: their types */
    bool varies;                          /* some field has text or a list */
    bool has_lists;
};

/* Both are borrowed: an operator's `state` and `state_fields`. */
void weir_state_layout_init(struct weir_state_layout *layout,
                            const struct weir_state_def *def,
                            const struct weir_type_field *fields);

/* Drops all that the state refers to and zeroes it. */
void weir_state_clear(const struct weir_state_layout *layout,
                      struct weir_state_slab *slab,
                      void *state);

/* Lists become read-only (capacity 0), so that whoever changes one writes into a copy: before the
 * first change in a batch. */
void weir_state_share(const struct weir_state_layout *layout, void *state);

/* Makes text and lists of a state that was copied byte by byte its own. */
void weir_state_own(const struct weir_state_layout *layout,
                    struct weir_state_slab *slab,
                    void *state);

/* ---- states to columns ---- */
enum { WEIR_STATE_HEAP_BYTES_MAX = 1024 * 1024 * 1024 }; /* a fuller one is followed by another */

/* One field's column on its way out. */
struct weir_state_column {
    void *cells;          /* of WEIR_CHUNK_ROWS_MAX; lists: offsets */
    void *items;          /* lists: cells of the items */
    size_t item_capacity; /* bytes */
    struct weir_column *child;
};

struct weir_state_columns {
    const struct weir_state_layout *layout;
    struct weir_state_column *columns; /* by field */
    struct weir_buffer **heaps;        /* of long text: one reference each */
    uint32_t heap_count, heap_capacity;
    int32_t first_heap; /* the number of heaps[0] in the chunk that is made */
};

/* layout is borrowed. */
void weir_state_columns_init(struct weir_state_columns *columns,
                             const struct weir_state_layout *layout);
void weir_state_columns_finish(struct weir_state_columns *columns); /* Fine on a zeroed struct. */

/* to[f] = field f of `count` states, count <= WEIR_CHUNK_ROWS_MAX; they are valid until the next
 * call. Long text is copied to columns->heaps, which are to stand in the chunk's heap table from
 * number first_heap on. */
void weir_state_columns_fill(struct weir_state_columns *columns,
                             const void *const *states,
                             uint32_t count,
                             int32_t first_heap,
                             struct weir_column *to);

/* ---- columns to states ---- */
/* states[i] (zeroed) gets its fields from cell rows[i] (NULL: cell i) of from[f], whose types are
 * the fields'. Nulls are zeroes. */
void weir_states_read(const struct weir_state_layout *layout,
                      struct weir_state_slab *slab,
                      const struct weir_column *from,
                      const struct weir_heaps *heaps,
                      const uint16_t *rows,
                      uint32_t count,
                      void *const *states);

#endif
