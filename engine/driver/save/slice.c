/* SPDX-License-Identifier: Apache-2.0 */
/* RDDs of the past, as far as they are remembered. Source: the reference's DStream.slice. */
#include "block/block.h"
#include "driver/private.h"

#include <inttypes.h>

struct slicing {
    const struct weir_driver *driver;
    uint32_t owner;
    weir_driver_block_visitor visit;
    void *visitor;
    struct weir_error *err;
};

static int gone(const struct slicing *slicing, int64_t time_us)
{
    return weir_error_set(slicing->err, WEIR_ENOINPUT,
                          "the RDD of %" PRId64 " ms is not remembered any more; keep the stream "
                          "for longer",
                          time_us / 1000);
}

static int visit_received(const struct slicing *slicing, int64_t time_us)
{
    uint32_t input = slicing->owner - WEIR_BLOCK_INPUT;
    const struct weir_ledger_batch *batch = weir_ledger_batch(slicing->driver->ledger, time_us);
    if (batch == NULL || time_us <= slicing->driver->inputs[input].dropped_us) {
        return gone(slicing, time_us);
    }
    for (uint32_t b = 0; b < batch->inputs[input].block_count; b++) {
        slicing->visit(slicing->visitor,
                       (struct weir_slice){.owner = slicing->owner,
                                           .partition = batch->inputs[input].blocks[b].number,
                                           .count = 1});
    }
    return WEIR_OK;
}

static int visit_kept(const struct slicing *slicing, int64_t time_us)
{
    const struct weir_driver_stage *stage = &slicing->driver->stages[slicing->owner];
    const struct weir_failure *failure =
        weir_failed_times_find(&stage->failed, time_us - 1, time_us);
    if (failure != NULL) {
        return weir_error_set(slicing->err, WEIR_EJOB, "%s", failure->what.text);
    }
    if (stage->kept.first == stage->kept.end || time_us < stage->kept.first_us) {
        return gone(slicing, time_us);
    }
    const struct weir_kept_rdd *rdd = weir_kept_find(&stage->kept, time_us);
    for (uint32_t p = 0; p < rdd->partition_count; p++) {
        if (weir_kept_rdd_has(rdd, p)) {
            slicing->visit(slicing->visitor, (struct weir_slice){.owner = slicing->owner,
                                                                 .partition = p,
                                                                 .count = 1,
                                                                 .batch_us = time_us});
        }
    }
    return WEIR_OK;
}

/* Towards minus infinity, counted from zero time. */
static int64_t align(const struct weir_driver *driver, int64_t time_us, int64_t slide_us)
{
    return driver->zero_us + weir_time_floor(time_us - driver->zero_us, slide_us);
}

int weir_driver_slice(const struct weir_driver *driver,
                      uint32_t owner,
                      int64_t from_us,
                      int64_t to_us,
                      weir_driver_block_visitor visit,
                      void *visitor,
                      struct weir_error *err)
{
    const struct slicing slicing = {driver, owner, visit, visitor, err};
    bool is_received = owner >= WEIR_BLOCK_INPUT;
    int64_t slide_us = is_received ? driver->graph->batch_us : driver->plan->stages[owner].slide_us;
    if (!driver->is_started) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the stream has not been initialized: the job "
                              "has not been started");
    }
    int64_t last_us = align(driver, to_us, slide_us);
    int64_t at_us = align(driver, from_us, slide_us);
    if (last_us > driver->committed_us) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "the batch of %" PRId64
                              " ms is not done; the newest that is, is that "
                              "of %" PRId64 " ms",
                              last_us / 1000, driver->committed_us / 1000);
    }
    at_us = at_us > driver->zero_us ? at_us : driver->zero_us + slide_us;
    for (; at_us <= last_us; at_us += slide_us) {
        WEIR_TRY(is_received ? visit_received(&slicing, at_us) : visit_kept(&slicing, at_us));
    }
    return WEIR_OK;
}
