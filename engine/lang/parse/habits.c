/* SPDX-License-Identifier: Apache-2.0 */
/* Mistakes that people make, and the sentence that helps: lost quotes, forgotten '|', '=' for '==',
 * habits of C, SQL, JSON and shells. Each function recognises one and reports it; the first that
 * fits is taken, so their order matters. */
#include "lang/parse/blame.h"

/* The whole text lost its quotes on the way through a shell, or never had any. */
static bool has_lost_quotes(const struct weir_parser *parser)
{
    weir_str text = parser->source->text;
    return parser->source->from_shell && memchr(text.bytes, '"', text.count) == NULL;
}

/* 10 s */
bool weir_habit_unit(struct weir_parser *parser)
{
    const struct weir_token *number = weir_parser_before(parser),
                            *unit = weir_parser_peek(parser, 0);
    weir_str word = weir_parser_text(parser, unit->place);
    if (parser->at == 0 || !weir_token_is_number(number) || unit->kind != WEIR_TOKEN_NAME ||
        !weir_is_unit(word)) {
        return false;
    }
    weir_str digits = weir_parser_text(parser, number->place);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_UNIT_APART, weir_place_join(number->place, unit->place),
                          "a number and its unit are written without a blank");
    weir_parser_help(parser, d, "try: %.*s%.*s", (int)digits.count, digits.bytes, (int)word.count,
                     word.bytes);
    return true;
}

static void report_nothing_behind(struct weir_parser *parser, const struct weir_token *before)
{
    struct weir_place end = {before->place.offset + before->place.length, 0};
    bool is_shell = parser->source->from_shell &&
                    (before->kind == WEIR_TOKEN_ASSIGN ||
                     (before->kind >= WEIR_TOKEN_EQ && before->kind <= WEIR_TOKEN_GE));
    struct weir_diagnostic *d = weir_parser_error(
        parser, is_shell ? WEIR_CODE_SHELL_CHANGED : WEIR_CODE_SYNTAX, end,
        is_shell ? "nothing stands behind %s: did the shell replace a $name there?"
                 : "nothing stands behind %s",
        weir_token_kind_text(before));
    weir_parser_help(parser, d, "%s",
                     is_shell ? "put the whole text in single quotes: in double quotes the shell "
                                "changes it"
                     : before->kind == WEIR_TOKEN_COMMA ? "remove it, or put a value there"
                                                        : "put a value there");
}

/* dsn= key=x, where the shell replaced a $name by nothing */
static bool blame_lost_value(struct weir_parser *parser)
{
    if (!parser->source->from_shell || parser->at < 2 ||
        !weir_parser_is(parser, WEIR_TOKEN_ASSIGN)) {
        return false;
    }
    const struct weir_token *name = weir_parser_before(parser), *assign = name - 1;
    if (name->kind != WEIR_TOKEN_NAME || assign->kind != WEIR_TOKEN_ASSIGN || name->is_glued ||
        !assign->is_glued) {
        return false;
    }
    report_nothing_behind(parser, assign);
    return true;
}

/* filter (a = 1); top 10 by==x */
static bool blame_equals(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    bool is_assign = token->kind == WEIR_TOKEN_ASSIGN;
    if ((!is_assign && token->kind != WEIR_TOKEN_EQ) ||
        !weir_token_ends_value(weir_parser_before(parser))) {
        return false;
    }
    struct weir_diagnostic *d = weir_parser_error(
        parser, WEIR_CODE_EQUALS, token->place,
        is_assign ? "'=' gives a name a value; it does not compare" : "'==' compares");
    weir_parser_help(parser, d,
                     is_assign ? "to compare, write '=='"
                               : "to give a value to a name or an option, write one '='");
    return true;
}

static bool blame_closer(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (!weir_token_is_closer(token) || token->depth > 0) {
        return false;
    }
    struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_BRACKET, token->place,
                                                  "%s closes nothing", weir_token_kind_text(token));
    weir_parser_help(parser, d, "remove it, or open it before");
    return true;
}

/* Nothing behind '=', ',' or an operator. */
static bool blame_missing_value(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0),
                            *before = weir_parser_before(parser);
    static const uint8_t after[] = {WEIR_TOKEN_ASSIGN, WEIR_TOKEN_COMMA, WEIR_TOKEN_COLON,
                                    WEIR_TOKEN_LPAREN, WEIR_TOKEN_LBRACKET};
    if (parser->at == 0 ||
        (!weir_token_is_one_of(before, after, sizeof after) && !weir_token_is_operator(before)) ||
        !(weir_token_ends_line(token) || weir_token_is_closer(token) ||
          token->kind == WEIR_TOKEN_PIPE || token->kind == WEIR_TOKEN_COMMA ||
          token->kind == WEIR_TOKEN_SEMICOLON)) {
        return false;
    }
    report_nothing_behind(parser, before);
    return true;
}

static bool blame_address(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind != WEIR_TOKEN_URI) {
        return false;
    }
    weir_str text = weir_parser_text(parser, token->place);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_ADDRESS_PLACE, token->place,
                          "an address without quotes stands only at the head of a pipe");
    weir_parser_help(parser, d, "here it is a string: \"%.*s\"",
                     text.count > 200 ? 200 : (int)text.count, text.bytes);
    return true;
}

