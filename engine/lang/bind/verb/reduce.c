/* SPDX-License-Identifier: Apache-2.0 */
/* reduce, reduce_by_key and their windows: the reducer of the values' type, what takes values out
 * of a window again, and what to try when there is none. */
#include "lang/bind/binder.h"

#include <string.h>

static bool is_by_key(const struct weir_stage *s)
{
    return (weir_verb_flags(s->verb) & WEIR_VERB_IS_PAIR) != 0;
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
                    const struct weir_operator_text *text,
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
        weir_text_printf(&try, "map %s%s = %s%s)", is_by_key(s) ? "key, " : "", field, cast, field);
    }
    weir_diagnostic_help(s->b->diagnostics, d, "try: %s%s%s %s.%.*s",
                         try.count > 0 ? try.bytes : "", try.count > 0 ? " | " : "", verb, alias,
                         (int)text->name.count, text->name.bytes);
    weir_text_finish(&try);
}

static void report_type(struct weir_stage *s,
                        const struct weir_operator_text *text,
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
static bool choose(struct weir_stage *s, const struct weir_operator_text *text, uint32_t field)
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

static bool need_one_field(struct weir_stage *s)
{
    const struct weir_type *schema = s->in.scope->schema;
    if (schema->field_count == 1) {
        return true;
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_ONE_FIELD, s->ast->name_place,
                               "'%s' needs a stream of one field; here are %s",
                               weir_verb_name(s->verb), weir_bind_type_text(s->b, schema));
    weir_diagnostic_help(s->b->diagnostics, d,
                         "try: map %s | %s ...; for whole records: top 1 by=%s",
                         schema->fields[0].name, weir_verb_name(s->verb), schema->fields[0].name);
    weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->place, "what this stage gives");
    return false;
}

/* inverse=OPERATOR: any reducer of the same type, that takes the second value out of the first. */
static bool read_inverse(struct weir_stage *s, const struct weir_ast_item *option, uint32_t field)
{
    struct weir_operator_text text;
    const struct weir_operator *own = s->draft.op;
    bool is_none = option->value->kind == WEIR_AST_NAME && option->value->text.count == 4 &&
                   memcmp(option->value->text.bytes, "none", 4) == 0;
    s->draft.is_incremental = !is_none;
    if (is_none) {
        return true;
    }
    if (!weir_stage_read_operator(s, option->value, "reducer", "i64.add inverse=none", &text)) {
        return false;
    }
    if (text.arguments != NULL) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, text.place,
                               "inverse= takes a reducer without parameters");
        return false;
    }
    bool is_found = choose(s, &text, field);
    s->draft.inverse = s->draft.op;
    s->draft.inverse_alias = weir_bind_name(s->b, text.alias);
    s->draft.op = own;
    return is_found;
}

/* filter=: over the pairs that the window gives, which are those that it takes. */
static bool read_filter(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "filter");
    struct weir_diagnostic *d;
    if (option == NULL) {
        return true;
    }
    if (!s->draft.is_incremental) {
        d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_INVERSE, option->place,
                                   "filter= needs an inverse: without one, keys go with their "
                                   "last record");
        weir_diagnostic_help(s->b->diagnostics, d, "leave it out, or filter behind the window");
        return false;
    }
    s->draft.filter = weir_bind_expr(&s->typing, option->value);
    if (s->draft.filter == NULL) {
        return false;
    }
    if (s->draft.filter->type->kind != WEIR_TYPE_BOOL) {
        d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_NOT_BOOL, option->value->place,
                                   "'filter=' needs a bool, found %s",
                                   weir_bind_type_text(s->b, s->draft.filter->type));
        weir_diagnostic_help(s->b->diagnostics, d, "compare it: filter=value != 0");
        return false;
    }
    return true;
}

static bool bind_window(struct weir_stage *s, uint32_t field)
{
    const struct weir_ast_item *option = weir_stage_option(s, "inverse");
    s->draft.is_incremental = s->draft.op->inverse != NULL;
    return (option == NULL || read_inverse(s, option, field)) && weir_stage_window(s) &&
           read_filter(s);
}

bool weir_bind_reduce(struct weir_stage *s)
{
    struct weir_operator_text text;
    bool is_windowed = (weir_verb_flags(s->verb) & WEIR_VERB_IS_WINDOWED) != 0;
    uint32_t field = is_by_key(s) ? 1 : 0;
    const struct weir_ast_expr *value = s->value_count > 0 ? s->values[0]->value : NULL;
    if (!weir_stage_read_operator(s, value, "reducer", "i64.add", &text) ||
        !weir_stage_no_values(s, 1) ||
        !(is_by_key(s) ? weir_stage_need_pair(s) : need_one_field(s)) ||
        !weir_stage_partitions(s) || !choose(s, &text, field) ||
        !weir_bind_arguments(s->b, s->draft.op, text.arguments, true, text.place,
                             &s->draft.arguments, &s->draft.argument_count) ||
        (is_windowed && !bind_window(s, field))) {
        return false;
    }
    s->draft.op_alias = weir_bind_name(s->b, text.alias);
    return weir_stage_add_same(s);
}
