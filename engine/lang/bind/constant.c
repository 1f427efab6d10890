/* SPDX-License-Identifier: Apache-2.0 */
/* Constants: literals, $params and $env where the language wants a value that is the same for all
 * records. */
#include "lang/bind/binder.h"

#include <inttypes.h>
#include <string.h>

struct param_entry {
    struct weir_place place;
    const struct weir_ast_expr *value; /* NULL: declared, but nothing gave it a value (reported) */
};

void weir_bind_add_param(struct weir_binder *b,
                         weir_str name,
                         struct weir_place place,
                         const struct weir_ast_expr *value)
{
    struct param_entry *entry = weir_arena_alloc(&b->scratch, sizeof *entry);
    *entry = (struct param_entry){place, value};
    weir_map_put(&b->params, name, entry);
}

const struct weir_ast_expr *weir_bind_find_param(struct weir_binder *b, weir_str name)
{
    const struct param_entry *entry = weir_map_get(&b->params, name);
    return entry == NULL ? NULL : entry->value;
}

static const struct weir_ast_expr *deref_param(struct weir_binder *b,
                                               const struct weir_ast_expr *expr)
{
    const struct param_entry *entry = weir_map_get(&b->params, expr->text);
    bool is_below = entry != NULL && entry->place.offset != UINT32_MAX &&
                    entry->place.offset > expr->place.offset;
    if (entry != NULL && !is_below) {
        return entry->value; /* NULL: reported where it was declared */
    }
    struct weir_near near;
    weir_near_begin(&near, expr->text);
    for (size_t i = 0; i < b->params.count; i++) {
        weir_near_offer(&near,
                        (weir_str){b->params.entries[i].key, b->params.entries[i].key_count});
    }
    weir_str best = weir_near_best(&near);
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_UNKNOWN_PARAM, expr->place, "no param '%.*s'%s%.*s%s",
        (int)expr->text.count, expr->text.bytes,
        is_below         ? " is defined yet: its line stands further down"
        : best.count > 0 ? ": did you mean '"
                         : "",
        is_below ? 0 : (int)best.count, best.bytes, !is_below && best.count > 0 ? "'?" : "");
    weir_diagnostic_help(b->diagnostics, d, "write: param %.*s = VALUE, above this line",
                         (int)expr->text.count, expr->text.bytes);
    if (b->diagnostics->source->from_shell && best.count == 0 && !is_below) {
        weir_diagnostic_label(b->diagnostics, d,
                              "$name is a param of the job, $env.X the "
                              "environment");
    }
    return NULL;
}

static const struct weir_ast_expr *deref_env(struct weir_binder *b,
                                             const struct weir_ast_expr *expr)
{
    char *name = weir_arena_strndup(&b->scratch, expr->text.bytes, expr->text.count);
    const char *value =
        b->options->env == NULL ? NULL : b->options->env(b->options->env_owner, name);
    if (value == NULL) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_ENV, expr->place,
                                   "the environment has no variable '%s'", name);
        weir_diagnostic_help(b->diagnostics, d, "try: export %s=... before weir starts", name);
        return NULL;
    }
    struct weir_ast_expr *text = weir_arena_alloc(&b->scratch, sizeof *text);
    text->kind = WEIR_AST_STRING;
    text->place = expr->place;
    text->height = 1;
    text->text.count = strlen(value);
    text->text.bytes = weir_arena_strndup(&b->scratch, value, text->text.count);
    return text;
}

const struct weir_ast_expr *weir_bind_deref(struct weir_binder *b, const struct weir_ast_expr *expr)
{
    if (expr->kind == WEIR_AST_PARAM) {
        return deref_param(b, expr);
    }
    return expr->kind == WEIR_AST_ENV ? deref_env(b, expr) : expr;
}

static void set_text(struct weir_binder *b, weir_str text, struct weir_value *value)
{
    value->type = weir_type_of(WEIR_TYPE_STR);
    value->str.bytes = weir_arena_strndup(b->arena, text.bytes, text.count);
    value->str.count = text.count;
}

static bool is_number(const struct weir_value *value)
{
    return value->type->kind == WEIR_TYPE_I64 || value->type->kind == WEIR_TYPE_F64;
}

