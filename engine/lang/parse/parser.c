/* SPDX-License-Identifier: Apache-2.0 */
/* The statement loop: one statement after the other, and after a mistake on behind it. If brackets
 * are left open, the rest of the text looks like the inside of one; then the next line that begins
 * like a statement is taken for one and the text is read again from there (never more often than
 * there are errors to show). */
#include "lang/parse/parser.h"

#include <stdio.h>
#include <string.h>

void weir_parser_init(struct weir_parser *parser,
                      const struct weir_source *source,
                      struct weir_arena *arena,
                      struct weir_diagnostics *diagnostics)
{
    *parser = (struct weir_parser){.source = source, .arena = arena, .diagnostics = diagnostics};
    weir_lexer_init(&parser->lexer, source, arena, diagnostics);
    weir_lexer_run(&parser->lexer, 0);
}

void weir_parser_finish(struct weir_parser *parser)
{
    weir_lexer_finish(&parser->lexer);
}

const struct weir_token *weir_parser_take(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind != WEIR_TOKEN_END) {
        parser->at++;
    }
    return token;
}

const struct weir_token *weir_parser_take_joint(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_take(parser);
    while (weir_parser_is(parser, WEIR_TOKEN_NEWLINE)) {
        parser->at++;
    }
    return token;
}

bool weir_parser_expect(struct weir_parser *parser, enum weir_token_kind kind, const char *expected)
{
    if (!weir_parser_is(parser, kind)) {
        weir_parser_missing(parser, expected);
        return false;
    }
    weir_parser_take(parser);
    return true;
}

weir_str weir_parser_text(const struct weir_parser *parser, struct weir_place place)
{
    return (weir_str){parser->lexer.text + place.offset, place.length};
}

bool weir_parser_is_word(const struct weir_parser *parser, size_t ahead, const char *word)
{
    const struct weir_token *token = weir_parser_peek(parser, ahead);
    weir_str text = weir_parser_text(parser, token->place);
    return token->kind == WEIR_TOKEN_NAME && strlen(word) == text.count &&
           memcmp(word, text.bytes, text.count) == 0;
}

bool weir_token_is_word(const struct weir_token *token)
{
    return token->kind == WEIR_TOKEN_NAME || token->kind == WEIR_TOKEN_AS ||
           token->kind == WEIR_TOKEN_OR || token->kind == WEIR_TOKEN_AND ||
           token->kind == WEIR_TOKEN_NOT || token->kind == WEIR_TOKEN_TRUE ||
           token->kind == WEIR_TOKEN_FALSE || token->kind == WEIR_TOKEN_NULL;
}

bool weir_parser_take_name(struct weir_parser *parser,
                           const char *expected,
                           weir_str *name,
                           struct weir_place *place)
{
    if (!weir_parser_is(parser, WEIR_TOKEN_NAME)) {
        weir_parser_missing(parser, expected);
        return false;
    }
    *place = weir_parser_take(parser)->place;
    *name = weir_parser_text(parser, *place);
    return true;
}

bool weir_parser_enter(struct weir_parser *parser)
{
    if (parser->depth < WEIR_PARSE_DEPTH_MAX) {
        parser->depth++;
        return true;
    }
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_TOO_DEEP, weir_parser_peek(parser, 0)->place,
                          "nested more than %d deep", WEIR_PARSE_DEPTH_MAX);
    weir_parser_help(parser, d, "give parts of it names with 'extend', or split the pipe");
    return false;
}

void weir_parser_leave(struct weir_parser *parser)
{
    WEIR_ASSERT(parser->depth > 0);
    parser->depth--;
}

struct weir_place weir_parser_since(const struct weir_parser *parser, struct weir_place start)
{
    return weir_place_join(start, weir_parser_before(parser)->place);
}

/* A line that begins like a statement. */
static bool looks_like_statement(const struct weir_parser *parser, size_t at)
{
    static const char *const words[] = {"job", "param", "table", "use", "test"};
    const struct weir_token *token = &parser->lexer.tokens[at];
    if (!token->is_first_on_line || token->kind == WEIR_TOKEN_END ||
        (token->place.offset > 0 && parser->lexer.text[token->place.offset - 1] != '\n')) {
        return false;
    }
    weir_str text = weir_parser_text(parser, token->place);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (text.count == strlen(words[i]) && memcmp(text.bytes, words[i], text.count) == 0) {
            return true;
        }
    }
    return token->kind == WEIR_TOKEN_URI ||
           (token->kind == WEIR_TOKEN_NAME && token[1].kind == WEIR_TOKEN_ASSIGN);
}

