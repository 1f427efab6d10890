/* SPDX-License-Identifier: Apache-2.0 */
/* The aggregates of an incremental window: their calls, once for a chunk. Private to state. */
#ifndef WEIR_STATE_WINDOW_ITEMS_H
#define WEIR_STATE_WINDOW_ITEMS_H

#include "state/step/head.h"

/* One aggregate. */
struct weir_window_item {
    struct weir_call call;
    const struct weir_aggregate_ops *ops;
    uint32_t offset;               /* of its state in the key's */
    uint32_t first_arg, arg_count; /* columns of the panes */
    bool sees_nulls, is_begun;
    struct weir_type_field result_field;
    struct weir_type result_schema;
    struct weir_lent result;
};

/* What they share while they are called. */
struct weir_window_items {
    struct weir_state_table *table; /* of the task */
    void **states;                  /* of a chunk */
    uint16_t *sel;                  /* of a chunk */
    struct weir_step_heaps heaps;   /* of results */
    struct weir_arena arena;        /* of a call */
};

/* item: zeroed. What was made before a failure is the caller's to finish. */
int weir_window_item_open(struct weir_window_item *item,
                          const struct weir_expr *call,
                          uint32_t offset,
                          uint32_t first_arg,
                          struct weir_step_heaps *heaps,
                          struct weir_error *err);
void weir_window_item_close(struct weir_window_item *item); /* Fine on a zeroed struct. */

/* Makes states of zeroes, of these slots of the table, empty ones. */
int weir_window_item_create(struct weir_window_item *item,
                            struct weir_window_items *with,
                            struct weir_exec_task *task,
                            const uint32_t *slots,
                            uint32_t count);

/* Adds the rows that count to the states of slots[i], i of the i-th of them, or takes them out. */
int weir_window_item_change(struct weir_window_item *item,
                            struct weir_window_items *with,
                            struct weir_exec_task *task,
                            const struct weir_rows *rows,
                            const uint32_t *slots,
                            bool is_leaving);

/* The column of the results of `count` views, over with->heaps.table. */
int weir_window_item_results(struct weir_window_item *item,
                             struct weir_window_items *with,
                             struct weir_exec_task *task,
                             const struct weir_state_view *views,
                             uint32_t count,
                             struct weir_column *column);

#endif
