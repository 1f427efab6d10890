/* SPDX-License-Identifier: Apache-2.0 */
/* Walking up the graph from the end of a stage: straight runs of narrow nodes are a loop, unions
 * within unions a stack. */
#include "plan/reach.h"

#include <string.h>

void weir_reach_context_init(struct weir_reach_context *context,
                             const struct weir_graph *graph,
                             struct weir_arena *arena,
                             struct weir_error *err)
{
    size_t nodes = graph->node_count;
    *context = (struct weir_reach_context){.graph = graph, .arena = arena, .err = err};
    /* a node ends at most five stages: its map sides, its panes, its kept blocks, and blocks forced
     * by a union */
    context->stages =
        weir_arena_alloc(arena, (WEIR_OPERANDS_MAX + 3) * nodes * sizeof *context->stages);
    context->kept_stage = weir_arena_alloc(arena, nodes * sizeof *context->kept_stage);
    context->shuffle_stage =
        weir_arena_alloc(arena, WEIR_OPERANDS_MAX * nodes * sizeof *context->shuffle_stage);
    context->pane_stage = weir_arena_alloc(arena, nodes * sizeof *context->pane_stage);
    context->state_stage = weir_arena_alloc(arena, nodes * sizeof *context->state_stage);
    context->input_of = weir_arena_alloc(arena, nodes * sizeof *context->input_of);
    context->output_stages =
        weir_arena_alloc(arena, graph->output_count * sizeof *context->output_stages);
    memset(context->kept_stage, 0xff, nodes * sizeof *context->kept_stage);
    memset(context->state_stage, 0xff, nodes * sizeof *context->state_stage);
}

static bool is_narrow(const struct weir_node *node)
{
    return node->verb != WEIR_VERB_INPUT && node->verb != WEIR_VERB_UNION &&
           node->verb != WEIR_VERB_WINDOW && node->verb != WEIR_VERB_NONE && !weir_has_head(node);
}

/* Is this node read rather than computed? A kept stage of a node counts only once it has been made.
 */
static bool is_kept(const struct weir_reach_context *context, uint32_t node)
{
    return context->kept_stage[node] != WEIR_NO_STAGE;
}

/* ---- where a walk ends ---- */
static struct weir_dependency kept_dependency(const struct weir_reach_context *context,
                                              const struct weir_node *node)
{
    return (struct weir_dependency){
        .kind = WEIR_DEPEND_BLOCKS, .from = context->kept_stage[node->id], .schema = node->schema};
}

static struct weir_dependency window_dependency(const struct weir_reach_context *context,
                                                const struct weir_node *node)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    struct weir_dependency dependency = {.kind = WEIR_DEPEND_WINDOW,
                                         .from = context->kept_stage[parent->id],
                                         .length_us = node->length_us,
                                         .parent_slide_us = parent->slide_us,
                                         .schema = parent->schema};
    if (dependency.from == WEIR_NO_STAGE) {
        WEIR_ASSERT(parent->verb == WEIR_VERB_INPUT);
        dependency.kind = WEIR_DEPEND_WINDOW_INPUT;
        dependency.from = context->input_of[parent->id];
    }
    return dependency;
}

/* Of a node that is neither narrow nor a union; a shuffle's has no schema of its own. */
static struct weir_dependency start_dependency(const struct weir_reach_context *context,
                                               const struct weir_node *node)
{
    if (is_kept(context, node->id)) {
        return kept_dependency(context, node);
    }
    if (node->verb == WEIR_VERB_INPUT) {
        return (struct weir_dependency){
            .kind = WEIR_DEPEND_INPUT, .from = context->input_of[node->id], .schema = node->schema};
    }
    WEIR_ASSERT(node->verb == WEIR_VERB_WINDOW);
    return window_dependency(context, node);
}

/* ---- unions ---- */
/* A head cannot share a stage with other dependencies: it gets a stage of its own that leaves
 * blocks. */
static void keep_head(struct weir_reach_context *context, const struct weir_node *head)
{
    struct weir_reach reach = {0};
    weir_reach_head(context, head, &reach);
    struct weir_stage *stage = &context->stages[context->stage_count];
    *stage = (struct weir_stage){
        .id = context->stage_count++,
        .slide_us = head->slide_us,
        .dependency_count = reach.dependency_count,
        .dependencies = reach.dependencies,
        .node = head,
        .head = head,
        .part = reach.part,
        .has_state = reach.has_state,
        .runs_empty = reach.runs_empty,
        .exit = WEIR_EXIT_BLOCKS,
        .schema = head->schema,
    };
    weir_stage_complete(context, stage);
    context->kept_stage[head->id] = stage->id;
}

/* A union that is being walked: its next operand, and how many nodes lie below it. */
struct union_frame {
    const struct weir_node *node;
    uint32_t next;
    size_t path_count;
};

/* The walk over a tree of unions, from the first operand to the last. path: the narrow nodes
 * between the outermost union and the place of the walk, from below. */
struct union_walk {
    struct weir_reach_context *context;
    struct union_frame *frames;
    size_t frame_count, frame_capacity;
    const struct weir_node **path;
    size_t path_count, path_capacity;
    struct weir_dependency *found;
    uint32_t found_count, found_capacity;
};

