/* SPDX-License-Identifier: Apache-2.0 */
/* A variable type is a name in some number of list<...>: that is all a signature may say, so
 * matching needs no recursion. */
#include "plugin/variable.h"

#include <string.h>

struct pattern {
    weir_str name;
    uint32_t lists; /* around the name */
};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_word(char c)
{
    return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* True if `text` is a variable type. */
static bool read_pattern(const char *text, struct pattern *pattern)
{
    const char *at = skip_blanks(text);
    pattern->lists = 0;
    while (strncmp(at, "list", 4) == 0 && *skip_blanks(at + 4) == '<') {
        at = skip_blanks(skip_blanks(at + 4) + 1);
        if (++pattern->lists > WEIR_TYPE_DEPTH_MAX) {
            return false;
        }
    }
    if (!is_upper(*at)) {
        return false;
    }
    pattern->name = (weir_str){at, 0};
    while (is_word(*at)) {
        at++;
        pattern->name.count++;
    }
    for (uint32_t i = 0; i < pattern->lists; i++) {
        at = skip_blanks(at);
        if (*at++ != '>') {
            return false;
        }
    }
    return *skip_blanks(at) == '\0';
}

int weir_signature_type(struct weir_arena *arena,
                        const char *text,
                        const struct weir_type **type,
                        struct weir_error *err)
{
    struct pattern pattern;
    if (read_pattern(text, &pattern)) {
        *type = NULL;
        return WEIR_OK;
    }
    return weir_type_parse(arena, weir_str_of(text), type, err);
}

static const struct weir_type *find_bound(const struct weir_bindings *bindings, weir_str name)
{
    for (uint32_t i = 0; i < bindings->count; i++) {
        if (bindings->of[i].name.count == name.count &&
            memcmp(bindings->of[i].name.bytes, name.bytes, name.count) == 0) {
            return bindings->of[i].type;
        }
    }
    return NULL;
}

bool weir_variable_match(const char *text,
                         const struct weir_type *type,
                         struct weir_bindings *bindings)
{
    struct pattern pattern;
    if (!read_pattern(text, &pattern)) {
        return false;
    }
    for (uint32_t i = 0; i < pattern.lists; i++) {
        if (type->kind != WEIR_TYPE_LIST) {
            return false;
        }
        type = type->item;
    }
    const struct weir_type *bound = find_bound(bindings, pattern.name);
    if (bound != NULL) {
        return weir_type_equal(bound, type);
    }
    if (bindings->count == WEIR_PARAMETERS_MAX) {
        return false;
    }
    bindings->of[bindings->count].name = pattern.name;
    bindings->of[bindings->count++].type = type;
    return true;
}

void weir_variable_mention(const char *text, struct weir_bindings *bindings)
{
    struct pattern pattern;
    if (read_pattern(text, &pattern) && find_bound(bindings, pattern.name) == NULL &&
        bindings->count < WEIR_PARAMETERS_MAX) {
        bindings->of[bindings->count].name = pattern.name;
        bindings->of[bindings->count++].type = weir_type_of(WEIR_TYPE_NULL);
    }
}

const struct weir_type *weir_variable_resolve(struct weir_arena *arena,
                                              const char *text,
                                              const struct weir_bindings *bindings)
{
    struct pattern pattern;
    if (!read_pattern(text, &pattern)) {
        return NULL;
    }
    const struct weir_type *type = find_bound(bindings, pattern.name);
    for (uint32_t i = 0; type != NULL && i < pattern.lists; i++) {
        type = weir_type_list(arena, type);
    }
    return type;
}
