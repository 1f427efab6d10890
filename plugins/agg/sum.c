/* SPDX-License-Identifier: Apache-2.0 */
/* Sums and means. A sum of i64 has 128 bits on its way, so that only a result that is none of i64
 * is refused, whatever came before it; a sum of f64 has twice an f64's digits. */
#include "exact.h"
#include "example.h"

#include <weir/operator.h>

#include <math.h>

/* ---- i64 ---- */
struct whole_sum { /* high * 2^64 + low, in two's complement */
    int64_t high, low, rows;
};
WEIR_STATE(whole_sum, 1, high, low, rows);

/* Wrapping is defined for unsigned numbers only. */
static inline void add_whole(struct whole_sum *sum, uint64_t high, uint64_t low, int64_t rows)
{
    const uint64_t total = (uint64_t)sum->low + low;
    sum->high = (int64_t)((uint64_t)sum->high + high + (total < low ? 1 : 0));
    sum->low = (int64_t)total;
    sum->rows += rows;
}

static inline double whole_to_f64(const struct whole_sum *sum)
{
    const double low = sum->low >= 0 ? (double)sum->low : (double)sum->low + 18446744073709551616.0;
    return (double)sum->high * 18446744073709551616.0 + low;
}

WEIR_HELP(sum_i64, "the sum; null of no rows; beyond i64 it fails the batch", EXAMPLE("sum(ms)"));
WEIR_AGGREGATE_AS(sum_i64, "sum", 0, int64_t, whole_sum, (int64_t, x))
{
    add_whole(state, x < 0 ? UINT64_MAX : 0, (uint64_t)x, 1);
}
WEIR_MERGE(sum_i64)
{
    add_whole(state, (uint64_t)other->high, (uint64_t)other->low, other->rows);
}
WEIR_RESULT(sum_i64)
{
    if (state->rows == 0) {
        weir_null(ctx);
    } else if (state->high != (state->low < 0 ? -1 : 0)) {
        weir_fail(ctx, WEIR_FATAL,
                  "sum: expected a sum within i64, found about %g of %lld values: sum an f64, "
                  "agg.sum(std.f64(x))",
                  whole_to_f64(state), (long long)state->rows);
    }
    return state->low;
}
WEIR_REMOVE(sum_i64, (int64_t, x))
{
    const uint64_t low = ~(uint64_t)x + 1; /* -x, which for the least i64 has 65 bits */
    add_whole(state, x > 0 ? UINT64_MAX : 0, low, -1);
}

/* ---- f64 ---- */
struct real_sum {
    double high, low;
    int64_t rows, nans, above, below; /* of rows: NaN, inf, -inf, which are not in the sum */
};
WEIR_STATE(real_sum, 1, high, low, rows, nans, above, below);

static inline void count_real(struct real_sum *sum, double x, int64_t rows)
{
    sum->rows += rows;
    if (isfinite(x)) {
        const struct exact one = exact_sum(rows < 0 ? -x : x, 0);
        const struct exact total = exact_add((struct exact){sum->high, sum->low}, one);
        sum->high = total.high;
        sum->low = total.low;
    } else {
        sum->nans += isnan(x) ? rows : 0;
        sum->above += x > 0 ? rows : 0;
        sum->below += x < 0 ? rows : 0;
    }
}

static inline void merge_real(struct real_sum *sum, const struct real_sum *other)
{
    const struct exact total =
        exact_add((struct exact){sum->high, sum->low}, (struct exact){other->high, other->low});
    sum->high = total.high;
    sum->low = total.low;
    sum->rows += other->rows;
    sum->nans += other->nans;
    sum->above += other->above;
    sum->below += other->below;
}

static inline bool is_all_finite(const struct real_sum *sum)
{
    return sum->nans == 0 && sum->above == 0 && sum->below == 0;
}

/* What IEEE 754 makes of infinities and NaN. */
static inline double special_of(const struct real_sum *sum)
{
    const bool is_nan = sum->nans > 0 || (sum->above > 0 && sum->below > 0);
    return is_nan ? (double)NAN : sum->above > 0 ? (double)INFINITY : -(double)INFINITY;
}

WEIR_HELP(sum_f64,
          "the sum, rounded once, at the end; null of no rows",
          EXAMPLE("sum(std.f64(ms))"));
WEIR_AGGREGATE_AS(sum_f64, "sum", 0, double, real_sum, (double, x))
{
    count_real(state, x, 1);
}
WEIR_MERGE(sum_f64)
{
    merge_real(state, other);
}
WEIR_RESULT(sum_f64)
{
    if (state->rows == 0) {
        weir_null(ctx);
    }
    return is_all_finite(state) ? state->high : special_of(state);
}
WEIR_REMOVE(sum_f64, (double, x))
{
    count_real(state, x, -1);
}

WEIR_HELP(mean, "the arithmetic mean; null of no rows", EXAMPLE("mean(ms)"));
WEIR_AGGREGATE(double, mean, real_sum, (double, x))
{
    count_real(state, x, 1);
}
WEIR_MERGE(mean)
{
    merge_real(state, other);
}
WEIR_RESULT(mean)
{
    if (state->rows == 0) {
        weir_null(ctx);
        return 0;
    }
    if (!is_all_finite(state)) {
        return special_of(state);
    }
    return exact_over((struct exact){state->high, state->low}, (double)state->rows).high;
}
WEIR_REMOVE(mean, (double, x))
{
    count_real(state, x, -1);
}
