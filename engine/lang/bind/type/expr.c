/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions get their types, from the leaves up. Calls are in call.c, conversions in unify.c. */
#include "lang/bind/binder.h"

#include <string.h>

const struct weir_expr *weir_bind_part(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    struct weir_typing inner = *t;
    inner.top_kinds = 0;
    return weir_bind_expr(&inner, ast);
}

uint32_t weir_bind_kinds(const struct weir_typing *t)
{
    /* an emitter in the wrong place is found, to be told so */
    return t->top_kinds != 0 ? t->top_kinds : 1U << WEIR_KIND_FUNCTION | 1U << WEIR_KIND_EMITTER;
}

void weir_bind_point_at_field(struct weir_typing *t,
                              struct weir_diagnostic *d,
                              const struct weir_expr *expr)
{
    while (expr->arg_count > 0 && expr->kind != WEIR_EXPR_FIELD) {
        expr = expr->args[0];
    }
    if (expr->kind == WEIR_EXPR_FIELD) {
        weir_diagnostic_other(t->b->diagnostics, d, t->scope->origins[expr->field],
                              "'%s' is %s here", t->scope->schema->fields[expr->field].name,
                              weir_bind_type_text(t->b, expr->type));
    }
}

const struct weir_expr *weir_bind_make(struct weir_typing *t,
                                       const struct weir_expr *draft,
                                       enum weir_code code,
                                       const struct weir_place *places)
{
    const struct weir_expr *made;
    struct weir_error err;
    int culprit;
    int status = weir_expr_make(t->b->arena, t->scope->schema, draft, &made, &culprit, &err);
    if (status == WEIR_OK) {
        return made;
    }
    weir_diagnostics_error(t->b->diagnostics, status == WEIR_ELIMIT ? WEIR_CODE_TOO_DEEP : code,
                           places != NULL && culprit >= 0 ? places[culprit] : draft->place, "%s",
                           err.text);
    return NULL;
}

static const struct weir_expr *make_const(struct weir_typing *t,
                                          const struct weir_ast_expr *ast,
                                          enum weir_type_kind kind)
{
    struct weir_expr draft = {.kind = WEIR_EXPR_CONST, .place = ast->place};
    draft.value.type = weir_type_of(kind);
    draft.value.is_null = kind == WEIR_TYPE_NULL;
    draft.value.i64 = kind == WEIR_TYPE_I64 || kind == WEIR_TYPE_BOOL ? ast->i64 : 0;
    draft.value.f64 = kind == WEIR_TYPE_F64 ? ast->f64 : 0;
    if (kind == WEIR_TYPE_STR) {
        draft.value.str.bytes = weir_arena_strndup(t->b->arena, ast->text.bytes, ast->text.count);
        draft.value.str.count = ast->text.count;
    }
    return weir_bind_make(t, &draft, WEIR_CODE_OPERANDS, NULL);
}

static const struct weir_expr *make_field(struct weir_typing *t,
                                          uint32_t field,
                                          struct weir_place place)
{
    struct weir_expr draft = {.kind = WEIR_EXPR_FIELD, .field = field, .place = place};
    return weir_bind_make(t, &draft, WEIR_CODE_OPERANDS, NULL);
}

/* A field, else a function whose plugin is called like it ("a bare word"). */
static const struct weir_expr *bind_name(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    int field = weir_scope_find(t->scope, ast->text);
    if (field >= 0) {
        return make_field(t, (uint32_t)field, ast->place);
    }
    const struct weir_operator *const *operators;
    size_t count;
    enum weir_found found = weir_bind_find(t->b, (weir_str){"", 0}, ast->text, weir_bind_kinds(t),
                                           ast->place, true, &operators, &count);
    if (found == WEIR_FOUND) {
        return weir_bind_bare(t, (weir_str){"", 0}, ast->text, ast->place);
    }
    if (found == WEIR_FOUND_NONE) {
        weir_scope_unknown(t->b, t->scope, ast->text, ast->place);
    }
    return NULL;
}

static void report_member(struct weir_typing *t,
                          const struct weir_ast_expr *ast,
                          const struct weir_expr *left)
{
    struct weir_diagnostic *d;
    const char *type = weir_bind_type_text(t->b, left->type);
    if (left->type->kind != WEIR_TYPE_STRUCT) {
        d = weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_MEMBER, ast->text_place,
                                   "only a struct has members, this is %s", type);
    } else {
        struct weir_near near;
        weir_near_begin(&near, ast->text);
        for (uint32_t i = 0; i < left->type->field_count; i++) {
            weir_near_offer(&near, weir_str_of(left->type->fields[i].name));
        }
        weir_str best = weir_near_best(&near);
        d = weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_MEMBER, ast->text_place,
                                   "no member '%.*s' in %s%s%.*s%s", (int)ast->text.count,
                                   ast->text.bytes, type, best.count > 0 ? ": did you mean '" : "",
                                   (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
    }
    weir_bind_point_at_field(t, d, left);
}

