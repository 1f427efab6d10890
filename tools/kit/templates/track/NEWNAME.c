/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: by how much a sensor's value has risen since its last one. */
#include <weir/plugin.h>

/* What is kept of a key: version, then the fields that last. Count the version up when they change;
 * WEIR_UPGRADE then reads the older ones. */
struct level {
    double last;
};
WEIR_STATE(level, 1, last);

/* For each record of a key in order of arrival: the key's and the value's parameters, then the
 * columns of what is emitted. WEIR_LEAVE, WEIR_DROP: the state as it was, or none any more. */
WEIR_TRACK(NEWNAME, level, (weir_str, sensor), (double, value), (weir_str, sensor, double, by))
{
    if (weir_is_timing_out(ctx)) { /* idle for the stage's timeout= */
        return WEIR_LEAVE;
    }
    if (weir_exists(ctx) && value > state->last) {
        WEIR_EMIT(sensor, value - state->last);
    }
    state->last = value;
    return WEIR_KEEP;
}
WEIR_HELP(NEWNAME,
          "rises, and by how much",
          "generate clicks | map key = user, value = std.f64(ms) | map_with_state NEWNAME.NEWNAME "
          "timeout=10m | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "rising values", "Apache-2.0");
