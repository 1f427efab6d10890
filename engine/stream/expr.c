/* SPDX-License-Identifier: Apache-2.0 */
/* Makes typed expressions, and refuses ill-typed ones. The binder casts and widens before it comes
 * here; a record read from bytes comes here as it is. Both end with the same guarantee. */
#include "stream/schema.h"
#include "stream/stream.h"

#include <string.h>

struct making {
    struct weir_arena *arena;
    const struct weir_type *input;
    struct weir_expr *expr;
    int *culprit;
    struct weir_error *err;
};

static int ill_typed(struct making *m, const char *what, const struct weir_type *found)
{
    struct weir_text text;
    weir_text_init(&text);
    weir_type_print(found, &text);
    int status = weir_error_set(m->err, WEIR_ETEXT, "%s, found %s", what, text.bytes);
    weir_text_finish(&text);
    return status;
}

static int check_count(struct making *m, uint32_t wanted)
{
    if (m->expr->arg_count != wanted) {
        return weir_error_set(m->err, WEIR_ETEXT,
                              "an expression of kind %d needs %u parts, found %u",
                              (int)m->expr->kind, wanted, m->expr->arg_count);
    }
    return WEIR_OK;
}

static int make_field(struct making *m)
{
    if (m->expr->field >= m->input->field_count) {
        return weir_error_set(m->err, WEIR_ETEXT, "field number %u of a record with %u fields",
                              m->expr->field, m->input->field_count);
    }
    m->expr->type = m->input->fields[m->expr->field].type;
    return check_count(m, 0);
}

static int make_const(struct making *m)
{
    struct weir_value *value = &m->expr->value;
    if (value->type == NULL) {
        value->type = weir_type_of(WEIR_TYPE_NULL);
        value->is_null = true;
    }
    m->expr->type = value->type;
    return check_count(m, 0);
}

static int check_arguments(struct making *m)
{
    const struct weir_expr *expr = m->expr;
    const struct weir_type *types[WEIR_PARAMETERS_MAX];
    const struct weir_type *casts[WEIR_PARAMETERS_MAX] = {0};
    const bool is_literal[WEIR_PARAMETERS_MAX] = {0};
    if (expr->arg_count != expr->op->in_count || expr->arg_count > WEIR_PARAMETERS_MAX) {
        return weir_error_set(m->err, WEIR_ETEXT, "%s takes %u arguments, found %u",
                              expr->op->canonical, expr->op->in_count, expr->arg_count);
    }
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        types[i] = expr->args[i]->type;
    }
    const struct weir_operator *chosen;
    WEIR_TRY(weir_operator_choose(&expr->op, 1, types, is_literal, expr->arg_count, &chosen, casts,
                                  m->err));
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (casts[i] != NULL) {
            *m->culprit = (int)i;
            return ill_typed(m, "an argument is not of the parameter's type", types[i]);
        }
    }
    return WEIR_OK;
}

static int bind_result(struct making *m)
{
    struct weir_expr *expr = m->expr;
    struct weir_type_field in[WEIR_PARAMETERS_MAX];
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        in[i] = (struct weir_type_field){expr->op->in[i].name, expr->args[i]->type};
    }
    if (expr->op->kind == WEIR_KIND_PARTITIONER) { /* a number of a partition, which is no value */
        expr->type = weir_type_of(WEIR_TYPE_I64);
        return WEIR_OK;
    }
    const struct weir_type_field *out;
    uint32_t out_count;
    WEIR_TRY(weir_operator_bind_output(expr->op, expr->params, in, expr->arg_count, m->arena, &out,
                                       &out_count, m->err));
    if (expr->op->kind == WEIR_KIND_EMITTER || expr->op->kind == WEIR_KIND_PARTITION_FUNCTION ||
        (expr->op->kind == WEIR_KIND_AGGREGATE && out_count > 1)) {
        expr->type = weir_type_struct(m->arena, out, out_count);
        return WEIR_OK;
    }
    if (out_count != 1) {
        return weir_error_set(m->err, WEIR_ETEXT, "%s declares %u results, a function has one",
                              expr->op->canonical, out_count);
    }
    expr->type = out[0].type;
    return WEIR_OK;
}

