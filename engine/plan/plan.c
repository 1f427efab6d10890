/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a graph into stages. Walking up from where a stage must end (a wide operation, a sink, a
 * stream that several use) collects the narrow operations on the way and stops at inputs, at other
 * stages' blocks and at shuffles. */
#include "plan/plan.h"

#include "plan/reach.h"

#include <string.h>

/* How many nodes read each node on the way to an output, and whether a window is among them. */
struct use_count {
    uint32_t readers;
    bool feeds_window;
};

/* From behind: when a node is reached, all its readers are known. A node that no output depends on
 * does not count as a reader. */
static void count_uses(const struct weir_graph *graph, struct use_count *uses)
{
    for (uint32_t i = graph->node_count; i-- > 0;) {
        const struct weir_node *node = &graph->nodes[i];
        bool is_needed = node->verb == WEIR_VERB_SINK || uses[i].readers > 0;
        for (uint32_t k = 0; is_needed && k < node->input_count; k++) {
            uses[node->inputs[k]].readers++;
            uses[node->inputs[k]].feeds_window |= node->verb == WEIR_VERB_WINDOW;
        }
    }
}

/* Received blocks exist anyway and may be read often; everything else that is read twice, or again
 * in later batches, is kept. */
static bool must_keep(const struct weir_node *node, const struct use_count *use)
{
    bool is_received = node->verb == WEIR_VERB_INPUT && node->op->kind == WEIR_KIND_RECEIVER;
    return !is_received && (use->readers > 1 || use->feeds_window);
}

static uint32_t bucket_count(const struct weir_graph *graph, const struct weir_node *node)
{
    switch ((int)node->verb) {
    case WEIR_VERB_COUNT:
    case WEIR_VERB_REDUCE:
    case WEIR_VERB_TOP:
    case WEIR_VERB_LIMIT:
        return 1;
    case WEIR_VERB_REPARTITION:
        return (uint32_t)node->n;
    default:
        return node->partitions != 0 ? node->partitions : graph->partitions;
    }
}

static uint32_t add_stage(struct weir_reach_context *context,
                          const struct weir_reach *reach,
                          enum weir_exit_kind exit,
                          const struct weir_type *schema,
                          int64_t slide_us)
{
    struct weir_stage *stage = &context->stages[context->stage_count];
    stage->id = context->stage_count++;
    stage->slide_us = slide_us;
    stage->dependency_count = reach->dependency_count;
    stage->dependencies = reach->dependencies;
    stage->head = reach->head;
    stage->node_count = reach->node_count;
    stage->nodes = reach->nodes;
    stage->exit = exit;
    stage->schema = schema;
    return stage->id;
}

static int add_kept(struct weir_reach_context *context, const struct weir_node *node)
{
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, node->id, &reach));
    uint32_t id = add_stage(context, &reach, WEIR_EXIT_BLOCKS, node->schema, node->slide_us);
    context->stages[id].node = node;
    context->stages[id].remember_us = weir_graph_remember_us(context->graph, node->id);
    context->kept_stage[node->id] = id;
    return WEIR_OK;
}

static int add_map_side(struct weir_reach_context *context, const struct weir_node *node)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, parent->id, &reach));
    uint32_t id = add_stage(context, &reach, WEIR_EXIT_SHUFFLE, parent->schema, parent->slide_us);
    struct weir_stage *stage = &context->stages[id];
    stage->node = parent;
    stage->tail = node;
    stage->bucket_count = bucket_count(context->graph, node);
    stage->needs_empty = node->verb == WEIR_VERB_COUNT;
    context->shuffle_stage[node->id] = id;
    return WEIR_OK;
}

static int add_sink(struct weir_reach_context *context, const struct weir_node *node)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, parent->id, &reach));
    uint32_t id = add_stage(context, &reach, WEIR_EXIT_SINK, parent->schema, parent->slide_us);
    struct weir_stage *stage = &context->stages[id];
    stage->node = parent;
    stage->tail = node;
    for (uint32_t o = 0; o < context->graph->output_count; o++) {
        if (context->graph->outputs[o] == node->id) {
            stage->output = o;
            context->output_stages[o] = id;
        }
    }
    return WEIR_OK;
}

/* The stages that end at a node. One that no output depends on has none. */
static int add_stages(struct weir_reach_context *context,
                      const struct weir_node *node,
                      const struct use_count *use)
{
    if (node->verb == WEIR_VERB_SINK) {
        return add_sink(context, node);
    }
    if (use->readers == 0) {
        return WEIR_OK;
    }
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_WIDE) != 0) {
        WEIR_TRY(add_map_side(context, node));
    }
    return must_keep(node, use) ? add_kept(context, node) : WEIR_OK;
}

static void find_inputs(struct weir_plan *plan, struct weir_reach_context *context)
{
    const struct weir_graph *graph = plan->graph;
    struct weir_plan_input *inputs =
        weir_arena_alloc(&plan->arena, (graph->node_count + 1) * sizeof *inputs);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct weir_node *node = &graph->nodes[i];
        if (node->verb != WEIR_VERB_INPUT) {
            continue;
        }
        context->input_of[i] = plan->input_count;
        inputs[plan->input_count++] = (struct weir_plan_input){
            .node = node,
            .is_receiver = node->op->kind == WEIR_KIND_RECEIVER,
            .is_text = (node->op->flags & WEIR_TEXT_LINES) != 0,
            .remember_us = weir_graph_remember_us(graph, i),
        };
    }
    plan->inputs = inputs;
}

static int make_stages(struct weir_plan *plan, struct weir_error *err)
{
    const struct weir_graph *graph = plan->graph;
    struct weir_reach_context context;
    weir_reach_context_init(&context, graph, &plan->arena, err);
    struct use_count *uses = weir_arena_alloc(&plan->arena, graph->node_count * sizeof *uses);
    count_uses(graph, uses);
    find_inputs(plan, &context);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        WEIR_TRY(add_stages(&context, &graph->nodes[i], &uses[i]));
    }
    plan->stage_count = context.stage_count;
    plan->stages = context.stages;
    plan->output_count = graph->output_count;
    plan->output_stages = context.output_stages;
    return WEIR_OK;
}

int weir_plan_create(const struct weir_graph *graph,
                     struct weir_plan **plan_out,
                     struct weir_error *err)
{
    if (graph->output_count == 0) {
        return weir_error_set(err, WEIR_ETEXT, "the job has no output: add '| print' to a stream");
    }
    struct weir_plan *plan = weir_alloc(sizeof *plan);
    weir_arena_init(&plan->arena);
    plan->graph = graph;
    int status = make_stages(plan, err);
    if (status != WEIR_OK) {
        weir_plan_destroy(plan);
        return status;
    }
    *plan_out = plan;
    return WEIR_OK;
}

void weir_plan_destroy(struct weir_plan *plan)
{
    if (plan != NULL) {
        weir_arena_finish(&plan->arena);
        weir_free(plan);
    }
}
