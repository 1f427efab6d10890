/* SPDX-License-Identifier: Apache-2.0 */
/* A recursive descent over the tokens, one file per level of the grammar. Every function either
 * takes what it promises and returns it, or reports one error for the whole statement and returns
 * NULL; the statement loop then goes on behind the statement. */
#ifndef WEIR_LANG_PARSE_PARSER_H
#define WEIR_LANG_PARSE_PARSER_H

#include "lang/ast.h"
#include "lang/lex/lexer.h"

enum {
    WEIR_PARSE_DEPTH_MAX = 200 /* brackets, blocks and prefix operators within each other */
};

struct weir_parser {
    const struct weir_source *source;
    struct weir_arena *arena;
    struct weir_diagnostics *diagnostics;
    struct weir_lexer lexer;
    size_t at;         /* the token to read next */
    size_t comment_at; /* the first comment that belongs to nothing yet */
    size_t start;      /* the token with which the statement begins */
    uint32_t depth;
    bool has_failed; /* the statement is given up */
};

/* Begins: reads the tokens of a source of at most WEIR_SOURCE_BYTES_MAX. */
void weir_parser_init(struct weir_parser *parser,
                      const struct weir_source *source,
                      struct weir_arena *arena,
                      struct weir_diagnostics *diagnostics);

/* Frees what the tree does not need. */
void weir_parser_finish(struct weir_parser *parser);

/* The token `ahead` of the next one; END beyond the last. */
static inline const struct weir_token *weir_parser_peek(const struct weir_parser *parser,
                                                        size_t ahead)
{
    size_t last = parser->lexer.token_count - 1;
    return &parser->lexer.tokens[ahead < last - parser->at ? parser->at + ahead : last];
}

/* The token read last; the next one if there is none. */
static inline const struct weir_token *weir_parser_before(const struct weir_parser *parser)
{
    return &parser->lexer.tokens[parser->at > 0 ? parser->at - 1 : 0];
}

static inline bool weir_parser_is(const struct weir_parser *parser, enum weir_token_kind kind)
{
    return weir_parser_peek(parser, 0)->kind == kind;
}

/* Whether the token `ahead` is of this kind. */
static inline bool weir_parser_sees(const struct weir_parser *parser,
                                    size_t ahead,
                                    enum weir_token_kind kind)
{
    return weir_parser_peek(parser, ahead)->kind == kind;
}

/* The next token, and steps over it (END stays). */
const struct weir_token *weir_parser_take(struct weir_parser *parser);

/* The same for a token after which a line end means nothing: | , = and operators. */
const struct weir_token *weir_parser_take_joint(struct weir_parser *parser);

/* Steps over a token of this kind, or says that `expected` was expected and fails. */
bool weir_parser_expect(struct weir_parser *parser,
                        enum weir_token_kind kind,
                        const char *expected);

/* Steps over the bracket that closes `open`, or reports both. */
bool weir_parser_close(struct weir_parser *parser,
                       enum weir_token_kind kind,
                       const struct weir_token *open);

/* The bytes of a place or token in the source. */
weir_str weir_parser_text(const struct weir_parser *parser, struct weir_place place);
bool weir_parser_is_word(const struct weir_parser *parser, size_t ahead, const char *word);

/* Whether the token may be a name where no confusion is possible (behind a point, before a colon):
 * names and the words of the language. */
bool weir_token_is_word(const struct weir_token *token);

/* Whether a value may begin with the next token. */
bool weir_parser_at_value(const struct weir_parser *parser);

/* Steps over a name, or reports what stands in its place ("a name for the stream"). */
bool weir_parser_take_name(struct weir_parser *parser,
                           const char *expected,
                           weir_str *name,
                           struct weir_place *place);

/* One level down, false and reported if that is too deep; one level up. */
bool weir_parser_enter(struct weir_parser *parser);
void weir_parser_leave(struct weir_parser *parser);

/* From the first byte of `start` to the end of the token read last. */
struct weir_place weir_parser_since(const struct weir_parser *parser, struct weir_place start);

/* Levels of the grammar. NULL (false) after a reported error. */
struct weir_ast_statement *weir_parse_statement(struct weir_parser *parser);
bool weir_parse_test(struct weir_parser *parser, struct weir_ast_statement *statement);
struct weir_ast_pipe *weir_parse_pipe(struct weir_parser *parser);
bool weir_parse_options(struct weir_parser *parser, struct weir_ast_items *options);
struct weir_ast_expr *weir_parse_expr(struct weir_parser *parser);
struct weir_ast_expr *weir_parse_primary(struct weir_parser *parser);
struct weir_ast_expr *weir_parse_list(struct weir_parser *parser);
struct weir_ast_expr *weir_parse_literal(struct weir_parser *parser);
struct weir_ast_type *weir_parse_type(struct weir_parser *parser);
struct weir_ast_type *weir_parse_struct_type(struct weir_parser *parser);

/* A new node with the place of the next token. */
struct weir_ast_expr *weir_parser_new_expr(struct weir_parser *parser,
                                           enum weir_ast_expr_kind kind);

/* Sets the height from left, right and items; NULL and reported if the tree is too high. */
struct weir_ast_expr *weir_parser_measure(struct weir_parser *parser, struct weir_ast_expr *expr);

/* Adds an error about this statement unless there is one already; NULL if it was not the first.
 * Marks the statement as failed. */
struct weir_diagnostic *weir_parser_error(struct weir_parser *parser,
                                          enum weir_code code,
                                          struct weir_place place,
                                          const char *format,
                                          ...) __attribute__((format(printf, 4, 5)));

/* Puts the next step to an error that weir_parser_error gave; NULL is fine. */
void weir_parser_help(struct weir_parser *parser,
                      struct weir_diagnostic *diagnostic,
                      const char *format,
                      ...) __attribute__((format(printf, 3, 4)));

/* Explain the next token, as helpfully as is possible: `missing` where nothing but `expected` could
 * stand, `unexpected` where something was complete and went on wrongly. Always NULL. */
void *weir_parser_missing(struct weir_parser *parser, const char *expected);
void *weir_parser_unexpected(struct weir_parser *parser, const char *expected);

/* A token in words, for messages: 'print', the end of the line. On the arena. */
const char *weir_parser_describe(struct weir_parser *parser, const struct weir_token *token);

/* Comments: those that lie before `offset` and belong to nothing yet; the one that ends the line of
 * the token read last; whether an empty line stands before an offset. */
void weir_parser_comments_before(struct weir_parser *parser,
                                 uint32_t offset,
                                 struct weir_ast_comment **list);
void weir_parser_comment_behind(struct weir_parser *parser, struct weir_ast_comment **behind);
bool weir_parser_blank_before(const struct weir_parser *parser, uint32_t offset);

#endif