/* Kinds that can be called: all but functions only at the top of an item, which its verb checks. */
enum {
    CALLED_KINDS = 1U << WEIR_KIND_FUNCTION | 1U << WEIR_KIND_EMITTER |
                   1U << WEIR_KIND_PARTITION_FUNCTION | 1U << WEIR_KIND_AGGREGATE |
                   1U << WEIR_KIND_PARTITIONER
};

/* An operator that does not give one value for one row is no part of an expression. */
static int check_parts(struct making *m)
{
    for (uint32_t i = 0; i < m->expr->arg_count; i++) {
        const struct weir_expr *arg = m->expr->args[i];
        if (arg->kind == WEIR_EXPR_CALL && arg->op->kind != WEIR_KIND_FUNCTION) {
            *m->culprit = (int)i;
            return weir_error_set(m->err, WEIR_ETEXT, "%s is %s %s: it cannot be an argument",
                                  arg->op->canonical,
                                  arg->op->kind == WEIR_KIND_PARTITION_FUNCTION ||
                                          arg->op->kind == WEIR_KIND_PARTITIONER
                                      ? "a"
                                      : "an",
                                  weir_kind_name(arg->op->kind));
        }
    }
    return WEIR_OK;
}

static int make_call(struct making *m)
{
    struct weir_expr *expr = m->expr;
    if ((CALLED_KINDS >> expr->op->kind & 1) == 0) {
        return weir_error_set(m->err, WEIR_ETEXT, "%s is a %s and cannot be called",
                              expr->op->canonical, weir_kind_name(expr->op->kind));
    }
    WEIR_TRY(check_arguments(m));
    struct weir_param_value *params =
        weir_arena_alloc(m->arena, (expr->op->param_count + 1) * sizeof *params);
    WEIR_TRY(weir_operator_bind_params(expr->op, expr->arguments, expr->argument_count, m->arena,
                                       params, m->culprit, m->err));
    expr->params = params;
    return bind_result(m);
}

static int make_logic(struct making *m)
{
    const struct weir_type *wanted = weir_type_of(WEIR_TYPE_BOOL);
    WEIR_TRY(check_count(m, 2));
    if (m->expr->kind == WEIR_EXPR_COALESCE) {
        wanted = m->expr->args[0]->type;
    }
    for (int i = 0; i < 2; i++) {
        if (!weir_type_equal(m->expr->args[i]->type, wanted)) {
            *m->culprit = i;
            return ill_typed(m, "both sides must have one type", m->expr->args[i]->type);
        }
    }
    m->expr->type = wanted;
    return WEIR_OK;
}

static int make_member(struct making *m)
{
    WEIR_TRY(check_count(m, 1));
    const struct weir_type *type = m->expr->args[0]->type;
    if (type->kind != WEIR_TYPE_STRUCT || m->expr->field >= type->field_count) {
        return ill_typed(m, "only a struct has members", type);
    }
    m->expr->type = type->fields[m->expr->field].type;
    return WEIR_OK;
}

static int make_index(struct making *m)
{
    WEIR_TRY(check_count(m, 2));
    const struct weir_type *type = m->expr->args[0]->type;
    if (type->kind != WEIR_TYPE_LIST) {
        return ill_typed(m, "only a list has elements", type);
    }
    if (m->expr->args[1]->type->kind != WEIR_TYPE_I64) {
        *m->culprit = 1;
        return ill_typed(m, "an element's number is i64", m->expr->args[1]->type);
    }
    m->expr->type = type->item;
    return WEIR_OK;
}

