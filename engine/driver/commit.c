/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out, in order: outputs of a batch as declared, batches by time; then the ledger's
 * commit, and the dropping of blocks that no window can need again. */
#include "block/block.h"
#include "driver/private.h"

static struct weir_batch *oldest_uncommitted(const struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->batch_count; i++) {
        if (driver->batches[i]->state != WEIR_BATCH_COMMITTED) {
            return driver->batches[i];
        }
    }
    return NULL;
}

static void send_commit(struct weir_driver *driver, struct weir_batch *batch, uint32_t output)
{
    const struct weir_stage_run *run = &batch->stages[driver->plan->output_stages[output]];
    struct weir_message *commit = weir_message_create(WEIR_MESSAGE_COMMIT);
    weir_bytes *tokens =
        weir_arena_alloc(&commit->arena, (run->partition_count + 1) * sizeof *tokens);
    for (uint32_t p = 0; p < run->partition_count; p++) {
        const weir_bytes *token = &run->partitions[p].token;
        if (token->bytes != NULL) {
            tokens[commit->item_count++] = weir_message_bytes(commit, token->bytes, token->count);
        }
    }
    commit->items = tokens;
    commit->output = output;
    commit->batch_us = batch->time_us;
    batch->is_committing = true;
    driver->outstanding++;
    weir_driver_send(driver, commit);
}

/* Blocks of a batch that is `time_us` old are needed by windows up to remember_us later. */
static bool is_needed(const struct weir_driver *driver, int64_t time_us, int64_t remember_us)
{
    return time_us + remember_us > driver->committed_us + driver->graph->batch_us;
}

struct drop_list {
    struct weir_message *message;
    struct weir_slice *slices;
    uint32_t capacity;
};

static void drop(struct drop_list *list, struct weir_slice slice)
{
    WEIR_GROW(list->slices, list->message->slice_count, list->capacity);
    list->slices[list->message->slice_count++] = slice;
}

static void drop_stage(struct weir_driver *driver,
                       struct weir_batch *batch,
                       const struct weir_stage *stage,
                       struct drop_list *list)
{
    struct weir_stage_run *run = &batch->stages[stage->id];
    if (run->task_count > 0 && stage->exit != WEIR_EXIT_SINK &&
        !is_needed(driver, batch->time_us, stage->remember_us)) {
        uint32_t buckets = stage->exit == WEIR_EXIT_SHUFFLE ? stage->bucket_count : 1;
        drop(list, (struct weir_slice){.owner = stage->id,
                                       .count = run->partition_count,
                                       .bucket = buckets,
                                       .batch_us = batch->time_us});
        run->task_count = 0; /* dropped once */
    }
}

static void drop_received(struct weir_driver *driver,
                          struct weir_batch *batch,
                          uint32_t input_index,
                          struct drop_list *list)
{
    struct weir_ledger_input *input = &batch->ledger->inputs[input_index];
    if (is_needed(driver, batch->time_us, driver->plan->inputs[input_index].remember_us)) {
        return;
    }
    for (uint32_t i = 0; i < input->block_count; i++) {
        drop(list, (struct weir_slice){.owner = WEIR_BLOCK_INPUT + input_index,
                                       .partition = input->blocks[i].number,
                                       .count = 1,
                                       .bucket = 1});
    }
    input->block_count = 0;
}

static int64_t longest_remember(const struct weir_driver *driver)
{
    int64_t longest = 0;
    for (uint32_t i = 0; i < driver->plan->stage_count; i++) {
        int64_t us = driver->plan->stages[i].remember_us;
        longest = us > longest ? us : longest;
    }
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        int64_t us = driver->plan->inputs[i].remember_us;
        longest = us > longest ? us : longest;
    }
    return longest;
}

/* Forgets committed batches that no window reaches any more. */
static void forget_batches(struct weir_driver *driver)
{
    int64_t longest = longest_remember(driver);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < driver->batch_count; i++) {
        struct weir_batch *batch = driver->batches[i];
        if (batch->state == WEIR_BATCH_COMMITTED && !is_needed(driver, batch->time_us, longest)) {
            weir_ledger_trim(driver->ledger, batch->time_us + 1);
            weir_batch_destroy(batch);
        } else {
            driver->batches[kept++] = batch;
        }
    }
    driver->batch_count = kept;
}

