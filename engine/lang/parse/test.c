/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a test: what is fed when, and what is expected when. */
#include "lang/parse/parser.h"

static void step_error(struct weir_parser *parser, const char *expected)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    struct weir_diagnostic *d =
        weir_parser_error(parser, WEIR_CODE_TEST_STEP, token->place, "expected %s, found %s",
                          expected, weir_parser_describe(parser, token));
    weir_parser_help(parser, d, "a step is: at 10s feed|expect STREAM [records];");
}

static bool parse_time(struct weir_parser *parser, struct weir_ast_step *step)
{
    if (!weir_parser_is_word(parser, 0, "at")) {
        step_error(parser, "'at' or '}'");
        return false;
    }
    weir_parser_take(parser);
    if (weir_parser_is(parser, WEIR_TOKEN_DURATION)) {
        step->at = weir_parse_literal(parser);
        return true;
    }
    if (weir_parser_is(parser, WEIR_TOKEN_INT)) {
        const struct weir_token *token = weir_parser_peek(parser, 0);
        struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_UNIT_APART, token->place,
                                                      "a time needs a unit, without a blank");
        weir_str digits = weir_parser_text(parser, token->place);
        weir_parser_help(parser, d, "try: %.*ss", (int)digits.count, digits.bytes);
        return false;
    }
    step_error(parser, "a time, such as 10s");
    return false;
}

static bool parse_step(struct weir_parser *parser, struct weir_ast_step *step)
{
    if (!parse_time(parser, step)) {
        return false;
    }
    step->is_expect = weir_parser_is_word(parser, 0, "expect");
    if (!step->is_expect && !weir_parser_is_word(parser, 0, "feed")) {
        step_error(parser, "'feed' or 'expect'");
        return false;
    }
    weir_parser_take(parser);
    if (!weir_parser_take_name(parser, "the name of a stream", &step->stream,
                               &step->stream_place)) {
        return false;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_LBRACKET)) {
        step_error(parser, "'[' and records");
        return false;
    }
    step->records = weir_parse_list(parser);
    if (step->records == NULL) {
        return false;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_SEMICOLON)) {
        step_error(parser, "';' after the step");
        return false;
    }
    weir_parser_take(parser);
    return true;
}

static bool parse_steps(struct weir_parser *parser,
                        struct weir_ast_statement *statement,
                        const struct weir_token *open)
{
    struct weir_ast_step **last = &statement->steps;
    while (!weir_parser_is(parser, WEIR_TOKEN_RBRACE)) {
        if (weir_parser_is(parser, WEIR_TOKEN_END)) {
            return weir_parser_close(parser, WEIR_TOKEN_RBRACE, open);
        }
        struct weir_ast_step *step = weir_arena_alloc(parser->arena, sizeof *step);
        struct weir_place start = weir_parser_peek(parser, 0)->place;
        weir_parser_comments_before(parser, start.offset, &step->notes.before);
        if (!parse_step(parser, step)) {
            return false;
        }
        step->place = weir_parser_since(parser, start);
        weir_parser_comments_before(parser, step->place.offset + step->place.length,
                                    &step->notes.before);
        weir_parser_comment_behind(parser, &step->notes.behind);
        *last = step;
        last = &step->next;
    }
    weir_parser_comments_before(parser, weir_parser_peek(parser, 0)->place.offset, &statement->end);
    weir_parser_take(parser);
    return true;
}

bool weir_parse_test(struct weir_parser *parser, struct weir_ast_statement *statement)
{
    struct weir_token open = *weir_parser_peek(parser, 0);
    return weir_parser_expect(parser, WEIR_TOKEN_LBRACE, "'{' and the steps of the test") &&
           parse_steps(parser, statement, &open);
}
