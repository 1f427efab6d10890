/* SPDX-License-Identifier: Apache-2.0 */
/* `use` with C prototypes: what is wrong in them is shown at its place in the text of the job, and
 * what is right makes operators as any plugin does. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* `at` is the text at the place; help may be NULL. */
static const struct {
    const char *text;
    enum weir_code code;
    const char *at, *message, *help;
} mistakes[] = {
    {"use \"libc.so.6\" as c1 {\n  long strtol(const char *s, char **end, int base); }\n"
     "generate words",
     WEIR_CODE_PROTOTYPE, "char **", "is a place that the function writes to", NULL},
    /* said once: not again where it is used */
    {"use \"./none.so\" as cc { int f(int n); }\n"
     "generate words | map x = cc.f(1), y = cc.f(2) | filter cc.g(x)",
     WEIR_CODE_PLUGIN, "\"./none.so\"", "no plugin at ./none.so", NULL},
    {"use \"libc.so.6\" as c2 { int absent(int n); }\ngenerate words", WEIR_CODE_PROTOTYPE,
     "absent", "libc.so.6 exports no \"absent\"", NULL},
    {"use \"libc.so.6\" as c3 { int abs(int n) }\ngenerate words", WEIR_CODE_PROTOTYPE, " ",
     "expected ';' behind a prototype, found the end", NULL},
    {"use \"libc.so.6\" as c4 { }\ngenerate words", WEIR_CODE_PROTOTYPE, "}",
     "no prototype is here", NULL},
    {"use \"./none.so\" as c5 { int f(int n); }\ngenerate words", WEIR_CODE_PLUGIN, "\"./none.so\"",
     "no plugin at ./none.so", NULL},
    {"use \"libc.so.6\" as c6 threadsafe=1 { int abs(int n); }\ngenerate words",
     WEIR_CODE_OPTION_VALUE, "1", "threadsafe= takes true or false", NULL},
    {"use \"./none.so\" threadsafe=false\ngenerate words", WEIR_CODE_UNKNOWN_OPTION, "threadsafe",
     "'use' has no option 'threadsafe'", "with C prototypes"},
    {"use \"libc.so.6\" as c7 sha256=\"00\" { int abs(int n); }\ngenerate words", WEIR_CODE_PLUGIN,
     "sha256=\"00\"", "cannot be pinned", NULL},
    {"use \"libc.so.6\" as c8 { int abs(int n); }\ngenerate words | map x = c8.abs(word)",
     WEIR_CODE_ARGUMENTS, "c8.abs(word)", "c8.abs does not take (str)", "it takes (n: i64) -> i64"},
    {"use \"libc.so.6\" as c9 { int abs(int n); }\ngenerate words | map x = c9.abs(1, 2)",
     WEIR_CODE_ARGUMENTS, "c9.abs(1, 2)", "c9.abs does not take (i64, i64)", "it takes"},
    {"use \"libc.so.6\" as ca { int abs(int n); }\nuse \"libc.so.6\" as cb { long abs(long n); }\n"
     "generate words",
     WEIR_CODE_PROTOTYPE, "abs", "was declared before as int abs(int n)", NULL},
};

static void mistakes_are_shown_at_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct bound b;
        bind_text(&b, mistakes[i].text);
        const struct weir_diagnostic *d = b.diagnostics.first;
        if (b.status != WEIR_ETEXT || d == NULL || b.diagnostics.error_count != 1) {
            fail_msg("one mistake is expected, %zu found, in: %s", b.diagnostics.error_count,
                     mistakes[i].text);
        }
        weir_str at = {b.source.text.bytes + d->place.offset, d->place.length};
        const char *help = d->help == NULL ? "" : d->help;
        assert_true(d->place.offset < b.source.text.count);
        if (d->code != mistakes[i].code || at.count != strlen(mistakes[i].at) ||
            memcmp(at.bytes, mistakes[i].at, at.count) != 0 ||
            strstr(d->message, mistakes[i].message) == NULL ||
            (mistakes[i].help != NULL && strstr(help, mistakes[i].help) == NULL)) {
            fail_msg("%s: E%04u at '%.*s': %s (%s)", mistakes[i].text, (unsigned)d->code,
                     (int)at.count, at.bytes, d->message, help);
        }
        bound_finish(&b);
    }
}

/* Integers widen to what a prototype wants; a bare function finds its parameters by name; what
 * returns a struct gives rows. */
static void prototypes_make_operators(void **state)
{
    static const struct {
        const char *text, *schema;
    } cases[] = {
        {"use \"libm.so.6\" as d1 { double cbrt(double x); }\n"
         "shop.orders | map r = d1.cbrt(n), s = d1.cbrt(small)",
         "{r: f64, s: f64}"},
        {"use \"libm.so.6\" as d2 { double ldexp(double price, int n); }\n"
         "shop.orders | map d2.ldexp",
         "{value: f64}"},
        {"use \"libc.so.6\" as d3 threadsafe=true { struct quotient { int quot, rem; };\n"
         "struct quotient div(int a, int b); }\n"
         "shop.orders | flat_map item, d3.div(n, 7)",
         "{item: str, quot: i64, rem: i64}"},
        {"use \"libx.so\" as d4 { void cut(const char *s, size_t n, void (*emit)(const char *, "
         "size_t, bool is_last)); }\n"
         "shop.orders | flat_map d4.cut(item)",
         "{value1: str, is_last: bool}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bound b;
        bind_text(&b, cases[i].text);
        assert_bound(&b);
        assert_string_equal(bound_schema(b.graph, 1), cases[i].schema);
        bound_finish(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_are_shown_at_their_place),
        cmocka_unit_test(prototypes_make_operators),
    };
    return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