/* `a.b` is a member of field a if there is one, else the bare function b of plugin a. A field that
 * is no struct does not hide a plugin of its name. */
static const struct weir_expr *bind_member(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    const struct weir_operator *const *operators;
    size_t count;
    if (ast->left->kind == WEIR_AST_NAME) {
        int field = weir_scope_find(t->scope, ast->left->text);
        bool is_struct =
            field >= 0 && t->scope->schema->fields[field].type->kind == WEIR_TYPE_STRUCT;
        uint32_t kinds = weir_bind_kinds(t);
        enum weir_found found = WEIR_FOUND_NONE;
        bool is_slip = field < 0 && weir_scope_near(t->scope, ast->left->text).count > 0;
        if (!is_struct) {
            found = weir_bind_find(t->b, ast->left->text, ast->text, kinds, ast->place,
                                   field >= 0 || is_slip, &operators, &count);
        }
        if (found == WEIR_FOUND) {
            return weir_bind_bare(t, ast->left->text, ast->text, ast->place);
        }
        if (found == WEIR_FOUND_REPORTED) {
            return NULL;
        }
    }
    const struct weir_expr *left = weir_bind_part(t, ast->left);
    if (left == NULL) {
        return NULL;
    }
    int member =
        left->type->kind == WEIR_TYPE_STRUCT ? weir_schema_find(left->type, NULL, ast->text) : -1;
    if (member < 0) {
        report_member(t, ast, left);
        return NULL;
    }
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, sizeof *args);
    args[0] = left;
    struct weir_expr draft = {.kind = WEIR_EXPR_MEMBER,
                              .place = ast->place,
                              .field = (uint32_t)member,
                              .arg_count = 1,
                              .args = args};
    return weir_bind_make(t, &draft, WEIR_CODE_MEMBER, NULL);
}

static const struct weir_expr *bind_index(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, 2 * sizeof *args);
    args[0] = weir_bind_part(t, ast->left);
    args[1] = weir_bind_part(t, ast->right);
    if (args[0] == NULL || args[1] == NULL) {
        return NULL;
    }
    if (args[0]->type->kind != WEIR_TYPE_LIST) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            t->b->diagnostics, WEIR_CODE_INDEX, ast->left->place,
            "only a list has elements, this is %s", weir_bind_type_text(t->b, args[0]->type));
        weir_bind_point_at_field(t, d, args[0]);
        return NULL;
    }
    if (args[1]->type->kind == WEIR_TYPE_I32) {
        args[1] = weir_bind_cast(t, args[1], weir_type_of(WEIR_TYPE_I64));
        if (args[1] == NULL) {
            return NULL;
        }
    }
    struct weir_place places[] = {ast->left->place, ast->right->place};
    struct weir_expr draft = {
        .kind = WEIR_EXPR_INDEX, .place = ast->place, .arg_count = 2, .args = args};
    return weir_bind_make(t, &draft, WEIR_CODE_INDEX, places);
}

static const struct weir_expr *bind_logic(struct weir_typing *t,
                                          const struct weir_ast_expr *ast,
                                          enum weir_expr_kind kind)
{
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, 2 * sizeof *args);
    const struct weir_ast_expr *sides[] = {ast->left, ast->right};
    const char *word = weir_ast_op_text(ast->op);
    for (int i = 0; i < 2; i++) {
        args[i] = weir_bind_part(t, sides[i]);
    }
    if (args[0] == NULL || args[1] == NULL) {
        return NULL;
    }
    for (int i = 0; i < 2 && kind != WEIR_EXPR_COALESCE; i++) {
        if (args[i]->type->kind != WEIR_TYPE_BOOL) {
            struct weir_diagnostic *d = weir_diagnostics_error(
                t->b->diagnostics, WEIR_CODE_OPERANDS, sides[i]->place,
                "'%s' joins two bools, found %s", word, weir_bind_type_text(t->b, args[i]->type));
            weir_bind_point_at_field(t, d, args[i]);
            return NULL;
        }
    }
    if (kind == WEIR_EXPR_COALESCE &&
        (!weir_bind_unify(t, &args[0], ast->left, &args[1], ast->right) ||
         args[0]->type->kind == WEIR_TYPE_NULL)) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            t->b->diagnostics, WEIR_CODE_OPERANDS, ast->place,
            "'?\?' needs two values of one type, found %s and %s",
            weir_bind_type_text(t->b, args[0]->type), weir_bind_type_text(t->b, args[1]->type));
        weir_bind_point_at_field(t, d, args[0]);
        return NULL;
    }
    struct weir_expr draft = {.kind = kind, .place = ast->place, .arg_count = 2, .args = args};
    return weir_bind_make(t, &draft, WEIR_CODE_OPERANDS, NULL);
}

