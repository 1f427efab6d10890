/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin's option table says of one parameter, read and checked. */
#include "plugin/param/param.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[WEIR_PARAM_TYPE_COUNT] = {"bool", "i64",      "f64",
                                                              "str",  "duration", "size"};

static enum weir_param_type find_type(const char *name)
{
    size_t i = 0;
    while (i < WEIR_PARAM_TYPE_COUNT && strcmp(name, type_names[i]) != 0) {
        i++;
    }
    return (enum weir_param_type)i;
}

enum weir_param_type weir_param_type_of(const struct weir_param *param)
{
    enum weir_param_type type = find_type(param->type);
    WEIR_ASSERT(type != WEIR_PARAM_TYPE_COUNT);
    return type;
}

static bool parse_i64(const char *text, int64_t *value)
{
    char *end;
    errno = 0;
    long long read = strtoll(text, &end, 10);
    *value = read;
    return errno == 0 && end != text && *end == '\0' && text[0] != ' ' && text[0] != '+';
}

static bool parse_f64(const char *text, double *value)
{
    char *end;
    errno = 0;
    *value = strtod(text, &end);
    bool is_number = strchr("-.0123456789", text[0]) != NULL && text[0] != '\0';
    return errno == 0 && end != text && *end == '\0' && is_number;
}

bool weir_param_parse(enum weir_param_type type, const char *text, struct weir_param_value *value)
{
    *value = (struct weir_param_value){.size = sizeof *value, .is_set = 1, .str = {"", 0}};
    switch (type) {
    case WEIR_PARAM_BOOL_TYPE:
        value->i64 = strcmp(text, "true") == 0;
        return value->i64 == 1 || strcmp(text, "false") == 0;
    case WEIR_PARAM_I64_TYPE:
        return parse_i64(text, &value->i64);
    case WEIR_PARAM_F64_TYPE:
        return parse_f64(text, &value->f64);
    case WEIR_PARAM_STR_TYPE:
        value->str = weir_str_of(text);
        return true;
    case WEIR_PARAM_DURATION_TYPE:
        return weir_quantity_parse(text, true, &value->i64);
    case WEIR_PARAM_SIZE_TYPE:
        return weir_quantity_parse(text, false, &value->i64);
    case WEIR_PARAM_TYPE_COUNT:
        break;
    }
    return false;
}

int weir_param_compare(enum weir_param_type type,
                       const struct weir_param_value *a,
                       const struct weir_param_value *b)
{
    if (type == WEIR_PARAM_STR_TYPE) {
        return 0;
    }
    if (type == WEIR_PARAM_F64_TYPE) {
        return a->f64 < b->f64 ? -1 : !(a->f64 <= b->f64);
    }
    return (a->i64 > b->i64) - (a->i64 < b->i64);
}

static int check_text(const struct weir_param *param,
                      enum weir_param_type type,
                      const char *what,
                      const char *text,
                      struct weir_error *err)
{
    struct weir_param_value value;
    if (text != NULL && !weir_param_parse(type, text, &value)) {
        return weir_error_set(err, WEIR_ETEXT, "parameter '%s' is of type %s, but its %s is '%s'",
                              param->name, param->type, what, text);
    }
    return WEIR_OK;
}

bool weir_param_is_in_range(const struct weir_param *param, const struct weir_param_value *value)
{
    enum weir_param_type type = weir_param_type_of(param);
    struct weir_param_value bound;
    if ((type == WEIR_PARAM_DURATION_TYPE || type == WEIR_PARAM_SIZE_TYPE) && value->i64 < 0) {
        return false;
    }
    if (param->min != NULL && weir_param_parse(type, param->min, &bound) &&
        weir_param_compare(type, value, &bound) < 0) {
        return false;
    }
    return param->max == NULL || !weir_param_parse(type, param->max, &bound) ||
           weir_param_compare(type, value, &bound) <= 0;
}

int weir_param_check(const struct weir_param *param, struct weir_error *err)
{
    enum weir_param_type type = find_type(param->type);
    if (type == WEIR_PARAM_TYPE_COUNT) {
        return weir_error_set(err, WEIR_ETEXT,
                              "parameter '%s' is of type '%s', expected bool, i64, f64, str, "
                              "duration or size",
                              param->name, param->type);
    }
    if (type == WEIR_PARAM_STR_TYPE && (param->min != NULL || param->max != NULL)) {
        return weir_error_set(err, WEIR_ETEXT, "parameter '%s' is a str: it cannot have a range",
                              param->name);
    }
    if (param->def != NULL && (param->flags & WEIR_PARAM_REQUIRED) != 0) {
        return weir_error_set(
            err, WEIR_ETEXT, "parameter '%s' is required and has a default: drop one", param->name);
    }
    WEIR_TRY(check_text(param, type, "default", param->def, err));
    WEIR_TRY(check_text(param, type, "least value", param->min, err));
    WEIR_TRY(check_text(param, type, "greatest value", param->max, err));
    struct weir_param_value value;
    if (param->def != NULL && weir_param_parse(type, param->def, &value) &&
        !weir_param_is_in_range(param, &value)) {
        return weir_error_set(err, WEIR_ETEXT, "parameter '%s': its default is out of its range",
                              param->name);
    }
    return WEIR_OK;
}

void weir_param_print(enum weir_param_type type,
                      const struct weir_param_value *value,
                      struct weir_text *to)
{
    switch (type) {
    case WEIR_PARAM_BOOL_TYPE:
        weir_text_put(to, value->i64 != 0 ? "true" : "false");
        break;
    case WEIR_PARAM_I64_TYPE:
        weir_text_printf(to, "%lld", (long long)value->i64);
        break;
    case WEIR_PARAM_F64_TYPE:
        weir_json_f64(to, value->f64);
        break;
    case WEIR_PARAM_STR_TYPE:
        weir_json_string(to, value->str);
        break;
    case WEIR_PARAM_DURATION_TYPE:
        weir_quantity_print(value->i64, true, to);
        break;
    case WEIR_PARAM_SIZE_TYPE:
        weir_quantity_print(value->i64, false, to);
        break;
    case WEIR_PARAM_TYPE_COUNT:
        break;
    }
}

void weir_param_put_range(const struct weir_param *param, struct weir_text *to)
{
    if (param->min != NULL && param->max != NULL) {
        weir_text_printf(to, "%s..%s", param->min, param->max);
    } else if (param->min != NULL) {
        weir_text_printf(to, "at least %s", param->min);
    } else if (param->max != NULL) {
        weir_text_printf(to, "at most %s", param->max);
    }
}
