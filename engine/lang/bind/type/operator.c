/* SPDX-License-Identifier: Apache-2.0 */
/* Operators by name, and their parameters from constants. */
#include "lang/bind/binder.h"

#include <inttypes.h>
#include <string.h>

enum weir_found weir_bind_find(struct weir_binder *b,
                               weir_str alias,
                               weir_str name,
                               uint32_t kinds,
                               struct weir_place place,
                               bool is_quiet,
                               const struct weir_operator *const **operators,
                               size_t *count)
{
    struct weir_error err = {0};
    int status =
        weir_registry_find(b->options->registry, alias, name, kinds, operators, count, &err);
    if (status == WEIR_OK && *count > 0) {
        return WEIR_FOUND;
    }
    if (alias.count > 0 && weir_map_get(&b->unusable, alias) != NULL) {
        return WEIR_FOUND_REPORTED;
    }
    if (status == WEIR_OK && is_quiet) {
        return WEIR_FOUND_NONE;
    }
    if (status == WEIR_OK) {
        weir_registry_explain(b->options->registry, alias, name, kinds, &err);
    }
    weir_diagnostics_error(b->diagnostics,
                           status == WEIR_EUNAVAILABLE ? WEIR_CODE_NOT_YET : WEIR_CODE_OPERATOR,
                           place, "%s", err.text);
    return WEIR_FOUND_REPORTED;
}

/* A parameter by name, or the n-th that may be given without one. */
static const struct weir_param *find_param(const struct weir_operator *op,
                                           weir_str name,
                                           uint32_t nth)
{
    for (uint32_t i = 0; i < op->param_count; i++) {
        const struct weir_param *param = op->params[i];
        if (name.count > 0) {
            if (strlen(param->name) == name.count &&
                memcmp(param->name, name.bytes, name.count) == 0) {
                return param;
            }
        } else if ((param->flags & WEIR_PARAM_POSITIONAL) != 0 && nth-- == 0) {
            return param;
        }
    }
    return NULL;
}

/* A value without its unit has lost what only the text knew: whether `10` was meant as seconds. */
static bool check_unit(struct weir_binder *b,
                       const struct weir_param *param,
                       const struct weir_ast_expr *value)
{
    const struct weir_ast_expr *literal = weir_bind_deref(b, value);
    if (param == NULL || literal == NULL) {
        return literal != NULL;
    }
    bool is_duration = strcmp(param->type, "duration") == 0;
    bool is_size = strcmp(param->type, "size") == 0;
    if (is_duration && literal->kind == WEIR_AST_INT) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            b->diagnostics, WEIR_CODE_NO_UNIT, value->place,
            "'%s' takes a duration, found a number without a unit", param->name);
        weir_diagnostic_help(b->diagnostics, d, "try: %s=%" PRId64 "s", param->name, literal->i64);
        return false;
    }
    if ((is_duration && literal->kind == WEIR_AST_SIZE) ||
        (!is_duration && literal->kind == WEIR_AST_DURATION) ||
        (!is_size && literal->kind == WEIR_AST_SIZE)) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_OPTION_VALUE, value->place,
                               "'%s' takes a value of type %s, found a %s", param->name,
                               param->type, literal->kind == WEIR_AST_SIZE ? "size" : "duration");
        return false;
    }
    return true;
}

/* `print count`: the value is a verb. */
static bool is_forgotten(const struct weir_ast_item *item)
{
    const struct weir_ast_expr *value = item->value;
    return item->name.count == 0 && value->kind == WEIR_AST_NAME &&
           (weir_verb_find(value->text) != WEIR_VERB_COUNT_OF ||
            weir_word_is_reserved(value->text));
}

/* Reports what the plugin room says about an argument. */
static void report(struct weir_binder *b,
                   const struct weir_operator *op,
                   const struct weir_ast_item *item,
                   const struct weir_error *err)
{
    enum weir_code code = WEIR_CODE_OPTION_VALUE;
    struct weir_place place = item->value->place;
    if (is_forgotten(item)) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_MISSING_SEPARATOR, place,
                               "%s takes no value '%.*s': did you forget '|'?", op->name,
                               (int)item->value->text.count, item->value->text.bytes);
        return;
    }
    if (item->name.count > 0 && find_param(op, item->name, 0) == NULL) {
        code = WEIR_CODE_UNKNOWN_OPTION;
        place = item->name_place;
    }
    weir_diagnostics_error(b->diagnostics, code, place, "%s", err->text);
}

bool weir_bind_arguments(struct weir_binder *b,
                         const struct weir_operator *op,
                         const struct weir_ast_item *first,
                         bool only_named,
                         struct weir_place place,
                         const struct weir_argument **arguments,
                         uint32_t *count)
{
    size_t room = 1;
    for (const struct weir_ast_item *item = first; item != NULL; item = item->next) {
        room++;
    }
    struct weir_argument *array = weir_arena_alloc(b->arena, room * sizeof *array);
    const struct weir_ast_item **items = weir_arena_alloc(&b->scratch, room * sizeof(void *));
    uint32_t n = 0, positional = 0;
    for (const struct weir_ast_item *item = first; item != NULL; item = item->next) {
        if (only_named && item->name.count == 0) {
            continue;
        }
        const struct weir_param *param =
            find_param(op, item->name, item->name.count == 0 ? positional++ : 0);
        if (!weir_bind_constant(b, item->value, !only_named, op->name, &array[n].value) ||
            !check_unit(b, param, item->value)) {
            return false;
        }
        array[n].name = item->name.count > 0 ? weir_bind_name(b, item->name) : NULL;
        items[n++] = item;
    }
    struct weir_error err;
    int culprit = -1;
    struct weir_param_value *values =
        weir_arena_alloc(&b->scratch, (op->param_count + 1) * sizeof *values);
    if (weir_operator_bind_params(op, array, n, &b->scratch, values, &culprit, &err) != WEIR_OK) {
        if (culprit >= 0) {
            report(b, op, items[culprit], &err);
        } else {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_MISSING_OPTION, place, "%s", err.text);
        }
        return false;
    }
    *arguments = array;
    *count = n;
    return true;
}

