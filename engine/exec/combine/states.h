/* SPDX-License-Identifier: Apache-2.0 */
/* One aggregate of a combine: its instance, a state for each group, and the calls that change them,
 * once per chunk. */
#ifndef WEIR_EXEC_COMBINE_STATES_H
#define WEIR_EXEC_COMBINE_STATES_H

#include "exec/chunk/caller.h"
#include "exec/exec.h"
#include "exec/expr/program.h"

struct weir_combined {
    struct weir_caller caller; /* the instance, and the arguments of add */
    const struct weir_aggregate_ops *ops;
    struct weir_state_layout layout;
    size_t stride;   /* bytes from state to state */
    uint8_t *states; /* by group number; [0] is nobody's */
    uint32_t count, capacity;
    uint32_t *args;                    /* registers of the program */
    uint8_t *valid;                    /* room for strictness */
    uint8_t *others;                   /* partial states of one chunk */
    struct weir_state_columns columns; /* states on their way out */
    struct weir_column *fields;        /* of one chunk of them */
    struct weir_type_field result_field;
    struct weir_type result_schema;
    struct weir_lent result;
    bool is_begun; /* the instance knows the current task */
};

/* What the aggregates of a step share. */
struct weir_combining {
    struct weir_exec_task *task;
    struct weir_state_slab slab;    /* of all states */
    struct weir_state_slab passing; /* of partial states of one chunk */
    void **states;                  /* of a chunk's rows or groups */
    void **others;
};

/* program: gets the arguments; NULL: none will be added, states are merged. heaps: where results'
 * text goes. What was made before a failure is the caller's to finish. */
int weir_combined_open(struct weir_combined *own,
                       const struct weir_expr *call,
                       struct weir_program *program,
                       struct weir_step_heaps *heaps,
                       struct weir_error *err);
void weir_combined_finish(struct weir_combined *own); /* Fine on a zeroed struct. */

/* Forgets all states; their slab is reset by the caller. */
void weir_combined_reset(struct weir_combined *own);

/* Makes the states of groups up to `count`. */
int weir_combined_create(struct weir_combined *own, struct weir_combining *with, uint32_t count);

/* Adds the rows of the program's chunk; by_row: the group of each position that is alive. */
int weir_combined_add(struct weir_combined *own,
                      struct weir_combining *with,
                      struct weir_program *program,
                      const uint32_t *by_row);

/* Merges partial states, one for each row that counts, into the states of their groups. column: a
 * struct of the state's fields. */
int weir_combined_merge(struct weir_combined *own,
                        struct weir_combining *with,
                        const struct weir_rows *rows,
                        const struct weir_column *column,
                        const uint32_t *numbers);

/* The column of states [first, first + count), at most a chunk. Their long text is in
 * own->columns.heaps, which stand in the chunk's table from first_heap on. */
void weir_combined_states(struct weir_combined *own,
                          struct weir_combining *with,
                          const struct weir_type *type,
                          uint32_t first,
                          uint32_t count,
                          int32_t first_heap,
                          struct weir_column *column);

/* The column of their results. */
int weir_combined_results(struct weir_combined *own,
                          struct weir_combining *with,
                          uint32_t first,
                          uint32_t count,
                          struct weir_column *column);

#endif
