/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that speak of time and of the graph as a whole; types are checked when a node is
 * added. */
#include "stream/stream.h"

#include <inttypes.h>

static int check_multiple(const struct weir_node *node,
                          const char *what,
                          int64_t us,
                          int64_t slide_us,
                          struct weir_error *err)
{
    if (us % slide_us == 0) {
        return WEIR_OK;
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "%s: %s of %" PRId64 " us is no multiple of the %" PRId64
                          " us at which its stream slides",
                          weir_verb_name(node->verb), what, us, slide_us);
}

static int check_window(const struct weir_graph *graph,
                        const struct weir_node *node,
                        struct weir_error *err)
{
    int64_t slide_us = graph->nodes[node->inputs[0]].slide_us;
    WEIR_TRY(check_multiple(node, "a length", node->length_us, slide_us, err));
    return check_multiple(node, "a slide", node->window_slide_us, slide_us, err);
}

static int check_operands(const struct weir_graph *graph,
                          const struct weir_node *node,
                          struct weir_error *err)
{
    for (uint32_t i = 1; i < node->input_count; i++) {
        int64_t slide_us = graph->nodes[node->inputs[i]].slide_us;
        if (slide_us != node->slide_us) {
            return weir_error_set(err, WEIR_ETEXT,
                                  "%s: its streams slide every %" PRId64 " and %" PRId64
                                  " us: all must slide alike",
                                  weir_verb_name(node->verb), node->slide_us, slide_us);
        }
    }
    return WEIR_OK;
}

int weir_graph_validate(struct weir_graph *graph, uint32_t *culprit, struct weir_error *err)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct weir_node *node = &graph->nodes[i];
        *culprit = i;
        if (node->verb == WEIR_VERB_WINDOW) {
            WEIR_TRY(check_window(graph, node, err));
        }
        WEIR_TRY(check_operands(graph, node, err));
    }
    *culprit = 0;
    if (graph->output_count == 0) {
        return weir_error_set(err, WEIR_ETEXT, "nothing is written: end a pipe with an output");
    }
    return WEIR_OK;
}
