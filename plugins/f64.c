/* SPDX-License-Identifier: Apache-2.0 */
/* f64: reducers of floating-point numbers. NaN loses against any number in min and max, and -0 is
 * less than 0, so that the order of the operands never shows. add and mul round: the engine
 * combines in a fixed order, and the inverse of add may leave a rounding error behind. */
#include <weir/operator.h>

#include <math.h>

WEIR_HELP(add,
          "the sum",
          "generate clicks | map key = user, value = std.f64(ms) | reduce_by_key f64.add | print");
WEIR_REDUCER(double, add, (a, b))
{
    return a + b;
}
WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

WEIR_HELP(mul,
          "the product",
          "generate clicks | map key = user, value = std.f64(ms) | reduce_by_key f64.mul | print");
WEIR_REDUCER(double, mul, (a, b))
{
    return a * b;
}

WEIR_HELP(min,
          "the least; NaN only if all are",
          "generate clicks | map key = user, value = std.f64(ms) | reduce_by_key f64.min | print");
WEIR_REDUCER(double, min, (a, b))
{
    if (a < b || b < a) {
        return a < b ? a : b;
    }
    return isnan(a) || (!isnan(b) && signbit(b)) ? b : a;
}

WEIR_HELP(max,
          "the greatest; NaN only if all are",
          "generate clicks | map key = user, value = std.f64(ms) | reduce_by_key f64.max | print");
WEIR_REDUCER(double, max, (a, b))
{
    if (a < b || b < a) {
        return a > b ? a : b;
    }
    return isnan(a) || (!isnan(b) && signbit(a)) ? b : a;
}

WEIR_PLUGIN("org.weir.f64", WEIR_VERSION, "reducers of floating-point numbers", "Apache-2.0");
