/* SPDX-License-Identifier: Apache-2.0 */
/* How fast inputs may be: an estimate of what the job can process, the limit that a receiver keeps
 * to, and the shares of a source's partitions. Pure units: numbers in, numbers out. Sources: the
 * reference's PIDRateEstimator, RateLimiter and DirectKafkaInputDStream.maxMessagesPerPartition. */
#ifndef WEIR_RECEIVE_RATE_H
#define WEIR_RECEIVE_RATE_H

#include "base/base.h"

/* ---- estimate ---- */
struct weir_pid_options {
    int64_t batch_ms;
    double proportional, integral, derivative; /* 1.0, 0.2, 0.0 */
    double min_rate;                           /* records a second: 100 */
};
struct weir_pid {
    struct weir_pid_options options;
    bool has_rate;      /* a first batch has been seen */
    int64_t time_ms;    /* of the newest batch that counted; -1: none */
    double rate, error; /* records a second */
};

/* Parity's defaults. */
struct weir_pid_options weir_pid_defaults(int64_t batch_ms);

/* WEIR_ETEXT: batch_ms and min_rate are above 0, the gains are not below it. */
int weir_pid_init(struct weir_pid *pid,
                  const struct weir_pid_options *options,
                  struct weir_error *err);

/* A batch of `records` was processed in processing_ms, after waiting for scheduling_ms; it ended at
 * time_ms. True: *rate is how many records a second the job can take. False: nothing new is known
 * (the first batch, an empty one, one that took no time, one that is not newer). */
bool weir_pid_compute(struct weir_pid *pid,
                      int64_t time_ms,
                      int64_t records,
                      int64_t processing_ms,
                      int64_t scheduling_ms,
                      double *rate);

/* ---- limit ---- */
/* Records a second that a receiver may take; infinite without a ceiling. */
struct weir_rate_limit {
    double ceiling, limit;
};

/* ceiling: of the user; at most 0: none. */
void weir_rate_limit_init(struct weir_rate_limit *limit, double ceiling);

/* A new estimate; one that is not above 0 changes nothing. */
void weir_rate_limit_update(struct weir_rate_limit *limit, double rate);

/* ---- shares ---- */
/* One partition of a source: where it is read next, where its end is, and its own ceiling. */
struct weir_rate_partition {
    int64_t current, latest;
    int64_t ceiling; /* records a second; 0: none */
};

/* The most records of each partition that a batch may take: its share of the rate by its lag, at
 * most its ceiling and at least min_records. has_rate false: ceilings alone. False: there is no
 * limit (no lag, no ceiling), records is untouched. */
bool weir_rate_shares(const struct weir_rate_partition *partitions,
                      size_t count,
                      bool has_rate,
                      double rate,
                      int64_t batch_ms,
                      int64_t min_records,
                      int64_t *records);

#endif
