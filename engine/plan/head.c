/* SPDX-License-Identifier: Apache-2.0 */
/* What the stage of a wide operation reads: the buckets of its operands, the panes of a window, a
 * state. */
#include "plan/reach.h"

#include <string.h>

bool weir_is_shuffled(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_CARTESIAN ||
           (weir_verb_flags(node->verb) & WEIR_VERB_IS_WIDE) != 0;
}

bool weir_has_head(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_STATE_SNAPSHOTS || weir_is_shuffled(node);
}

bool weir_has_panes(const struct weir_node *node)
{
    return weir_is_shuffled(node) && node->length_us > 0;
}

static bool is_state_verb(const struct weir_node *node)
{
    return (weir_verb_flags(node->verb) & WEIR_VERB_IS_STATE) != 0;
}

bool weir_is_incremental(const struct weir_node *node)
{
    return weir_node_keeps_window(node);
}

uint32_t weir_operand_count(const struct weir_node *node)
{
    uint32_t count = weir_is_shuffled(node) ? node->input_count : 0;
    WEIR_ASSERT(count <= WEIR_OPERANDS_MAX);
    return count;
}

bool weir_runs_empty(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_GLOM || node->verb == WEIR_VERB_MAP_PARTITIONS;
}

/* ---- dependencies ---- */

static void reach_shuffle(const struct weir_reach_context *context,
                          const struct weir_node *node,
                          struct weir_reach *reach)
{
    uint32_t count = weir_operand_count(node);
    reach->dependency_count = count;
    reach->dependencies = weir_arena_alloc(context->arena, count * sizeof *reach->dependencies);
    for (uint32_t side = 0; side < count; side++) {
        reach->dependencies[side] = (struct weir_dependency){
            .kind = WEIR_DEPEND_SHUFFLE,
            .from = context->shuffle_stage[weir_map_side(node, side)],
            .side = side,
            .is_initial = is_state_verb(node) && side == 1,
        };
    }
    reach->has_state = is_state_verb(node);
    reach->runs_empty = reach->has_state;
}

/* A slide longer than the window leaves a gap that belongs to no window: what enters is never more
 * than a window, and what leaves is the whole one before. */
static void reach_panes(const struct weir_reach_context *context,
                        const struct weir_node *node,
                        struct weir_reach *reach)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    int64_t length = node->length_us;
    int64_t slide = node->window_slide_us;
    struct weir_dependency pane = {.kind = WEIR_DEPEND_PANES,
                                   .from = context->pane_stage[node->id],
                                   .length_us = length,
                                   .parent_slide_us = parent->slide_us};
    uint32_t count = weir_is_incremental(node) ? 2 : 1;
    reach->part = WEIR_HEAD_WINDOW;
    reach->dependency_count = count;
    reach->dependencies = weir_arena_alloc(context->arena, count * sizeof pane);
    if (weir_is_incremental(node)) {
        pane.length_us = slide < length ? slide : length;
        reach->dependencies[1] = pane;
        reach->dependencies[1].delay_us = slide < length ? length : slide;
        reach->dependencies[1].side = 1;
    }
    reach->dependencies[0] = pane;
    reach->has_state = weir_is_incremental(node);
    bool is_always_there = node->verb == WEIR_VERB_AGGREGATE && node->by_count == 0;
    reach->runs_empty = reach->has_state || is_always_there;
}

static void reach_state(const struct weir_reach_context *context,
                        const struct weir_node *node,
                        struct weir_reach *reach)
{
    reach->dependency_count = 1;
    reach->dependencies = weir_arena_alloc(context->arena, sizeof *reach->dependencies);
    reach->dependencies[0] = (struct weir_dependency){
        .kind = WEIR_DEPEND_STATE, .from = context->state_stage[node->inputs[0]]};
    WEIR_ASSERT(reach->dependencies[0].from != WEIR_NO_STAGE);
    reach->runs_empty = true;
}

void weir_reach_head(struct weir_reach_context *context,
                     const struct weir_node *node,
                     struct weir_reach *reach)
{
    reach->head = node;
    if (node->verb == WEIR_VERB_STATE_SNAPSHOTS) {
        reach_state(context, node, reach);
    } else if (weir_has_panes(node)) {
        reach_panes(context, node, reach);
    } else {
        reach_shuffle(context, node, reach);
    }
}

/* ---- stages ---- */

static bool any_runs_empty(const struct weir_node *const *nodes, uint32_t count)
{
    bool runs_empty = false;
    for (uint32_t i = 0; i < count; i++) {
        runs_empty |= weir_runs_empty(nodes[i]);
    }
    return runs_empty;
}

static bool reads_table(const struct weir_reach_context *context,
                        const struct weir_dependency *dependency)
{
    if (dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT) {
        const struct weir_node *nodes = context->graph->nodes;
        uint32_t id = 0;
        while (nodes[id].verb != WEIR_VERB_INPUT || context->input_of[id] != dependency->from) {
            id++;
        }
        return nodes[id].is_static;
    }
    return context->stages[dependency->from].is_static;
}

void weir_stage_complete(struct weir_reach_context *context, struct weir_stage *stage)
{
    stage->is_static = stage->node->is_static;
    stage->runs_empty |= any_runs_empty(stage->nodes, stage->node_count);
    struct weir_dependency *dependencies = (struct weir_dependency *)(uintptr_t)stage->dependencies;
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        dependencies[i].is_static = reads_table(context, &dependencies[i]);
        stage->runs_empty |= any_runs_empty(dependencies[i].nodes, dependencies[i].node_count);
    }
    if (stage->has_state) {
        context->state_stage[stage->head->id] = stage->id;
    }
}
