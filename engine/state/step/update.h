/* SPDX-License-Identifier: Apache-2.0 */
/* update_state_by_key, between its two files. Private to state. */
#ifndef WEIR_STATE_STEP_UPDATE_H
#define WEIR_STATE_STEP_UPDATE_H

#include "state/step/head.h"

struct weir_update {
    struct weir_state_head head; /* first */
    struct weir_call call;
    struct weir_state_args args;
    bool moves;                           /* the operator may move states to other keys */
    const struct weir_type *value_schema; /* the operator's value parameters */
    const struct weir_type *key_schema;   /* {key} */

    /* rows of the batch */
    struct weir_builder *builder; /* of value_schema, in order of arrival */
    uint32_t *row_slots;          /* of each row */
    uint32_t row_count, row_capacity;
    struct weir_table values; /* in order of slots */
    bool has_values;
    uint32_t *starts; /* by slot: its first row */
    const struct weir_chunk *values_chunk;
    struct weir_arena arena, call_arena; /* of a task, of a call */

    /* states on their way to other keys */
    struct weir_lent moved;          /* the operator's key parameters, */
    struct weir_step_heaps heaps;    /* and their text */
    struct weir_builder *moved_keys; /* {key}, of all calls */
    void **moved_states;
    uint32_t moved_count, moved_capacity; /* states; those of a failed move are no rows */
    uint32_t moved_rows;                  /* that were there before the call */

    uint16_t sel[WEIR_CHUNK_ROWS_MAX];
    struct weir_state_view views[WEIR_CHUNK_ROWS_MAX];
};

/* own->views of `count` slots, whether they have a state or not. */
void weir_update_views(struct weir_update *own, uint32_t first_slot, uint32_t count);

/* ---- moves.c ---- */
void weir_update_set_types(struct weir_update *own, const struct weir_type *in);
int weir_update_open_moves(struct weir_update *own, struct weir_error *err);

/* What a call needs to move states; nothing if the operator does not. */
void weir_update_lend_moves(struct weir_update *own,
                            struct weir_update_call *update,
                            const struct weir_heaps *heaps);

/* After a call: its keys join those of the calls before. */
int weir_update_keep_moves(struct weir_update *own, struct weir_exec_task *task);

/* After the last call: every state that moved becomes its new key's; a later one replaces an
 * earlier one, and what the key had. */
int weir_update_place_moves(struct weir_update *own, struct weir_exec_task *task);

void weir_update_forget_moves(struct weir_update *own);

#endif
