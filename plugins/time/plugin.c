/* SPDX-License-Identifier: Apache-2.0 */
/* time: operators on ts. All of them are UTC and the Gregorian calendar, also for the years before
 * it was made; leap seconds do not exist. Spans of time are i64 microseconds, as durations are. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.time",
            WEIR_VERSION,
            "times: rounded, taken apart, written, read",
            "Apache-2.0");
