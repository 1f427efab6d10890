/* SPDX-License-Identifier: Apache-2.0 */
/* A graph back to statements. The binder numbers nodes in the order of the text, so runs of nodes
 * that read each other are pipes again, in the same order. A stream that is read from elsewhere
 * needs a name; graphs that were made from text have them. */
#include "lang/bind/bind.h"
#include "lang/unbind/unbind.h"

#include <string.h>

#define NO_NODE UINT32_MAX

struct unbind {
    const struct weir_graph *graph;
    struct weir_arena arena;
    struct weir_ast_program program;
    const char **names;             /* by node; NULL: it needs none */
    uint32_t *readers;              /* by node: how many edges leave it */
    bool *is_reorder;               /* by node: the map before a union's operand */
    struct weir_ast_statement *now; /* the pipe being written */
    uint32_t last;                  /* its last node */
};

/* ---- what needs a name ---- */

/* A map that only puts fields in another order, as the binder makes it for an operand of union. */
static bool only_reorders(const struct weir_graph *graph, const struct weir_node *node)
{
    if (node->verb != WEIR_VERB_MAP || node->name != NULL ||
        node->item_count != graph->nodes[node->inputs[0]].schema->field_count) {
        return false;
    }
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_expr *expr = node->items[i].expr;
        const struct weir_type *input = graph->nodes[node->inputs[0]].schema;
        if (expr->kind != WEIR_EXPR_FIELD ||
            strcmp(node->items[i].name, input->fields[expr->field].name) != 0) {
            return false;
        }
    }
    return true;
}

static void find_reorders(struct unbind *u)
{
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        for (uint32_t k = 0; k < node->input_count; k++) {
            u->readers[node->inputs[k]]++;
        }
    }
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        for (uint32_t k = 1; node->verb == WEIR_VERB_UNION && k < node->input_count; k++) {
            const struct weir_node *operand = &u->graph->nodes[node->inputs[k]];
            u->is_reorder[operand->id] =
                u->readers[operand->id] == 1 && only_reorders(u->graph, operand);
        }
    }
}

