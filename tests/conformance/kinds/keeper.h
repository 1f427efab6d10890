/* SPDX-License-Identifier: Apache-2.0 */
/* The states of one partition, driven batch by batch through the head of map_with_state, as a
 * worker drives it. */
#ifndef WEIR_CONFORMANCE_KEEPER_H
#define WEIR_CONFORMANCE_KEEPER_H

#include "run.h"

#include "state/state.h"

struct cf_keeper {
    struct weir_graph graph;
    struct weir_node nodes[2]; /* the stream, map_with_state cf.instructed */
    struct weir_arena arena;
    struct weir_state_table table;
    int64_t batch_us; /* of the newest batch */
};

void cf_keeper_init(struct cf_keeper *keeper);
void cf_keeper_finish(struct cf_keeper *keeper);

/* A batch of rows [key, instruction] at a time not before the newest. timeout_us: 0: none. Appends
 * what was emitted to `mapped` (NULL: it is dropped). */
int cf_keeper_run(struct cf_keeper *keeper,
                  int64_t batch_us,
                  int64_t timeout_us,
                  const json_t *rows,
                  json_t *mapped,
                  struct weir_error *err);

/* The states with their times in ms, [[key, state, time]...]: all, or, where before_us is above 0,
 * those last touched before it, found as map_with_state finds keys that time out. The caller owns
 * it. */
json_t *cf_keeper_states(struct cf_keeper *keeper, int64_t before_us);

/* An independent copy, by way of what a checkpoint saves. */
int cf_keeper_copy(const struct cf_keeper *from, struct cf_keeper *to, struct weir_error *err);

#endif
