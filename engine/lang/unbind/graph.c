/* SPDX-License-Identifier: Apache-2.0 */
/* A graph back to statements. The binder numbers nodes in the order of the text, so runs of nodes
 * that read each other are pipes again, in the same order. A stream that is read from elsewhere
 * needs a name; graphs that were made from text have them. */
#include "lang/unbind/graph.h"

#include "lang/bind/bind.h"

#include <string.h>

#define NO_NODE UINT32_MAX

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

/* Which operands the binder may have put a map before: those whose fields stand in an order. */
static bool orders_operands(const struct weir_node *node)
{
    bool is_join = node->verb >= WEIR_VERB_JOIN && node->verb <= WEIR_VERB_COGROUP;
    return node->verb == WEIR_VERB_UNION || (is_join && node->on_count == 0) ||
           (weir_verb_flags(node->verb) & WEIR_VERB_IS_STATE) != 0;
}

static void find_reorders(struct weir_unbind *u)
{
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        for (uint32_t k = 0; k < node->input_count; k++) {
            u->readers[node->inputs[k]]++;
        }
    }
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        for (uint32_t k = 1; orders_operands(node) && k < node->input_count; k++) {
            const struct weir_node *operand = &u->graph->nodes[node->inputs[k]];
            u->is_reorder[operand->id] =
                u->readers[operand->id] == 1 && only_reorders(u->graph, operand);
        }
    }
}

