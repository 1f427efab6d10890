/* SPDX-License-Identifier: Apache-2.0 */
/* The bookkeeping of one batch: no decisions here. */
#include "driver/batch.h"

#include <string.h>

struct weir_batch *weir_batch_create(const struct weir_plan *plan,
                                     int64_t time_us,
                                     int64_t zero_us,
                                     struct weir_batch *spare)
{
    struct weir_batch *batch = spare != NULL ? spare : weir_alloc(sizeof *batch);
    struct weir_arena arena = batch->arena;
    weir_arena_reset(&arena);
    *batch = (struct weir_batch){.time_us = time_us, .arena = arena};
    batch->record.batch_us = time_us;
    batch->stages = weir_arena_alloc(&batch->arena, plan->stage_count * sizeof *batch->stages);
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        bool has_rdd = (time_us - zero_us) % plan->stages[i].slide_us == 0;
        batch->stages[i].state = has_rdd ? WEIR_STAGE_WAITING : WEIR_STAGE_OFF;
        batch->stages_left += has_rdd ? 1 : 0;
    }
    return batch;
}

void weir_batch_destroy(struct weir_batch *batch)
{
    if (batch != NULL) {
        weir_arena_finish(&batch->arena);
        weir_free(batch);
    }
}

void weir_stage_run_begin(struct weir_batch *batch, uint32_t stage, uint32_t partition_count)
{
    struct weir_stage_run *run = &batch->stages[stage];
    WEIR_ASSERT(run->state == WEIR_STAGE_WAITING);
    run->partition_count = partition_count;
    run->partitions =
        weir_arena_alloc(&batch->arena, (size_t)partition_count * sizeof *run->partitions);
    run->state = WEIR_STAGE_RUNNING;
}

static void note_slices(struct weir_batch *batch,
                        const struct weir_stage *stage,
                        struct weir_partition_run *partition,
                        const struct weir_message *done)
{
    if (done->slice_count == 0) {
        return;
    }
    if (stage->exit == WEIR_EXIT_BLOCKS) {
        partition->has_blocks = true;
        return;
    }
    size_t words = (stage->bucket_count + 63) / 64;
    partition->buckets = weir_arena_alloc(&batch->arena, words * sizeof *partition->buckets);
    for (uint32_t i = 0; i < done->slice_count; i++) {
        uint32_t bucket = done->slices[i].bucket;
        WEIR_ASSERT(bucket < stage->bucket_count);
        partition->buckets[bucket / 64] |= (uint64_t)1 << (bucket % 64);
    }
}

void weir_stage_run_done(struct weir_batch *batch,
                         const struct weir_stage *stage,
                         const struct weir_message *done)
{
    struct weir_stage_run *run = &batch->stages[stage->id];
    struct weir_partition_run *partition = &run->partitions[done->task.id.partition];
    WEIR_ASSERT(!partition->is_done && run->done_count < run->partition_count);
    partition->is_done = true;
    run->done_count++;
    note_slices(batch, stage, partition, done);
    if (done->item_count > 0) {
        partition->token.count = done->items[0].count;
        partition->token.bytes = (const uint8_t *)weir_arena_strndup(
            &batch->arena, (const char *)done->items[0].bytes, done->items[0].count);
    }
}

bool weir_stage_run_close(struct weir_batch *batch, uint32_t stage)
{
    struct weir_stage_run *run = &batch->stages[stage];
    if (run->state != WEIR_STAGE_RUNNING || run->done_count < run->partition_count) {
        return false;
    }
    run->state = WEIR_STAGE_DONE;
    batch->stages_left--;
    return true;
}

bool weir_partition_run_has(const struct weir_partition_run *run, uint32_t bucket)
{
    if (run->buckets != NULL) {
        return ((run->buckets[bucket / 64] >> (bucket % 64)) & 1) != 0;
    }
    return run->has_blocks && bucket == 0;
}
