/* SPDX-License-Identifier: Apache-2.0 */
/* From a batch to tasks: which stages may start, and what happens when a task ends. */
#include "driver/private.h"

/* ---- sending tasks ---- */
struct launch {
    struct weir_driver *driver;
    struct weir_batch *batch;
    const struct weir_stage *stage;
    uint32_t only; /* a retry: just this partition; else UINT32_MAX */
};

static void send_task(struct launch *launch,
                      uint32_t partition,
                      const struct weir_partition_input *input)
{
    struct weir_stage_run *run = &launch->batch->stages[launch->stage->id];
    struct weir_message *message = weir_message_create(WEIR_MESSAGE_TASK_RUN);
    struct weir_message_task *task = &message->task;
    task->id = (struct weir_task_id){.stage = launch->stage->id,
                                     .partition = partition,
                                     .attempt = run->partitions[partition].attempt,
                                     .batch_us = launch->batch->time_us};
    task->partition_count = run->partition_count;
    task->zero_us = launch->driver->zero_us;
    task->dependency = input->dependency;
    task->has_range = input->has_range;
    if (input->has_range) {
        task->range = weir_message_bytes(message, input->range.bytes, input->range.count);
    }
    struct weir_slice *slices =
        weir_arena_alloc(&message->arena, (input->slice_count + 1) * sizeof *slices);
    for (uint32_t i = 0; i < input->slice_count; i++) {
        slices[i] = input->slices[i];
    }
    task->slices = slices;
    task->slice_count = input->slice_count;
    run->task_count++;
    run->tasks_out++;
    launch->batch->tasks_out++;
    launch->batch->record.tasks++;
    weir_driver_request(launch->driver, message);
}

static bool launch_partition(void *owner,
                             uint32_t partition,
                             const struct weir_partition_input *input)
{
    struct launch *launch = owner;
    if (launch->only != UINT32_MAX && partition != launch->only) {
        return true;
    }
    struct weir_stage_run *run = &launch->batch->stages[launch->stage->id];
    if (input->slice_count == 0 && !input->has_range && !input->needs_empty) {
        run->partitions[partition].is_done = true; /* nothing in, nothing out: no task */
        run->done_count++;
        return true;
    }
    send_task(launch, partition, input);
    return partition != launch->only;
}

/* ---- stages ---- */
static void note_closed(struct weir_driver *driver, struct weir_batch *batch, uint32_t stage)
{
    WEIR_GROW(driver->closed, driver->closed_count, driver->closed_capacity);
    driver->closed[driver->closed_count++] = (struct weir_driver_closed){batch, stage};
}

static void fail_stage(struct weir_driver *driver,
                       struct weir_batch *batch,
                       uint32_t stage,
                       struct weir_failure *failure)
{
    weir_stage_run_fail(batch, stage, failure);
    note_closed(driver, batch, stage);
}

void weir_driver_try_stage(struct weir_driver *driver, struct weir_batch *batch, uint32_t id)
{
    const struct weir_stage *stage = &driver->plan->stages[id];
    struct weir_failure *why;
    if (batch->state != WEIR_BATCH_RUNNING || batch->stages[id].state != WEIR_STAGE_WAITING) {
        return;
    }
    enum weir_readiness readiness = weir_driver_is_ready(driver, batch, stage, &why);
    if (readiness == WEIR_CANNOT) {
        fail_stage(driver, batch, id, why);
    }
    if (readiness != WEIR_IS_READY) {
        return;
    }
    weir_stage_run_begin(batch, id, weir_driver_count_partitions(driver, batch, stage));
    struct launch launch = {driver, batch, stage, UINT32_MAX};
    weir_driver_walk(driver, batch, stage, launch_partition, &launch);
    if (weir_stage_run_close(batch, id)) {
        note_closed(driver, batch, id);
    }
}

/* ---- batches ---- */
void weir_driver_run_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    batch->state = WEIR_BATCH_RUNNING;
    batch->record.started_us = driver->now_us;
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        weir_driver_try_stage(driver, batch, s);
    }
}

static void start_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    weir_driver_form(driver, batch);
    if (driver->err.status == WEIR_OK) {
        weir_driver_run_batch(driver, batch);
        weir_driver_follow_closed(driver);
    }
}

bool weir_driver_start_batches(struct weir_driver *driver)
{
    bool has_started = false;
    for (uint32_t i = 0; i < driver->options.batches_in_flight && driver->first + i < driver->end &&
                         driver->err.status == WEIR_OK;
         i++) {
        struct weir_batch *batch = driver->batches[driver->first + i];
        if (batch->state == WEIR_BATCH_READY) {
            if (!weir_driver_table_is_there(batch->table)) {
                break; /* later ones wait too: RDDs are formed in order of time */
            }
            start_batch(driver, batch);
            has_started = true;
        }
    }
    return has_started;
}

