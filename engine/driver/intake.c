/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in: blocks that receivers closed, ranges that sources name, the opening of batches. */
#include "driver/private.h"

#include <string.h>

static void set_text(struct weir_text *text, const void *bytes, size_t count)
{
    text->count = 0;
    weir_text_append(text, bytes, count);
}

/* ---- opening ---- */
void weir_driver_ask_source(struct weir_driver *driver, struct weir_batch *batch, uint32_t input)
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
    weir_driver_request(driver, ask);
}

static void ask_sources(struct weir_driver *driver, struct weir_batch *batch)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        if (!driver->plan->inputs[i].is_receiver && !driver->inputs[i].is_static &&
            !driver->inputs[i].has_ended) {
            driver->inputs[i].attempt = 0;
            driver->inputs[i].asked_us = batch->time_us;
            set_text(&driver->inputs[i].before, driver->inputs[i].from.bytes,
                     driver->inputs[i].from.count);
            weir_driver_ask_source(driver, batch, i);
        }
    }
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

/* Room for one more at the end: committed batches leave theirs at the front. */
static void add_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    uint32_t count = weir_driver_open_count(driver);
    if (driver->end == driver->batch_capacity && driver->first > 0) {
        memmove(driver->batches, driver->batches + driver->first,
                count * sizeof(struct weir_batch *));
        driver->first = 0;
        driver->end = count;
    }
    WEIR_GROW(driver->batches, driver->end, driver->batch_capacity);
    driver->batches[driver->end++] = batch;
}

void weir_driver_open_batch(struct weir_driver *driver)
{
    struct weir_batch *batch =
        weir_batch_create(driver->plan, driver->next_us, driver->zero_us, driver->spare);
    driver->spare = NULL;
    add_batch(driver, batch);
    driver->next_us += driver->graph->batch_us;
    batch->state = WEIR_BATCH_ASKING;
    batch->record.due_us = driver->graph->is_finite ? driver->now_us : batch->time_us;
    batch->ledger = weir_ledger_open(driver->ledger, batch->time_us);
    batch->table = weir_driver_table_for(driver, batch->time_us);
    count_received(driver, batch);
    driver->has_last |= is_last(driver, batch);
    ask_sources(driver, batch);
    if (batch->asked == 0) {
        batch->state = WEIR_BATCH_READY;
    }
}

/* Options may have changed since the checkpoint: what is the last batch is found out anew. */
static void find_last(struct weir_driver *driver, int64_t newest_us)
{
    const struct weir_batch newest = {.time_us = newest_us};
    driver->has_last = newest_us > driver->zero_us && is_last(driver, &newest);
    driver->has_last |=
        driver->graph->is_finite && newest_us > driver->zero_us && weir_driver_inputs_ended(driver);
}

void weir_driver_reopen_batches(struct weir_driver *driver)
{
    for (int64_t at_us = driver->committed_us + driver->graph->batch_us; at_us < driver->next_us;
         at_us += driver->graph->batch_us) {
        struct weir_batch *batch = weir_batch_create(driver->plan, at_us, driver->zero_us, NULL);
        uint64_t seen = driver->records_seen;
        add_batch(driver, batch);
        batch->state = WEIR_BATCH_READY;
        batch->record.due_us = driver->graph->is_finite ? driver->now_us : at_us;
        batch->ledger = weir_ledger_batch(driver->ledger, at_us);
        batch->table = weir_driver_table_for(driver, at_us);
        count_received(driver, batch);
        driver->records_seen = seen; /* they were counted before */
    }
    find_last(driver, driver->next_us - driver->graph->batch_us);
}

/* ---- sources ---- */
static bool is_news(const struct weir_driver_input *input, const struct weir_message *range)
{
    bool stays = range->bytes.count == input->from.count &&
                 (range->bytes.count == 0 ||
                  memcmp(range->bytes.bytes, input->from.bytes, range->bytes.count) == 0);
    return !range->source.is_empty || range->source.is_last || range->source.is_none || !stays;
}

static void take_news(struct weir_driver *driver,
                      struct weir_batch *batch,
                      const struct weir_message *range)
{
    struct weir_driver_input *input = &driver->inputs[range->input];
    weir_ledger_set_range(batch->ledger, range->input, range->items, range->item_count,
                          range->bytes, range->source.records);
    if (range->source.is_none) {
        weir_ledger_set_none(batch->ledger, range->input);
        weir_driver_begin_forming(driver);
    }
    set_text(&input->from, range->bytes.bytes, range->bytes.count);
    batch->record.bytes_in += range->source.byte_count;
    input->has_ended |= range->source.is_last;
    batch->has_news = true;
}

/* All sources have answered. The batches of a finite job follow one another without a clock: one
 * for which there is nothing yet waits, or they would follow for ever. */
static void close_asking(struct weir_driver *driver, struct weir_batch *batch)
{
    if (driver->graph->is_finite && !batch->has_news && !driver->is_stopping) {
        driver->ask_again_us = driver->now_us + WEIR_ASK_PAUSE_US;
        return;
    }
    if (driver->graph->is_finite && weir_driver_inputs_ended(driver)) {
        driver->has_last = true;
    }
    batch->state = WEIR_BATCH_READY;
}

void weir_driver_ask_again(struct weir_driver *driver)
{
    struct weir_batch *batch = weir_driver_newest(driver);
    driver->ask_again_us = -1;
    if (driver->err.status != WEIR_OK) {
        return;
    }
    WEIR_ASSERT(batch != NULL && batch->state == WEIR_BATCH_ASKING && batch->asked == 0);
    if (!driver->is_stopping) {
        ask_sources(driver, batch);
    } else {
        batch->state = WEIR_BATCH_READY;
    }
}

bool weir_driver_ask_once_more(struct weir_driver *driver,
                               struct weir_batch *batch,
                               const struct weir_message *message)
{
    struct weir_driver_input *input = &driver->inputs[message->input];
    if (driver->err.status != WEIR_OK ||
        !weir_driver_may_retry(driver, message->result.may_retry, input->attempt)) {
        weir_driver_fail(driver, message->status, message->text);
        return false;
    }
    batch->record.retries++;
    weir_driver_retry(driver,
                      (struct weir_retry){.kind = WEIR_RETRY_ASK,
                                          .batch_us = batch->time_us,
                                          .input = message->input},
                      input->attempt++);
    return true;
}

static void take_live_range(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_batch *batch = weir_driver_batch(driver, message->batch_us);
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL && batch->asked > 0);
    if (message->status != WEIR_OK) {
        (void)weir_driver_ask_once_more(driver, batch, message);
        return;
    }
    batch->asked--;
    if (is_news(&driver->inputs[message->input], message)) {
        take_news(driver, batch, message);
    }
    if (batch->asked == 0 && driver->err.status == WEIR_OK) {
        close_asking(driver, batch);
    }
}

void weir_driver_take_range(struct weir_driver *driver, const struct weir_message *message)
{
    if (driver->inputs[message->input].is_static) {
        weir_driver_take_table(driver, message);
    } else {
        take_live_range(driver, message);
    }
}

/* ---- receivers ---- */
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
        if (!driver->inputs[i].has_ended && !driver->inputs[i].is_static) {
            return false;
        }
    }
    return true;
}
