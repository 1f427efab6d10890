/* SPDX-License-Identifier: Apache-2.0 */
/* What went wrong in a batch, shared by all that goes wrong because of it: windows that hold the
 * batch, states above it. Private to driver. */
#ifndef WEIR_DRIVER_FAILURE_H
#define WEIR_DRIVER_FAILURE_H

#include "base/base.h"
#include "telemetry/telemetry.h"

struct weir_failure {
    struct weir_batch_failure what; /* first: its texts lie behind it */
    uint32_t refs;
};

/* Copies everything. The caller owns one reference. */
struct weir_failure *weir_failure_create(const struct weir_batch_failure *what);
struct weir_failure *weir_failure_retain(struct weir_failure *failure); /* One more reference. */
void weir_failure_release(struct weir_failure *failure); /* One less. NULL is fine. */

/* Failures by time, oldest first. Zero-initialised = empty. */
struct weir_failed_time {
    int64_t time_us;
    struct weir_failure *failure;
};
struct weir_failed_times {
    struct weir_failed_time *items;
    uint32_t count, capacity;
};
void weir_failed_times_finish(struct weir_failed_times *times);

/* Adds one, later than all before; takes a reference of its own. */
void weir_failed_times_add(struct weir_failed_times *times,
                           int64_t time_us,
                           struct weir_failure *failure);

/* The oldest of times (after_us, until_us], borrowed; NULL: none. */
struct weir_failure *weir_failed_times_find(const struct weir_failed_times *times,
                                            int64_t after_us,
                                            int64_t until_us);

/* Forgets those of times up to `until_us`. */
void weir_failed_times_trim(struct weir_failed_times *times, int64_t until_us);

#endif
