/* SPDX-License-Identifier: Apache-2.0 */
/* The graph as a whole: its life, and what later rooms ask about one stream. */
#include "stream/stream.h"

#include <string.h>

struct weir_graph *weir_graph_create(struct weir_registry *registry)
{
    struct weir_graph *graph = weir_alloc(sizeof *graph);
    weir_arena_init(&graph->arena);
    graph->batch_us = WEIR_BATCH_US_DEFAULT;
    graph->partitions = WEIR_PARTITIONS_DEFAULT;
    graph->registry = registry;
    return graph;
}

void weir_graph_destroy(struct weir_graph *graph)
{
    if (graph != NULL) {
        weir_arena_finish(&graph->arena);
        weir_free(graph);
    }
}

const char *weir_graph_stream_name(const struct weir_graph *graph, uint32_t output_index)
{
    WEIR_ASSERT(output_index < graph->output_count);
    const struct weir_node *sink = &graph->nodes[graph->outputs[output_index]];
    if (sink->name != NULL) {
        return sink->name;
    }
    const struct weir_node *written = &graph->nodes[sink->inputs[0]];
    if (written->name != NULL) {
        return written->name;
    }
    /* the arena is not part of what a graph says: naming an output leaves the graph as it was */
    struct weir_arena *arena = &((struct weir_graph *)(uintptr_t)graph)->arena;
    return weir_arena_printf(arena, "#%u", output_index + 1);
}

int64_t weir_graph_remember_us(const struct weir_graph *graph, uint32_t node)
{
    WEIR_ASSERT(node < graph->node_count);
    int64_t *remember = weir_alloc(graph->node_count * sizeof *remember);
    /* ids are topological: when a node is reached from behind, all its readers are done */
    for (uint32_t i = graph->node_count; i-- > node;) {
        const struct weir_node *reader = &graph->nodes[i];
        int64_t wanted = remember[i] + reader->length_us +
                         (reader->is_incremental ? reader->window_slide_us : 0);
        for (uint32_t k = 0; k < reader->input_count; k++) {
            int64_t *parent = &remember[reader->inputs[k]];
            *parent = wanted > *parent ? wanted : *parent;
        }
    }
    int64_t answer = remember[node];
    weir_free(remember);
    return answer;
}
