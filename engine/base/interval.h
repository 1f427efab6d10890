/* SPDX-License-Identifier: Apache-2.0 */
/* Times and durations on the grid of a job's intervals, in any one unit. Source: the reference's
 * Time and Duration. */
#ifndef WEIR_BASE_INTERVAL_H
#define WEIR_BASE_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The newest multiple of `step` that is not after `time`. step > 0. */
static inline int64_t weir_time_floor(int64_t time, int64_t step)
{
    int64_t rest = time % step;
    return time - (rest < 0 ? rest + step : rest);
}

static inline bool weir_time_is_multiple(int64_t time, int64_t step)
{
    return time % step == 0;
}

/* How many of from, from + step... lie before `end`, or at it where is_closed. step > 0. */
static inline size_t weir_time_count(int64_t from, int64_t end, int64_t step, bool is_closed)
{
    int64_t span = end - from + (is_closed ? 1 : 0);
    return span <= 0 ? 0 : (size_t)((span + step - 1) / step);
}

#endif
