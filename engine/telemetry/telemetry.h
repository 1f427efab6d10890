/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in fixed rings: one record a batch. The summary, listeners, dashboard and metrics
 * read here, nothing else. */
#ifndef WEIR_TELEMETRY_TELEMETRY_H
#define WEIR_TELEMETRY_TELEMETRY_H

#include "base/base.h"

/* Where a batch went wrong: while its RDDs were formed, before anything ran; or in a task or a
 * commit. */
enum weir_phase { WEIR_PHASE_GENERATE = 1, WEIR_PHASE_RUN };

/* Why a batch failed under on_error=continue. */
struct weir_batch_failure {
    enum weir_phase phase;
    int status;
    int64_t batch_us;   /* where it went wrong: an earlier batch than the one that fails, where a
                           window or a state holds it */
    uint32_t partition; /* phase run */
    const char *at;     /* the stream or output that could not be made: its name, or its verb */
    const char *text;   /* phase run: names operator, batch, partition and record */
};

/* One batch, as it was committed, or failed. Times in us of the env's clock. Source: the
 * reference's BatchInfo. */
struct weir_batch_record {
    int64_t batch_us;
    int64_t due_us;      /* when its interval ended (finite jobs: when it was opened) */
    int64_t started_us;  /* its first task or commit began */
    int64_t finished_us; /* all outputs committed */
    uint64_t records_in, bytes_in, rows_out;
    uint32_t tasks, retries, bad_records;
    enum weir_phase failed_in;                /* 0: all its outputs are committed */
    const struct weir_batch_failure *failure; /* failed_in: why; valid while it is handed on, NULL
                                                 in a history */
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
    uint64_t failed_batches; /* on_error=continue */
    char first_failure[WEIR_ERROR_TEXT_BYTES];
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
