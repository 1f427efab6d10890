/* SPDX-License-Identifier: Apache-2.0 */
/* Typed expressions back to trees. What the binder derived (casts, folded literals) is written out,
 * so that binding the text again derives nothing anew. */
#include "lang/unbind/unbind.h"

#include <string.h>

weir_str weir_unbind_str(const char *text)
{
    return weir_str_of(text == NULL ? "" : text);
}

struct weir_ast_expr *weir_unbind_leaf(struct weir_arena *arena, enum weir_ast_expr_kind kind)
{
    struct weir_ast_expr *leaf = weir_arena_alloc(arena, sizeof *leaf);
    leaf->kind = kind;
    leaf->height = 1;
    return leaf;
}

struct weir_ast_expr *weir_unbind_name(struct weir_arena *arena, const char *name)
{
    struct weir_ast_expr *expr = weir_unbind_leaf(arena, WEIR_AST_NAME);
    expr->text = weir_unbind_str(name);
    return expr;
}

struct weir_ast_expr *weir_unbind_text(struct weir_arena *arena, weir_str text)
{
    struct weir_ast_expr *expr = weir_unbind_leaf(arena, WEIR_AST_STRING);
    expr->text = text;
    return expr;
}

struct weir_ast_expr *weir_unbind_number(struct weir_arena *arena, int64_t number)
{
    struct weir_ast_expr *expr = weir_unbind_leaf(arena, WEIR_AST_INT);
    expr->i64 = number;
    return expr;
}

struct weir_ast_expr *weir_unbind_duration(struct weir_arena *arena, int64_t us)
{
    struct weir_ast_expr *expr = weir_unbind_leaf(arena, WEIR_AST_DURATION);
    expr->i64 = us;
    return expr;
}

static void add_item(struct weir_arena *arena,
                     struct weir_ast_items *items,
                     const char *name,
                     struct weir_ast_expr *value,
                     bool after_comma)
{
    struct weir_ast_item *item = weir_arena_alloc(arena, sizeof *item);
    item->name = weir_unbind_str(name);
    item->value = value;
    item->after_comma = after_comma;
    weir_ast_items_append(items, item);
}

void weir_unbind_add(struct weir_arena *arena,
                     struct weir_ast_items *items,
                     const char *name,
                     struct weir_ast_expr *value)
{
    add_item(arena, items, name, value, true);
}

void weir_unbind_add_option(struct weir_arena *arena,
                            struct weir_ast_items *items,
                            const char *name,
                            struct weir_ast_expr *value)
{
    add_item(arena, items, name, value, false);
}

static struct weir_ast_expr *number_value(struct weir_arena *arena,
                                          const struct weir_value *value,
                                          const char *param_type)
{
    enum weir_ast_expr_kind kind = WEIR_AST_INT;
    if (param_type != NULL && strcmp(param_type, "duration") == 0) {
        kind = WEIR_AST_DURATION;
    } else if (param_type != NULL && strcmp(param_type, "size") == 0) {
        kind = WEIR_AST_SIZE;
    }
    struct weir_ast_expr *expr = weir_unbind_leaf(arena, kind);
    expr->i64 = value->i64;
    return expr;
}

struct weir_ast_expr *weir_unbind_value(struct weir_arena *arena,
                                        const struct weir_value *value,
                                        const char *param_type)
{
    struct weir_ast_expr *expr;
    if (value->type == NULL || value->is_null) {
        return weir_unbind_leaf(arena, WEIR_AST_NULL);
    }
    switch (value->type->kind) {
    case WEIR_TYPE_BOOL:
        expr = weir_unbind_leaf(arena, WEIR_AST_BOOL);
        expr->i64 = value->i64;
        return expr;
    case WEIR_TYPE_I32:
    case WEIR_TYPE_I64:
        return number_value(arena, value, param_type);
    case WEIR_TYPE_F64:
        expr = weir_unbind_leaf(arena, WEIR_AST_FLOAT);
        expr->f64 = value->f64;
        return expr;
    case WEIR_TYPE_TS:
        return weir_unbind_duration(arena, value->i64);
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        return weir_unbind_text(arena, value->str);
    case WEIR_TYPE_LIST:
        expr = weir_unbind_leaf(arena, WEIR_AST_LIST);
        for (uint32_t i = 0; i < value->item_count; i++) {
            weir_unbind_add(arena, &expr->items, NULL,
                            weir_unbind_value(arena, &value->items[i], param_type));
        }
        return expr;
    case WEIR_TYPE_STRUCT:
    case WEIR_TYPE_NULL:
        break;
    }
    return weir_unbind_leaf(arena, WEIR_AST_NULL);
}

/* The parameter that an argument is for. */
static const struct weir_param *find_param(const struct weir_operator *op,
                                           const char *name,
                                           uint32_t nth)
{
    for (uint32_t i = 0; i < op->param_count; i++) {
        const struct weir_param *param = op->params[i];
        if (name != NULL ? strcmp(param->name, name) == 0
                         : (param->flags & WEIR_PARAM_POSITIONAL) != 0 && nth-- == 0) {
            return param;
        }
    }
    return NULL;
}

void weir_unbind_arguments(struct weir_arena *arena,
                           const struct weir_operator *op,
                           const struct weir_argument *arguments,
                           uint32_t count,
                           bool as_options,
                           struct weir_ast_items *items)
{
    uint32_t positional = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *name = arguments[i].name;
        const struct weir_param *param = find_param(op, name, name == NULL ? positional++ : 0);
        bool is_secret = param != NULL && (param->flags & WEIR_PARAM_SECRET) != 0;
        struct weir_ast_expr *value =
            is_secret
                ? weir_unbind_text(arena, weir_str_of("***"))
                : weir_unbind_value(arena, &arguments[i].value, param == NULL ? NULL : param->type);
        add_item(arena, items, name, value, name == NULL || !as_options);
    }
}

