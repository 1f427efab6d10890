/* SPDX-License-Identifier: Apache-2.0 */
/* Functions by their prototypes give what a C program gives that calls them; what C cannot hold is
 * a bad record, never another number. */
#include "drive.h"

#include "fixture/library.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static struct plugin_env *world;
static struct weir_registry *registry;
static struct drive *drive;

static int set_up(void **state)
{
    (void)state;
    world = plugin_env_create(NULL);
    registry = drive_registry(world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (drive != NULL) {
        drive_close(drive);
        drive = NULL;
    }
    weir_registry_destroy(registry);
    plugin_env_destroy(world);
    return 0;
}

/* Opens the one function that a block of prototypes declares. */
static struct drive *open_in(const char *library, const char *prototypes, const char *name)
{
    if (drive != NULL) {
        drive_close(drive);
    }
    static uint32_t number;
    char alias[16];
    (void)snprintf(alias, sizeof alias, "l%u", (unsigned)number++);
    drive_use(registry, library, alias, prototypes);
    drive = drive_open(drive_find(registry, alias, name));
    return drive;
}

static struct drive *open(const char *prototypes, const char *name)
{
    return open_in(NATIVE_LIBRARY, prototypes, name);
}

static void assert_failed(int outcome, int wanted, uint32_t row, const char *words)
{
    assert_int_equal(outcome, wanted);
    assert_int_equal(drive->call.task.row, row);
    if (strstr(drive->call.text, words) == NULL) {
        fail_msg("'%s' is not in: %s", words, drive->call.text);
    }
}

static void functions_of_the_c_library(void **state)
{
    static const double x[] = {8, -27, 0.001, HUGE_VAL}, y[] = {3, 4, 5, 6}, z[] = {1e300, 1, 2, 3};
    static const int64_t n[] = {-5, 7, INT32_MAX, -(int64_t)INT32_MAX};
    (void)state;
    struct drive *d = open_in("libm.so.6", "double cbrt(double x);", "cbrt");
    assert_string_equal(d->op->signature, "(x: f64) -> f64");
    assert_string_equal(d->op->canonical, "c:libm.so.6/cbrt");
    drive_f64(d, 0, x, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(drive_f64_at(d, 0, i) == cbrt(x[i]));
    }
    d = open_in("libm.so.6", "double fma(double x, double y, double z);", "fma");
    drive_f64(d, 0, x, 4);
    drive_f64(d, 1, y, 4);
    drive_f64(d, 2, z, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(drive_f64_at(d, 0, i) == fma(x[i], y[i], z[i]));
    }
    d = open_in("libc.so.6", "int abs(int);", "abs");
    assert_string_equal(d->op->signature, "(arg1: i64) -> i64");
    drive_i64(d, 0, n, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(drive_i64_at(d, 0, i), llabs(n[i]));
    }
}

static void an_int_out_of_range_is_a_bad_record(void **state)
{
    static const int64_t n[] = {-1, INT64_C(5000000000), -2, INT64_MIN};
    static const uint16_t rest[] = {2, 3};
    (void)state;
    struct drive *d = open_in("libc.so.6", "int abs(int value);", "abs");
    drive_i64(d, 0, n, 4);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 1,
                  "argument 'value' is 5000000000: 'int' holds -2147483648 to 2147483647");
    assert_int_equal(drive_i64_at(d, 0, 0), 1);
    d->chunk.sel = rest; /* as the engine goes on */
    d->chunk.sel_count = 2;
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 3, "-9223372036854775808");
    assert_int_equal(drive_i64_at(d, 0, 2), 2);
}

