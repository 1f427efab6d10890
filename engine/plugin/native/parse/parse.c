/* SPDX-License-Identifier: Apache-2.0 */
/* Declarations: structs of scalars, and functions with what weir adds to them:
 *
 *   struct p { double x; double y; };
 *   double norm(struct p v);
 *   char *upper(const char *s) free;
 *   double number(const char *s) errno;
 *   void split(const char *line, size_t n, void (*emit)(const char *word, size_t n)); */
#include "plugin/native/parse/parse.h"

#include <string.h>

/* ---- structs ---- */

static int read_member(struct weir_c_parser *p,
                       const struct weir_c_specifier *type,
                       struct weir_native_struct *record)
{
    weir_str name;
    WEIR_TRY(weir_c_expect_word(p, "the name of a member", &name));
    WEIR_TRY(weir_c_check_name(p, name, true));
    if (record->count == WEIR_NATIVE_MEMBERS_MAX) {
        return weir_c_fail(p, name, "a struct has at most %d members here",
                           WEIR_NATIVE_MEMBERS_MAX);
    }
    struct weir_native_value *member = &record->members[record->count++];
    WEIR_TRY(weir_c_value(p, type, "a member", member));
    member->name = weir_c_copy_name(p, name);
    if (member->type == WEIR_NATIVE_STRUCT || member->type == WEIR_NATIVE_TEXT) {
        return weir_c_fail(p, type->text, "a struct by value has members that are numbers or bool");
    }
    if (weir_c_is(p, '[') || weir_c_is(p, ':')) {
        return weir_c_fail(p, p->token.text,
                           "a struct by value has neither arrays nor bit fields: "
                           "wrap the call in a C function");
    }
    return WEIR_OK;
}

static int read_members(struct weir_c_parser *p, struct weir_native_struct *record)
{
    while (!weir_c_is(p, '}')) {
        struct weir_c_specifier type;
        WEIR_TRY(weir_c_specifier(p, &type));
        WEIR_TRY(read_member(p, &type, record));
        while (weir_c_is(p, ',')) {
            WEIR_TRY(weir_c_next(p));
            WEIR_TRY(read_member(p, &type, record));
        }
        WEIR_TRY(weir_c_expect(p, ';', "behind a member"));
    }
    return weir_c_next(p);
}

static int read_struct(struct weir_c_parser *p, weir_str name, const char *from)
{
    struct weir_native *native = p->native;
    struct weir_native_struct *record = weir_arena_alloc(p->arena, sizeof *record);
    record->name = weir_c_copy_name(p, name);
    for (uint32_t i = 0; i < native->struct_count; i++) {
        if (strcmp(native->structs[i]->name, record->name) == 0) {
            return weir_c_fail(p, name, "struct %s is declared twice", record->name);
        }
    }
    if (native->struct_count == WEIR_NATIVE_STRUCTS_MAX) {
        return weir_c_fail(p, name, "at most %d structs are declared", WEIR_NATIVE_STRUCTS_MAX);
    }
    WEIR_TRY(weir_c_next(p));
    WEIR_TRY(read_members(p, record));
    if (record->count == 0) {
        return weir_c_fail(p, name, "struct %s has no members", record->name);
    }
    WEIR_TRY(weir_c_expect(p, ';', "behind a struct"));
    record->text = weir_c_squeeze(p->arena, weir_c_since(p, from));
    native->structs[native->struct_count++] = record;
    return WEIR_OK;
}

/* ---- functions ---- */

static int read_result(struct weir_c_parser *p,
                       const struct weir_c_specifier *type,
                       struct weir_native_value *result)
{
    result->name = "value";
    if (type->stars == 1 && type->is_char) {
        result->type = WEIR_NATIVE_TEXT;
        result->c_type = weir_c_squeeze(p->arena, type->text);
        result->place = weir_c_place(p, type->text);
        return WEIR_OK;
    }
    if (type->stars > 0) {
        return weir_c_fail(p, type->text,
                           "a result '%s' is a pointer: weir takes numbers, bool, char * and "
                           "structs by value; wrap the call in a C function",
                           weir_c_squeeze(p->arena, type->text));
    }
    if (type->type == WEIR_NATIVE_VOID) {
        result->place = weir_c_place(p, type->text);
        return WEIR_OK;
    }
    return weir_c_value(p, type, "a result", result);
}

/* What weir adds behind the parameters. */
static int read_marks(struct weir_c_parser *p, struct weir_native_function *f)
{
    while (p->token.kind == WEIR_C_WORD) {
        if (weir_c_is_word(p, "free")) {
            if (f->result.type != WEIR_NATIVE_TEXT) {
                return weir_c_fail(p, p->token.text,
                                   "'free' says that weir frees the char * that "
                                   "%s returns: it returns none",
                                   f->name);
            }
            f->is_freed = true;
        } else if (weir_c_is_word(p, "errno")) {
            f->sets_errno = true;
        } else if (weir_c_is_word(p, "nondeterministic")) {
            f->is_impure = true;
        } else {
            return weir_c_fail(p, p->token.text,
                               "'%.*s' behind a prototype: expected ';', or one of the marks free, "
                               "errno, nondeterministic",
                               (int)p->token.text.count, p->token.text.bytes);
        }
        WEIR_TRY(weir_c_next(p));
    }
    return WEIR_OK;
}