/* The sign or word that a function of std stands for, or NONE. */
static enum weir_ast_op op_of(const struct weir_expr *expr)
{
    static const struct {
        const char *name;
        enum weir_ast_op op;
    } ops[] = {{"add", WEIR_AST_OP_ADD}, {"sub", WEIR_AST_OP_SUB}, {"mul", WEIR_AST_OP_MUL},
               {"div", WEIR_AST_OP_DIV}, {"mod", WEIR_AST_OP_MOD}, {"neg", WEIR_AST_OP_NEG},
               {"eq", WEIR_AST_OP_EQ},   {"ne", WEIR_AST_OP_NE},   {"lt", WEIR_AST_OP_LT},
               {"le", WEIR_AST_OP_LE},   {"gt", WEIR_AST_OP_GT},   {"ge", WEIR_AST_OP_GE},
               {"not", WEIR_AST_OP_NOT}};
    if (strcmp(expr->op->plugin->alias, "std") != 0 || expr->argument_count > 0) {
        return WEIR_AST_OP_NONE;
    }
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (strcmp(ops[i].name, expr->op->name) == 0) {
            return ops[i].op;
        }
    }
    return WEIR_AST_OP_NONE;
}

static struct weir_ast_expr *join(struct weir_arena *arena,
                                  const struct weir_type *input,
                                  const struct weir_expr *expr,
                                  enum weir_ast_op op)
{
    bool is_unary = op == WEIR_AST_OP_NOT || op == WEIR_AST_OP_NEG;
    struct weir_ast_expr *made =
        weir_unbind_leaf(arena, is_unary ? WEIR_AST_UNARY : WEIR_AST_BINARY);
    made->op = op;
    made->left = weir_unbind_expr(arena, input, expr->args[0]);
    if (!is_unary) {
        made->right = weir_unbind_expr(arena, input, expr->args[1]);
    }
    return made;
}

static struct weir_ast_expr *call(struct weir_arena *arena,
                                  const struct weir_type *input,
                                  const struct weir_expr *expr)
{
    enum weir_ast_op op = op_of(expr);
    if (op != WEIR_AST_OP_NONE) {
        return join(arena, input, expr, op);
    }
    struct weir_ast_expr *made = weir_unbind_leaf(arena, WEIR_AST_CALL);
    made->alias = weir_unbind_str(expr->op->plugin->alias);
    made->text = weir_unbind_str(expr->op->name);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        weir_unbind_add(arena, &made->items, NULL, weir_unbind_expr(arena, input, expr->args[i]));
    }
    weir_unbind_arguments(arena, expr->op, expr->arguments, expr->argument_count, false,
                          &made->items);
    return made;
}

static struct weir_ast_expr *parts(struct weir_arena *arena,
                                   const struct weir_type *input,
                                   const struct weir_expr *expr)
{
    bool is_struct = expr->kind == WEIR_EXPR_STRUCT;
    struct weir_ast_expr *made =
        weir_unbind_leaf(arena, is_struct ? WEIR_AST_STRUCT : WEIR_AST_LIST);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        weir_unbind_add(arena, &made->items, is_struct ? expr->type->fields[i].name : NULL,
                        weir_unbind_expr(arena, input, expr->args[i]));
    }
    return made;
}

/* Trees are at most WEIR_EXPR_DEPTH_MAX deep. */
struct weir_ast_expr *weir_unbind_expr(struct weir_arena *arena,
                                       const struct weir_type *input,
                                       const struct weir_expr *expr)
{
    struct weir_ast_expr *made;
    switch (expr->kind) {
    case WEIR_EXPR_FIELD:
        return weir_unbind_name(arena, input->fields[expr->field].name);
    case WEIR_EXPR_CONST:
        return weir_unbind_value(arena, &expr->value, NULL);
    case WEIR_EXPR_CALL:
        return call(arena, input, expr);
    case WEIR_EXPR_AND:
        return join(arena, input, expr, WEIR_AST_OP_AND);
    case WEIR_EXPR_OR:
        return join(arena, input, expr, WEIR_AST_OP_OR);
    case WEIR_EXPR_COALESCE:
        return join(arena, input, expr, WEIR_AST_OP_COALESCE);
    case WEIR_EXPR_MEMBER:
        made = weir_unbind_leaf(arena, WEIR_AST_MEMBER);
        made->left = weir_unbind_expr(arena, input, expr->args[0]);
        made->text = weir_unbind_str(expr->args[0]->type->fields[expr->field].name);
        return made;
    case WEIR_EXPR_INDEX:
        made = weir_unbind_leaf(arena, WEIR_AST_INDEX);
        made->left = weir_unbind_expr(arena, input, expr->args[0]);
        made->right = weir_unbind_expr(arena, input, expr->args[1]);
        return made;
    case WEIR_EXPR_STRUCT:
    case WEIR_EXPR_LIST:
        return parts(arena, input, expr);
    case WEIR_EXPR_BATCH_TIME:
        made = weir_unbind_leaf(arena, WEIR_AST_CALL);
        made->text = weir_unbind_str("batch_time");
        return made;
    }
    return weir_unbind_leaf(arena, WEIR_AST_NULL);
}
