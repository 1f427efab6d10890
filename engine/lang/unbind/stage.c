/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind a verb or operator: values, then options, so that the binder makes the same
 * node of it. What a verb does by itself is not said. */
#include "lang/unbind/graph.h"

#include <string.h>

static const char *alias_of(const struct weir_node *node)
{
    return node->op_alias != NULL ? node->op_alias : node->op->plugin->alias;
}

/* The record that the node's expressions and fields speak of. */
static const struct weir_type *input_of(const struct weir_unbind *u, const struct weir_node *node)
{
    return u->graph->nodes[node->inputs[0]].schema;
}

static bool is_bare(const struct weir_unbind *u,
                    const struct weir_node *node,
                    const struct weir_item *item)
{
    const struct weir_type *input = input_of(u, node);
    return item->name == NULL || node->verb == WEIR_VERB_MAP_VALUES ||
           node->verb == WEIR_VERB_FLAT_MAP_VALUES ||
           (item->expr->kind == WEIR_EXPR_FIELD &&
            strcmp(input->fields[item->expr->field].name, item->name) == 0);
}

static void put_items(struct weir_unbind *u,
                      const struct weir_node *node,
                      struct weir_ast_items *items)
{
    /* the key of flat_map_values goes without saying */
    for (uint32_t i = node->verb == WEIR_VERB_FLAT_MAP_VALUES ? 1 : 0; i < node->item_count; i++) {
        const struct weir_item *item = &node->items[i];
        weir_unbind_add(&u->arena, items, is_bare(u, node, item) ? NULL : item->name,
                        weir_unbind_expr(&u->arena, input_of(u, node), item->expr));
    }
}

static struct weir_ast_expr *operator_text(struct weir_unbind *u,
                                           const struct weir_operator *op,
                                           const char *alias,
                                           const struct weir_argument *arguments,
                                           uint32_t count)
{
    struct weir_ast_expr *text = weir_unbind_name(&u->arena, op->name);
    if (count > 0) {
        text->kind = WEIR_AST_CALL;
        text->alias = weir_unbind_str(alias);
        weir_unbind_arguments(&u->arena, op, arguments, count, false, &text->items);
    } else if (alias[0] != '\0') {
        text->kind = WEIR_AST_MEMBER;
        text->left = weir_unbind_name(&u->arena, alias);
    }
    return text;
}

/* A field, or a list of them. */
static struct weir_ast_expr *fields_text(struct weir_unbind *u,
                                         const struct weir_type *input,
                                         const uint32_t *fields,
                                         uint32_t count)
{
    if (count == 1) {
        return weir_unbind_name(&u->arena, input->fields[fields[0]].name);
    }
    struct weir_ast_expr *list = weir_unbind_leaf(&u->arena, WEIR_AST_LIST);
    for (uint32_t i = 0; i < count; i++) {
        weir_unbind_add(&u->arena, &list->items, NULL,
                        weir_unbind_name(&u->arena, input->fields[fields[i]].name));
    }
    return list;
}

static void put_name(struct weir_unbind *u, struct weir_ast_items *items, uint32_t node)
{
    weir_unbind_add(&u->arena, items, NULL,
                    weir_unbind_name(&u->arena, u->names[weir_unbind_operand(u, node)]));
}

/* Other streams: values, but the initial states of a state verb. */
static void put_operands(struct weir_unbind *u,
                         const struct weir_node *node,
                         struct weir_ast_items *items)
{
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_STATE) != 0) {
        return;
    }
    /* transform: its body, then the subject, then the others */
    for (uint32_t k = node->verb == WEIR_VERB_TRANSFORM ? 2 : 1; k < node->input_count; k++) {
        put_name(u, items, node->inputs[k]);
    }
}

static void put_duration(struct weir_unbind *u,
                         struct weir_ast_items *items,
                         const char *name,
                         int64_t us)
{
    if (us > 0) {
        weir_unbind_add_option(&u->arena, items, name, weir_unbind_duration(&u->arena, us));
    }
}

static void put_on(struct weir_unbind *u,
                   const struct weir_node *node,
                   struct weir_ast_items *items)
{
    const struct weir_type *left = input_of(u, node);
    const struct weir_type *right = u->graph->nodes[node->inputs[1]].schema;
    bool is_same = true;
    for (uint32_t i = 0; i < node->on_count; i++) {
        is_same = is_same && strcmp(left->fields[node->on_left[i]].name,
                                    right->fields[node->on_right[i]].name) == 0;
    }
    struct weir_ast_expr *on;
    if (is_same) {
        on = fields_text(u, left, node->on_left, node->on_count);
    } else {
        on = weir_unbind_leaf(&u->arena, WEIR_AST_STRUCT);
        for (uint32_t i = 0; i < node->on_count; i++) {
            weir_unbind_add(&u->arena, &on->items, left->fields[node->on_left[i]].name,
                            weir_unbind_name(&u->arena, right->fields[node->on_right[i]].name));
        }
    }
    weir_unbind_add_option(&u->arena, items, "on", on);
    if (node->suffix != NULL) {
        weir_unbind_add_option(&u->arena, items, "suffix",
                               weir_unbind_text(&u->arena, weir_str_of(node->suffix)));
    }
}

