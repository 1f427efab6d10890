/* SPDX-License-Identifier: Apache-2.0 */
/* A settings file (weir.conf): the same words and comments as a pipeline text, but every statement
 * is `name = constant`. */
#include "lang/lang.h"
#include "lang/parse/blame.h"

static bool is_setting(const struct weir_ast_expr *value)
{
    if (value->kind != WEIR_AST_LIST) {
        return value->kind <= WEIR_AST_NAME;
    }
    for (const struct weir_ast_item *item = value->items.first; item != NULL; item = item->next) {
        if (item->value->kind > WEIR_AST_NAME) {
            return false;
        }
    }
    return true;
}

static bool refuse(struct weir_parser *parser, struct weir_place place, const char *message)
{
    struct weir_diagnostic *d = weir_parser_error(parser, WEIR_CODE_SETTING, place, "%s", message);
    weir_parser_help(parser, d, "write: name = value (in names '_' for '-')");
    return false;
}

static bool parse_setting(struct weir_parser *parser, struct weir_setting *setting)
{
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (token->kind != WEIR_TOKEN_NAME) {
        return refuse(parser, token->place, "the name of a setting is expected");
    }
    weir_parser_take(parser);
    setting->name_place = token->place;
    setting->name = weir_parser_text(parser, token->place);
    if (!weir_parser_is(parser, WEIR_TOKEN_ASSIGN)) {
        return refuse(parser, weir_parser_peek(parser, 0)->place,
                      "'=' is expected after the name of a setting");
    }
    weir_parser_take(parser);
    struct weir_ast_expr *value = weir_parse_expr(parser);
    if (value == NULL) {
        return false;
    }
    if (!is_setting(value)) {
        return refuse(parser, value->place, "the value of a setting is a constant");
    }
    if (!weir_token_ends_line(weir_parser_peek(parser, 0))) {
        if (!weir_habit_unit(parser)) {
            refuse(parser, weir_parser_peek(parser, 0)->place,
                   "a setting ends with its line: a text with blanks or signs needs quotes");
        }
        return false;
    }
    setting->value_place = value->place;
    weir_str text =
        value->kind == WEIR_AST_STRING ? value->text : weir_parser_text(parser, value->place);
    setting->value =
        (weir_str){weir_arena_strndup(parser->arena, text.bytes, text.count), text.count};
    return true;
}

static void skip_line(struct weir_parser *parser)
{
    uint32_t failed_at = weir_parser_peek(parser, 0)->place.offset;
    while (!weir_parser_is(parser, WEIR_TOKEN_END) &&
           !(weir_parser_peek(parser, 0)->is_first_on_line &&
             weir_parser_peek(parser, 0)->place.offset > failed_at) &&
           !weir_parser_is(parser, WEIR_TOKEN_NEWLINE)) {
        weir_parser_take(parser);
    }
    parser->has_failed = false;
}

int weir_settings_parse(const struct weir_source *source,
                        struct weir_arena *arena,
                        struct weir_diagnostics *diagnostics,
                        struct weir_setting **first,
                        struct weir_error *err)
{
    struct weir_parser parser;
    *first = NULL;
    if (source->text.count > WEIR_SOURCE_BYTES_MAX) {
        return weir_error_set(err, WEIR_ELIMIT, "%s: %zu bytes are too long for a settings file",
                              source->name, source->text.count);
    }
    weir_parser_init(&parser, source, arena, diagnostics);
    while (!weir_parser_is(&parser, WEIR_TOKEN_END)) {
        if (weir_parser_is(&parser, WEIR_TOKEN_NEWLINE)) {
            weir_parser_take(&parser);
            continue;
        }
        struct weir_setting *setting = weir_arena_alloc(arena, sizeof *setting);
        parser.start = parser.at;
        parser.depth = 0;
        if (parse_setting(&parser, setting)) {
            *first = setting;
            first = &setting->next;
        } else {
            skip_line(&parser);
        }
    }
    weir_parser_finish(&parser);
    weir_diagnostics_sort(diagnostics);
    return weir_diagnostics_status(diagnostics, err);
}
