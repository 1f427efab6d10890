/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions by precedence climbing: a chain of operators of one level is a loop, so only brackets
 * cost depth. */
#include "lang/parse/parser.h"

#include <string.h>

enum { LEVEL_NOT = 4, LEVEL_COMPARE = 5, LEVEL_NEG = 8 };

struct weir_ast_expr *weir_parser_new_expr(struct weir_parser *parser, enum weir_ast_expr_kind kind)
{
    struct weir_ast_expr *expr = weir_arena_alloc(parser->arena, sizeof *expr);
    expr->kind = kind;
    expr->place = weir_parser_peek(parser, 0)->place;
    expr->height = 1;
    return expr;
}

struct weir_ast_expr *weir_parser_measure(struct weir_parser *parser, struct weir_ast_expr *expr)
{
    uint16_t below = 0;
    const struct weir_ast_expr *sides[2] = {expr->left, expr->right};
    for (int i = 0; i < 2; i++) {
        if (sides[i] != NULL && sides[i]->height > below) {
            below = sides[i]->height;
        }
    }
    for (const struct weir_ast_item *item = expr->items.first; item != NULL; item = item->next) {
        if (item->value->height > below) {
            below = item->value->height;
        }
    }
    expr->height = (uint16_t)(below + 1);
    if (expr->height <= WEIR_AST_HEIGHT_MAX) {
        return expr;
    }
    struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_TOO_DEEP, expr->place,
                                                  "the expression is more than %d operators high",
                                                  (int)WEIR_AST_HEIGHT_MAX);
    weir_parser_help(parser, d, "group it with brackets, or give parts of it names with 'extend'");
    return NULL;
}

static enum weir_ast_op binary_op(const struct weir_token *token)
{
    static const struct {
        uint8_t token, op;
    } ops[] = {{WEIR_TOKEN_COALESCE, WEIR_AST_OP_COALESCE},
               {WEIR_TOKEN_OR, WEIR_AST_OP_OR},
               {WEIR_TOKEN_AND, WEIR_AST_OP_AND},
               {WEIR_TOKEN_EQ, WEIR_AST_OP_EQ},
               {WEIR_TOKEN_NE, WEIR_AST_OP_NE},
               {WEIR_TOKEN_LT, WEIR_AST_OP_LT},
               {WEIR_TOKEN_LE, WEIR_AST_OP_LE},
               {WEIR_TOKEN_GT, WEIR_AST_OP_GT},
               {WEIR_TOKEN_GE, WEIR_AST_OP_GE},
               {WEIR_TOKEN_PLUS, WEIR_AST_OP_ADD},
               {WEIR_TOKEN_MINUS, WEIR_AST_OP_SUB},
               {WEIR_TOKEN_STAR, WEIR_AST_OP_MUL},
               {WEIR_TOKEN_SLASH, WEIR_AST_OP_DIV},
               {WEIR_TOKEN_PERCENT, WEIR_AST_OP_MOD}};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        if (ops[i].token == token->kind) {
            return (enum weir_ast_op)ops[i].op;
        }
    }
    return WEIR_AST_OP_NONE;
}

/* a < b < c */
static struct weir_ast_expr *refuse_chain(struct weir_parser *parser,
                                          const struct weir_ast_expr *left)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    weir_str sign = weir_parser_text(parser, token->place);
    weir_str middle = weir_parser_text(parser, left->right->place);
    struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_CHAINED_COMPARISON,
                                                  token->place, "comparisons cannot be chained");
    if (d != NULL) {
        weir_diagnostic_other(parser->diagnostics, d, left->place, "compared already");
    }
    if (middle.count <= 40 && memchr(middle.bytes, '\n', middle.count) == NULL) {
        weir_parser_help(parser, d, "try: and %.*s %.*s ...", (int)middle.count, middle.bytes,
                         (int)sign.count, sign.bytes);
    } else {
        weir_parser_help(parser, d, "join two comparisons with 'and'");
    }
    return NULL;
}

static struct weir_ast_expr *parse_level(struct weir_parser *parser, int least);

/* A number directly behind a minus: one literal, so that -9223372036854775808 can be written and -1
 * is a constant. */
static struct weir_ast_expr *parse_negative_number(struct weir_parser *parser)
{
    struct weir_token minus = *weir_parser_take(parser);
    struct weir_ast_expr *expr = weir_parse_literal(parser);
    weir_str digits = expr->spelling;
    expr->i64 = expr->i64 == INT64_MIN ? INT64_MIN : -expr->i64;
    expr->f64 = expr->kind == WEIR_AST_FLOAT ? -expr->f64 : 0;
    expr->spelling.bytes =
        weir_arena_printf(parser->arena, "-%.*s", (int)digits.count, digits.bytes);
    expr->spelling.count = digits.count + 1;
    expr->place = weir_place_join(minus.place, expr->place);
    return expr;
}

