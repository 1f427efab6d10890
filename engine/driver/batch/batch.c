/* SPDX-License-Identifier: Apache-2.0 */
/* The bookkeeping of one batch: no decisions here. */
#include "driver/batch/batch.h"

#include <string.h>

static void release_failures(struct weir_batch *batch)
{
    for (uint32_t s = 0; s < batch->stage_count; s++) {
        weir_failure_release(batch->stages[s].failure);
    }
    weir_failure_release(batch->failure);
}

/* Empty, with room for its stages; an old batch's memory is used again. */
static struct weir_batch *make(const struct weir_plan *plan,
                               int64_t time_us,
                               struct weir_batch *spare)
{
    struct weir_batch *batch = spare != NULL ? spare : weir_alloc(sizeof *batch);
    release_failures(batch);
    struct weir_arena arena = batch->arena;
    weir_arena_reset(&arena);
    *batch = (struct weir_batch){.time_us = time_us, .arena = arena};
    batch->record.batch_us = time_us;
    batch->stage_count = plan->stage_count;
    batch->stages = weir_arena_alloc(&batch->arena, plan->stage_count * sizeof *batch->stages);
    return batch;
}

struct weir_batch *weir_batch_create(const struct weir_plan *plan,
                                     int64_t time_us,
                                     int64_t zero_us,
                                     struct weir_batch *spare)
{
    struct weir_batch *batch = make(plan, time_us, spare);
    for (uint32_t i = 0; i < plan->stage_count; i++) {
        const struct weir_stage *stage = &plan->stages[i];
        bool has_rdd = !stage->is_static && (time_us - zero_us) % stage->slide_us == 0;
        batch->stages[i].state = has_rdd ? WEIR_STAGE_WAITING : WEIR_STAGE_OFF;
        batch->stages_left += has_rdd ? 1 : 0;
    }
    return batch;
}

struct weir_batch *weir_batch_create_table(const struct weir_plan *plan, int64_t time_us)
{
    struct weir_batch *batch = make(plan, time_us, NULL);
    batch->stage_us = weir_arena_alloc(&batch->arena, plan->stage_count * sizeof *batch->stage_us);
    batch->reads = weir_arena_alloc(&batch->arena, plan->input_count * sizeof *batch->reads);
    return batch;
}

void weir_batch_destroy(struct weir_batch *batch)
{
    if (batch != NULL) {
        release_failures(batch);
        weir_arena_finish(&batch->arena);
        weir_free(batch);
    }
}

void weir_batch_fail(struct weir_batch *batch, struct weir_failure *failure)
{
    if (batch->failure == NULL) {
        batch->failure = weir_failure_retain(failure);
    }
}

/* ---- stages ---- */
void weir_stage_run_begin(struct weir_batch *batch, uint32_t stage, uint32_t partition_count)
{
    struct weir_stage_run *run = &batch->stages[stage];
    WEIR_ASSERT(run->state == WEIR_STAGE_WAITING);
    run->partition_count = partition_count;
    run->partitions =
        weir_arena_alloc(&batch->arena, (size_t)partition_count * sizeof *run->partitions);
    run->state = WEIR_STAGE_RUNNING;
}

void weir_stage_run_skip(struct weir_batch *batch, uint32_t stage)
{
    WEIR_ASSERT(batch->stages[stage].state == WEIR_STAGE_WAITING);
    batch->stages[stage].state = WEIR_STAGE_OFF;
    batch->stages_left--;
}

void weir_stage_run_fail(struct weir_batch *batch, uint32_t stage, struct weir_failure *failure)
{
    struct weir_stage_run *run = &batch->stages[stage];
    WEIR_ASSERT(run->state == WEIR_STAGE_WAITING || run->state == WEIR_STAGE_RUNNING);
    run->state = WEIR_STAGE_FAILED;
    run->failure = weir_failure_retain(failure);
    batch->stages_left--;
}

/* A version holds copies, not references: which versions are alive is then nobody's affair. */
void weir_stage_run_copy(struct weir_batch *batch, const struct weir_batch *from, uint32_t stage)
{
    const struct weir_stage_run *old = &from->stages[stage];
    struct weir_stage_run *run = &batch->stages[stage];
    *run = *old;
    run->failure = NULL;
    run->partitions =
        weir_arena_alloc(&batch->arena, (size_t)old->partition_count * sizeof *run->partitions);
    if (old->partition_count > 0) {
        memcpy(run->partitions, old->partitions, old->partition_count * sizeof *run->partitions);
    }
    for (uint32_t p = 0; p < old->partition_count; p++) {
        struct weir_partition_run *partition = &run->partitions[p];
        if (partition->buckets != NULL) {
            size_t bytes = old->bucket_words * sizeof *partition->buckets;
            partition->buckets = weir_arena_alloc(&batch->arena, bytes);
            memcpy(partition->buckets, old->partitions[p].buckets, bytes);
        }
    }
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
    size_t words = ((size_t)stage->bucket_count + 63) / 64;
    batch->stages[stage->id].bucket_words = words;
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
