/* SPDX-License-Identifier: Apache-2.0 */
/* What the heads of stages with state have in common: the sides through which rows come, a table
 * lent for one task, keys of rows, and states as rows. Private to state. */
#ifndef WEIR_STATE_STEP_HEAD_H
#define WEIR_STATE_STEP_HEAD_H

#include "state/shape.h"
#include "state/state.h"
#include "state/step/rows.h"

struct weir_state_head;

/* What a verb does. Any failure fails the task and undoes the batch. */
struct weir_state_verb {
    int (*push)(struct weir_state_head *head,
                struct weir_exec_task *task, /* ->side: whose rows */
                const struct weir_rows *rows);
    /* All rows are there. */
    int (*finish)(struct weir_state_head *head, struct weir_exec_task *task);
    void (*reset)(struct weir_state_head *head);   /* Forgets what was kept of a task. */
    void (*destroy)(struct weir_state_head *head); /* Frees what is the verb's own, and the head. */
};

struct weir_state_head {
    struct weir_step step; /* first; of all sides */
    uint32_t side_count, finished;
    const struct weir_state_verb *verb;
    const struct weir_node *node;
    struct weir_state_shape shape;
    struct weir_state_table *table; /* lent */
    bool is_begun;                  /* the table is in the task's batch */
    bool is_keyed;                  /* else one key for all */
    struct weir_keys keys;
    uint64_t hash_seed;
    uint32_t *key_fields; /* 0, 1, ... */
    uint64_t *hashes;     /* of a chunk */
    uint32_t *slots;      /* of a chunk */
    uint32_t keys_end;    /* of a chunk: rows before it have keys, which are in: */
    struct weir_state_lookup lookup;
    struct weir_state_layout layout;
    struct weir_state_rows rows;
    struct weir_arena arena; /* types that are made here */
};

/* Rows that come have the key's fields first. */
void weir_state_head_init(struct weir_state_head *head,
                          const struct weir_state_verb *verb,
                          const struct weir_graph *graph,
                          const struct weir_node *node,
                          uint64_t hash_seed,
                          struct weir_step *next);
void weir_state_head_finish(struct weir_state_head *head);

/* Slots of the rows that count, head->slots: any number of times in a batch. */
int weir_state_head_find(struct weir_state_head *head,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows);

/* The same in pieces: of about `most` rows from position `from` of those that count on, at first 0;
 * *found: how many there were. */
int weir_state_head_find_some(struct weir_state_head *head,
                              struct weir_exec_task *task,
                              const struct weir_rows *rows,
                              uint32_t from,
                              uint32_t most,
                              uint32_t *found);

/* Rows of initial states {key, value}: the first batch begins with them. */
int weir_state_head_read_initial(struct weir_state_head *head,
                                 struct weir_exec_task *task,
                                 const struct weir_rows *rows);

/* Views of `count` slots that have a state. Returns how many. */
uint32_t weir_state_head_views(const struct weir_state_head *head,
                               uint32_t first_slot,
                               uint32_t count,
                               struct weir_state_view *views);

/* Pushes states as rows to next. */
int weir_state_head_give(struct weir_state_head *head,
                         struct weir_exec_task *task,
                         const struct weir_state_view *views,
                         uint32_t count);

/* ---- operators ---- */
/* What parameters first to last of an operator read: columns of rows' key and value. */
struct weir_state_args {
    const struct weir_operator *op;
    const uint32_t *members;
    uint32_t first, count, key_count;
    struct weir_column columns[WEIR_PARAMETERS_MAX];
};

/* Sets args->columns. Returns the rows that count for the operator: without those that have a null
 * among the parameters, unless it takes them. sel: room for a chunk. */
struct weir_rows weir_state_args_of(struct weir_state_args *args,
                                    const struct weir_rows *rows,
                                    uint16_t *sel);

/* Columns as a loop sees them: a chunk of `rows` positions. Lives on the arena. */
const struct weir_chunk *weir_state_chunk(struct weir_arena *arena,
                                          const struct weir_column *columns,
                                          uint32_t column_count,
                                          const struct weir_rows *rows);

/* Fails the task for a call's outcome; row: of `rows`. */
int weir_state_failed(struct weir_exec_task *task,
                      struct weir_call *call,
                      int outcome,
                      const struct weir_rows *rows);

/* ---- the verbs ---- */
int weir_update_create(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_step *next,
                       struct weir_state_head **head,
                       struct weir_error *err);
int weir_track_create(const struct weir_graph *graph,
                      const struct weir_node *node,
                      uint64_t hash_seed,
                      struct weir_step *next,
                      struct weir_state_head **head,
                      struct weir_error *err);
int weir_window_of_aggregates(const struct weir_graph *graph,
                              const struct weir_node *node,
                              uint64_t hash_seed,
                              struct weir_step *next,
                              struct weir_state_head **head,
                              struct weir_error *err);
int weir_window_create(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_step *next,
                       struct weir_state_head **head,
                       struct weir_error *err);

#endif
