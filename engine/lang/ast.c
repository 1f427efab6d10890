/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, operators and equality of trees. Equality compares what was said, not how it was written,
 * so that a printer can be held to "parsing it again gives the same tree". */
#include "lang/ast.h"

#include <string.h>

static const struct {
    const char *text;
    int level;
} ops[] = {
    [WEIR_AST_OP_NONE] = {"", 0},   [WEIR_AST_OP_COALESCE] = {"??", 1},
    [WEIR_AST_OP_OR] = {"or", 2},   [WEIR_AST_OP_AND] = {"and", 3},
    [WEIR_AST_OP_NOT] = {"not", 4}, [WEIR_AST_OP_EQ] = {"==", 5},
    [WEIR_AST_OP_NE] = {"!=", 5},   [WEIR_AST_OP_LT] = {"<", 5},
    [WEIR_AST_OP_LE] = {"<=", 5},   [WEIR_AST_OP_GT] = {">", 5},
    [WEIR_AST_OP_GE] = {">=", 5},   [WEIR_AST_OP_ADD] = {"+", 6},
    [WEIR_AST_OP_SUB] = {"-", 6},   [WEIR_AST_OP_MUL] = {"*", 7},
    [WEIR_AST_OP_DIV] = {"/", 7},   [WEIR_AST_OP_MOD] = {"%", 7},
    [WEIR_AST_OP_NEG] = {"-", 8},
};

const char *weir_ast_op_text(enum weir_ast_op op)
{
    WEIR_ASSERT((size_t)op < sizeof ops / sizeof ops[0]);
    return ops[op].text;
}

int weir_ast_op_level(enum weir_ast_op op)
{
    WEIR_ASSERT((size_t)op < sizeof ops / sizeof ops[0]);
    return ops[op].level;
}

void weir_ast_items_append(struct weir_ast_items *items, struct weir_ast_item *item)
{
    if (items->last == NULL) {
        items->first = item;
    } else {
        items->last->next = item;
    }
    items->last = item;
    items->count++;
}

void weir_ast_pipe_append(struct weir_ast_pipe *pipe, struct weir_ast_stage *stage)
{
    if (pipe->last == NULL) {
        pipe->first = stage;
    } else {
        pipe->last->next = stage;
    }
    pipe->last = stage;
    pipe->count++;
}

void weir_ast_program_append(struct weir_ast_program *program, struct weir_ast_statement *statement)
{
    if (program->last == NULL) {
        program->first = statement;
    } else {
        program->last->next = statement;
    }
    program->last = statement;
    program->count++;
}

static bool text_equal(weir_str a, weir_str b)
{
    return a.count == b.count && (a.count == 0 || memcmp(a.bytes, b.bytes, a.count) == 0);
}

static bool items_equal(const struct weir_ast_items *a, const struct weir_ast_items *b)
{
    const struct weir_ast_item *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        if (x->after_comma != y->after_comma || !text_equal(x->name, y->name) ||
            !weir_ast_expr_equal(x->value, y->value)) {
            return false;
        }
    }
    return x == y;
}

bool weir_ast_type_equal(const struct weir_ast_type *a, const struct weir_ast_type *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    if (a->kind != b->kind || !weir_ast_type_equal(a->element, b->element)) {
        return false;
    }
    const struct weir_ast_field *x = a->fields, *y = b->fields;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        if (!text_equal(x->name, y->name) || !weir_ast_type_equal(x->type, y->type)) {
            return false;
        }
    }
    return x == y;
}

bool weir_ast_expr_equal(const struct weir_ast_expr *a, const struct weir_ast_expr *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    return a->kind == b->kind && a->op == b->op && a->i64 == b->i64 &&
           memcmp(&a->f64, &b->f64, sizeof a->f64) == 0 && text_equal(a->text, b->text) &&
           text_equal(a->alias, b->alias) && items_equal(&a->items, &b->items) &&
           weir_ast_type_equal(a->type, b->type) && weir_ast_expr_equal(a->left, b->left) &&
           weir_ast_expr_equal(a->right, b->right);
}

bool weir_ast_pipe_equal(const struct weir_ast_pipe *a, const struct weir_ast_pipe *b)
{
    if (a == NULL || b == NULL) {
        return a == b;
    }
    const struct weir_ast_stage *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        if (x->is_uri != y->is_uri || !text_equal(x->alias, y->alias) ||
            !text_equal(x->name, y->name) || !text_equal(x->as_name, y->as_name) ||
            !items_equal(&x->items, &y->items) || !weir_ast_pipe_equal(x->block, y->block)) {
            return false;
        }
    }
    return x == y;
}

static bool steps_equal(const struct weir_ast_step *a, const struct weir_ast_step *b)
{
    for (; a != NULL && b != NULL; a = a->next, b = b->next) {
        if (a->is_expect != b->is_expect || !text_equal(a->stream, b->stream) ||
            !weir_ast_expr_equal(a->at, b->at) || !weir_ast_expr_equal(a->records, b->records)) {
            return false;
        }
    }
    return a == b;
}

static bool statement_equal(const struct weir_ast_statement *a, const struct weir_ast_statement *b)
{
    return a->kind == b->kind && text_equal(a->name, b->name) &&
           items_equal(&a->options, &b->options) && weir_ast_type_equal(a->type, b->type) &&
           weir_ast_expr_equal(a->value, b->value) && weir_ast_pipe_equal(a->pipe, b->pipe) &&
           weir_ast_expr_equal(a->title, b->title) && a->has_prototypes == b->has_prototypes &&
           text_equal(a->prototypes, b->prototypes) && steps_equal(a->steps, b->steps);
}

bool weir_ast_equal(const struct weir_ast_program *a, const struct weir_ast_program *b)
{
    const struct weir_ast_statement *x = a->first, *y = b->first;
    for (; x != NULL && y != NULL; x = x->next, y = y->next) {
        if (!statement_equal(x, y)) {
            return false;
        }
    }
    return x == y;
}
