/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in memory: waiting blocks per input, and the batches since the last trim in order of
 * time. */
#include "ledger/ledger.h"

#include <string.h>

struct waiting { /* received blocks no batch has taken yet */
    struct weir_ledger_block *blocks;
    uint32_t count, capacity;
};

struct weir_ledger {
    uint32_t input_count;
    struct waiting *waiting;
    uint64_t waiting_bytes, waiting_rows;
    struct weir_ledger_batch **batches; /* [0, count), by time */
    uint32_t count, capacity;
    int64_t newest_us, committed_us;
    bool has_any, has_committed;
};

struct weir_ledger *weir_ledger_create(uint32_t input_count)
{
    struct weir_ledger *ledger = weir_alloc(sizeof *ledger);
    ledger->input_count = input_count;
    ledger->waiting = weir_alloc((input_count + 1) * sizeof *ledger->waiting);
    return ledger;
}

static void destroy_batch(struct weir_ledger_batch *batch)
{
    weir_arena_finish(&batch->arena);
    weir_free(batch);
}

void weir_ledger_destroy(struct weir_ledger *ledger)
{
    if (ledger == NULL) {
        return;
    }
    for (uint32_t i = 0; i < ledger->count; i++) {
        destroy_batch(ledger->batches[i]);
    }
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        weir_free(ledger->waiting[i].blocks);
    }
    weir_free(ledger->batches);
    weir_free(ledger->waiting);
    weir_free(ledger);
}

void weir_ledger_add_block(struct weir_ledger *ledger,
                           uint32_t input,
                           const struct weir_ledger_block *block)
{
    WEIR_ASSERT(input < ledger->input_count);
    struct waiting *waiting = &ledger->waiting[input];
    WEIR_GROW(waiting->blocks, waiting->count, waiting->capacity);
    waiting->blocks[waiting->count++] = *block;
    ledger->waiting_bytes += block->bytes;
    ledger->waiting_rows += block->rows;
}

uint64_t weir_ledger_waiting_bytes(const struct weir_ledger *ledger)
{
    return ledger->waiting_bytes;
}

uint64_t weir_ledger_waiting_rows(const struct weir_ledger *ledger)
{
    return ledger->waiting_rows;
}

/* Everything that waits at this input now belongs to the batch. */
static void take_waiting(struct waiting *waiting,
                         struct weir_ledger_input *input,
                         struct weir_arena *arena)
{
    if (waiting->count == 0) {
        return;
    }
    struct weir_ledger_block *blocks =
        weir_arena_alloc(arena, waiting->count * sizeof *waiting->blocks);
    memcpy(blocks, waiting->blocks, waiting->count * sizeof *blocks);
    for (uint32_t i = 0; i < waiting->count; i++) {
        input->records += blocks[i].rows;
    }
    input->blocks = blocks;
    input->block_count = waiting->count;
    waiting->count = 0;
}

struct weir_ledger_batch *weir_ledger_open(struct weir_ledger *ledger, int64_t batch_us)
{
    WEIR_ASSERT(!ledger->has_any || batch_us > ledger->newest_us);
    struct weir_ledger_batch *batch = weir_alloc(sizeof *batch);
    weir_arena_init(&batch->arena);
    batch->batch_us = batch_us;
    batch->state = WEIR_LEDGER_OPENED;
    batch->input_count = ledger->input_count;
    batch->inputs =
        weir_arena_alloc(&batch->arena, (ledger->input_count + 1) * sizeof *batch->inputs);
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        take_waiting(&ledger->waiting[i], &batch->inputs[i], &batch->arena);
    }
    ledger->waiting_bytes = ledger->waiting_rows = 0;
    WEIR_GROW(ledger->batches, ledger->count, ledger->capacity);
    ledger->batches[ledger->count++] = batch;
    ledger->newest_us = batch_us;
    ledger->has_any = true;
    return batch;
}

static weir_bytes copy_bytes(struct weir_arena *arena, weir_bytes bytes)
{
    const char *copy = weir_arena_strndup(arena, (const char *)bytes.bytes, bytes.count);
    return (weir_bytes){(const uint8_t *)copy, bytes.count};
}

void weir_ledger_set_range(struct weir_ledger_batch *batch,
                           uint32_t input_index,
                           const weir_bytes *parts,
                           uint32_t count,
                           weir_bytes to,
                           uint64_t records)
{
    WEIR_ASSERT(input_index < batch->input_count);
    struct weir_ledger_input *input = &batch->inputs[input_index];
    weir_bytes *copies = weir_arena_alloc(&batch->arena, (count + 1) * sizeof *copies);
    for (uint32_t i = 0; i < count; i++) {
        copies[i] = copy_bytes(&batch->arena, parts[i]);
    }
    input->parts = copies;
    input->part_count = count;
    input->to = copy_bytes(&batch->arena, to);
    input->records = records;
}

/* Index of the first batch at or after the time: batches are sorted by it. */
static uint32_t find(const struct weir_ledger *ledger, int64_t batch_us)
{
    uint32_t low = 0;
    uint32_t high = ledger->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ledger->batches[middle]->batch_us < batch_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct weir_ledger_batch *weir_ledger_batch(struct weir_ledger *ledger, int64_t batch_us)
{
    uint32_t i = find(ledger, batch_us);
    bool is_there = i < ledger->count && ledger->batches[i]->batch_us == batch_us;
    return is_there ? ledger->batches[i] : NULL;
}

void weir_ledger_commit(struct weir_ledger *ledger, int64_t batch_us)
{
    struct weir_ledger_batch *batch = weir_ledger_batch(ledger, batch_us);
    WEIR_ASSERT(batch != NULL && batch->state == WEIR_LEDGER_OPENED);
    WEIR_ASSERT(!ledger->has_committed || batch_us > ledger->committed_us);
    batch->state = WEIR_LEDGER_COMMITTED;
    ledger->committed_us = batch_us;
    ledger->has_committed = true;
}

void weir_ledger_trim(struct weir_ledger *ledger, int64_t before_us)
{
    uint32_t end = find(ledger, before_us);
    uint32_t gone = 0;
    while (gone < end && ledger->batches[gone]->state == WEIR_LEDGER_COMMITTED) {
        destroy_batch(ledger->batches[gone++]);
    }
    if (gone > 0) {
        memmove(ledger->batches, ledger->batches + gone,
                (ledger->count - gone) * sizeof *ledger->batches);
        ledger->count -= gone;
    }
}
