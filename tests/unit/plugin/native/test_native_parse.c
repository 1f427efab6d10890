/* SPDX-License-Identifier: Apache-2.0 */
/* Prototypes: what they mean to weir, and what is refused, where and why. */
#include "plugin/native/native.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct weir_arena arena;
static struct weir_native native;
static struct weir_place place;
static struct weir_error err;

static int parse(const char *text)
{
    native = (struct weir_native){0};
    place = (struct weir_place){0};
    err = (struct weir_error){0};
    return weir_native_parse(&arena, text, &native, &place, &err);
}

static const struct weir_native_function *only(const char *text)
{
    if (parse(text) != WEIR_OK) {
        fail_msg("%s: %s", text, err.text);
    }
    assert_int_equal(native.count, 1);
    return native.functions[0];
}

static int set_up(void **state)
{
    (void)state;
    weir_arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    weir_arena_finish(&arena);
    return 0;
}

/* In any order of words, and without a name. */
static void every_scalar_has_its_type(void **state)
{
    static const struct {
        const char *c_type;
        enum weir_native_type type;
    } cases[] = {{"bool", WEIR_NATIVE_BOOL},
                 {"_Bool", WEIR_NATIVE_BOOL},
                 {"signed char", WEIR_NATIVE_I8},
                 {"char unsigned", WEIR_NATIVE_U8},
                 {"short", WEIR_NATIVE_I16},
                 {"int short unsigned", WEIR_NATIVE_U16},
                 {"int", WEIR_NATIVE_I32},
                 {"signed", WEIR_NATIVE_I32},
                 {"unsigned", WEIR_NATIVE_U32},
                 {"const volatile int", WEIR_NATIVE_I32},
                 {"long long", WEIR_NATIVE_I64},
                 {"long int long unsigned", WEIR_NATIVE_U64},
                 {"int8_t", WEIR_NATIVE_I8},
                 {"uint16_t", WEIR_NATIVE_U16},
                 {"int32_t const", WEIR_NATIVE_I32},
                 {"uint64_t", WEIR_NATIVE_U64},
                 {"float", WEIR_NATIVE_F32},
                 {"double", WEIR_NATIVE_F64},
                 {"const char *", WEIR_NATIVE_TEXT},
                 {"char const * const", WEIR_NATIVE_TEXT},
                 {"const char *restrict", WEIR_NATIVE_TEXT}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (int named = 0; named < 2; named++) {
            char text[128];
            (void)snprintf(text, sizeof text, "int f(%s%s);", cases[i].c_type,
                           named == 1 ? " name" : "");
            const struct weir_native_function *f = only(text);
            assert_int_equal(f->count, 1);
            assert_int_equal(f->parameters[0].type, cases[i].type);
            assert_string_equal(f->parameters[0].name, named == 1 ? "name" : "");
        }
    }
    assert_int_equal(only("long f(long);")->result.type, weir_native_integer(sizeof(long), false));
    assert_int_equal(only("size_t f(void);")->result.type,
                     weir_native_integer(sizeof(size_t), true));
    assert_int_equal(only("char f();")->result.type, weir_native_integer(1, (char)-1 > 0));
    assert_int_equal(native.functions[0]->count, 0);
}

static void marks_comments_and_layout(void **state)
{
    (void)state;
    const struct weir_native_function *f =
        only("/* a */ extern  char *\n f ( const char * s /* b */, size_t n ) // c\n free errno;");
    assert_string_equal(f->prototype, "extern char * f ( const char * s , size_t n ) free errno");
    assert_true(f->is_freed && f->sets_errno && !f->is_impure);
    assert_true(f->parameters[0].has_length && f->parameters[1].is_length);
    assert_int_equal(f->column_count, 1);
    assert_true(only("int rand(void) nondeterministic;")->is_impure);
    f = only("void f(void (*emit)(const char *a, size_t, int), size_t n);");
    assert_int_equal(f->emitted_count, 3);
    assert_true(f->emitted[0].has_length && f->emitted[1].is_length);
    assert_false(f->parameters[1].is_length);
    assert_int_equal(f->column_count, 1);
    assert_int_equal(parse("struct p { float x, y; };\nstruct p f(struct p a, int);"), WEIR_OK);
    assert_int_equal(native.functions[0]->column_count, 3);
    assert_string_equal(native.structs[0]->text, "struct p { float x, y; };");
    assert_int_equal(parse("int a(int); int b(int);"), WEIR_OK);
    assert_int_equal(native.count, 2);
}

