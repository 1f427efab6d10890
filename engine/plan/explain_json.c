/* SPDX-License-Identifier: Apache-2.0 */
/* The plan as one JSON object, and the graph for Graphviz. */
#include "plan/plan.h"
#include "plan/words.h"

#include <inttypes.h>

/* The node's words as a JSON (or DOT) string: both quote alike for what can stand here. */
static void put_quoted_node(const struct weir_plan *plan,
                            const struct weir_node *node,
                            struct weir_text *to)
{
    struct weir_text words;
    weir_text_init(&words);
    weir_plan_put_node(plan, node, &words);
    weir_json_string(to, weir_text_str(&words));
    weir_text_finish(&words);
}

static void put_type(const struct weir_type *type, struct weir_text *to)
{
    struct weir_text words;
    weir_text_init(&words);
    weir_type_print(type, &words);
    weir_json_string(to, weir_text_str(&words));
    weir_text_finish(&words);
}

static void put_node(const struct weir_plan *plan,
                     const struct weir_node *node,
                     struct weir_text *to)
{
    weir_text_printf(to, "{\"id\":%" PRIu32 ",\"node\":", node->id);
    put_quoted_node(plan, node, to);
    weir_text_put(to, ",\"inputs\":[");
    for (uint32_t k = 0; k < node->input_count; k++) {
        weir_text_printf(to, "%s%" PRIu32, k == 0 ? "" : ",", node->inputs[k]);
    }
    weir_text_put(to, "],\"type\":");
    put_type(node->schema, to);
    weir_text_printf(to, ",\"slide_us\":%" PRId64 "}", node->slide_us);
}

static const char *dependency_name(enum weir_dependency_kind kind)
{
    switch (kind) {
    case WEIR_DEPEND_INPUT:
        return "input";
    case WEIR_DEPEND_BLOCKS:
        return "blocks";
    case WEIR_DEPEND_WINDOW:
        return "window";
    case WEIR_DEPEND_WINDOW_INPUT:
        return "window_input";
    case WEIR_DEPEND_SHUFFLE:
        return "shuffle";
    case WEIR_DEPEND_PANES:
        return "panes";
    case WEIR_DEPEND_STATE:
        return "state";
    }
    return "unknown";
}

static void put_nodes(const struct weir_node *const *nodes, uint32_t count, struct weir_text *to)
{
    weir_text_put(to, ",\"nodes\":[");
    for (uint32_t k = 0; k < count; k++) {
        weir_text_printf(to, "%s%" PRIu32, k == 0 ? "" : ",", nodes[k]->id);
    }
    weir_text_put(to, "]");
}

static void put_dependency(const struct weir_dependency *dependency, struct weir_text *to)
{
    weir_text_printf(to, "{\"kind\":\"%s\",\"from\":%" PRIu32, dependency_name(dependency->kind),
                     dependency->from);
    if (dependency->length_us > 0) {
        weir_text_printf(to, ",\"length_us\":%" PRId64, dependency->length_us);
    }
    if (dependency->delay_us > 0) {
        weir_text_printf(to, ",\"delay_us\":%" PRId64, dependency->delay_us);
    }
    if (dependency->side > 0) {
        weir_text_printf(to, ",\"side\":%" PRIu32, dependency->side);
    }
    weir_text_put(to, dependency->is_static ? ",\"is_static\":true" : "");
    weir_text_put(to, dependency->is_initial ? ",\"is_initial\":true" : "");
    put_nodes(dependency->nodes, dependency->node_count, to);
    weir_text_put(to, "}");
}

static void put_exit(const struct weir_stage *stage, struct weir_text *to)
{
    static const char *const exits[] = {"", "blocks", "shuffle", "sink"};
    weir_text_printf(to, ",\"exit\":\"%s\"", exits[stage->exit]);
    if (stage->head != NULL) {
        weir_text_printf(to, ",\"head\":%" PRIu32, stage->head->id);
    }
    static const char *const parts[] = {"", ",\"part\":\"pane\"", ",\"part\":\"window\""};
    weir_text_put(to, parts[stage->part]);
    weir_text_put(to, stage->has_state ? ",\"has_state\":true" : "");
    weir_text_put(to, stage->is_static ? ",\"is_static\":true" : "");
    if (stage->tail != NULL) {
        weir_text_printf(to, ",\"tail\":%" PRIu32, stage->tail->id);
    }
    if (stage->exit == WEIR_EXIT_SHUFFLE) {
        weir_text_printf(to, ",\"partitions\":%" PRIu32, stage->bucket_count);
    }
    if (stage->exit == WEIR_EXIT_SINK) {
        weir_text_printf(to, ",\"output\":%" PRIu32, stage->output);
    }
}

static void put_stage(const struct weir_stage *stage, struct weir_text *to)
{
    weir_text_printf(to, "{\"id\":%" PRIu32 ",\"reads\":[", stage->id);
    for (uint32_t k = 0; k < stage->dependency_count; k++) {
        weir_text_put(to, k == 0 ? "" : ",");
        put_dependency(&stage->dependencies[k], to);
    }
    weir_text_put(to, "]");
    put_nodes(stage->nodes, stage->node_count, to);
    put_exit(stage, to);
    weir_text_printf(to, ",\"slide_us\":%" PRId64 ",\"remember_us\":%" PRId64 "}", stage->slide_us,
                     stage->remember_us);
}

static void put_output(const struct weir_plan *plan, uint32_t output, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    uint32_t node = graph->outputs[output];
    weir_text_printf(to, "{\"node\":%" PRIu32 ",\"guarantee\":", node);
    weir_json_string(to, weir_str_of(weir_plan_guarantee(&graph->nodes[node])));
    const char *weakest = weir_plan_weakest_input(plan, node);
    if (weakest != NULL) {
        weir_text_put(to, ",\"weakened_by\":");
        weir_json_string(to, weir_str_of(weakest));
    }
    weir_text_put(to, "}");
}

void weir_plan_explain_json(const struct weir_plan *plan, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    weir_text_put(to, "{\"job\":");
    weir_json_string(to, weir_str_of(graph->job == NULL ? "" : graph->job));
    weir_text_printf(
        to, ",\"batch_us\":%" PRId64 ",\"partitions\":%" PRIu32 ",\"is_finite\":%s,\"streams\":[",
        graph->batch_us, graph->partitions, graph->is_finite ? "true" : "false");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        weir_text_put(to, i == 0 ? "" : ",");
        put_node(plan, &graph->nodes[i], to);
    }
    weir_text_put(to, "],\"stages\":[");
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        weir_text_put(to, i == 0 ? "" : ",");
        put_stage(&plan->stages[i], to);
    }
    weir_text_put(to, "],\"outputs\":[");
    for (uint32_t i = 0; i < plan->output_count; i++) {
        weir_text_put(to, i == 0 ? "" : ",");
        put_output(plan, i, to);
    }
    weir_text_put(to, "]}\n");
}

void weir_plan_explain_dot(const struct weir_plan *plan, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    weir_text_put(to, "digraph weir {\n  rankdir=LR;\n  node [shape=box];\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct weir_node *node = &graph->nodes[i];
        weir_text_printf(to, "  n%" PRIu32 " [label=", i);
        put_quoted_node(plan, node, to);
        weir_text_put(to, "];\n");
        for (uint32_t k = 0; k < node->input_count; k++) {
            weir_text_printf(to, "  n%" PRIu32 " -> n%" PRIu32 " [label=", node->inputs[k], i);
            put_type(graph->nodes[node->inputs[k]].schema, to);
            weir_text_put(to, "];\n");
        }
    }
    weir_text_put(to, "}\n");
}
