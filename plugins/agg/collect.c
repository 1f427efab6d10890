/* SPDX-License-Identifier: Apache-2.0 */
/* The values themselves, in order of arrival, as many as `limit` says: a group that is larger than
 * expected must not take all of the memory. */
#include "example.h"

#include <weir/operator.h>

struct collect_self {
    int64_t limit;
};
static int open_collect(struct weir_task *task)
{
    weir_self(task, struct collect_self)->limit = weir_param_i64(task, "limit");
    return WEIR_OK;
}
WEIR_PARAMS(collect, WEIR_PARAM_I64_IN(limit, default(1000), 1, 1000000, "values that are kept"));
WEIR_INSTANCE(collect, struct collect_self, open_collect, NULL);

static inline bool is_full(struct weir_ctx *ctx, uint32_t count)
{
    return count >= weir_self(ctx, struct collect_self)->limit;
}

#define COLLECT(tag, T, S)                                                                         \
    WEIR_AGGREGATE_AS(tag, "collect", WEIR_NOT_COMMUTATIVE, weir_list(T), S, (T, x))               \
    {                                                                                              \
        if (!is_full(ctx, state->values.count)) {                                                  \
            weir_push(ctx, &state->values, x);                                                     \
        }                                                                                          \
    }                                                                                              \
    WEIR_MERGE(tag)                                                                                \
    {                                                                                              \
        for (uint32_t i = 0; i < other->values.count && !is_full(ctx, state->values.count); i++) { \
            weir_push(ctx, &state->values, other->values.items[i]);                                \
        }                                                                                          \
    }                                                                                              \
    WEIR_RESULT(tag)                                                                               \
    {                                                                                              \
        return state->values;                                                                      \
    }

struct kept_i64 {
    weir_list(int64_t) values;
};
struct kept_f64 {
    weir_list(double) values;
};
struct kept_str {
    weir_list(weir_str) values;
};
WEIR_STATE(kept_i64, 1, values);
WEIR_STATE(kept_f64, 1, values);
WEIR_STATE(kept_str, 1, values);

WEIR_HELP(collect_i64, "the first `limit` values, in order of arrival", EXAMPLE("collect(ms)"));
COLLECT(collect_i64, int64_t, kept_i64)
WEIR_HELP(collect_f64,
          "the first `limit` values, in order of arrival",
          EXAMPLE("collect(std.f64(ms))"));
COLLECT(collect_f64, double, kept_f64)
WEIR_HELP(collect_str,
          "the first `limit` values, in order of arrival",
          EXAMPLE("collect(url, limit=10)"));
COLLECT(collect_str, weir_str, kept_str)
