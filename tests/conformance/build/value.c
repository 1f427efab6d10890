/* SPDX-License-Identifier: Apache-2.0 */
/* Values as expressions, and the map functions of functions.json on them. */
#include "build/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void cf_refuse(struct cf_builder *b, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (b->error == NULL) {
        b->error = weir_arena_strndup(b->arena, text, strlen(text));
    }
}

const char *cf_text(const json_t *step, const char *name)
{
    const char *text = json_string_value(json_object_get(step, name));
    return text == NULL ? "" : text;
}

int64_t cf_number(const json_t *step, const char *name, int64_t otherwise)
{
    const json_t *value = json_object_get(step, name);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

struct cf_value cf_record_value(const struct cf_type *type)
{
    return type->kind == CF_PAIR ? (struct cf_value){type, "key", "value"}
                                 : (struct cf_value){type, "value", NULL};
}

struct cf_value cf_value_of(struct cf_builder *b, const struct cf_type *type, const char *expr)
{
    WEIR_ASSERT(expr != NULL);
    if (type->kind != CF_PAIR) {
        return (struct cf_value){type, expr, NULL};
    }
    return (struct cf_value){type, weir_arena_printf(b->arena, "%s.key", expr),
                             weir_arena_printf(b->arena, "%s.value", expr)};
}

const char *cf_expr(struct cf_builder *b, struct cf_value x)
{
    return x.b != NULL ? weir_arena_printf(b->arena, "{key: %s, value: %s}", x.a, x.b) : x.a;
}

const char *cf_to_json(struct cf_builder *b, struct cf_value x)
{
    return weir_arena_printf(b->arena, "cf.json_of(%s)", cf_expr(b, x));
}

const char *cf_from_json(struct cf_builder *b, const struct cf_type *type, const char *expr)
{
    if (type->kind == CF_PAIR) {
        const char *first = weir_arena_printf(b->arena, "cf.json_first(%s)", expr);
        const char *second = weir_arena_printf(b->arena, "cf.json_second(%s)", expr);
        return weir_arena_printf(b->arena, "{key: %s, value: %s}", cf_from_json(b, type->a, first),
                                 cf_from_json(b, type->b, second));
    }
    return weir_arena_printf(b->arena, "cf.%s(%s)",
                             type->kind == CF_I64 ? "parse_int" : "json_text", expr);
}

struct cf_stream cf_map_to(struct cf_builder *b, struct cf_stream in, struct cf_value x)
{
    const char *text = x.type->kind == CF_PAIR
                           ? weir_arena_printf(b->arena, "key = %s, value = %s", x.a, x.b)
                           : weir_arena_printf(b->arena, "value = %s", x.a);
    return (struct cf_stream){
        weir_map(in.stream, text), x.type, in.slide_ms, {NULL, 0}, NULL, NULL};
}

/* ---- functions ---- */
static struct cf_value call(struct cf_builder *b,
                            const char *name,
                            struct cf_value x,
                            const struct cf_type *result)
{
    return (struct cf_value){result, weir_arena_printf(b->arena, "cf.%s(%s)", name, cf_expr(b, x)),
                             NULL};
}

static struct cf_value pair_of(struct cf_builder *b, struct cf_value x, struct cf_value y)
{
    return (struct cf_value){cf_pair(b->arena, x.type, y.type), cf_expr(b, x), cf_expr(b, y)};
}

static struct cf_value half(struct cf_builder *b, struct cf_value x, bool is_second)
{
    if (x.type->kind != CF_PAIR) {
        cf_refuse(b, "a function of pairs on a record that is none");
        return x;
    }
    if (x.b == NULL) { /* one expression of the whole pair */
        x = cf_value_of(b, x.type, x.a);
    }
    return is_second ? cf_value_of(b, x.type->b, x.b) : cf_value_of(b, x.type->a, x.a);
}

static struct cf_value fail_if(struct cf_builder *b, const json_t *bad, struct cf_value x)
{
    const char *text;
    if (x.type->kind == CF_I64 && json_is_integer(bad)) {
        text =
            weir_arena_printf(b->arena, "cf.fail_if(%s, bad=%s)", x.a, cf_literal(b->arena, bad));
        return (struct cf_value){x.type, text, NULL};
    }
    if (x.type->kind == CF_STR && json_is_string(bad)) {
        text = weir_arena_printf(b->arena, "cf.fail_if_text(%s, bad=%s)", x.a,
                                 cf_literal(b->arena, bad));
        return (struct cf_value){x.type, text, NULL};
    }
    return x; /* a value of another type is never equal; pairs were filtered before */
}

struct cf_value cf_apply(struct cf_builder *b,
                         const char *name,
                         const json_t *args,
                         struct cf_value x)
{
    const json_t *arg = json_array_get(args, 0);
    if (strcmp(name, "identity") == 0) {
        return x;
    }
    if (strcmp(name, "to_string") == 0) {
        return x.type->kind == CF_STR ? x : call(b, name, x, &cf_str);
    }
    if (strcmp(name, "parse_int") == 0 || strcmp(name, "length") == 0) {
        return call(b, name, x, &cf_i64);
    }
    if (strcmp(name, "upper") == 0) {
        return call(b, name, x, &cf_str);
    }
    if (strcmp(name, "add") == 0) {
        const char *text = weir_arena_printf(b->arena, "cf.add(%s, n=%s)", cf_expr(b, x),
                                             cf_literal(b->arena, arg));
        return (struct cf_value){&cf_i64, text, NULL};
    }
    if (strcmp(name, "pair_with") == 0) {
        const struct cf_type *type = cf_type_of(b->arena, arg);
        return pair_of(b, x, cf_value_of(b, type, cf_literal(b->arena, arg)));
    }
    if (strcmp(name, "pair_with_length") == 0) {
        return pair_of(b, x, call(b, "length", x, &cf_i64));
    }
    if (strcmp(name, "swap") == 0) {
        return pair_of(b, half(b, x, true), half(b, x, false));
    }
    if (strcmp(name, "first") == 0 || strcmp(name, "second") == 0) {
        return half(b, x, name[0] == 's');
    }
    if (strcmp(name, "value_distinct_sorted") == 0) {
        struct cf_value list = half(b, x, true);
        return pair_of(b, half(b, x, false), call(b, "distinct_sorted", list, list.type));
    }
    if (strcmp(name, "fail_if") == 0) {
        return fail_if(b, arg, x);
    }
    cf_refuse(b, "no map function '%s'", name);
    return x;
}
