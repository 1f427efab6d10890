/* SPDX-License-Identifier: Apache-2.0 */
/* The map side: combine (or keep the first n), then scatter. */
#include "shuffle/shuffle.h"
#include "shuffle/sides.h"

struct weir_shuffle_writer {
    struct weir_step *first; /* combine, top, limit, or the scatter itself */
    struct weir_step *scatter;
    struct weir_arena arena; /* schemas, keys */
};

/* Groups: what was combined so far goes to the bucket of its key. */
static bool open_groups(struct weir_shuffle_writer *writer,
                        const struct weir_node *node,
                        const struct weir_type *schema,
                        uint32_t buckets,
                        uint64_t hash_seed)
{
    struct weir_aggregate_spec spec;
    if (!weir_shuffle_aggregation(node, schema, false, hash_seed, &writer->arena, &spec)) {
        return false;
    }
    /* the key fields come first in what goes in and in what comes out */
    writer->scatter =
        weir_scatter_create(spec.key_count > 0 ? WEIR_SCATTER_HASH : WEIR_SCATTER_DEAL, spec.out,
                            spec.keys, spec.key_count, buckets, hash_seed);
    writer->first = weir_aggregate_create(&spec, writer->scatter);
    return true;
}

static int open_states(struct weir_shuffle_writer *writer,
                       const struct weir_node *node,
                       const struct weir_combine_spec *spec,
                       uint32_t buckets,
                       struct weir_error *err)
{
    struct weir_combine_spec partial = *spec;
    uint32_t *keys = weir_arena_alloc(&writer->arena, (spec->key_count + 1) * sizeof *keys);
    for (uint32_t i = 0; i < spec->key_count; i++) {
        keys[i] = i;
    }
    partial.gives_states = true;
    partial.out = weir_plan_partial_schema(node, spec->in, &writer->arena);
    writer->scatter =
        weir_scatter_create(spec->key_count > 0 ? WEIR_SCATTER_HASH : WEIR_SCATTER_DEAL,
                            partial.out, keys, spec->key_count, buckets, spec->hash_seed);
    return weir_combine_create(&partial, writer->scatter, &writer->first, err);
}

/* Rows as they are: to those of their key, to whoever comes next, or to all. */
static void open_rows(struct weir_shuffle_writer *writer,
                      const struct weir_node *node,
                      uint32_t side,
                      const struct weir_type *schema,
                      uint32_t buckets,
                      uint64_t hash_seed)
{
    const uint32_t *keys;
    uint32_t key_count = weir_shuffle_keys(node, side, &writer->arena, &keys);
    enum weir_scatter_kind kind = key_count > 0 ? WEIR_SCATTER_HASH : WEIR_SCATTER_DEAL;
    if (node->verb == WEIR_VERB_CARTESIAN && side == 1) {
        kind = WEIR_SCATTER_COPY;
    }
    writer->scatter = weir_scatter_create(kind, schema, keys, key_count, buckets, hash_seed);
    writer->first = writer->scatter;
    if (node->verb == WEIR_VERB_TOP) {
        writer->first = weir_top_create(schema, node->n, node->by, node->by_count,
                                        node->is_descending, writer->scatter);
    } else if (node->verb == WEIR_VERB_LIMIT) {
        writer->first = weir_limit_create(node->n, writer->scatter);
    }
}

/* An incremental window of aggregates takes rows out as they came in: what they are computed from
 * is computed once, here. */
static int open_arguments(struct weir_shuffle_writer *writer,
                          const struct weir_graph *graph,
                          const struct weir_node *node,
                          uint32_t buckets,
                          uint64_t hash_seed,
                          struct weir_error *err)
{
    const struct weir_type *in = graph->nodes[node->inputs[0]].schema;
    const struct weir_type *out = weir_plan_partial_schema(node, in, &writer->arena);
    struct weir_item *items = weir_arena_alloc(&writer->arena, out->field_count * sizeof *items);
    uint32_t count = node->by_count;
    for (uint32_t i = 0; i < count; i++) {
        struct weir_expr *field = weir_arena_alloc(&writer->arena, sizeof *field);
        *field = (struct weir_expr){.kind = WEIR_EXPR_FIELD,
                                    .type = out->fields[i].type,
                                    .place = node->place,
                                    .depth = 1,
                                    .field = node->by[i]};
        items[i] = (struct weir_item){out->fields[i].name, field};
    }
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *call = node->items[i].expr;
        for (uint32_t k = 0; k < call->arg_count; k++, count++) {
            items[count] = (struct weir_item){out->fields[count].name, call->args[k]};
        }
    }
    struct weir_node *map = weir_arena_alloc(&writer->arena, sizeof *map);
    *map = (struct weir_node){.id = node->id,
                              .verb = WEIR_VERB_MAP,
                              .input_count = 1,
                              .inputs = node->inputs,
                              .schema = out,
                              .item_count = count,
                              .items = items,
                              .place = node->place};
    open_rows(writer, node, 0, out, buckets, hash_seed);
    const struct weir_node *nodes[] = {map};
    return weir_chain_create(graph, nodes, 1, writer->scatter, &writer->first, err);
}

int weir_shuffle_writer_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               uint32_t side,
                               uint32_t buckets,
                               uint64_t hash_seed,
                               struct weir_shuffle_writer **writer_out,
                               struct weir_error *err)
{
    const struct weir_type *schema = graph->nodes[node->inputs[side]].schema;
    struct weir_shuffle_writer *writer = weir_alloc(sizeof *writer);
    weir_arena_init(&writer->arena);
    struct weir_combine_spec spec;
    int status = WEIR_OK;
    if (weir_shuffle_combination(node, schema, false, hash_seed, &writer->arena, &spec)) {
        status = open_states(writer, node, &spec, buckets, err);
        writer->first = status == WEIR_OK ? writer->first : writer->scatter;
    } else if (node->verb == WEIR_VERB_AGGREGATE) {
        status = open_arguments(writer, graph, node, buckets, hash_seed, err);
    } else if (!open_groups(writer, node, schema, buckets, hash_seed)) {
        open_rows(writer, node, side, schema, buckets, hash_seed);
    }
    if (status == WEIR_OK && node->partitioner != NULL) {
        status = weir_scatter_by(writer->scatter, node->partitioner, err);
    }
    if (status != WEIR_OK) {
        weir_shuffle_writer_destroy(writer);
        return status;
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