/* From `start` to the blank, '|' or ';' behind it. */
static struct weir_place to_blank(const struct weir_parser *parser, uint32_t start)
{
    uint32_t end = start;
    while (end < parser->lexer.end && strchr(" \t\r\n|;", parser->lexer.text[end]) == NULL) {
        end++;
    }
    return (struct weir_place){start, end - start};
}

/* Where the word begins in which the next token stands: nothing but glued tokens lies between. */
static uint32_t word_start(const struct weir_parser *parser)
{
    static const uint8_t borders[] = {WEIR_TOKEN_ASSIGN, WEIR_TOKEN_COMMA,    WEIR_TOKEN_PIPE,
                                      WEIR_TOKEN_LPAREN, WEIR_TOKEN_LBRACKET, WEIR_TOKEN_LBRACE};
    const struct weir_token *tokens = parser->lexer.tokens;
    size_t i = parser->at;
    while (i > parser->start && tokens[i].is_glued &&
           !weir_token_is_one_of(&tokens[i - 1], borders, sizeof borders)) {
        i--;
    }
    return tokens[i].place.offset;
}

/* /tmp/x, ./x, *.csv, :9999, localhost:9999 */
static bool blame_unquoted(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    struct weir_place place = to_blank(parser, word_start(parser));
    weir_str text = weir_parser_text(parser, place);
    bool is_sign = weir_token_is_operator(token) || token->kind == WEIR_TOKEN_DOT;
    bool is_path = is_sign && text.count > 1 &&
                   (memchr(text.bytes, '/', text.count) != NULL || text.bytes[0] == '*');
    bool is_address = token->kind == WEIR_TOKEN_COLON && token->depth == 0 &&
                      weir_parser_sees(parser, 1, WEIR_TOKEN_INT);
    if (!is_path && !is_address) {
        return false;
    }
    bool is_lost = has_lost_quotes(parser);
    struct weir_diagnostic *d = weir_parser_error(
        parser, is_lost ? WEIR_CODE_SHELL_CHANGED : WEIR_CODE_UNQUOTED, place, "%s%s",
        is_address ? "an address stands in double quotes" : "a path stands in double quotes",
        is_lost ? ": did the shell take them away?" : "");
    int shown = text.count > 200 ? 200 : (int)text.count;
    if (is_lost) {
        weir_parser_help(parser, d, "try: \"%.*s\", and the whole text in single quotes", shown,
                         text.bytes);
    } else {
        weir_parser_help(parser, d, "try: \"%.*s\"", shown, text.bytes);
    }
    return true;
}

/* Whether the next token should begin the pipe of `NAME =` or `table NAME =`. */
static bool at_named_pipe(const struct weir_parser *parser)
{
    const struct weir_token *start = &parser->lexer.tokens[parser->start];
    size_t read = parser->at - parser->start;
    return read >= 2 && start[read - 1].kind == WEIR_TOKEN_ASSIGN &&
           (read == 2 || (read == 3 && start[1].kind == WEIR_TOKEN_NAME &&
                          weir_parser_text(parser, start->place).count == 5 &&
                          memcmp(weir_parser_text(parser, start->place).bytes, "table", 5) == 0));
}

static bool blame_empty_stage(struct weir_parser *parser, const char *expected)
{
    const struct weir_token *token = weir_parser_peek(parser, 0),
                            *before = weir_parser_before(parser);
    bool is_first = parser->at == parser->start;
    bool begins = is_first || before->kind == WEIR_TOKEN_PIPE || at_named_pipe(parser) ||
                  before->kind == WEIR_TOKEN_LBRACE;
    if (strcmp(expected, "a verb") != 0 || !begins ||
        (token->kind != WEIR_TOKEN_PIPE && token->kind != WEIR_TOKEN_RBRACE &&
         token->kind != WEIR_TOKEN_SEMICOLON && !weir_token_ends_line(token))) {
        return false;
    }
    bool is_behind_pipe = !is_first && before->kind == WEIR_TOKEN_PIPE;
    bool in_block = !is_first && before->kind == WEIR_TOKEN_LBRACE;
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_EMPTY_STAGE,
                          is_behind_pipe ? before->place : weir_blame_place(parser, token), "%s",
                          is_behind_pipe ? "nothing stands behind this '|'"
                          : in_block     ? "a block begins with a verb"
                                         : "a pipe begins with an input, a stream or a table");
    weir_parser_help(parser, d, "%s",
                     is_behind_pipe ? "put a verb there, or remove the '|'"
                     : in_block     ? "put one behind the '{'"
                                    : "put one before the first '|'");
    return true;
}

/* and = 1; count as as; a | not */
static bool blame_reserved(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (!weir_token_is_word(token) || token->kind == WEIR_TOKEN_NAME) {
        return false;
    }
    struct weir_diagnostic *d = weir_parser_error(
        parser, WEIR_CODE_RESERVED_WORD, token->place,
        "%s is a word of the language and cannot stand here", weir_token_kind_text(token));
    weir_parser_help(parser, d, "if it was meant as a name, choose another");
    return true;
}

