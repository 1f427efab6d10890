/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin `math`: that each operator is the function it is called after, and what both kinds of
 * numbers give at their edges. */
#include "call.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const double infinity = (double)INFINITY;

/* Each at one point where no two of them agree. */
static void curves(void **state)
{
    static const struct {
        const char *op;
        double x;
        double (*function)(double);
    } curves[] = {{"sqrt", 2.5, sqrt},
                  {"cbrt", -2.5, cbrt},
                  {"exp", 1.5, exp},
                  {"exp2", 1.5, exp2},
                  {"expm1", 1e-9, expm1},
                  {"log", 2.5, log},
                  {"log2", 2.5, log2},
                  {"log10", 2.5, log10},
                  {"log1p", 1e-9, log1p},
                  {"sin", 2.5, sin},
                  {"cos", 2.5, cos},
                  {"tan", 2.5, tan},
                  {"asin", 0.25, asin},
                  {"acos", 0.25, acos},
                  {"atan", 2.5, atan},
                  {"sinh", 2.5, sinh},
                  {"cosh", 2.5, cosh},
                  {"tanh", 0.25, tanh},
                  {"floor", -2.5, floor},
                  {"ceil", -2.5, ceil},
                  {"trunc", -2.5, trunc},
                  {"round", -2.5, round},
                  {"round", 0.49999999999999994, round},
                  {"abs(f64)", -2.5, fabs}};
    (void)state;
    for (size_t i = 0; i < COUNT(curves); i++) {
        struct call call;
        call_open(&call, "math", curves[i].op, NULL);
        call_check(&call, &(struct call_value){.f64 = curves[i].x},
                   (struct call_value){.f64 = curves[i].function(curves[i].x)});
        call_close(&call);
    }
}

struct of_f64 {
    const char *op;
    double arguments[3];
    double expected;
};

static void check_f64(const struct of_f64 *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct call_value arguments[] = {{.f64 = cases[i].arguments[0]},
                                               {.f64 = cases[i].arguments[1]},
                                               {.f64 = cases[i].arguments[2]}};
        struct call call;
        call_open(&call, "math", cases[i].op, NULL);
        call_check(&call, arguments, (struct call_value){.f64 = cases[i].expected});
        call_close(&call);
    }
}

/* Outside of the domain: NaN or an infinity, as in C, never a failure. */
static void edges_of_f64(void **state)
{
    const double nan_value = (double)NAN;
    const struct of_f64 cases[] = {
        {"sqrt", {-1.0}, nan_value},
        {"sqrt", {-0.0}, -0.0},
        {"log", {0.0}, -infinity},
        {"log", {-1.0}, nan_value},
        {"log10", {1000.0}, 3.0},
        {"log1p", {-1.0}, -infinity},
        {"asin", {1.5}, nan_value},
        {"exp", {1000.0}, infinity},
        {"pow(f64,f64)", {2.0, 0.5}, sqrt(2.0)},
        {"pow(f64,f64)", {-8.0, 1.0 / 3.0}, nan_value},
        {"pow(f64,f64)", {0.0, -1.0}, infinity},
        {"hypot", {3.0, 4.0}, 5.0},
        {"hypot", {1e300, 1e300}, hypot(1e300, 1e300)},
        {"atan2", {1.0, -1.0}, atan2(1.0, -1.0)},
        {"floor", {-0.5}, -1.0},
        {"floor", {1e300}, 1e300},
        {"ceil", {-0.5}, -0.0},
        {"round", {2.5}, 3.0},
        {"trunc", {-2.9}, -2.0},
        {"sign(f64)", {-0.0}, -0.0},
        {"sign(f64)", {-infinity}, -1.0},
        {"sign(f64)", {5e-324}, 1.0},
        {"sign(f64)", {nan_value}, nan_value},
        {"abs(f64)", {-0.0}, 0.0},
        {"min(f64,f64)", {nan_value, 1.0}, 1.0},
        {"min(f64,f64)", {1.0, nan_value}, 1.0},
        {"min(f64,f64)", {0.0, -0.0}, -0.0},
        {"min(f64,f64)", {2.0, -infinity}, -infinity},
        {"max(f64,f64)", {nan_value, 1.0}, 1.0},
        {"max(f64,f64)", {-0.0, 0.0}, 0.0},
        {"max(f64,f64)", {nan_value, nan_value}, nan_value},
        {"clamp(f64,f64,f64)", {5.0, 0.0, 1.0}, 1.0},
        {"clamp(f64,f64,f64)", {-5.0, 0.0, 1.0}, 0.0},
        {"clamp(f64,f64,f64)", {0.5, 0.0, 1.0}, 0.5},
        {"clamp(f64,f64,f64)", {nan_value, 0.0, 1.0}, nan_value},
        {"clamp(f64,f64,f64)", {0.5, 1.0, 0.0}, nan_value},
        {"clamp(f64,f64,f64)", {0.5, 0.0, nan_value}, nan_value},
    };
    (void)state;
    check_f64(cases, COUNT(cases));
}

