/* SPDX-License-Identifier: Apache-2.0 */
/* What runs inside one task: chunks of at most 2048 rows walk down a chain of steps, in cache. A
 * step is the one vtable of this room; narrow operators, aggregation, shuffle writers (room
 * shuffle) and sinks (room output) implement it. Everything here belongs to one (stage, thread) and
 * is reused from task to task: no allocation per record, none per chunk once warm. */
#ifndef WEIR_EXEC_EXEC_H
#define WEIR_EXEC_EXEC_H

#include "base/base.h"
#include "block/block.h"
#include "data/data.h"
#include "exec/group/keys.h"
#include "plan/plan.h"
#include "plugin/plugin.h"

enum { WEIR_BAD_RECORD_SAMPLES = 5, WEIR_BAD_RECORD_SAMPLES_MAX = 20 }; /* of an operator; in all */

struct weir_join_right;

/* What a task is told and what it leaves; one per running task, owned by the task runner. */
struct weir_exec_task {
    int64_t batch_us, zero_us; /* zero_us: the job's zero time */
    uint32_t stage, partition, partition_count;
    uint32_t side;         /* of a head with several operands: whose rows are pushed now. The last
                              operand's come first */
    struct weir_join_right *right;  /* borrowed; a join: in place of all rows of side 1. NULL: they
                                       come */
    struct weir_join_right **built; /* not NULL; a join: what was gathered of side 1 is left here
                                       at the end, one reference */
    uint64_t seed;         /* the job's */
    const char *stream;    /* of the sink, for messages */
    uint64_t records_in;   /* input records read */
    uint64_t rows_out;     /* rows that reached the end */
    uint32_t bad_records;  /* of operators whose policy sends them to the dead letters */
    uint32_t sample_count; /* the first few of each operator, as text: operator, message, record */
    const char *samples[WEIR_BAD_RECORD_SAMPLES_MAX]; /* on the arena */
    const struct weir_operator *sample_operators[WEIR_BAD_RECORD_SAMPLES_MAX];
    bool stop_on_bad_record;                      /* BAD_RECORD counts as FATAL */
    bool may_retry;                               /* the failure was RETRY */
    bool wants_no_more;                           /* a limit is full: scans may end early */
    struct weir_arena arena;                      /* reset per task */
    struct weir_error *err;
};

/* 0, 1, 2...: positions [from, to) are a slice of it, a selection of rows that lie side by side. */
extern const uint16_t weir_positions[WEIR_CHUNK_ROWS_MAX];

/* One step of a task. `next` gets what it gives; the last has none. */
struct weir_step {
    /* Takes a chunk (borrowed until return). A non-zero status ends the task; task->err says why.
     */
    int (*push)(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows);
    /* All chunks were pushed: gives what it kept back, then finishes `next`. Ready for the next
     * task. */
    int (*finish)(struct weir_step *step, struct weir_exec_task *task);
    /* The task failed: forget what was kept, then `next`'s. Ready for the next task. Never NULL. */
    void (*abandon)(struct weir_step *step, struct weir_exec_task *task);
    void (*destroy)(struct weir_step *step); /* frees this step only */
    struct weir_step *next;
};

/* Pushes to next / finishes next. */
static inline int weir_step_push(struct weir_step *step,
                                 struct weir_exec_task *task,
                                 const struct weir_rows *rows)
{
    return step->push(step, task, rows);
}

/* ---- narrow chains (chain.c, expr.c, flat_map.c) ---- */
/* Compiles nodes (map, extend, map_values, flat_map, flat_map_values, filter, glom, map_partitions;
 * those that only pass rows on become nothing) into steps in front of `last`; *first
 * gets the head. Opens operator instances. Names of failing operators, rows and batches go into
 * messages. */
int weir_chain_create(const struct weir_graph *graph,
                      const struct weir_node *const *nodes,
                      uint32_t count,
                      struct weir_step *last,
                      struct weir_step **first,
                      struct weir_error *err);

/* Frees the steps from first up to, not including, last. */
void weir_chain_destroy(struct weir_step *first, struct weir_step *last);

/* ---- scans (source_scan.c) ---- */
/* Pushes a block's rows, 2048 at a time; text blocks are cut into lines here. counts_records: they
 * are input records. */
int weir_scan_block(struct weir_exec_task *task,
                    const struct weir_block *block,
                    bool counts_records,
                    struct weir_step *to);

/* Reads a part of a source's range through its `read` and pushes the rows; text sources: lines are
 * cut here. call: an open call of the source on this thread. schema: the node's. */
int weir_scan_source(struct weir_exec_task *task,
                     struct weir_call *call,
                     const struct weir_type *schema,
                     weir_bytes range,
                     struct weir_step *to);

/* ---- hash aggregation (aggregate.c) ---- */
/* Groups by key fields; each group has one accumulator cell folded by a reducer, or a count. The
 * same structure serves as map-side combine (emits partial groups) and as reduce side (values are
 * merged with merge semantics: counts are added). Groups come out in order of first appearance. */
