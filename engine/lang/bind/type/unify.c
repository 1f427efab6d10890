/* SPDX-License-Identifier: Apache-2.0 */
/* Conversions that the language makes by itself: i32 -> i64 -> f64, null and durations to what is
 * due. Literals are folded; columns go through std's cast of the type's name. */
#include "lang/bind/binder.h"

#include <string.h>

bool weir_bind_is_duration(struct weir_binder *b, const struct weir_ast_expr *ast)
{
    if (ast->kind == WEIR_AST_PARAM) {
        const struct weir_ast_expr *value = weir_bind_find_param(b, ast->text);
        return value != NULL && value->kind == WEIR_AST_DURATION;
    }
    return ast->kind == WEIR_AST_DURATION;
}

static const struct weir_expr *fold(struct weir_typing *t,
                                    const struct weir_expr *expr,
                                    const struct weir_type *to)
{
    struct weir_expr draft = {.kind = WEIR_EXPR_CONST, .place = expr->place, .value = expr->value};
    draft.value.type = to;
    if (to->kind == WEIR_TYPE_F64 && !expr->value.is_null) {
        draft.value.f64 = (double)expr->value.i64;
        draft.value.i64 = 0;
    }
    draft.is_after_zero = to->kind == WEIR_TYPE_TS && !expr->value.is_null;
    return weir_bind_make(t, &draft, WEIR_CODE_OPERANDS, NULL);
}

/* std.NAME whose one parameter is exactly of the expression's type. */
static const struct weir_operator *find_cast(struct weir_typing *t,
                                             const char *name,
                                             const struct weir_expr *expr)
{
    const struct weir_operator *const *operators;
    size_t count;
    if (weir_bind_find(t->b, weir_str_of("std"), weir_str_of(name), 1U << WEIR_KIND_FUNCTION,
                       expr->place, false, &operators, &count) != WEIR_FOUND) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (operators[i]->in_count == 1 && operators[i]->in[0].type != NULL &&
            weir_type_equal(operators[i]->in[0].type, expr->type)) {
            return operators[i];
        }
    }
    weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_OPERANDS, expr->place,
                           "std.%s does not convert %s", name,
                           weir_bind_type_text(t->b, expr->type));
    return NULL;
}

const struct weir_expr *weir_bind_cast(struct weir_typing *t,
                                       const struct weir_expr *expr,
                                       const struct weir_type *to)
{
    bool is_whole = expr->kind == WEIR_EXPR_CONST && expr->type->kind == WEIR_TYPE_I64;
    if (expr->type->kind == WEIR_TYPE_NULL ||
        (is_whole && (to->kind == WEIR_TYPE_F64 || to->kind == WEIR_TYPE_TS))) {
        return fold(t, expr, to);
    }
    const char *name = to->kind == WEIR_TYPE_F64 ? "f64" : "i64";
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, sizeof *args);
    args[0] = expr;
    struct weir_expr draft = {
        .kind = WEIR_EXPR_CALL, .place = expr->place, .arg_count = 1, .args = args};
    draft.op = find_cast(t, name, expr);
    return draft.op == NULL ? NULL : weir_bind_make(t, &draft, WEIR_CODE_OPERANDS, NULL);
}

/* How far a number is widened; 0: no number. */
static int width(const struct weir_type *type)
{
    switch (type->kind) {
    case WEIR_TYPE_I32:
        return 1;
    case WEIR_TYPE_I64:
        return 2;
    case WEIR_TYPE_F64:
        return 3;
    case WEIR_TYPE_NULL:
    case WEIR_TYPE_BOOL:
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
    case WEIR_TYPE_TS:
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        break;
    }
    return 0;
}

/* Can `from` become `to` without being asked? */
static bool may_become(struct weir_typing *t,
                       const struct weir_expr *from,
                       const struct weir_ast_expr *ast,
                       const struct weir_type *to)
{
    bool is_literal = from->kind == WEIR_EXPR_CONST;
    if (from->type->kind == WEIR_TYPE_NULL) {
        return is_literal;
    }
    if (to->kind == WEIR_TYPE_TS) {
        return is_literal && from->type->kind == WEIR_TYPE_I64 && weir_bind_is_duration(t->b, ast);
    }
    return width(from->type) > 0 && width(from->type) < width(to);
}

bool weir_bind_unify(struct weir_typing *t,
                     const struct weir_expr **left,
                     const struct weir_ast_expr *left_ast,
                     const struct weir_expr **right,
                     const struct weir_ast_expr *right_ast)
{
    if (weir_type_equal((*left)->type, (*right)->type)) {
        return true;
    }
    const struct weir_expr *cast = NULL;
    if (may_become(t, *right, right_ast, (*left)->type)) {
        cast = weir_bind_cast(t, *right, (*left)->type);
        *right = cast != NULL ? cast : *right;
    } else if (may_become(t, *left, left_ast, (*right)->type)) {
        cast = weir_bind_cast(t, *left, (*right)->type);
        *left = cast != NULL ? cast : *left;
    }
    return cast != NULL;
}