/* ---- the end of a task ---- */
void weir_driver_send_again(struct weir_driver *driver, const struct weir_retry *retry)
{
    struct weir_batch *batch = weir_driver_batch_of(driver, retry->stage, retry->batch_us);
    if (batch == NULL || batch->stages[retry->stage].state != WEIR_STAGE_RUNNING) {
        return; /* another partition has failed for good */
    }
    struct launch launch = {driver, batch, &driver->plan->stages[retry->stage], retry->partition};
    weir_driver_walk(driver, batch, launch.stage, launch_partition, &launch);
}

static const char *name_of(const struct weir_stage *stage)
{
    const struct weir_node *node = stage->node != NULL ? stage->node : stage->head;
    if (node == NULL) {
        return "a stream";
    }
    return node->name != NULL ? node->name : weir_verb_name(node->verb);
}

static void fail_for_good(struct weir_driver *driver,
                          struct weir_batch *batch,
                          const struct weir_message *message)
{
    const struct weir_stage *stage = &driver->plan->stages[message->task.id.stage];
    const struct weir_batch_failure what = {.phase = WEIR_PHASE_RUN,
                                            .status = message->result.status,
                                            .batch_us = batch->time_us,
                                            .partition = message->task.id.partition,
                                            .at = name_of(stage),
                                            .text = message->text};
    if (stage->is_static) {
        weir_driver_fail(driver, what.status, what.text); /* nothing can run without the table */
        return;
    }
    struct weir_failure *failure = weir_driver_failure(driver, &what);
    if (failure != NULL) {
        fail_stage(driver, batch, stage->id, failure);
        weir_failure_release(failure);
    }
}

static void retry_or_fail(struct weir_driver *driver,
                          struct weir_batch *batch,
                          const struct weir_message *message)
{
    const struct weir_task_id *id = &message->task.id;
    struct weir_partition_run *partition = &batch->stages[id->stage].partitions[id->partition];
    if (!weir_driver_may_retry(driver, message->result.may_retry, partition->attempt)) {
        fail_for_good(driver, batch, message);
        return;
    }
    batch->record.retries++;
    weir_driver_retry(driver,
                      (struct weir_retry){.kind = WEIR_RETRY_TASK,
                                          .batch_us = id->batch_us,
                                          .stage = id->stage,
                                          .partition = id->partition},
                      partition->attempt++);
}

/* Input records that a source's part turned out to hold; received records were counted when the
 * batch opened. Tables are of no batch. */
static void count_read(struct weir_driver *driver,
                       struct weir_batch *batch,
                       const struct weir_message *message)
{
    batch->record.bad_records += message->result.bad_records;
    if (batch->stage_us == NULL) {
        batch->record.records_in += message->result.records_in;
        driver->records_seen += message->result.records_in;
    }
}

/* Another attempt was faster, or the stage has failed meanwhile. */
static bool is_stale(const struct weir_stage_run *run, const struct weir_task_id *id)
{
    WEIR_ASSERT(id->partition < run->partition_count);
    const struct weir_partition_run *partition = &run->partitions[id->partition];
    return run->state == WEIR_STAGE_FAILED || partition->is_done ||
           partition->attempt != id->attempt;
}

static void take_done(struct weir_driver *driver,
                      struct weir_batch *batch,
                      const struct weir_message *message)
{
    const struct weir_stage *stage = &driver->plan->stages[message->task.id.stage];
    count_read(driver, batch, message);
    if (stage->exit == WEIR_EXIT_SINK) {
        batch->record.rows_out += message->result.rows_out;
    }
    weir_stage_run_done(batch, stage, message);
    if (weir_stage_run_close(batch, stage->id)) {
        note_closed(driver, batch, stage->id);
    }
}

void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message)
{
    const struct weir_task_id *id = &message->task.id;
    struct weir_batch *batch = weir_driver_batch_of(driver, id->stage, id->batch_us);
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL); /* it is not over before all have answered */
    struct weir_stage_run *run = &batch->stages[id->stage];
    run->tasks_out--;
    batch->tasks_out--;
    if (is_stale(run, id)) {
        if (run->tasks_out == 0) {
            note_closed(driver, batch, id->stage); /* a state that waits for its readers */
        }
    } else if (message->result.status == WEIR_OK) {
        take_done(driver, batch, message);
    } else if (driver->err.status == WEIR_OK) {
        retry_or_fail(driver, batch, message);
    }
    if (driver->err.status == WEIR_OK) {
        weir_driver_follow_closed(driver);
    }
    driver->closed_count = 0;
}
