/* SPDX-License-Identifier: Apache-2.0 */
/* From graph to stages, once per job: a plan is a template that every batch is stamped from. A
 * stage is a run of narrow operations; it begins at an input, at other stages' blocks, or at the
 * reduce side of a wide operation (head), and ends as blocks, as the map side of a wide operation
 * (tail) or in a sink.
 *
 *   input --flat_map-map--> [tail reduce_by_key]   shuffle   [head reduce_by_key] --...--> sink
 */
#ifndef WEIR_PLAN_PLAN_H
#define WEIR_PLAN_PLAN_H

#include "base/base.h"
#include "stream/stream.h"

enum weir_dependency_kind {
    WEIR_DEPEND_INPUT =
        1, /* from: input number; partitions: its blocks or range parts of this batch */
    WEIR_DEPEND_BLOCKS, /* from: a stage that ends as blocks; same partitions, same batch */
    WEIR_DEPEND_WINDOW, /* the same over batches (t - length, t], oldest first, each at the parent's
                           slide */
    WEIR_DEPEND_WINDOW_INPUT, /* from: input number, over batches (t - length, t] */
    WEIR_DEPEND_SHUFFLE, /* from: a stage that ends as a shuffle: partition p reads bucket p of all
                            its partitions */
    WEIR_DEPEND_PANES,   /* from: a stage that ends as blocks, over batches (t - length, t]:
                            partition p reads partition p of each, oldest first. Incremental
                            windows: side 0 is what entered since the last window, side 1 what left
                            it */
    WEIR_DEPEND_STATE    /* from: a stage with state, same batch: partition p reads the state of
                            partition p as that stage has left it */
};

/* The partitions of a stage without a head are those of its dependencies, one after the other (a
 * union). A stage with a head has the head's reduce partitions, and partition p reads its share of
 * every dependency (SHUFFLE, PANES, STATE), in their order: the operands of a join, say. */
struct weir_dependency {
    enum weir_dependency_kind kind;
    uint32_t from;
    int64_t length_us;       /* window */
    int64_t delay_us;        /* window: it ends so long before the batch: (t - delay - length, t -
                                delay], what leaves an incremental one, say */
    int64_t parent_slide_us; /* window: how often the parent has an RDD */
    uint32_t node_count; /* narrow nodes that apply to this dependency only, before the stage's own
                            (branches of a union) */
    const struct weir_node *const *nodes;
    const struct weir_type *schema; /* of the blocks read */
    uint32_t side;                  /* which operand of the head this is: 0 for its first input */
    bool is_static;  /* `from` belongs to a table: its blocks are of the table's version, not of the
                        batch */
    bool is_initial; /* a state's initial rows: read only while the partition has no state yet */
};

/* A windowed aggregation is two stages: PANE makes one slide's groups and leaves them as blocks,
 * WINDOW merges the panes in reach (or adds the newest pane to a state and takes the oldest out).
 */
enum weir_head_part { WEIR_HEAD_WHOLE = 0, WEIR_HEAD_PANE, WEIR_HEAD_WINDOW };

enum weir_exit_kind { WEIR_EXIT_BLOCKS = 1, WEIR_EXIT_SHUFFLE, WEIR_EXIT_SINK };

struct weir_stage {
    uint32_t id;      /* its index: dependencies have smaller ids */
    int64_t slide_us; /* it runs in batches whose time since zero is a multiple of this */
    uint32_t dependency_count;
    const struct weir_dependency *dependencies;
    const struct weir_node *node; /* the stream whose rows leave: the stage runs in the batches in
                                     which it has an RDD (map side, PANE: the operand) */
    const struct weir_node *head; /* wide node whose reduce side begins here, or NULL */
    enum weir_head_part part;     /* which part of the head's work is done here */
    bool has_state;  /* it changes the head's state: in batch order, one batch at a time, on the
                        worker that holds the state */
    bool is_static;  /* of a table: runs once for each version of the table, not for every batch */
    bool runs_empty; /* a task runs for every partition, also for one that reads nothing */
    uint32_t node_count;
    const struct weir_node *const *nodes; /* narrow nodes, in order */
    enum weir_exit_kind exit;
    const struct weir_node *tail; /* shuffle: the wide node; sink: the sink node */
    uint32_t tail_side;           /* shuffle: which of the wide node's operands leaves */
    uint32_t bucket_count;        /* shuffle: reduce partitions */
    bool needs_empty;    /* its reduce side runs even when nothing came in (count gives 0) */
    uint32_t output;     /* sink: index among the outputs */
    int64_t remember_us; /* its blocks are needed that long after their batch */
    const struct weir_type *schema; /* of what leaves (before a shuffle's map side) */
};

struct weir_plan_input {
    const struct weir_node *node; /* node->op: a receiver or a source */
    bool is_receiver;
    bool is_text; /* the engine cuts its lines */
    int64_t
        remember_us; /* received blocks: needed that long after the batch they were assigned to */
};

struct weir_plan {
    struct weir_arena arena;
    const struct weir_graph *graph; /* borrowed; outlives the plan */
    uint32_t input_count;
    const struct weir_plan_input *inputs;
    uint32_t stage_count;
    const struct weir_stage *stages;
    uint32_t output_count;
    const uint32_t *output_stages; /* the sink stage of each output */
};

/* Compiles a validated graph. The graph is borrowed for the plan's life. */
int weir_plan_create(const struct weir_graph *graph,
                     struct weir_plan **plan,
                     struct weir_error *err);

/* A stream whose RDDs are kept so long, to be read by weir_run_slice, whatever windows need. */
struct weir_plan_keep {
    uint32_t node;
    int64_t remember_us;
};

/* The same, keeping these. leaves_out: batches that fail are left out and later ones go on, so a
 * state ends its stage: what fails behind it does not take it along (create: if the job's statement
 * says on_error=continue). */
int weir_plan_create_keeping(const struct weir_graph *graph,
                             const struct weir_plan_keep *keeps,
                             uint32_t keep_count,
                             bool leaves_out,
                             struct weir_plan **plan,
                             struct weir_error *err);

/* Frees it; NULL is fine. */
void weir_plan_destroy(struct weir_plan *plan);

/* The rows between the map side and the reduce side of a wide node, and in its panes; schema: of
 * the operand. On the arena, or `schema` itself. */
const struct weir_type *weir_plan_partial_schema(const struct weir_node *node,
                                                 const struct weir_type *schema,
                                                 struct weir_arena *arena);

/* Appends graph, types on every edge, stages, and each sink's guarantee, for people. Stable: kept
 * as golden files. */
void weir_plan_explain(const struct weir_plan *plan, struct weir_text *to);
void weir_plan_explain_json(const struct weir_plan *plan,
                            struct weir_text *to); /* The same as one JSON object. */
void weir_plan_explain_dot(const struct weir_plan *plan,
                           struct weir_text *to); /* The graph for Graphviz. */

#endif