static bool is_name_used(const struct unbind *u, const char *name)
{
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        if (u->names[i] != NULL && strcmp(u->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void need_name(struct unbind *u, uint32_t node)
{
    for (uint32_t n = node + 1; u->names[node] == NULL; n++) {
        const char *name = weir_arena_printf(&u->arena, "s%u", n);
        if (!is_name_used(u, name)) {
            u->names[node] = name;
        }
    }
}

/* The stream that an operand of union is called by. */
static uint32_t operand_of(const struct unbind *u, uint32_t node)
{
    return u->is_reorder[node] ? u->graph->nodes[node].inputs[0] : node;
}

/* The same walk as put_nodes, but only for names. */
static void find_names(struct unbind *u)
{
    uint32_t last = NO_NODE;
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        u->names[i] = u->graph->nodes[i].name;
    }
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        if (u->is_reorder[i]) {
            continue;
        }
        bool goes_on = node->input_count > 0 && node->inputs[0] == last;
        if (!goes_on && last != NO_NODE && u->graph->nodes[last].verb != WEIR_VERB_SINK) {
            need_name(u, last);
        }
        if (!goes_on && node->input_count > 0) {
            need_name(u, node->inputs[0]);
        }
        for (uint32_t k = 1; k < node->input_count; k++) {
            need_name(u, operand_of(u, node->inputs[k]));
        }
        last = i;
    }
    if (last != NO_NODE && u->graph->nodes[last].verb != WEIR_VERB_SINK) {
        need_name(u, last);
    }
}

/* ---- stages ---- */

static void put_items(struct unbind *u, const struct weir_node *node, struct weir_ast_items *items)
{
    const struct weir_type *input = u->graph->nodes[node->inputs[0]].schema;
    for (uint32_t i = 0; i < node->item_count; i++) {
        const struct weir_item *item = &node->items[i];
        bool is_bare = item->name == NULL || node->verb == WEIR_VERB_MAP_VALUES ||
                       (item->expr->kind == WEIR_EXPR_FIELD &&
                        strcmp(input->fields[item->expr->field].name, item->name) == 0);
        weir_unbind_add(&u->arena, items, is_bare ? NULL : item->name,
                        weir_unbind_expr(&u->arena, input, item->expr));
    }
}

static const char *alias_of(const struct weir_node *node)
{
    return node->op_alias != NULL ? node->op_alias : node->op->plugin->alias;
}

static void put_reducer(struct unbind *u,
                        const struct weir_node *node,
                        struct weir_ast_items *items)
{
    const char *alias = alias_of(node);
    struct weir_ast_expr *reducer = weir_unbind_name(&u->arena, node->op->name);
    if (node->argument_count > 0) {
        reducer->kind = WEIR_AST_CALL;
        reducer->alias = weir_unbind_str(alias);
        weir_unbind_arguments(&u->arena, node->op, node->arguments, node->argument_count, false,
                              &reducer->items);
    } else if (alias[0] != '\0') {
        reducer->kind = WEIR_AST_MEMBER;
        reducer->left = weir_unbind_name(&u->arena, alias);
    }
    weir_unbind_add(&u->arena, items, NULL, reducer);
}

static void put_by(struct unbind *u, const struct weir_node *node, struct weir_ast_items *items)
{
    if (node->by_count == 0) {
        return;
    }
    struct weir_ast_expr *by = weir_unbind_name(&u->arena, node->schema->fields[node->by[0]].name);
    if (node->by_count > 1) {
        by = weir_unbind_leaf(&u->arena, WEIR_AST_LIST);
        for (uint32_t i = 0; i < node->by_count; i++) {
            weir_unbind_add(&u->arena, &by->items, NULL,
                            weir_unbind_name(&u->arena, node->schema->fields[node->by[i]].name));
        }
    }
    weir_unbind_add_option(&u->arena, items, "by", by);
}

static void put_window(struct unbind *u, const struct weir_node *node, struct weir_ast_items *items)
{
    weir_unbind_add_option(&u->arena, items, "length",
                           weir_unbind_duration(&u->arena, node->length_us));
    if (node->window_slide_us != u->graph->nodes[node->inputs[0]].slide_us) {
        weir_unbind_add_option(&u->arena, items, "slide",
                               weir_unbind_duration(&u->arena, node->window_slide_us));
    }
}

/* What stands behind the verb or operator. */
static void put_values(struct unbind *u, const struct weir_node *node, struct weir_ast_items *items)
{
    if (node->verb == WEIR_VERB_INPUT || node->verb == WEIR_VERB_SINK) {
        weir_unbind_arguments(&u->arena, node->op, node->arguments, node->argument_count, true,
                              items);
        return;
    }
    put_items(u, node, items);
    if (node->op != NULL) {
        put_reducer(u, node, items);
    }
    for (uint32_t k = 1; k < node->input_count; k++) {
        weir_unbind_add(&u->arena, items, NULL,
                        weir_unbind_name(&u->arena, u->names[operand_of(u, node->inputs[k])]));
    }
    if (node->n > 0) {
        weir_unbind_add(&u->arena, items, NULL, weir_unbind_number(&u->arena, node->n));
    }
    put_by(u, node, items);
    if (node->verb == WEIR_VERB_WINDOW) {
        put_window(u, node, items);
    }
    if (node->partitions > 0) {
        weir_unbind_add_option(&u->arena, items, "partitions",
                               weir_unbind_number(&u->arena, node->partitions));
    }
}

static struct weir_ast_stage *put_stage(struct unbind *u)
{
    struct weir_ast_stage *stage = weir_arena_alloc(&u->arena, sizeof *stage);
    weir_ast_pipe_append(u->now->pipe, stage);
    return stage;
}

static void put_node(struct unbind *u, const struct weir_node *node)
{
    struct weir_ast_stage *stage = put_stage(u);
    if (node->verb == WEIR_VERB_INPUT || node->verb == WEIR_VERB_SINK) {
        stage->alias = weir_unbind_str(alias_of(node));
        stage->name = weir_unbind_str(node->op->name);
    } else {
        stage->name = weir_unbind_str(weir_verb_name(node->verb));
    }
    put_values(u, node, &stage->items);
    stage->as_name = weir_unbind_str(u->names[node->id]);
}

/* ---- statements ---- */

static struct weir_ast_statement *put_statement(struct unbind *u, enum weir_ast_statement_kind kind)
{
    struct weir_ast_statement *statement = weir_arena_alloc(&u->arena, sizeof *statement);
    statement->kind = kind;
    weir_ast_program_append(&u->program, statement);
    return statement;
}

/* A named stream at the end of a pipe is written `NAME = pipe`. */
static void end_pipe(struct unbind *u)
{
    if (u->now == NULL || u->graph->nodes[u->last].verb == WEIR_VERB_SINK) {
        return;
    }
    struct weir_ast_stage *stage = u->now->pipe->last;
    u->now->kind = WEIR_AST_NAMED_PIPE;
    u->now->name = stage->as_name;
    stage->as_name = weir_unbind_str(NULL);
}

static void put_nodes(struct unbind *u)
{
    u->last = NO_NODE;
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        if (u->is_reorder[i]) {
            continue;
        }
        if (u->last == NO_NODE || node->input_count == 0 || node->inputs[0] != u->last) {
            end_pipe(u);
            u->now = put_statement(u, WEIR_AST_PIPE);
            u->now->pipe = weir_arena_alloc(&u->arena, sizeof *u->now->pipe);
            if (node->input_count > 0) {
                put_stage(u)->name = weir_unbind_str(u->names[node->inputs[0]]);
            }
        }
        put_node(u, node);
        u->last = i;
    }
    end_pipe(u);
}

