/* SPDX-License-Identifier: Apache-2.0 */
/* All-to-all between two stages: the map side of a wide operation scatters rows (combined first
 * where it can) into one block per reduce partition; the reduce side reads the buckets of all map
 * partitions in their order and merges. The order is fixed, so the bytes are the same for any
 * number of threads. */
#ifndef WEIR_SHUFFLE_SHUFFLE_H
#define WEIR_SHUFFLE_SHUFFLE_H

#include "base/base.h"
#include "exec/exec.h"

/* The map side of one operand of a wide node, for `buckets` reduce partitions: the first step is
 * where the stage's chain ends. The rows between the two sides are of weir_plan_partial_schema. */
struct weir_shuffle_writer;
int weir_shuffle_writer_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               uint32_t side,
                               uint32_t buckets,
                               uint64_t hash_seed,
                               struct weir_shuffle_writer **writer,
                               struct weir_error *err);
void weir_shuffle_writer_destroy(struct weir_shuffle_writer *writer); /* NULL is fine. */

/* Where rows are pushed. */
struct weir_step *weir_shuffle_writer_step(struct weir_shuffle_writer *writer);

/* After finish: moves the bucket blocks into blocks[buckets] (NULL = empty bucket); references are
 * the caller's, who releases them before the writer is destroyed: their schema lives there. */
void weir_shuffle_writer_take(struct weir_shuffle_writer *writer, struct weir_block **blocks);

/* The reduce side, whole or in parts (panes and windows): a step that takes the rows, in map
 * partition order, of an operand after the other (task->side, the last one first), and pushes the
 * operation's result, or a pane, to next. Heads with state are not made here. */
int weir_shuffle_reader_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               enum weir_head_part part,
                               uint64_t hash_seed,
                               struct weir_step *next,
                               struct weir_step **first,
                               struct weir_error *err);

/* Frees the steps from first up to, not including, next. */
void weir_shuffle_reader_destroy(struct weir_step *first, struct weir_step *next);

#endif
