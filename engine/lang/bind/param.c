/* SPDX-License-Identifier: Apache-2.0 */
/* The `param` statement and --set. A param is a literal with a name: its value is read once,
 * checked against its type, and stands wherever $name stands. */
#include "lang/bind/binder.h"

#include <inttypes.h>
#include <string.h>

/* The value that --set gives to a name, or NULL; the last one counts. */
static const char *find_set(const struct weir_bind_options *options, weir_str name)
{
    for (size_t i = options->set_count; i-- > 0;) {
        const char *set = options->sets[i];
        if (strncmp(set, name.bytes, name.count) == 0 && set[name.count] == '=') {
            return set + name.count + 1;
        }
    }
    return NULL;
}

/* What a literal is, by the word that names it in messages. */
static const char *literal_kind(const struct weir_ast_expr *literal)
{
    switch (literal->kind) {
    case WEIR_AST_BOOL:
        return "bool";
    case WEIR_AST_INT:
        return "i64";
    case WEIR_AST_FLOAT:
        return "f64";
    case WEIR_AST_DURATION:
        return "a duration";
    case WEIR_AST_SIZE:
        return "a size";
    case WEIR_AST_STRING:
        return "str";
    case WEIR_AST_LIST:
        return "a list";
    case WEIR_AST_NULL:
    case WEIR_AST_NAME:
    case WEIR_AST_PARAM:
    case WEIR_AST_ENV:
    case WEIR_AST_STRUCT:
    case WEIR_AST_SCHEMA:
    case WEIR_AST_CALL:
    case WEIR_AST_MEMBER:
    case WEIR_AST_INDEX:
    case WEIR_AST_UNARY:
    case WEIR_AST_BINARY:
        break;
    }
    return NULL;
}

/* The value as the type wants it (a whole number as f64), or NULL if it is of another type. */
static const struct weir_ast_expr *fit(struct weir_binder *b,
                                       const struct weir_ast_expr *value,
                                       const struct weir_ast_type *type)
{
    bool is_whole = value->kind == WEIR_AST_INT || value->kind == WEIR_AST_DURATION ||
                    value->kind == WEIR_AST_SIZE;
    switch (type->kind) {
    case WEIR_AST_TYPE_BOOL:
        return value->kind == WEIR_AST_BOOL ? value : NULL;
    case WEIR_AST_TYPE_I32:
    case WEIR_AST_TYPE_I64:
        return is_whole ? value : NULL;
    case WEIR_AST_TYPE_F64:
        if (value->kind == WEIR_AST_INT) {
            struct weir_ast_expr *number = weir_arena_alloc(&b->scratch, sizeof *number);
            *number = *value;
            number->kind = WEIR_AST_FLOAT;
            number->f64 = (double)value->i64;
            return number;
        }
        return value->kind == WEIR_AST_FLOAT ? value : NULL;
    case WEIR_AST_TYPE_STR:
    case WEIR_AST_TYPE_BYTES:
        return value->kind == WEIR_AST_STRING ? value : NULL;
    case WEIR_AST_TYPE_TS:
        return value->kind == WEIR_AST_DURATION ? value : NULL;
    case WEIR_AST_TYPE_LIST:
        return value->kind == WEIR_AST_LIST ? value : NULL;
    case WEIR_AST_TYPE_STRUCT:
        break;
    }
    return NULL;
}

static const struct weir_ast_expr *text_literal(struct weir_binder *b, const char *text)
{
    struct weir_ast_expr *literal = weir_arena_alloc(&b->scratch, sizeof *literal);
    literal->kind = WEIR_AST_STRING;
    literal->place = WEIR_NOWHERE;
    literal->height = 1;
    literal->text.count = strlen(text);
    literal->text.bytes = weir_arena_strndup(&b->scratch, text, literal->text.count);
    return literal;
}

/* Reads the text of --set as a literal of the language; NULL if it is none. */
static const struct weir_ast_expr *parse_literal(struct weir_binder *b, const char *text)
{
    struct weir_source source = {.name = "--set"};
    source.text.bytes = weir_arena_printf(&b->scratch, "param x = %s", text);
    source.text.count = strlen(source.text.bytes);
    struct weir_diagnostics diagnostics;
    struct weir_ast_program *program = NULL;
    struct weir_error err;
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_ast_parse(&source, &b->scratch, &diagnostics, &program, &err);
    weir_diagnostics_finish(&diagnostics);
    if (status != WEIR_OK || program->count != 1 || program->first->value == NULL ||
        literal_kind(program->first->value) == NULL) {
        return NULL;
    }
    return program->first->value;
}

