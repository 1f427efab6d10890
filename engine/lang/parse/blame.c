/* SPDX-License-Identifier: Apache-2.0 */
/* Why a token cannot stand where it stands. The grammar only knows that something else was
 * expected; this file knows the mistakes that people make, and turns each into the sentence that
 * helps. The first explanation that fits is taken. */
#include "lang/parse/blame.h"

#include <stdio.h>
#include <string.h>

enum { WEIR_DESCRIBED_BYTES_MAX = 40 };

static const char *const kind_texts[] = {
#define WEIR_TOKEN_TEXT(name, text) [WEIR_TOKEN_##name] = (text),
    WEIR_TOKEN_MAP(WEIR_TOKEN_TEXT)
#undef WEIR_TOKEN_TEXT
};

const char *weir_token_kind_text(const struct weir_token *token)
{
    return kind_texts[token->kind];
}

const char *weir_parser_describe(struct weir_parser *parser, const struct weir_token *token)
{
    bool is_bare = token->kind == WEIR_TOKEN_NAME ||
                   (token->kind >= WEIR_TOKEN_INT && token->kind <= WEIR_TOKEN_URI);
    if (!is_bare) {
        return kind_texts[token->kind];
    }
    weir_str text = weir_parser_text(parser, token->place);
    bool is_long = text.count > WEIR_DESCRIBED_BYTES_MAX;
    size_t shown = is_long ? WEIR_DESCRIBED_BYTES_MAX : text.count;
    const char *quote = token->kind == WEIR_TOKEN_STRING ? "" : "'";
    return weir_arena_printf(parser->arena, "%s%.*s%s%s", quote, (int)shown, text.bytes,
                             is_long ? "..." : "", quote);
}

/* A mistake inside a token was reported for this statement already: what follows from it is not. */
static bool is_explained(const struct weir_parser *parser, struct weir_place place)
{
    uint32_t start = parser->lexer.tokens[parser->start].place.offset;
    uint32_t end = place.offset + (place.length == 0 ? 1 : place.length);
    for (const struct weir_diagnostic *d = parser->diagnostics->first; d != NULL; d = d->next) {
        if (!d->is_warning && d->place.offset >= start && d->place.offset < end) {
            return true;
        }
    }
    return false;
}

struct weir_diagnostic *weir_parser_error(struct weir_parser *parser,
                                          enum weir_code code,
                                          struct weir_place place,
                                          const char *format,
                                          ...)
{
    bool is_first = !parser->has_failed && !is_explained(parser, place);
    parser->has_failed = true;
    if (!is_first) {
        return NULL;
    }
    va_list args;
    char text[512];
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return weir_diagnostics_error(parser->diagnostics, code, place, "%s", text);
}

void weir_parser_help(struct weir_parser *parser,
                      struct weir_diagnostic *diagnostic,
                      const char *format,
                      ...)
{
    if (diagnostic == NULL) {
        return;
    }
    va_list args;
    char text[512];
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    weir_diagnostic_help(parser->diagnostics, diagnostic, "%s", text);
}

bool weir_parser_at_value(const struct weir_parser *parser)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    return weir_token_begins_value(token) ||
           (token->kind == WEIR_TOKEN_LBRACE && weir_token_is_word(weir_parser_peek(parser, 1)) &&
            weir_parser_sees(parser, 2, WEIR_TOKEN_COLON));
}

/* The end of the last token, for what is missing there; a token's own place otherwise. */
struct weir_place weir_blame_place(const struct weir_parser *parser, const struct weir_token *token)
{
    if (!weir_token_ends_line(token) || parser->at == 0) {
        return token->place;
    }
    struct weir_place before = weir_parser_before(parser)->place;
    return (struct weir_place){before.offset + before.length, 0};
}

static void blame_in_general(struct weir_parser *parser, const char *expected)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_SYNTAX, weir_blame_place(parser, token),
                          "expected %s, found %s", expected, weir_parser_describe(parser, token));
    if (token->kind == WEIR_TOKEN_COMMA) {
        weir_parser_help(parser, d, "remove the ','");
    } else {
        weir_parser_help(parser, d, "put %s here", expected);
    }
}

void *weir_parser_missing(struct weir_parser *parser, const char *expected)
{
    if (!weir_habit_before(parser, expected)) {
        blame_in_general(parser, expected);
    }
    return NULL;
}

void *weir_parser_unexpected(struct weir_parser *parser, const char *expected)
{
    return weir_habit_behind(parser) ? NULL : weir_parser_missing(parser, expected);
}

bool weir_parser_close(struct weir_parser *parser,
                       enum weir_token_kind kind,
                       const struct weir_token *open)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind == kind) {
        weir_parser_take(parser);
        return true;
    }
    if (!token->is_first_on_line && weir_habit_behind(parser)) {
        return false;
    }
    struct weir_diagnostic *d = weir_parser_error(
        parser, WEIR_CODE_BRACKET, weir_blame_place(parser, token), "expected %s, found %s",
        kind_texts[kind], weir_parser_describe(parser, token));
    if (d != NULL) {
        weir_diagnostic_other(parser->diagnostics, d, open->place, "opened here");
    }
    if (token->kind == WEIR_TOKEN_COMMA && kind == WEIR_TOKEN_RPAREN) {
        weir_parser_help(parser, d, "brackets hold one value; a verb takes several without them");
    } else {
        weir_parser_help(parser, d,
                         weir_token_ends_line(token) ? "put %s here" : "put %s before it",
                         kind_texts[kind]);
    }
    return false;
}
