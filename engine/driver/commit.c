/* SPDX-License-Identifier: Apache-2.0 */
/* What goes out, in order: outputs of a batch as declared, batches by time; then the ledger's
 * commit. */
#include "driver/private.h"

static void send_commit(struct weir_driver *driver, struct weir_batch *batch)
{
    uint32_t output = batch->next_output;
    const struct weir_stage_run *run = &batch->stages[driver->plan->output_stages[output]];
    struct weir_message *commit = weir_message_create(WEIR_MESSAGE_COMMIT);
    weir_bytes *tokens =
        weir_arena_alloc(&commit->arena, ((size_t)run->partition_count + 1) * sizeof *tokens);
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
    weir_driver_request(driver, commit);
}

static void tell_sources(struct weir_driver *driver, const struct weir_batch *batch)
{
    for (uint32_t i = 0; i < driver->plan->input_count; i++) {
        const struct weir_ledger_input *input = &batch->ledger->inputs[i];
        const struct weir_node *node = driver->plan->inputs[i].node;
        if (driver->plan->inputs[i].is_receiver || input->to.bytes == NULL ||
            node->op->source->committed == NULL) {
            continue;
        }
        struct weir_message *message = weir_message_create(WEIR_MESSAGE_COMMITTED_TO);
        message->input = i;
        message->batch_us = batch->time_us;
        message->bytes = weir_message_bytes(message, input->to.bytes, input->to.count);
        weir_driver_request(driver, message);
    }
}

/* A failed batch is handed on like any other; its failure lives until the next step. */
static void report(struct weir_driver *driver, struct weir_batch *batch)
{
    struct weir_driver_actions *actions = driver->actions;
    if (batch->failure != NULL) {
        batch->record.failed_in = batch->failure->what.phase;
        batch->record.failure = &batch->failure->what;
        WEIR_GROW(driver->told, driver->told_count, driver->told_capacity);
        driver->told[driver->told_count++] = weir_failure_retain(batch->failure);
    }
    WEIR_GROW(actions->committed, actions->committed_count, actions->committed_capacity);
    actions->committed[actions->committed_count++] = batch->record;
}

static void finish_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    batch->record.finished_us = driver->now_us;
    driver->committed_us = batch->time_us;
    driver->first++;
    weir_ledger_commit(driver->ledger, batch->time_us);
    report(driver, batch);
    if (driver->options.until_records > 0 &&
        driver->records_seen >= driver->options.until_records) {
        driver->has_last = true;
    }
    tell_sources(driver, batch);
    weir_driver_forget(driver, batch);
    weir_batch_destroy(driver->spare);
    driver->spare = batch;
}

/* The next output of the batch: sends its commit (not once the job has failed), or skips it if it
 * has no RDD at this time, or failed. False: nothing to do now. */
static bool commit_next_output(struct weir_driver *driver, struct weir_batch *batch)
{
    const struct weir_stage_run *run =
        &batch->stages[driver->plan->output_stages[batch->next_output]];
    if (run->state == WEIR_STAGE_FAILED) {
        weir_batch_fail(batch, run->failure);
    }
    if (run->state == WEIR_STAGE_FAILED || run->state == WEIR_STAGE_OFF) {
        batch->next_output++;
        return true;
    }
    bool may_commit = driver->err.status == WEIR_OK && !batch->is_committing;
    if (may_commit && run->state == WEIR_STAGE_DONE) {
        send_commit(driver, batch);
    }
    return false;
}

void weir_driver_commit(struct weir_driver *driver)
{
    struct weir_batch *batch;
    /* a commit that was under way when the job failed still counts: its output is out */
    while ((batch = weir_driver_oldest(driver)) != NULL && batch->state == WEIR_BATCH_RUNNING) {
        while (batch->next_output < driver->plan->output_count &&
               commit_next_output(driver, batch)) {
        }
        if (batch->next_output < driver->plan->output_count || batch->stages_left > 0 ||
            batch->tasks_out > 0) {
            return;
        }
        finish_batch(driver, batch);
    }
}

static void fail_commit(struct weir_driver *driver,
                        struct weir_batch *batch,
                        const struct weir_message *message)
{
    const struct weir_batch_failure what = {
        .phase = WEIR_PHASE_RUN,
        .status = message->status,
        .batch_us = batch->time_us,
        .at = weir_graph_stream_name(driver->graph, message->output),
        .text = message->text};
    struct weir_failure *failure = weir_driver_failure(driver, &what);
    if (failure != NULL) {
        weir_batch_fail(batch, failure);
        weir_failure_release(failure);
        batch->is_committing = false;
        batch->commit_attempt = 0;
        batch->next_output++;
    }
}

void weir_driver_take_commit(struct weir_driver *driver, const struct weir_message *message)
{
    struct weir_batch *batch = weir_driver_batch(driver, message->batch_us);
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL && batch->is_committing && batch->next_output == message->output);
    if (message->status == WEIR_OK) {
        batch->is_committing = false;
        batch->next_output++;
        batch->commit_attempt = 0;
    } else if (weir_driver_may_retry(driver, message->result.may_retry, batch->commit_attempt)) {
        batch->record.retries++;
        weir_driver_retry(
            driver, (struct weir_retry){.kind = WEIR_RETRY_COMMIT, .batch_us = batch->time_us},
            batch->commit_attempt++);
    } else {
        fail_commit(driver, batch, message);
    }
}

void weir_driver_commit_again(struct weir_driver *driver, int64_t batch_us)
{
    struct weir_batch *batch = weir_driver_batch(driver, batch_us);
    WEIR_ASSERT(batch != NULL && batch->is_committing);
    batch->is_committing = false; /* sent by the next look at the oldest batch */
}
