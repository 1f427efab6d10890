/* SPDX-License-Identifier: Apache-2.0 */
/* Variance and standard deviation of a sample (n - 1). From the sum and the sum of squares, which
 * in f64 alone would lose all digits where the mean is large; with twice the digits (exact.h) about
 * 30 are there to lose, and rows can be taken out again without a trace. */
#include "exact.h"
#include "example.h"

#include <weir/operator.h>

#include <math.h>

struct moments {
    double sum, sum_low, squares, squares_low;
    int64_t rows, wild; /* of rows: NaN, infinite, or a square that is no f64 */
};
WEIR_STATE(moments, 1, sum, sum_low, squares, squares_low, rows, wild);

static const double value_max = 1e150;

static inline void add_sums(struct moments *m, struct exact sum, struct exact squares)
{
    const struct exact sums = exact_add((struct exact){m->sum, m->sum_low}, sum);
    const struct exact both = exact_add((struct exact){m->squares, m->squares_low}, squares);
    m->sum = sums.high;
    m->sum_low = sums.low;
    m->squares = both.high;
    m->squares_low = both.low;
}

static inline void add_value(struct moments *m, double x)
{
    m->rows++;
    if (fabs(x) < value_max) {
        add_sums(m, (struct exact){x, 0}, exact_product(x, x));
    } else {
        m->wild++;
    }
}

static inline void remove_value(struct moments *m, double x)
{
    m->rows--;
    if (fabs(x) < value_max) {
        add_sums(m, (struct exact){-x, 0}, exact_negative(exact_product(x, x)));
    } else {
        m->wild--;
    }
}

static inline void merge_moments(struct moments *m, const struct moments *other)
{
    m->rows += other->rows;
    m->wild += other->wild;
    add_sums(m, (struct exact){other->sum, other->sum_low},
             (struct exact){other->squares, other->squares_low});
}

static inline double variance_of(struct weir_ctx *ctx, const struct moments *m)
{
    const double rows = (double)m->rows;
    struct exact mean;
    struct exact centred;
    if (m->rows < 2) {
        weir_null(ctx);
        return 0;
    }
    if (m->wild > 0) {
        return (double)NAN;
    }
    /* squares - sum * mean; the mean in full, or its rounding would show */
    mean = exact_over((struct exact){m->sum, m->sum_low}, rows);
    centred = exact_times(mean, m->sum);
    centred = exact_sum(centred.high, centred.low + mean.high * m->sum_low);
    centred = exact_add((struct exact){m->squares, m->squares_low}, exact_negative(centred));
    return centred.high > 0 ? centred.high / (rows - 1) : 0;
}

WEIR_HELP(variance, "of a sample (n - 1); null of fewer than two rows", EXAMPLE("variance(ms)"));
WEIR_AGGREGATE(double, variance, moments, (double, x))
{
    add_value(state, x);
}
WEIR_MERGE(variance)
{
    merge_moments(state, other);
}
WEIR_RESULT(variance)
{
    return variance_of(ctx, state);
}
WEIR_REMOVE(variance, (double, x))
{
    remove_value(state, x);
}

WEIR_HELP(stddev,
          "standard deviation of a sample (n - 1); null of fewer than two rows",
          EXAMPLE("stddev(ms)"));
WEIR_AGGREGATE(double, stddev, moments, (double, x))
{
    add_value(state, x);
}
WEIR_MERGE(stddev)
{
    merge_moments(state, other);
}
WEIR_RESULT(stddev)
{
    return sqrt(variance_of(ctx, state));
}
WEIR_REMOVE(stddev, (double, x))
{
    remove_value(state, x);
}
