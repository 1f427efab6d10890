/* SPDX-License-Identifier: Apache-2.0 */
/* The operators that bench_state runs, linked in. */
#include <weir/plugin.h>

struct seen {
    int64_t hits;
    weir_ts last;
};
WEIR_STATE(seen, 1, hits, last);

WEIR_TRACK(hits, seen, (int64_t, key), (int64_t, value), (int64_t, key))
{
    (void)key;
    if (weir_is_timing_out(ctx)) {
        return WEIR_LEAVE;
    }
    state->hits += value;
    state->last.us = weir_batch_us(ctx);
    return WEIR_KEEP;
}

WEIR_UPDATE(count, seen, (int64_t, key), (int64_t, value))
{
    (void)key;
    for (uint32_t i = 0; i < value.count; i++) {
        state->hits += value.items[i];
    }
    return WEIR_KEEP;
}

WEIR_REDUCER(int64_t, add, (a, b))
{
    return a + b;
}

WEIR_INVERSE(add, (a, b))
{
    return a - b;
}

WEIR_PLUGIN("org.example.bench.states", "1.0.0", "operators on states", "Apache-2.0");
