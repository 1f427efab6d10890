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
    struct weir_out out;     /* of columns of fixed width and text */
    struct weir_lent *lent;  /* borrowed: where there are lists or structs; else NULL */
    struct ArrowArray moved; /* functions: a whole array instead of cells; release NULL: none */
    uint8_t *valid_room;     /* functions: a byte per row, made when a null is first given */
    uint8_t *valid[1];
    uint32_t arg_count;
    bool sees_nulls;           /* rows with null arguments are shown too */
    struct weir_arena lasting; /* what follows, made once */
    const struct ArrowSchema *schemas[WEIR_PARAMETERS_MAX];
    struct weir_column nulls[WEIR_PARAMETERS_MAX]; /* type NULL: the argument may be anything */
    const struct weir_type *items[WEIR_PARAMETERS_MAX]; /* of a list: a schema of one field */
    struct ArrowArray arrays[WEIR_PARAMETERS_MAX];
    const struct ArrowArray *cols[WEIR_PARAMETERS_MAX];
    const void **pointers; /* WEIR_PARAMETERS_MAX runs of pointer_count */
    int64_t *lengths;
    uint32_t pointer_count;
    struct weir_arena arena; /* arrays inside arrays */
    int stopped; /* not 0: what the loop gave to was stopped by this status; not the row's fault */
    const struct weir_rows *rows; /* the step's, while they are worked on; NULL: constants alone */
    bool stops_on_bad;            /* on_error=stop: a bad record ends the task */
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

/* Where the loop writes. */
static inline struct weir_out *weir_caller_out(struct weir_caller *caller)
{
    return caller->lent != NULL ? &caller->lent->out : &caller->out;
}

/* Takes the array that the loop has moved out (moved.release is set), as `rows` values of a type:
 * see weir_moved_take. Not WEIR_OK: the outcome. */
int weir_caller_take_moved(struct weir_caller *caller,
                           const struct weir_type *type,
                           uint32_t rows,
                           struct weir_step_heaps *heaps,
                           struct weir_arena *arena,
                           struct weir_column *column);

/* Ends the task for a failure that is no record's. Returns the status. */
int weir_caller_failed(const struct weir_caller *caller, struct weir_exec_task *task, int outcome);

#endif
