/* SPDX-License-Identifier: Apache-2.0 */
/* A job's graph as a test wants it: nodes are added anew, so that types, slides and all else are
 * checked as those of any graph are. */
#include "jobtest/jobtest.h"

struct rewiring {
    const struct weir_graph *from;
    struct weir_graph *to;
    const struct weir_test *test;
    const struct weir_operator *feed, *expect;
    bool *is_fed, *is_expected, *is_needed; /* by node of `from` */
    uint32_t *now;                          /* where it is in `to` */
    struct weir_error *err;
};

static void mark(struct rewiring *r)
{
    for (uint32_t i = 0; i < r->test->step_count; i++) {
        const struct weir_test_step *step = &r->test->steps[i];
        bool *marks = step->is_expect ? r->is_expected : r->is_fed;
        marks[step->node] = true;
        r->is_needed[step->node] = r->is_needed[step->node] || step->is_expect;
    }
    for (uint32_t i = r->from->node_count; i-- > 0;) {
        const struct weir_node *node = &r->from->nodes[i];
        for (uint32_t k = 0; r->is_needed[i] && !r->is_fed[i] && k < node->input_count; k++) {
            r->is_needed[node->inputs[k]] = true;
        }
    }
}

/* An operator of ours, told which node it stands for. */
static void set_operator(struct rewiring *r,
                         const struct weir_operator *op,
                         uint32_t node,
                         struct weir_node *draft)
{
    struct weir_argument *argument = weir_arena_alloc(&r->to->arena, sizeof *argument);
    argument->name = "node";
    argument->value = (struct weir_value){.type = weir_type_of(WEIR_TYPE_I64), .i64 = node};
    draft->op = op;
    draft->op_alias = WEIR_JOBTEST_ALIAS;
    draft->arguments = argument;
    draft->argument_count = 1;
}

static int add(struct rewiring *r, const struct weir_node *draft, uint32_t *id)
{
    int culprit;
    return weir_graph_add(r->to, draft, id, &culprit, r->err);
}

static int add_node(struct rewiring *r, uint32_t i)
{
    const struct weir_node *node = &r->from->nodes[i];
    bool is_outside = node->verb == WEIR_VERB_INPUT && !node->is_static;
    struct weir_node draft = *node;
    if (r->is_fed[i] || is_outside) {
        draft = (struct weir_node){.verb = WEIR_VERB_INPUT, .name = node->name};
        set_operator(r, r->feed, i, &draft);
        return add(r, &draft, &r->now[i]);
    }
    uint32_t *inputs = weir_arena_alloc(&r->to->arena, (node->input_count + 1) * sizeof *inputs);
    for (uint32_t k = 0; k < node->input_count; k++) {
        inputs[k] = r->now[node->inputs[k]];
    }
    draft.inputs = inputs;
    return add(r, &draft, &r->now[i]);
}

static int add_output(struct rewiring *r, uint32_t i)
{
    uint32_t *inputs = weir_arena_alloc(&r->to->arena, sizeof *inputs);
    struct weir_node draft = {.verb = WEIR_VERB_SINK, .inputs = inputs, .input_count = 1};
    uint32_t id;
    inputs[0] = r->now[i];
    set_operator(r, r->expect, i, &draft);
    return add(r, &draft, &id);
}

static int find(struct rewiring *r,
                const char *name,
                enum weir_kind kind,
                const struct weir_operator **op)
{
    const struct weir_operator *const *operators;
    size_t count;
    WEIR_TRY(weir_registry_find(r->from->registry, weir_str_of(WEIR_JOBTEST_ALIAS),
                                weir_str_of(name), 1U << kind, &operators, &count, r->err));
    WEIR_ASSERT(count == 1);
    *op = operators[0];
    return WEIR_OK;
}

static int rewire(struct rewiring *r)
{
    uint32_t culprit;
    WEIR_TRY(find(r, "feed", WEIR_KIND_SOURCE, &r->feed));
    WEIR_TRY(find(r, "expect", WEIR_KIND_SINK, &r->expect));
    mark(r);
    for (uint32_t i = 0; i < r->from->node_count; i++) {
        if (r->is_needed[i]) {
            WEIR_TRY(add_node(r, i));
        }
    }
    for (uint32_t i = 0; i < r->from->node_count; i++) {
        if (r->is_expected[i]) {
            WEIR_TRY(add_output(r, i));
        }
    }
    return weir_graph_validate(r->to, &culprit, r->err);
}

int weir_jobtest_graph(const struct weir_graph *from,
                       const struct weir_test *test,
                       struct weir_graph **graph,
                       struct weir_error *err)
{
    struct rewiring r = {.from = from, .test = test, .err = err};
    struct weir_arena arena;
    weir_arena_init(&arena);
    r.is_fed = weir_arena_alloc(&arena, from->node_count * sizeof *r.is_fed);
    r.is_expected = weir_arena_alloc(&arena, from->node_count * sizeof *r.is_expected);
    r.is_needed = weir_arena_alloc(&arena, from->node_count * sizeof *r.is_needed);
    r.now = weir_arena_alloc(&arena, from->node_count * sizeof *r.now);
    r.to = weir_graph_create(from->registry);
    r.to->job = from->job;
    r.to->batch_us = from->batch_us;
    r.to->partitions = from->partitions;
    r.to->settings = from->settings;
    r.to->setting_count = from->setting_count;
    int status = rewire(&r);
    weir_arena_finish(&arena);
    if (status != WEIR_OK) {
        weir_graph_destroy(r.to);
        return status;
    }
    *graph = r.to;
    return WEIR_OK;
}
