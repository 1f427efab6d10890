/* SPDX-License-Identifier: Apache-2.0 */
/* The plan for people: every stream with its type, every stage with what it reads and how it ends,
 * every sink with the guarantee that holds and what weakens it. */
#include "plan/plan.h"
#include "plan/words.h"

#include <inttypes.h>

static void put_streams(const struct weir_plan *plan, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    weir_text_put(to, "streams\n");
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct weir_node *node = &graph->nodes[i];
        weir_text_printf(to, "  %" PRIu32 "  ", i);
        weir_plan_put_node(plan, node, to);
        if (node->input_count > 0) {
            weir_text_put(to, "  of");
            for (uint32_t k = 0; k < node->input_count; k++) {
                weir_text_printf(to, " %" PRIu32, node->inputs[k]);
            }
        }
        if (node->verb != WEIR_VERB_SINK) {
            weir_text_put(to, "\n       ");
            weir_type_print(node->schema, to);
            if (node->slide_us != graph->batch_us) {
                weir_text_put(to, "  every ");
                weir_plan_put_duration(node->slide_us, to);
            }
        }
        weir_text_put(to, "\n");
    }
}

static void put_nodes(const struct weir_plan *plan,
                      const struct weir_node *const *nodes,
                      uint32_t count,
                      struct weir_text *to)
{
    for (uint32_t i = 0; i < count; i++) {
        weir_text_put(to, " | ");
        weir_plan_put_node(plan, nodes[i], to);
    }
}

/* "reads the last 30s of ", or what entered a window since the last one, and what left it. */
static void put_span(const struct weir_stage *stage,
                     const struct weir_dependency *dependency,
                     struct weir_text *to)
{
    bool is_difference = dependency->kind == WEIR_DEPEND_PANES && stage->has_state;
    const char *verb = dependency->kind == WEIR_DEPEND_PANES ? "merges" : "reads";
    verb = is_difference ? (dependency->delay_us > 0 ? "takes out" : "adds") : verb;
    weir_text_printf(to, "%s the last ", verb);
    weir_plan_put_duration(dependency->length_us, to);
    if (dependency->delay_us > 0) {
        weir_text_put(to, " before the last ");
        weir_plan_put_duration(dependency->delay_us, to);
    }
    weir_text_put(to, " of ");
}

static void put_dependency(const struct weir_plan *plan,
                           const struct weir_stage *stage,
                           const struct weir_dependency *dependency,
                           struct weir_text *to)
{
    bool is_input =
        dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
    switch (dependency->kind) {
    case WEIR_DEPEND_INPUT:
    case WEIR_DEPEND_BLOCKS:
        weir_text_put(to, "reads ");
        break;
    case WEIR_DEPEND_WINDOW:
    case WEIR_DEPEND_WINDOW_INPUT:
    case WEIR_DEPEND_PANES:
        put_span(stage, dependency, to);
        break;
    case WEIR_DEPEND_SHUFFLE:
        weir_text_put(to, dependency->is_initial ? "begins with " : "merges ");
        break;
    case WEIR_DEPEND_STATE:
        weir_text_put(to, "reads the state of ");
        break;
    }
    weir_text_printf(to, "%s %" PRIu32, is_input ? "input" : "stage", dependency->from);
    if (dependency->is_static) {
        weir_text_put(to, " (table)");
    }
    bool is_last = dependency == &stage->dependencies[stage->dependency_count - 1];
    if (stage->head != NULL && is_last) {
        weir_text_put(to, " by ");
        weir_plan_put_node(plan, stage->head, to);
    }
    put_nodes(plan, dependency->nodes, dependency->node_count, to);
}

static void put_exit(const struct weir_plan *plan,
                     const struct weir_stage *stage,
                     struct weir_text *to)
{
    switch (stage->exit) {
    case WEIR_EXIT_BLOCKS:
        weir_text_put(to, stage->part == WEIR_HEAD_PANE ? "     keeps its groups"
                                                        : "     keeps its blocks");
        if (stage->remember_us > 0) {
            weir_text_put(to, " for ");
            weir_plan_put_duration(stage->remember_us, to);
        }
        break;
    case WEIR_EXIT_SHUFFLE:
        weir_text_put(to, "     ");
        weir_text_put(to, weir_plan_combines(stage->tail) ? "combines and scatters by "
                                                          : "scatters by ");
        weir_plan_put_node(plan, stage->tail, to);
        weir_text_printf(to, " into %" PRIu32 " partition%s", stage->bucket_count,
                         stage->bucket_count == 1 ? "" : "s");
        break;
    case WEIR_EXIT_SINK:
        weir_text_printf(to, "     writes output %" PRIu32, stage->output + 1);
        break;
    }
    weir_text_put(to, "\n");
}

static void put_stages(const struct weir_plan *plan, struct weir_text *to)
{
    weir_text_put(to, "stages\n");
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        const struct weir_stage *stage = &plan->stages[i];
        weir_text_printf(to, "  %" PRIu32 "  ", i);
        for (uint32_t k = 0; k < stage->dependency_count; k++) {
            weir_text_put(to, k == 0 ? "" : "\n     and ");
            put_dependency(plan, stage, &stage->dependencies[k], to);
        }
        if (stage->has_state) {
            weir_text_put(to, " (state)");
        }
        put_nodes(plan, stage->nodes, stage->node_count, to);
        if (stage->is_static) {
            weir_text_put(to, "  for each version of the table");
        } else if (stage->slide_us != plan->graph->batch_us) {
            weir_text_put(to, "  every ");
            weir_plan_put_duration(stage->slide_us, to);
        }
        weir_text_put(to, "\n");
        put_exit(plan, stage, to);
    }
}

static void put_outputs(const struct weir_plan *plan, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    weir_text_put(to, "outputs\n");
    for (uint32_t o = 0; o < plan->output_count; o++) {
        const struct weir_node *sink = &graph->nodes[graph->outputs[o]];
        weir_text_printf(to, "  %" PRIu32 "  ", o + 1);
        weir_plan_put_node(plan, sink, to);
        weir_text_put(to, "  ");
        weir_text_put(to, weir_plan_guarantee(sink));
        const char *weakest = weir_plan_weakest_input(plan, graph->outputs[o]);
        if (weakest != NULL) {
            weir_text_printf(to, "; %s", weakest);
        }
        weir_text_put(to, "\n");
    }
}

void weir_plan_explain(const struct weir_plan *plan, struct weir_text *to)
{
    const struct weir_graph *graph = plan->graph;
    weir_text_printf(to, "job %s: batch ", graph->job == NULL ? "without a name" : graph->job);
    weir_plan_put_duration(graph->batch_us, to);
    weir_text_printf(to, ", %" PRIu32 " reduce partitions, %s\n", graph->partitions,
                     graph->is_finite ? "finite: batches run back to back from time 0"
                                      : "by the wall clock");
    put_streams(plan, to);
    put_stages(plan, to);
    put_outputs(plan, to);
}
