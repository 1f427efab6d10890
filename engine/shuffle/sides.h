/* SPDX-License-Identifier: Apache-2.0 */
/* What a wide verb does on its two sides: how it aggregates, by which fields it scatters. Private
 * to shuffle. */
#ifndef WEIR_SHUFFLE_SIDES_H
#define WEIR_SHUFFLE_SIDES_H

#include "shuffle/shuffle.h"

/* Fills the aggregation of count, count_by_value, reduce or reduce_by_key; false: the verb does not
 * aggregate. schema: of the rows that come in on this side; out and keys are on the arena. */
bool weir_shuffle_aggregation(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_aggregate_spec *spec);

/* The end of the map side: rows go to one builder per bucket, by the hash of the key fields, or one
 * after the other (key_count 0). */
struct weir_step *weir_scatter_create(const struct weir_type *schema,
                                      const uint32_t *keys,
                                      uint32_t key_count,
                                      uint32_t buckets,
                                      uint64_t hash_seed);

/* After finish: the blocks, NULL for empty buckets. */
void weir_scatter_take(struct weir_step *scatter, struct weir_block **blocks);

#endif