static void typed_loops_honour_selections_and_constants(void **state)
{
    static const int64_t a[] = {1, 2, 3, 4};
    static const double b[] = {0.5, 7.9, 2, 9};
    static const uint16_t sel[] = {1, 3};
    (void)state;
    struct drive *d = open("int64_t mixed_if(int64_t a, double b);", "mixed_if");
    assert_null(d->op->instance); /* no libffi */
    drive_i64(d, 0, a, 4);
    drive_f64(d, 1, b, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(drive_i64_at(d, 0, i), mixed_if(a[i], b[i]));
    }
    d->chunk.sel = sel;
    d->chunk.sel_count = 2;
    d->chunk.const_mask = 2;
    memset(d->out.cols[0], 0, 4 * sizeof(int64_t));
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(drive_i64_at(d, 0, 1), mixed_if(2, 0.5));
    assert_int_equal(drive_i64_at(d, 0, 2), 0);
    assert_int_equal(drive_i64_at(d, 0, 3), mixed_if(4, 0.5));
    d = open("double mixed_fi(double a, long b);", "mixed_fi");
    assert_null(d->op->instance);
    drive_f64(d, 0, b, 4);
    drive_i64(d, 1, a, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_true(drive_f64_at(d, 0, 3) == mixed_fi(9, 4));
}

static void eight_mixed_arguments(void **state)
{
    static const int64_t a[] = {-128, 127}, b[] = {0, 65535}, c[] = {INT32_MIN, 5},
                         e[] = {INT64_C(1) << 40, -3};
    static const double f[] = {0.5, 1e10}, g[] = {2.25, -8};
    static const char *const h[] = {"", "a text that does not fit into a cell"};
    static const bool k[] = {true, false};
    static const uint16_t sel[] = {1};
    (void)state;
    struct drive *d = open("double eight(int8_t a, uint16_t b, int c, long d, float e, double f, "
                           "const char *g, bool h);",
                           "eight");
    assert_string_equal(d->op->signature, "(a: i64, b: i64, c: i64, d: i64, e: f64, f: f64, g: "
                                          "str, h: bool) -> f64");
    drive_i64(d, 0, a, 2);
    drive_i64(d, 1, b, 2);
    drive_i64(d, 2, c, 2);
    drive_i64(d, 3, e, 2);
    drive_f64(d, 4, f, 2);
    drive_f64(d, 5, g, 2);
    drive_str(d, 6, h, 2);
    drive_bool(d, 7, k, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(drive_f64_at(d, 0, i) == eight((int8_t)a[i], (uint16_t)b[i], (int)c[i], e[i],
                                                   (float)f[i], g[i], h[i], k[i]));
    }
    d->chunk.sel = sel;
    d->chunk.sel_count = 1;
    d->chunk.const_mask = 0xC1; /* a, g and h are those of the first row */
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_true(drive_f64_at(d, 0, 1) == eight(-128, 65535, 5, -3, 1e10F, -8, "", true));
}

static void narrow_integers_come_back_whole(void **state)
{
    static const int64_t a[] = {-128, 127, 1, 0}, b[] = {0, 255, 254, 1};
    (void)state;
    struct drive *d = open("int8_t narrow(int8_t a);", "narrow");
    drive_i64(d, 0, a, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(drive_i64_at(d, 0, i), narrow((int8_t)a[i]));
    }
    d = open("unsigned char wrap(unsigned char a);", "wrap");
    drive_i64(d, 0, b, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(drive_i64_at(d, 0, i), wrap((unsigned char)b[i]));
    }
    d = open("unsigned short wrap16(short unsigned a);", "wrap16");
    drive_i64(d, 0, b, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(drive_i64_at(d, 0, 0), 65535);
    d = open("_Bool is_odd(unsigned a);", "is_odd");
    assert_string_equal(d->op->signature, "(a: i64) -> bool");
    drive_i64(d, 0, b, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_int_equal(drive_bool_at(d, 0, i), b[i] % 2 == 1);
    }
}

static void what_no_i64_holds_is_a_bad_record(void **state)
{
    static const int64_t a[] = {1, INT64_MAX, -1};
    static const uint16_t last[] = {2};
    (void)state;
    struct drive *d = open("uint64_t huge(uint64_t a);", "huge");
    drive_i64(d, 0, a, 3);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 1, "returned 18446744073709551614");
    assert_int_equal(drive_i64_at(d, 0, 0), 2);
    d->chunk.sel = last;
    d->chunk.sel_count = 1;
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 2, "argument 'a' is -1");
}

