/* SPDX-License-Identifier: Apache-2.0 */
/* Walking up the graph from the end of a stage. The walk is recursive over the graph's depth only
 * through unions; straight runs of narrow nodes are a loop. */
#include "plan/reach.h"

#include <string.h>

void weir_reach_context_init(struct weir_reach_context *context,
                             const struct weir_graph *graph,
                             struct weir_arena *arena)
{
    size_t nodes = graph->node_count;
    *context = (struct weir_reach_context){.graph = graph, .arena = arena};
    /* a node ends at most three stages: its map side, its kept blocks, and blocks forced by a union
     */
    context->stages = weir_arena_alloc(arena, 3 * nodes * sizeof *context->stages);
    context->kept_stage = weir_arena_alloc(arena, nodes * sizeof *context->kept_stage);
    context->shuffle_stage = weir_arena_alloc(arena, nodes * sizeof *context->shuffle_stage);
    context->input_of = weir_arena_alloc(arena, nodes * sizeof *context->input_of);
    context->output_stages =
        weir_arena_alloc(arena, graph->output_count * sizeof *context->output_stages);
    memset(context->kept_stage, 0xff, nodes * sizeof *context->kept_stage);
}

static void one_dependency(struct weir_reach_context *context,
                           struct weir_reach *reach,
                           enum weir_dependency_kind kind,
                           uint32_t from,
                           const struct weir_type *schema)
{
    *reach = (struct weir_reach){.dependency_count = 1};
    reach->dependencies = weir_arena_alloc(context->arena, sizeof *reach->dependencies);
    reach->dependencies[0] = (struct weir_dependency){.kind = kind, .from = from, .schema = schema};
}

/* A shuffle's reduce side cannot share a stage with other dependencies: it gets a stage of its own
 * that leaves blocks. */
static void keep_head(struct weir_reach_context *context, struct weir_reach *reach)
{
    const struct weir_node *head = reach->head;
    if (context->kept_stage[head->id] == WEIR_NO_STAGE) {
        struct weir_stage *stage = &context->stages[context->stage_count];
        *stage = (struct weir_stage){
            .id = context->stage_count++,
            .slide_us = head->slide_us,
            .dependency_count = reach->dependency_count,
            .dependencies = reach->dependencies,
            .head = head,
            .exit = WEIR_EXIT_BLOCKS,
            .schema = head->schema,
        };
        context->kept_stage[head->id] = stage->id;
    }
    uint32_t node_count = reach->node_count;
    const struct weir_node **nodes = reach->nodes;
    one_dependency(context, reach, WEIR_DEPEND_BLOCKS, context->kept_stage[head->id], head->schema);
    reach->node_count = node_count;
    reach->nodes = nodes;
}

/* The nodes that were common to a branch apply to its dependencies only, from here on. */
static void push_down(struct weir_reach_context *context, struct weir_reach *branch)
{
    for (uint32_t i = 0; i < branch->dependency_count; i++) {
        struct weir_dependency *dependency = &branch->dependencies[i];
        uint32_t count = dependency->node_count + branch->node_count;
        if (branch->node_count == 0) {
            continue;
        }
        const struct weir_node **nodes = weir_arena_alloc(context->arena, count * sizeof *nodes);
        if (dependency->node_count > 0) {
            memcpy(nodes, dependency->nodes, dependency->node_count * sizeof *nodes);
        }
        memcpy(nodes + dependency->node_count, branch->nodes, branch->node_count * sizeof *nodes);
        dependency->nodes = nodes;
        dependency->node_count = count;
    }
}

