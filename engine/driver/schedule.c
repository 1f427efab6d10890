/* SPDX-License-Identifier: Apache-2.0 */
/* From a batch to tasks: which stages may start, and what happens when a task ends. A stage that is
 * done is noted in driver->closed, and only its readers are looked at again. */
#include "driver/private.h"

/* ---- who reads whom ---- */
/* Calls add for every (stage read, reader), readers in ascending order, each pair once. */
static void each_reader(const struct weir_driver *driver,
                        void (*add)(struct weir_driver_stage *from,
                                    const struct weir_dependency *by,
                                    uint32_t reader))
{
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        const struct weir_stage *stage = &driver->plan->stages[s];
        for (uint32_t i = 0; i < stage->dependency_count; i++) {
            const struct weir_dependency *dependency = &stage->dependencies[i];
            if (dependency->kind != WEIR_DEPEND_INPUT &&
                dependency->kind != WEIR_DEPEND_WINDOW_INPUT) {
                add(&driver->stages[dependency->from], dependency, s);
            }
        }
    }
}

static void count_reader(struct weir_driver_stage *from,
                         const struct weir_dependency *by,
                         uint32_t reader)
{
    (void)reader;
    from->reader_count++;
    from->feeds_window |= by->kind == WEIR_DEPEND_WINDOW;
}

static void add_reader(struct weir_driver_stage *from,
                       const struct weir_dependency *by,
                       uint32_t reader)
{
    (void)by;
    if (from->reader_count == 0 || from->readers[from->reader_count - 1] != reader) {
        from->readers[from->reader_count++] = reader;
    }
}

void weir_driver_find_readers(struct weir_driver *driver)
{
    each_reader(driver, count_reader);
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        struct weir_driver_stage *stage = &driver->stages[s];
        stage->readers =
            weir_arena_alloc(&driver->arena, stage->reader_count * sizeof *stage->readers);
        stage->reader_count = 0;
    }
    each_reader(driver, add_reader);
}

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
static void close_stage(struct weir_driver *driver, struct weir_batch *batch, uint32_t stage)
{
    if (weir_stage_run_close(batch, stage)) {
        WEIR_GROW(driver->closed, driver->closed_count, driver->closed_capacity);
        driver->closed[driver->closed_count++] = (struct weir_driver_closed){batch, stage};
    }
}

static void try_stage(struct weir_driver *driver, struct weir_batch *batch, uint32_t id)
{
    const struct weir_stage *stage = &driver->plan->stages[id];
    if (batch->state != WEIR_BATCH_RUNNING || batch->stages[id].state != WEIR_STAGE_WAITING ||
        !weir_driver_is_ready(driver, batch, stage)) {
        return;
    }
    weir_stage_run_begin(batch, id, weir_driver_count_partitions(driver, batch, stage));
    struct launch launch = {driver, batch, stage, UINT32_MAX};
    weir_driver_walk(driver, batch, stage, launch_partition, &launch);
    close_stage(driver, batch, id);
}

static void try_readers(struct weir_driver *driver, const struct weir_driver_closed *closed)
{
    const struct weir_driver_stage *stage = &driver->stages[closed->stage];
    for (uint32_t r = 0; r < stage->reader_count; r++) {
        try_stage(driver, closed->batch, stage->readers[r]);
    }
    for (uint32_t i = driver->first; stage->feeds_window && i < driver->end; i++) {
        struct weir_batch *later = driver->batches[i];
        for (uint32_t r = 0; later->time_us > closed->batch->time_us && r < stage->reader_count;
             r++) {
            try_stage(driver, later, stage->readers[r]);
        }
    }
}

/* Starts what has waited for the stages that were closed, which may close more. */
static void follow_closed(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->closed_count; i++) {
        struct weir_driver_closed closed = driver->closed[i]; /* the array may move */
        try_readers(driver, &closed);
    }
    driver->closed_count = 0;
}

static void start_batch(struct weir_driver *driver, struct weir_batch *batch)
{
    batch->state = WEIR_BATCH_RUNNING;
    batch->record.started_us = driver->now_us;
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        try_stage(driver, batch, s);
    }
    follow_closed(driver);
}

bool weir_driver_start_batches(struct weir_driver *driver)
{
    bool has_started = false;
    for (uint32_t i = 0; i < driver->options.batches_in_flight && driver->first + i < driver->end &&
                         driver->err.status == WEIR_OK;
         i++) {
        struct weir_batch *batch = driver->batches[driver->first + i];
        if (batch->state == WEIR_BATCH_READY) {
            start_batch(driver, batch);
            has_started = true;
        }
    }
    return has_started;
}

/* ---- the end of a task ---- */
static void retry_or_fail(struct weir_driver *driver,
                          struct weir_batch *batch,
                          const struct weir_message *message)
{
    const struct weir_stage *stage = &driver->plan->stages[message->task.id.stage];
    struct weir_partition_run *partition =
        &batch->stages[stage->id].partitions[message->task.id.partition];
    if (!message->result.may_retry || partition->attempt + 1 >= WEIR_ATTEMPTS_MAX) {
        weir_driver_fail(driver, message->result.status, message->text);
        return;
    }
    partition->attempt++;
    batch->record.retries++;
    struct launch launch = {driver, batch, stage, message->task.id.partition};
    weir_driver_walk(driver, batch, stage, launch_partition, &launch);
}

/* Input records that a source's part turned out to hold; received records were counted when the
 * batch opened. */
static void count_read(struct weir_driver *driver,
                       struct weir_batch *batch,
                       const struct weir_message *message)
{
    batch->record.records_in += message->result.records_in;
    driver->records_seen += message->result.records_in;
}

/* Another attempt was faster, or the batch is over. */
static bool is_stale(const struct weir_batch *batch, const struct weir_task_id *id)
{
    if (batch == NULL) {
        return true;
    }
    const struct weir_stage_run *run = &batch->stages[id->stage];
    WEIR_ASSERT(id->partition < run->partition_count);
    const struct weir_partition_run *partition = &run->partitions[id->partition];
    return partition->is_done || partition->attempt != id->attempt;
}

void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message)
{
    const struct weir_task_id *id = &message->task.id;
    struct weir_batch *batch = weir_driver_batch(driver, id->batch_us);
    const struct weir_stage *stage = &driver->plan->stages[id->stage];
    driver->outstanding--;
    if (is_stale(batch, id)) {
        return;
    }
    if (message->result.status != WEIR_OK) {
        if (driver->err.status == WEIR_OK) {
            retry_or_fail(driver, batch, message);
        }
        return;
    }
    count_read(driver, batch, message);
    batch->record.bad_records += message->result.bad_records;
    if (stage->exit == WEIR_EXIT_SINK) {
        batch->record.rows_out += message->result.rows_out;
    }
    weir_stage_run_done(batch, stage, message);
    close_stage(driver, batch, stage->id);
    if (driver->err.status == WEIR_OK) {
        follow_closed(driver);
    }
    driver->closed_count = 0;
}
