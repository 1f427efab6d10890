/* SPDX-License-Identifier: Apache-2.0 */
/* The reduce side: merges partial groups, makes lists, joins, sorts, keeps the first n of the first
 * n, or passes rows on. */
#include "shuffle/shuffle.h"
#include "shuffle/sides.h"

/* A merge with the arena that its specification lives on. */
struct reader {
    struct weir_step step; /* first: passes everything to `merge` */
    struct weir_step *merge;
    struct weir_arena arena;
};

static struct reader *of(struct weir_step *step)
{
    return (struct reader *)(void *)step;
}

static int push(struct weir_step *step, struct weir_exec_task *task, const struct weir_rows *rows)
{
    return of(step)->merge->push(of(step)->merge, task, rows);
}

static int finish(struct weir_step *step, struct weir_exec_task *task)
{
    return of(step)->merge->finish(of(step)->merge, task);
}

static void abandon(struct weir_step *step, struct weir_exec_task *task)
{
    of(step)->merge->abandon(of(step)->merge, task);
}

static void destroy(struct weir_step *step)
{
    struct reader *reader = of(step);
    if (reader->merge != reader->step.next) {
        reader->merge->destroy(reader->merge);
    }
    weir_arena_finish(&reader->arena);
    weir_free(reader);
}

static int open_states(struct reader *reader,
                       const struct weir_node *node,
                       const struct weir_combine_spec *spec,
                       enum weir_head_part part,
                       struct weir_error *err)
{
    struct weir_combine_spec own = *spec;
    own.gives_states = part == WEIR_HEAD_PANE;
    own.always_one = spec->always_one && part != WEIR_HEAD_PANE;
    own.out = own.gives_states ? spec->in : node->schema;
    return weir_combine_create(&own, reader->step.next, &reader->merge, err);
}

static struct weir_step *make_lists(const struct weir_graph *graph,
                                    const struct weir_node *node,
                                    uint64_t hash_seed,
                                    struct weir_step *next)
{
    const struct weir_type *in[2];
    uint32_t count = node->verb == WEIR_VERB_COGROUP ? 2 : 1;
    for (uint32_t side = 0; side < count; side++) {
        in[side] = graph->nodes[node->inputs[side]].schema;
    }
    return weir_lists_create(in, count, node->schema, hash_seed, next);
}

/* Steps that work on whole rows. */
static struct weir_step *make_rows(struct reader *reader,
                                   const struct weir_graph *graph,
                                   const struct weir_node *node,
                                   enum weir_head_part part,
                                   uint64_t hash_seed)
{
    struct weir_step *next = reader->step.next;
    struct weir_join_spec join;
    bool makes_lists = node->verb == WEIR_VERB_GROUP_BY_KEY ||
                       node->verb == WEIR_VERB_GROUP_BY_KEY_AND_WINDOW ||
                       node->verb == WEIR_VERB_COGROUP;
    if (makes_lists && part != WEIR_HEAD_PANE) {
        return make_lists(graph, node, hash_seed, next);
    }
    if (weir_shuffle_is_join(node)) {
        weir_shuffle_join(graph, node, hash_seed, &reader->arena, &join);
        return weir_join_create(&join, next);
    }
    if (node->verb == WEIR_VERB_TOP || node->verb == WEIR_VERB_SORT) {
        int64_t n = node->verb == WEIR_VERB_TOP ? node->n : INT64_MAX;
        return weir_top_create(node->schema, n, node->by, node->by_count, node->is_descending,
                               next);
    }
    return node->verb == WEIR_VERB_LIMIT ? weir_limit_create(node->n, next) : next;
}

int weir_shuffle_reader_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               enum weir_head_part part,
                               uint64_t hash_seed,
                               struct weir_step *next,
                               struct weir_step **first,
                               struct weir_error *err)
{
    struct reader *reader = weir_alloc(sizeof *reader);
    weir_arena_init(&reader->arena);
    reader->step = (struct weir_step){push, finish, abandon, destroy, next};
    reader->merge = next;
    const struct weir_type *operand = graph->nodes[node->inputs[0]].schema;
    const struct weir_type *schema = weir_plan_partial_schema(node, operand, &reader->arena);
    struct weir_aggregate_spec spec;
    struct weir_combine_spec states;
    int status = WEIR_OK;
    if (weir_shuffle_aggregation(node, schema, true, hash_seed, &reader->arena, &spec)) {
        reader->merge = weir_aggregate_create(&spec, next);
    } else if (weir_shuffle_combination(node, operand, true, hash_seed, &reader->arena, &states)) {
        status = open_states(reader, node, &states, part, err);
    } else {
        reader->merge = make_rows(reader, graph, node, part, hash_seed);
    }
    if (status != WEIR_OK) {
        reader->merge = next;
        destroy(&reader->step);
        return status;
    }
    *first = &reader->step;
    return WEIR_OK;
}

void weir_shuffle_reader_destroy(struct weir_step *first, struct weir_step *next)
{
    if (first != NULL && first != next) {
        first->destroy(first);
    }
}
