/* SPDX-License-Identifier: Apache-2.0 */
/* The first and the last value that is not null, in order of arrival. */
#include "example.h"

#include <weir/operator.h>

#define FIRST(tag, T, S)                                                                           \
    WEIR_AGGREGATE_AS(tag, "first", WEIR_NOT_COMMUTATIVE, T, S, (T, x))                            \
    {                                                                                              \
        if (!state->exists) {                                                                      \
            state->value = x;                                                                      \
            state->exists = true;                                                                  \
        }                                                                                          \
    }                                                                                              \
    WEIR_MERGE(tag)                                                                                \
    {                                                                                              \
        if (!state->exists && other->exists) {                                                     \
            state->value = other->value;                                                           \
            state->exists = true;                                                                  \
        }                                                                                          \
    }                                                                                              \
    RESULT(tag)
#define LAST(tag, T, S)                                                                            \
    WEIR_AGGREGATE_AS(tag, "last", WEIR_NOT_COMMUTATIVE, T, S, (T, x))                             \
    {                                                                                              \
        state->value = x;                                                                          \
        state->exists = true;                                                                      \
    }                                                                                              \
    WEIR_MERGE(tag)                                                                                \
    {                                                                                              \
        if (other->exists) {                                                                       \
            state->value = other->value;                                                           \
            state->exists = true;                                                                  \
        }                                                                                          \
    }                                                                                              \
    RESULT(tag)
#define RESULT(tag)                                                                                \
    WEIR_RESULT(tag)                                                                               \
    {                                                                                              \
        if (!state->exists) {                                                                      \
            weir_null(ctx);                                                                        \
        }                                                                                          \
        return state->value;                                                                       \
    }

struct end_bool {
    bool value, exists;
};
struct end_i64 {
    int64_t value;
    bool exists;
};
struct end_f64 {
    double value;
    bool exists;
};
struct end_ts {
    weir_ts value;
    bool exists;
};
struct end_str {
    weir_str value;
    bool exists;
};
WEIR_STATE(end_bool, 1, value, exists);
WEIR_STATE(end_i64, 1, value, exists);
WEIR_STATE(end_f64, 1, value, exists);
WEIR_STATE(end_ts, 1, value, exists);
WEIR_STATE(end_str, 1, value, exists);

WEIR_HELP(first_bool, "the first value to arrive", EXAMPLE("first(ms > 100)"));
FIRST(first_bool, bool, end_bool)
WEIR_HELP(first_i64, "the first value to arrive", EXAMPLE("first(ms)"));
FIRST(first_i64, int64_t, end_i64)
WEIR_HELP(first_f64, "the first value to arrive", EXAMPLE("first(std.f64(ms))"));
FIRST(first_f64, double, end_f64)
WEIR_HELP(first_ts, "the first value to arrive", EXAMPLE("first(at)"));
FIRST(first_ts, weir_ts, end_ts)
WEIR_HELP(first_str, "the first value to arrive", EXAMPLE("first(user)"));
FIRST(first_str, weir_str, end_str)

WEIR_HELP(last_bool, "the last value to arrive", EXAMPLE("last(ms > 100)"));
LAST(last_bool, bool, end_bool)
WEIR_HELP(last_i64, "the last value to arrive", EXAMPLE("last(ms)"));
LAST(last_i64, int64_t, end_i64)
WEIR_HELP(last_f64, "the last value to arrive", EXAMPLE("last(std.f64(ms))"));
LAST(last_f64, double, end_f64)
WEIR_HELP(last_ts, "the last value to arrive", EXAMPLE("last(at)"));
LAST(last_ts, weir_ts, end_ts)
WEIR_HELP(last_str, "the last value to arrive", EXAMPLE("last(user)"));
LAST(last_str, weir_str, end_str)
