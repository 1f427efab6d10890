/* SPDX-License-Identifier: Apache-2.0 */
/* The grid of batch times. Source: the reference's RecurringTimer. */
#include "driver/driver.h"

int64_t weir_clock_first_us(int64_t now_us, int64_t interval_us)
{
    WEIR_ASSERT(interval_us > 0);
    int64_t ticks = now_us / interval_us;
    if (now_us % interval_us < 0) {
        ticks--; /* towards minus infinity */
    }
    return (ticks + 1) * interval_us;
}
