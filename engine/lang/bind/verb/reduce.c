/* SPDX-License-Identifier: Apache-2.0 */
/* reduce and reduce_by_key: the reducer of the values' type, and what to try when there is none. */
#include "lang/bind/binder.h"

#include <string.h>

/* The reducer as written: alias.name, alias.name(p = 1) or a bare word. */
struct reducer_text {
    weir_str alias, name;
    struct weir_place place;
    const struct weir_ast_item *arguments;
};

static bool read_reducer(struct weir_stage *s, struct reducer_text *text)
{
    const struct weir_ast_expr *value = s->value_count > 0 ? s->values[0]->value : NULL;
    *text = (struct reducer_text){.alias = {"", 0}};
    if (value != NULL && value->kind == WEIR_AST_NAME) {
        text->name = value->text;
    } else if (value != NULL && value->kind == WEIR_AST_MEMBER &&
               value->left->kind == WEIR_AST_NAME) {
        text->alias = value->left->text;
        text->name = value->text;
    } else if (value != NULL && value->kind == WEIR_AST_CALL) {
        text->alias = value->alias;
        text->name = value->text;
        text->arguments = value->items.first;
    } else {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_VALUES, value != NULL ? value->place : s->ast->name_place,
            "'%s' takes a reducer", weir_verb_name(s->verb));
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: %s i64.add",
                             weir_verb_name(s->verb));
        return false;
    }
    text->place = value->place;
    for (const struct weir_ast_item *item = text->arguments; item != NULL; item = item->next) {
        if (item->name.count == 0) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, item->place,
                                   "a reducer is not called with fields: it combines the values "
                                   "of the stream");
            return false;
        }
    }
    return weir_stage_no_values(s, 1);
}

static bool is_number(const struct weir_type *type)
{
    return type->kind == WEIR_TYPE_I32 || type->kind == WEIR_TYPE_I64 ||
           type->kind == WEIR_TYPE_F64;
}

static bool exists(struct weir_stage *s, const char *alias, weir_str name)
{
    const struct weir_operator *const *operators;
    size_t count;
    return weir_bind_find(s->b, weir_str_of(alias), name, 1U << WEIR_KIND_REDUCER, s->ast->place,
                          true, &operators, &count) == WEIR_FOUND;
}

/* The stage before with the value converted: "map key = item, value = std.f64(price)"; false if it
 * is no map that says how the value is made. */
static bool put_converted_map(struct weir_stage *s,
                              const char *field,
                              const char *cast,
                              struct weir_text *out)
{
    const struct weir_ast_stage *before = s->before;
    size_t length = strlen(field);
    bool is_found = false;
    if (before == NULL || before->alias.count > 0 ||
        weir_verb_find(before->name) != WEIR_VERB_MAP) {
        return false;
    }
    weir_text_put(out, "map ");
    for (const struct weir_ast_item *item = before->items.first; item != NULL; item = item->next) {
        weir_str name = item->name;
        if (name.count == 0 && item->value->kind == WEIR_AST_NAME) {
            name = item->value->text;
        }
        bool is_it = name.count == length && memcmp(name.bytes, field, length) == 0;
        is_found = is_found || is_it;
        if (item->name.count > 0 || is_it) {
            weir_text_printf(out, "%.*s = ", (int)name.count, name.bytes);
        }
        weir_text_printf(out, "%s", is_it ? cast : "");
        weir_ast_print_expr(item->value, out);
        weir_text_printf(out, "%s%s", is_it ? ")" : "", item->next != NULL ? ", " : "");
    }
    return is_found;
}

