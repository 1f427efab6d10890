/* SPDX-License-Identifier: Apache-2.0 */
/* Bad records are many when they come at all: what is shown of them is bounded per operator and
 * batch, not per task. */
#include "worker/private.h"

/* The place of an operator in a batch: its own, a free one, or that of the oldest batch. */
static struct weir_shown_bad_records *place_of(struct weir_worker *worker,
                                               const struct weir_operator *op,
                                               int64_t batch_us)
{
    struct weir_shown_bad_records *best = &worker->shown[0];
    for (uint32_t i = 0; i < WEIR_SHOWN_BAD_RECORDS; i++) {
        struct weir_shown_bad_records *place = &worker->shown[i];
        if (place->op == op && place->batch_us == batch_us) {
            return place;
        }
        if (best->op != NULL && (place->op == NULL || place->batch_us < best->batch_us)) {
            best = place;
        }
    }
    *best = (struct weir_shown_bad_records){op, batch_us, 0};
    return best;
}

void weir_worker_show_bad_records(const struct weir_worker_job *job)
{
    struct weir_worker *worker = job->worker;
    if (job->reply->result.status != WEIR_OK) {
        return; /* another attempt will meet them again */
    }
    for (uint32_t i = 0; i < job->reply->sample_count; i++) {
        struct weir_shown_bad_records *shown =
            place_of(worker, job->sample_operators[i], job->request->task.id.batch_us);
        if (shown->count < WEIR_BAD_RECORD_SAMPLES) {
            shown->count++;
            worker->on_bad_record(worker->bad_record_owner, job->reply->samples[i]);
        }
    }
}