/* Goes on behind the statement that failed. */
static void recover(struct weir_parser *parser)
{
    const struct weir_token *tokens = parser->lexer.tokens;
    size_t count = parser->lexer.token_count;
    bool is_open =
        tokens[count - 1].depth > 0; /* at the end of the text: somewhere, perhaps here */
    parser->depth = 0;
    parser->has_failed = false;
    for (size_t i = parser->start + 1; i < count; i++) {
        bool ends = tokens[i].depth == 0 && (tokens[i].kind == WEIR_TOKEN_NEWLINE ||
                                             tokens[i].kind == WEIR_TOKEN_SEMICOLON);
        if (i >= parser->at && (ends || tokens[i].kind == WEIR_TOKEN_END)) {
            parser->at = i;
            return;
        }
        if (is_open && tokens[i].depth > 0 && looks_like_statement(parser, i)) {
            weir_lexer_run(&parser->lexer, tokens[i].place.offset);
            parser->at = i; /* now the line end that weir_lexer_run puts before it */
            return;
        }
    }
}

/* What may follow a statement; takes it. */
static bool end_statement(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    if (weir_parser_is(parser, WEIR_TOKEN_SEMICOLON)) {
        weir_parser_take(parser);
        struct weir_ast_stage *last = statement->pipe == NULL ? NULL : statement->pipe->last;
        if (last == NULL || last->notes.behind == NULL) {
            weir_parser_comment_behind(parser, &statement->notes.behind);
        }
        return true;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_NEWLINE) || weir_parser_is(parser, WEIR_TOKEN_END)) {
        weir_parser_take(parser);
        return true;
    }
    weir_parser_unexpected(parser, "the end of the statement");
    return false;
}

static void parse_statements(struct weir_parser *parser, struct weir_ast_program *program)
{
    while (!weir_parser_is(parser, WEIR_TOKEN_END) &&
           parser->diagnostics->error_count < WEIR_DIAGNOSTICS_MAX) {
        if (weir_parser_is(parser, WEIR_TOKEN_NEWLINE) ||
            weir_parser_is(parser, WEIR_TOKEN_SEMICOLON)) {
            weir_parser_take(parser);
            continue;
        }
        parser->start = parser->at;
        parser->depth = 0;
        struct weir_ast_comment *comments = NULL;
        uint32_t offset = weir_parser_peek(parser, 0)->place.offset;
        weir_parser_comments_before(parser, offset, &comments);
        struct weir_ast_statement *statement = weir_parse_statement(parser);
        if (statement == NULL || !end_statement(parser, statement)) {
            recover(parser);
            continue;
        }
        statement->blank_before = weir_parser_blank_before(parser, offset);
        struct weir_ast_comment *inner = statement->notes.before;
        statement->notes.before = comments;
        for (struct weir_ast_comment **at = &statement->notes.before;; at = &(*at)->next) {
            if (*at == NULL) {
                *at = inner;
                break;
            }
        }
        weir_ast_program_append(program, statement);
    }
    weir_parser_comments_before(parser, UINT32_MAX, &program->end);
}

int weir_ast_parse(const struct weir_source *source,
                   struct weir_arena *arena,
                   struct weir_diagnostics *diagnostics,
                   struct weir_ast_program **program,
                   struct weir_error *err)
{
    *program = weir_arena_alloc(arena, sizeof **program);
    (*program)->source = source;
    if (source->text.count > WEIR_SOURCE_BYTES_MAX) {
        weir_diagnostics_error(diagnostics, WEIR_CODE_TEXT_TOO_LONG, WEIR_NOWHERE,
                               "%s has %zu bytes, at most %d are allowed", source->name,
                               source->text.count, (int)WEIR_SOURCE_BYTES_MAX);
        return weir_error_set(err, WEIR_ELIMIT, "%s: %zu bytes are too long for a pipeline text",
                              source->name, source->text.count);
    }
    struct weir_parser parser;
    weir_parser_init(&parser, source, arena, diagnostics);
    parse_statements(&parser, *program);
    weir_parser_finish(&parser);
    weir_diagnostics_sort(diagnostics);
    return weir_diagnostics_status(diagnostics, err);
}
