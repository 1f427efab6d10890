/* SPDX-License-Identifier: Apache-2.0 */
/* Rates, as the reference computes them. */
#include "receive/rate.h"

#include <math.h>

struct weir_pid_options weir_pid_defaults(int64_t batch_ms)
{
    return (struct weir_pid_options){.batch_ms = batch_ms,
                                     .proportional = 1.0,
                                     .integral = 0.2,
                                     .derivative = 0.0,
                                     .min_rate = 100.0};
}

int weir_pid_init(struct weir_pid *pid,
                  const struct weir_pid_options *options,
                  struct weir_error *err)
{
    if (options->batch_ms <= 0 || !(options->min_rate > 0) || !(options->proportional >= 0) ||
        !(options->integral >= 0) || !(options->derivative >= 0)) {
        return weir_error_set(
            err, WEIR_ETEXT,
            "rate estimator: the batch (%lld ms) and the lowest rate (%g) must be "
            "above 0, the gains (%g, %g, %g) not below it",
            (long long)options->batch_ms, options->min_rate, options->proportional,
            options->integral, options->derivative);
    }
    *pid = (struct weir_pid){.options = *options, .time_ms = -1, .rate = -1, .error = -1};
    return WEIR_OK;
}

bool weir_pid_compute(struct weir_pid *pid,
                      int64_t time_ms,
                      int64_t records,
                      int64_t processing_ms,
                      int64_t scheduling_ms,
                      double *rate)
{
    const struct weir_pid_options *options = &pid->options;
    if (time_ms <= pid->time_ms || records <= 0 || processing_ms <= 0) {
        return false;
    }
    double seconds = (double)(time_ms - pid->time_ms) / 1000;
    double speed = (double)records / (double)processing_ms * 1000;
    double error = pid->rate - speed;
    /* what has piled up meanwhile, to be worked off within one batch */
    double backlog = (double)scheduling_ms * speed / (double)options->batch_ms;
    double slope = (error - pid->error) / seconds;
    double next = pid->rate - options->proportional * error - options->integral * backlog -
                  options->derivative * slope;
    pid->time_ms = time_ms;
    if (!pid->has_rate) {
        pid->has_rate = true;
        pid->rate = speed;
        pid->error = 0;
        return false;
    }
    pid->rate = next > options->min_rate ? next : options->min_rate;
    pid->error = error;
    *rate = pid->rate;
    return true;
}

void weir_rate_limit_init(struct weir_rate_limit *limit, double ceiling)
{
    limit->ceiling = limit->limit = ceiling > 0 ? ceiling : (double)INFINITY;
}

void weir_rate_limit_update(struct weir_rate_limit *limit, double rate)
{
    if (rate > 0) {
        limit->limit = rate < limit->ceiling ? rate : limit->ceiling;
    }
}

static double lag_of(const struct weir_rate_partition *partition)
{
    int64_t lag = partition->latest - partition->current;
    return lag > 0 ? (double)lag : 0;
}

/* Records a second of one partition. */
static double share_of(const struct weir_rate_partition *partition,
                       bool has_rate,
                       double rate,
                       double total_lag)
{
    double ceiling = (double)partition->ceiling;
    if (!has_rate || !(rate > 0)) {
        return ceiling;
    }
    double share = lag_of(partition) / total_lag * rate;
    return ceiling > 0 && ceiling < share ? ceiling : share;
}

bool weir_rate_shares(const struct weir_rate_partition *partitions,
                      size_t count,
                      bool has_rate,
                      double rate,
                      int64_t batch_ms,
                      int64_t min_records,
                      int64_t *records)
{
    double total_lag = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        total_lag += lag_of(&partitions[i]);
    }
    if (has_rate && rate > 0 && !(total_lag > 0)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        sum += share_of(&partitions[i], has_rate, rate, total_lag);
    }
    if (!(sum > 0)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        double share = share_of(&partitions[i], has_rate, rate, total_lag);
        int64_t most = (int64_t)((double)batch_ms / 1000 * share);
        records[i] = most > min_records ? most : min_records;
    }
    return true;
}
