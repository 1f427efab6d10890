/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that speak of time and of the graph as a whole; types are checked when a node is
 * added. */
#include "stream/stream.h"

#include <inttypes.h>
#include <stdio.h>

/* "1500 ms", as the reference tells times. */
static const char *put_ms(char *room, size_t bytes, int64_t us)
{
    snprintf(room, bytes, us % 1000 == 0 ? "%" PRId64 " ms" : "%" PRId64 " us",
             us % 1000 == 0 ? us / 1000 : us);
    return room;
}

enum { TIME_BYTES = 32 };

static int check_multiple(const struct weir_node *node,
                          const char *what,
                          int64_t us,
                          int64_t slide_us,
                          struct weir_error *err)
{
    char ours[TIME_BYTES], slide[TIME_BYTES];
    if (us % slide_us == 0) {
        return WEIR_OK;
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "%s: %s of %s must be a multiple of the slide duration of its stream, %s",
                          weir_verb_name(node->verb), what, put_ms(ours, sizeof ours, us),
                          put_ms(slide, sizeof slide, slide_us));
}

static int check_window(const struct weir_graph *graph,
                        const struct weir_node *node,
                        struct weir_error *err)
{
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_WINDOWED) == 0 || node->length_us == 0) {
        return WEIR_OK;
    }
    int64_t slide_us = graph->nodes[node->inputs[0]].slide_us;
    WEIR_TRY(check_multiple(node, "the window duration", node->length_us, slide_us, err));
    return check_multiple(node, "the slide", node->window_slide_us, slide_us, err);
}

static int check_operands(const struct weir_graph *graph,
                          const struct weir_node *node,
                          struct weir_error *err)
{
    char ours[TIME_BYTES], theirs[TIME_BYTES];
    for (uint32_t i = 0; node->input_count > 1 && i < node->input_count; i++) {
        const struct weir_node *input = &graph->nodes[node->inputs[i]];
        if (!input->is_static && input->slide_us != node->slide_us) {
            return weir_error_set(err, WEIR_ETEXT,
                                  "%s: its streams have different slide durations, %s and %s: all "
                                  "must slide alike",
                                  weir_verb_name(node->verb),
                                  put_ms(ours, sizeof ours, node->slide_us),
                                  put_ms(theirs, sizeof theirs, input->slide_us));
        }
    }
    return WEIR_OK;
}

static int check_interval(const struct weir_node *node, struct weir_error *err)
{
    char ours[TIME_BYTES], slide[TIME_BYTES];
    if (node->every_us == 0 || node->every_us % node->slide_us == 0) {
        return WEIR_OK;
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "%s: the checkpoint interval of %s is %s its slide time, %s",
                          weir_verb_name(node->verb), put_ms(ours, sizeof ours, node->every_us),
                          node->every_us < node->slide_us ? "lower than" : "not a multiple of",
                          put_ms(slide, sizeof slide, node->slide_us));
}

int weir_graph_validate(struct weir_graph *graph, uint32_t *culprit, struct weir_error *err)
{
    for (uint32_t i = 0; i < graph->node_count; i++) {
        const struct weir_node *node = &graph->nodes[i];
        *culprit = i;
        WEIR_TRY(check_window(graph, node, err));
        WEIR_TRY(check_operands(graph, node, err));
    }
    for (uint32_t i = 0; i < graph->node_count; i++) { /* once all windows are known to be sound */
        *culprit = i;
        WEIR_TRY(check_interval(&graph->nodes[i], err));
    }
    *culprit = 0;
    if (graph->output_count == 0) {
        return weir_error_set(err, WEIR_ETEXT, "nothing is written: end a pipe with an output");
    }
    return WEIR_OK;
}
