/* SPDX-License-Identifier: Apache-2.0 */
/* Keyed state that lives from batch to batch: one table for each (stage, partition), and the steps
 * of tasks that work on it. Read table/table.h first. */
#ifndef WEIR_STATE_STATE_H
#define WEIR_STATE_STATE_H

#include "state/table/table.h"
#include "stream/stream.h"
#include "wire/wire.h"

/* ---- heads: stages that begin at a state ---- */
/* The head of update_state_by_key, map_with_state or an incremental window. Rows come in by
 * task->side, the last side first. Side 0: the batch's rows {key, value}; of a window: the panes
 * that enter, oldest first. Side 1: initial states {key, value}; of a window: the panes that leave.
 * It gives the node's rows to next. */
struct weir_state_head;

/* next: borrowed. Opens the operator's instance. [the thread that will use it] */
int weir_state_head_create(const struct weir_graph *graph,
                           const struct weir_node *node,
                           uint64_t hash_seed,
                           struct weir_step *next,
                           struct weir_state_head **head,
                           struct weir_error *err);
void weir_state_head_destroy(struct weir_state_head *head); /* NULL is fine. */

/* Where rows of a side are pushed. Each side is finished; the last one does the work. abandon of
 * any of them undoes the batch. destroy does nothing: they are the head's. */
struct weir_step *weir_state_head_side(struct weir_state_head *head, uint32_t side);

/* Before each task: the partition's state, borrowed by this task alone until it has ended; an empty
 * (zeroed) one is made ready. side_count: how many sides will be finished. */
void weir_state_head_lend(struct weir_state_head *head,
                          struct weir_state_table *table,
                          uint32_t side_count);

/* ---- readers of a state ---- */
/* node: state_snapshots. [the thread that will use it] */
struct weir_state_reader;
struct weir_state_reader *weir_state_reader_create(const struct weir_graph *graph,
                                                   const struct weir_node *node);
void weir_state_reader_destroy(struct weir_state_reader *reader); /* NULL is fine. */

/* Pushes all keys with their states, as the newest batch that is done has left them. No batch is
 * under way in the table until it returns. */
int weir_state_reader_scan(struct weir_state_reader *reader,
                           struct weir_exec_task *task,
                           const struct weir_state_table *table,
                           struct weir_step *to);

/* ---- saved states ---- */
/* Appends a state of `node` (update_state_by_key, map_with_state, an incremental window) as it was
 * at as_of_us: with its newest batch, or, if that is later, without it. */
int weir_state_save(const struct weir_graph *graph,
                    const struct weir_node *node,
                    const struct weir_state_table *table,
                    int64_t as_of_us,
                    struct weir_text *to,
                    struct weir_error *err);

/* Reads it into a table, zeroed before; zeroed again on failure. hash_seed: the job's. A state of
 * an older version goes through the plugin's upgrade. WEIR_EDAMAGED, or WEIR_ECONFIG: there is no
 * way from that version. */
int weir_state_restore(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_state_table *table,
                       struct weir_unpack *in);

#endif
