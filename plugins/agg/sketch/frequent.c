/* SPDX-License-Identifier: Apache-2.0 */
/* frequent: the k most frequent values by Space-Saving (Metwally et al. 2005) with a fixed number
 * of counters. Of n rows each value that comes more often than n / counters times is among them,
 * and a count is too high by n / counters at most; up to that many different values it is exact. */
#include "../example.h"

#include <weir/operator.h>

#include <stdlib.h>

struct frequent {
    weir_list(weir_str) values; /* a number as its eight bytes */
    weir_list(int64_t) hashes;  /* of the values, to find one by */
    weir_list(int64_t) counts;
};
WEIR_STATE(frequent, 1, values, hashes, counts);

struct frequent_self {
    uint32_t k, counters;
};
static int open_frequent(struct weir_task *task)
{
    struct frequent_self *self = weir_self(task, struct frequent_self);
    self->k = (uint32_t)weir_param_i64(task, "k");
    self->counters = (uint32_t)weir_param_i64(task, "counters");
    if (self->k > self->counters) {
        return weir_fail(task, WEIR_FATAL,
                         "frequent: expected at least k=%u counters, found counters=%u: best are "
                         "ten for each value",
                         self->k, self->counters);
    }
    return WEIR_OK;
}
WEIR_PARAMS(frequent,
            WEIR_PARAM_I64_IN(k, default(10), 1, 1000, "how many values"),
            WEIR_PARAM_I64_IN(counters,
                              default(256),
                              8,
                              10000,
                              "of a group; a count is off by rows / counters at most"));
WEIR_INSTANCE(frequent, struct frequent_self, open_frequent, NULL);

/* Where `value` is counted, or the number of counters. */
static uint32_t find(const struct frequent *f, weir_str value, int64_t hash)
{
    uint32_t i = 0;
    while (i < f->hashes.count &&
           (f->hashes.items[i] != hash || !weir_text_equal(f->values.items[i], value))) {
        i++;
    }
    return i;
}

static uint32_t find_least(const struct frequent *f)
{
    uint32_t least = 0;
    for (uint32_t i = 1; i < f->counts.count; i++) {
        least = f->counts.items[i] < f->counts.items[least] ? i : least;
    }
    return least;
}

static void append(
    struct weir_ctx *ctx, struct frequent *f, weir_str value, int64_t hash, int64_t n)
{
    weir_push(ctx, &f->values, value);
    weir_push(ctx, &f->hashes, hash);
    weir_push(ctx, &f->counts, n);
}

static void count(struct weir_ctx *ctx, struct frequent *f, weir_str value)
{
    const int64_t hash = (int64_t)weir_hash_text(value);
    uint32_t at = find(f, value, hash);
    if (at == f->hashes.count && at < weir_self(ctx, struct frequent_self)->counters) {
        append(ctx, f, value, hash, 1);
        return;
    }
    if (at == f->hashes.count) { /* takes over the least, with its count */
        at = find_least(f);
        weir_put(ctx, &f->values, at, value);
        weir_put(ctx, &f->hashes, at, hash);
    }
    weir_edit(ctx, &f->counts)[at]++;
}

/* ---- merging: Agarwal et al. 2012 ---- */
/* A value that the other side does not count may have come there as often as its least counter. */
static int64_t unseen(const struct frequent *f, uint32_t counters)
{
    return f->counts.count < counters ? 0 : f->counts.items[find_least(f)];
}

struct ranked {
    weir_str value;
    int64_t count;
    uint32_t at;
};

/* The most frequent first; as frequent ones in the order of their bytes. */
static int order_of(const void *a, const void *b)
{
    const struct ranked *x = a;
    const struct ranked *y = b;
    return x->count != y->count ? (x->count < y->count) - (x->count > y->count)
                                : weir_text_compare(x->value, y->value);
}

static struct ranked *rank(struct weir_ctx *ctx, const struct frequent *f)
{
    struct ranked *all = weir_arena(ctx, (f->counts.count + 1) * sizeof *all);
    for (uint32_t i = 0; i < f->counts.count; i++) {
        all[i] = (struct ranked){f->values.items[i], f->counts.items[i], i};
    }
    qsort(all, f->counts.count, sizeof *all, order_of);
    return all;
}

