/* SPDX-License-Identifier: Apache-2.0 */
/* Incremental windows, between their files: values of panes by slot, and the arithmetic of reducers
 * and counts. Private to state. */
#ifndef WEIR_STATE_WINDOW_WINDOW_H
#define WEIR_STATE_WINDOW_WINDOW_H

#include "state/step/head.h"

/* What entered, or left, by slot of the batch: one value each, reduced in order of arrival. */
struct weir_pane_values {
    uint8_t *cells;           /* width bytes each */
    uint8_t *has;             /* 1: there is one */
    uint32_t count, capacity; /* slots */
};

struct weir_window {
    struct weir_state_head head;                  /* first */
    const struct weir_operator *op;               /* the reducer; NULL: counts */
    const struct weir_reducer *reducer, *inverse; /* NULL: counts */
    const struct weir_operator *inverse_op;
    const struct weir_type *type; /* of the value */
    uint32_t width;               /* of a cell: bool 1 */
    struct weir_pane_values entered, left;
    uint8_t *values;   /* of a chunk, dense */
    uint8_t *others;   /* of a chunk, dense */
    uint32_t *numbers; /* of a chunk */

    /* the filter: a chain of one node that ends in `kept` */
    bool drops_zero;
    struct weir_node *filter_node;
    struct weir_step *filter;          /* NULL: none */
    struct weir_step kept;             /* notes which rows came through */
    const struct weir_rows *kept_rows; /* of the chunk at hand; NULL: none came */
    uint16_t kept_sel[WEIR_CHUNK_ROWS_MAX];
    uint32_t kept_count;
    struct weir_state_view views[WEIR_CHUNK_ROWS_MAX];
};

/* ---- pane.c ---- */
/* Takes a chunk of a pane in, head->slots being its rows' slots. */
void weir_pane_add(struct weir_window *own,
                   struct weir_exec_task *task,
                   struct weir_pane_values *to,
                   const struct weir_rows *rows);
void weir_pane_reset(struct weir_pane_values *values);

/* The states of slots [first, first + count), count <= a chunk, become those of the new window:
 * without what left, with what entered. Fails if one has none and nothing entered. */
int weir_window_merge(struct weir_window *own,
                      struct weir_exec_task *task,
                      uint32_t first,
                      uint32_t count);

/* ---- keep.c ---- */
int weir_window_open_filter(struct weir_window *own,
                            const struct weir_graph *graph,
                            struct weir_error *err);
void weir_window_close_filter(struct weir_window *own);

/* own->kept_sel := which of `rows` stay. */
int weir_window_filter(struct weir_window *own,
                       struct weir_exec_task *task,
                       const struct weir_rows *rows);

#endif
