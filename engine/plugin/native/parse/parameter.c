/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters of a function, and those of its callback. */
#include "plugin/native/parse/parse.h"

#include <string.h>

static int refuse_variadic(struct weir_c_parser *p)
{
    return weir_c_fail(p, p->token.text,
                       "a function with '...' (variadic) is called differently for other values: "
                       "wrap the call in a C function with fixed parameters");
}

/* A text and the size_t behind it are one value. */
static void join_lengths(struct weir_native_value *values, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (values[i].is_size && values[i - 1].type == WEIR_NATIVE_TEXT) {
            values[i - 1].has_length = true;
            values[i].is_length = true;
        }
    }
}

/* One column of emit: "const char *word". */
static int read_emitted(struct weir_c_parser *p, struct weir_native_value *value)
{
    struct weir_c_specifier type;
    if (p->token.kind == WEIR_C_DOTS) {
        return refuse_variadic(p);
    }
    WEIR_TRY(weir_c_specifier(p, &type));
    WEIR_TRY(weir_c_value(p, &type, "a value of emit", value));
    if (value->type == WEIR_NATIVE_STRUCT) {
        return weir_c_fail(p, type.text,
                           "emit takes numbers, bool and const char *: emit the "
                           "members of a struct one by one");
    }
    value->name = "";
    if (p->token.kind == WEIR_C_WORD) {
        WEIR_TRY(weir_c_check_name(p, p->token.text, true));
        value->name = weir_c_copy_name(p, p->token.text);
        WEIR_TRY(weir_c_next(p));
    }
    return WEIR_OK;
}

/* ( columns of emit ) */
static int read_emit(struct weir_c_parser *p, struct weir_native_function *f)
{
    WEIR_TRY(weir_c_expect(p, '(', "before the values of emit"));
    if (weir_c_is(p, ')')) {
        return weir_c_fail(p, p->token.text, "emit gives nothing: void (*emit)(const char *word)");
    }
    while (true) {
        if (f->emitted_count == WEIR_NATIVE_EMITTED_MAX) {
            return weir_c_fail(p, p->token.text, "emit has at most %d values",
                               WEIR_NATIVE_EMITTED_MAX);
        }
        WEIR_TRY(read_emitted(p, &f->emitted[f->emitted_count]));
        f->emitted_count++;
        if (!weir_c_is(p, ',')) {
            break;
        }
        WEIR_TRY(weir_c_next(p));
    }
    join_lengths(f->emitted, f->emitted_count);
    return weir_c_expect(p, ')', "behind the values of emit");
}

static int read_callback(struct weir_c_parser *p,
                         struct weir_native_function *f,
                         const struct weir_c_specifier *type,
                         weir_str name,
                         struct weir_native_value *value)
{
    if (name.count != 4 || memcmp(name.bytes, "emit", 4) != 0) {
        return weir_c_fail(p, name.count > 0 ? name : type->text,
                           "a callback: weir gives one, which is called emit, as in void "
                           "(*emit)(const char *word); wrap other calls in a C function");
    }
    if (f->emitted_count > 0) {
        return weir_c_fail(p, name, "emit is there twice");
    }
    if (type->type != WEIR_NATIVE_VOID || type->stars > 0) {
        return weir_c_fail(p, type->text, "emit answers nothing: void (*emit)(...)");
    }
    value->type = WEIR_NATIVE_EMIT;
    value->name = "emit";
    value->c_type = "callback";
    value->place = weir_c_place(p, name);
    return read_emit(p, f);
}

/* ( * NAME ) in front of a callback's parameters. */
static int read_callback_name(struct weir_c_parser *p, weir_str *name)
{
    WEIR_TRY(weir_c_next(p));
    WEIR_TRY(weir_c_expect(p, '*', "of a callback"));
    *name = (weir_str){p->token.text.bytes, 0};
    if (p->token.kind == WEIR_C_WORD) {
        *name = p->token.text;
        WEIR_TRY(weir_c_next(p));
    }
    return weir_c_expect(p, ')', "behind the name of a callback");
}

static int read_parameter(struct weir_c_parser *p,
                          struct weir_native_function *f,
                          struct weir_native_value *value)
{
    struct weir_c_specifier type;
    weir_str name = {NULL, 0};
    if (p->token.kind == WEIR_C_DOTS) {
        return refuse_variadic(p);
    }
    WEIR_TRY(weir_c_specifier(p, &type));
    if (weir_c_is(p, '(')) {
        WEIR_TRY(read_callback_name(p, &name));
        return read_callback(p, f, &type, name, value);
    }
    if (p->token.kind == WEIR_C_WORD) {
        name = p->token.text;
        WEIR_TRY(weir_c_next(p));
    }
    if (weir_c_is(p, '(')) {
        return read_callback(p, f, &type, name, value);
    }
    if (weir_c_is(p, '[')) {
        return weir_c_fail(p, p->token.text,
                           "an array: weir passes single values and const char "
                           "*; wrap the call in a C function");
    }
    WEIR_TRY(weir_c_value(p, &type, "a parameter", value));
    value->name = "";
    if (name.count > 0) {
        WEIR_TRY(weir_c_check_name(p, name, false));
        value->name = weir_c_copy_name(p, name);
    }
    return WEIR_OK;
}

/* ( parameters ); (void) and () are none. */
int weir_c_read_parameters(struct weir_c_parser *p, struct weir_native_function *f)
{
    WEIR_TRY(weir_c_next(p));
    struct weir_c_token first = p->token;
    const char *behind = p->behind;
    if (weir_c_is_word(p, "void")) {
        WEIR_TRY(weir_c_next(p));
        if (!weir_c_is(p, ')')) { /* void (*emit)... */
            p->token = first;
            p->behind = behind;
        }
    }
    while (!weir_c_is(p, ')')) {
        if (f->count == WEIR_NATIVE_PARAMETERS_MAX) {
            return weir_c_fail(p, p->token.text, "at most %d parameters are possible",
                               WEIR_NATIVE_PARAMETERS_MAX);
        }
        WEIR_TRY(read_parameter(p, f, &f->parameters[f->count]));
        f->count++;
        if (!weir_c_is(p, ',')) {
            break;
        }
        WEIR_TRY(weir_c_next(p));
    }
    join_lengths(f->parameters, f->count);
    return weir_c_expect(p, ')', "behind the parameters");
}
