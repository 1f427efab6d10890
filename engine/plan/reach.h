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
    uint32_t *shuffle_stage; /* by wide node: its map side */
    uint32_t *input_of;      /* by input node: input number */
    uint32_t *output_stages; /* by output */
    uint32_t branch_nodes;   /* copied so far */
    struct weir_error *err;
};

struct weir_reach {
    uint32_t dependency_count;
    struct weir_dependency *dependencies;
    const struct weir_node *head; /* with a single shuffle dependency */
    uint32_t node_count;          /* common to all dependencies */
    const struct weir_node **nodes;
};

/* Empty tables for a graph, on the arena. */
void weir_reach_context_init(struct weir_reach_context *context,
                             const struct weir_graph *graph,
                             struct weir_arena *arena,
                             struct weir_error *err);

/* How to make a node out of what is kept, received or scattered. A kept node is just read; its own
 * stage is reached before kept_stage says so. WEIR_ELIMIT: unions in unions with long branches. */
int weir_reach(struct weir_reach_context *context, uint32_t node, struct weir_reach *reach);

#endif
