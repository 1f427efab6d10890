/* SPDX-License-Identifier: Apache-2.0 */
/* The map side: combine (or keep the first n), then scatter. */
#include "shuffle/shuffle.h"
#include "shuffle/sides.h"

struct weir_shuffle_writer {
    struct weir_step *first; /* combine, top, limit, or the scatter itself */
    struct weir_step *scatter;
    struct weir_arena arena; /* schemas, keys */
};

int weir_shuffle_writer_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               const struct weir_type *schema,
                               uint32_t buckets,
                               uint64_t hash_seed,
                               struct weir_shuffle_writer **writer_out,
                               struct weir_error *err)
{
    (void)graph;
    (void)err;
    struct weir_shuffle_writer *writer = weir_alloc(sizeof *writer);
    weir_arena_init(&writer->arena);
    struct weir_aggregate_spec spec;
    if (weir_shuffle_aggregation(node, schema, false, hash_seed, &writer->arena, &spec)) {
        uint32_t *keys = weir_arena_alloc(&writer->arena, (spec.key_count + 1) * sizeof *keys);
        for (uint32_t i = 0; i < spec.key_count; i++) {
            keys[i] = i; /* the key fields come first in what the combine gives */
        }
        writer->scatter = weir_scatter_create(spec.out, keys, spec.key_count, buckets, hash_seed);
        writer->first = weir_aggregate_create(&spec, writer->scatter);
    } else {
        writer->scatter = weir_scatter_create(schema, NULL, 0, buckets, hash_seed);
        writer->first = writer->scatter;
        if (node->verb == WEIR_VERB_TOP) {
            writer->first = weir_top_create(schema, node->n, node->by, node->by_count,
                                            node->is_descending, writer->scatter);
        } else if (node->verb == WEIR_VERB_LIMIT) {
            writer->first = weir_limit_create(node->n, writer->scatter);
        }
    }
    *writer_out = writer;
    return WEIR_OK;
}

void weir_shuffle_writer_destroy(struct weir_shuffle_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    if (writer->first != writer->scatter) {
        writer->first->destroy(writer->first);
    }
    writer->scatter->destroy(writer->scatter);
    weir_arena_finish(&writer->arena);
    weir_free(writer);
}

struct weir_step *weir_shuffle_writer_step(struct weir_shuffle_writer *writer)
{
    return writer->first;
}

void weir_shuffle_writer_take(struct weir_shuffle_writer *writer, struct weir_block **blocks)
{
    weir_scatter_take(writer->scatter, blocks);
}

const struct weir_type *weir_shuffle_schema(const struct weir_node *node,
                                            const struct weir_type *schema,
                                            struct weir_arena *arena)
{
    struct weir_aggregate_spec spec;
    return weir_shuffle_aggregation(node, schema, false, 0, arena, &spec) ? spec.out : schema;
}