/* How many values weir passes: structs count by their members. */
static int count_columns(struct weir_c_parser *p, struct weir_native_function *f, weir_str name)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const struct weir_native_value *value = &f->parameters[i];
        if (value->type == WEIR_NATIVE_STRUCT) {
            f->column_count += value->record->count;
        } else if (value->type != WEIR_NATIVE_EMIT && !value->is_length) {
            f->column_count++;
        }
    }
    if (f->column_count > WEIR_PARAMETERS_MAX) {
        return weir_c_fail(p, name,
                           "%s takes %u values, at most %d are possible: wrap the call in "
                           "a C function",
                           f->name, (unsigned)f->column_count, WEIR_PARAMETERS_MAX);
    }
    return WEIR_OK;
}

static int check_function(struct weir_c_parser *p, struct weir_native_function *f, weir_str name)
{
    for (uint32_t i = 0; i < p->native->count; i++) {
        if (strcmp(p->native->functions[i]->name, f->name) == 0) {
            return weir_c_fail(p, name, "%s is declared twice", f->name);
        }
    }
    if (f->result.type == WEIR_NATIVE_VOID && f->emitted_count == 0) {
        return weir_c_fail(p, name,
                           "%s gives nothing: a function returns a value, or emits rows through a "
                           "parameter void (*emit)(...)",
                           f->name);
    }
    if (f->result.type != WEIR_NATIVE_VOID && f->emitted_count > 0) {
        *p->place = f->result.place;
        return weir_error_set(p->err, WEIR_ETEXT,
                              "%s both returns a value and emits rows: declare it void (the value "
                              "is dropped), or wrap the call in a C function",
                              f->name);
    }
    return count_columns(p, f, name);
}

static int add_function(struct weir_c_parser *p, struct weir_native_function *f, weir_str name)
{
    struct weir_native *native = p->native;
    WEIR_TRY(check_function(p, f, name));
    if (native->count == WEIR_NATIVE_FUNCTIONS_MAX) {
        return weir_c_fail(p, name, "at most %d functions are declared", WEIR_NATIVE_FUNCTIONS_MAX);
    }
    native->functions[native->count++] = f;
    return WEIR_OK;
}

static int read_function(struct weir_c_parser *p)
{
    struct weir_c_specifier type;
    weir_str name;
    const char *from = p->token.text.bytes;
    struct weir_native_function *f = weir_arena_alloc(p->arena, sizeof *f);
    WEIR_TRY(weir_c_specifier(p, &type));
    WEIR_TRY(read_result(p, &type, &f->result));
    WEIR_TRY(weir_c_expect_word(p, "the name of a function", &name));
    WEIR_TRY(weir_c_check_name(p, name, false));
    f->name = weir_c_copy_name(p, name);
    f->place = weir_c_place(p, name);
    f->native = p->native;
    if (!weir_c_is(p, '(')) {
        return weir_c_fail(p, name, "%s is no function: expected '(' behind its name", f->name);
    }
    WEIR_TRY(weir_c_read_parameters(p, f));
    WEIR_TRY(read_marks(p, f));
    f->prototype = weir_c_squeeze(p->arena, weir_c_since(p, from));
    WEIR_TRY(weir_c_expect(p, ';', "behind a prototype"));
    return add_function(p, f, name);
}

/* A struct's declaration, or a function that returns one. */
static int read_declaration(struct weir_c_parser *p)
{
    struct weir_c_token first = p->token;
    const char *behind = p->behind;
    if (weir_c_is_word(p, "struct")) {
        weir_str name;
        WEIR_TRY(weir_c_next(p));
        WEIR_TRY(weir_c_expect_word(p, "the name of a struct", &name));
        if (weir_c_is(p, '{')) {
            return read_struct(p, name, first.text.bytes);
        }
        p->token = first;
        p->behind = behind;
    }
    return read_function(p);
}

int weir_native_parse(struct weir_arena *arena,
                      const char *text,
                      struct weir_native *native,
                      struct weir_place *place,
                      struct weir_error *err)
{
    struct weir_c_parser p = {.text = text,
                              .token = {.text = {text, 0}},
                              .arena = arena,
                              .native = native,
                              .place = place,
                              .err = err};
    native->prototypes = text;
    native->functions =
        weir_arena_alloc(arena, WEIR_NATIVE_FUNCTIONS_MAX * sizeof(struct weir_native_function *));
    WEIR_TRY(weir_c_next(&p));
    while (p.token.kind != WEIR_C_END) {
        WEIR_TRY(read_declaration(&p));
    }
    if (native->count == 0) {
        return weir_c_fail(&p, (weir_str){text, 1},
                           "no prototype is here: write { double cbrt(double x); }");
    }
    return WEIR_OK;
}
