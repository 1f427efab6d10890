/* SPDX-License-Identifier: Apache-2.0 */
/* Trackers: rising values, with text in the state; and one that does what a tracker must not. */
#include <weir/plugin.h>

struct level {
    double last;
    int64_t count;
    weir_str unit;
};
WEIR_STATE(level, 1, last, count, unit);

/* "reset" drops, "peek" leaves, anything else keeps. */
WEIR_TRACK(rising,
           level,
           (weir_str, sensor),
           (double, value, weir_str, unit),
           (weir_str, sensor, double, by, weir_str, unit))
{
    if (weir_is_timing_out(ctx)) {
        WEIR_EMIT(sensor, state->last, weir_str_from_chars("timed out"));
        return WEIR_LEAVE;
    }
    if (weir_exists(ctx) && value > state->last) {
        WEIR_EMIT(sensor, value - state->last, state->unit);
    }
    state->last = value;
    state->count++;
    state->unit = unit;
    return weir_str_equal(unit, "reset")  ? WEIR_DROP
           : weir_str_equal(unit, "peek") ? WEIR_LEAVE
                                          : WEIR_KEEP;
}

WEIR_TRACK(stubborn, level, (weir_str, sensor), (double, value), (weir_str, sensor))
{
    WEIR_EMIT(sensor);
    state->last = value;
    return WEIR_KEEP;
}

WEIR_PLUGIN("org.weir.test.track", "1.0.0", "trackers", "Apache-2.0");
