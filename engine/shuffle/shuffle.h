/* SPDX-License-Identifier: Apache-2.0 */
/* All-to-all between two stages: the map side of a wide operation scatters rows (combined first
 * where it can) into one block per reduce partition; the reduce side reads the buckets of all map
 * partitions in their order and merges. The order is fixed, so the bytes are the same for any
 * number of threads. */
#ifndef WEIR_SHUFFLE_SHUFFLE_H
#define WEIR_SHUFFLE_SHUFFLE_H

#include "base/base.h"
#include "exec/exec.h"

/* The map side of `node` (count, count_by_value, reduce, reduce_by_key, repartition, top, limit)
 * for `buckets` reduce partitions: the first step is where the stage's chain ends. schema: of the
 * rows pushed. */
struct weir_shuffle_writer;
int weir_shuffle_writer_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               const struct weir_type *schema,
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

/* The schema of the blocks between the two sides, on the arena (count: {count}; reduce_by_key:
 * {key, value}; ...). */
const struct weir_type *weir_shuffle_schema(const struct weir_node *node,
                                            const struct weir_type *schema,
                                            struct weir_arena *arena);

/* The reduce side: a step that takes the buckets' rows, in map partition order, and pushes the
 * operation's result to next. */
int weir_shuffle_reader_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               uint64_t hash_seed,
                               struct weir_step *next,
                               struct weir_step **first,
                               struct weir_error *err);

/* Frees the steps from first up to, not including, next. */
void weir_shuffle_reader_destroy(struct weir_step *first, struct weir_step *next);

#endif
