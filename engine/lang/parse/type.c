/* SPDX-License-Identifier: Apache-2.0 */
/* Types: a word, list<type>, or {name: type, ...}. */
#include "lang/parse/parser.h"

#include <string.h>

static const struct {
    const char *word;
    enum weir_ast_type_kind kind;
} types[] = {{"bool", WEIR_AST_TYPE_BOOL}, {"i32", WEIR_AST_TYPE_I32},
             {"i64", WEIR_AST_TYPE_I64},   {"f64", WEIR_AST_TYPE_F64},
             {"str", WEIR_AST_TYPE_STR},   {"bytes", WEIR_AST_TYPE_BYTES},
             {"ts", WEIR_AST_TYPE_TS},     {"list", WEIR_AST_TYPE_LIST}};

/* Words of other languages. */
static const struct {
    const char *said, *meant;
} other_types[] = {
    {"string", "str"},   {"text", "str"},    {"varchar", "str"}, {"int", "i64"},
    {"integer", "i64"},  {"long", "i64"},    {"int64", "i64"},   {"bigint", "i64"},
    {"int32", "i32"},    {"short", "i32"},   {"double", "f64"},  {"float", "f64"},
    {"float64", "f64"},  {"real", "f64"},    {"number", "f64"},  {"boolean", "bool"},
    {"timestamp", "ts"}, {"datetime", "ts"}, {"time", "ts"},     {"date", "ts"},
    {"binary", "bytes"}, {"blob", "bytes"},  {"array", "list"},  {"struct", "{...}"}};

static const char *nearest_type(weir_str word)
{
    for (size_t i = 0; i < sizeof other_types / sizeof other_types[0]; i++) {
        if (strlen(other_types[i].said) == word.count &&
            memcmp(other_types[i].said, word.bytes, word.count) == 0) {
            return other_types[i].meant;
        }
    }
    struct weir_near near;
    weir_near_begin(&near, word);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        weir_near_offer(&near, weir_str_of(types[i].word));
    }
    return weir_near_best(&near).bytes;
}

static void *refuse_type(struct weir_parser *parser)
{
    struct weir_place place = weir_parser_peek(parser, 0)->place;
    weir_str word = weir_parser_text(parser, place);
    const char *near = nearest_type(word);
    struct weir_diagnostic *d;
    if (near != NULL) {
        d = weir_parser_error(parser, WEIR_CODE_UNKNOWN_TYPE, place,
                              "unknown type '%.*s': did you mean '%s'?", (int)word.count,
                              word.bytes, near);
        weir_parser_help(parser, d, "try: %s", near);
    } else {
        d = weir_parser_error(parser, WEIR_CODE_UNKNOWN_TYPE, place, "unknown type '%.*s'",
                              (int)word.count, word.bytes);
        weir_parser_help(parser, d, "types are bool i32 i64 f64 str bytes ts list<T> {name: T}");
    }
    return NULL;
}

/* The > of list<T>; of a >= only the first half. */
static bool close_angle(struct weir_parser *parser)
{
    if (weir_parser_is(parser, WEIR_TOKEN_GE)) {
        struct weir_token *token = &parser->lexer.tokens[parser->at];
        token->kind = WEIR_TOKEN_ASSIGN;
        token->place = (struct weir_place){token->place.offset + 1, 1};
        return true;
    }
    return weir_parser_expect(parser, WEIR_TOKEN_GT, "'>' after the type of the elements");
}

static struct weir_ast_type *parse_list_type(struct weir_parser *parser, struct weir_ast_type *type)
{
    if (!weir_parser_expect(parser, WEIR_TOKEN_LT, "'<' and the type of the elements, list<T>") ||
        !weir_parser_enter(parser)) {
        return NULL;
    }
    type->element = weir_parse_type(parser);
    if (type->element == NULL || !close_angle(parser)) {
        return NULL;
    }
    weir_parser_leave(parser);
    type->place = weir_place_join(type->place, weir_parser_since(parser, type->place));
    return type;
}

static struct weir_ast_field *parse_field(struct weir_parser *parser)
{
    struct weir_ast_field *field = weir_arena_alloc(parser->arena, sizeof *field);
    const struct weir_token *token = weir_parser_peek(parser, 0);
    if (!weir_token_is_word(token)) {
        return weir_parser_missing(parser, "the name of a field");
    }
    weir_parser_take(parser);
    field->name_place = token->place;
    field->name = weir_parser_text(parser, token->place);
    if (!weir_parser_expect(parser, WEIR_TOKEN_COLON, "':' and a type")) {
        return NULL;
    }
    field->type = weir_parse_type(parser);
    return field->type == NULL ? NULL : field;
}

struct weir_ast_type *weir_parse_struct_type(struct weir_parser *parser)
{
    struct weir_ast_type *type = weir_arena_alloc(parser->arena, sizeof *type);
    struct weir_token open = *weir_parser_take(parser);
    struct weir_ast_field **last = &type->fields;
    type->kind = WEIR_AST_TYPE_STRUCT;
    if (!weir_parser_enter(parser)) {
        return NULL;
    }
    for (;;) {
        *last = parse_field(parser);
        if (*last == NULL) {
            return NULL;
        }
        last = &(*last)->next;
        type->field_count++;
        if (!weir_parser_is(parser, WEIR_TOKEN_COMMA)) {
            break;
        }
        weir_parser_take_joint(parser);
    }
    if (!weir_parser_close(parser, WEIR_TOKEN_RBRACE, &open)) {
        return NULL;
    }
    weir_parser_leave(parser);
    type->place = weir_parser_since(parser, open.place);
    return type;
}

struct weir_ast_type *weir_parse_type(struct weir_parser *parser)
{
    if (weir_parser_is(parser, WEIR_TOKEN_LBRACE)) {
        return weir_parse_struct_type(parser);
    }
    if (!weir_parser_is(parser, WEIR_TOKEN_NAME)) {
        return weir_parser_missing(parser, "a type");
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (weir_parser_is_word(parser, 0, types[i].word)) {
            struct weir_ast_type *type = weir_arena_alloc(parser->arena, sizeof *type);
            type->kind = types[i].kind;
            type->place = weir_parser_take(parser)->place;
            return type->kind == WEIR_AST_TYPE_LIST ? parse_list_type(parser, type) : type;
        }
    }
    return refuse_type(parser);
}