/* --set gives a text; what it should be is told by the type, else by the default. */
static const struct weir_ast_expr *read_set(struct weir_binder *b,
                                            const struct weir_ast_statement *statement,
                                            const struct weir_ast_expr *def,
                                            const char *text)
{
    bool is_text = statement->type != NULL ? statement->type->kind == WEIR_AST_TYPE_STR
                                           : def != NULL && def->kind == WEIR_AST_STRING;
    if (is_text) {
        return text_literal(b, text);
    }
    const struct weir_ast_expr *value = parse_literal(b, text);
    if (statement->type == NULL && def == NULL) {
        return value != NULL ? value : text_literal(b, text);
    }
    bool is_fine =
        value != NULL && (statement->type != NULL
                              ? fit(b, value, statement->type) != NULL
                              : value->kind == def->kind ||
                                    (def->kind == WEIR_AST_FLOAT && value->kind == WEIR_AST_INT));
    if (is_fine) {
        return value;
    }
    struct weir_text wanted;
    weir_text_init(&wanted);
    if (statement->type != NULL) {
        weir_ast_print_type(statement->type, &wanted);
    } else {
        weir_text_put(&wanted, literal_kind(def));
    }
    weir_diagnostics_error(b->diagnostics, WEIR_CODE_PARAM_VALUE, statement->name_place,
                           "--set %.*s=%s: the param takes %s", (int)statement->name.count,
                           statement->name.bytes, text, wanted.bytes);
    weir_text_finish(&wanted);
    return NULL;
}

/* The default: a literal, another param or $env; NULL with *is_fine false if it is none of them. */
static const struct weir_ast_expr *read_default(struct weir_binder *b,
                                                const struct weir_ast_statement *statement,
                                                bool *is_fine)
{
    *is_fine = true;
    if (statement->value == NULL) {
        return NULL;
    }
    const struct weir_ast_expr *value = weir_bind_deref(b, statement->value);
    if (value == NULL) {
        *is_fine = false;
        return NULL;
    }
    if (literal_kind(value) == NULL) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_NO_CONSTANT, value->place,
                               "a param is a constant: a literal or a list of literals");
        *is_fine = false;
        return NULL;
    }
    return value;
}

static const struct weir_ast_expr *checked(struct weir_binder *b,
                                           const struct weir_ast_statement *statement,
                                           const struct weir_ast_expr *value)
{
    if (statement->type == NULL) {
        return value;
    }
    const struct weir_ast_expr *fitting = fit(b, value, statement->type);
    if (fitting == NULL) {
        struct weir_text wanted;
        weir_text_init(&wanted);
        weir_ast_print_type(statement->type, &wanted);
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_PARAM_VALUE, statement->value->place,
            "the param '%.*s' is %s, but its value is %s", (int)statement->name.count,
            statement->name.bytes, wanted.bytes, literal_kind(value));
        weir_diagnostic_other(b->diagnostics, d, statement->type->place, "its type");
        weir_text_finish(&wanted);
    }
    return fitting;
}

static const struct weir_ast_expr *value_of(struct weir_binder *b,
                                            const struct weir_ast_statement *statement)
{
    bool is_fine;
    const char *set = find_set(b->options, statement->name);
    const struct weir_ast_expr *def = NULL;
    /* a default of $env.X need not exist when --set gives the value */
    bool needs_default =
        set == NULL || (statement->value != NULL && statement->value->kind != WEIR_AST_ENV);
    if (needs_default) {
        def = read_default(b, statement, &is_fine);
        if (!is_fine) {
            return NULL;
        }
    }
    if (set != NULL) {
        const struct weir_ast_expr *value = read_set(b, statement, def, set);
        return value != NULL && statement->type != NULL ? fit(b, value, statement->type) : value;
    }
    if (def == NULL) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_PARAM_VALUE, statement->name_place,
            "the param '%.*s' has no value", (int)statement->name.count, statement->name.bytes);
        weir_diagnostic_help(b->diagnostics, d, "try: --set %.*s=VALUE", (int)statement->name.count,
                             statement->name.bytes);
        return NULL;
    }
    return checked(b, statement, def);
}

bool weir_bind_param(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    if (weir_map_get(&b->params, statement->name) != NULL) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_TWICE, statement->name_place,
                               "the param '%.*s' is defined twice", (int)statement->name.count,
                               statement->name.bytes);
        return false;
    }
    const struct weir_ast_expr *value = value_of(b, statement);
    weir_bind_add_param(b, statement->name, statement->place, value);
    return value != NULL;
}

void weir_bind_check_sets(struct weir_binder *b)
{
    for (size_t i = 0; i < b->options->set_count; i++) {
        const char *set = b->options->sets[i];
        const char *end = strchr(set, '=');
        weir_str name = {set, end == NULL ? strlen(set) : (size_t)(end - set)};
        if (end == NULL) {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_PARAM_VALUE, WEIR_NOWHERE,
                                   "--set %s: write --set name=value", set);
            continue;
        }
        if (weir_map_get(&b->params, name) != NULL) {
            continue;
        }
        struct weir_near near;
        weir_near_begin(&near, name);
        for (size_t k = 0; k < b->params.count; k++) {
            weir_near_offer(&near,
                            (weir_str){b->params.entries[k].key, b->params.entries[k].key_count});
        }
        weir_str best = weir_near_best(&near);
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_UNKNOWN_PARAM, WEIR_NOWHERE,
                                   "--set %.*s: the job has no such param%s%.*s%s", (int)name.count,
                                   name.bytes, best.count > 0 ? ": did you mean '" : "",
                                   (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
        weir_diagnostic_help(b->diagnostics, d, "a job declares it by: param %.*s = VALUE",
                             (int)name.count, name.bytes);
    }
}
