/* SPDX-License-Identifier: Apache-2.0 */
/* i64: reducers of whole numbers. add wraps around, so that its inverse undoes it exactly. */
#include <weir/operator.h>

WEIR_HELP(add,
          "the sum; wraps around",
          "generate words | map key = word, value = 1 | reduce_by_key i64.add | print");
WEIR_REDUCER(int64_t, add, (a, b))
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}
WEIR_INVERSE(add, (a, b))
{
    return (int64_t)((uint64_t)a - (uint64_t)b);
}

WEIR_HELP(mul,
          "the product; wraps around",
          "generate clicks | map key = user, value = ms | reduce_by_key i64.mul | print");
WEIR_REDUCER(int64_t, mul, (a, b))
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

WEIR_HELP(min,
          "the least",
          "generate clicks | map key = user, value = ms | reduce_by_key i64.min | print");
WEIR_REDUCER(int64_t, min, (a, b))
{
    return a < b ? a : b;
}

WEIR_HELP(max,
          "the greatest",
          "generate clicks | map key = user, value = ms | reduce_by_key i64.max | print");
WEIR_REDUCER(int64_t, max, (a, b))
{
    return a > b ? a : b;
}

WEIR_PLUGIN("org.weir.i64", WEIR_VERSION, "reducers of whole numbers", "Apache-2.0");