static void reach_union(struct weir_reach_context *context,
                        const struct weir_node *node,
                        struct weir_reach *reach)
{
    *reach = (struct weir_reach){0};
    struct weir_reach *branches =
        weir_arena_alloc(context->arena, node->input_count * sizeof *branches);
    uint32_t total = 0;
    for (uint32_t i = 0; i < node->input_count; i++) {
        weir_reach(context, node->inputs[i], &branches[i]);
        if (branches[i].head != NULL) {
            keep_head(context, &branches[i]);
        }
        push_down(context, &branches[i]);
        total += branches[i].dependency_count;
    }
    reach->dependencies = weir_arena_alloc(context->arena, total * sizeof *reach->dependencies);
    for (uint32_t i = 0; i < node->input_count; i++) {
        memcpy(reach->dependencies + reach->dependency_count, branches[i].dependencies,
               branches[i].dependency_count * sizeof *reach->dependencies);
        reach->dependency_count += branches[i].dependency_count;
    }
}

static void reach_window(struct weir_reach_context *context,
                         const struct weir_node *node,
                         struct weir_reach *reach)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    uint32_t kept = context->kept_stage[parent->id];
    if (kept != WEIR_NO_STAGE) {
        one_dependency(context, reach, WEIR_DEPEND_WINDOW, kept, parent->schema);
    } else {
        WEIR_ASSERT(parent->verb == WEIR_VERB_INPUT);
        one_dependency(context, reach, WEIR_DEPEND_WINDOW_INPUT, context->input_of[parent->id],
                       parent->schema);
    }
    reach->dependencies[0].length_us = node->length_us;
    reach->dependencies[0].parent_slide_us = parent->slide_us;
}

/* How to compute a node that is no run of narrow nodes: where the walk up ends. */
static void reach_start(struct weir_reach_context *context,
                        const struct weir_node *node,
                        struct weir_reach *reach)
{
    if (node->verb == WEIR_VERB_INPUT) {
        one_dependency(context, reach, WEIR_DEPEND_INPUT, context->input_of[node->id],
                       node->schema);
    } else if (node->verb == WEIR_VERB_UNION) {
        reach_union(context, node, reach);
    } else if (node->verb == WEIR_VERB_WINDOW) {
        reach_window(context, node, reach);
    } else {
        one_dependency(context, reach, WEIR_DEPEND_SHUFFLE, context->shuffle_stage[node->id], NULL);
        reach->head = node;
    }
}

static bool is_narrow(const struct weir_node *node)
{
    return node->verb != WEIR_VERB_INPUT && node->verb != WEIR_VERB_UNION &&
           node->verb != WEIR_VERB_WINDOW && (weir_verb_flags(node->verb) & WEIR_VERB_IS_WIDE) == 0;
}

/* Is this node read rather than computed? A kept stage of a node counts only once it has been made.
 */
static bool is_kept(const struct weir_reach_context *context, uint32_t node)
{
    return context->kept_stage[node] != WEIR_NO_STAGE;
}

void weir_reach_through(struct weir_reach_context *context,
                        uint32_t node_id,
                        struct weir_reach *reach)
{
    const struct weir_node *nodes = context->graph->nodes;
    uint32_t length = 0;
    uint32_t at = node_id;
    while (is_narrow(&nodes[at]) && (at == node_id || !is_kept(context, at))) {
        length++;
        at = nodes[at].inputs[0];
    }
    if (at != node_id && is_kept(context, at)) {
        one_dependency(context, reach, WEIR_DEPEND_BLOCKS, context->kept_stage[at],
                       nodes[at].schema);
    } else {
        reach_start(context, &nodes[at], reach);
    }
    if (length == 0) {
        return;
    }
    const struct weir_node **run = weir_arena_alloc(context->arena, length * sizeof *run);
    uint32_t i = length;
    for (uint32_t n = node_id; n != at; n = nodes[n].inputs[0]) {
        run[--i] = &nodes[n];
    }
    reach->nodes = run;
    reach->node_count = length;
}

void weir_reach(struct weir_reach_context *context, uint32_t node, struct weir_reach *reach)
{
    if (is_kept(context, node)) {
        one_dependency(context, reach, WEIR_DEPEND_BLOCKS, context->kept_stage[node],
                       context->graph->nodes[node].schema);
        return;
    }
    weir_reach_through(context, node, reach);
}
