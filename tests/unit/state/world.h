/* SPDX-License-Identifier: Apache-2.0 */
/* A head over a state of its own, driven batch by batch without a worker. Rows are {key: str,
 * value: i64}; what comes out is compared as JSON lines, sorted. */
#ifndef WEIR_TESTS_UNIT_STATE_WORLD_H
#define WEIR_TESTS_UNIT_STATE_WORLD_H

#include "state/state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

int world_set_up(void **state);
int world_tear_down(void **state);

struct world {
    struct weir_graph graph;
    struct weir_node nodes[2]; /* the stream, the verb; the caller may change [1] before open */
    struct weir_arena arena;
    const struct weir_type *pair;
    struct weir_state_head *head;
    struct weir_step *step, *collect;
    struct weir_state_table table;
    struct weir_exec_task task;
    struct weir_error err;
    struct weir_text out;
};

/* A verb with an operator of the test's plugin (NULL: none). Types are set as a graph does. */
void world_init(struct world *world, enum weir_verb verb, const char *op);
const struct weir_operator *world_operator(const char *name, enum weir_kind kind);
void world_open(struct world *world);
void world_close(struct world *world);

/* Begins the task of a batch, at `second`. */
void world_begin(struct world *world, int64_t second);

/* Pushes rows: "key value" with a space, separated by commas. Returns the status. */
int world_push(struct world *world, uint32_t side, const char *rows);

/* The same of states: "key sum"; a key without text is null. */
int world_push_initial(struct world *world, const char *rows);

/* Ends the task; its result, sorted lines. A failure ends it by abandon, and gives the error. */
const char *world_end(struct world *world);

/* A whole batch of side 0. */
const char *world_run(struct world *world, int64_t second, const char *rows);

#endif
