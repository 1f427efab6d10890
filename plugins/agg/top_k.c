/* SPDX-License-Identifier: Apache-2.0 */
/* The k greatest values, exactly: a state holds at most k of them, and knows which one goes next.
 * Most values are refused by one comparison; one that is taken costs a look at all k. */
#include "example.h"

#include <weir/operator.h>

#include <math.h>
#include <stdlib.h>

struct top_self {
    int64_t k;
};
static int open_top(struct weir_task *task)
{
    weir_self(task, struct top_self)->k = weir_param_i64(task, "k");
    return WEIR_OK;
}
WEIR_PARAMS(top_k, WEIR_PARAM_I64_IN(k, default(10), 1, 1000, "how many values"));
WEIR_INSTANCE(top_k, struct top_self, open_top, NULL);

/* Order of two values, greatest first. NaN is behind all numbers. */
static int order_i64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x < y) - (x > y);
}
static int order_f64(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    if (isnan(x) || isnan(y)) {
        return (isnan(x) ? 1 : 0) - (isnan(y) ? 1 : 0);
    }
    return x < y || x > y ? (x < y) - (x > y) : (signbit(x) != 0) - (signbit(y) != 0);
}
static int order_str(const void *a, const void *b)
{
    return weir_text_compare(*(const weir_str *)b, *(const weir_str *)a);
}

#define TOP(short_name, T, S)                                                                      \
    static void take_##short_name(struct weir_ctx *ctx, struct S *top, T x)                        \
    {                                                                                              \
        const uint32_t k = (uint32_t)weir_self(ctx, struct top_self)->k;                           \
        if (top->values.count < k) {                                                               \
            weir_push(ctx, &top->values, x);                                                       \
        } else if (order_##short_name(&x, &top->values.items[top->last]) < 0) {                    \
            weir_put(ctx, &top->values, (uint32_t)top->last, x);                                   \
        } else {                                                                                   \
            return;                                                                                \
        }                                                                                          \
        top->last = 0;                                                                             \
        for (uint32_t i = 1; i < top->values.count; i++) {                                         \
            const T *values = top->values.items;                                                   \
            top->last =                                                                            \
                order_##short_name(&values[i], &values[top->last]) > 0 ? (int32_t)i : top->last;   \
        }                                                                                          \
    }                                                                                              \
    WEIR_AGGREGATE_AS(top_##short_name, "top_k", 0, weir_list(T), S, (T, x))                       \
    {                                                                                              \
        take_##short_name(ctx, state, x);                                                          \
    }                                                                                              \
    WEIR_MERGE(top_##short_name)                                                                   \
    {                                                                                              \
        for (uint32_t i = 0; i < other->values.count; i++) {                                       \
            take_##short_name(ctx, state, other->values.items[i]);                                 \
        }                                                                                          \
    }                                                                                              \
    WEIR_RESULT(top_##short_name)                                                                  \
    {                                                                                              \
        weir_list(T) sorted = state->values;                                                       \
        T *values = weir_arena(ctx, (sorted.count + 1) * sizeof *values);                          \
        for (uint32_t i = 0; i < sorted.count; i++) {                                              \
            values[i] = sorted.items[i];                                                           \
        }                                                                                          \
        qsort(values, sorted.count, sizeof *values, order_##short_name);                           \
        sorted.items = values;                                                                     \
        return sorted;                                                                             \
    }

struct top_of_i64 {
    weir_list(int64_t) values;
    int32_t last; /* where the least of them is */
};
struct top_of_f64 {
    weir_list(double) values;
    int32_t last;
};
struct top_of_str {
    weir_list(weir_str) values;
    int32_t last;
};
WEIR_STATE(top_of_i64, 1, values, last);
WEIR_STATE(top_of_f64, 1, values, last);
WEIR_STATE(top_of_str, 1, values, last);

WEIR_HELP(top_i64, "the k greatest values, greatest first", EXAMPLE("top_k(ms, k=3)"));
TOP(i64, int64_t, top_of_i64)
WEIR_HELP(top_f64, "the k greatest values, greatest first", EXAMPLE("top_k(std.f64(ms), k=3)"));
TOP(f64, double, top_of_f64)
WEIR_HELP(top_str, "the last k texts in the order of bytes, last first", EXAMPLE("top_k(user)"));
TOP(str, weir_str, top_of_str)
