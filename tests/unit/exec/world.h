/* SPDX-License-Identifier: Apache-2.0 */
/* A registry with linked-in plugins, chains made from texts, and random chunks to push into them.
 * Results are compared as JSON lines. */
#ifndef WEIR_TESTS_EXEC_WORLD_H
#define WEIR_TESTS_EXEC_WORLD_H

#include "exec/exec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* cmocka set-up and tear-down of a group. */
int world_set_up(void **state);
int world_tear_down(void **state);

/* The graph of a text; the caller destroys it. A text that does not bind fails the test. */
struct weir_graph *world_graph(const char *text);

/* ---- random input for `rows`: a b i64, x f64, p q bool, s t str, i i32 ---- */
struct random_rows {
    uint64_t state;
    uint32_t null_percent;
    int64_t most; /* a and b are from -most to most */
};
uint64_t random_next(struct random_rows *random);

/* `count` rows of a schema, in a table the caller finishes. */
void random_table(struct random_rows *random,
                  const struct weir_type *schema,
                  uint32_t count,
                  struct weir_table *table);

/* A random ascending selection of [0, rows); returns how many. */
uint32_t random_selection(struct random_rows *random, uint32_t rows, uint16_t *sel);

/* ---- a task ---- */
struct trial {
    struct weir_graph *graph;
    struct weir_exec_task task;
    struct weir_error err;
    struct weir_step *first, *collect;
};

/* The chain of all nodes of a text between its input and its sink, ending in a collect. */
void trial_open(struct trial *trial, const char *text);
void trial_close(struct trial *trial);
const struct weir_type *trial_schema(const struct trial *trial); /* of the input */

/* Tells the task that it is new. */
void trial_begin(struct trial *trial);

/* Pushes a chunk; *chunk may have a selection. Statuses are the caller's to check. */
int trial_push(struct trial *trial, const struct weir_rows *chunk);

/* Finishes the task and appends its result as JSON lines. Fails the test if it fails. */
void trial_result(struct trial *trial, struct weir_text *text);

/* A task of one chunk, all as above; the answer is in `text`, emptied before. */
void trial_run(struct trial *trial, const struct weir_rows *chunk, struct weir_text *text);

/* `trial.rows | PIPE | print` gives of chunks of random rows, under random selections, what it
 * gives of each of their rows alone; null_percent and most as in random_rows. */
void check_pipe(const char *pipe, uint32_t null_percent, uint64_t seed, int64_t most);

/* Appends the rows of a block as JSON lines. */
void block_text(const struct weir_block *block, struct weir_text *text);

#endif
