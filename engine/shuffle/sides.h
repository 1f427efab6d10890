/* SPDX-License-Identifier: Apache-2.0 */
/* What a wide verb does on its two sides: how it aggregates or joins, by which fields it scatters.
 * Private to shuffle. */
#ifndef WEIR_SHUFFLE_SIDES_H
#define WEIR_SHUFFLE_SIDES_H

#include "shuffle/shuffle.h"

/* Fills the aggregation of a verb that counts, reduces or tells apart, windowed or not; false: the
 * verb does not. schema: of the rows that come in on this side; out and keys are on the arena. */
bool weir_shuffle_aggregation(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_aggregate_spec *spec);

/* The same for a verb that works with aggregates; schema: of the operand. */
bool weir_shuffle_combination(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_combine_spec *spec);

/* The fields by which an operand's rows find those of one key, on the arena; returns how many: 0
 * where rows need not meet. */
uint32_t weir_shuffle_keys(const struct weir_node *node,
                           uint32_t side,
                           struct weir_arena *arena,
                           const uint32_t **keys);

/* The join of a join verb or cartesian; arrays are on the arena. */
void weir_shuffle_join(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_arena *arena,
                       struct weir_join_spec *spec);
bool weir_shuffle_is_join(const struct weir_node *node);

/* How rows find their bucket. */
enum weir_scatter_kind {
    WEIR_SCATTER_HASH = 1, /* by the hash of their key fields */
    WEIR_SCATTER_DEAL,     /* one after the other */
    WEIR_SCATTER_COPY      /* all rows go to every bucket */
};

/* The end of the map side: one builder per bucket. keys: of HASH. */
struct weir_step *weir_scatter_create(enum weir_scatter_kind kind,
                                      const struct weir_type *schema,
                                      const uint32_t *keys,
                                      uint32_t key_count,
                                      uint32_t buckets,
                                      uint64_t hash_seed);

/* From now on the call of a partitioner says where rows go. */
int weir_scatter_by(struct weir_step *scatter,
                    const struct weir_expr *call,
                    struct weir_error *err);

/* After finish: the blocks, NULL for empty buckets. */
void weir_scatter_take(struct weir_step *scatter, struct weir_block **blocks);

#endif