/* Each mistake: where it is seen, and what is said. */
static const struct {
    const char *text, *at, *words;
} mistakes[] = {
    {"long strtol(const char *s, char **end, int base);", "char **",
     "a place that the function "
     "writes to"},
    {"void f(double *x);", "double *", "weir passes values only"},
    {"int f(char *s);", "char *", "if it only reads, declare const char *"},
    {"int f(const void *p, size_t n);", "const void *", "declare const char * (the call is the"},
    {"int f(void *p);", "void *", "does not say what it points to"},
    {"int f(const uint8_t *p, size_t n);", "const uint8_t *", "(the call is the same)"},
    {"int f(const double *x);", "const double *", "points to several values"},
    {"int f(const char *const *words);", "const char *const *", "writes to"},
    {"int printf(const char *format, ...);", "...", "variadic"},
    {"int f(int a[3]);", "[", "an array"},
    {"int f(void (*done)(int));", "done", "weir gives one, which is called emit"},
    {"int f(int (*)(int));", "int", "weir gives one, which is called emit"},
    {"void f(int (*emit)(int));", "int", "emit answers nothing"},
    {"void f(void (*emit)(void));", "void", "a value of emit of type void is none"},
    {"void f(void (*emit)());", ")", "emit gives nothing"},
    {"void f(void (*emit)(int), void (*emit)(int));", "emit", "emit is there twice"},
    {"int f(void (*emit)(int));", "int", "both returns a value and emits rows"},
    {"void f(int a);", "f", "f gives nothing"},
    {"void *f(int a);", "void *", "a result 'void *' is a pointer"},
    {"int *f(int a);", "int *", "a result 'int *' is a pointer"},
    {"int f(lnog n);", "lnog", "unknown type 'lnog': did you mean 'long'?"},
    {"FILE *f(int n);", "FILE", "unknown type 'FILE': write the C type"},
    {"int f(long double x);", "long double", "no value of weir's holds a long double"},
    {"int f(short long x);", "short long", "'short long' is no type of C"},
    {"int f(unsigned double x);", "unsigned double", "is no type of C"},
    {"int f(enum e x);", "enum", "an enum is passed as int"},
    {"int f(union u x);", "union", "a union is no value"},
    {"typedef int number;", "typedef", "has no place here"},
    {"int f(struct p x);", "p", "struct p is not declared"},
    {"struct p { int x; int y[2]; }; int f(struct p a);", "[", "neither arrays nor bit fields"},
    {"struct p { int x : 3; }; int f(struct p a);", ":", "neither arrays nor bit fields"},
    {"struct p { const char *s; }; int f(struct p a);", "const char *", "numbers or bool"},
    {"struct p { int x; }; struct q { struct p x; };", "struct p", "numbers or bool"},
    {"struct p { int x; }; struct p { int y; };", "p", "declared twice"},
    {"struct p { }; int f(int);", "p", "has no members"},
    {"struct p { int _x; }; int f(int);", "_x", "may not begin with '_'"},
    {"int f(int a); double f(double a);", "f", "f is declared twice"},
    {"int f(int a) fre;", "fre", "expected ';', or one of the marks free"},
    {"int f(int a) free;", "free", "it returns none"},
    {"int f(int a)", "", "expected ';' behind a prototype, found the end"},
    {"int f(int a;", ";", "expected ')' behind the parameters, found ';'"},
    {"int (int a);", "(", "expected the name of a function"},
    {"int f;", "f", "f is no function"},
    {"f(int a);", "f", "unknown type 'f'"},
    {"#include <math.h>\ndouble cbrt(double);", "#include <math.h>", "no headers are read here"},
    {"int f(int a); /* ...", "/*", "a comment without an end"},
    {"int f(int a, int b, int c, int d, int e, int g, int h, int i, int j);", "f",
     "f takes 9 values, at most 8"},
    {"", "", "no prototype is here"},
    {" /* nothing */ ", " ", "no prototype is here"},
};

static void mistakes_have_place_and_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        const char *text = mistakes[i].text;
        assert_int_equal(parse(text), WEIR_ETEXT);
        if (strstr(err.text, mistakes[i].words) == NULL) {
            fail_msg("%s: '%s' is not in: %s", text, mistakes[i].words, err.text);
        }
        size_t count = strlen(mistakes[i].at);
        if (place.offset > strlen(text) ||
            strncmp(text + place.offset, mistakes[i].at, count) != 0 ||
            (count > 0 && place.length != count)) {
            fail_msg("%s: expected at '%s', found at '%.*s'", text, mistakes[i].at,
                     (int)place.length, text + place.offset);
        }
    }
}

/* Cut at any byte, a text is refused or read, and never read beyond its end. */
static void cut_texts_are_survived(void **state)
{
    static const char whole[] =
        "struct p { double x, y; }; /* c */ char *f(const char *s, size_t n, struct p, unsigned "
        "long long) free errno; void g(long n, void (*emit)(const char *w, size_t, bool)); // d";
    (void)state;
    for (size_t count = 0; count < sizeof whole; count++) {
        char *text = malloc(count + 1);
        memcpy(text, whole, count);
        text[count] = '\0';
        int status = parse(text);
        assert_true(status == WEIR_OK || (status == WEIR_ETEXT && err.text[0] != '\0'));
        assert_true(status == WEIR_OK || place.offset <= count);
        free(text);
        weir_arena_reset(&arena);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_scalar_has_its_type),
        TEST(marks_comments_and_layout),
        TEST(mistakes_have_place_and_reason),
        TEST(cut_texts_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