static void drop_old_blocks(struct weir_driver *driver)
{
    struct drop_list list = {.message = weir_message_create(WEIR_MESSAGE_DROP)};
    for (uint32_t i = 0; i < driver->batch_count; i++) {
        struct weir_batch *batch = driver->batches[i];
        if (batch->state != WEIR_BATCH_COMMITTED) {
            continue;
        }
        for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
            drop_stage(driver, batch, &driver->plan->stages[s], &list);
        }
        for (uint32_t k = 0; k < driver->plan->input_count; k++) {
            drop_received(driver, batch, k, &list);
        }
    }
    struct weir_slice *slices =
        weir_arena_alloc(&list.message->arena, (list.message->slice_count + 1) * sizeof *slices);
    for (uint32_t i = 0; i < list.message->slice_count; i++) {
        slices[i] = list.slices[i];
    }
    list.message->slices = slices;
    weir_free(list.slices);
    if (list.message->slice_count > 0) {
        weir_driver_send(driver, list.message);
    } else {
        weir_message_destroy(list.message);
    }
}

static void tell_sources(struct weir_driver *driver, const struct weir_batch *batch)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        const struct weir_ledger_input *input = &batch->ledger->inputs[i];
        const struct weir_node *node = driver->plan->inputs[i].node;
        if (driver->plan->inputs[i].is_receiver || input->to.count == 0 ||
            node->op->source->committed == NULL) {
            continue;
        }
        struct weir_message *message = weir_message_create(WEIR_MESSAGE_COMMITTED_TO);
        message->input = i;
        message->bytes = weir_message_bytes(message, input->to.bytes, input->to.count);
        weir_driver_send(driver, message);
    }
}

static void finish_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    struct weir_driver_actions *actions = driver->actions;
    batch->state = WEIR_BATCH_COMMITTED;
    batch->record.finished_us = driver->now_us;
    driver->uncommitted--;
    driver->committed_us = batch->time_us;
    weir_ledger_commit(driver->ledger, batch->time_us);
    WEIR_GROW(actions->committed, actions->committed_count, actions->committed_capacity);
    actions->committed[actions->committed_count++] = batch->record;
    if (driver->options.until_records > 0 &&
        driver->records_seen >= driver->options.until_records) {
        driver->has_last = true;
    }
    tell_sources(driver, batch);
    drop_old_blocks(driver);
    forget_batches(driver);
}

/* The next output of the batch: sends its commit, or skips it if it has no RDD at this time. False:
 * nothing to do now. */
static bool commit_next_output(struct weir_driver *driver, struct weir_batch *batch)
{
    uint32_t stage = driver->plan->output_stages[batch->next_output];
    if (batch->stages[stage].state == WEIR_STAGE_OFF) {
        batch->next_output++;
        return true;
    }
    if (!batch->is_committing && batch->stages[stage].state == WEIR_STAGE_DONE) {
        send_commit(driver, batch, batch->next_output);
    }
    return false;
}

void weir_driver_commit(struct weir_driver *driver)
{
    struct weir_batch *batch;
    while (driver->err.status == WEIR_OK && (batch = oldest_uncommitted(driver)) != NULL &&
           batch->state == WEIR_BATCH_RUNNING) {
        while (batch->next_output < driver->plan->output_count &&
               commit_next_output(driver, batch)) {
        }
        if (batch->next_output < driver->plan->output_count ||
            !weir_batch_is_computed(batch, driver->plan)) {
            return;
        }
        finish_batch(driver, batch);
    }
}

void weir_driver_take_commit(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_batch *batch = weir_driver_batch(driver, message->batch_us);
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL && batch->is_committing && batch->next_output == message->output);
    batch->is_committing = false;
    if (message->status != WEIR_OK) {
        weir_driver_fail(driver, message->status, message->text);
        return;
    }
    batch->next_output++;
}
