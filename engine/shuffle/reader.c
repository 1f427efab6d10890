/* SPDX-License-Identifier: Apache-2.0 */
/* The reduce side: merges partial groups, keeps the first n of the first n, or passes rows on. */
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

int weir_shuffle_reader_create(const struct weir_graph *graph,
                               const struct weir_node *node,
                               uint64_t hash_seed,
                               struct weir_step *next,
                               struct weir_step **first,
                               struct weir_error *err)
{
    (void)err;
    struct reader *reader = weir_alloc(sizeof *reader);
    weir_arena_init(&reader->arena);
    reader->step = (struct weir_step){push, finish, abandon, destroy, next};
    const struct weir_type *schema =
        weir_shuffle_schema(node, graph->nodes[node->inputs[0]].schema, &reader->arena);
    struct weir_aggregate_spec spec;
    if (weir_shuffle_aggregation(node, schema, true, hash_seed, &reader->arena, &spec)) {
        reader->merge = weir_aggregate_create(&spec, next);
    } else if (node->verb == WEIR_VERB_TOP) {
        reader->merge =
            weir_top_create(schema, node->n, node->by, node->by_count, node->is_descending, next);
    } else if (node->verb == WEIR_VERB_LIMIT) {
        reader->merge = weir_limit_create(node->n, next);
    } else {
        reader->merge = next;
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
