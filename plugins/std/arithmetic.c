/* SPDX-License-Identifier: Apache-2.0 */
/* + - * / % and unary minus. i64 arithmetic wraps around, so that a window's inverse is exact
 * whatever was added; f64 is IEEE 754. Dividing an i64 by zero is the record's fault. */
#include <weir/operator.h>

#include <inttypes.h>
#include <math.h>

/* Wrapping is defined for unsigned numbers only. */
#define WRAP(a, sign, b) (int64_t)((uint64_t)(a)sign(uint64_t)(b))

WEIR_HELP(add_i64, "a plus b; wraps around", "generate clicks | map twice = ms + ms | print");
WEIR_FUNCTION_AS(add_i64, "add", 0, int64_t, (int64_t, a, int64_t, b))
{
    return WRAP(a, +, b);
}

WEIR_HELP(add_f64, "a plus b", "generate clicks | map y = std.f64(ms) + 0.5 | print");
WEIR_FUNCTION_AS(add_f64, "add", 0, double, (double, a, double, b))
{
    return a + b;
}

WEIR_HELP(add_ts,
          "the time that many microseconds later",
          "generate clicks | map later = at + 10s | print");
WEIR_FUNCTION_AS(add_ts, "add", 0, weir_ts, (weir_ts, time, int64_t, us))
{
    return weir_ts_make(WRAP(time.us, +, us));
}

WEIR_HELP(add_ts_left,
          "the time that many microseconds later",
          "generate clicks | map later = 10s + at | print");
WEIR_FUNCTION_AS(add_ts_left, "add", 0, weir_ts, (int64_t, us, weir_ts, time))
{
    return weir_ts_make(WRAP(time.us, +, us));
}

WEIR_HELP(add_str, "b behind a", "generate clicks | map page = user + url | print");
WEIR_FUNCTION_AS(add_str, "add", 0, weir_str, (weir_str, a, weir_str, b))
{
    char *both;
    if (a.count == 0 || b.count == 0) {
        return a.count == 0 ? b : a;
    }
    both = weir_arena(ctx, a.count + b.count);
    memcpy(both, a.bytes, a.count);
    memcpy(both + a.count, b.bytes, b.count);
    return weir_str_make(both, a.count + b.count);
}

WEIR_HELP(sub_i64, "a minus b; wraps around", "generate clicks | map over = ms - 100 | print");
WEIR_FUNCTION_AS(sub_i64, "sub", 0, int64_t, (int64_t, a, int64_t, b))
{
    return WRAP(a, -, b);
}

WEIR_HELP(sub_f64, "a minus b", "generate clicks | map y = std.f64(ms) - 0.5 | print");
WEIR_FUNCTION_AS(sub_f64, "sub", 0, double, (double, a, double, b))
{
    return a - b;
}

WEIR_HELP(sub_ts_ts, "microseconds from b to a", "generate clicks | map none = at - at | print");
WEIR_FUNCTION_AS(sub_ts_ts, "sub", 0, int64_t, (weir_ts, a, weir_ts, b))
{
    return WRAP(a.us, -, b.us);
}

WEIR_HELP(sub_ts,
          "the time that many microseconds earlier",
          "generate clicks | map earlier = at - 10s | print");
WEIR_FUNCTION_AS(sub_ts, "sub", 0, weir_ts, (weir_ts, time, int64_t, us))
{
    return weir_ts_make(WRAP(time.us, -, us));
}

WEIR_HELP(mul_i64, "a times b; wraps around", "generate clicks | map us = ms * 1000 | print");
WEIR_FUNCTION_AS(mul_i64, "mul", 0, int64_t, (int64_t, a, int64_t, b))
{
    return WRAP(a, *, b);
}

WEIR_HELP(mul_f64, "a times b", "generate clicks | map y = std.f64(ms) * 0.001 | print");
WEIR_FUNCTION_AS(mul_f64, "mul", 0, double, (double, a, double, b))
{
    return a * b;
}

WEIR_HELP(div_i64,
          "a divided by b, cut towards zero; b = 0 is a bad record",
          "generate clicks | map tens = ms / 10 | print");
WEIR_FUNCTION_AS(div_i64, "div", 0, int64_t, (int64_t, a, int64_t, b))
{
    if (b == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "division of %" PRId64 " by zero", a);
        return 0;
    }
    return b == -1 ? WRAP(0, -, a) : a / b; /* the least i64 / -1 traps in hardware: it wraps */
}

WEIR_HELP(div_f64,
          "a divided by b; by 0: an infinity or NaN",
          "generate clicks | map s = std.f64(ms) / 1000.0 | print");
WEIR_FUNCTION_AS(div_f64, "div", 0, double, (double, a, double, b))
{
    return a / b;
}

WEIR_HELP(mod_i64,
          "what a / b leaves, with the sign of a; b = 0 is a bad record",
          "generate clicks | filter ms % 10 == 0 | print");
WEIR_FUNCTION_AS(mod_i64, "mod", 0, int64_t, (int64_t, a, int64_t, b))
{
    if (b == 0) {
        weir_fail(ctx, WEIR_BAD_RECORD, "division of %" PRId64 " by zero", a);
        return 0;
    }
    return b == -1 ? 0 : a % b;
}

WEIR_HELP(mod_f64,
          "what a / b leaves, with the sign of a; of b = 0: NaN",
          "generate clicks | map y = std.f64(ms) % 1.5 | print");
WEIR_FUNCTION_AS(mod_f64, "mod", 0, double, (double, a, double, b))
{
    return fmod(a, b);
}

WEIR_HELP(neg_i64, "minus a; wraps around", "generate clicks | map down = -ms | print");
WEIR_FUNCTION_AS(neg_i64, "neg", 0, int64_t, (int64_t, a))
{
    return WRAP(0, -, a);
}

WEIR_HELP(neg_f64, "minus a", "generate clicks | map down = -std.f64(ms) | print");
WEIR_FUNCTION_AS(neg_f64, "neg", 0, double, (double, a))
{
    return -a;
}