enum weir_aggregate_kind {
    WEIR_AGGREGATE_COUNT =
        1, /* accumulator i64: +1 per row (combine), + partial count per row (merge) */
    WEIR_AGGREGATE_REDUCE, /* accumulator = reducer(acc, value) */
    WEIR_AGGREGATE_DISTINCT /* no accumulator: the keys alone */
};
struct weir_aggregate_spec {
    enum weir_aggregate_kind kind;
    const struct weir_type *in; /* schema of rows pushed */
    uint32_t key_count;
    const uint32_t *keys; /* fields of `in` that make the key; 0 fields: one group */
    uint32_t value;  /* field of `in` that is reduced or (merging counts) added; unused for counting
                        rows */
    bool is_merge;   /* rows are partial groups */
    bool always_one; /* no key: gives its single group even when no row came (count gives 0) */
    const struct weir_operator *op;     /* reduce: whose reducer is used */
    const struct weir_type *out;        /* key fields in order, then the accumulator, if any */
    uint64_t hash_seed;
};
struct weir_step *weir_aggregate_create(const struct weir_aggregate_spec *spec,
                                        struct weir_step *next);

/* ---- aggregates: states by group (combine/) ---- */
/* Groups by key fields; each group has a state of every call's aggregate. Rows are added to them
 * (map side), or are partial states and merged: keys, then a struct of state fields for each call.
 * What comes out are such rows again, or results. */
struct weir_combine_spec {
    const struct weir_type *in; /* schema of rows pushed */
    uint32_t key_count;
    const uint32_t *keys; /* fields of `in`; 0 fields: one group */
    uint32_t call_count;
    const struct weir_expr *const *calls; /* of aggregates; arguments over `in`, if not is_merge */
    bool is_merge;
    bool gives_states;          /* else results */
    bool always_one;            /* no key: gives its single group even when no row came */
    const struct weir_type *out; /* keys, then one field for each call */
    uint64_t hash_seed;
};

/* Opens the aggregates. Arrays are borrowed. [the thread that will use it] */
int weir_combine_create(const struct weir_combine_spec *spec,
                        struct weir_step *next,
                        struct weir_step **step,
                        struct weir_error *err);

/* ---- top and limit (top.c, limit.c) ---- */
/* Keeps the n first rows by fields (ties: earlier row first), gives them sorted. by_count 0: all
 * fields in order. */
struct weir_step *weir_top_create(const struct weir_type *schema,
                                  int64_t n,
                                  const uint32_t *by,
                                  uint32_t by_count,
                                  bool is_descending,
                                  struct weir_step *next);

/* Passes the first n rows on, then sets task->wants_no_more. */
struct weir_step *weir_limit_create(int64_t n, struct weir_step *next);

/* ---- pairs (pair/) ---- */
/* group_by_key (one side) and cogroup (two): {key, value: list<V>}, {key, value: {left: list<V>,
 * right: list<W>}}. in: pair schemas, by side; out: the node's. */
struct weir_step *weir_lists_create(const struct weir_type *const *in,
                                    uint32_t side_count,
                                    const struct weir_type *out,
                                    uint64_t hash_seed,
                                    struct weir_step *next);

enum weir_join_kind { WEIR_JOIN_PAIRS = 1, WEIR_JOIN_SEMI, WEIR_JOIN_ANTI };

/* Where a field of a joined row comes from. */
struct weir_join_field {
    bool is_both;  /* a struct of two: field `left` of the left, field `right` of the right */
    bool is_whole; /* a struct of all fields of the left (is_left) or the right */
    bool is_left;
    bool is_key; /* the left's, but where there is no left row the right's */
    uint32_t left, right;
};

/* Rows of side 1 are all pushed before those of side 0. Without keys every row of the left meets
 * every row of the right. */
struct weir_join_spec {
    enum weir_join_kind kind; /* SEMI, ANTI: gives left rows as they are; needs keys */
    bool keeps_left, keeps_right; /* rows without a partner, the other side null; needs keys */
    const struct weir_type *left, *right, *out;
    uint32_t key_count;
    const uint32_t *left_keys, *right_keys; /* of equal types */
    const struct weir_join_field *fields;   /* PAIRS: out->field_count */
    uint64_t hash_seed;
};
struct weir_step *weir_join_create(const struct weir_join_spec *spec, struct weir_step *next);

/* A join's right operand as it was gathered, to be shared by tasks that would gather the same: see
 * weir_exec_task. Immutable, counted. Any thread. */
struct weir_join_right *weir_join_right_retain(struct weir_join_right *right);
void weir_join_right_release(struct weir_join_right *right); /* NULL is fine. */

/* ---- partitioners (part/partitioner.c) ---- */
/* The instance of a partitioner's call on one thread. */
struct weir_partitioner;
int weir_partitioner_create(const struct weir_expr *call,
                            struct weir_partitioner **created,
                            struct weir_error *err);
void weir_partitioner_destroy(struct weir_partitioner *own); /* NULL is fine. */

/* partitions[i] = where the i-th row that counts goes, of `count`; rows with null arguments go to
 * the first one. */
int weir_partitioner_run(struct weir_partitioner *own,
                         struct weir_exec_task *task,
                         const struct weir_rows *rows,
                         uint32_t count,
                         uint32_t *partitions);

/* The task is over. */
void weir_partitioner_end(struct weir_partitioner *own);

/* ---- collecting (collect.c) ---- */
/* The end of a stage that leaves blocks: gathers all rows into one table. */
struct weir_step *weir_collect_create(const struct weir_type *schema, bool is_long_lived);

/* After finish: the block (one reference, the caller's), or NULL when no row came. */
struct weir_block *weir_collect_take(struct weir_step *collect);

/* Fails the task for a bad row: fills task->err with operator, batch, partition, record (as JSON,
 * cut). Returns the status. Or, where the policy says dead letters, records it and returns WEIR_OK:
 * the row is dropped. */
int weir_exec_bad_row(struct weir_exec_task *task,
                      const struct weir_call *call,
                      int outcome,
                      const struct weir_rows *rows,
                      uint32_t row);

#endif
