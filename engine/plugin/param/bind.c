/* SPDX-License-Identifier: Apache-2.0 */
/* What a job gave against what an operator declares. Nothing is guessed: a name that is unknown, a
 * value of another type, one out of range and one that is missing are each an error of its own. */
#include "plugin/param/param.h"
#include "plugin/registry.h"

#include <string.h>

struct bind {
    const struct weir_operator *op;
    struct weir_arena *arena;
    struct weir_param_value *values;
    const char *label;
    uint32_t positional; /* the next parameter that may be given without a name */
    struct weir_error *err;
};

/* Appends what the operator takes: "path, per_batch, reload". */
static void put_names(const struct weir_operator *op, struct weir_text *to)
{
    for (uint32_t i = 0; i < op->param_count; i++) {
        weir_text_printf(to, "%s%s", i == 0 ? "" : ", ", op->params[i]->name);
    }
}

static const char *names_of(const struct bind *bind)
{
    struct weir_text text;
    weir_text_init(&text);
    put_names(bind->op, &text);
    const char *copy = weir_arena_strndup(bind->arena, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

static int fail_unknown(const struct bind *bind, const char *name)
{
    if (bind->op->param_count == 0) {
        return weir_error_set(bind->err, WEIR_ETEXT, "%s has no parameter '%s': it has none at all",
                              bind->label, name);
    }
    struct weir_near near;
    weir_near_begin(&near, weir_str_of(name));
    for (uint32_t i = 0; i < bind->op->param_count; i++) {
        weir_near_offer(&near, weir_str_of(bind->op->params[i]->name));
    }
    weir_str best = weir_near_best(&near);
    if (best.count > 0) {
        return weir_error_set(bind->err, WEIR_ETEXT,
                              "%s has no parameter '%s': did you mean '%.*s'?", bind->label, name,
                              (int)best.count, best.bytes);
    }
    return weir_error_set(bind->err, WEIR_ETEXT, "%s has no parameter '%s': it has %s", bind->label,
                          name, names_of(bind));
}

static int fail_positional(const struct bind *bind)
{
    uint32_t count = 0;
    const char *first = "";
    for (uint32_t i = 0; i < bind->op->param_count; i++) {
        const struct weir_param *param = bind->op->params[i];
        if ((param->flags & WEIR_PARAM_POSITIONAL) != 0) {
            count++;
        } else if (first[0] == '\0') {
            first = param->name;
        }
    }
    if (first[0] != '\0') {
        return weir_error_set(bind->err, WEIR_ETEXT,
                              "%s takes %u value%s without a name: write NAME=VALUE, as in "
                              "%s=...; its parameters are %s",
                              bind->label, (unsigned)count, count == 1 ? "" : "s", first,
                              names_of(bind));
    }
    return weir_error_set(bind->err, WEIR_ETEXT, "%s takes %u value%s: drop this one", bind->label,
                          (unsigned)count, count == 1 ? "" : "s");
}

/* Finds the parameter of an argument. */
static int find_param(struct bind *bind, const struct weir_argument *argument, uint32_t *index)
{
    const struct weir_operator *op = bind->op;
    if (argument->name == NULL) {
        for (*index = bind->positional; *index < op->param_count; (*index)++) {
            if ((op->params[*index]->flags & WEIR_PARAM_POSITIONAL) != 0) {
                bind->positional = *index + 1;
                return WEIR_OK;
            }
        }
        return fail_positional(bind);
    }
    for (*index = 0; *index < op->param_count; (*index)++) {
        if (strcmp(op->params[*index]->name, argument->name) == 0) {
            return WEIR_OK;
        }
    }
    return fail_unknown(bind, argument->name);
}

static bool is_integer(const struct weir_value *value)
{
    return value->type->kind == WEIR_TYPE_I32 || value->type->kind == WEIR_TYPE_I64;
}

/* Converts without loss; false: the types do not fit. */
static bool convert(enum weir_param_type type,
                    const struct weir_value *from,
                    struct weir_arena *arena,
                    struct weir_param_value *to)
{
    *to = (struct weir_param_value){.size = sizeof *to, .is_set = 1, .str = {"", 0}};
    if (from->type == NULL || from->is_null) {
        return false;
    }
    switch (type) {
    case WEIR_PARAM_BOOL_TYPE:
        to->i64 = from->i64 != 0;
        return from->type->kind == WEIR_TYPE_BOOL;
    case WEIR_PARAM_I64_TYPE:
    case WEIR_PARAM_DURATION_TYPE:
    case WEIR_PARAM_SIZE_TYPE:
        to->i64 = from->i64;
        return is_integer(from);
    case WEIR_PARAM_F64_TYPE:
        to->f64 = is_integer(from) ? (double)from->i64 : from->f64;
        return is_integer(from) || from->type->kind == WEIR_TYPE_F64;
    case WEIR_PARAM_STR_TYPE:
        if (from->type->kind != WEIR_TYPE_STR) {
            return false;
        }
        to->str.bytes = weir_arena_strndup(arena, from->str.bytes, from->str.count);
        to->str.count = from->str.count;
        return true;
    case WEIR_PARAM_TYPE_COUNT:
        break;
    }
    return false;
}

static int fail_type(const struct bind *bind,
                     const struct weir_param *param,
                     const struct weir_value *found)
{
    static const char *const samples[WEIR_PARAM_TYPE_COUNT] = {
        "true or false",    "a whole number such as 10", "a number such as 0.5",
        "a text in quotes", "a duration such as 500ms",  "a size such as 64MiB"};
    struct weir_text text;
    weir_text_init(&text);
    if (found->type == NULL || found->is_null) {
        weir_text_put(&text, "null");
    } else if ((param->flags & WEIR_PARAM_SECRET) != 0) {
        weir_type_print(found->type, &text);
    } else {
        weir_type_print(found->type, &text);
        weir_text_put(&text, " ");
        weir_json_value(&text, found);
    }
    int status = weir_error_set(bind->err, WEIR_ETEXT, "%s: %s must be %s, found %.*s", bind->label,
                                param->name, samples[weir_param_type_of(param)],
                                text.count > 80 ? 80 : (int)text.count, text.bytes);
    weir_text_finish(&text);
    return status;
}

static int check_range(const struct bind *bind,
                       const struct weir_param *param,
                       const struct weir_param_value *value)
{
    if (weir_param_is_in_range(param, value)) {
        return WEIR_OK;
    }
    struct weir_text range, found;
    weir_text_init(&range);
    weir_text_init(&found);
    weir_param_put_range(param, &range);
    weir_param_print(weir_param_type_of(param), value, &found);
    int status = weir_error_set(bind->err, WEIR_ETEXT, "%s: %s must be %s, found %s", bind->label,
                                param->name, range.count == 0 ? "at least 0" : range.bytes,
                                (param->flags & WEIR_PARAM_SECRET) != 0 ? "another" : found.bytes);
    weir_text_finish(&range);
    weir_text_finish(&found);
    return status;
}

static int take_argument(struct bind *bind, const struct weir_argument *argument)
{
    uint32_t index;
    WEIR_TRY(find_param(bind, argument, &index));
    const struct weir_param *param = bind->op->params[index];
    struct weir_param_value *value = &bind->values[index];
    if (value->is_set != 0) {
        return weir_error_set(bind->err, WEIR_ETEXT, "%s: %s is given twice: drop one", bind->label,
                              param->name);
    }
    if (!convert(weir_param_type_of(param), &argument->value, bind->arena, value)) {
        return fail_type(bind, param, &argument->value);
    }
    return check_range(bind, param, value);
}

static int fail_missing(const struct bind *bind, const struct weir_param *param)
{
    bool is_positional = (param->flags & WEIR_PARAM_POSITIONAL) != 0;
    return weir_error_set(bind->err, WEIR_ETEXT, "%s needs %s%s%s (%s%s%s)", bind->label,
                          is_positional ? "" : "the parameter ", param->name,
                          is_positional ? "" : "=", param->type, param->help[0] == '\0' ? "" : ": ",
                          param->help);
}

static int take_default(const struct bind *bind,
                        const struct weir_param *param,
                        struct weir_param_value *value)
{
    if (value->is_set != 0) {
        return WEIR_OK;
    }
    if (param->def != NULL) {
        (void)weir_param_parse(weir_param_type_of(param), param->def, value);
        value->str.bytes = weir_arena_strndup(bind->arena, value->str.bytes, value->str.count);
        return WEIR_OK;
    }
    return (param->flags & WEIR_PARAM_REQUIRED) != 0 ? fail_missing(bind, param) : WEIR_OK;
}

int weir_operator_bind_params(const struct weir_operator *op,
                              const struct weir_argument *arguments,
                              uint32_t count,
                              struct weir_arena *arena,
                              struct weir_param_value *values,
                              int *culprit,
                              struct weir_error *err)
{
    struct bind bind = {op, arena, values, weir_operator_label(op, arena), 0, err};
    *culprit = -1;
    for (uint32_t i = 0; i < op->param_count; i++) {
        values[i] = (struct weir_param_value){.size = sizeof *values, .str = {"", 0}};
    }
    for (uint32_t i = 0; i < count; i++) {
        *culprit = (int)i;
        WEIR_TRY(take_argument(&bind, &arguments[i]));
    }
    *culprit = -1;
    for (uint32_t i = 0; i < op->param_count; i++) {
        WEIR_TRY(take_default(&bind, op->params[i], &values[i]));
    }
    return WEIR_OK;
}
