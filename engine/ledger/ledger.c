/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger in memory: waiting blocks per input, and the batches since the last trim in order of
 * time. */
#include "ledger/ledger.h"

#include "ledger/private.h"

#include <string.h>

struct weir_ledger *weir_ledger_create(uint32_t input_count)
{
    struct weir_ledger *ledger = weir_alloc(sizeof *ledger);
    ledger->input_count = input_count;
    ledger->waiting = weir_alloc((input_count + 1) * sizeof *ledger->waiting);
    return ledger;
}

void weir_ledger_batch_destroy(struct weir_ledger_batch *batch)
{
    if (batch == NULL) {
        return;
    }
    for (uint32_t i = 0; i < batch->input_count; i++) {
        weir_free(batch->inputs[i].blocks);
        weir_free(batch->inputs[i].parts); /* the bytes lie behind it */
    }
    weir_free(batch);
}

void weir_ledger_destroy(struct weir_ledger *ledger)
{
    if (ledger == NULL) {
        return;
    }
    for (size_t i = ledger->first; i < ledger->end; i++) {
        weir_ledger_batch_destroy(ledger->batches[i]);
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
    struct weir_ledger_waiting *waiting = &ledger->waiting[input];
    WEIR_GROW(waiting->blocks, waiting->count, waiting->capacity);
    waiting->blocks[waiting->count++] = *block;
    ledger->waiting_blocks++;
    ledger->waiting_bytes += block->bytes;
    ledger->waiting_rows += block->rows;
}

uint64_t weir_ledger_waiting_blocks(const struct weir_ledger *ledger)
{
    return ledger->waiting_blocks;
}

uint64_t weir_ledger_waiting_bytes(const struct weir_ledger *ledger)
{
    return ledger->waiting_bytes;
}

uint64_t weir_ledger_waiting_rows(const struct weir_ledger *ledger)
{
    return ledger->waiting_rows;
}

const struct weir_ledger_block *weir_ledger_waiting_block(const struct weir_ledger *ledger,
                                                          uint32_t input,
                                                          uint32_t i)
{
    const struct weir_ledger_waiting *waiting = &ledger->waiting[input];
    return i < waiting->count ? &waiting->blocks[i] : NULL;
}

/* Everything that waits at this input now belongs to the batch. */
static void take_waiting(struct weir_ledger_waiting *waiting, struct weir_ledger_input *input)
{
    if (waiting->count == 0) {
        return;
    }
    input->blocks = weir_alloc(waiting->count * sizeof *input->blocks);
    memcpy(input->blocks, waiting->blocks, waiting->count * sizeof *input->blocks);
    for (uint32_t i = 0; i < waiting->count; i++) {
        input->records += waiting->blocks[i].rows;
    }
    input->block_count = waiting->count;
    waiting->count = 0;
}

/* Room for one more at the end: the front that was trimmed is used again before the array grows. */
static void make_room(struct weir_ledger *ledger)
{
    size_t count = ledger->end - ledger->first;
    if (ledger->end == ledger->capacity && ledger->first > ledger->capacity / 2) {
        memmove(ledger->batches, ledger->batches + ledger->first, count * sizeof *ledger->batches);
        ledger->first = 0;
        ledger->end = count;
    }
    WEIR_GROW(ledger->batches, ledger->end, ledger->capacity);
}

struct weir_ledger_batch *weir_ledger_batch_create(uint32_t input_count, int64_t batch_us)
{
    struct weir_ledger_batch *batch =
        weir_alloc(sizeof *batch + input_count * sizeof batch->inputs[0]);
    batch->batch_us = batch_us;
    batch->state = WEIR_LEDGER_OPENED;
    batch->input_count = input_count;
    return batch;
}

struct weir_ledger_batch *weir_ledger_open_empty(struct weir_ledger *ledger, int64_t batch_us)
{
    WEIR_ASSERT(!ledger->has_any || batch_us > ledger->newest_us);
    struct weir_ledger_batch *batch = weir_ledger_batch_create(ledger->input_count, batch_us);
    make_room(ledger);
    ledger->batches[ledger->end++] = batch;
    ledger->newest_us = batch_us;
    ledger->has_any = true;
    return batch;
}

struct weir_ledger_batch *weir_ledger_open(struct weir_ledger *ledger, int64_t batch_us)
{
    struct weir_ledger_batch *batch = weir_ledger_open_empty(ledger, batch_us);
    for (uint32_t i = 0; i < ledger->input_count; i++) {
        take_waiting(&ledger->waiting[i], &batch->inputs[i]);
    }
    ledger->waiting_blocks = ledger->waiting_bytes = ledger->waiting_rows = 0;
    return batch;
}

static weir_bytes copy_bytes(uint8_t **at, weir_bytes bytes)
{
    weir_bytes copy = {*at, bytes.count};
    if (bytes.count > 0) {
        memcpy(*at, bytes.bytes, bytes.count);
    }
    *at += bytes.count;
    return copy;
}

void weir_ledger_set_range(struct weir_ledger_batch *batch,
                           uint32_t input_index,
                           const weir_bytes *parts,
                           uint32_t count,
                           weir_bytes to,
                           uint64_t records)
{
    WEIR_ASSERT(input_index < batch->input_count && batch->inputs[input_index].parts == NULL);
    struct weir_ledger_input *input = &batch->inputs[input_index];
    size_t bytes = to.count;
    for (uint32_t i = 0; i < count; i++) {
        bytes += parts[i].count;
    }
    input->parts = weir_alloc(count * sizeof *input->parts + bytes);
    uint8_t *at = (uint8_t *)(input->parts + count);
    for (uint32_t i = 0; i < count; i++) {
        input->parts[i] = copy_bytes(&at, parts[i]);
    }
    input->part_count = count;
    input->to = copy_bytes(&at, to);
    input->records = records;
}

void weir_ledger_set_none(struct weir_ledger_batch *batch, uint32_t input)
{
    batch->inputs[input].is_none = true;
}

void weir_ledger_add_range(struct weir_ledger_batch *batch,
                           uint32_t input_index,
                           const weir_bytes *parts,
                           uint32_t count)
{
    struct weir_ledger_input *input = &batch->inputs[input_index];
    struct weir_ledger_input old = *input;
    uint32_t all = old.part_count + count;
    weir_bytes *joined = weir_alloc((all + 1) * sizeof *joined);
    for (uint32_t i = 0; i < all; i++) {
        joined[i] = i < old.part_count ? old.parts[i] : parts[i - old.part_count];
    }
    *input = (struct weir_ledger_input){0};
    weir_ledger_set_range(batch, input_index, joined, all, (weir_bytes){0}, 0);
    weir_free(joined);
    weir_free(old.parts);
}

void weir_ledger_copy_input(struct weir_ledger_batch *batch,
                            const struct weir_ledger_batch *from,
                            uint32_t input)
{
    weir_ledger_add_range(batch, input, from->inputs[input].parts, from->inputs[input].part_count);
}

/* Index of the first batch at or after the time: batches are sorted by it. */
static size_t find(const struct weir_ledger *ledger, int64_t batch_us)
{
    size_t low = ledger->first;
    size_t high = ledger->end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ledger->batches[middle]->batch_us < batch_us) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Batches come at even distances, as a rule: then the first look is right. */
static size_t guess(const struct weir_ledger *ledger, int64_t batch_us)
{
    size_t count = ledger->end - ledger->first;
    int64_t oldest_us = count == 0 ? 0 : ledger->batches[ledger->first]->batch_us;
    if (count < 2 || batch_us < oldest_us) {
        return ledger->first;
    }
    int64_t each_us = (ledger->newest_us - oldest_us) / (int64_t)(count - 1);
    size_t at = (size_t)((batch_us - oldest_us) / each_us);
    return ledger->first + (at < count ? at : count - 1);
}

struct weir_ledger_batch *weir_ledger_batch(struct weir_ledger *ledger, int64_t batch_us)
{
    size_t i = guess(ledger, batch_us);
    if (i < ledger->end && ledger->batches[i]->batch_us == batch_us) {
        return ledger->batches[i];
    }
    i = find(ledger, batch_us);
    bool is_there = i < ledger->end && ledger->batches[i]->batch_us == batch_us;
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

struct weir_ledger_batch *weir_ledger_oldest(struct weir_ledger *ledger)
{
    return ledger->first == ledger->end ? NULL : ledger->batches[ledger->first];
}

void weir_ledger_trim(struct weir_ledger *ledger, int64_t before_us)
{
    struct weir_ledger_batch *oldest;
    while ((oldest = weir_ledger_oldest(ledger)) != NULL && oldest->batch_us < before_us &&
           oldest->state == WEIR_LEDGER_COMMITTED) {
        weir_ledger_batch_destroy(oldest);
        ledger->first++;
    }
    if (ledger->first == ledger->end) {
        ledger->first = ledger->end = 0;
    }
}

int64_t weir_ledger_newest_us(const struct weir_ledger *ledger)
{
    return ledger->first == ledger->end ? INT64_MIN : ledger->batches[ledger->end - 1]->batch_us;
}

size_t weir_ledger_count(const struct weir_ledger *ledger)
{
    return ledger->end - ledger->first;
}
