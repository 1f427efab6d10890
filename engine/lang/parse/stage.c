/* SPDX-License-Identifier: Apache-2.0 */
/* Pipes and their stages: verb, values, options, block, name. Which names are options is not known
 * here; a name=value without a comma before it can be nothing else. */
#include "lang/parse/parser.h"

#include <string.h>

static bool at_option(const struct weir_parser *parser)
{
    return weir_parser_is(parser, WEIR_TOKEN_NAME) &&
           weir_parser_sees(parser, 1, WEIR_TOKEN_ASSIGN);
}

/* [NAME "="] expr */
static bool parse_item(struct weir_parser *parser, struct weir_ast_items *items, bool after_comma)
{
    struct weir_ast_item *item = weir_arena_alloc(parser->arena, sizeof *item);
    struct weir_place start = weir_parser_peek(parser, 0)->place;
    item->after_comma = after_comma;
    if (at_option(parser)) {
        item->name_place = weir_parser_take(parser)->place;
        item->name = weir_parser_text(parser, item->name_place);
        weir_parser_take_joint(parser);
    }
    item->value = weir_parse_expr(parser);
    if (item->value == NULL) {
        return false;
    }
    item->place = weir_parser_since(parser, start);
    weir_ast_items_append(items, item);
    return true;
}

bool weir_parse_options(struct weir_parser *parser, struct weir_ast_items *options)
{
    while (at_option(parser)) {
        if (!parse_item(parser, options, false)) {
            return false;
        }
    }
    if (weir_parser_is(parser, WEIR_TOKEN_COMMA)) {
        struct weir_diagnostic *d =
            weir_parser_error(parser, WEIR_CODE_SYNTAX, weir_parser_peek(parser, 0)->place,
                              "options need no ',' between them");
        weir_parser_help(parser, d, "remove the ','");
        return false;
    }
    return true;
}

static bool parse_items(struct weir_parser *parser, struct weir_ast_items *items)
{
    if (!weir_parser_at_value(parser)) {
        return true;
    }
    if (!parse_item(parser, items, true)) {
        return false;
    }
    for (;;) {
        if (weir_parser_is(parser, WEIR_TOKEN_COMMA)) {
            weir_parser_take_joint(parser);
            if (!parse_item(parser, items, true)) {
                return false;
            }
        } else if (!at_option(parser)) {
            return true;
        } else if (!parse_item(parser, items, false)) {
            return false;
        }
    }
}

/* "{" stage { "|" stage } "}" */
static struct weir_ast_pipe *parse_block(struct weir_parser *parser)
{
    struct weir_token open = *weir_parser_take(parser);
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    struct weir_ast_pipe *pipe = weir_parse_pipe(parser);
    if (pipe == NULL || !weir_parser_close(parser, WEIR_TOKEN_RBRACE, &open)) {
        return NULL;
    }
    weir_parser_leave(parser);
    pipe->place = weir_parser_since(parser, open.place);
    weir_parser_comments_before(parser, weir_parser_before(parser)->place.offset, &pipe->end);
    return pipe;
}

static bool parse_uri(struct weir_parser *parser, struct weir_ast_stage *stage)
{
    stage->is_uri = true;
    stage->name_place = weir_parser_take(parser)->place;
    stage->name = weir_parser_text(parser, stage->name_place);
    if (memcmp(stage->name.bytes + stage->name.count - 3, "://", 3) == 0) {
        struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_ADDRESS_PLACE,
                                                      stage->name_place, "the address is empty");
        weir_parser_help(parser, d, "an address is scheme://host:port, without a blank");
        return false;
    }
    return weir_parse_options(parser, &stage->items);
}

/* NAME ["." NAME] */
static bool parse_verb(struct weir_parser *parser, struct weir_ast_stage *stage)
{
    if (!weir_parser_take_name(parser, "a verb", &stage->name, &stage->name_place)) {
        return false;
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_DOT)) {
        return true;
    }
    weir_parser_take(parser);
    stage->alias = stage->name;
    stage->alias_place = stage->name_place;
    return weir_parser_take_name(parser, "the name of an operator after '.'", &stage->name,
                                 &stage->name_place);
}

