/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in: blocks that receivers closed, ranges that sources name, the opening of batches. */
#include "driver/private.h"

#include <string.h>

static void set_text(struct weir_text *text, const void *bytes, size_t count)
{
    text->count = 0;
    weir_text_append(text, bytes, count);
}

static void ask_source(struct weir_driver *driver, struct weir_batch *batch, uint32_t input)
{
    const struct weir_driver_options *options = &driver->options;
    struct weir_message *ask = weir_message_create(WEIR_MESSAGE_SOURCE_NEXT);
    const struct weir_text *from = &driver->inputs[input].from;
    ask->input = input;
    ask->batch_us = batch->time_us;
    ask->bytes = weir_message_bytes(ask, from->bytes, from->count);
    ask->source = (struct weir_message_source){
        .bytes_max = options->batch_bytes,
        .start_us = driver->start_us,
        .interval_us = driver->graph->batch_us,
        .parts_max = driver->graph->partitions,
    };
    batch->asked++;
    driver->outstanding++;
    weir_driver_send(driver, ask);
}

/* The batch has all its input: what waits for nothing may start. */
static void begin_running(struct weir_driver *driver, struct weir_batch *batch)
{
    batch->state = WEIR_BATCH_RUNNING;
    batch->record.started_us = driver->now_us;
    weir_driver_schedule(driver, batch);
}

static void count_received(struct weir_driver *driver, struct weir_batch *batch)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        const struct weir_ledger_input *input = &batch->ledger->inputs[i];
        batch->record.records_in += input->records;
        for (uint32_t b = 0; b < input->block_count; b++) {
            batch->record.bytes_in += input->blocks[b].bytes;
        }
    }
    driver->records_seen += batch->record.records_in;
}

/* Is this batch the last one the job may have, as far as is known when it opens? */
static bool is_last(const struct weir_driver *driver, const struct weir_batch *batch)
{
    const struct weir_driver_options *options = &driver->options;
    return (options->until_us > 0 && batch->time_us - driver->zero_us >= options->until_us) ||
           (options->until_records > 0 && driver->records_seen >= options->until_records);
}

void weir_driver_open_batch(struct weir_driver *driver)
{
    struct weir_batch *batch = weir_batch_create(driver->plan, driver->next_us, driver->zero_us);
    WEIR_GROW(driver->batches, driver->batch_count, driver->batch_capacity);
    driver->batches[driver->batch_count++] = batch;
    driver->uncommitted++;
    driver->next_us += driver->graph->batch_us;
    batch->state = WEIR_BATCH_ASKING;
    batch->record.due_us = driver->graph->is_finite ? driver->now_us : batch->time_us;
    batch->ledger = weir_ledger_open(driver->ledger, batch->time_us);
    count_received(driver, batch);
    driver->has_last |= is_last(driver, batch);
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (!driver->plan->inputs[i].is_receiver && !driver->inputs[i].has_ended) {
            ask_source(driver, batch, i);
        }
    }
    if (batch->asked == 0) {
        begin_running(driver, batch);
    }
}

void weir_driver_take_range(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_batch *batch = weir_driver_batch(driver, message->batch_us);
    struct weir_driver_input *input = &driver->inputs[message->input];
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL && batch->asked > 0);
    batch->asked--;
    if (message->status != WEIR_OK) {
        weir_driver_fail(driver, message->status, message->text);
        return;
    }
    weir_ledger_set_range(batch->ledger, message->input, message->items, message->item_count,
                          message->bytes, message->source.records);
    set_text(&input->from, message->bytes.bytes, message->bytes.count);
    batch->record.bytes_in += message->source.byte_count;
    input->has_ended |= message->source.is_last;
    if (batch->asked == 0 && driver->err.status == WEIR_OK) {
        if (driver->graph->is_finite && weir_driver_inputs_ended(driver)) {
            driver->has_last = true;
        }
        begin_running(driver, batch);
    }
}

void weir_driver_take_block(struct weir_driver *driver, const struct weir_message *message)
{
    driver->inputs[message->input].was_reached = true;
    struct weir_ledger_block block = {message->number, message->rows, message->byte_count};
    weir_ledger_add_block(driver->ledger, message->input, &block);
}

void weir_driver_take_receiver_state(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_driver_input *input = &driver->inputs[message->input];
    const char *text = message->text == NULL ? "" : message->text;
    switch (message->receiver_state) {
    case WEIR_RECEIVER_CONNECTED:
        input->was_reached = true;
        break;
    case WEIR_RECEIVER_WAITING:
        set_text(&input->why, text, strlen(text));
        break;
    case WEIR_RECEIVER_ENDED:
        input->has_ended = true;
        if (message->status != WEIR_OK) {
            weir_driver_fail(driver, message->status, text);
        }
        break;
    }
}

void weir_driver_stop_receivers(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        struct weir_driver_input *input = &driver->inputs[i];
        if (driver->plan->inputs[i].is_receiver && !input->has_ended && !input->is_stopping) {
            struct weir_message *stop = weir_message_create(WEIR_MESSAGE_RECEIVER_STOP);
            stop->input = i;
            input->is_stopping = true;
            weir_driver_send(driver, stop);
        }
    }
}

bool weir_driver_inputs_ended(const struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (!driver->inputs[i].has_ended) {
            return false;
        }
    }
    return true;
}
