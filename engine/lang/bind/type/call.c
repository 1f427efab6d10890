/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: an overload is chosen by the types of the arguments, which are then made exactly what it
 * takes. */
#include "lang/bind/binder.h"

#include <string.h>

enum { CANDIDATES_SHOWN_MAX = 4 };

/* A call on its way: arguments with their trees, and how it is called in messages. */
struct call {
    struct weir_typing *t;
    const struct weir_operator *const *operators;
    size_t operator_count;
    const struct weir_ast_expr *ast;
    const char *label; /* "text.contains", "'+'" */
    uint32_t count;
    const struct weir_expr *args[WEIR_PARAMETERS_MAX];
    const struct weir_ast_expr *asts[WEIR_PARAMETERS_MAX];
};

static const char *types_text(struct call *call)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_text_put(&text, "");
    for (uint32_t i = 0; i < call->count; i++) {
        weir_text_printf(&text, "%s%s", i == 0 ? "" : ", ",
                         weir_bind_type_text(call->t->b, call->args[i]->type));
    }
    char *copy = weir_arena_strndup(&call->t->b->scratch, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

static const char *candidates_text(struct call *call)
{
    struct weir_text text;
    weir_text_init(&text);
    for (size_t i = 0; i < call->operator_count && i < CANDIDATES_SHOWN_MAX; i++) {
        weir_text_printf(&text, "%s%s", i == 0 ? "" : " or ", call->operators[i]->signature);
    }
    if (call->operator_count > CANDIDATES_SHOWN_MAX) {
        weir_text_printf(&text, " or %zu more", call->operator_count - CANDIDATES_SHOWN_MAX);
    }
    char *copy = weir_arena_strndup(&call->t->b->scratch, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

static void report_misfit(struct call *call)
{
    struct weir_diagnostics *ds = call->t->b->diagnostics;
    struct weir_diagnostic *d =
        weir_diagnostics_error(ds, WEIR_CODE_ARGUMENTS, call->ast->place, "%s does not take (%s)",
                               call->label, types_text(call));
    weir_diagnostic_help(ds, d, "it takes %s", candidates_text(call));
    for (uint32_t i = 0; i < call->count && d->other.offset == UINT32_MAX; i++) {
        weir_bind_point_at_field(call->t, d, call->args[i]);
    }
}

static bool choose(struct call *call,
                   const struct weir_operator **op,
                   const struct weir_type **casts)
{
    const struct weir_type *types[WEIR_PARAMETERS_MAX];
    bool is_literal[WEIR_PARAMETERS_MAX] = {0};
    struct weir_error err;
    for (uint32_t i = 0; i < call->count; i++) {
        types[i] = call->args[i]->type;
        is_literal[i] = call->args[i]->kind == WEIR_EXPR_CONST;
    }
    return weir_operator_choose(call->operators, call->operator_count, types, is_literal,
                                call->count, op, casts, &err) == WEIR_OK;
}

/* `at > 10s`: a duration beside a ts may be meant as one. */
static bool durations_as_times(struct call *call)
{
    bool has_ts = false, has_duration = false;
    for (uint32_t i = 0; i < call->count; i++) {
        has_ts = has_ts || call->args[i]->type->kind == WEIR_TYPE_TS;
    }
    for (uint32_t i = 0; i < call->count && has_ts; i++) {
        if (call->args[i]->kind == WEIR_EXPR_CONST && call->args[i]->type->kind == WEIR_TYPE_I64 &&
            weir_bind_is_duration(call->t->b, call->asts[i])) {
            call->args[i] = weir_bind_cast(call->t, call->args[i], weir_type_of(WEIR_TYPE_TS));
            has_duration = true;
        }
    }
    return has_duration;
}

/* A null is refused, unless there is an operator that wants to see nulls. */
static bool has_null(struct call *call)
{
    for (size_t i = 0; i < call->operator_count; i++) {
        if ((call->operators[i]->flags & WEIR_NULLABLE) != 0) {
            return false;
        }
    }
    for (uint32_t i = 0; i < call->count; i++) {
        if (call->args[i]->type->kind == WEIR_TYPE_NULL) {
            struct weir_diagnostics *ds = call->t->b->diagnostics;
            struct weir_diagnostic *d =
                weir_diagnostics_error(ds, WEIR_CODE_NULL, call->args[i]->place,
                                       "%s of null is null for every record", call->label);
            weir_diagnostic_help(ds, d, "'?\?' gives nulls a value: url ?\? \"none\"");
            return true;
        }
    }
    return false;
}

/* Chooses the overload and converts the arguments. */
static const struct weir_operator *settle(struct call *call)
{
    const struct weir_type *casts[WEIR_PARAMETERS_MAX] = {0};
    const struct weir_operator *op = NULL;
    if (has_null(call)) {
        return NULL;
    }
    if (!choose(call, &op, casts)) {
        memset(casts, 0, sizeof casts);
        struct call retry = *call;
        if (!durations_as_times(&retry) || !choose(&retry, &op, casts)) {
            report_misfit(call);
            return NULL;
        }
        *call = retry;
    }
    for (uint32_t i = 0; i < call->count; i++) {
        if (casts[i] != NULL) {
            call->args[i] = weir_bind_cast(call->t, call->args[i], casts[i]);
            if (call->args[i] == NULL) {
                return NULL;
            }
        }
    }
    return op;
}

/* named: the first item of the call, its named ones being parameters; NULL for none. */
static const struct weir_expr *finish(struct call *call, const struct weir_ast_item *named)
{
    struct weir_typing *t = call->t;
    struct weir_expr draft = {.kind = WEIR_EXPR_CALL, .place = call->ast->place};
    draft.op = settle(call);
    if (draft.op == NULL) {
        return NULL;
    }
    if (draft.op->kind == WEIR_KIND_EMITTER && t->top_kinds == 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            t->b->diagnostics, WEIR_CODE_EMITTER, call->ast->place,
            "%s gives any number of rows: it stands only in flat_map, as an item of its own",
            call->label);
        weir_diagnostic_help(t->b->diagnostics, d, "try: flat_map %s(...)", call->label);
        return NULL;
    }
    if (!weir_bind_arguments(t->b, draft.op, named, true, call->ast->place, &draft.arguments,
                             &draft.argument_count)) {
        return NULL;
    }
    const struct weir_expr **args = weir_arena_alloc(t->b->arena, (call->count + 1) * sizeof *args);
    memcpy(args, call->args, call->count * sizeof *args);
    draft.args = args;
    draft.arg_count = call->count;
    return weir_bind_make(t, &draft, WEIR_CODE_ARGUMENTS, NULL);
}

static bool add_argument(struct call *call, const struct weir_ast_expr *ast)
{
    struct weir_typing inner = *call->t;
    inner.top_kinds = 0;
    if (call->count == WEIR_PARAMETERS_MAX) {
        weir_diagnostics_error(call->t->b->diagnostics, WEIR_CODE_ARGUMENTS, ast->place,
                               "a function has at most %d parameters", WEIR_PARAMETERS_MAX);
        return false;
    }
    call->asts[call->count] = ast;
    call->args[call->count] = weir_bind_expr(&inner, ast);
    return call->args[call->count++] != NULL;
}

static bool is_batch_time(const struct weir_ast_expr *ast)
{
    static const char batch_time[] = "batch_time";
    return ast->alias.count == 0 && ast->text.count == sizeof batch_time - 1 &&
           memcmp(ast->text.bytes, batch_time, ast->text.count) == 0;
}

/* Looks like a function but is no operator's: the time of the batch, known where RDDs are. */
static const struct weir_expr *bind_batch_time(struct weir_typing *t,
                                               const struct weir_ast_expr *ast)
{
    struct weir_diagnostic *d;
    if (t->b->block == NULL) {
        d = weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_TRANSFORM, ast->place,
                                   "batch_time() stands only in a transform { }");
        weir_diagnostic_help(t->b->diagnostics, d,
                             "try: transform { extend t = batch_time() }; print shows it as _time");
        return NULL;
    }
    if (ast->items.count > 0) {
        weir_diagnostics_error(t->b->diagnostics, WEIR_CODE_ARGUMENTS, ast->place,
                               "batch_time() takes nothing");
        return NULL;
    }
    struct weir_expr draft = {.kind = WEIR_EXPR_BATCH_TIME, .place = ast->place};
    return weir_bind_make(t, &draft, WEIR_CODE_ARGUMENTS, NULL);
}

const struct weir_expr *weir_bind_call(struct weir_typing *t, const struct weir_ast_expr *ast)
{
    struct call call = {.t = t, .ast = ast};
    struct weir_place place = ast->text_place;
    if (ast->alias.count > 0) {
        place = weir_place_join(ast->alias_place, ast->text_place);
    }
    if (is_batch_time(ast)) {
        return bind_batch_time(t, ast);
    }
    if (weir_bind_find(t->b, ast->alias, ast->text, weir_bind_kinds(t), place, false,
                       &call.operators, &call.operator_count) != WEIR_FOUND) {
        return NULL;
    }
    call.label =
        weir_arena_printf(&t->b->scratch, "%.*s%s%.*s", (int)ast->alias.count,
                          ast->alias.count > 0 ? ast->alias.bytes : "",
                          ast->alias.count > 0 ? "." : "", (int)ast->text.count, ast->text.bytes);
    bool is_fine = true;
    for (const struct weir_ast_item *item = ast->items.first; item != NULL; item = item->next) {
        if (item->name.count == 0) {
            is_fine = add_argument(&call, item->value) && is_fine;
        }
    }
    return is_fine ? finish(&call, ast->items.first) : NULL;
}

const struct weir_expr *weir_bind_std(struct weir_typing *t,
                                      const char *name,
                                      const struct weir_ast_expr *ast)
{
    struct call call = {.t = t, .ast = ast};
    call.label = weir_arena_printf(&t->b->scratch, "'%s'", weir_ast_op_text(ast->op));
    if (weir_bind_find(t->b, weir_str_of("std"), weir_str_of(name), 1U << WEIR_KIND_FUNCTION,
                       ast->place, false, &call.operators, &call.operator_count) != WEIR_FOUND) {
        return NULL;
    }
    bool is_fine = add_argument(&call, ast->left);
    if (ast->right != NULL) {
        is_fine = add_argument(&call, ast->right) && is_fine;
    }
    return is_fine ? finish(&call, NULL) : NULL;
}

/* The field that a parameter of a bare function means, or -1. */
static int bare_field(struct weir_typing *t, const struct weir_operator *op, uint32_t i)
{
    int field = weir_scope_find(t->scope, weir_str_of(op->in[i].name));
    if (field < 0 && op->in_count == 1) {
        if (t->scope->schema->field_count == 1) {
            return 0;
        }
        return t->is_of_values ? weir_scope_find(t->scope, weir_str_of("value")) : -1;
    }
    return field;
}

static bool fill_bare(struct call *call, const struct weir_operator *op)
{
    call->count = 0;
    for (uint32_t i = 0; i < op->in_count; i++) {
        int field = bare_field(call->t, op, i);
        if (field < 0) {
            return false;
        }
        struct weir_expr draft = {
            .kind = WEIR_EXPR_FIELD, .place = call->ast->place, .field = (uint32_t)field};
        call->asts[i] = call->ast;
        call->args[i] = weir_bind_make(call->t, &draft, WEIR_CODE_ARGUMENTS, NULL);
        call->count++;
    }
    return true;
}

static const struct weir_expr *report_bare(struct call *call, bool has_fields)
{
    if (has_fields) {
        report_misfit(call);
        return NULL;
    }
    struct weir_diagnostics *ds = call->t->b->diagnostics;
    struct weir_diagnostic *d = weir_diagnostics_error(
        ds, WEIR_CODE_BARE_FUNCTION, call->ast->place,
        "%s takes fields called like its parameters, %s; here are %s", call->label,
        candidates_text(call), weir_bind_type_text(call->t->b, call->t->scope->schema));
    weir_diagnostic_help(ds, d, "name the fields: %s(FIELD%s)", call->label,
                         call->operators[0]->in_count > 1 ? ", ..." : "");
    weir_diagnostic_other(ds, d, call->t->scope->place, "what this stage gives");
    return NULL;
}

const struct weir_expr *weir_bind_bare(struct weir_typing *t,
                                       weir_str alias,
                                       weir_str name,
                                       struct weir_place place)
{
    struct weir_ast_expr here = {.kind = WEIR_AST_NAME, .place = place};
    struct call call = {.t = t, .ast = &here};
    if (weir_bind_find(t->b, alias, name, weir_bind_kinds(t), place, false, &call.operators,
                       &call.operator_count) != WEIR_FOUND) {
        return NULL;
    }
    call.label = weir_arena_printf(&t->b->scratch, "%.*s%s%.*s", (int)alias.count, alias.bytes,
                                   alias.count > 0 ? "." : "", (int)name.count, name.bytes);
    bool has_fields = false;
    for (int round = 0; round < 2; round++) { /* exact types first, then widened ones */
        for (size_t i = 0; i < call.operator_count; i++) {
            const struct weir_operator *op;
            const struct weir_type *casts[WEIR_PARAMETERS_MAX] = {0};
            struct call one = call;
            one.operators = &call.operators[i];
            one.operator_count = 1;
            if (!fill_bare(&one, call.operators[i])) {
                continue;
            }
            has_fields = true;
            memcpy(call.args, one.args, sizeof call.args);
            call.count = one.count;
            bool fits = choose(&one, &op, casts);
            for (uint32_t k = 0; k < one.count && round == 0; k++) {
                fits = fits && casts[k] == NULL;
            }
            if (fits) {
                return finish(&one, NULL);
            }
        }
    }
    return report_bare(&call, has_fields);
}