/* What would work: another reducer of the same name, or the value converted. */
static void suggest(struct weir_stage *s,
                    struct weir_diagnostic *d,
                    const struct reducer_text *text,
                    const struct weir_type *wanted,
                    const struct weir_type *found,
                    const char *field)
{
    const char *verb = weir_verb_name(s->verb);
    const char *alias = wanted->kind == WEIR_TYPE_F64 ? "f64" : "i64";
    const char *cast = NULL;
    if (!is_number(wanted)) {
        return;
    }
    if (found->kind == WEIR_TYPE_STR) { /* digits may have a point: f64 holds both */
        alias = exists(s, "f64", text->name) ? "f64" : alias;
        cast = alias[0] == 'f' ? "std.f64(" : "std.i64(";
    } else if (found->kind == WEIR_TYPE_F64 || found->kind == WEIR_TYPE_I64) {
        alias = found->kind == WEIR_TYPE_F64 ? "f64" : "i64";
        if (!exists(s, alias, text->name)) {
            alias = wanted->kind == WEIR_TYPE_F64 ? "f64" : "i64";
            cast = alias[0] == 'f' ? "std.f64(" : "std.i64(";
        }
    } else if (found->kind == WEIR_TYPE_BOOL || found->kind == WEIR_TYPE_I32 ||
               found->kind == WEIR_TYPE_TS) {
        alias = "i64";
        cast = "std.i64(";
    } else {
        return;
    }
    struct weir_text try;
    weir_text_init(&try);
    if (cast != NULL && !put_converted_map(s, field, cast, &try)) {
        try.count = 0;
        weir_text_printf(&try, "map %s%s = %s%s)",
                         s->verb == WEIR_VERB_REDUCE_BY_KEY ? "key, " : "", field, cast, field);
    }
    weir_diagnostic_help(s->b->diagnostics, d, "try: %s%s%s %s.%.*s",
                         try.count > 0 ? try.bytes : "", try.count > 0 ? " | " : "", verb, alias,
                         (int)text->name.count, text->name.bytes);
    weir_text_finish(&try);
}

static void report_type(struct weir_stage *s,
                        const struct reducer_text *text,
                        const struct weir_operator *op,
                        uint32_t field)
{
    const struct weir_type *wanted = op->in_count == 1 ? op->in[0].type : NULL;
    const struct weir_type_field *found = &s->in.scope->schema->fields[field];
    if (wanted == NULL) {
        wanted = weir_type_of(WEIR_TYPE_NULL);
    }
    bool needs_number = is_number(wanted) && !is_number(found->type);
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_REDUCER, text->place, "%.*s%s%.*s needs %s, but '%s' is %s",
        (int)text->alias.count, text->alias.bytes, text->alias.count > 0 ? "." : "",
        (int)text->name.count, text->name.bytes,
        needs_number ? "a number" : weir_bind_type_text(s->b, wanted), found->name,
        weir_bind_type_text(s->b, found->type));
    weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->origins[field], "'%s' is %s here",
                          found->name, weir_bind_type_text(s->b, found->type));
    suggest(s, d, text, wanted, found->type, found->name);
}

/* The overload of the values' type. */
static bool choose(struct weir_stage *s, const struct reducer_text *text, uint32_t field)
{
    const struct weir_operator *const *operators;
    size_t count;
    if (weir_bind_find(s->b, text->alias, text->name, 1U << WEIR_KIND_REDUCER, text->place, false,
                       &operators, &count) != WEIR_FOUND) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (operators[i]->in_count == 1 && operators[i]->in[0].type != NULL &&
            weir_type_equal(operators[i]->in[0].type, s->in.scope->schema->fields[field].type)) {
            s->draft.op = operators[i];
            return true;
        }
    }
    report_type(s, text, operators[0], field);
    return false;
}

static bool bind_options(struct weir_stage *s)
{
    int64_t n = 0;
    if (s->options[0] == NULL) {
        return true;
    }
    if (!weir_bind_count(s->b, s->options[0]->value, "partitions=", WEIR_PARTITIONS_MAX, &n)) {
        return false;
    }
    s->draft.partitions = (uint32_t)n;
    return true;
}

static bool need_one_field(struct weir_stage *s)
{
    const struct weir_type *schema = s->in.scope->schema;
    if (schema->field_count == 1) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_ONE_FIELD, s->ast->name_place,
        "'reduce' needs a stream of one field; here are %s", weir_bind_type_text(s->b, schema));
    weir_diagnostic_help(s->b->diagnostics, d,
                         "try: map %s | reduce ...; for whole records: top 1 by=%s",
                         schema->fields[0].name, schema->fields[0].name);
    weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->place, "what this stage gives");
    return false;
}

bool weir_bind_reduce(struct weir_stage *s)
{
    struct reducer_text text;
    bool is_by_key = s->verb == WEIR_VERB_REDUCE_BY_KEY;
    if (!read_reducer(s, &text) || !(is_by_key ? weir_stage_need_pair(s) : need_one_field(s)) ||
        !bind_options(s) || !choose(s, &text, is_by_key ? 1 : 0) ||
        !weir_bind_arguments(s->b, s->draft.op, text.arguments, true, text.place,
                             &s->draft.arguments, &s->draft.argument_count)) {
        return false;
    }
    s->draft.op_alias = weir_bind_name(s->b, text.alias);
    return weir_stage_add_same(s);
}
