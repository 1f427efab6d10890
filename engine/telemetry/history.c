/* SPDX-License-Identifier: Apache-2.0 */
/* The ring of batches with its totals, and the summary line. */
#include "telemetry/telemetry.h"

#include <inttypes.h>
#include <stdio.h>

void weir_history_init(struct weir_history *history, int64_t now_us)
{
    *history = (struct weir_history){.started_us = now_us, .ended_us = now_us};
}

static void count_failure(struct weir_history *history, const struct weir_batch_record *record)
{
    if (record->failed_in != 0 && history->failed_batches++ == 0 && record->failure != NULL) {
        (void)snprintf(history->first_failure, sizeof history->first_failure, "%s",
                       record->failure->text);
    }
}

void weir_history_add(struct weir_history *history, const struct weir_batch_record *record)
{
    struct weir_batch_record *kept = &history->ring[history->batches % WEIR_HISTORY_BATCHES];
    count_failure(history, record);
    *kept = *record;
    kept->failure = NULL;
    history->batches++;
    history->records_in += record->records_in;
    history->bytes_in += record->bytes_in;
    history->rows_out += record->rows_out;
    history->bad_records += record->bad_records;
    history->retries += record->retries;
    history->processing_us += record->finished_us - record->started_us;
    history->ended_us = record->finished_us;
    weir_latency_add(&history->processing, record->finished_us - record->started_us);
    weir_latency_add(&history->total_delay, record->finished_us - record->due_us);
}

/* Input records per second of the job's life so far; at least one microsecond long. */
static double records_per_s(const struct weir_history *history)
{
    int64_t us = history->ended_us - history->started_us;
    return (double)history->records_in * 1e6 / (double)(us > 0 ? us : 1);
}

static void put_duration(int64_t us, struct weir_text *to)
{
    if (us < 1000) {
        weir_text_printf(to, "%" PRId64 " us", us);
    } else if (us < 1000000) {
        weir_text_printf(to, "%.1f ms", (double)us / 1e3);
    } else {
        weir_text_printf(to, "%.2f s", (double)us / 1e6);
    }
}

void weir_history_summary(const struct weir_history *history, struct weir_text *to)
{
    weir_text_printf(to,
                     "%" PRIu64 " batch%s, %" PRIu64 " records, %.0f records/s, processing p50 ",
                     history->batches, history->batches == 1 ? "" : "es", history->records_in,
                     records_per_s(history));
    put_duration(weir_latency_quantile(&history->processing, 0.5), to);
    weir_text_put(to, " p99 ");
    put_duration(weir_latency_quantile(&history->processing, 0.99), to);
    if (history->bad_records > 0) {
        weir_text_printf(to, ", %" PRIu64 " bad record%s dropped", history->bad_records,
                         history->bad_records == 1 ? "" : "s");
    }
    if (history->retries > 0) {
        weir_text_printf(to, ", %" PRIu64 " task retries", history->retries);
    }
    if (history->failed_batches > 0) {
        weir_text_printf(to, ", %" PRIu64 " failed batch%s, the first: %s", history->failed_batches,
                         history->failed_batches == 1 ? "" : "es", history->first_failure);
    }
}

void weir_history_summary_json(const struct weir_history *history, struct weir_text *to)
{
    weir_text_printf(to,
                     "{\"batches\":%" PRIu64 ",\"records\":%" PRIu64 ",\"rows_out\":%" PRIu64
                     ",\"records_per_s\":%.0f,\"bad_records\":%" PRIu64 ",\"retries\":%" PRIu64
                     ",\"processing_p50_us\":%" PRId64 ",\"processing_p99_us\":%" PRId64
                     ",\"total_delay_p50_us\":%" PRId64 ",\"total_delay_p99_us\":%" PRId64
                     ",\"failed_batches\":%" PRIu64 "}",
                     history->batches, history->records_in, history->rows_out,
                     records_per_s(history), history->bad_records, history->retries,
                     weir_latency_quantile(&history->processing, 0.5),
                     weir_latency_quantile(&history->processing, 0.99),
                     weir_latency_quantile(&history->total_delay, 0.5),
                     weir_latency_quantile(&history->total_delay, 0.99), history->failed_batches);
}
