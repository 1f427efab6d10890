/* SPDX-License-Identifier: Apache-2.0 */
/* Statements: job, param, table, use, named pipes, pipes, tests. */
#include "lang/parse/parser.h"

#include <string.h>

static bool parse_job(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (weir_parser_is(parser, WEIR_TOKEN_NAME) && weir_parser_sees(parser, 1, WEIR_TOKEN_ASSIGN)) {
        struct weir_diagnostic *d =
            weir_parser_error(parser, WEIR_CODE_SYNTAX, weir_parser_peek(parser, 0)->place,
                              "a name for the job is expected before its options");
        weir_str option = weir_parser_text(parser, weir_parser_peek(parser, 0)->place);
        weir_parser_help(parser, d, "try: job NAME %.*s=", (int)option.count, option.bytes);
        return false;
    }
    return weir_parser_take_name(parser, "a name for the job", &statement->name,
                                 &statement->name_place) &&
           weir_parse_options(parser, &statement->options);
}

static bool parse_param(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (!weir_parser_take_name(parser, "a name for the parameter", &statement->name,
                               &statement->name_place)) {
        return false;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_COLON)) {
        weir_parser_take(parser);
        statement->type = weir_parse_type(parser);
        if (statement->type == NULL) {
            return false;
        }
    }
    if (weir_parser_is(parser, WEIR_TOKEN_ASSIGN)) {
        weir_parser_take_joint(parser);
        statement->value = weir_parse_expr(parser);
        return statement->value != NULL;
    }
    return true;
}

/* NAME "=" pipe, of a table or a stream. */
static bool parse_named(struct weir_parser *parser,
                        struct weir_ast_statement *statement,
                        const char *expected)
{
    if (!weir_parser_take_name(parser, expected, &statement->name, &statement->name_place)) {
        return false;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_ASSIGN)) {
        weir_parser_missing(parser, "'=' and a pipe");
        return false;
    }
    weir_parser_take_joint(parser);
    statement->pipe = weir_parse_pipe(parser);
    return statement->pipe != NULL;
}

static bool parse_use(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (!weir_parser_is(parser, WEIR_TOKEN_STRING)) {
        struct weir_diagnostic *d =
            weir_parser_error(parser, WEIR_CODE_UNQUOTED, weir_parser_peek(parser, 0)->place,
                              "expected the file of a plugin or library in double quotes, found %s",
                              weir_parser_describe(parser, weir_parser_peek(parser, 0)));
        weir_parser_help(parser, d, "write: use \"./plugin.so\" as name");
        return false;
    }
    statement->title = weir_parse_literal(parser);
    if (weir_parser_is(parser, WEIR_TOKEN_AS)) {
        weir_parser_take(parser);
        if (!weir_parser_take_name(parser, "a name after 'as'", &statement->name,
                                   &statement->name_place)) {
            return false;
        }
    }
    if (!weir_parse_options(parser, &statement->options)) {
        return false;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_PROTOTYPES)) {
        const struct weir_token *token = weir_parser_take(parser);
        statement->has_prototypes = true;
        statement->prototypes = token->value.text;
        statement->prototypes_place = token->place;
    }
    return true;
}

/* A word that begins statements where a stream's name should stand. */
static bool refuse_word(struct weir_parser *parser)
{
    weir_str word = weir_parser_text(parser, weir_parser_peek(parser, 0)->place);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_RESERVED_WORD, weir_parser_peek(parser, 0)->place,
                          "'%.*s' begins a statement and cannot be the name of a stream",
                          (int)word.count, word.bytes);
    weir_parser_help(parser, d, "choose another name, for instance %.*s_1", (int)word.count,
                     word.bytes);
    return false;
}

static bool parse_titled(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (!weir_parser_is(parser, WEIR_TOKEN_STRING)) {
        weir_parser_missing(parser, "what the test shows, as a string");
        return false;
    }
    statement->title = weir_parse_literal(parser);
    return weir_parse_test(parser, statement);
}

static bool parse_keyword(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    enum weir_ast_statement_kind kind = statement->kind;
    if (weir_parser_sees(parser, 1, WEIR_TOKEN_ASSIGN)) {
        return refuse_word(parser);
    }
    weir_parser_take(parser);
    if (kind == WEIR_AST_JOB) {
        return parse_job(parser, statement);
    }
    if (kind == WEIR_AST_PARAM_DECLARATION) {
        return parse_param(parser, statement);
    }
    if (kind == WEIR_AST_TABLE) {
        return parse_named(parser, statement, "a name for the table");
    }
    return kind == WEIR_AST_USE ? parse_use(parser, statement) : parse_titled(parser, statement);
}

static enum weir_ast_statement_kind kind_of(const struct weir_parser *parser)
{
    static const struct {
        const char *word;
        enum weir_ast_statement_kind kind;
    } words[] = {{"job", WEIR_AST_JOB},
                 {"param", WEIR_AST_PARAM_DECLARATION},
                 {"table", WEIR_AST_TABLE},
                 {"use", WEIR_AST_USE},
                 {"test", WEIR_AST_TEST}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (weir_parser_is_word(parser, 0, words[i].word)) {
            return words[i].kind;
        }
    }
    bool is_named =
        (weir_parser_is(parser, WEIR_TOKEN_NAME) || weir_parser_is(parser, WEIR_TOKEN_AS)) &&
        weir_parser_sees(parser, 1, WEIR_TOKEN_ASSIGN);
    return is_named ? WEIR_AST_NAMED_PIPE : WEIR_AST_PIPE;
}

static bool parse_kind(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (statement->kind == WEIR_AST_PIPE) {
        statement->pipe = weir_parse_pipe(parser);
        return statement->pipe != NULL;
    }
    return statement->kind == WEIR_AST_NAMED_PIPE
               ? parse_named(parser, statement, "a name for the stream")
               : parse_keyword(parser, statement);
}

struct weir_ast_statement *weir_parse_statement(struct weir_parser *parser)
{
    struct weir_ast_statement *statement = weir_arena_alloc(parser->arena, sizeof *statement);
    struct weir_place start = weir_parser_peek(parser, 0)->place;
    statement->kind = kind_of(parser);
    if (!parse_kind(parser, statement)) {
        return NULL;
    }
    statement->place = weir_parser_since(parser, start);
    weir_parser_comments_before(parser, statement->place.offset + statement->place.length,
                                &statement->notes.before);
    if (statement->pipe == NULL) {
        weir_parser_comment_behind(parser, &statement->notes.behind);
    }
    return statement;
}
