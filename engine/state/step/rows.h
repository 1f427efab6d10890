/* SPDX-License-Identifier: Apache-2.0 */
/* States as rows: the key's fields, then the value. Long keys and text are copied out of the slab,
 * into heaps of the rows. Private to state. */
#ifndef WEIR_STATE_STEP_ROWS_H
#define WEIR_STATE_STEP_ROWS_H

#include "state/table/table.h"

struct weir_state_rows {
    const struct weir_type *schema; /* key_count fields of the key, then the value */
    uint32_t key_count;
    bool is_text;
    bool is_bare; /* the value is the state's only field, not a struct */
    struct weir_keys *keys;
    struct weir_state_columns columns;
    struct weir_key *cells;             /* of a chunk */
    const void **states;                /* of a chunk */
    struct weir_buffer *heap;           /* of long keys; NULL: none yet */
    struct weir_heaps key_heaps, table; /* pointers only */
    struct weir_column *out, *fields;
};

/* All are borrowed. keys: made for the key's fields; NULL where key_count is 0. */
void weir_state_rows_init(struct weir_state_rows *rows,
                          const struct weir_type *schema,
                          uint32_t key_count,
                          struct weir_keys *keys,
                          const struct weir_state_layout *layout);
void weir_state_rows_finish(struct weir_state_rows *rows); /* Fine on a zeroed struct. */

/* Columns of the keys of `count` views (at most a chunk): columns[i] for key field i. They and
 * *heaps are valid until the next call. */
void weir_state_rows_keys(struct weir_state_rows *rows,
                          const struct weir_state_view *views,
                          uint32_t count,
                          struct weir_column *columns,
                          const struct weir_heaps **heaps);

/* `count` views (at most a chunk) as a chunk, valid until the next call. */
void weir_state_rows_make(struct weir_state_rows *rows,
                          const struct weir_state_view *views,
                          uint32_t count,
                          struct weir_rows *to);

#endif
