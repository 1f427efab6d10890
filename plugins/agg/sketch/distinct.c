/* SPDX-License-Identifier: Apache-2.0 */
/* approx_distinct: HyperLogLog (Flajolet et al. 2007) with hashes of 64 bits and the estimator of
 * Ertl (2017), which needs no correction at either end. With m = 2^precision registers its standard
 * error is 1.04 / sqrt(m): 1.6 % at 12. A small group holds the hashes themselves, and is exact. */
#include "../example.h"

#include <weir/operator.h>

#include <math.h>

enum {
    HASHES_SHARE = 16, /* hashes take at most half of the registers' bytes */
    HASH_BITS = 64
};

struct distinct {
    weir_list(int64_t) hashes; /* ascending, while there are few */
    weir_list(uint8_t) registers;
};
WEIR_STATE(distinct, 1, hashes, registers);

struct distinct_self {
    uint32_t register_count;
};
static int open_distinct(struct weir_task *task)
{
    weir_self(task, struct distinct_self)->register_count = 1u << weir_param_i64(task, "precision");
    return WEIR_OK;
}
WEIR_PARAMS(approx_distinct,
            WEIR_PARAM_I64_IN(precision,
                              default(12),
                              4,
                              16,
                              "2^precision bytes for a group; 12: standard error 1.6 %"));
WEIR_INSTANCE(approx_distinct, struct distinct_self, open_distinct, NULL);

/* ---- adding ---- */
/* The register's number: the hash's first bits. Its value: where the first 1 is in the others. */
static inline uint64_t register_of(uint64_t hash, uint32_t count)
{
    return hash >> (HASH_BITS - __builtin_ctz(count));
}
static inline uint8_t rank_of(uint64_t hash, uint32_t count)
{
    const int bits = __builtin_ctz(count);
    const uint64_t others = hash << bits;
    return (uint8_t)(others == 0 ? HASH_BITS - bits + 1 : __builtin_clzll(others) + 1);
}

/* From hashes to registers. */
static void grow(struct weir_ctx *ctx, struct distinct *d, uint32_t count)
{
    uint8_t *registers = weir_arena(ctx, count);
    for (uint32_t i = 0; i < d->hashes.count; i++) {
        const uint64_t hash = (uint64_t)d->hashes.items[i];
        uint8_t *at = &registers[register_of(hash, count)];
        *at = rank_of(hash, count) > *at ? rank_of(hash, count) : *at;
    }
    d->registers.items = registers; /* copied into the state when the body returns */
    d->registers.count = count;
    d->registers.capacity = 0;
    d->hashes.items = NULL;
    d->hashes.count = 0;
    d->hashes.capacity = 0;
}

/* Adds a hash that is not there yet, in its place. */
static void insert(struct weir_ctx *ctx, struct distinct *d, int64_t hash)
{
    uint32_t from = 0;
    uint32_t end = d->hashes.count;
    int64_t *hashes;
    while (from < end) {
        const uint32_t middle = from + (end - from) / 2;
        if (d->hashes.items[middle] < hash) {
            from = middle + 1;
        } else {
            end = middle;
        }
    }
    if (from < d->hashes.count && d->hashes.items[from] == hash) {
        return;
    }
    weir_push(ctx, &d->hashes, hash);
    hashes = weir_edit(ctx, &d->hashes);
    memmove(hashes + from + 1, hashes + from, (d->hashes.count - 1 - from) * sizeof *hashes);
    hashes[from] = hash;
}

static void add_hash(struct weir_ctx *ctx, struct distinct *d, uint64_t hash)
{
    const uint32_t count = weir_self(ctx, struct distinct_self)->register_count;
    const uint32_t held = d->registers.count;
    if (held > 0) {
        const uint64_t at = register_of(hash, held);
        if (rank_of(hash, held) > d->registers.items[at]) { /* else nothing is written to */
            weir_edit(ctx, &d->registers)[at] = rank_of(hash, held);
        }
        return;
    }
    insert(ctx, d, (int64_t)hash);
    if (d->hashes.count > count / HASHES_SHARE) {
        grow(ctx, d, count);
    }
}

