/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a call: words, name=value, and values as the pipeline language has them. */
#include "harness.h"

bool weir_harness_token(weir_str *text, weir_str *token)
{
    size_t end = 0;
    size_t depth = 0; /* of brackets in a schema's */
    char closing = '\0';
    while (text->count > 0 && weir_is_space(text->bytes[0])) {
        *text = weir_str_slice(*text, 1, text->count);
    }
    while (end < text->count && (closing != '\0' || !weir_is_space(text->bytes[end]))) {
        const char byte = text->bytes[end++];
        if (closing == '"' && byte == '\\' && end < text->count) {
            end++;
        } else if (byte == closing) {
            closing = depth == 0 ? '\0' : closing;
            depth -= depth > 0;
        } else if (closing == '}' && byte == '{') {
            depth++;
        } else if (closing == '\0' && (byte == '"' || byte == '{' || byte == '(')) {
            closing = byte == '"' ? '"' : byte == '{' ? '}' : ')';
        }
    }
    *token = weir_str_slice(*text, 0, end);
    *text = weir_str_slice(*text, end, text->count);
    return end > 0;
}

bool weir_harness_quantity(weir_str text, int64_t *value)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"", 1},
                 {"ns", 0.001},
                 {"us", 1},
                 {"ms", 1e3},
                 {"s", 1e6},
                 {"m", 6e7},
                 {"h", 36e8},
                 {"d", 864e8},
                 {"B", 1},
                 {"kB", 1e3},
                 {"MB", 1e6},
                 {"GB", 1e9},
                 {"KiB", 1024},
                 {"MiB", 1024.0 * 1024},
                 {"GiB", 1073741824.0}};
    char copy[64];
    char *unit;
    if (weir_str_equal(text, "true") || weir_str_equal(text, "false")) {
        *value = text.bytes[0] == 't';
        return true;
    }
    if (text.count == 0 || text.count >= sizeof copy) {
        return false;
    }
    memcpy(copy, text.bytes, text.count);
    copy[text.count] = '\0';
    const long long whole = strtoll(copy, &unit, 10);
    if (unit != copy && *unit == '\0') {
        *value = whole;
        return true;
    }
    const double number = strtod(copy, &unit);
    for (size_t i = 0; unit != copy && i < sizeof units / sizeof *units; i++) {
        if (strcmp(units[i].unit, unit) == 0) {
            const double product = number * units[i].factor;
            *value = (int64_t)(product + (product < 0 ? -0.5 : 0.5));
            return true;
        }
    }
    return false;
}

/* "a \"b\"" without its quotes and escapes; anything else as it is. Kept. */
static weir_str value_text(struct weir_harness *h, weir_str value)
{
    char *copy = weir_harness_keep_text(h, value.bytes, value.count);
    size_t count = 0;
    if (value.count < 2 || copy[0] != '"') {
        return weir_str_make(copy, value.count);
    }
    for (size_t i = 1; i + 1 < value.count; i++) {
        char byte = copy[i];
        if (byte == '\\' && i + 2 < value.count) {
            byte = copy[++i];
            byte = byte == 'n' ? '\n' : byte == 't' ? '\t' : byte;
        }
        copy[count++] = byte;
    }
    copy[count] = '\0';
    return weir_str_make(copy, count);
}

static const struct weir_param *param_at(const struct weir_params *params, uint32_t i)
{
    return (const struct weir_param *)(const void *)((const char *)params->entries +
                                                     (size_t)i * params->stride);
}

/* Is a number outside of [min, max]? */
static bool is_outside(const struct weir_param *param, const struct weir_param_value *value)
{
    const bool is_f64 = strcmp(param->type, "f64") == 0;
    const double number = is_f64 ? value->f64 : (double)value->i64;
    int64_t least;
    int64_t most;
    if (param->min != NULL) {
        if (is_f64 ? number < strtod(param->min, NULL)
                   : weir_harness_quantity(weir_str_from_chars(param->min), &least) &&
                         value->i64 < least) {
            return true;
        }
    }
    return param->max != NULL &&
           (is_f64 ? number > strtod(param->max, NULL)
                   : weir_harness_quantity(weir_str_from_chars(param->max), &most) &&
                         value->i64 > most);
}

static int set_value(struct weir_harness *h,
                     const struct weir_param *param,
                     struct weir_param_value *value,
                     weir_str text)
{
    value->size = sizeof *value;
    value->is_set = 1;
    value->str = value_text(h, text);
    if (strcmp(param->type, "str") == 0) {
        return 0;
    }
    if (strcmp(param->type, "f64") == 0) {
        char *end;
        value->f64 = strtod(value->str.bytes, &end);
        if (end == value->str.bytes || *end != '\0') {
            return weir_harness_fail(h, "%s=%s: expected a number", param->name, value->str.bytes);
        }
    } else if (!weir_harness_quantity(value->str, &value->i64) ||
               (strcmp(param->type, "i64") == 0 &&
                (uint8_t)(value->str.bytes[value->str.count - 1] - '0') > 9)) {
        return weir_harness_fail(h, "%s=%s: expected a %s", param->name, value->str.bytes,
                                 param->type);
    }
    return !is_outside(param, value)
               ? 0
               : weir_harness_fail(h, "%s=%s: expected %s to %s", param->name, value->str.bytes,
                                   param->min != NULL ? param->min : "anything",
                                   param->max != NULL ? param->max : "anything");
}

int weir_harness_set_param(struct weir_harness *h,
                           const struct weir_params *params,
                           weir_str name,
                           weir_str value)
{
    for (uint32_t i = 0; params != NULL && i < params->count; i++) {
        if (weir_str_equal(name, param_at(params, i)->name)) {
            return set_value(h, param_at(params, i), &h->values[i], value);
        }
    }
    return weir_harness_fail(h, "%s has no parameter '%.*s'", h->exported->name, (int)name.count,
                             name.bytes);
}

int weir_harness_set_defaults(struct weir_harness *h, const struct weir_params *params)
{
    if (params != NULL && params->count > HARNESS_PARAMS_MAX) {
        return weir_harness_fail(h, "more than %d parameters", HARNESS_PARAMS_MAX);
    }
    h->value_count = params != NULL ? params->count : 0;
    for (uint32_t i = 0; i < h->value_count; i++) {
        const struct weir_param *param = param_at(params, i);
        struct weir_param_value *value = &h->values[i];
        h->value_names[i] = param->name;
        if (value->is_set != 0) {
            continue;
        }
        value->size = sizeof *value;
        value->str = weir_str_make("", 0);
        if (param->def == NULL) {
            if ((param->flags & WEIR_PARAM_REQUIRED) != 0) {
                return weir_harness_fail(h, "%s needs %s=...", h->exported->name, param->name);
            }
        } else if (set_value(h, param, value, weir_str_from_chars(param->def)) != 0) {
            return 1;
        }
    }
    return 0;
}
