/* SPDX-License-Identifier: Apache-2.0 */
/* Appends nodes to a graph and computes the type on every edge: the language's table of what each
 * verb takes and gives. Here is what holds for all verbs; their own rules are beside this file. */
#include "stream/add/add.h"

#include <string.h>

int weir_add_refuse(struct weir_adding *a, const char *what)
{
    const char *verb = weir_verb_name(a->node->verb);
    if (verb[0] == '\0') {
        verb = a->node->verb == WEIR_VERB_SINK    ? "output"
               : a->node->verb == WEIR_VERB_CODEC ? "codec"
                                                  : "input";
    }
    return weir_error_set(a->err, WEIR_ETEXT, "%s: %s", verb, what);
}

int weir_add_schema(struct weir_adding *a, struct weir_fields *fields)
{
    int status = weir_fields_type(fields, &a->graph->arena, &a->node->schema, a->culprit, a->err);
    weir_fields_finish(fields);
    return status;
}

void weir_add_input_fields(struct weir_adding *a, struct weir_fields *fields)
{
    for (uint32_t i = 0; i < a->in->field_count; i++) {
        weir_fields_add(fields, a->in->fields[i].name, a->in->fields[i].type, -1);
    }
}

int weir_add_pair(struct weir_adding *a, const struct weir_type *value)
{
    struct weir_fields fields;
    weir_fields_init(&fields);
    weir_fields_add(&fields, "key", a->in->fields[0].type, -1);
    weir_fields_add(&fields, "value", value, 0);
    return weir_add_schema(a, &fields);
}

const struct weir_type *weir_add_in(const struct weir_adding *a, uint32_t i)
{
    return a->graph->nodes[a->node->inputs[i]].schema;
}

enum weir_kind weir_add_top_kind(const struct weir_expr *expr)
{
    return expr->kind == WEIR_EXPR_CALL && expr->op->kind != WEIR_KIND_FUNCTION ? expr->op->kind
                                                                                : (enum weir_kind)0;
}

int weir_add_items(struct weir_adding *a, uint32_t emit_item)
{
    if (a->node->item_count == 0) {
        return weir_add_refuse(a, "at least one field is needed");
    }
    for (uint32_t i = 0; i < a->node->item_count; i++) {
        const struct weir_item *item = &a->node->items[i];
        enum weir_kind kind = weir_add_top_kind(item->expr);
        *a->culprit = (int)i;
        if (i != emit_item && kind != 0) {
            return weir_add_refuse(a, kind == WEIR_KIND_EMITTER
                                          ? "an emitter stands only in flat_map, and only once"
                                          : "an operator of this kind does not stand here");
        }
        if (i != emit_item && item->expr->type->kind == WEIR_TYPE_NULL) {
            return weir_add_refuse(a, "null has no type here");
        }
    }
    *a->culprit = -1;
    return WEIR_OK;
}

int weir_add_operator(struct weir_adding *a, uint32_t kinds)
{
    struct weir_node *node = a->node;
    if (node->op == NULL || (kinds >> node->op->kind & 1) == 0) {
        return weir_add_refuse(a, "an operator of another kind is needed");
    }
    struct weir_param_value *params =
        weir_arena_alloc(&a->graph->arena, (node->op->param_count + 1) * sizeof *params);
    node->params = params;
    return weir_operator_bind_params(node->op, node->arguments, node->argument_count,
                                     &a->graph->arena, params, a->culprit, a->err);
}