/* Keeps the `counters` largest of what has grown beyond them; the last takes a gap's place. */
static void shrink(struct weir_ctx *ctx, struct frequent *f, uint32_t counters)
{
    const struct ranked *all = rank(ctx, f);
    uint8_t *is_dropped = weir_arena(ctx, f->counts.count);
    for (uint32_t i = counters; i < f->counts.count; i++) {
        is_dropped[all[i].at] = 1;
    }
    for (uint32_t i = f->counts.count; i-- > 0;) {
        const uint32_t last = f->counts.count - 1;
        if (is_dropped[i] != 0) {
            weir_put(ctx, &f->values, i, f->values.items[last]);
            weir_put(ctx, &f->hashes, i, f->hashes.items[last]);
            weir_put(ctx, &f->counts, i, f->counts.items[last]);
            weir_cut(ctx, &f->values, last);
            weir_cut(ctx, &f->hashes, last);
            weir_cut(ctx, &f->counts, last);
        }
    }
}

static void merge(struct weir_ctx *ctx, struct frequent *f, const struct frequent *other)
{
    const uint32_t counters = weir_self(ctx, struct frequent_self)->counters;
    const int64_t unseen_here = unseen(f, counters);
    const int64_t unseen_there = unseen(other, counters);
    const uint32_t held = f->counts.count;
    uint8_t *is_in_both = weir_arena(ctx, held + 1);
    for (uint32_t i = 0; i < other->counts.count; i++) {
        const uint32_t at = find(f, other->values.items[i], other->hashes.items[i]);
        if (at < held) {
            weir_edit(ctx, &f->counts)[at] += other->counts.items[i];
            is_in_both[at] = 1;
        } else {
            append(ctx, f, other->values.items[i], other->hashes.items[i],
                   other->counts.items[i] + unseen_here);
        }
    }
    for (uint32_t i = 0; unseen_there > 0 && i < held; i++) {
        weir_edit(ctx, &f->counts)[i] += is_in_both[i] != 0 ? 0 : unseen_there;
    }
    if (f->counts.count > counters) {
        shrink(ctx, f, counters);
    }
}

static uint32_t result_count(struct weir_ctx *ctx, const struct frequent *f)
{
    const uint32_t k = weir_self(ctx, struct frequent_self)->k;
    return f->counts.count < k ? f->counts.count : k;
}

/* ---- by type ---- */
#define HELP                                                                                       \
    "the k most frequent values, the most frequent first; exact up to `counters` different ones, " \
    "then off by rows / counters at most"

WEIR_HELP(frequent_str, HELP, EXAMPLE("frequent(user, k=3)"));
WEIR_AGGREGATE_AS(
    frequent_str, "frequent", WEIR_APPROXIMATE, weir_list(weir_str), frequent, (weir_str, x))
{
    count(ctx, state, x);
}
WEIR_MERGE(frequent_str)
{
    merge(ctx, state, other);
}
WEIR_RESULT(frequent_str)
{
    const struct ranked *all = rank(ctx, state);
    weir_list(weir_str) values = {NULL, 0, 0};
    for (uint32_t i = 0; i < result_count(ctx, state); i++) {
        weir_push(ctx, &values, all[i].value);
    }
    return values;
}

WEIR_HELP(frequent_i64, HELP, EXAMPLE("frequent(ms, k=3)"));
WEIR_AGGREGATE_AS(
    frequent_i64, "frequent", WEIR_APPROXIMATE, weir_list(int64_t), frequent, (int64_t, x))
{
    const uint64_t order = (uint64_t)x ^ UINT64_C(1) << 63; /* bytes in the order of the numbers */
    char bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (char)(order >> (56 - 8 * i));
    }
    count(ctx, state, weir_str_make(bytes, sizeof bytes));
}
WEIR_MERGE(frequent_i64)
{
    merge(ctx, state, other);
}
WEIR_RESULT(frequent_i64)
{
    const struct ranked *all = rank(ctx, state);
    weir_list(int64_t) values = {NULL, 0, 0};
    for (uint32_t i = 0; i < result_count(ctx, state); i++) {
        uint64_t order = 0;
        for (size_t b = 0; b < 8 && b < all[i].value.count; b++) {
            order = order << 8 | (uint8_t)all[i].value.bytes[b];
        }
        weir_push(ctx, &values, (int64_t)(order ^ UINT64_C(1) << 63));
    }
    return values;
}
