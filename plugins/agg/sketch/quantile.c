/* SPDX-License-Identifier: Apache-2.0 */
/* quantile: a merging t-digest (Dunning 2019). Values are centroids of a mean and a weight, light
 * at both ends: at q the rank is off by about 2 sqrt(q (1 - q)) / compression of all rows, and not
 * at all at 0 and 1. Up to 512 values are held as they are, and the result is exact. */
#include "../example.h"

#include <weir/operator.h>

#include <math.h>
#include <stdlib.h>

enum { PENDING_MAX = 512 };

struct digest {
    weir_list(double) means, weights; /* centroids, ascending */
    weir_list(double) pending;        /* values that are in no centroid yet */
    double least, greatest;
    int64_t rows;
};
WEIR_STATE(digest, 1, means, weights, pending, least, greatest, rows);

struct quantile_self {
    double q, compression;
};
static int open_quantile(struct weir_task *task)
{
    struct quantile_self *self = weir_self(task, struct quantile_self);
    self->q = weir_param_f64(task, "q");
    self->compression = (double)weir_param_i64(task, "compression");
    return WEIR_OK;
}
WEIR_PARAMS(quantile,
            WEIR_PARAM_F64_IN(q, required, 0.0, 1.0, "0 the least, 0.5 the median, 1 the greatest"),
            WEIR_PARAM_I64_IN(
                compression, default(200), 20, 1000, "centroids at most: more is more exact"));
WEIR_INSTANCE(quantile, struct quantile_self, open_quantile, NULL);

/* ---- centroids ---- */
struct centroid {
    double mean, weight;
};

static int order_of(const void *a, const void *b)
{
    const struct centroid *x = a;
    const struct centroid *y = b;
    const int order = (x->mean > y->mean) - (x->mean < y->mean);
    return order != 0 ? order : (x->weight > y->weight) - (x->weight < y->weight);
}

/* All of the digest in scratch, ascending. */
static struct centroid *gather(struct weir_ctx *ctx, const struct digest *d, uint32_t *count)
{
    struct centroid *all;
    *count = d->means.count + d->pending.count;
    all = weir_arena(ctx, (*count + 1) * sizeof *all);
    for (uint32_t i = 0; i < d->means.count; i++) {
        all[i] = (struct centroid){d->means.items[i], d->weights.items[i]};
    }
    for (uint32_t i = 0; i < d->pending.count; i++) {
        all[d->means.count + i] = (struct centroid){d->pending.items[i], 1};
    }
    qsort(all, *count, sizeof *all, order_of);
    return all;
}

/* Where a centroid that begins at q must end: one step further on the scale asin(2q - 1), which
 * is steep at both ends. */
static double end_of(double q, double compression)
{
    const double pi = 3.14159265358979323846;
    const double at = asin(2 * q - 1) + 2 * pi / compression;
    return at >= pi / 2 ? 1 : (sin(at) + 1) / 2;
}

/* Unites neighbours, in place; how many are left. */
static uint32_t unite(struct centroid *all, uint32_t count, double total, double compression)
{
    uint32_t last = 0;
    double before = 0; /* weight of all that are finished */
    double end = total * end_of(0, compression);
    for (uint32_t i = 1; i < count; i++) {
        struct centroid *to = &all[last];
        double share;
        if (before + to->weight + all[i].weight <= end) {
            to->weight += all[i].weight;
            share = all[i].weight / to->weight;
            to->mean = to->mean * (1 - share) + all[i].mean * share; /* no infinity less another */
        } else {
            before += to->weight;
            end = total * end_of(before / total, compression);
            all[++last] = all[i];
        }
    }
    return count == 0 ? 0 : last + 1;
}

static void compress(struct weir_ctx *ctx, struct digest *d)
{
    uint32_t count;
    struct centroid *all = gather(ctx, d, &count);
    const double compression = weir_self(ctx, struct quantile_self)->compression;
    count = unite(all, count, (double)d->rows, compression);
    weir_cut(ctx, &d->pending, 0);
    weir_cut(ctx, &d->means, 0);
    weir_cut(ctx, &d->weights, 0);
    for (uint32_t i = 0; i < count; i++) {
        weir_push(ctx, &d->means, all[i].mean);
        weir_push(ctx, &d->weights, all[i].weight);
    }
}

/* ---- the aggregate ---- */
WEIR_HELP(quantile,
          "the value below which a share q of the values is (t-digest); exact up to 512 values, "
          "then off by about sqrt(q (1 - q)) 1 % of the rows; NaN is left out",
          EXAMPLE("quantile(ms, q=0.99)"));
WEIR_AGGREGATE_AS(quantile, "quantile", WEIR_APPROXIMATE, double, digest, (double, x))
{
    if (isnan(x)) {
        return;
    }
    state->least = state->rows == 0 || x < state->least ? x : state->least;
    state->greatest = state->rows == 0 || x > state->greatest ? x : state->greatest;
    state->rows++;
    weir_push(ctx, &state->pending, x);
    if (state->pending.count >= PENDING_MAX) {
        compress(ctx, state);
    }
}

WEIR_MERGE(quantile)
{
    if (other->rows == 0) {
        return;
    }
    state->least = state->rows == 0 || other->least < state->least ? other->least : state->least;
    state->greatest =
        state->rows == 0 || other->greatest > state->greatest ? other->greatest : state->greatest;
    if (state->means.count == 0 && other->means.count > 0) {
        state->means = other->means; /* copied when the body returns */
        state->weights = other->weights;
    } else {
        for (uint32_t i = 0; i < other->means.count; i++) {
            weir_push(ctx, &state->means, other->means.items[i]);
            weir_push(ctx, &state->weights, other->weights.items[i]);
        }
    }
    for (uint32_t i = 0; i < other->pending.count; i++) {
        weir_push(ctx, &state->pending, other->pending.items[i]);
    }
    state->rows += other->rows;
    if (state->pending.count >= PENDING_MAX ||
        state->means.count > weir_self(ctx, struct quantile_self)->compression) {
        compress(ctx, state);
    }
}

static double between(double a, double b, double share)
{
    return share >= 1 ? b : a * (1 - share) + b * share;
}

/* A centroid of weight w stands for the ranks around its middle; between two middles a line. */
static double value_at(const struct digest *d,
                       const struct centroid *all,
                       uint32_t count,
                       double rank)
{
    double at = 0; /* rank of `value` */
    double value = d->least;
    double before = 0;
    for (uint32_t i = 0; i < count; i++) {
        const double middle = before + (all[i].weight - 1) / 2;
        if (middle >= rank) {
            return middle <= at ? all[i].mean
                                : between(value, all[i].mean, (rank - at) / (middle - at));
        }
        at = middle;
        value = all[i].mean;
        before += all[i].weight;
    }
    return before - 1 <= at ? d->greatest
                            : between(value, d->greatest, (rank - at) / (before - 1 - at));
}

WEIR_RESULT(quantile)
{
    const double q = weir_self(ctx, struct quantile_self)->q;
    uint32_t count;
    const struct centroid *all;
    if (state->rows == 0) {
        weir_null(ctx);
        return 0;
    }
    if (q <= 0 || q >= 1) {
        return q <= 0 ? state->least : state->greatest;
    }
    all = gather(ctx, state, &count);
    return value_at(state, all, count, q * (double)(state->rows - 1));
}