/* A line that begins with what should have ended the line before. */
static bool blame_line_start(struct weir_parser *parser)
{
    static const uint8_t kinds[] = {WEIR_TOKEN_COMMA, WEIR_TOKEN_ASSIGN, WEIR_TOKEN_AS,
                                    WEIR_TOKEN_DOT, WEIR_TOKEN_LBRACE};
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (parser->at != parser->start || parser->at == 0 || !token->is_first_on_line ||
        (!weir_token_is_one_of(token, kinds, sizeof kinds) && !weir_token_is_operator(token))) {
        return false;
    }
    const char *found = weir_token_kind_text(token);
    struct weir_diagnostic *d = weir_parser_error(
        parser, WEIR_CODE_CONTINUED_LINE, token->place,
        "no line begins with %s: the statement ended with the line before", found);
    weir_parser_help(parser, d, "put %s on the line before", found);
    return true;
}

/* a === b, a <> b */
static bool blame_foreign(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0),
                            *before = weir_parser_before(parser);
    bool is_ne = before->kind == WEIR_TOKEN_LT && token->kind == WEIR_TOKEN_GT;
    bool is_eq = before->kind == WEIR_TOKEN_EQ && token->kind == WEIR_TOKEN_ASSIGN;
    if (!token->is_glued || (!is_ne && !is_eq)) {
        return false;
    }
    struct weir_diagnostic *d = weir_parser_error(
        parser, WEIR_CODE_FOREIGN_OPERATOR, weir_place_join(before->place, token->place),
        is_ne ? "'<>' is no operator here: write '!='" : "'===' is no operator here: write '=='");
    weir_parser_help(parser, d, is_ne ? "try: !=" : "try: ==");
    return true;
}

/* {"a": 1}, {} */
static bool blame_brace(struct weir_parser *parser)
{
    bool is_empty = weir_parser_sees(parser, 1, WEIR_TOKEN_RBRACE);
    const struct weir_token *inner = weir_parser_peek(parser, is_empty ? 0 : 1);
    if (!weir_parser_is(parser, WEIR_TOKEN_LBRACE) ||
        (!is_empty && inner->kind != WEIR_TOKEN_STRING)) {
        return false;
    }
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_SYNTAX, inner->place,
                          is_empty ? "a struct has at least one field"
                                   : "the names of a struct's fields have no quotes");
    weir_parser_help(parser, d, "write: {name: value}");
    return true;
}

/* A value right behind a value. */
static bool blame_separator(struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0),
                            *before = weir_parser_before(parser);
    if (parser->at == parser->start || !weir_token_ends_value(before) ||
        !weir_token_begins_value(token)) {
        return false;
    }
    if (token->kind == WEIR_TOKEN_NAME && weir_parser_sees(parser, 1, WEIR_TOKEN_EQ)) {
        weir_parser_take(parser);
        return blame_equals(parser);
    }
    /* `count top 10`: the name before the value is the verb */
    const struct weir_token *verb =
        before->kind == WEIR_TOKEN_NAME && token->kind != WEIR_TOKEN_NAME ? before : token;
    const char *found = weir_parser_describe(parser, token);
    bool is_verb = token->depth == 0 && verb->kind == WEIR_TOKEN_NAME;
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_MISSING_SEPARATOR, is_verb ? verb->place : token->place,
                          "found %s right behind %s: did you forget %s?", found,
                          weir_parser_describe(parser, before), is_verb ? "'|'" : "','");
    if (is_verb) {
        weir_str name = weir_parser_text(parser, verb->place);
        weir_parser_help(parser, d, "try: | %.*s (',' comes before a further value)",
                         (int)name.count, name.bytes);
    } else {
        weir_parser_help(parser, d, "put ',' between them");
    }
    return true;
}

/* A string where a name or a verb should stand. */
static bool blame_string(struct weir_parser *parser, const char *expected)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind != WEIR_TOKEN_STRING) {
        return false;
    }
    const char *found = weir_parser_describe(parser, token);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_SYNTAX, token->place,
                          "expected %s, found the string %s", expected, found);
    if (weir_parser_sees(parser, 1, WEIR_TOKEN_COLON)) {
        weir_parser_help(parser, d, "names of fields have no quotes: {name: value}");
    } else if (parser->at == parser->start) {
        weir_parser_help(parser, d, "a file is read with: file %s", found);
    } else {
        weir_parser_help(parser, d, "names have no quotes");
    }
    return true;
}

bool weir_habit_behind(struct weir_parser *parser)
{
    return weir_habit_unit(parser) || blame_lost_value(parser) || blame_equals(parser) ||
           blame_unquoted(parser) || blame_address(parser) || blame_separator(parser);
}

bool weir_habit_before(struct weir_parser *parser, const char *expected)
{
    return blame_address(parser) || blame_closer(parser) || blame_line_start(parser) ||
           blame_empty_stage(parser, expected) || blame_missing_value(parser) ||
           blame_foreign(parser) || blame_unquoted(parser) || blame_brace(parser) ||
           blame_reserved(parser) || blame_string(parser, expected);
}
