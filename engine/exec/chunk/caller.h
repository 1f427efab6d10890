/* SPDX-License-Identifier: Apache-2.0 */
/* One operator of a step: its instance, what its loop is shown of a chunk, and the loop's calls:
 * one per chunk, and one more after every row that failed. */
#ifndef WEIR_EXEC_CHUNK_CALLER_H
#define WEIR_EXEC_CHUNK_CALLER_H

#include "exec/chunk/selection.h"
#include "exec/exec.h"
#include "stream/stream.h"

struct weir_caller {
    struct weir_call call;
    struct weir_chunk chunk;
    struct weir_out out;
    uint32_t arg_count;
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    const void **pointers; /* WEIR_PARAMETERS_MAX runs of pointer_count */
    int64_t *lengths;
    uint32_t pointer_count;
    struct weir_arena arena; /* arrays inside arrays */
    int stopped; /* not 0: what the loop gave to was stopped by this status; not the row's fault */
    const struct weir_rows *rows; /* the step's, while they are worked on; NULL: constants alone */
    bool is_rehearsal;            /* a crash is being looked into: what is given goes nowhere */
};

/* Rows that failed and were sent to the dead letters, of one chunk. */
struct weir_dead {
    uint8_t *is_dead; /* one byte per row, all 0 when count is 0 */
    uint32_t count;
};

/* Opens the instance of a call expression. [the thread that will use it] */
int weir_caller_open(struct weir_caller *caller,
                     const struct weir_expr *expr,
                     struct weir_error *err);
void weir_caller_close(struct weir_caller *caller); /* Fine on a zeroed struct. */

/* What is new for a task. */
void weir_caller_begin(struct weir_caller *caller, const struct weir_exec_task *task);

/* Shows the loop `rows` positions of these arguments; all of them constants: one position. */
void weir_caller_show(struct weir_caller *caller,
                      const struct weir_column *const *columns,
                      uint32_t rows,
                      const struct weir_heaps *heaps);

/* Runs the loop over the scope. A row that fails ends in `dead`, or ends the task: see
 * weir_exec_bad_row. in: the step's rows, for messages. */
int weir_caller_run(struct weir_caller *caller,
                    struct weir_exec_task *task,
                    const struct weir_rows *in,
                    struct weir_scope scope,
                    struct weir_dead *dead);

/* One call, nothing reported: the outcome of the loop, or what it had forgotten to return. */
int weir_caller_try(struct weir_caller *caller, struct weir_scope scope);

#endif