static void push_union(struct union_walk *walk, const struct weir_node *node)
{
    WEIR_GROW(walk->frames, walk->frame_count, walk->frame_capacity);
    walk->frames[walk->frame_count++] = (struct union_frame){node, 0, walk->path_count};
}

/* One branch's dependency, with the nodes that apply to it alone: the path, from above. */
static int add_branch(struct union_walk *walk, const struct weir_node *node)
{
    struct weir_reach_context *context = walk->context;
    uint32_t count = (uint32_t)walk->path_count;
    if (node->verb == WEIR_VERB_NONE) { /* nothing is ever read of it */
        return WEIR_OK;
    }
    if (weir_has_head(node) && !is_kept(context, node->id)) {
        keep_head(context, node);
    }
    if (count > WEIR_PLAN_BRANCH_NODES_MAX - context->branch_nodes) {
        return weir_error_set(context->err, WEIR_ELIMIT,
                              "the branches of unions have more than %d operations in all: name "
                              "the inner unions' streams and use each twice, or nest fewer",
                              WEIR_PLAN_BRANCH_NODES_MAX);
    }
    context->branch_nodes += count;
    const struct weir_node **nodes = weir_arena_alloc(context->arena, count * sizeof *nodes);
    for (uint32_t i = 0; i < count; i++) {
        nodes[i] = walk->path[count - 1 - i];
    }
    WEIR_GROW(walk->found, walk->found_count, walk->found_capacity);
    struct weir_dependency *dependency = &walk->found[walk->found_count++];
    *dependency = start_dependency(context, node);
    dependency->nodes = nodes;
    dependency->node_count = count;
    return WEIR_OK;
}

/* Up from an operand to where its branch begins, or to a union within the union. */
static int walk_operand(struct union_walk *walk, uint32_t id)
{
    const struct weir_node *nodes = walk->context->graph->nodes;
    while (is_narrow(&nodes[id]) && !is_kept(walk->context, id)) {
        WEIR_GROW(walk->path, walk->path_count, walk->path_capacity);
        walk->path[walk->path_count++] = &nodes[id];
        id = nodes[id].inputs[0];
    }
    if (nodes[id].verb == WEIR_VERB_UNION && !is_kept(walk->context, id)) {
        push_union(walk, &nodes[id]);
        return WEIR_OK;
    }
    return add_branch(walk, &nodes[id]);
}

static int walk_union(struct union_walk *walk, const struct weir_node *node)
{
    push_union(walk, node);
    while (walk->frame_count > 0) {
        struct union_frame *frame = &walk->frames[walk->frame_count - 1];
        walk->path_count = frame->path_count;
        if (frame->next == frame->node->input_count) {
            walk->frame_count--;
            continue;
        }
        WEIR_TRY(walk_operand(walk, frame->node->inputs[frame->next++]));
    }
    return WEIR_OK;
}

static int reach_union(struct weir_reach_context *context,
                       const struct weir_node *node,
                       struct weir_reach *reach)
{
    struct union_walk walk = {.context = context};
    int status = walk_union(&walk, node);
    if (status == WEIR_OK) {
        reach->dependency_count = walk.found_count;
        reach->dependencies =
            weir_arena_alloc(context->arena, walk.found_count * sizeof *reach->dependencies);
        memcpy(reach->dependencies, walk.found, walk.found_count * sizeof *reach->dependencies);
    }
    weir_free(walk.frames);
    weir_free(walk.path);
    weir_free(walk.found);
    return status;
}

/* ---- runs ---- */
/* The narrow nodes from `at`, not included, down to node_id. */
static void take_run(struct weir_reach_context *context,
                     uint32_t node_id,
                     uint32_t at,
                     struct weir_reach *reach)
{
    const struct weir_node *nodes = context->graph->nodes;
    uint32_t length = 0;
    for (uint32_t n = node_id; n != at; n = nodes[n].inputs[0]) {
        length++;
    }
    reach->node_count = length;
    reach->nodes = weir_arena_alloc(context->arena, length * sizeof *reach->nodes);
    for (uint32_t n = node_id; n != at; n = nodes[n].inputs[0]) {
        reach->nodes[--length] = &nodes[n];
    }
}

int weir_reach(struct weir_reach_context *context, uint32_t node_id, struct weir_reach *reach)
{
    const struct weir_node *nodes = context->graph->nodes;
    uint32_t at = node_id;
    while (is_narrow(&nodes[at]) && !is_kept(context, at)) {
        at = nodes[at].inputs[0];
    }
    *reach = (struct weir_reach){0};
    take_run(context, node_id, at, reach);
    if (nodes[at].verb == WEIR_VERB_UNION && !is_kept(context, at)) {
        return reach_union(context, &nodes[at], reach);
    }
    if (nodes[at].verb == WEIR_VERB_NONE && !is_kept(context, at)) {
        return WEIR_OK;
    }
    if (weir_has_head(&nodes[at]) && !is_kept(context, at)) {
        weir_reach_head(context, &nodes[at], reach);
        return WEIR_OK;
    }
    reach->dependency_count = 1;
    reach->dependencies = weir_arena_alloc(context->arena, sizeof *reach->dependencies);
    reach->dependencies[0] = start_dependency(context, &nodes[at]);
    return WEIR_OK;
}
