/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of one operand, gathered with the numbers of their groups; then, by group, where they
 * lie. Within a group rows keep the order in which they came.
 *
 *   rows  0 1 2 3 4      numbers 1 2 1 3 2      order 0 2 | 1 4 | 3     starts[1..4] 0 2 4 5
 */
#ifndef WEIR_EXEC_PAIR_SIDE_H
#define WEIR_EXEC_PAIR_SIDE_H

#include "exec/exec.h"

struct weir_side {
    const struct weir_type *schema; /* what is kept of a row */
    uint32_t *fields;               /* which fields of the rows pushed that is */
    struct weir_column *columns;    /* of one chunk */
    struct weir_builder *builder;
    struct weir_table table; /* after sort */
    bool has_table;
    uint32_t *numbers; /* by row */
    uint32_t count, capacity;
    uint32_t *order;  /* rows by group; room for capacity */
    uint32_t *starts; /* by group number, one more at the end */
    uint32_t start_capacity;
    struct weir_arena arena;
};

/* Keeps fields[0..count) of rows of `in`. */
void weir_side_init(struct weir_side *side,
                    const struct weir_type *in,
                    const uint32_t *fields,
                    uint32_t count);
void weir_side_finish(struct weir_side *side); /* Fine on a zeroed struct. */

/* Forgets all rows. */
void weir_side_reset(struct weir_side *side);

/* Gathers the rows that count; numbers: of their groups; NULL: all are of group 1. */
int weir_side_add(struct weir_side *side,
                  struct weir_exec_task *task,
                  const struct weir_rows *rows,
                  const uint32_t *numbers);

/* All rows are there: makes table, order and starts. groups: the highest number in use. */
void weir_side_sort(struct weir_side *side, uint32_t groups);

#endif
