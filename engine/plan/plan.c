/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts a graph into stages. Walking up from where a stage must end (a wide operation, a sink, a
 * stream that several use) collects the narrow operations on the way and stops at inputs, at other
 * stages' blocks and at shuffles. */
#include "plan/plan.h"

#include "plan/reach.h"

#include <string.h>

/* How many nodes read each node on the way to an output, and who is among them. */
struct use_count {
    uint32_t readers;
    bool feeds_window;    /* read again in later batches: */
    int64_t remember_us;  /* as long as the longest of its windows. What is computed from it is kept
                             by itself where it is needed later */
    bool feeds_snapshots; /* its state is read, whoever reads its rows */
    bool feeds_live;      /* a table that a stream reads in passing */
    bool stands_alone;    /* a state that goes on when what comes behind it fails */
};

static void note_reader(struct use_count *use,
                        const struct weir_node *node,
                        const struct weir_node *reader)
{
    use->readers++;
    if (reader->verb == WEIR_VERB_WINDOW) {
        use->feeds_window = true;
        use->remember_us =
            reader->length_us > use->remember_us ? reader->length_us : use->remember_us;
    }
    use->feeds_snapshots |= reader->verb == WEIR_VERB_STATE_SNAPSHOTS;
    use->feeds_live |= node->is_static && !reader->is_static && !weir_is_shuffled(reader);
}

/* From behind: when a node is reached, all its readers are known. A node that no output depends on
 * does not count as a reader. A transform only asks its operands whether they are there. */
static void count_uses(const struct weir_graph *graph, struct use_count *uses)
{
    for (uint32_t i = graph->node_count; i-- > 0;) {
        const struct weir_node *node = &graph->nodes[i];
        bool is_needed = node->verb == WEIR_VERB_SINK || uses[i].readers > 0;
        uint32_t read = node->verb == WEIR_VERB_TRANSFORM ? 1 : node->input_count;
        read = node->verb == WEIR_VERB_NONE ? 0 : read;
        for (uint32_t k = 0; is_needed && k < read; k++) {
            uint32_t input = node->inputs[k];
            note_reader(&uses[input], &graph->nodes[input], node);
        }
    }
}

/* Received blocks exist anyway and may be read often; everything else that is read twice, or again
 * in later batches, is kept. */
static bool must_keep(const struct weir_node *node, const struct use_count *use)
{
    bool is_received = node->verb == WEIR_VERB_INPUT && node->op->kind == WEIR_KIND_RECEIVER;
    return !is_received && (use->readers > 1 || use->feeds_window || use->feeds_snapshots ||
                            use->feeds_live || use->stands_alone);
}

/* on_error=continue: batches that fail are left out. */
static bool says_continue(const struct weir_graph *graph)
{
    for (uint32_t i = 0; i < graph->setting_count; i++) {
        if (strcmp(graph->settings[i].name, "on_error") == 0) {
            return strcmp(graph->settings[i].value.str.bytes, "continue") == 0;
        }
    }
    return false;
}

static bool is_state(const struct weir_node *node)
{
    return (weir_verb_flags(node->verb) & WEIR_VERB_IS_STATE) != 0 || weir_is_incremental(node);
}

/* aggregate without groups: one, which is there even without rows. */
static bool is_always_there(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_COUNT ||
           (node->verb == WEIR_VERB_AGGREGATE && node->by_count == 0);
}

static uint32_t bucket_count(const struct weir_graph *graph, const struct weir_node *node)
{
    switch ((int)node->verb) {
    case WEIR_VERB_COUNT:
    case WEIR_VERB_REDUCE:
    case WEIR_VERB_REDUCE_BY_WINDOW:
    case WEIR_VERB_COUNT_BY_WINDOW:
    case WEIR_VERB_TOP:
    case WEIR_VERB_LIMIT:
    case WEIR_VERB_SORT:
        return 1;
    case WEIR_VERB_REPARTITION:
        return (uint32_t)node->n;
    default:
        break;
    }
    if (node->verb == WEIR_VERB_AGGREGATE && node->by_count == 0) {
        return 1;
    }
    return node->partitions != 0 ? node->partitions : graph->partitions;
}

/* node: the stream whose rows leave. */
static struct weir_stage *add_stage(struct weir_reach_context *context,
                                    const struct weir_reach *reach,
                                    enum weir_exit_kind exit,
                                    const struct weir_node *node)
{
    struct weir_stage *stage = &context->stages[context->stage_count];
    stage->id = context->stage_count++;
    stage->slide_us = node->slide_us;
    stage->dependency_count = reach->dependency_count;
    stage->dependencies = reach->dependencies;
    stage->node = node;
    stage->head = reach->head;
    stage->part = reach->part;
    stage->has_state = reach->has_state;
    stage->runs_empty = reach->runs_empty;
    stage->node_count = reach->node_count;
    stage->nodes = reach->nodes;
    stage->exit = exit;
    stage->schema = node->schema;
    weir_stage_complete(context, stage);
    return stage;
}

static int add_kept(struct weir_reach_context *context,
                    const struct weir_node *node,
                    int64_t remember_us)
{
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, node->id, &reach));
    struct weir_stage *stage = add_stage(context, &reach, WEIR_EXIT_BLOCKS, node);
    stage->remember_us = remember_us;
    context->kept_stage[node->id] = stage->id;
    return WEIR_OK;
}