/* draft->type names the members; their types come from the parts. */
static int make_struct(struct making *m)
{
    const struct weir_type *names = m->expr->type;
    if (names == NULL || names->kind != WEIR_TYPE_STRUCT || names->field_count == 0 ||
        names->field_count != m->expr->arg_count) {
        return weir_error_set(m->err, WEIR_ETEXT, "a struct needs one name for each of its parts");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    for (uint32_t i = 0; i < m->expr->arg_count; i++) {
        weir_fields_add(&fields, names->fields[i].name, m->expr->args[i]->type, (int)i);
    }
    int status = weir_fields_type(&fields, m->arena, &m->expr->type, m->culprit, m->err);
    weir_fields_finish(&fields);
    return status;
}

static int make_list(struct making *m)
{
    if (m->expr->arg_count == 0) {
        return weir_error_set(m->err, WEIR_ETEXT, "an empty list has no type");
    }
    const struct weir_type *item = m->expr->args[0]->type;
    for (uint32_t i = 1; i < m->expr->arg_count; i++) {
        if (!weir_type_equal(m->expr->args[i]->type, item)) {
            *m->culprit = (int)i;
            return ill_typed(m, "all elements of a list have one type", m->expr->args[i]->type);
        }
    }
    m->expr->type = weir_type_list(m->arena, item);
    return WEIR_OK;
}

static int make_by_kind(struct making *m)
{
    switch (m->expr->kind) {
    case WEIR_EXPR_FIELD:
        return make_field(m);
    case WEIR_EXPR_CONST:
        return make_const(m);
    case WEIR_EXPR_CALL:
        return make_call(m);
    case WEIR_EXPR_AND:
    case WEIR_EXPR_OR:
    case WEIR_EXPR_COALESCE:
        return make_logic(m);
    case WEIR_EXPR_MEMBER:
        return make_member(m);
    case WEIR_EXPR_INDEX:
        return make_index(m);
    case WEIR_EXPR_STRUCT:
        return make_struct(m);
    case WEIR_EXPR_LIST:
        return make_list(m);
    case WEIR_EXPR_BATCH_TIME:
        m->expr->type = weir_type_of(WEIR_TYPE_TS);
        return check_count(m, 0);
    }
    return weir_error_set(m->err, WEIR_ETEXT, "unknown kind of expression: %d", (int)m->expr->kind);
}

static int check_depth(struct making *m)
{
    uint32_t deepest = 0;
    for (uint32_t i = 0; i < m->expr->arg_count; i++) {
        uint32_t depth = m->expr->args[i]->depth;
        deepest = depth > deepest ? depth : deepest;
    }
    m->expr->depth = deepest + 1;
    if (m->expr->depth > WEIR_EXPR_DEPTH_MAX) {
        return weir_error_set(m->err, WEIR_ELIMIT,
                              "an expression may be %d operators high: give parts of it names "
                              "with extend",
                              WEIR_EXPR_DEPTH_MAX);
    }
    bool makes_type = m->expr->kind == WEIR_EXPR_STRUCT || m->expr->kind == WEIR_EXPR_LIST;
    if (makes_type && weir_type_depth(m->expr->type) > WEIR_TYPE_DEPTH_MAX) {
        return weir_error_set(m->err, WEIR_ELIMIT, "structs and lists may nest %d deep",
                              WEIR_TYPE_DEPTH_MAX);
    }
    return WEIR_OK;
}

int weir_expr_make(struct weir_arena *arena,
                   const struct weir_type *input,
                   const struct weir_expr *draft,
                   const struct weir_expr **expr,
                   int *culprit,
                   struct weir_error *err)
{
    struct weir_expr *made = weir_arena_alloc(arena, sizeof *made);
    *made = *draft;
    *culprit = -1;
    struct making m = {arena, input, made, culprit, err};
    WEIR_TRY(check_parts(&m));
    WEIR_TRY(make_by_kind(&m));
    WEIR_TRY(check_depth(&m));
    *expr = made;
    return WEIR_OK;
}
