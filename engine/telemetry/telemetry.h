/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in fixed rings: one record a batch. The summary, listeners, dashboard and metrics
 * read here, nothing else. */
#ifndef WEIR_TELEMETRY_TELEMETRY_H
#define WEIR_TELEMETRY_TELEMETRY_H

#include "base/base.h"

/* One batch, as it was committed. Times in us of the env's clock. Source: the reference's
 * BatchInfo. */
struct weir_batch_record {
    int64_t batch_us;
    int64_t due_us;      /* when its interval ended (finite jobs: when it was opened) */
    int64_t started_us;  /* its first task or commit began */
    int64_t finished_us; /* all outputs committed */
    uint64_t records_in, bytes_in, rows_out;
    uint32_t tasks, retries, bad_records;
};

enum { WEIR_HISTORY_BATCHES = 1000, WEIR_LATENCY_BUCKETS = 496 };

/* Counts values of [1 us, ~70 min] in buckets of at most 1/8 relative width. Source: HdrHistogram's
 * layout. */
struct weir_latency {
    uint64_t count, max_us;
    uint64_t buckets[WEIR_LATENCY_BUCKETS];
};
void weir_latency_add(struct weir_latency *latency,
                      int64_t us); /* Counts one value; negative counts as 0. */
int64_t weir_latency_quantile(const struct weir_latency *latency,
                              double q); /* Upper edge of the bucket of quantile q. */

struct weir_history {
    struct weir_batch_record ring[WEIR_HISTORY_BATCHES];
    uint64_t batches; /* in all; the newest is ring[(batches - 1) % WEIR_HISTORY_BATCHES] */
    uint64_t records_in, bytes_in, rows_out, bad_records, retries, failed_tasks;
    int64_t processing_us;        /* sum over batches */
    int64_t started_us, ended_us; /* of the job */
    struct weir_latency processing, total_delay;
};
void weir_history_init(struct weir_history *history, int64_t now_us); /* Empty, started now. */
void weir_history_add(struct weir_history *history,
                      const struct weir_batch_record *record); /* Counts one batch. */

/* "12 batches, 1 200 records, 98 304 records/s, processing p50 1.2 ms p99 4 ms": one line for
 * people, and one JSON object. */
void weir_history_summary(const struct weir_history *history, struct weir_text *to);
void weir_history_summary_json(const struct weir_history *history, struct weir_text *to);

#endif
