/* SPDX-License-Identifier: Apache-2.0 */
/* Roots, powers, logarithms, angles: the C library's functions of f64, and powers of i64. */
#include <weir/operator.h>

#include <inttypes.h>
#include <math.h>

#define CURVE(name, text, example)                                                                 \
    WEIR_HELP(name, text, "generate clicks | map y = math." example " | print");                   \
    WEIR_FUNCTION(double, name, (double, x))                                                       \
    {                                                                                              \
        return name(x);                                                                            \
    }
#define CURVE_OF_TWO(name, a, b, text, example)                                                    \
    WEIR_HELP(name, text, "generate clicks | map y = math." example " | print");                   \
    WEIR_FUNCTION(double, name, (double, a, double, b))                                            \
    {                                                                                              \
        return name(a, b);                                                                         \
    }

CURVE(sqrt, "square root; of x < 0: NaN", "sqrt(ms)")
CURVE(cbrt, "cube root", "cbrt(ms)")
CURVE(exp, "e to the power of x", "exp(std.f64(ms) / 1000.0)")
CURVE(exp2, "2 to the power of x", "exp2(std.f64(ms) / 1000.0)")
CURVE(expm1, "e to the power of x, minus 1, exact near 0", "expm1(std.f64(ms) / 1000.0)")
CURVE(log, "natural logarithm; of 0: -Infinity, of x < 0: NaN", "log(ms)")
CURVE(log2, "logarithm to the base of 2; of 0: -Infinity, of x < 0: NaN", "log2(ms)")
CURVE(log10, "logarithm to the base of 10; of 0: -Infinity, of x < 0: NaN", "log10(ms)")
CURVE(log1p, "natural logarithm of 1 + x, exact near 0", "log1p(ms)")
CURVE_OF_TWO(hypot, x, y, "length of the hypotenuse: the root of x * x + y * y", "hypot(ms, ms)")

CURVE(sin, "sine of an angle in radians", "sin(ms)")
CURVE(cos, "cosine of an angle in radians", "cos(ms)")
CURVE(tan, "tangent of an angle in radians", "tan(ms)")
CURVE(asin, "angle with that sine, -pi/2 to pi/2; beyond -1 to 1: NaN", "asin(0.5)")
CURVE(acos, "angle with that cosine, 0 to pi; beyond -1 to 1: NaN", "acos(0.5)")
CURVE(atan, "angle with that tangent, -pi/2 to pi/2", "atan(ms)")
CURVE(sinh, "hyperbolic sine", "sinh(0.5)")
CURVE(cosh, "hyperbolic cosine", "cosh(0.5)")
CURVE(tanh, "hyperbolic tangent", "tanh(ms)")
CURVE_OF_TWO(atan2, y, x, "angle of the point (x, y), -pi to pi", "atan2(std.f64(ms), 100.0)")

WEIR_HELP(pow_f64,
          "base to the power of exponent; where there is none: NaN",
          "generate clicks | map y = math.pow(std.f64(ms), 0.5) | print");
WEIR_FUNCTION_AS(pow_f64, "pow", 0, double, (double, base, double, exponent))
{
    return pow(base, exponent);
}

/* base to the power of exponent >= 0. False: it does not fit. */
static bool power(int64_t base, int64_t exponent, int64_t *result)
{
    *result = 1;
    while (exponent > 0) {
        if ((exponent & 1) != 0 && __builtin_mul_overflow(*result, base, result)) {
            return false;
        }
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base)) {
            return false;
        }
    }
    return true;
}

WEIR_HELP(
    pow_i64,
    "base to the power of exponent; a negative exponent or a result beyond i64 is a bad record",
    "generate clicks | map y = math.pow(ms, 2) | print");
WEIR_FUNCTION_AS(pow_i64, "pow", 0, int64_t, (int64_t, base, int64_t, exponent))
{
    int64_t result = 0;
    if (exponent < 0) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "%" PRId64 " to the power of %" PRId64 " is no whole number: use std.f64(base)",
                  base, exponent);
    } else if (!power(base, exponent, &result)) {
        weir_fail(ctx, WEIR_BAD_RECORD,
                  "%" PRId64 " to the power of %" PRId64 " does not fit into an i64", base,
                  exponent);
    }
    return result;
}
