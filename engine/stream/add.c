/* SPDX-License-Identifier: Apache-2.0 */
/* Appends nodes to a graph and computes the type on every edge: language.md's table "What each verb
 * takes and gives", one function per verb. */
#include "stream/schema.h"
#include "stream/stream.h"

#include <string.h>

struct adding {
    struct weir_graph *graph;
    struct weir_node *node;
    const struct weir_type *in; /* record type of the first input; NULL for inputs */
    int *culprit;
    struct weir_error *err;
};

static int refuse(struct adding *a, const char *what)
{
    const char *verb = weir_verb_name(a->node->verb);
    if (verb[0] == '\0') {
        verb = a->node->verb == WEIR_VERB_SINK ? "output" : "input";
    }
    return weir_error_set(a->err, WEIR_ETEXT, "%s: %s", verb, what);
}

static int make_type(struct adding *a, struct weir_fields *fields)
{
    int status = weir_fields_type(fields, &a->graph->arena, &a->node->schema, a->culprit, a->err);
    weir_fields_finish(fields);
    return status;
}

static void add_input_fields(struct adding *a, struct weir_fields *fields)
{
    for (uint32_t i = 0; i < a->in->field_count; i++) {
        weir_fields_add(fields, a->in->fields[i].name, a->in->fields[i].type, -1);
    }
}

static bool is_emitter(const struct weir_expr *expr)
{
    return expr->kind == WEIR_EXPR_CALL && expr->op->kind == WEIR_KIND_EMITTER;
}

/* Every item but flat_map's emitting one is an ordinary named value. */
static int check_items(struct adding *a, uint32_t emit_item)
{
    if (a->node->item_count == 0) {
        return refuse(a, "at least one field is needed");
    }
    for (uint32_t i = 0; i < a->node->item_count; i++) {
        const struct weir_item *item = &a->node->items[i];
        *a->culprit = (int)i;
        if (i != emit_item && is_emitter(item->expr)) {
            return refuse(a, "an emitter stands only in flat_map, and only once");
        }
        if (i != emit_item && item->expr->type->kind == WEIR_TYPE_NULL) {
            return refuse(a, "null has no type here");
        }
    }
    *a->culprit = -1;
    return WEIR_OK;
}

static int bind_operator(struct adding *a, uint32_t kinds)
{
    struct weir_node *node = a->node;
    if (node->op == NULL || (kinds >> node->op->kind & 1) == 0) {
        return refuse(a, "an operator of another kind is needed");
    }
    struct weir_param_value *params =
        weir_arena_alloc(&a->graph->arena, (node->op->param_count + 1) * sizeof *params);
    node->params = params;
    return weir_operator_bind_params(node->op, node->arguments, node->argument_count,
                                     &a->graph->arena, params, a->culprit, a->err);
}

static int add_input(struct adding *a)
{
    struct weir_node *node = a->node;
    WEIR_TRY(bind_operator(a, 1U << WEIR_KIND_RECEIVER | 1U << WEIR_KIND_SOURCE));
    node->is_finite = node->op->source != NULL && node->op->source->is_finite != 0;
    struct weir_fields fields;
    weir_fields_init(&fields);
    if ((node->op->flags & WEIR_TEXT_LINES) != 0) {
        weir_fields_add(&fields, "line", weir_type_of(WEIR_TYPE_STR), -1);
        return make_type(a, &fields);
    }
    const struct weir_type_field *out;
    uint32_t out_count;
    WEIR_TRY(weir_operator_bind_output(node->op, node->params, NULL, 0, &a->graph->arena, &out,
                                       &out_count, a->err));
    for (uint32_t i = 0; i < out_count; i++) {
        weir_fields_add(&fields, out[i].name, out[i].type, -1);
    }
    return make_type(a, &fields);
}

static int add_map(struct adding *a)
{
    WEIR_TRY(check_items(a, UINT32_MAX));
    struct weir_fields fields;
    weir_fields_init(&fields);
    if (a->node->verb == WEIR_VERB_EXTEND) {
        add_input_fields(a, &fields);
    }
    for (uint32_t i = 0; i < a->node->item_count; i++) {
        weir_fields_add(&fields, a->node->items[i].name, a->node->items[i].expr->type, (int)i);
    }
    return make_type(a, &fields);
}

/* What the emitting item contributes; an emitter's own names unless it is one column with a name
 * given. */
static int add_emitted(struct adding *a, struct weir_fields *fields, uint32_t i)
{
    const struct weir_item *item = &a->node->items[i];
    const struct weir_type *type = item->expr->type;
    if (!is_emitter(item->expr)) {
        if (type->kind != WEIR_TYPE_LIST) {
            return refuse(a, "one item must be an emitter or a list");
        }
        weir_fields_add(fields, item->name, type->item, (int)i);
        return WEIR_OK;
    }
    if (item->name != NULL && type->field_count != 1) {
        return refuse(a, "only an emitter of one column takes a name");
    }
    for (uint32_t k = 0; k < type->field_count; k++) {
        const char *name = item->name != NULL ? item->name : type->fields[k].name;
        weir_fields_add(fields, name, type->fields[k].type, (int)i);
    }
    return WEIR_OK;
}

