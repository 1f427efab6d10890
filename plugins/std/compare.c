/* SPDX-License-Identifier: Apache-2.0 */
/* == != < <= > >= and not. Numbers compare as numbers (NaN equals nothing, not even itself), times
 * by time, text byte by byte as numbers 0..255 (for UTF-8 that is the order of the code points). */
#include <weir/operator.h>

/* One comparison for one type: `left sign right`, where left and right may name a and b. */
#define COMPARE(name, suffix, T, left, sign, right, example)                                       \
    WEIR_HELP(name##_##suffix, "true if a " #sign " b", example);                                  \
    WEIR_FUNCTION_AS(name##_##suffix, #name, 0, bool, (T, a, T, b))                                \
    {                                                                                              \
        return left sign right;                                                                    \
    }
#define EXAMPLE(first, sign, second)                                                               \
    "generate clicks | filter " first " " #sign " " second " | print"

#define COMPARE_ORDER(suffix, T, left, right, first, second)                                       \
    COMPARE(lt, suffix, T, left, <, right, EXAMPLE(first, <, second))                              \
    COMPARE(le, suffix, T, left, <=, right, EXAMPLE(first, <=, second))                            \
    COMPARE(gt, suffix, T, left, >, right, EXAMPLE(first, >, second))                              \
    COMPARE(ge, suffix, T, left, >=, right, EXAMPLE(first, >=, second))
#define COMPARE_EQUAL(suffix, T, left, right, first, second)                                       \
    COMPARE(eq, suffix, T, left, ==, right, EXAMPLE(first, ==, second))                            \
    COMPARE(ne, suffix, T, left, !=, right, EXAMPLE(first, !=, second))

COMPARE_EQUAL(i64, int64_t, a, b, "ms", "100")
COMPARE_ORDER(i64, int64_t, a, b, "ms", "100")
COMPARE_EQUAL(f64, double, a, b, "std.f64(ms)", "99.5")
COMPARE_ORDER(f64, double, a, b, "std.f64(ms)", "99.5")
COMPARE_EQUAL(ts, weir_ts, a.us, b.us, "at", "10s")
COMPARE_ORDER(ts, weir_ts, a.us, b.us, "at", "10s")

/* Texts of different length are unequal without a look at their bytes. */
COMPARE_EQUAL(str, weir_str, weir_str_equal(a, b), true, "user", "\"u1\"")
COMPARE_ORDER(str, weir_str, weir_str_compare(a, b), 0, "user", "\"m\"")

#define AS_STR(bytes) weir_str_from_bytes(bytes)
COMPARE_EQUAL(bytes,
              weir_bytes,
              weir_str_equal(AS_STR(a), AS_STR(b)),
              true,
              "std.bytes(user)",
              "std.bytes(url)")
COMPARE_ORDER(bytes,
              weir_bytes,
              weir_str_compare(AS_STR(a), AS_STR(b)),
              0,
              "std.bytes(user)",
              "std.bytes(url)")

COMPARE(eq, bool, bool, a, ==, b, "generate clicks | filter (ms > 10) == true | print")
COMPARE(ne, bool, bool, a, !=, b, "generate clicks | filter (ms > 10) != true | print")

WEIR_HELP(not_bool, "true if a is false", "generate clicks | filter not (ms > 100) | print");
WEIR_FUNCTION_AS(not_bool, "not", 0, bool, (bool, a))
{
    return !a;
}