/* `count()`: brackets that are empty or hold several values are no value. */
static bool refuse_brackets(struct weir_parser *parser, const struct weir_ast_stage *stage)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind != WEIR_TOKEN_LPAREN || !token->is_glued ||
        !weir_parser_sees(parser, 1, WEIR_TOKEN_RPAREN)) {
        return false;
    }
    struct weir_place place = weir_place_join(token->place, weir_parser_peek(parser, 1)->place);
    struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_CALL_FORM, place,
                                                  "a verb takes its values without brackets");
    weir_parser_help(parser, d, "try: %.*s", (int)stage->name.count, stage->name.bytes);
    return true;
}

static bool parse_as(struct weir_parser *parser, struct weir_ast_stage *stage)
{
    const struct weir_token *token = weir_parser_take(parser);
    if (stage->is_uri) {
        struct weir_diagnostic *d =
            weir_parser_error(parser, WEIR_CODE_SYNTAX, token->place, "an address takes no 'as'");
        weir_parser_help(parser, d, "write: NAME = %.*s", (int)stage->name.count,
                         stage->name.bytes);
        return false;
    }
    return weir_parser_take_name(parser, "a name after 'as'", &stage->as_name, &stage->as_place);
}

static bool parse_parts(struct weir_parser *parser, struct weir_ast_stage *stage, bool is_head)
{
    if (is_head && weir_parser_is(parser, WEIR_TOKEN_URI)) {
        if (!parse_uri(parser, stage)) {
            return false;
        }
    } else if (!parse_verb(parser, stage) || refuse_brackets(parser, stage) ||
               !parse_items(parser, &stage->items)) {
        return false;
    }
    if (!stage->is_uri && weir_parser_is(parser, WEIR_TOKEN_LBRACE)) {
        stage->block = parse_block(parser);
        if (stage->block == NULL) {
            return false;
        }
    }
    return !weir_parser_is(parser, WEIR_TOKEN_AS) || parse_as(parser, stage);
}

static bool ends_stage(const struct weir_parser *parser)
{
    enum weir_token_kind kind = (enum weir_token_kind)weir_parser_peek(parser, 0)->kind;
    return kind == WEIR_TOKEN_PIPE || kind == WEIR_TOKEN_NEWLINE || kind == WEIR_TOKEN_SEMICOLON ||
           kind == WEIR_TOKEN_END || kind == WEIR_TOKEN_RBRACE;
}

static struct weir_ast_stage *parse_stage(struct weir_parser *parser,
                                          struct weir_ast_stage *stage,
                                          bool is_head)
{
    struct weir_place start = weir_parser_peek(parser, 0)->place;
    weir_parser_comments_before(parser, start.offset, &stage->notes.before);
    if (!parse_parts(parser, stage, is_head)) {
        return NULL;
    }
    stage->place = weir_parser_since(parser, start);
    if (!ends_stage(parser)) {
        return weir_parser_unexpected(parser, stage->items.count == 0
                                                  ? "a value, an option, '|' or the end"
                                                  : "',' and a value, an option, '|' or the end");
    }
    weir_parser_comments_before(parser, stage->place.offset + stage->place.length,
                                &stage->notes.before);
    weir_parser_comment_behind(parser, &stage->notes.behind);
    return stage;
}

struct weir_ast_pipe *weir_parse_pipe(struct weir_parser *parser)
{
    struct weir_ast_pipe *pipe = weir_arena_alloc(parser->arena, sizeof *pipe);
    struct weir_place start = weir_parser_peek(parser, 0)->place;
    bool is_head = true;
    do {
        struct weir_ast_stage *stage = weir_arena_alloc(parser->arena, sizeof *stage);
        if (!is_head) {
            stage->on_new_line = weir_parser_peek(parser, 0)->is_first_on_line;
            weir_parser_take_joint(parser);
        }
        if (parse_stage(parser, stage, is_head) == NULL) {
            return NULL;
        }
        weir_ast_pipe_append(pipe, stage);
        is_head = false;
    } while (weir_parser_is(parser, WEIR_TOKEN_PIPE));
    pipe->place = weir_parser_since(parser, start);
    return pipe;
}
