/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the language, between lexer and parser. */
#ifndef WEIR_LANG_LEX_TOKEN_H
#define WEIR_LANG_LEX_TOKEN_H

#include "lang/diagnostic.h"

/* X(name, text in messages) */
#define WEIR_TOKEN_MAP(X)                                                                          \
    X(END, "the end of the text")                                                                  \
    X(NEWLINE, "the end of the line")                                                              \
    X(SEMICOLON, "';'")                                                                            \
    X(PIPE, "'|'")                                                                                 \
    X(COMMA, "','")                                                                                \
    X(ASSIGN, "'='")                                                                               \
    X(COLON, "':'")                                                                                \
    X(DOT, "'.'")                                                                                  \
    X(LPAREN, "'('")                                                                               \
    X(RPAREN, "')'")                                                                               \
    X(LBRACKET, "'['")                                                                             \
    X(RBRACKET, "']'")                                                                             \
    X(LBRACE, "'{'")                                                                               \
    X(RBRACE, "'}'")                                                                               \
    X(COALESCE, "'?\?'")                                                                           \
    X(OR, "'or'")                                                                                  \
    X(AND, "'and'")                                                                                \
    X(NOT, "'not'")                                                                                \
    X(EQ, "'=='")                                                                                  \
    X(NE, "'!='")                                                                                  \
    X(LT, "'<'")                                                                                   \
    X(LE, "'<='")                                                                                  \
    X(GT, "'>'")                                                                                   \
    X(GE, "'>='")                                                                                  \
    X(PLUS, "'+'")                                                                                 \
    X(MINUS, "'-'")                                                                                \
    X(STAR, "'*'")                                                                                 \
    X(SLASH, "'/'")                                                                                \
    X(PERCENT, "'%'")                                                                              \
    X(NAME, "a name")                                                                              \
    X(AS, "'as'")                                                                                  \
    X(TRUE, "'true'")                                                                              \
    X(FALSE, "'false'")                                                                            \
    X(NULL, "'null'")                                                                              \
    X(INT, "a number")                                                                             \
    X(FLOAT, "a number")                                                                           \
    X(DURATION, "a duration")                                                                      \
    X(SIZE, "a size")                                                                              \
    X(STRING, "a string")                                                                          \
    X(PARAM, "a parameter")                                                                        \
    X(URI, "an address")                                                                           \
    X(PROTOTYPES, "C prototypes")

enum weir_token_kind {
#define WEIR_TOKEN_ENUM(name, text) WEIR_TOKEN_##name,
    WEIR_TOKEN_MAP(WEIR_TOKEN_ENUM)
#undef WEIR_TOKEN_ENUM
};

struct weir_token {
    uint8_t kind;          /* enum weir_token_kind */
    bool is_first_on_line; /* only blanks before it on its line */
    bool is_glued;         /* no blank, comment or newline between it and the token before */
    bool is_min_i64;       /* INT 9223372036854775808: only after a minus; i64 holds INT64_MIN */
    uint16_t
        depth; /* brackets open before it (its own counted, if it closes one), at most UINT16_MAX */
    struct weir_place place;
    union {
        int64_t i64;   /* INT; DURATION us; SIZE bytes */
        double f64;    /* FLOAT */
        weir_str text; /* STRING decoded, PARAM without $, PROTOTYPES trimmed; arena or source */
    } value;
};

/* A comment seen between tokens. */
struct weir_lexed_comment {
    struct weir_place place; /* from # on, trailing blanks cut */
    bool is_first_on_line;
};

#endif
