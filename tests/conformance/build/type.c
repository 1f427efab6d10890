/* SPDX-License-Identifier: Apache-2.0 */
/* Types of records: from JSON, and back to it. */
#include "build/type.h"

#include <inttypes.h>
#include <string.h>

const struct cf_type cf_i64 = {.kind = CF_I64}, cf_str = {.kind = CF_STR};

static const struct cf_type *make(struct weir_arena *arena, struct cf_type type)
{
    struct cf_type *copy = weir_arena_alloc(arena, sizeof *copy);
    *copy = type;
    return copy;
}

const struct cf_type *cf_pair(struct weir_arena *arena,
                              const struct cf_type *a,
                              const struct cf_type *b)
{
    return make(arena, (struct cf_type){.kind = CF_PAIR, .a = a, .b = b});
}

const struct cf_type *cf_list(struct weir_arena *arena, const struct cf_type *item)
{
    return make(arena, (struct cf_type){.kind = CF_LIST, .a = item});
}

const struct cf_type *cf_option(struct weir_arena *arena, const struct cf_type *some, bool is_plain)
{
    return make(arena, (struct cf_type){.kind = CF_OPTION, .a = some, .is_plain = is_plain});
}

const struct cf_type *cf_json(struct weir_arena *arena, const struct cf_type *type)
{
    return make(arena, (struct cf_type){.kind = CF_JSON, .a = type});
}

const struct cf_type *cf_type_of(struct weir_arena *arena, const json_t *value)
{
    if (json_is_integer(value)) {
        return &cf_i64;
    }
    if (json_is_string(value)) {
        return &cf_str;
    }
    if (json_array_size(value) == 2) {
        return cf_pair(arena, cf_type_of(arena, json_array_get(value, 0)),
                       cf_type_of(arena, json_array_get(value, 1)));
    }
    return NULL;
}

static bool is_equal(const struct cf_type *a, const struct cf_type *b)
{
    if (a == NULL || b == NULL || a->kind != b->kind) {
        return a == b;
    }
    return (a->a == NULL || is_equal(a->a, b->a)) && (a->b == NULL || is_equal(a->b, b->b));
}

const struct cf_type *cf_infer(struct weir_arena *arena,
                               const json_t *batches,
                               const struct cf_type *unknown)
{
    const struct cf_type *type = NULL;
    size_t b, r;
    const json_t *batch, *record;
    json_array_foreach(batches, b, batch)
    {
        json_array_foreach(batch, r, record)
        {
            const struct cf_type *here = cf_type_of(arena, record);
            if (here == NULL || (type != NULL && !is_equal(type, here))) {
                return NULL;
            }
            type = here;
        }
    }
    return type != NULL ? type : unknown;
}

static void put_text(const char *text, struct weir_text *to)
{
    weir_text_put(to, "\"");
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            weir_text_append(to, "\\", 1);
        }
        weir_text_append(to, at, 1);
    }
    weir_text_put(to, "\"");
}

static void put_literal(const json_t *value, struct weir_text *to)
{
    if (json_is_integer(value)) {
        weir_text_printf(to, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_string(value)) {
        put_text(json_string_value(value), to);
    } else if (json_array_size(value) == 2) {
        weir_text_put(to, "{key: ");
        put_literal(json_array_get(value, 0), to);
        weir_text_put(to, ", value: ");
        put_literal(json_array_get(value, 1), to);
        weir_text_put(to, "}");
    } else {
        weir_text_put(to, "null");
    }
}

const char *cf_literal(struct weir_arena *arena, const json_t *value)
{
    struct weir_text text;
    weir_text_init(&text);
    put_literal(value, &text);
    const char *copy = weir_arena_strndup(arena, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}

/* ---- what weir prints ---- */
static json_t *convert(const json_t *value, const struct cf_type *type);

static json_t *convert_list(const json_t *list, const struct cf_type *item)
{
    json_t *out = json_array();
    size_t i;
    const json_t *value;
    json_array_foreach(list, i, value)
    {
        json_array_append_new(out, convert(value, item));
    }
    return out;
}

/* Of the JSON text of a value, where a pair is an array. */
static json_t *convert_packed(const json_t *value, const struct cf_type *type)
{
    switch (type->kind) {
    case CF_PAIR:
        return json_pack("[o,o]", convert_packed(json_array_get(value, 0), type->a),
                         convert_packed(json_array_get(value, 1), type->b));
    case CF_LIST: {
        json_t *out = json_array();
        size_t i;
        const json_t *item;
        json_array_foreach(value, i, item)
        {
            json_array_append_new(out, convert_packed(item, type->a));
        }
        return out;
    }
    case CF_OPTION:
        if (json_is_null(value)) {
            return json_null();
        }
        return type->is_plain ? convert_packed(value, type->a)
                              : json_pack("{s:o}", "some", convert_packed(value, type->a));
    case CF_JSON: {
        json_t *inner = json_loads(json_string_value(value), JSON_DECODE_ANY, NULL);
        json_t *out = convert_packed(inner, type->a);
        json_decref(inner);
        return out;
    }
    case CF_UNKNOWN:
    case CF_I64:
    case CF_STR:
        break;
    }
    return json_deep_copy(value);
}

static json_t *convert(const json_t *value, const struct cf_type *type)
{
    switch (type->kind) {
    case CF_PAIR:
        return json_pack("[o,o]", convert(json_object_get(value, "key"), type->a),
                         convert(json_object_get(value, "value"), type->b));
    case CF_LIST:
        return convert_list(value, type->a);
    case CF_OPTION:
        if (value == NULL || json_is_null(value)) {
            return json_null();
        }
        return type->is_plain ? convert(value, type->a)
                              : json_pack("{s:o}", "some", convert(value, type->a));
    case CF_JSON:
        return convert_packed(value, type);
    case CF_UNKNOWN:
    case CF_I64:
    case CF_STR:
        break;
    }
    return value == NULL ? json_null() : json_deep_copy(value);
}

json_t *cf_record(const json_t *row, const struct cf_type *type)
{
    return type->kind == CF_PAIR ? convert(row, type)
                                 : convert(json_object_get(row, "value"), type);
}

/* ---- leaves ---- */
void cf_leaves(const struct cf_type *type, struct weir_text *to)
{
    if (type->kind == CF_PAIR) {
        cf_leaves(type->a, to);
        cf_leaves(type->b, to);
    } else {
        weir_text_put(to, type->kind == CF_I64 ? "i" : "s");
    }
}

const char *cf_assemble(struct weir_arena *arena, const struct cf_type *type, int *next)
{
    if (type->kind == CF_PAIR) {
        const char *a = cf_assemble(arena, type->a, next);
        const char *b = cf_assemble(arena, type->b, next);
        return weir_arena_printf(arena, "{key: %s, value: %s}", a, b);
    }
    int column = (*next)++;
    if (type->kind == CF_LIST) {
        return weir_arena_printf(arena, "cf.%s(c%d)", type->a->kind == CF_I64 ? "ints" : "texts",
                                 column);
    }
    return weir_arena_printf(arena, "c%d", column);
}