/* ---- inputs and outputs as stages ---- */

static bool add_stage(struct weir_stage *s)
{
    const struct weir_type *schema;
    bool is_sink = s->draft.verb == WEIR_VERB_SINK;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.is_output = is_sink;
    s->out.scope = is_sink ? s->in.scope : weir_scope_create_at(s->b, schema, s->ast->place);
    return true;
}

/* A table is read whole and written nowhere. */
static bool check_table(struct weir_stage *s, const struct weir_operator *op)
{
    bool is_sink = op->kind == WEIR_KIND_SINK;
    struct weir_diagnostic *d;
    if (is_sink && s->b->graph->nodes[s->in.node].is_static) {
        d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TABLE, s->ast->name_place,
                                   "'%s' needs a stream; here is a table, which has no batches",
                                   op->name);
        weir_diagnostic_help(s->b->diagnostics, d, "join a stream with it");
        return false;
    }
    if (!is_sink && s->b->is_table && (op->source == NULL || op->source->is_finite == 0)) {
        d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TABLE, s->ast->name_place,
                                   "a table is read whole, but '%s' never ends", op->name);
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: table t = file \"path\"");
        return false;
    }
    return true;
}

bool weir_bind_operator_stage(struct weir_stage *s, const struct weir_operator *op, weir_str alias)
{
    bool is_sink = op->kind == WEIR_KIND_SINK;
    s->out.is_output = is_sink;
    if (s->ast->block != NULL) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_SYNTAX, s->ast->block->place,
                               "'%s' takes no block in { }", op->name);
        return false;
    }
    if (!weir_bind_arguments(s->b, op, s->ast->items.first, false, s->ast->name_place,
                             &s->draft.arguments, &s->draft.argument_count) ||
        (is_sink && s->in.node == WEIR_NO_NODE) || !check_table(s, op)) {
        return false;
    }
    s->draft.verb = is_sink ? WEIR_VERB_SINK : WEIR_VERB_INPUT;
    s->draft.op = op;
    s->draft.op_alias = weir_bind_name(s->b, alias);
    s->draft.place = s->ast->place;
    s->draft.is_static = !is_sink && s->b->is_table;
    s->draft.table_reload_us = s->draft.is_static ? s->b->reload_us : 0;
    if (is_sink) {
        uint32_t *inputs = weir_arena_alloc(s->b->arena, sizeof *inputs);
        inputs[0] = s->in.node;
        s->draft.inputs = inputs;
        s->draft.input_count = 1;
    }
    return add_stage(s);
}

static bool report_scheme(struct weir_stage *s, weir_str scheme)
{
    static const char *const schemes[] = {"tcp"};
    const char *best = weir_near_among(scheme, schemes, 1);
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_SCHEME, s->ast->name_place, "unknown scheme '%.*s://'%s",
        (int)scheme.count, scheme.bytes, best != NULL ? ": did you mean 'tcp://'?" : "");
    weir_diagnostic_help(s->b->diagnostics, d,
                         "known is tcp://host:port; files are read by: file \"path\"");
    return false;
}

/* tcp://host:port is socket_text "host:port". */
bool weir_bind_uri(struct weir_stage *s)
{
    weir_str text = s->ast->name;
    size_t at = 0;
    while (at + 3 <= text.count && memcmp(text.bytes + at, "://", 3) != 0) {
        at++;
    }
    if (at != 3 || memcmp(text.bytes, "tcp", 3) != 0) {
        return report_scheme(s, (weir_str){text.bytes, at});
    }
    const struct weir_operator *const *operators;
    size_t count;
    if (weir_bind_find(s->b, (weir_str){"", 0}, weir_str_of("socket_text"),
                       1U << WEIR_KIND_RECEIVER | 1U << WEIR_KIND_SOURCE, s->ast->name_place, false,
                       &operators, &count) != WEIR_FOUND) {
        return false;
    }
    struct weir_ast_expr *address = weir_arena_alloc(&s->b->scratch, sizeof *address);
    address->kind = WEIR_AST_STRING;
    address->place = s->ast->name_place;
    address->height = 1;
    address->text = (weir_str){text.bytes + 6, text.count - 6};
    struct weir_ast_item *item = weir_arena_alloc(&s->b->scratch, sizeof *item);
    *item = (struct weir_ast_item){.place = s->ast->name_place,
                                   .value = address,
                                   .after_comma = true,
                                   .next = s->ast->items.first};
    struct weir_ast_stage *ast = weir_arena_alloc(&s->b->scratch, sizeof *ast);
    *ast = *s->ast;
    ast->items.first = item;
    ast->items.count++;
    s->ast = ast;
    return weir_bind_operator_stage(s, operators[0], (weir_str){"", 0});
}
