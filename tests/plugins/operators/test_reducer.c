/* SPDX-License-Identifier: Apache-2.0 */
/* The reducers of the plugins `i64` and `f64`: scatter, fold and merge against a plain loop,
 * inverses, and the numbers on which order or sign could show. */
#include "drive.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { VALUES = 300, SLOTS = 7 };

static const struct weir_reducer *reducer(const char *plugin, uint32_t kind, const char *name)
{
    const struct weir_export *exported = drive_find(drive_load(plugin), kind, name, plugin);
    const struct weir_reducer *table = exported->table;
    assert_int_equal(exported->in_count, 1);
    assert_int_equal(table->value_bytes, 8);
    return table;
}

static int64_t plain_i64(char what, int64_t a, int64_t b)
{
    return what == '+'   ? (int64_t)((uint64_t)a + (uint64_t)b)
           : what == '*' ? (int64_t)((uint64_t)a * (uint64_t)b)
           : what == '<' ? (a < b ? a : b)
                         : (a > b ? a : b);
}

static void check_i64(const char *name, char what)
{
    const struct weir_reducer *table = reducer("i64", WEIR_KIND_REDUCER, name);
    int64_t values[VALUES];
    uint32_t slots[VALUES];
    int64_t acc[SLOTS] = {1, -1, 2, -2, 3, -3, INT64_MAX};
    int64_t expected[SLOTS];
    int64_t folded = 5;
    int64_t expected_fold = 5;
    uint32_t seed = 11;
    memcpy(expected, acc, sizeof acc);
    for (size_t i = 0; i < VALUES; i++) {
        const uint64_t high = drive_random(&seed, 1 << 24);
        values[i] = (int64_t)(high << 40 | drive_random(&seed, 1 << 24));
        slots[i] = drive_random(&seed, SLOTS);
        expected[slots[i]] = plain_i64(what, expected[slots[i]], values[i]);
        expected_fold = plain_i64(what, expected_fold, values[i]);
    }
    table->scatter(acc, slots, values, VALUES);
    assert_memory_equal(acc, expected, sizeof acc);
    table->fold(&folded, values, VALUES);
    assert_true(folded == expected_fold);
    table->merge(acc, values, SLOTS);
    for (size_t i = 0; i < SLOTS; i++) {
        assert_true(acc[i] == plain_i64(what, expected[i], values[i]));
    }
    table->scatter(acc, NULL, NULL, 0);
    table->fold(acc, NULL, 0);
    table->merge(NULL, NULL, 0);
    assert_true(acc[0] == plain_i64(what, expected[0], values[0]));
}

static void whole_numbers(void **state)
{
    (void)state;
    check_i64("add", '+');
    check_i64("mul", '*');
    check_i64("min", '<');
    check_i64("max", '>');
}

static void add_and_its_inverse(void **state)
{
    const int64_t values[] = {INT64_MAX, INT64_MAX, INT64_MIN, -1, 12345};
    const uint32_t slots[] = {0, 1, 0, 1, 0};
    const double halves[] = {0.5, -1024.25, 3e10, 7, 0};
    int64_t acc[2] = {99, -99};
    double sums[2] = {99, -99};
    (void)state;
    reducer("i64", WEIR_KIND_REDUCER, "add")->scatter(acc, slots, values, 5);
    reducer("i64", WEIR_KIND_INVERSE, "add")->scatter(acc, slots, values, 5);
    assert_true(acc[0] == 99 && acc[1] == -99);
    reducer("f64", WEIR_KIND_REDUCER, "add")->scatter(sums, slots, halves, 5);
    reducer("f64", WEIR_KIND_INVERSE, "add")->scatter(sums, slots, halves, 5);
    assert_true(sums[0] == 99 && sums[1] == -99);
}

static bool is_same(double a, double b)
{
    return isnan(a) ? isnan(b) : a == b && signbit(a) == signbit(b);
}

static void check_f64(const char *name, double a, double b, double expected)
{
    const struct weir_reducer *table = reducer("f64", WEIR_KIND_REDUCER, name);
    double ab = a;
    double ba = b;
    table->merge(&ab, &b, 1);
    table->fold(&ba, &a, 1);
    if (!is_same(ab, expected) || !is_same(ba, expected)) {
        fail_msg("%s(%g, %g): %g, %g, not %g", name, a, b, ab, ba, expected);
    }
}

static void floating_numbers(void **state)
{
    const double nan_value = (double)NAN;
    (void)state;
    check_f64("add", 0.25, -1.5, -1.25);
    check_f64("mul", 0.25, -1.5, -0.375);
    check_f64("min", 1, 2, 1);
    check_f64("max", 1, 2, 2);
    check_f64("min", nan_value, 2, 2);
    check_f64("max", nan_value, 2, 2);
    check_f64("min", nan_value, nan_value, nan_value);
    check_f64("max", nan_value, nan_value, nan_value);
    check_f64("min", 0.0, -0.0, -0.0);
    check_f64("max", 0.0, -0.0, 0.0);
    check_f64("min", -HUGE_VAL, nan_value, -HUGE_VAL);
    check_f64("max", -HUGE_VAL, nan_value, -HUGE_VAL);
}

/* Only sums can be undone. */
static void no_other_inverse(void **state)
{
    static const char *const plugins[] = {"i64", "f64"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct weir_plugin *plugin = drive_load(plugins[i]);
        size_t inverses = 0;
        for (const struct weir_export *const *at = plugin->first; at < plugin->last; at++) {
            inverses += (*at)->kind == WEIR_KIND_INVERSE;
        }
        assert_int_equal(inverses, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers),
        cmocka_unit_test(add_and_its_inverse),
        cmocka_unit_test(floating_numbers),
        cmocka_unit_test(no_other_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
