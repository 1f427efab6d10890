/* SPDX-License-Identifier: Apache-2.0 */
/* What a stream is made of within one stage: the dependencies it begins at and the narrow nodes on
 * the way up to it. Private to plan. */
#ifndef WEIR_PLAN_REACH_H
#define WEIR_PLAN_REACH_H

#include "plan/plan.h"

#define WEIR_NO_STAGE UINT32_MAX

enum {
    WEIR_PLAN_BRANCH_NODES_MAX = 1 << 22 /* nodes copied into branches of unions, in all */
};

struct weir_reach_context {
    const struct weir_graph *graph;
    struct weir_arena *arena; /* the plan's */
    struct weir_stage *stages;
    uint32_t stage_count;
    uint32_t *kept_stage;    /* by node: the stage that leaves it as blocks, or WEIR_NO_STAGE */
    uint32_t *shuffle_stage; /* by wide node and operand (weir_map_side): its map side */
    uint32_t *pane_stage;    /* by windowed node: where its panes are left */
    uint32_t *state_stage;   /* by node with state: where it is, or WEIR_NO_STAGE */
    uint32_t *input_of;      /* by input node: input number */
    uint32_t *output_stages; /* by output */
    uint32_t branch_nodes;   /* copied so far */
    struct weir_error *err;
};

struct weir_reach {
    uint32_t dependency_count;
    struct weir_dependency *dependencies;
    const struct weir_node *head; /* the dependencies are its operands */
    enum weir_head_part part;
    bool has_state, runs_empty;   /* of the head */
    uint32_t node_count;          /* common to all dependencies */
    const struct weir_node **nodes;
};

enum { WEIR_OPERANDS_MAX = 2 }; /* of a wide node */

/* Where shuffle_stage has an operand of a wide node. */
static inline size_t weir_map_side(const struct weir_node *node, uint32_t side)
{
    return (size_t)node->id * WEIR_OPERANDS_MAX + side;
}

/* Empty tables for a graph, on the arena. */
void weir_reach_context_init(struct weir_reach_context *context,
                             const struct weir_graph *graph,
                             struct weir_arena *arena,
                             struct weir_error *err);

/* How to make a node out of what is kept, received or scattered. A kept node is just read; its own
 * stage is reached before kept_stage says so. WEIR_ELIMIT: unions in unions with long branches. */
int weir_reach(struct weir_reach_context *context, uint32_t node, struct weir_reach *reach);

/* ---- heads (head.c) ---- */
/* Does the node gather what other stages leave for it, in a stage that begins with it? */
bool weir_has_head(const struct weir_node *node);

/* Does it travel through a shuffle? */
bool weir_is_shuffled(const struct weir_node *node);

/* Is it a windowed aggregation, of panes? */
bool weir_has_panes(const struct weir_node *node);

/* Is its window kept as a state? */
bool weir_is_incremental(const struct weir_node *node);

/* Operands that are shuffled to it. */
uint32_t weir_operand_count(const struct weir_node *node);

/* Must a chain with this node run for partitions without rows too? */
bool weir_runs_empty(const struct weir_node *node);

/* The dependencies of a stage that begins with this head; its map sides are made. */
void weir_reach_head(struct weir_reach_context *context,
                     const struct weir_node *node,
                     struct weir_reach *reach);

/* Completes a stage: tables and states are known by their stages, empty partitions run where a
 * node asks for it. */
void weir_stage_complete(struct weir_reach_context *context, struct weir_stage *stage);

#endif