/* Would the binder make the window incremental if nothing were said? */
static bool is_incremental_by_itself(const struct weir_node *node)
{
    if (node->op != NULL) {
        return node->op->inverse != NULL;
    }
    bool is_it = node->verb == WEIR_VERB_COUNT_BY_WINDOW ||
                 node->verb == WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW ||
                 node->verb == WEIR_VERB_AGGREGATE;
    for (uint32_t i = 0; node->verb == WEIR_VERB_AGGREGATE && i < node->item_count; i++) {
        is_it = is_it && node->items[i].expr->op->aggregate->remove != NULL;
    }
    return is_it;
}

static void put_window(struct weir_unbind *u,
                       const struct weir_node *node,
                       struct weir_ast_items *items)
{
    if (node->length_us == 0) {
        return;
    }
    put_duration(u, items, "length", node->length_us);
    if (node->window_slide_us != u->graph->nodes[node->inputs[0]].slide_us) {
        put_duration(u, items, "slide", node->window_slide_us);
    }
    if (node->inverse != NULL) {
        const char *alias =
            node->inverse_alias != NULL ? node->inverse_alias : node->inverse->plugin->alias;
        weir_unbind_add_option(&u->arena, items, "inverse",
                               operator_text(u, node->inverse, alias, NULL, 0));
    } else if (!node->is_incremental && is_incremental_by_itself(node)) {
        weir_unbind_add_option(&u->arena, items, "inverse", weir_unbind_name(&u->arena, "none"));
    }
    if (node->filter != NULL) {
        weir_unbind_add_option(&u->arena, items, "filter",
                               weir_unbind_expr(&u->arena, input_of(u, node), node->filter));
    }
}

static void put_options(struct weir_unbind *u,
                        const struct weir_node *node,
                        struct weir_ast_items *items)
{
    if (node->by_count > 0) {
        weir_unbind_add_option(&u->arena, items, "by",
                               fields_text(u, input_of(u, node), node->by, node->by_count));
    }
    if (node->is_descending && node->verb == WEIR_VERB_SORT) {
        struct weir_ast_expr *truth = weir_unbind_leaf(&u->arena, WEIR_AST_BOOL);
        truth->i64 = 1;
        weir_unbind_add_option(&u->arena, items, "desc", truth);
    }
    if (node->on_count > 0) {
        put_on(u, node, items);
    }
    put_window(u, node, items);
    put_duration(u, items, "timeout", node->timeout_us);
    if ((weir_verb_flags(node->verb) & WEIR_VERB_IS_STATE) != 0 && node->input_count > 1) {
        weir_unbind_add_option(
            &u->arena, items, "initial",
            weir_unbind_name(&u->arena, u->names[weir_unbind_operand(u, node->inputs[1])]));
    }
    if (node->verb != WEIR_VERB_CHECKPOINT) {
        put_duration(u, items, "every", node->every_us);
    }
    if (node->stops_on_bad) {
        weir_unbind_add_option(&u->arena, items, "on_error", weir_unbind_name(&u->arena, "stop"));
    }
    if (node->partitions > 0) {
        weir_unbind_add_option(&u->arena, items, "partitions",
                               weir_unbind_number(&u->arena, node->partitions));
    }
    if (node->partitioner != NULL) {
        weir_unbind_add_option(&u->arena, items, "partitioner",
                               weir_unbind_expr(&u->arena, input_of(u, node), node->partitioner));
    }
}

static void put_values(struct weir_unbind *u,
                       const struct weir_node *node,
                       struct weir_ast_items *items)
{
    if (node->verb == WEIR_VERB_INPUT || node->verb == WEIR_VERB_SINK) {
        weir_unbind_arguments(&u->arena, node->op, node->arguments, node->argument_count, true,
                              items);
        put_duration(u, items, "reload", node->table_reload_us);
        return;
    }
    if (node->verb == WEIR_VERB_CODEC) {
        weir_unbind_codec(&u->arena, input_of(u, node), node, items);
        return;
    }
    put_items(u, node, items);
    if (node->op != NULL) {
        weir_unbind_add(
            &u->arena, items, NULL,
            operator_text(u, node->op, alias_of(node), node->arguments, node->argument_count));
    }
    put_operands(u, node, items);
    if (node->n > 0) {
        weir_unbind_add(&u->arena, items, NULL, weir_unbind_number(&u->arena, node->n));
    }
    if (node->level != NULL) {
        weir_unbind_add(&u->arena, items, NULL,
                        weir_unbind_text(&u->arena, weir_str_of(node->level)));
    }
    if (node->verb == WEIR_VERB_CHECKPOINT) {
        weir_unbind_add(&u->arena, items, NULL, weir_unbind_duration(&u->arena, node->every_us));
    }
    put_options(u, node, items);
}

void weir_unbind_stage(struct weir_unbind *u,
                       const struct weir_node *node,
                       struct weir_ast_stage *stage)
{
    if (weir_verb_name(node->verb)[0] == '\0') { /* an input, an output, a codec */
        stage->alias = weir_unbind_str(alias_of(node));
        stage->name = weir_unbind_str(node->op->name);
    } else {
        stage->name = weir_unbind_str(weir_verb_name(node->verb));
    }
    put_values(u, node, &stage->items);
    stage->as_name = weir_unbind_str(u->names[node->id]);
}
