/* SPDX-License-Identifier: Apache-2.0 */
/* Operators on states that do what a good test needs. Linked into the tests. */
#include <weir/plugin.h>

#include <string.h>

struct total {
    int64_t sum;
    weir_str last; /* key and value of the last row, as text */
    weir_list(int64_t) values;
};
WEIR_STATE(total, 1, sum, last, values);

/* Sums and lists; drops a key at 0, fails at 13. */
WEIR_UPDATE(sum, total, (weir_str, key), (int64_t, value))
{
    for (uint32_t i = 0; i < value.count; i++) {
        state->sum += value.items[i];
        weir_push(ctx, &state->values, value.items[i]);
    }
    if (value.count > 0) {
        state->last = key;
    }
    if (state->sum == 13) {
        weir_fail(ctx, WEIR_FATAL, "13 is no sum");
    }
    return state->sum == 0 ? WEIR_DROP : WEIR_KEEP;
}

/* A negative value moves the state to the key "moved". */
WEIR_UPDATE_MOVING(move, total, (weir_str, key), (int64_t, value))
{
    for (uint32_t i = 0; i < value.count; i++) {
        state->sum += value.items[i];
    }
    state->last = key;
    if (state->sum < 0) {
        WEIR_MOVE(state, weir_str_from_chars("moved to a rather long key"));
        return WEIR_DROP;
    }
    return WEIR_KEEP;
}

/* mapWithState's own test: a value of 1 stores, 0 only looks, -1 removes; a key that times out is
 * emitted with its state. 13 fails. */
WEIR_TRACK(
    follow, total, (weir_str, key), (int64_t, value), (weir_str, key, weir_str, what, int64_t, sum))
{
    if (weir_is_timing_out(ctx)) {
        WEIR_EMIT(key, weir_str_from_chars("timed out"), state->sum);
        return WEIR_LEAVE;
    }
    if (value == 13) {
        weir_fail(ctx, WEIR_BAD_RECORD, "13 is no value");
        return WEIR_KEEP;
    }
    if (value == 99) {
        return weir_is_timing_out(ctx) ? WEIR_KEEP : WEIR_LEAVE;
    }
    if (value < 0) {
        WEIR_EMIT(key, weir_str_from_chars("removed"), state->sum);
        return WEIR_DROP;
    }
    if (value == 0) {
        WEIR_EMIT(key, weir_str_from_chars(weir_exists(ctx) ? "is there" : "is not there"),
                  state->sum);
        return WEIR_LEAVE;
    }
    state->sum += value;
    state->last = key;
    weir_push(ctx, &state->values, value);
    return WEIR_KEEP;
}

/* Keeps whatever happens: not allowed while timing out. */
WEIR_TRACK(stubborn, total, (weir_str, key), (int64_t, value), (weir_str, key))
{
    state->sum += value;
    WEIR_EMIT(key);
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

WEIR_FUNCTION(bool, positive, (int64_t, a))
{
    return a > 0;
}

WEIR_PLUGIN("org.example.states", "1.0.0", "operators on states", "Apache-2.0");
