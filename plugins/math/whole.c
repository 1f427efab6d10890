/* SPDX-License-Identifier: Apache-2.0 */
/* The same for i64, exact: what does not exist is the record's fault. */
#include <weir/operator.h>

#include <inttypes.h>

#define OF_I64(tag, name, text, example)                                                           \
    WEIR_HELP(tag, text, "generate clicks | map y = math." example " | print");                    \
    WEIR_FUNCTION_AS(tag, name, 0, int64_t, (int64_t, x))
#define OF_TWO_I64(tag, name, text, example)                                                       \
    WEIR_HELP(tag, text, "generate clicks | map y = math." example " | print");                    \
    WEIR_FUNCTION_AS(tag, name, 0, int64_t, (int64_t, a, int64_t, b))

OF_I64(abs_i64, "abs", "x without its sign; of the least i64 a bad record", "abs(ms - 100)")
{
    if (x == INT64_MIN) {
        weir_fail(ctx, WEIR_BAD_RECORD, "%" PRId64 " without its sign does not fit into an i64", x);
        return 0;
    }
    return x < 0 ? -x : x;
}

OF_I64(sign_i64, "sign", "1 above 0, -1 below, else 0", "sign(ms - 100)")
{
    return (x > 0) - (x < 0);
}

OF_TWO_I64(min_i64, "min", "the lesser", "min(ms, 100)")
{
    return a < b ? a : b;
}

OF_TWO_I64(max_i64, "max", "the greater", "max(ms, 100)")
{
    return a > b ? a : b;
}

WEIR_HELP(clamp_i64,
          "x, or the bound that it is beyond; low above high is a bad record",
          "generate clicks | map y = math.clamp(ms, 10, 100) | print");
WEIR_FUNCTION_AS(clamp_i64, "clamp", 0, int64_t, (int64_t, x, int64_t, low, int64_t, high))
{
    if (low > high) {
        weir_fail(ctx, WEIR_BAD_RECORD, "nothing is between %" PRId64 " and %" PRId64, low, high);
        return 0;
    }
    return x < low ? low : x > high ? high : x;
}

/* True if a / b exists; else ctx has failed. The one quotient that does not fit wraps around, as
 * a / b does. */
static inline bool is_divisible(struct weir_ctx *ctx, int64_t a, int64_t b)
{
    if (b == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "division of %" PRId64 " by zero", a);
    }
    return b != 0;
}

OF_TWO_I64(
    floor_div,
    "floor_div",
    "a divided by b, cut towards -Infinity where a / b is cut towards 0; b = 0 is a bad record",
    "floor_div(ms - 100, 10)")
{
    if (!is_divisible(ctx, a, b) || b == -1) {
        return (int64_t)(0 - (uint64_t)a);
    }
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

OF_TWO_I64(
    floor_mod,
    "floor_mod",
    "what floor_div leaves, with the sign of b where a % b has that of a; b = 0 is a bad record",
    "floor_mod(ms - 100, 10)")
{
    int64_t rest;
    if (!is_divisible(ctx, a, b) || b == -1) {
        return 0;
    }
    rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}
