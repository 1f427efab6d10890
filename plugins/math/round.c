/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of f64 made round or kept within bounds, and questions about them. NaN loses against any
 * number in min and max, and -0 is less than 0, as in the reducers f64.min and f64.max. */
#include <weir/operator.h>

#include <math.h>

#define ROUND(name, text)                                                                          \
    WEIR_HELP(name, text,                                                                          \
              "generate clicks | map s = math." #name "(std.f64(ms) / 1000.0) | print");           \
    WEIR_FUNCTION(double, name, (double, x))                                                       \
    {                                                                                              \
        return name(x);                                                                            \
    }

ROUND(floor, "the greatest whole number that is not above x")
ROUND(ceil, "the least whole number that is not below x")
ROUND(trunc, "x without what is behind its point")
ROUND(round, "the nearest whole number; of two, the one farther from 0")

#define OF_F64(tag, name, text, example)                                                           \
    WEIR_HELP(tag, text, "generate clicks | map y = math." example " | print");                    \
    WEIR_FUNCTION_AS(tag, name, 0, double, (double, x))
#define OF_TWO_F64(tag, name, text, example)                                                       \
    WEIR_HELP(tag, text, "generate clicks | map y = math." example " | print");                    \
    WEIR_FUNCTION_AS(tag, name, 0, double, (double, a, double, b))

OF_F64(abs_f64, "abs", "x without its sign", "abs(std.f64(ms) - 100.5)")
{
    return fabs(x);
}

OF_F64(sign_f64, "sign", "1 above 0, -1 below, else x itself: 0 or NaN", "sign(std.f64(ms) - 9.5)")
{
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;
}

OF_TWO_F64(min_f64, "min", "the lesser; NaN only if both are", "min(std.f64(ms), 99.5)")
{
    if (a < b || b < a) {
        return a < b ? a : b;
    }
    return isnan(a) || (!isnan(b) && signbit(b)) ? b : a;
}

OF_TWO_F64(max_f64, "max", "the greater; NaN only if both are", "max(std.f64(ms), 99.5)")
{
    if (a < b || b < a) {
        return a > b ? a : b;
    }
    return isnan(a) || (!isnan(b) && signbit(a)) ? b : a;
}

WEIR_HELP(clamp_f64,
          "x, or the bound that it is beyond; NaN if low is above high or one of them is NaN",
          "generate clicks | map y = math.clamp(std.f64(ms), 0.5, 99.5) | print");
WEIR_FUNCTION_AS(clamp_f64, "clamp", 0, double, (double, x, double, low, double, high))
{
    if (!(low <= high)) {
        return (double)NAN;
    }
    return x < low ? low : x > high ? high : x;
}

#define QUESTION(name, text)                                                                       \
    WEIR_HELP(name, text, "generate clicks | filter not math." #name "(math.log(ms)) | print");    \
    WEIR_FUNCTION(bool, name, (double, x))

QUESTION(is_nan, "true if x is NaN, which equals nothing, not even itself")
{
    return isnan(x);
}

QUESTION(is_infinite, "true if x is Infinity or -Infinity")
{
    return isinf(x);
}

WEIR_HELP(is_finite,
          "true if x is a number: neither NaN nor infinite",
          "generate clicks | filter math.is_finite(math.log(ms)) | print");
WEIR_FUNCTION(bool, is_finite, (double, x))
{
    return isfinite(x);
}