static int add_flat_map(struct adding *a)
{
    WEIR_TRY(check_items(a, a->node->emit_item));
    if (a->node->emit_item >= a->node->item_count) {
        return refuse(a, "exactly one item must be an emitter or a list");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    int status = WEIR_OK;
    for (uint32_t i = 0; i < a->node->item_count && status == WEIR_OK; i++) {
        if (i == a->node->emit_item) {
            status = add_emitted(a, &fields, i);
        } else {
            weir_fields_add(&fields, a->node->items[i].name, a->node->items[i].expr->type, (int)i);
        }
    }
    if (status != WEIR_OK) {
        *a->culprit = (int)a->node->emit_item;
        weir_fields_finish(&fields);
        return status;
    }
    return make_type(a, &fields);
}

static int add_filter(struct adding *a)
{
    WEIR_TRY(check_items(a, UINT32_MAX));
    if (a->node->item_count != 1 || a->node->items[0].expr->type->kind != WEIR_TYPE_BOOL) {
        return refuse(a, "one bool is needed");
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

static int add_map_values(struct adding *a)
{
    WEIR_TRY(check_items(a, UINT32_MAX));
    if (a->node->item_count != 1) {
        return refuse(a, "one value is needed");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    weir_fields_add(&fields, "key", a->in->fields[0].type, -1);
    weir_fields_add(&fields, "value", a->node->items[0].expr->type, 0);
    return make_type(a, &fields);
}

static int add_count(struct adding *a)
{
    struct weir_fields fields;
    weir_fields_init(&fields);
    if (a->node->verb == WEIR_VERB_COUNT_BY_VALUE) {
        add_input_fields(a, &fields);
    }
    weir_fields_add(&fields, "count", weir_type_of(WEIR_TYPE_I64), -1);
    return make_type(a, &fields);
}

static int add_reduce(struct adding *a)
{
    WEIR_TRY(bind_operator(a, 1U << WEIR_KIND_REDUCER));
    bool is_by_key = a->node->verb == WEIR_VERB_REDUCE_BY_KEY;
    if (!is_by_key && a->in->field_count != 1) {
        return refuse(a, "a stream of one field is needed");
    }
    const struct weir_type *wanted = a->node->op->in_count == 1 ? a->node->op->in[0].type : NULL;
    const struct weir_type *found = a->in->fields[is_by_key ? 1 : 0].type;
    if (wanted == NULL || !weir_type_equal(wanted, found)) {
        return refuse(a, "the reducer is of another type than the values");
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

static int add_union(struct adding *a)
{
    for (uint32_t i = 1; i < a->node->input_count; i++) {
        if (!weir_type_equal(a->graph->nodes[a->node->inputs[i]].schema, a->in)) {
            *a->culprit = (int)i;
            return refuse(a, "all streams must have the same fields");
        }
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

static int add_same(struct adding *a)
{
    struct weir_node *node = a->node;
    a->node->schema = a->in;
    if (node->verb == WEIR_VERB_WINDOW) {
        return node->length_us > 0 && node->window_slide_us > 0
                   ? WEIR_OK
                   : refuse(a, "length and slide must be longer than 0");
    }
    if (node->n < 1) {
        return refuse(a, "the number must be at least 1");
    }
    if (node->verb == WEIR_VERB_REPARTITION && node->n > WEIR_PARTITIONS_MAX) {
        return weir_error_set(a->err, WEIR_ELIMIT, "at most %d partitions are possible",
                              WEIR_PARTITIONS_MAX);
    }
    for (uint32_t i = 0; i < node->by_count; i++) {
        if (node->by[i] >= a->in->field_count) {
            return refuse(a, "by= names a field that is not there");
        }
    }
    return WEIR_OK;
}

static int add_sink(struct adding *a)
{
    WEIR_TRY(bind_operator(a, 1U << WEIR_KIND_SINK));
    a->node->schema = a->in;
    if (a->node->op->exported->bind == NULL) {
        return WEIR_OK;
    }
    const struct weir_type_field *out; /* a sink gives nothing; its bind may refuse the fields */
    uint32_t out_count;
    return weir_operator_bind_output(a->node->op, a->node->params, a->in->fields,
                                     a->in->field_count, &a->graph->arena, &out, &out_count,
                                     a->err);
}

static int (*const adders[WEIR_VERB_COUNT_OF])(struct adding *a) = {
    [WEIR_VERB_INPUT] = add_input,   [WEIR_VERB_MAP] = add_map,
    [WEIR_VERB_EXTEND] = add_map,    [WEIR_VERB_FLAT_MAP] = add_flat_map,
    [WEIR_VERB_FILTER] = add_filter, [WEIR_VERB_MAP_VALUES] = add_map_values,
    [WEIR_VERB_COUNT] = add_count,   [WEIR_VERB_COUNT_BY_VALUE] = add_count,
    [WEIR_VERB_REDUCE] = add_reduce, [WEIR_VERB_REDUCE_BY_KEY] = add_reduce,
    [WEIR_VERB_UNION] = add_union,   [WEIR_VERB_REPARTITION] = add_same,
    [WEIR_VERB_WINDOW] = add_same,   [WEIR_VERB_TOP] = add_same,
    [WEIR_VERB_LIMIT] = add_same,    [WEIR_VERB_SINK] = add_sink,
};

static bool is_pair(const struct weir_type *schema)
{
    return schema->field_count == 2 && strcmp(schema->fields[0].name, "key") == 0 &&
           strcmp(schema->fields[1].name, "value") == 0;
}

/* Number and kind of inputs, and what is the same for all verbs. */
static int check_inputs(struct adding *a)
{
    struct weir_node *node = a->node;
    bool is_input = node->verb == WEIR_VERB_INPUT;
    bool is_many = node->verb == WEIR_VERB_UNION;
    if (is_input ? node->input_count != 0
                 : (is_many ? node->input_count < 2 : node->input_count != 1)) {
        return refuse(a, "wrong number of streams to read");
    }
    node->slide_us = a->graph->batch_us;
    node->is_finite = !is_input;
    for (uint32_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i] >= a->graph->node_count ||
            a->graph->nodes[node->inputs[i]].verb == WEIR_VERB_SINK) {
            return refuse(a, "reads a stream that is not there");
        }
        const struct weir_node *input = &a->graph->nodes[node->inputs[i]];
        node->is_finite = node->is_finite && input->is_finite;
        node->slide_us = i == 0 ? input->slide_us : node->slide_us;
        a->in = i == 0 ? input->schema : a->in;
    }
    if (node->verb == WEIR_VERB_WINDOW) {
        node->slide_us = node->window_slide_us;
    }
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_PAIR) != 0 &&
        (a->in == NULL || !is_pair(a->in))) {
        return refuse(a, "needs a stream with the fields key and value");
    }
    if (node->partitions > WEIR_PARTITIONS_MAX) {
        return weir_error_set(a->err, WEIR_ELIMIT, "at most %d partitions are possible",
                              WEIR_PARTITIONS_MAX);
    }
    return WEIR_OK;
}

/* The old array stays on the arena: doubling keeps what is lost below what is used. */
static void *grow(struct weir_arena *arena,
                  const void *old,
                  uint32_t count,
                  uint32_t *capacity,
                  size_t element_bytes)
{
    *capacity = *capacity == 0 ? 16 : *capacity * 2;
    void *array = weir_arena_alloc(arena, *capacity * element_bytes);
    if (count > 0) {
        memcpy(array, old, count * element_bytes);
    }
    return array;
}

static void append(struct weir_graph *graph, const struct weir_node *node)
{
    if (graph->node_count == graph->node_capacity) {
        graph->nodes = grow(&graph->arena, graph->nodes, graph->node_count, &graph->node_capacity,
                            sizeof *graph->nodes);
    }
    if (node->verb == WEIR_VERB_SINK && graph->output_count == graph->output_capacity) {
        graph->outputs = grow(&graph->arena, graph->outputs, graph->output_count,
                              &graph->output_capacity, sizeof *graph->outputs);
    }
    /* const for readers; while the graph is being made, this is its only writer */
    struct weir_node *nodes = (struct weir_node *)(uintptr_t)graph->nodes;
    nodes[graph->node_count++] = *node;
    if (node->verb == WEIR_VERB_SINK) {
        uint32_t *outputs = (uint32_t *)(uintptr_t)graph->outputs;
        outputs[graph->output_count++] = node->id;
    }
    if (node->verb == WEIR_VERB_INPUT) {
        graph->is_finite = node->is_finite && (node->id == 0 || graph->is_finite);
    }
}

int weir_graph_add(struct weir_graph *graph,
                   const struct weir_node *draft,
                   uint32_t *id,
                   int *culprit,
                   struct weir_error *err)
{
    struct weir_node node = *draft;
    struct adding a = {graph, &node, NULL, culprit, err};
    *culprit = -1;
    if (graph->node_count >= WEIR_NODES_MAX) {
        return weir_error_set(err, WEIR_ELIMIT, "a graph may have %d nodes", WEIR_NODES_MAX);
    }
    if ((uint32_t)node.verb >= WEIR_VERB_COUNT_OF) {
        return weir_error_set(err, WEIR_ETEXT, "unknown verb number %u", (uint32_t)node.verb);
    }
    if (adders[node.verb] == NULL) {
        return weir_error_set(err, WEIR_EUNAVAILABLE, "'%s' is not yet available",
                              weir_verb_name(node.verb));
    }
    WEIR_TRY(check_inputs(&a));
    WEIR_TRY(adders[node.verb](&a));
    node.id = graph->node_count;
    node.is_pair = is_pair(node.schema);
    append(graph, &node);
    *id = node.id;
    return WEIR_OK;
}