static int (*const adders[WEIR_VERB_COUNT_OF])(struct weir_adding *a) = {
    [WEIR_VERB_INPUT] = weir_add_input,
    [WEIR_VERB_SINK] = weir_add_sink,
    [WEIR_VERB_CODEC] = weir_add_codec,
    [WEIR_VERB_MAP] = weir_add_map,
    [WEIR_VERB_EXTEND] = weir_add_map,
    [WEIR_VERB_FLAT_MAP] = weir_add_flat_map,
    [WEIR_VERB_FLAT_MAP_VALUES] = weir_add_flat_map,
    [WEIR_VERB_FILTER] = weir_add_filter,
    [WEIR_VERB_MAP_VALUES] = weir_add_map_values,
    [WEIR_VERB_GLOM] = weir_add_glom,
    [WEIR_VERB_MAP_PARTITIONS] = weir_add_map_partitions,
    [WEIR_VERB_COUNT] = weir_add_count,
    [WEIR_VERB_COUNT_BY_VALUE] = weir_add_count,
    [WEIR_VERB_COUNT_BY_WINDOW] = weir_add_count,
    [WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW] = weir_add_count,
    [WEIR_VERB_REDUCE] = weir_add_reduce,
    [WEIR_VERB_REDUCE_BY_KEY] = weir_add_reduce,
    [WEIR_VERB_REDUCE_BY_WINDOW] = weir_add_reduce,
    [WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW] = weir_add_reduce,
    [WEIR_VERB_GROUP_BY_KEY] = weir_add_group,
    [WEIR_VERB_GROUP_BY_KEY_AND_WINDOW] = weir_add_group,
    [WEIR_VERB_COMBINE_BY_KEY] = weir_add_combine,
    [WEIR_VERB_AGGREGATE] = weir_add_aggregate,
    [WEIR_VERB_REPARTITION] = weir_add_number,
    [WEIR_VERB_TOP] = weir_add_number,
    [WEIR_VERB_LIMIT] = weir_add_number,
    [WEIR_VERB_WINDOW] = weir_add_same,
    [WEIR_VERB_SORT] = weir_add_same,
    [WEIR_VERB_DISTINCT] = weir_add_same,
    [WEIR_VERB_PERSIST] = weir_add_same,
    [WEIR_VERB_CHECKPOINT] = weir_add_same,
    [WEIR_VERB_UNION] = weir_add_union,
    [WEIR_VERB_JOIN] = weir_add_join,
    [WEIR_VERB_SEMI_JOIN] = weir_add_join,
    [WEIR_VERB_ANTI_JOIN] = weir_add_join,
    [WEIR_VERB_LEFT_OUTER_JOIN] = weir_add_pair_join,
    [WEIR_VERB_RIGHT_OUTER_JOIN] = weir_add_pair_join,
    [WEIR_VERB_FULL_OUTER_JOIN] = weir_add_pair_join,
    [WEIR_VERB_COGROUP] = weir_add_pair_join,
    [WEIR_VERB_CARTESIAN] = weir_add_cartesian,
    [WEIR_VERB_TRANSFORM] = weir_add_transform,
    [WEIR_VERB_NONE] = weir_add_transform,
    [WEIR_VERB_UPDATE_STATE_BY_KEY] = weir_add_state,
    [WEIR_VERB_MAP_WITH_STATE] = weir_add_state,
    [WEIR_VERB_STATE_SNAPSHOTS] = weir_add_snapshots,
};

static bool is_pair(const struct weir_type *schema)
{
    return schema->field_count == 2 && strcmp(schema->fields[0].name, "key") == 0 &&
           strcmp(schema->fields[1].name, "value") == 0;
}

/* How many streams and tables a verb reads. */
static void input_range(enum weir_verb verb, uint32_t *least, uint32_t *most)
{
    bool is_join = verb >= WEIR_VERB_JOIN && verb <= WEIR_VERB_COGROUP; /* all kinds of them */
    *least = *most = 1;
    if (verb == WEIR_VERB_INPUT) {
        *least = *most = 0;
    } else if (verb == WEIR_VERB_UNION || verb == WEIR_VERB_TRANSFORM) {
        *least = 2;
        *most = WEIR_NODES_MAX;
    } else if (is_join || verb == WEIR_VERB_CARTESIAN) {
        *least = *most = 2;
    } else if ((weir_verb_flags(verb) & WEIR_VERB_IS_STATE) != 0) {
        *most = 2;
    }
}

