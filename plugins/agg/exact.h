/* SPDX-License-Identifier: Apache-2.0 */
/* Sums that do not depend on the order of what is added, for all practical purposes, so that rows
 * can be split among machines and taken out again: twice the digits of an f64, in two of them, by
 * error-free transformations (Knuth; Dekker). NaN and infinities are counted apart: they too can be
 * taken out. */
#ifndef WEIR_PLUGINS_AGG_EXACT_H
#define WEIR_PLUGINS_AGG_EXACT_H

#include <math.h>

struct exact { /* high + low; |low| is at most half a unit in the last place of high */
    double high, low;
};

/* a + b = high + low, exactly. */
static inline struct exact exact_sum(double a, double b)
{
    const double sum = a + b;
    const double part = sum - a;
    return (struct exact){sum, (a - (sum - part)) + (b - part)};
}

/* a * b = high + low, exactly, if |a| and |b| are below 1e150. */
static inline struct exact exact_product(double a, double b)
{
    const double splitter = 134217729.0; /* 2^27 + 1 */
    const double product = a * b;
    const double scaled_a = splitter * a;
    const double scaled_b = splitter * b;
    const double high_a = scaled_a - (scaled_a - a);
    const double high_b = scaled_b - (scaled_b - b);
    const double low_a = a - high_a;
    const double low_b = b - high_b;
    const double low =
        ((high_a * high_b - product) + high_a * low_b + low_a * high_b) + low_a * low_b;
    return (struct exact){product, low};
}

/* To about 106 bits. What is beyond f64 is infinite, and stays so. */
static inline struct exact exact_add(struct exact a, struct exact b)
{
    const struct exact high = exact_sum(a.high, b.high);
    const struct exact low = exact_sum(a.low, b.low);
    const struct exact middle = exact_sum(high.high, high.low + low.high);
    return isfinite(high.high) ? exact_sum(middle.high, middle.low + low.low)
                               : (struct exact){high.high, 0};
}

static inline struct exact exact_negative(struct exact a)
{
    return (struct exact){-a.high, -a.low};
}

static inline struct exact exact_times(struct exact a, double b)
{
    const struct exact product = exact_product(a.high, b);
    return exact_sum(product.high, product.low + a.low * b);
}

static inline struct exact exact_over(struct exact a, double b)
{
    const double about = a.high / b;
    const struct exact rest = exact_add(a, exact_negative(exact_product(about, b)));
    return exact_sum(about, rest.high / b);
}

#endif