static void floats_and_structs(void **state)
{
    static const double x[] = {3, 1.5}, y[] = {4, 0.1}, three[] = {3, 3};
    static const int64_t n[] = {-7, 32767};
    (void)state;
    struct drive *d = open("float half(float a);", "half");
    drive_f64(d, 0, y, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_true(drive_f64_at(d, 0, 1) == (double)half(0.1F));

    d = open("struct point { double x; float y; int16_t n; };\ndouble norm(struct point p);",
             "norm");
    assert_string_equal(d->op->signature, "(x: f64, y: f64, n: i64) -> f64");
    drive_f64(d, 0, x, 2);
    drive_f64(d, 1, y, 2);
    drive_i64(d, 2, n, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    for (uint32_t i = 0; i < 2; i++) {
        struct point p = {x[i], (float)y[i], (int16_t)n[i]};
        assert_true(drive_f64_at(d, 0, i) == norm(p));
    }
    d->in[2].i64[0] = 32768;
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 0, "argument 'n' is 32768: 'int16_t' holds");

    d = open("struct polar { double r, angle; };\ndouble distance(struct polar a, struct polar);",
             "distance");
    assert_string_equal(d->op->signature,
                        "(a_r: f64, a_angle: f64, arg2_r: f64, arg2_angle: f64) -> f64");
    drive_f64(d, 0, x, 2);
    drive_f64(d, 1, y, 2);
    drive_f64(d, 2, three, 2);
    drive_f64(d, 3, three, 2);
    assert_int_equal(drive_run(d), WEIR_OK);
    struct polar a = {x[1], y[1]}, b = {3, 3};
    assert_true(drive_f64_at(d, 0, 1) == distance(a, b));
}

static void texts_in_and_out(void **state)
{
    static const weir_str texts[] = {{"abc", 3}, {"longer than a cell", 18}, {"", 0}, {"a\0b", 3}};
    static const char *const both[] = {"abcabc", "longer than a celllonger than a cell", ""};
    static const int64_t wanted[] = {'a', 'l', 0, 0}, n[] = {1, 0, 2, 7};
    (void)state;
    struct drive *d = open("char *twice(const char *text) free;", "twice");
    assert_string_equal(d->op->signature, "(text: str) -> str");
    drive_bytes(d, 0, texts, 4);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 3, "argument 'text' has a NUL byte at 1 of 3");
    for (uint32_t i = 0; i < 3; i++) {
        weir_str out = drive_str_at(d, 0, i);
        assert_int_equal(out.count, strlen(both[i]));
        assert_memory_equal(out.bytes, both[i], out.count);
    }
    d = open("long count(const char *bytes, size_t bytes_count, char wanted);", "count");
    assert_string_equal(d->op->signature, "(bytes: str, wanted: i64) -> i64");
    drive_bytes(d, 0, texts, 4);
    drive_i64(d, 1, wanted, 4);
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_int_equal(drive_i64_at(d, 0, 0), 1);
    assert_int_equal(drive_i64_at(d, 0, 1), 3);
    assert_int_equal(drive_i64_at(d, 0, 2), 0);
    assert_int_equal(drive_i64_at(d, 0, 3), 1); /* the NUL */
    d = open("const char *colour(int n);", "colour");
    drive_i64(d, 0, n, 4);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 3, "returned NULL, expected a text");
    assert_int_equal(drive_str_at(d, 0, 0).count, strlen(colour(1)));
    assert_memory_equal(drive_str_at(d, 0, 0).bytes, colour(1), strlen(colour(1)));
    assert_int_equal(drive_str_at(d, 0, 2).count, 0);
}

static void errno_marks_a_bad_record(void **state)
{
    static const char *const texts[] = {"1.5", "12x", "-3"};
    static const uint16_t last[] = {2};
    (void)state;
    struct drive *d = open("double number(const char *text) errno;", "number");
    drive_str(d, 0, texts, 3);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 1, "Invalid argument (errno 22)");
    assert_true(drive_f64_at(d, 0, 0) == 1.5);
    d->chunk.sel = last;
    d->chunk.sel_count = 1;
    assert_int_equal(drive_run(d), WEIR_OK);
    assert_true(drive_f64_at(d, 0, 2) == -3);
    static const char *const empty[] = {""};
    d = open("char *twice_or_error(const char *text) errno free;", "twice_or_error");
    drive_str(d, 0, empty, 1);
    assert_failed(drive_run(d), WEIR_BAD_RECORD, 0, "Invalid argument"); /* and nothing leaks */
}

static void an_integer_widens_to_a_double(void **state)
{
    (void)state;
    const struct weir_type *i64 = weir_type_of(WEIR_TYPE_I64), *str = weir_type_of(WEIR_TYPE_STR);
    const struct weir_operator *op = open("double plus_one(double a);", "plus_one")->op;
    const struct weir_operator *chosen;
    const struct weir_type *casts[1];
    struct weir_error err;
    assert_int_equal(weir_operator_choose(&op, 1, &i64, NULL, 1, &chosen, casts, &err), WEIR_OK);
    assert_int_equal(casts[0]->kind, WEIR_TYPE_F64);
    assert_int_equal(weir_operator_choose(&op, 1, &str, NULL, 1, &chosen, casts, &err), WEIR_ETEXT);
    assert_non_null(strstr(err.text, "plus_one is (a: f64) -> f64, found (str)"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(functions_of_the_c_library),
        TEST(an_int_out_of_range_is_a_bad_record),
        TEST(typed_loops_honour_selections_and_constants),
        TEST(eight_mixed_arguments),
        TEST(narrow_integers_come_back_whole),
        TEST(what_no_i64_holds_is_a_bad_record),
        TEST(floats_and_structs),
        TEST(texts_in_and_out),
        TEST(errno_marks_a_bad_record),
        TEST(an_integer_widens_to_a_double),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
