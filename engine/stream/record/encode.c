/* SPDX-License-Identifier: Apache-2.0 */
/* Graph to record. What a graph record holds must make sense in another process and in a later
 * version: names, signatures and constants, never pointers, aliases or types. */
#include "stream/record/encode.h"

#include "stream/record/more.h"
#include "stream/record/record.h"

#include <string.h>

void weir_encode_name(struct weir_text *to, const char *name)
{
    if (name == NULL) {
        weir_pack_nil(to);
    } else {
        weir_pack_str(to, weir_str_of(name));
    }
}

/* ---- operators: each once, by number ---- */

static weir_str address_of(const struct weir_operator *const *op)
{
    return (weir_str){(const char *)op, sizeof *op};
}

static void note_operator(struct weir_encoding *e, const struct weir_operator *op)
{
    if (op == NULL || weir_map_get(&e->numbers, address_of(&op)) != NULL) {
        return;
    }
    WEIR_GROW(e->ops, e->count, e->capacity);
    e->ops[e->count++] = op;
    uint32_t *number = weir_alloc(sizeof *number);
    *number = e->count - 1;
    weir_map_put(&e->numbers, address_of(&op), number);
}

static void note_expr(struct weir_encoding *e, const struct weir_expr *expr)
{
    note_operator(e, expr->op);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        note_expr(e, expr->args[i]);
    }
}

static void note_operators(struct weir_encoding *e)
{
    for (uint32_t i = 0; i < e->graph->node_count; i++) {
        const struct weir_node *node = &e->graph->nodes[i];
        note_operator(e, node->op);
        note_operator(e, node->inverse);
        if (node->filter != NULL) {
            note_expr(e, node->filter);
        }
        if (node->partitioner != NULL) {
            note_expr(e, node->partitioner);
        }
        for (uint32_t k = 0; k < node->item_count; k++) {
            note_expr(e, node->items[k].expr);
        }
    }
}

void weir_encode_operator(struct weir_encoding *e, const struct weir_operator *op)
{
    if (op == NULL) {
        weir_pack_nil(e->to);
        return;
    }
    const uint32_t *number = weir_map_get(&e->numbers, address_of(&op));
    WEIR_ASSERT(number != NULL);
    weir_pack_i64(e->to, *number);
}

static void pack_operators(struct weir_encoding *e)
{
    weir_pack_array(e->to, e->count);
    for (uint32_t i = 0; i < e->count; i++) {
        weir_pack_array(e->to, WEIR_RECORD_OPERATOR_PARTS);
        weir_pack_i64(e->to, (int64_t)e->ops[i]->kind);
        weir_encode_name(e->to, e->ops[i]->canonical);
        weir_encode_name(e->to, e->ops[i]->signature);
        weir_encode_name(e->to, e->ops[i]->plugin->version);
    }
}

/* ---- expressions ---- */

static void pack_arguments(struct weir_text *to,
                           const struct weir_argument *arguments,
                           uint32_t count)
{
    weir_pack_array(to, count);
    for (uint32_t i = 0; i < count; i++) {
        weir_pack_array(to, 2);
        weir_encode_name(to, arguments[i].name);
        weir_pack_value(to, &arguments[i].value);
    }
}

/* What stands between an expression's kind and its parts: [kind, own..., [part...]]. */
static void pack_expr_own(struct weir_encoding *e, const struct weir_expr *expr)
{
    switch (expr->kind) {
    case WEIR_EXPR_FIELD:
    case WEIR_EXPR_MEMBER:
        weir_pack_i64(e->to, expr->field);
        break;
    case WEIR_EXPR_CONST:
        weir_pack_array(e->to, 2);
        weir_pack_value(e->to, &expr->value);
        weir_pack_bool(e->to, expr->is_after_zero);
        break;
    case WEIR_EXPR_CALL:
        weir_pack_array(e->to, 2);
        weir_encode_operator(e, expr->op);
        pack_arguments(e->to, expr->arguments, expr->argument_count);
        break;
    case WEIR_EXPR_STRUCT:
        weir_pack_array(e->to, expr->arg_count);
        for (uint32_t i = 0; i < expr->arg_count; i++) {
            weir_encode_name(e->to, expr->type->fields[i].name);
        }
        break;
    case WEIR_EXPR_AND:
    case WEIR_EXPR_OR:
    case WEIR_EXPR_COALESCE:
    case WEIR_EXPR_INDEX:
    case WEIR_EXPR_LIST:
    case WEIR_EXPR_BATCH_TIME:
        weir_pack_nil(e->to);
        break;
    }
}

/* Trees are at most WEIR_EXPR_DEPTH_MAX deep. */
void weir_encode_expr(struct weir_encoding *e, const struct weir_expr *expr)
{
    weir_pack_array(e->to, 3);
    weir_pack_i64(e->to, (int64_t)expr->kind);
    pack_expr_own(e, expr);
    weir_pack_array(e->to, expr->arg_count);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        weir_encode_expr(e, expr->args[i]);
    }
}

