/* SPDX-License-Identifier: Apache-2.0 */
/* The capture plugin's operators with a state, so that jobs of every verb can be run. */
#include <weir/plugin.h>
#include <weir/state.h>

struct capture_sum {
    int64_t sum;
};
WEIR_STATE(capture_sum, 1, sum);

WEIR_UPDATE(sums, capture_sum, (weir_str, key), (int64_t, value))
{
    for (uint32_t i = 0; i < value.count; i++) {
        state->sum += value.items[i];
    }
    return key.count > 0 ? WEIR_KEEP : WEIR_DROP;
}

WEIR_TRACK(running, capture_sum, (weir_str, key), (int64_t, value), (weir_str, key, int64_t, sum))
{
    state->sum += value;
    WEIR_EMIT(key, state->sum);
    return WEIR_KEEP;
}

WEIR_PARTITION_FUNCTION(numbered, capture_sum, (weir_str, word), (weir_str, word, int64_t, row))
{
    WEIR_EMIT(word, state->sum++);
}