static void questions(void **state)
{
    static const struct {
        const char *op;
        double x;
        bool expected;
    } cases[] = {{"is_nan", (double)NAN, true},
                 {"is_nan", (double)INFINITY, false},
                 {"is_infinite", (double)-INFINITY, true},
                 {"is_infinite", 1.0, false},
                 {"is_finite", (double)NAN, false},
                 {"is_finite", 1.7976931348623157e308, true}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct call call;
        call_open(&call, "math", cases[i].op, NULL);
        call_check(&call, &(struct call_value){.f64 = cases[i].x},
                   (struct call_value){.i64 = cases[i].expected});
        call_close(&call);
    }
}

/* What does not exist is a bad record. */
static void whole_numbers(void **state)
{
    static const struct {
        const char *op;
        int64_t arguments[3];
        int64_t expected;
        const char *message;
    } cases[] = {
        {"abs(i64)", {-7}, 7, NULL},
        {"abs(i64)", {INT64_MIN + 1}, INT64_MAX, NULL},
        {"abs(i64)", {INT64_MIN}, 0, "-9223372036854775808 without its sign"},
        {"sign(i64)", {INT64_MIN}, -1, NULL},
        {"sign(i64)", {0}, 0, NULL},
        {"sign(i64)", {9}, 1, NULL},
        {"min(i64,i64)", {-1, 1}, -1, NULL},
        {"max(i64,i64)", {INT64_MIN, INT64_MAX}, INT64_MAX, NULL},
        {"clamp(i64,i64,i64)", {15, 1, 10}, 10, NULL},
        {"clamp(i64,i64,i64)", {-15, 1, 10}, 1, NULL},
        {"clamp(i64,i64,i64)", {5, 5, 5}, 5, NULL},
        {"clamp(i64,i64,i64)", {5, 6, 5}, 0, "nothing is between 6 and 5"},
        {"pow(i64,i64)", {3, 4}, 81, NULL},
        {"pow(i64,i64)", {-2, 63}, INT64_MIN, NULL},
        {"pow(i64,i64)", {7, 0}, 1, NULL},
        {"pow(i64,i64)", {0, 0}, 1, NULL},
        {"pow(i64,i64)", {-1, INT64_MAX}, -1, NULL},
        {"pow(i64,i64)", {10, 18}, 1000000000000000000, NULL},
        {"pow(i64,i64)", {10, 19}, 0, "10 to the power of 19 does not fit"},
        {"pow(i64,i64)", {2, 63}, 0, "does not fit"},
        {"pow(i64,i64)", {2, -1}, 0, "is no whole number"},
        {"floor_div", {7, 2}, 3, NULL},
        {"floor_div", {-7, 2}, -4, NULL},
        {"floor_div", {7, -2}, -4, NULL},
        {"floor_div", {-8, 2}, -4, NULL},
        {"floor_div", {INT64_MIN, -1}, INT64_MIN, NULL},
        {"floor_div", {7, 0}, 0, "division of 7 by zero"},
        {"floor_mod", {-7, 2}, 1, NULL},
        {"floor_mod", {7, -2}, -1, NULL},
        {"floor_mod", {-8, 2}, 0, NULL},
        {"floor_mod", {INT64_MIN, -1}, 0, NULL},
        {"floor_mod", {-7, 0}, 0, "division of -7 by zero"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct call_value arguments[] = {{.i64 = cases[i].arguments[0]},
                                               {.i64 = cases[i].arguments[1]},
                                               {.i64 = cases[i].arguments[2]}};
        struct call call;
        call_open(&call, "math", cases[i].op, NULL);
        if (cases[i].message != NULL) {
            call_check_fails(&call, arguments, cases[i].message);
        } else {
            call_check(&call, arguments, (struct call_value){.i64 = cases[i].expected});
        }
        call_close(&call);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(curves),
        cmocka_unit_test(edges_of_f64),
        cmocka_unit_test(questions),
        cmocka_unit_test(whole_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