/* ---- nodes ---- */

void weir_encode_numbers(struct weir_text *to, const uint32_t *numbers, uint32_t count)
{
    weir_pack_array(to, count);
    for (uint32_t i = 0; i < count; i++) {
        weir_pack_i64(to, numbers[i]);
    }
}

static void pack_items(struct weir_encoding *e, const struct weir_node *node)
{
    weir_pack_array(e->to, node->item_count);
    for (uint32_t i = 0; i < node->item_count; i++) {
        weir_pack_array(e->to, 2);
        weir_encode_name(e->to, node->items[i].name);
        weir_encode_expr(e, node->items[i].expr);
    }
}

static void pack_schema(struct weir_encoding *e, const struct weir_node *node)
{
    if (node->verb != WEIR_VERB_INPUT) {
        weir_pack_nil(e->to);
        return;
    }
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(node->schema, &text);
    weir_pack_str(e->to, weir_text_str(&text));
    weir_text_finish(&text);
}

static void pack_node(struct weir_encoding *e, const struct weir_node *node)
{
    weir_pack_array(e->to, WEIR_RECORD_NODE_PARTS);
    weir_pack_i64(e->to, (int64_t)node->verb);
    weir_encode_name(e->to, node->name);
    weir_encode_name(e->to, node->op_alias);
    weir_encode_numbers(e->to, node->inputs, node->input_count);
    pack_items(e, node);
    weir_pack_i64(e->to, node->emit_item);
    weir_encode_operator(e, node->op);
    pack_arguments(e->to, node->arguments, node->argument_count);
    weir_pack_i64(e->to, node->n);
    weir_encode_numbers(e->to, node->by, node->by_count);
    weir_pack_bool(e->to, node->is_descending);
    weir_pack_i64(e->to, node->partitions);
    weir_pack_i64(e->to, node->length_us);
    weir_pack_i64(e->to, node->window_slide_us);
    pack_schema(e, node);
    weir_encode_more(e, node);
}

/* ---- the whole ---- */

static void pack_settings(struct weir_encoding *e)
{
    weir_pack_array(e->to, e->graph->setting_count);
    for (uint32_t i = 0; i < e->graph->setting_count; i++) {
        weir_pack_array(e->to, 2);
        weir_encode_name(e->to, e->graph->settings[i].name);
        weir_pack_value(e->to, &e->graph->settings[i].value);
    }
}

static void pack_uses(struct weir_encoding *e)
{
    weir_pack_array(e->to, e->graph->use_count);
    for (uint32_t i = 0; i < e->graph->use_count; i++) {
        const struct weir_use *use = &e->graph->uses[i];
        weir_pack_array(e->to, WEIR_RECORD_USE_PARTS);
        weir_encode_name(e->to, use->name);
        weir_encode_name(e->to, use->alias);
        weir_encode_name(e->to, use->path);
        weir_encode_name(e->to, use->id);
        weir_encode_name(e->to, use->version);
        weir_encode_name(e->to, use->sha256);
        weir_encode_name(e->to, use->prototypes);
        weir_pack_bool(e->to, use->is_serial);
    }
}

static void pack_graph(struct weir_encoding *e)
{
    weir_pack_map(e->to, WEIR_RECORD_KEYS);
    weir_pack_key(e->to, "weir_graph");
    weir_pack_i64(e->to, WEIR_RECORD_VERSION);
    weir_pack_key(e->to, "job");
    weir_encode_name(e->to, e->graph->job);
    weir_pack_key(e->to, "batch_us");
    weir_pack_i64(e->to, e->graph->batch_us);
    weir_pack_key(e->to, "partitions");
    weir_pack_i64(e->to, e->graph->partitions);
    weir_pack_key(e->to, "settings");
    pack_settings(e);
    weir_pack_key(e->to, "uses");
    pack_uses(e);
    weir_pack_key(e->to, "operators");
    pack_operators(e);
    weir_pack_key(e->to, "nodes");
    weir_pack_array(e->to, e->graph->node_count);
    for (uint32_t i = 0; i < e->graph->node_count; i++) {
        pack_node(e, &e->graph->nodes[i]);
    }
}

void weir_graph_encode(const struct weir_graph *graph, struct weir_text *to)
{
    struct weir_encoding e = {.to = to, .graph = graph};
    weir_map_init(&e.numbers);
    note_operators(&e);
    pack_graph(&e);
    for (size_t i = 0; i < e.numbers.count; i++) {
        weir_free(e.numbers.entries[i].value);
    }
    weir_map_finish(&e.numbers);
    weir_free(e.ops);
}
