/* SPDX-License-Identifier: Apache-2.0 */
/* What may be forgotten once a batch is committed. With every commit one more batch time falls out
 * of reach of each window, so that the cost follows what is dropped and not what is kept. */
#include "block/block.h"
#include "driver/private.h"

/* The newest time whose RDDs the next batch, and so any later one, can not reach any more through
 * windows of remember_us in all. Uncommitted batches are out of the question. */
static int64_t reach_us(const struct weir_driver *driver, int64_t remember_us)
{
    int64_t until_us = driver->committed_us + driver->graph->batch_us - remember_us;
    return until_us < driver->committed_us ? until_us : driver->committed_us;
}

void weir_driver_drop(struct weir_driver *driver, struct weir_slice slice)
{
    WEIR_GROW(driver->drops, driver->drop_count, driver->drop_capacity);
    driver->drops[driver->drop_count++] = slice;
}

static void drop_stage(struct weir_driver *driver,
                       const struct weir_stage *stage,
                       const struct weir_batch *batch)
{
    const struct weir_stage_run *run = &batch->stages[stage->id];
    uint32_t buckets = stage->exit == WEIR_EXIT_SHUFFLE ? stage->bucket_count : 1;
    if (run->task_count > 0 && stage->exit != WEIR_EXIT_SINK) {
        weir_driver_drop(driver, (struct weir_slice){.owner = stage->id,
                                                     .count = run->partition_count,
                                                     .bucket = buckets,
                                                     .batch_us = batch->time_us});
    }
}

static void keep_stage(struct weir_driver *driver,
                       const struct weir_stage *stage,
                       const struct weir_batch *batch)
{
    struct weir_kept *kept = &driver->stages[stage->id].kept;
    const struct weir_stage_run *run = &batch->stages[stage->id];
    int64_t time_us;
    uint32_t partitions;
    if ((batch->time_us - driver->zero_us) % stage->slide_us == 0) {
        weir_kept_add(kept, batch->time_us, stage->slide_us, run); /* without an RDD: none */
    }
    if (run->state == WEIR_STAGE_FAILED) {
        weir_failed_times_add(&driver->stages[stage->id].failed, batch->time_us, run->failure);
    }
    weir_failed_times_trim(&driver->stages[stage->id].failed, reach_us(driver, stage->remember_us));
    while (weir_kept_drop(kept, reach_us(driver, stage->remember_us), &time_us, &partitions)) {
        if (partitions > 0) {
            weir_driver_drop(driver, (struct weir_slice){.owner = stage->id,
                                                         .count = partitions,
                                                         .bucket = 1,
                                                         .batch_us = time_us});
        }
    }
}

/* A batch's blocks follow one another unless other workers received some between them. */
static void drop_blocks(struct weir_driver *driver,
                        uint32_t input_index,
                        const struct weir_ledger_input *input)
{
    for (uint32_t i = 0; i < input->block_count;) {
        uint32_t first = input->blocks[i++].number;
        uint32_t count = 1;
        while (i < input->block_count && input->blocks[i].number == first + count) {
            i++;
            count++;
        }
        weir_driver_drop(driver, (struct weir_slice){.owner = WEIR_BLOCK_INPUT + input_index,
                                                     .partition = first,
                                                     .count = count,
                                                     .bucket = 1});
    }
}

static void drop_received(struct weir_driver *driver, uint32_t input_index)
{
    struct weir_driver_input *input = &driver->inputs[input_index];
    int64_t until_us = reach_us(driver, driver->plan->inputs[input_index].remember_us);
    while (input->dropped_us + driver->graph->batch_us <= until_us) {
        input->dropped_us += driver->graph->batch_us;
        const struct weir_ledger_batch *batch =
            weir_ledger_batch(driver->ledger, input->dropped_us);
        WEIR_ASSERT(batch != NULL);
        drop_blocks(driver, input_index, &batch->inputs[input_index]);
    }
}

void weir_driver_send_drops(struct weir_driver *driver)
{
    if (driver->drop_count == 0) {
        return;
    }
    struct weir_message *message = weir_message_create(WEIR_MESSAGE_DROP);
    struct weir_slice *slices =
        weir_arena_alloc(&message->arena, driver->drop_count * sizeof *slices);
    for (uint32_t i = 0; i < driver->drop_count; i++) {
        slices[i] = driver->drops[i];
    }
    message->slices = slices;
    message->slice_count = driver->drop_count;
    driver->drop_count = 0;
    weir_driver_send(driver, message);
}

void weir_driver_forget(struct weir_driver *driver, const struct weir_batch *batch)
{
    int64_t trim_us = driver->committed_us;
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        const struct weir_stage *stage = &driver->plan->stages[s];
        const struct weir_stage_run *run = &batch->stages[s];
        if (stage->is_static) {
            continue; /* of the tables' versions */
        }
        if (stage->has_state && run->state == WEIR_STAGE_FAILED &&
            driver->stages[s].broken == NULL) {
            driver->stages[s].broken = weir_failure_retain(run->failure);
        }
        if (stage->exit == WEIR_EXIT_BLOCKS && stage->remember_us > 0) {
            keep_stage(driver, stage, batch);
        } else {
            drop_stage(driver, stage, batch);
        }
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (driver->plan->inputs[i].is_receiver) {
            drop_received(driver, i);
            trim_us =
                driver->inputs[i].dropped_us < trim_us ? driver->inputs[i].dropped_us : trim_us;
        }
    }
    weir_driver_forget_tables(driver, false);
    weir_driver_send_drops(driver);
    weir_driver_forget_forms(driver);
    weir_ledger_trim(driver->ledger, trim_us + 1);
}