/* The type of a setting's value, for its unit. */
static const char *setting_type(const char *name)
{
    if (strcmp(name, "batch") == 0 || strcmp(name, "block_interval") == 0) {
        return "duration";
    }
    return strcmp(name, "batch_bytes") == 0 ? "size" : NULL;
}

static void put_job(struct unbind *u)
{
    const struct weir_graph *graph = u->graph;
    if (graph->job == NULL) {
        return;
    }
    struct weir_ast_statement *job = put_statement(u, WEIR_AST_JOB);
    job->name = weir_unbind_str(graph->job);
    for (uint32_t i = 0; i < graph->setting_count; i++) {
        const char *name = graph->settings[i].name;
        weir_unbind_add_option(
            &u->arena, &job->options, name,
            weir_unbind_value(&u->arena, &graph->settings[i].value, setting_type(name)));
    }
}

/* What a `use` with C prototypes has besides. */
static void put_native(struct unbind *u,
                       const struct weir_use *native,
                       struct weir_ast_statement *use)
{
    if (native->is_serial) {
        weir_unbind_add_option(&u->arena, &use->options, "threadsafe",
                               weir_unbind_leaf(&u->arena, WEIR_AST_BOOL)); /* false */
    }
    if (native->prototypes != NULL) {
        use->has_prototypes = true;
        use->prototypes = weir_unbind_str(native->prototypes);
    }
}

static void put_uses(struct unbind *u)
{
    for (uint32_t i = 0; i < u->graph->use_count; i++) {
        struct weir_ast_statement *use = put_statement(u, WEIR_AST_USE);
        use->title = weir_unbind_text(&u->arena, weir_str_of(u->graph->uses[i].name));
        use->name = weir_unbind_str(u->graph->uses[i].alias);
        put_native(u, &u->graph->uses[i], use);
    }
}

void weir_lang_print_graph(const struct weir_graph *graph, struct weir_text *out)
{
    struct unbind u = {.graph = graph};
    size_t count = graph->node_count + 1;
    weir_arena_init(&u.arena);
    u.names = weir_arena_alloc(&u.arena, count * sizeof *u.names);
    u.readers = weir_arena_alloc(&u.arena, count * sizeof *u.readers);
    u.is_reorder = weir_arena_alloc(&u.arena, count * sizeof *u.is_reorder);
    find_reorders(&u);
    find_names(&u);
    put_job(&u);
    put_uses(&u);
    put_nodes(&u);
    weir_ast_print(&u.program, out);
    weir_arena_finish(&u.arena);
}
