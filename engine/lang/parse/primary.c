/* SPDX-License-Identifier: Apache-2.0 */
/* What an expression is made of: literals, names, calls, lists, structs, schemas, brackets. */
#include "lang/parse/parser.h"

#include <string.h>

struct weir_ast_expr *weir_parse_literal(struct weir_parser *parser)
{
    static const uint8_t kinds[][2] = {
        {WEIR_TOKEN_NULL, WEIR_AST_NULL},   {WEIR_TOKEN_TRUE, WEIR_AST_BOOL},
        {WEIR_TOKEN_FALSE, WEIR_AST_BOOL},  {WEIR_TOKEN_INT, WEIR_AST_INT},
        {WEIR_TOKEN_FLOAT, WEIR_AST_FLOAT}, {WEIR_TOKEN_DURATION, WEIR_AST_DURATION},
        {WEIR_TOKEN_SIZE, WEIR_AST_SIZE},   {WEIR_TOKEN_STRING, WEIR_AST_STRING}};
    const struct weir_token *token = weir_parser_peek(parser, 0);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i][0] != token->kind) {
            continue;
        }
        struct weir_ast_expr *expr =
            weir_parser_new_expr(parser, (enum weir_ast_expr_kind)kinds[i][1]);
        expr->spelling = weir_parser_text(parser, token->place);
        if (expr->kind == WEIR_AST_STRING) {
            expr->text = token->value.text;
        } else if (expr->kind == WEIR_AST_FLOAT) {
            expr->f64 = token->value.f64;
        } else {
            expr->i64 =
                expr->kind == WEIR_AST_BOOL ? token->kind == WEIR_TOKEN_TRUE : token->value.i64;
        }
        weir_parser_take(parser);
        return expr;
    }
    return NULL;
}

/* 9223372036854775808 without a minus. */
static struct weir_ast_expr *refuse_min_i64(struct weir_parser *parser)
{
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_NUMBER, weir_parser_peek(parser, 0)->place,
                          "'9223372036854775808' does not fit a whole number (i64)");
    weir_parser_help(parser, d, "write it with a point for an f64: 9223372036854775808.0");
    return NULL;
}

static struct weir_ast_expr *parse_param(struct weir_parser *parser)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_PARAM);
    const struct weir_token *token = weir_parser_take(parser);
    expr->text = token->value.text;
    expr->text_place = (struct weir_place){token->place.offset + 1, token->place.length - 1};
    if (expr->text.count != 3 || memcmp(expr->text.bytes, "env", 3) != 0) {
        return expr;
    }
    expr->kind = WEIR_AST_ENV;
    if (!weir_parser_expect(parser, WEIR_TOKEN_DOT,
                            "'.' and the name of an environment variable")) {
        return NULL;
    }
    token = weir_parser_peek(parser, 0);
    if (!weir_token_is_word(token)) {
        return weir_parser_missing(parser, "the name of an environment variable after '$env.'");
    }
    weir_parser_take(parser);
    expr->text = weir_parser_text(parser, token->place);
    expr->text_place = token->place;
    expr->place = weir_parser_since(parser, expr->place);
    return expr;
}

static struct weir_ast_expr *parse_brackets(struct weir_parser *parser)
{
    struct weir_token open = *weir_parser_take(parser);
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    struct weir_ast_expr *expr = weir_parse_expr(parser);
    if (expr == NULL || !weir_parser_close(parser, WEIR_TOKEN_RPAREN, &open)) {
        return NULL;
    }
    weir_parser_leave(parser);
    expr->in_brackets = true;
    expr->place = weir_parser_since(parser, open.place);
    return expr;
}

/* A literal, a list of literals, $param or $env.X. */
static bool is_constant(const struct weir_ast_expr *expr)
{
    if (expr->kind != WEIR_AST_LIST) {
        return expr->kind <= WEIR_AST_STRING || expr->kind == WEIR_AST_PARAM ||
               expr->kind == WEIR_AST_ENV;
    }
    for (const struct weir_ast_item *item = expr->items.first; item != NULL; item = item->next) {
        if (item->value->kind > WEIR_AST_STRING) {
            return false;
        }
    }
    return true;
}

static bool check_constant(struct weir_parser *parser, const struct weir_ast_item *item)
{
    if (is_constant(item->value)) {
        return true;
    }
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_CONSTANT, item->value->place,
                          "'%.*s=' sets a parameter of the operator: a constant is expected",
                          (int)item->name.count, item->name.bytes);
    weir_parser_help(parser, d, "write a literal or $name; a value per record goes without '%.*s='",
                     (int)item->name.count, item->name.bytes);
    return false;
}

/* expr, or in a call NAME "=" constant */
static bool parse_element(struct weir_parser *parser, struct weir_ast_items *items, bool in_call)
{
    struct weir_ast_item *item = weir_arena_alloc(parser->arena, sizeof *item);
    struct weir_place start = weir_parser_peek(parser, 0)->place;
    if (in_call && weir_parser_is(parser, WEIR_TOKEN_NAME) &&
        weir_parser_sees(parser, 1, WEIR_TOKEN_ASSIGN)) {
        item->name_place = weir_parser_take(parser)->place;
        item->name = weir_parser_text(parser, item->name_place);
        weir_parser_take_joint(parser);
    }
    item->value = weir_parse_expr(parser);
    if (item->value == NULL || (item->name.count > 0 && !check_constant(parser, item))) {
        return false;
    }
    item->place = weir_parser_since(parser, start);
    weir_ast_items_append(items, item);
    return true;
}