static void merge(struct weir_ctx *ctx, struct distinct *d, const struct distinct *other)
{
    const uint32_t count = other->registers.count;
    uint8_t *registers;
    for (uint32_t i = 0; i < other->hashes.count; i++) {
        add_hash(ctx, d, (uint64_t)other->hashes.items[i]);
    }
    if (count == 0) {
        return;
    }
    if (d->registers.count == 0) {
        grow(ctx, d, count);
    }
    if (d->registers.count != count) {
        weir_fail(ctx, WEIR_FATAL,
                  "approx_distinct: expected states of %u registers, found one of %u: `precision` "
                  "has changed",
                  d->registers.count, count);
        return;
    }
    registers = weir_edit(ctx, &d->registers);
    for (uint32_t i = 0; i < count; i++) {
        registers[i] =
            other->registers.items[i] > registers[i] ? other->registers.items[i] : registers[i];
    }
}

/* ---- the estimate, Ertl 2017, algorithm 6 ---- */
/* x + sum of x^(2^k) * 2^(k - 1), for the registers that are empty. */
static double sigma(double x)
{
    double sum = x;
    double factor = 1;
    double before;
    if (x >= 1) {
        return (double)INFINITY;
    }
    do {
        x *= x;
        before = sum;
        sum += x * factor;
        factor += factor;
    } while (sum > before);
    return sum;
}

/* (1 - x - sum of (1 - x^(2^-k))^2 * 2^-k) / 3, for those that are full. */
static double tau(double x)
{
    double sum = 1 - x;
    double factor = 1;
    double before;
    if (x <= 0 || x >= 1) {
        return 0;
    }
    do {
        x = sqrt(x);
        before = sum;
        factor *= 0.5;
        sum -= (1 - x) * (1 - x) * factor;
    } while (sum < before);
    return sum / 3;
}

static int64_t estimate(const struct distinct *d)
{
    uint32_t with[HASH_BITS + 2] = {0}; /* registers of each value */
    const double count = d->registers.count;
    double z;
    int last;
    if (d->registers.count == 0) {
        return d->hashes.count;
    }
    last = HASH_BITS - __builtin_ctz(d->registers.count);
    for (uint32_t i = 0; i < d->registers.count; i++) {
        with[d->registers.items[i]]++;
    }
    z = count * tau(1 - with[last + 1] / count);
    for (int value = last; value >= 1; value--) {
        z = 0.5 * (z + with[value]);
    }
    z += count * sigma(with[0] / count);
    return (int64_t)round(count * count / (2 * log(2) * z));
}

/* ---- by type ---- */
static inline uint64_t hash_f64(double x)
{
    int64_t bits;
    x = isnan(x) ? (double)NAN : x + 0; /* one NaN, one zero */
    memcpy(&bits, &x, sizeof bits);
    return weir_hash_i64(bits);
}
#define DISTINCT(tag, T, hash)                                                                     \
    WEIR_AGGREGATE_AS(tag, "approx_distinct", 0, int64_t, distinct, (T, x))                        \
    {                                                                                              \
        add_hash(ctx, state, hash);                                                                \
    }                                                                                              \
    WEIR_MERGE(tag)                                                                                \
    {                                                                                              \
        merge(ctx, state, other);                                                                  \
    }                                                                                              \
    WEIR_RESULT(tag)                                                                               \
    {                                                                                              \
        return estimate(state);                                                                    \
    }
#define HELP                                                                                       \
    "about how many different values: standard error 1.04 / sqrt(2^precision), exact for few"

WEIR_HELP(distinct_i64, HELP, EXAMPLE("approx_distinct(ms)"));
DISTINCT(distinct_i64, int64_t, weir_hash_i64(x))
WEIR_HELP(distinct_f64, HELP, EXAMPLE("approx_distinct(std.f64(ms))"));
DISTINCT(distinct_f64, double, hash_f64(x))
WEIR_HELP(distinct_ts, HELP, EXAMPLE("approx_distinct(at)"));
DISTINCT(distinct_ts, weir_ts, weir_hash_i64(x.us))
WEIR_HELP(distinct_str, HELP, EXAMPLE("approx_distinct(user, precision=14)"));
DISTINCT(distinct_str, weir_str, weir_hash_text(x))
WEIR_HELP(distinct_bytes, HELP, EXAMPLE("approx_distinct(std.bytes(user))"));
DISTINCT(distinct_bytes, weir_bytes, weir_hash_text(weir_str_from_bytes(x)))
