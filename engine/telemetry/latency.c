/* SPDX-License-Identifier: Apache-2.0 */
/* A histogram of durations in fixed memory: eight buckets to each power of two, so that a quantile
 * is right within an eighth. Source: HdrHistogram's layout. */
#include "telemetry/telemetry.h"

enum { WEIR_LATENCY_SUB_BITS = 3, WEIR_LATENCY_SUB = 1 << WEIR_LATENCY_SUB_BITS };

static uint32_t highest_bit(uint64_t value)
{
    return 63u - (uint32_t)__builtin_clzll(value);
}

/* 0..7 are their own buckets; above, the top four bits of the value name the bucket. */
static uint32_t bucket_of(uint64_t us)
{
    if (us < WEIR_LATENCY_SUB) {
        return (uint32_t)us;
    }
    uint32_t shift = highest_bit(us) - WEIR_LATENCY_SUB_BITS;
    uint32_t bucket =
        ((shift + 1) << WEIR_LATENCY_SUB_BITS) + (uint32_t)((us >> shift) & (WEIR_LATENCY_SUB - 1));
    return bucket < WEIR_LATENCY_BUCKETS ? bucket : WEIR_LATENCY_BUCKETS - 1;
}

static int64_t upper_edge(uint32_t bucket)
{
    if (bucket < WEIR_LATENCY_SUB) {
        return (int64_t)bucket;
    }
    uint32_t shift = (bucket >> WEIR_LATENCY_SUB_BITS) - 1;
    uint64_t top = WEIR_LATENCY_SUB + (bucket & (WEIR_LATENCY_SUB - 1));
    return (int64_t)(((top + 1) << shift) - 1);
}

void weir_latency_add(struct weir_latency *latency, int64_t us)
{
    uint64_t value = us < 0 ? 0 : (uint64_t)us;
    latency->buckets[bucket_of(value)]++;
    latency->count++;
    latency->max_us = value > latency->max_us ? value : latency->max_us;
}

int64_t weir_latency_quantile(const struct weir_latency *latency, double q)
{
    uint64_t rank = (uint64_t)(q * (double)latency->count);
    uint64_t seen = 0;
    for (uint32_t i = 0; i < WEIR_LATENCY_BUCKETS; i++) {
        seen += latency->buckets[i];
        if (seen > rank) {
            int64_t edge = upper_edge(i);
            return edge < (int64_t)latency->max_us ? edge : (int64_t)latency->max_us;
        }
    }
    return (int64_t)latency->max_us;
}