/* Elements up to the closing bracket; the lexer stands on the opening one. */
static bool parse_elements(struct weir_parser *parser,
                           struct weir_ast_items *items,
                           enum weir_token_kind closer)
{
    struct weir_token open = *weir_parser_take(parser);
    if (!weir_parser_enter(parser)) {
        return false;
    }
    if (!weir_parser_is(parser, closer)) {
        if (!parse_element(parser, items, closer == WEIR_TOKEN_RPAREN)) {
            return false;
        }
        while (weir_parser_is(parser, WEIR_TOKEN_COMMA)) {
            weir_parser_take_joint(parser);
            if (!parse_element(parser, items, closer == WEIR_TOKEN_RPAREN)) {
                return false;
            }
        }
    }
    weir_parser_leave(parser);
    return weir_parser_close(parser, closer, &open);
}

struct weir_ast_expr *weir_parse_list(struct weir_parser *parser)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_LIST);
    if (!parse_elements(parser, &expr->items, WEIR_TOKEN_RBRACKET)) {
        return NULL;
    }
    expr->place = weir_parser_since(parser, expr->place);
    return weir_parser_measure(parser, expr);
}

/* NAME ":" expr */
static bool parse_member(struct weir_parser *parser, struct weir_ast_items *items)
{
    struct weir_ast_item *item = weir_arena_alloc(parser->arena, sizeof *item);
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (!weir_token_is_word(token)) {
        weir_parser_missing(parser, "the name of a field");
        return false;
    }
    weir_parser_take(parser);
    item->name_place = token->place;
    item->name = weir_parser_text(parser, token->place);
    if (!weir_parser_expect(parser, WEIR_TOKEN_COLON, "':' and a value")) {
        return false;
    }
    item->value = weir_parse_expr(parser);
    if (item->value == NULL) {
        return false;
    }
    item->place = weir_parser_since(parser, item->name_place);
    weir_ast_items_append(items, item);
    return true;
}

static struct weir_ast_expr *parse_struct(struct weir_parser *parser)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_STRUCT);
    struct weir_token open = *weir_parser_take(parser);
    if (!weir_parser_enter(parser) || !parse_member(parser, &expr->items)) {
        return NULL;
    }
    while (weir_parser_is(parser, WEIR_TOKEN_COMMA)) {
        weir_parser_take_joint(parser);
        if (!parse_member(parser, &expr->items)) {
            return NULL;
        }
    }
    if (!weir_parser_close(parser, WEIR_TOKEN_RBRACE, &open)) {
        return NULL;
    }
    weir_parser_leave(parser);
    expr->place = weir_parser_since(parser, expr->place);
    return weir_parser_measure(parser, expr);
}

static struct weir_ast_expr *parse_schema(struct weir_parser *parser)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_SCHEMA);
    weir_parser_take(parser);
    expr->type = weir_parse_struct_type(parser);
    if (expr->type == NULL) {
        return NULL;
    }
    expr->place = weir_parser_since(parser, expr->place);
    return expr;
}

/* Whether the name at the parser begins name(...) or alias.name(...); *names is 1 or 2. */
static bool at_call(const struct weir_parser *parser, int *names)
{
    *names = weir_parser_sees(parser, 1, WEIR_TOKEN_DOT) ? 2 : 1;
    return *names == 1 ? weir_parser_sees(parser, 1, WEIR_TOKEN_LPAREN)
                       : weir_parser_sees(parser, 2, WEIR_TOKEN_NAME) &&
                             weir_parser_sees(parser, 3, WEIR_TOKEN_LPAREN);
}

static struct weir_ast_expr *parse_name(struct weir_parser *parser)
{
    int names;
    bool is_call = at_call(parser, &names);
    struct weir_ast_expr *expr =
        weir_parser_new_expr(parser, is_call ? WEIR_AST_CALL : WEIR_AST_NAME);
    expr->text_place = weir_parser_take(parser)->place;
    if (is_call && names == 2) {
        expr->alias_place = expr->text_place;
        expr->alias = weir_parser_text(parser, expr->alias_place);
        weir_parser_take(parser);
        expr->text_place = weir_parser_take(parser)->place;
    }
    expr->text = weir_parser_text(parser, expr->text_place);
    if (!is_call) {
        return expr;
    }
    if (!parse_elements(parser, &expr->items, WEIR_TOKEN_RPAREN)) {
        return NULL;
    }
    expr->place = weir_parser_since(parser, expr->place);
    return weir_parser_measure(parser, expr);
}

struct weir_ast_expr *weir_parse_primary(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind == WEIR_TOKEN_INT && token->is_min_i64) {
        return refuse_min_i64(parser);
    }
    if (token->kind == WEIR_TOKEN_NAME) {
        bool is_schema = weir_parser_is_word(parser, 0, "schema") &&
                         weir_parser_sees(parser, 1, WEIR_TOKEN_LBRACE);
        return is_schema ? parse_schema(parser) : parse_name(parser);
    }
    if (token->kind == WEIR_TOKEN_PARAM) {
        return parse_param(parser);
    }
    if (token->kind == WEIR_TOKEN_LPAREN) {
        return parse_brackets(parser);
    }
    if (token->kind == WEIR_TOKEN_LBRACKET) {
        return weir_parse_list(parser);
    }
    if (token->kind == WEIR_TOKEN_LBRACE && weir_token_is_word(weir_parser_peek(parser, 1)) &&
        weir_parser_sees(parser, 2, WEIR_TOKEN_COLON)) {
        return parse_struct(parser);
    }
    struct weir_ast_expr *literal = weir_parse_literal(parser);
    return literal != NULL ? literal : weir_parser_missing(parser, "a value");
}