static bool is_name_used(const struct weir_unbind *u, const char *name)
{
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        if (u->names[i] != NULL && strcmp(u->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void need_name(struct weir_unbind *u, uint32_t node)
{
    for (uint32_t n = node + 1; u->names[node] == NULL; n++) {
        const char *name = weir_arena_printf(&u->arena, "s%u", n);
        if (!is_name_used(u, name)) {
            u->names[node] = name;
        }
    }
}

uint32_t weir_unbind_operand(const struct weir_unbind *u, uint32_t node)
{
    return u->is_reorder[node] ? u->graph->nodes[node].inputs[0] : node;
}

/* The nodes of a transform's body stand right before it. */
static uint32_t body_begin(const struct weir_graph *graph, uint32_t transform)
{
    uint32_t begin = transform;
    while (begin > 0 && graph->nodes[begin - 1].in_transform) {
        begin--;
    }
    return begin;
}

/* The stream that a body begins with; NO_NODE: the subject. */
static uint32_t body_head(const struct weir_unbind *u, uint32_t transform)
{
    const struct weir_node *node = &u->graph->nodes[transform];
    uint32_t begin = body_begin(u->graph, transform);
    while (begin < transform && u->is_reorder[begin]) {
        begin++;
    }
    if (begin == transform) {
        return node->inputs[0];
    }
    uint32_t head = u->graph->nodes[begin].inputs[0];
    return head == node->inputs[1] ? NO_NODE : head;
}

/* The stream that a stage continues. */
static uint32_t subject_of(const struct weir_node *node)
{
    return node->input_count == 0 ? NO_NODE
                                  : node->inputs[node->verb == WEIR_VERB_TRANSFORM ? 1 : 0];
}

static void need_operands(struct weir_unbind *u, const struct weir_node *node)
{
    for (uint32_t k = node->verb == WEIR_VERB_TRANSFORM ? 2 : 1; k < node->input_count; k++) {
        need_name(u, weir_unbind_operand(u, node->inputs[k]));
    }
    if (node->verb == WEIR_VERB_TRANSFORM && body_head(u, node->id) != NO_NODE) {
        need_name(u, body_head(u, node->id));
    }
}

/* The same walk as put_nodes, but only for names. */
static void find_names(struct weir_unbind *u)
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
        need_operands(u, node);
        if (node->in_transform) {
            continue;
        }
        uint32_t subject = subject_of(node);
        bool goes_on = subject != NO_NODE && subject == last;
        if (!goes_on && last != NO_NODE && u->graph->nodes[last].verb != WEIR_VERB_SINK) {
            need_name(u, last);
        }
        if (!goes_on && subject != NO_NODE) {
            need_name(u, subject);
        }
        last = i;
    }
    if (last != NO_NODE && u->graph->nodes[last].verb != WEIR_VERB_SINK) {
        need_name(u, last);
    }
}

/* ---- stages ---- */

static struct weir_ast_stage *put_stage(struct weir_unbind *u, struct weir_ast_pipe *pipe)
{
    struct weir_ast_stage *stage = weir_arena_alloc(&u->arena, sizeof *stage);
    weir_ast_pipe_append(pipe, stage);
    return stage;
}

/* The body as stages behind the subject, or behind the stream that it begins with. */
static struct weir_ast_pipe *block_of(struct weir_unbind *u, const struct weir_node *transform)
{
    struct weir_ast_pipe *pipe = weir_arena_alloc(&u->arena, sizeof *pipe);
    uint32_t head = body_head(u, transform->id);
    if (head != NO_NODE) {
        put_stage(u, pipe)->name = weir_unbind_str(u->names[head]);
    }
    for (uint32_t i = body_begin(u->graph, transform->id); i < transform->id; i++) {
        if (!u->is_reorder[i]) {
            weir_unbind_stage(u, &u->graph->nodes[i], put_stage(u, pipe));
        }
    }
    return pipe;
}

static void put_node(struct weir_unbind *u, const struct weir_node *node)
{
    struct weir_ast_stage *stage = put_stage(u, u->now->pipe);
    weir_unbind_stage(u, node, stage);
    if (node->verb == WEIR_VERB_TRANSFORM) {
        stage->block = block_of(u, node);
    }
}

/* ---- statements ---- */

static struct weir_ast_statement *put_statement(struct weir_unbind *u,
                                                enum weir_ast_statement_kind kind)
{
    struct weir_ast_statement *statement = weir_arena_alloc(&u->arena, sizeof *statement);
    statement->kind = kind;
    weir_ast_program_append(&u->program, statement);
    return statement;
}

/* A named stream at the end of a pipe is written `NAME = pipe`. */
static void end_pipe(struct weir_unbind *u)
{
    if (u->now == NULL || u->graph->nodes[u->last].verb == WEIR_VERB_SINK) {
        return;
    }
    struct weir_ast_stage *stage = u->now->pipe->last;
    if (u->now->kind == WEIR_AST_PIPE) {
        u->now->kind = WEIR_AST_NAMED_PIPE;
    }
    u->now->name = stage->as_name;
    stage->as_name = weir_unbind_str(NULL);
}

static void begin_pipe(struct weir_unbind *u, const struct weir_node *node, uint32_t subject)
{
    bool is_table = node->verb == WEIR_VERB_INPUT && node->is_static;
    end_pipe(u);
    u->now = put_statement(u, is_table ? WEIR_AST_TABLE : WEIR_AST_PIPE);
    u->now->pipe = weir_arena_alloc(&u->arena, sizeof *u->now->pipe);
    if (subject != NO_NODE) {
        put_stage(u, u->now->pipe)->name = weir_unbind_str(u->names[subject]);
    }
}

static void put_nodes(struct weir_unbind *u)
{
    u->last = NO_NODE;
    for (uint32_t i = 0; i < u->graph->node_count; i++) {
        const struct weir_node *node = &u->graph->nodes[i];
        if (u->is_reorder[i] || node->in_transform) {
            continue;
        }
        uint32_t subject = subject_of(node);
        if (u->last == NO_NODE || subject != u->last) {
            begin_pipe(u, node, subject);
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

static void put_job(struct weir_unbind *u)
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
static void put_native(struct weir_unbind *u,
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

static void put_uses(struct weir_unbind *u)
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
    struct weir_unbind u = {.graph = graph};
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
