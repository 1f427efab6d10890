/* SPDX-License-Identifier: Apache-2.0 */
/* Least and greatest. NaN loses against any number, and -0 is less than 0, as in f64.min: the order
 * of rows never shows. No `remove`: what was second is not remembered. */
#include "example.h"

#include <weir/operator.h>

#include <math.h>

static inline bool is_less_i64(int64_t a, int64_t b)
{
    return a < b;
}
static inline bool is_less_ts(weir_ts a, weir_ts b)
{
    return a.us < b.us;
}
static inline bool is_less_str(weir_str a, weir_str b)
{
    return weir_text_compare(a, b) < 0;
}
static inline bool is_less_f64(double a, double b)
{
    return a < b || (a == b && signbit(a) && !signbit(b)) || (isnan(b) && !isnan(a));
}
static inline bool is_greater_i64(int64_t a, int64_t b)
{
    return a > b;
}
static inline bool is_greater_ts(weir_ts a, weir_ts b)
{
    return a.us > b.us;
}
static inline bool is_greater_str(weir_str a, weir_str b)
{
    return weir_text_compare(a, b) > 0;
}
static inline bool is_greater_f64(double a, double b)
{
    return a > b || (a == b && signbit(b) && !signbit(a)) || (isnan(b) && !isnan(a));
}

#define EXTREME(tag, name, T, S, is_better)                                                        \
    WEIR_AGGREGATE_AS(tag, name, 0, T, S, (T, x))                                                  \
    {                                                                                              \
        if (!state->exists || is_better(x, state->value)) {                                        \
            state->value = x;                                                                      \
            state->exists = true;                                                                  \
        }                                                                                          \
    }                                                                                              \
    WEIR_MERGE(tag)                                                                                \
    {                                                                                              \
        if (other->exists && (!state->exists || is_better(other->value, state->value))) {          \
            state->value = other->value;                                                           \
            state->exists = true;                                                                  \
        }                                                                                          \
    }                                                                                              \
    WEIR_RESULT(tag)                                                                               \
    {                                                                                              \
        if (!state->exists) {                                                                      \
            weir_null(ctx);                                                                        \
        }                                                                                          \
        return state->value;                                                                       \
    }

struct best_i64 {
    int64_t value;
    bool exists;
};
struct best_f64 {
    double value;
    bool exists;
};
struct best_ts {
    weir_ts value;
    bool exists;
};
struct best_str {
    weir_str value;
    bool exists;
};
WEIR_STATE(best_i64, 1, value, exists);
WEIR_STATE(best_f64, 1, value, exists);
WEIR_STATE(best_ts, 1, value, exists);
WEIR_STATE(best_str, 1, value, exists);

WEIR_HELP(min_i64, "the least value", EXAMPLE("min(ms)"));
EXTREME(min_i64, "min", int64_t, best_i64, is_less_i64)
WEIR_HELP(min_f64, "the least value; NaN only if all are", EXAMPLE("min(std.f64(ms))"));
EXTREME(min_f64, "min", double, best_f64, is_less_f64)
WEIR_HELP(min_ts, "the earliest time", EXAMPLE("min(at)"));
EXTREME(min_ts, "min", weir_ts, best_ts, is_less_ts)
WEIR_HELP(min_str, "the first text in the order of bytes", EXAMPLE("min(user)"));
EXTREME(min_str, "min", weir_str, best_str, is_less_str)

WEIR_HELP(max_i64, "the greatest value", EXAMPLE("max(ms)"));
EXTREME(max_i64, "max", int64_t, best_i64, is_greater_i64)
WEIR_HELP(max_f64, "the greatest value; NaN only if all are", EXAMPLE("max(std.f64(ms))"));
EXTREME(max_f64, "max", double, best_f64, is_greater_f64)
WEIR_HELP(max_ts, "the latest time", EXAMPLE("max(at)"));
EXTREME(max_ts, "max", weir_ts, best_ts, is_greater_ts)
WEIR_HELP(max_str, "the last text in the order of bytes", EXAMPLE("max(user)"));
EXTREME(max_str, "max", weir_str, best_str, is_greater_str)