static int add_map_side(struct weir_reach_context *context,
                        const struct weir_node *node,
                        uint32_t side)
{
    const struct weir_node *operand = &context->graph->nodes[node->inputs[side]];
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, operand->id, &reach));
    struct weir_stage *stage = add_stage(context, &reach, WEIR_EXIT_SHUFFLE, operand);
    stage->tail = node;
    stage->tail_side = side;
    stage->bucket_count = bucket_count(context->graph, node);
    stage->needs_empty = is_always_there(node);
    context->shuffle_stage[weir_map_side(node, side)] = stage->id;
    return WEIR_OK;
}

/* One slide's groups, left for as long as a window may read them. */
static void add_panes(struct weir_reach_context *context, const struct weir_node *node)
{
    const struct weir_node *operand = &context->graph->nodes[node->inputs[0]];
    struct weir_dependency *buckets = weir_arena_alloc(context->arena, sizeof *buckets);
    *buckets = (struct weir_dependency){.kind = WEIR_DEPEND_SHUFFLE,
                                        .from = context->shuffle_stage[weir_map_side(node, 0)]};
    struct weir_reach reach = {
        .dependency_count = 1, .dependencies = buckets, .head = node, .part = WEIR_HEAD_PANE};
    struct weir_stage *stage = add_stage(context, &reach, WEIR_EXIT_BLOCKS, operand);
    stage->schema = weir_plan_partial_schema(node, operand->schema, context->arena);
    stage->remember_us = node->length_us + (weir_is_incremental(node) ? node->window_slide_us : 0);
    context->pane_stage[node->id] = stage->id;
}

static int add_sink(struct weir_reach_context *context, const struct weir_node *node)
{
    const struct weir_node *parent = &context->graph->nodes[node->inputs[0]];
    struct weir_reach reach;
    WEIR_TRY(weir_reach(context, parent->id, &reach));
    struct weir_stage *stage = add_stage(context, &reach, WEIR_EXIT_SINK, parent);
    stage->tail = node;
    for (uint32_t o = 0; o < context->graph->output_count; o++) {
        if (context->graph->outputs[o] == node->id) {
            stage->output = o;
            context->output_stages[o] = stage->id;
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
    for (uint32_t side = 0; side < weir_operand_count(node); side++) {
        WEIR_TRY(add_map_side(context, node, side));
    }
    if (weir_has_panes(node)) {
        add_panes(context, node);
    }
    return must_keep(node, use) ? add_kept(context, node, use->remember_us) : WEIR_OK;
}

static void find_inputs(struct weir_plan *plan,
                        struct weir_reach_context *context,
                        const struct use_count *uses)
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
            .remember_us = uses[i].remember_us,
        };
    }
    plan->inputs = inputs;
}

/* What is kept to be read counts as read, again and again. */
static void note_keeps(struct use_count *uses, const struct weir_plan_keep *keeps, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uses[keeps[i].node].readers++;
        uses[keeps[i].node].feeds_window = true;
    }
}

/* An RDD is still there in the batch that lies so long behind it. */
static void remember_keeps(struct weir_plan *plan,
                           const struct weir_reach_context *context,
                           const struct weir_plan_keep *keeps,
                           uint32_t count)
{
    struct weir_plan_input *inputs = (struct weir_plan_input *)(uintptr_t)plan->inputs;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t stage = context->kept_stage[keeps[i].node];
        int64_t *remember_us = stage != WEIR_NO_STAGE
                                   ? &context->stages[stage].remember_us
                                   : &inputs[context->input_of[keeps[i].node]].remember_us;
        int64_t wanted_us = keeps[i].remember_us + plan->graph->batch_us;
        *remember_us = *remember_us > wanted_us ? *remember_us : wanted_us;
    }
}

static int make_stages(struct weir_plan *plan,
                       const struct weir_plan_keep *keeps,
                       uint32_t keep_count,
                       bool leaves_out,
                       struct weir_error *err)
{
    const struct weir_graph *graph = plan->graph;
    struct weir_reach_context context;
    weir_reach_context_init(&context, graph, &plan->arena, err);
    struct use_count *uses = weir_arena_alloc(&plan->arena, graph->node_count * sizeof *uses);
    note_keeps(uses, keeps, keep_count);
    count_uses(graph, uses);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        uses[i].stands_alone = leaves_out && is_state(&graph->nodes[i]);
    }
    find_inputs(plan, &context, uses);
    for (uint32_t i = 0; i < graph->node_count; i++) {
        WEIR_TRY(add_stages(&context, &graph->nodes[i], &uses[i]));
    }
    remember_keeps(plan, &context, keeps, keep_count);
    plan->stage_count = context.stage_count;
    plan->stages = context.stages;
    plan->output_count = graph->output_count;
    plan->output_stages = context.output_stages;
    return WEIR_OK;
}

int weir_plan_create(const struct weir_graph *graph,
                     struct weir_plan **plan,
                     struct weir_error *err)
{
    return weir_plan_create_keeping(graph, NULL, 0, says_continue(graph), plan, err);
}

int weir_plan_create_keeping(const struct weir_graph *graph,
                             const struct weir_plan_keep *keeps,
                             uint32_t keep_count,
                             bool leaves_out,
                             struct weir_plan **plan_out,
                             struct weir_error *err)
{
    if (graph->output_count == 0) {
        return weir_error_set(err, WEIR_ETEXT, "the job has no output: add '| print' to a stream");
    }
    struct weir_plan *plan = weir_alloc(sizeof *plan);
    weir_arena_init(&plan->arena);
    plan->graph = graph;
    int status = make_stages(plan, keeps, keep_count, leaves_out, err);
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
