/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the two halves of explaining a token that cannot stand where it stands: blame.c knows
 * the grammar's side, habits.c the mistakes that people make. */
#ifndef WEIR_LANG_PARSE_BLAME_H
#define WEIR_LANG_PARSE_BLAME_H

#include "lang/parse/parser.h"

#include <string.h>

static inline bool weir_token_is_one_of(const struct weir_token *token,
                                        const uint8_t *kinds,
                                        size_t count)
{
    return memchr(kinds, token->kind, count) != NULL;
}

static inline bool weir_token_is_number(const struct weir_token *token)
{
    return token->kind == WEIR_TOKEN_INT || token->kind == WEIR_TOKEN_FLOAT;
}

static inline bool weir_token_is_closer(const struct weir_token *token)
{
    return token->kind == WEIR_TOKEN_RPAREN || token->kind == WEIR_TOKEN_RBRACKET ||
           token->kind == WEIR_TOKEN_RBRACE;
}

static inline bool weir_token_ends_line(const struct weir_token *token)
{
    return token->kind == WEIR_TOKEN_NEWLINE || token->kind == WEIR_TOKEN_END;
}

static inline bool weir_token_begins_value(const struct weir_token *token)
{
    static const uint8_t kinds[] = {WEIR_TOKEN_LPAREN, WEIR_TOKEN_LBRACKET, WEIR_TOKEN_NOT,
                                    WEIR_TOKEN_MINUS,  WEIR_TOKEN_TRUE,     WEIR_TOKEN_FALSE,
                                    WEIR_TOKEN_NULL};
    return token->kind == WEIR_TOKEN_NAME ||
           (token->kind >= WEIR_TOKEN_INT && token->kind <= WEIR_TOKEN_PARAM) ||
           weir_token_is_one_of(token, kinds, sizeof kinds);
}

static inline bool weir_token_ends_value(const struct weir_token *token)
{
    return token->kind == WEIR_TOKEN_NAME || weir_token_is_closer(token) ||
           (token->kind >= WEIR_TOKEN_TRUE && token->kind <= WEIR_TOKEN_URI);
}

static inline bool weir_token_is_operator(const struct weir_token *token)
{
    return token->kind >= WEIR_TOKEN_COALESCE && token->kind <= WEIR_TOKEN_PERCENT;
}

/* The end of the last token, for what is missing there; a token's own place otherwise. */
struct weir_place weir_blame_place(const struct weir_parser *parser,
                                   const struct weir_token *token);

/* Look for a known mistake, where a value or stage was complete and went on wrongly, and where
 * something was to begin. True if one was found and reported. */
bool weir_habit_behind(struct weir_parser *parser);
bool weir_habit_unit(struct weir_parser *parser); /* only that one: 10 s */
bool weir_habit_before(struct weir_parser *parser, const char *expected);

/* The sign or word of a kind of token in messages: "'|'", "a name". Static. */
const char *weir_token_kind_text(const struct weir_token *token);

#endif
