/* SPDX-License-Identifier: Apache-2.0 */
/* Names of nodes, durations and guarantees for explain. */
#include "plan/words.h"

#include <inttypes.h>
#include <string.h>

static void put_operator(const struct weir_node *node, struct weir_text *to)
{
    if (node->op_alias != NULL && node->op_alias[0] != '\0') {
        weir_text_printf(to, "%s.", node->op_alias);
    }
    weir_text_put(to, node->op->name);
}

static void put_arguments(const struct weir_node *node, struct weir_text *to)
{
    for (uint32_t i = 0; i < node->argument_count; i++) {
        const struct weir_argument *argument = &node->arguments[i];
        weir_text_put(to, " ");
        if (argument->name != NULL) {
            weir_text_printf(to, "%s=", argument->name);
        }
        bool is_secret = false;
        for (uint32_t p = 0; p < node->op->param_count && argument->name != NULL; p++) {
            is_secret |= strcmp(node->op->params[p]->name, argument->name) == 0 &&
                         (node->op->params[p]->flags & WEIR_PARAM_SECRET) != 0;
        }
        if (is_secret) {
            weir_text_put(to, "***");
        } else {
            weir_json_value(to, &argument->value);
        }
    }
}

static void put_fields(const struct weir_plan *plan,
                       const struct weir_node *node,
                       struct weir_text *to)
{
    for (uint32_t i = 0; i < node->item_count; i++) {
        if (node->items[i].name != NULL) {
            weir_text_printf(to, "%s%s", i == 0 ? " " : ", ", node->items[i].name);
        }
    }
    if (node->input_count == 0) {
        return;
    }
    const struct weir_type *schema = plan->graph->nodes[node->inputs[0]].schema;
    for (uint32_t i = 0; i < node->on_count; i++) {
        weir_text_printf(to, "%s%s", i == 0 ? " on=" : ",", schema->fields[node->on_left[i]].name);
    }
    for (uint32_t i = 0; i < node->by_count; i++) {
        weir_text_printf(to, "%s%s", i == 0 ? " by=" : ",", schema->fields[node->by[i]].name);
    }
}

void weir_plan_put_node(const struct weir_plan *plan,
                        const struct weir_node *node,
                        struct weir_text *to)
{
    const char *verb = weir_verb_name(node->verb);
    weir_text_put(to, verb);
    if (node->verb == WEIR_VERB_TOP || node->verb == WEIR_VERB_LIMIT ||
        node->verb == WEIR_VERB_REPARTITION) {
        weir_text_printf(to, " %" PRId64, node->n);
    }
    if (node->length_us > 0) {
        weir_text_put(to, " ");
        weir_plan_put_duration(node->length_us, to);
        weir_text_put(to, ", ");
        weir_plan_put_duration(node->slide_us, to);
        weir_text_put(to, weir_node_keeps_window(node) ? ", incremental" : "");
    }
    if (node->op != NULL) {
        weir_text_put(to, verb[0] == '\0' ? "" : " ");
        put_operator(node, to);
        put_arguments(node, to);
    }
    put_fields(plan, node, to);
    if (node->partitioner != NULL) {
        weir_text_printf(to, " partitioner=%s", node->partitioner->op->name);
    }
    if (node->verb == WEIR_VERB_CODEC) {
        const struct weir_type *in = plan->graph->nodes[node->inputs[0]].schema;
        weir_text_printf(to, " of=%s", in->fields[node->of].name);
    }
    if (node->stops_on_bad || node->verb == WEIR_VERB_CODEC) {
        weir_text_printf(to, " on_error=%s", node->stops_on_bad ? "stop" : "dead");
    }
    if (node->name != NULL) {
        weir_text_printf(to, " as %s", node->name);
    }
}

void weir_plan_put_duration(int64_t us, struct weir_text *to)
{
    static const struct {
        int64_t us;
        const char *unit;
    } units[] = {
        {86400000000, "d"}, {3600000000, "h"}, {60000000, "m"}, {1000000, "s"}, {1000, "ms"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (us != 0 && us % units[i].us == 0) {
            weir_text_printf(to, "%" PRId64 "%s", us / units[i].us, units[i].unit);
            return;
        }
    }
    weir_text_printf(to, "%" PRId64 "us", us);
}

bool weir_plan_combines(const struct weir_node *node)
{
    switch ((int)node->verb) {
    case WEIR_VERB_REPARTITION:
    case WEIR_VERB_GROUP_BY_KEY:
    case WEIR_VERB_GROUP_BY_KEY_AND_WINDOW:
    case WEIR_VERB_SORT:
    case WEIR_VERB_CARTESIAN:
    case WEIR_VERB_COGROUP:
    case WEIR_VERB_UPDATE_STATE_BY_KEY:
    case WEIR_VERB_MAP_WITH_STATE:
        return false;
    case WEIR_VERB_AGGREGATE:
        return !weir_node_keeps_window(node);
    default:
        return !(node->verb >= WEIR_VERB_JOIN && node->verb <= WEIR_VERB_ANTI_JOIN);
    }
}

const char *weir_plan_guarantee(const struct weir_node *sink)
{
    switch (sink->op->sink->guarantee) {
    case WEIR_TWO_PHASE:
        return "exactly once (two-phase commit)";
    case WEIR_IDEMPOTENT:
        return "exactly once (idempotent by batch and partition)";
    default:
        return "at least once";
    }
}

/* Marks every node that this one is computed from; ids are topological, so one pass down is enough.
 */
static void mark_above(const struct weir_graph *graph, uint32_t node, bool *marked)
{
    marked[node] = true;
    for (uint32_t i = node + 1; i-- > 0;) {
        for (uint32_t k = 0; marked[i] && k < graph->nodes[i].input_count; k++) {
            marked[graph->nodes[i].inputs[k]] = true;
        }
    }
}

const char *weir_plan_weakest_input(const struct weir_plan *plan, uint32_t node)
{
    const struct weir_graph *graph = plan->graph;
    bool *marked = weir_alloc(graph->node_count * sizeof *marked);
    mark_above(graph, node, marked);
    const char *weakest = NULL;
    for (uint32_t i = 0; i < plan->input_count; i++) {
        if (marked[plan->inputs[i].node->id] && plan->inputs[i].is_receiver) {
            weakest = "a receiver's records are in memory only: lost if this process is killed "
                      "(no checkpoint)";
        }
    }
    weir_free(marked);
    return weakest;
}