static const char *std_name(enum weir_ast_op op)
{
    static const char *const names[] = {
        [WEIR_AST_OP_NOT] = "not", [WEIR_AST_OP_EQ] = "eq",   [WEIR_AST_OP_NE] = "ne",
        [WEIR_AST_OP_LT] = "lt",   [WEIR_AST_OP_LE] = "le",   [WEIR_AST_OP_GT] = "gt",
        [WEIR_AST_OP_GE] = "ge",   [WEIR_AST_OP_ADD] = "add", [WEIR_AST_OP_SUB] = "sub",
        [WEIR_AST_OP_MUL] = "mul", [WEIR_AST_OP_DIV] = "div", [WEIR_AST_OP_MOD] = "mod",
        [WEIR_AST_OP_NEG] = "neg"};
    WEIR_ASSERT((size_t)op < sizeof names / sizeof names[0] && names[op] != NULL);
    return names[op];
}

static const struct weir_expr *bind_sign(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    switch (ast->op) {
    case WEIR_AST_OP_AND:
        return bind_logic(t, ast, WEIR_EXPR_AND);
    case WEIR_AST_OP_OR:
        return bind_logic(t, ast, WEIR_EXPR_OR);
    case WEIR_AST_OP_COALESCE:
        return bind_logic(t, ast, WEIR_EXPR_COALESCE);
    case WEIR_AST_OP_NONE:
    case WEIR_AST_OP_NOT:
    case WEIR_AST_OP_EQ:
    case WEIR_AST_OP_NE:
    case WEIR_AST_OP_LT:
    case WEIR_AST_OP_LE:
    case WEIR_AST_OP_GT:
    case WEIR_AST_OP_GE:
    case WEIR_AST_OP_ADD:
    case WEIR_AST_OP_SUB:
    case WEIR_AST_OP_MUL:
    case WEIR_AST_OP_DIV:
    case WEIR_AST_OP_MOD:
    case WEIR_AST_OP_NEG:
        break;
    }
    return weir_bind_std(t, std_name(ast->op), ast);
}

static const struct weir_expr *bind_later(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    struct weir_diagnostic *d =
        weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_SCHEMA_PLACE, ast->place,
                               "a schema stands only behind a codec");
    weir_diagnostic_help(t->b->diagnostics, d, "codecs (json, csv) are not yet available");
    return NULL;
}

const struct weir_expr *weir_bind_expr(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    if (ast->height >
        WEIR_EXPR_DEPTH_MAX) { /* so it would be in the end, but after more recursion */
        struct weir_diagnostic *d =
            weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_TOO_DEEP, ast->place,
                                   "an expression may be %d operators high", WEIR_EXPR_DEPTH_MAX);
        weir_diagnostic_help(t->b->diagnostics, d, "give parts of it names with extend");
        return NULL;
    }
    switch (ast->kind) {
    case WEIR_AST_NULL:
        return make_const(t, ast, WEIR_TYPE_NULL);
    case WEIR_AST_BOOL:
        return make_const(t, ast, WEIR_TYPE_BOOL);
    case WEIR_AST_INT:
    case WEIR_AST_DURATION:
    case WEIR_AST_SIZE:
        return make_const(t, ast, WEIR_TYPE_I64);
    case WEIR_AST_FLOAT:
        return make_const(t, ast, WEIR_TYPE_F64);
    case WEIR_AST_STRING:
        return make_const(t, ast, WEIR_TYPE_STR);
    case WEIR_AST_NAME:
        return bind_name(t, ast);
    case WEIR_AST_PARAM:
    case WEIR_AST_ENV: {
        const struct weir_ast_expr *literal = weir_bind_deref(t->b, ast);
        return literal == NULL ? NULL : weir_bind_expr(t, literal);
    }
    case WEIR_AST_LIST:
        return weir_bind_list(t, ast);
    case WEIR_AST_STRUCT:
        return weir_bind_struct(t, ast);
    case WEIR_AST_SCHEMA:
        return bind_later(t, ast);
    case WEIR_AST_CALL:
        return weir_bind_call(t, ast);
    case WEIR_AST_MEMBER:
        return bind_member(t, ast);
    case WEIR_AST_INDEX:
        return bind_index(t, ast);
    case WEIR_AST_UNARY:
    case WEIR_AST_BINARY:
        return bind_sign(t, ast);
    }
    return bind_later(t, ast);
}
