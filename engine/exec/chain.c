/* SPDX-License-Identifier: Apache-2.0 */
/* A run of narrow nodes as a chain of steps: each gives its chunks to the next by one call. */
#include "exec/step.h"

static int create_step(const struct weir_graph *graph,
                       const struct weir_node *node,
                       struct weir_step **step,
                       struct weir_error *err)
{
    const struct weir_type *in = graph->nodes[node->inputs[0]].schema;
    if (node->verb == WEIR_VERB_FILTER) {
        return weir_filter_create(node, step, err);
    }
    if (node->verb == WEIR_VERB_FLAT_MAP || node->verb == WEIR_VERB_FLAT_MAP_VALUES) {
        return weir_flat_map_create(node, step, err);
    }
    if (node->verb == WEIR_VERB_GLOM) {
        weir_glom_create(node, in, step);
        return WEIR_OK;
    }
    if (node->verb == WEIR_VERB_MAP_PARTITIONS) {
        return weir_partition_create(node, step, err);
    }
    if (node->verb == WEIR_VERB_MAP || node->verb == WEIR_VERB_EXTEND ||
        node->verb == WEIR_VERB_MAP_VALUES) {
        return weir_project_create(node, in, step, err);
    }
    if (node->verb == WEIR_VERB_CODEC) {
        return weir_decode_create(node, in, step, err);
    }
    return weir_error_set(err, WEIR_EBUG,
                          "node %u, '%s', is no narrow operation: the plan has it in a chain",
                          node->id, weir_verb_name(node->verb));
}

/* Nodes that pass rows on: what they say concerns others. */
static bool passes(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_TRANSFORM || node->verb == WEIR_VERB_PERSIST ||
           node->verb == WEIR_VERB_CHECKPOINT || node->verb == WEIR_VERB_SLICE;
}

int weir_chain_create(const struct weir_graph *graph,
                      const struct weir_node *const *nodes,
                      uint32_t count,
                      struct weir_step *last,
                      struct weir_step **first,
                      struct weir_error *err)
{
    struct weir_step *head = last;
    for (uint32_t i = count; i > 0; i--) {
        struct weir_step *step;
        if (passes(nodes[i - 1])) {
            continue;
        }
        int status = create_step(graph, nodes[i - 1], &step, err);
        if (status != WEIR_OK) {
            weir_chain_destroy(head, last);
            *first = last;
            return status;
        }
        step->next = head;
        head = step;
    }
    *first = head;
    return WEIR_OK;
}

void weir_chain_destroy(struct weir_step *first, struct weir_step *last)
{
    while (first != last && first != NULL) {
        struct weir_step *next = first->next;
        first->destroy(first);
        first = next;
    }
}