/* What is known of all inputs together. A table has no slide: it is there in every batch. */
static int read_inputs(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    bool has_stream = false;
    node->is_static = node->verb == WEIR_VERB_INPUT ? node->is_static : true;
    for (uint32_t i = 0; i < node->input_count; i++) {
        if (node->inputs[i] >= a->graph->node_count ||
            a->graph->nodes[node->inputs[i]].verb == WEIR_VERB_SINK) {
            return weir_add_refuse(a, "reads a stream that is not there");
        }
        const struct weir_node *input = &a->graph->nodes[node->inputs[i]];
        if (input->in_transform && !node->in_transform &&
            (node->verb != WEIR_VERB_TRANSFORM || i > 0)) {
            return weir_add_refuse(a, "reads a part of a transform");
        }
        node->is_finite = node->is_finite && input->is_finite;
        node->is_static = node->is_static && input->is_static;
        if (!input->is_static && !has_stream) {
            has_stream = true;
            node->slide_us = input->slide_us;
        }
        a->in = i == 0 ? input->schema : a->in;
    }
    return WEIR_OK;
}

static bool is_timed(const struct weir_node *node)
{
    uint32_t flags = weir_verb_flags(node->verb);
    return (flags & WEIR_VERB_IS_STATE) != 0 ||
           ((flags & WEIR_VERB_IS_WINDOWED) != 0 &&
            (node->verb != WEIR_VERB_AGGREGATE || node->length_us != 0));
}

/* Windows have both durations, nothing else has; what remembers works on streams alone. */
static int check_time(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    bool needs_stream = is_timed(node) || node->verb == WEIR_VERB_SINK ||
                        node->verb == WEIR_VERB_TRANSFORM || node->verb == WEIR_VERB_CHECKPOINT;
    if (needs_stream && node->is_static) {
        return weir_add_refuse(a, "needs a stream; here is a table, which has no batches");
    }
    bool is_outside = is_timed(node) || node->verb == WEIR_VERB_INPUT ||
                      node->verb == WEIR_VERB_SINK || node->verb == WEIR_VERB_TRANSFORM ||
                      node->verb == WEIR_VERB_CHECKPOINT || node->verb == WEIR_VERB_STATE_SNAPSHOTS;
    if (node->in_transform && is_outside) {
        return weir_add_refuse(a, "does not stand in a transform: do it before or after");
    }
    if (!node->in_transform &&
        (node->verb == WEIR_VERB_CARTESIAN || node->verb == WEIR_VERB_NONE)) {
        return weir_add_refuse(a, "stands only in a transform");
    }
    if (is_timed(node) && (weir_verb_flags(node->verb) & WEIR_VERB_IS_WINDOWED) != 0) {
        if (node->length_us <= 0 || node->window_slide_us <= 0) {
            return weir_add_refuse(a, "length and slide must be longer than 0");
        }
        node->slide_us = node->window_slide_us;
    }
    return node->every_us >= 0 ? WEIR_OK : weir_add_refuse(a, "every= is longer than 0");
}

/* Number and kind of inputs, and what is the same for all verbs. */
static int check_inputs(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    uint32_t least, most;
    input_range(node->verb, &least, &most);
    if (node->input_count < least || node->input_count > most) {
        return weir_add_refuse(a, "wrong number of streams to read");
    }
    node->slide_us = a->graph->batch_us;
    node->is_finite = node->verb != WEIR_VERB_INPUT;
    WEIR_TRY(read_inputs(a));
    WEIR_TRY(check_time(a));
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_PAIR) != 0 &&
        (a->in == NULL || !is_pair(a->in))) {
        return weir_add_refuse(a, "needs a stream with the fields key and value");
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
    node.params = node.inverse_params = NULL; /* computed, whatever the draft says */
    node.members = NULL;
    node.state = NULL;
    struct weir_adding a = {graph, &node, NULL, culprit, err};
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
    WEIR_TRY(weir_add_fits(&a));
    node.id = graph->node_count;
    node.is_pair = is_pair(node.schema);
    append(graph, &node);
    *id = node.id;
    return WEIR_OK;
}