/* All elements of one type, whole numbers among f64 widened. */
static bool bind_list(struct weir_binder *b,
                      const struct weir_ast_expr *expr,
                      bool allows_word,
                      struct weir_value *value)
{
    struct weir_value *items = weir_arena_alloc(b->arena, (expr->items.count + 1) * sizeof *items);
    bool has_f64 = false, is_alike = true;
    uint32_t n = 0;
    for (const struct weir_ast_item *item = expr->items.first; item != NULL; item = item->next) {
        if (!weir_bind_constant(b, item->value, allows_word, "a list of constants", &items[n])) {
            return false;
        }
        has_f64 = has_f64 || items[n].type->kind == WEIR_TYPE_F64;
        is_alike = is_alike && (weir_type_equal(items[n].type, items[0].type) ||
                                (is_number(&items[n]) && is_number(&items[0])));
        n++;
    }
    if (n == 0 || !is_alike) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_LIST, expr->place,
                               n == 0 ? "an empty list has no type"
                                      : "all elements of a list have one type");
        return false;
    }
    for (uint32_t i = 0; has_f64 && i < n; i++) {
        if (items[i].type->kind == WEIR_TYPE_I64) {
            items[i] = (struct weir_value){.type = weir_type_of(WEIR_TYPE_F64),
                                           .f64 = (double)items[i].i64};
        }
    }
    value->type = weir_type_list(b->arena, items[0].type);
    value->item_count = n;
    value->items = items;
    return true;
}

bool weir_bind_constant(struct weir_binder *b,
                        const struct weir_ast_expr *expr,
                        bool allows_word,
                        const char *what,
                        struct weir_value *value)
{
    *value = (struct weir_value){0};
    const struct weir_ast_expr *literal = weir_bind_deref(b, expr);
    if (literal == NULL) {
        return false;
    }
    value->i64 = literal->kind == WEIR_AST_FLOAT ? 0 : literal->i64;
    if (literal->kind == WEIR_AST_BOOL) {
        value->type = weir_type_of(WEIR_TYPE_BOOL);
    } else if (literal->kind == WEIR_AST_INT || literal->kind == WEIR_AST_DURATION ||
               literal->kind == WEIR_AST_SIZE) {
        value->type = weir_type_of(WEIR_TYPE_I64);
    } else if (literal->kind == WEIR_AST_FLOAT) {
        value->type = weir_type_of(WEIR_TYPE_F64);
        value->f64 = literal->f64;
    } else if (literal->kind == WEIR_AST_STRING ||
               (literal->kind == WEIR_AST_NAME && allows_word)) {
        set_text(b, literal->text, value);
    } else if (literal->kind == WEIR_AST_LIST) {
        return bind_list(b, literal, allows_word, value);
    } else {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_NO_CONSTANT, expr->place,
                                   "%s takes a constant: it is the same for all records", what);
        weir_diagnostic_help(b->diagnostics, d, "write a literal, a list of literals or $param");
        return false;
    }
    return true;
}

bool weir_bind_duration(struct weir_binder *b,
                        const struct weir_ast_expr *expr,
                        const char *what,
                        int64_t *us)
{
    const struct weir_ast_expr *literal = weir_bind_deref(b, expr);
    if (literal == NULL) {
        return false;
    }
    if (literal->kind == WEIR_AST_INT) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_NO_UNIT, expr->place,
                                   "%s takes a duration, found a number without a unit", what);
        weir_diagnostic_help(b->diagnostics, d, "try: %" PRId64 "s", literal->i64);
        return false;
    }
    if (literal->kind != WEIR_AST_DURATION || literal->i64 <= 0) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_DURATION, expr->place,
                                   "%s takes a duration longer than 0", what);
        weir_diagnostic_help(b->diagnostics, d, "write for example 500ms, 10s or 5m");
        return false;
    }
    *us = literal->i64;
    return true;
}

bool weir_bind_count(struct weir_binder *b,
                     const struct weir_ast_expr *expr,
                     const char *what,
                     int64_t max,
                     int64_t *n)
{
    const struct weir_ast_expr *literal = weir_bind_deref(b, expr);
    if (literal == NULL) {
        return false;
    }
    if (literal->kind != WEIR_AST_INT || literal->i64 < 1 || literal->i64 > max) {
        struct weir_diagnostic *d;
        if (max == INT64_MAX) {
            d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_NUMBER_RANGE, expr->place,
                                       "%s takes a whole number of at least 1", what);
        } else {
            d = weir_diagnostics_error(b->diagnostics, WEIR_CODE_NUMBER_RANGE, expr->place,
                                       "%s takes a whole number from 1 to %" PRId64, what, max);
        }
        weir_diagnostic_help(b->diagnostics, d, "write for example 10");
        return false;
    }
    *n = literal->i64;
    return true;
}

const char *weir_bind_duration_text(struct weir_binder *b, int64_t us)
{
    static const struct {
        int64_t us;
        const char *unit;
    } units[] = {{86400000000, "d"}, {3600000000, "h"}, {60000000, "m"},
                 {1000000, "s"},     {1000, "ms"},      {1, "us"}};
    size_t i = 0;
    while (us % units[i].us != 0) {
        i++;
    }
    return weir_arena_printf(&b->scratch, "%" PRId64 "%s", us / units[i].us, units[i].unit);
}