static bool at_negative_number(const struct weir_parser *parser)
{
    enum weir_token_kind kind = (enum weir_token_kind)weir_parser_peek(parser, 1)->kind;
    bool is_number = kind == WEIR_TOKEN_INT || kind == WEIR_TOKEN_FLOAT ||
                     kind == WEIR_TOKEN_DURATION || kind == WEIR_TOKEN_SIZE;
    return is_number && !weir_parser_sees(parser, 2, WEIR_TOKEN_DOT) &&
           !weir_parser_sees(parser, 2, WEIR_TOKEN_LBRACKET);
}

static struct weir_ast_expr *parse_unary(struct weir_parser *parser, enum weir_ast_op op)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_UNARY);
    expr->op = op;
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    weir_parser_take_joint(parser);
    expr->left = parse_level(parser, weir_ast_op_level(op));
    if (expr->left == NULL) {
        return NULL;
    }
    weir_parser_leave(parser);
    expr->place = weir_place_join(expr->place, expr->left->place);
    return weir_parser_measure(parser, expr);
}

static struct weir_ast_expr *parse_member(struct weir_parser *parser, struct weir_ast_expr *left)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_MEMBER);
    weir_parser_take(parser);
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (!weir_token_is_word(token)) {
        return weir_parser_missing(parser, "the name of a field after '.'");
    }
    weir_parser_take(parser);
    expr->left = left;
    expr->text_place = token->place;
    expr->text = weir_parser_text(parser, token->place);
    expr->place = weir_parser_since(parser, left->place);
    return weir_parser_measure(parser, expr);
}

static struct weir_ast_expr *parse_index(struct weir_parser *parser, struct weir_ast_expr *left)
{
    struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_INDEX);
    struct weir_token open = *weir_parser_take(parser);
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    expr->left = left;
    expr->right = weir_parse_expr(parser);
    if (expr->right == NULL || !weir_parser_close(parser, WEIR_TOKEN_RBRACKET, &open)) {
        return NULL;
    }
    weir_parser_leave(parser);
    expr->place = weir_parser_since(parser, left->place);
    return weir_parser_measure(parser, expr);
}

/* a.b.c(x), f(x)(y) */
static struct weir_ast_expr *refuse_call(struct weir_parser *parser)
{
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_CALL_FORM, weir_parser_peek(parser, 0)->place,
                          "only name(...) and plugin.name(...) are calls");
    weir_parser_help(parser, d, "write the value as an argument: plugin.name(value)");
    return NULL;
}

static struct weir_ast_expr *parse_postfix(struct weir_parser *parser)
{
    struct weir_ast_expr *expr = weir_parse_primary(parser);
    while (expr != NULL) {
        if (weir_parser_is(parser, WEIR_TOKEN_DOT)) {
            expr = parse_member(parser, expr);
        } else if (weir_parser_is(parser, WEIR_TOKEN_LBRACKET)) {
            expr = parse_index(parser, expr);
        } else if (weir_parser_is(parser, WEIR_TOKEN_LPAREN) &&
                   weir_parser_peek(parser, 0)->is_glued) {
            expr = refuse_call(parser);
        } else {
            return expr;
        }
    }
    return NULL;
}

static struct weir_ast_expr *parse_prefix(struct weir_parser *parser, int least)
{
    if (weir_parser_is(parser, WEIR_TOKEN_NOT)) {
        if (least <= LEVEL_NOT) {
            return parse_unary(parser, WEIR_AST_OP_NOT);
        }
        struct weir_diagnostic *d =
            weir_parser_error(parser, WEIR_CODE_SYNTAX, weir_parser_peek(parser, 0)->place,
                              "'not' binds weaker than the operator before it");
        weir_parser_help(parser, d, "put brackets around it: (not ...)");
        return NULL;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_MINUS)) {
        return at_negative_number(parser) ? parse_negative_number(parser)
                                          : parse_unary(parser, WEIR_AST_OP_NEG);
    }
    return parse_postfix(parser);
}

static struct weir_ast_expr *parse_level(struct weir_parser *parser, int least)
{
    struct weir_ast_expr *left = parse_prefix(parser, least);
    while (left != NULL) {
        enum weir_ast_op op = binary_op(weir_parser_peek(parser, 0));
        int level = weir_ast_op_level(op);
        if (op == WEIR_AST_OP_NONE || level < least) {
            return left;
        }
        bool is_compared = left->kind == WEIR_AST_BINARY && !left->in_brackets &&
                           weir_ast_op_level(left->op) == LEVEL_COMPARE;
        if (level == LEVEL_COMPARE && is_compared) {
            return refuse_chain(parser, left);
        }
        struct weir_ast_expr *expr = weir_parser_new_expr(parser, WEIR_AST_BINARY);
        weir_parser_take_joint(parser);
        expr->op = op;
        expr->left = left;
        expr->right = parse_level(parser, level + 1);
        if (expr->right == NULL) {
            return NULL;
        }
        expr->place = weir_place_join(left->place, expr->right->place);
        left = weir_parser_measure(parser, expr);
    }
    return NULL;
}

struct weir_ast_expr *weir_parse_expr(struct weir_parser *parser)
{
    return parse_level(parser, 1);
}
