/* SPDX-License-Identifier: Apache-2.0 */
/* From a batch to tasks: which stages may start, which blocks each of their partitions reads, what
 * happens when a task ends. The order in which slices are listed is the fixed merge order:
 * dependency, batch time, map partition. */
#include "block/block.h"
#include "driver/private.h"

struct weir_batch *weir_driver_batch(const struct weir_driver *driver, int64_t time_us)
{
    for (uint32_t i = driver->batch_count; i-- > 0;) {
        if (driver->batches[i]->time_us == time_us) {
            return driver->batches[i];
        }
    }
    return NULL;
}

/* Walks a dependency's RDDs, oldest first: the batch itself, or those of its window. */
struct rdd_walk {
    int64_t at_us, end_us, step_us;
};

static struct rdd_walk walk_rdds(const struct weir_driver *driver,
                                 const struct weir_dependency *dependency,
                                 int64_t batch_us)
{
    if (dependency->length_us == 0) {
        return (struct rdd_walk){batch_us, batch_us, driver->graph->batch_us};
    }
    int64_t step = dependency->parent_slide_us;
    int64_t first = batch_us - dependency->length_us + step;
    while (first <= driver->zero_us) {
        first += step; /* the first windows are partial */
    }
    return (struct rdd_walk){first, batch_us, step};
}

/* ---- one partition's input ---- */
struct task_input { /* what a partition reads: one slice, a source's part, or many slices of a
                       shuffle */
    uint32_t slice_count, slice_capacity;
    struct weir_slice *slices;
    weir_bytes range;
    bool has_range, needs_empty;
    uint32_t dependency; /* of the stage */
};

/* Called for each partition of a stage in order; `visitor` returns false to stop the walk. */
typedef bool (*visit_partition)(void *owner, uint32_t partition, const struct task_input *input);

struct partition_walk {
    const struct weir_driver *driver;
    const struct weir_batch *batch;
    visit_partition visit;
    void *owner;
    uint32_t next;           /* partition number */
    uint32_t dependency;     /* of the stage: the one under way */
    struct task_input input; /* reused */
};

static bool visit_one_slice(struct partition_walk *walk, bool is_there, struct weir_slice slice)
{
    struct weir_slice one[1] = {slice};
    struct task_input input = {
        .slice_count = is_there ? 1 : 0, .slices = one, .dependency = walk->dependency};
    return walk->visit(walk->owner, walk->next++, &input);
}

static bool walk_input(struct partition_walk *walk,
                       uint32_t from,
                       const struct weir_ledger_batch *ledger)
{
    const struct weir_ledger_input *input = &ledger->inputs[from];
    for (uint32_t i = 0; i < input->block_count; i++) {
        struct weir_slice slice = {
            .owner = WEIR_BLOCK_INPUT + from, .partition = input->blocks[i].number, .count = 1};
        if (!visit_one_slice(walk, true, slice)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < input->part_count; i++) {
        struct task_input part = {
            .range = input->parts[i], .has_range = true, .dependency = walk->dependency};
        if (!walk->visit(walk->owner, walk->next++, &part)) {
            return false;
        }
    }
    return true;
}

static bool walk_blocks(struct partition_walk *walk, uint32_t from, const struct weir_batch *batch)
{
    const struct weir_stage_run *run = &batch->stages[from];
    for (uint32_t p = 0; p < run->partition_count; p++) {
        struct weir_slice slice = {
            .owner = from, .partition = p, .count = 1, .batch_us = batch->time_us};
        if (!visit_one_slice(walk, weir_partition_run_has(&run->partitions[p], 0), slice)) {
            return false;
        }
    }
    return true;
}

static bool walk_shuffle(struct partition_walk *walk, uint32_t from)
{
    const struct weir_stage *map = &walk->driver->plan->stages[from];
    const struct weir_stage_run *run = &walk->batch->stages[from];
    struct task_input *input = &walk->input;
    for (uint32_t bucket = 0; bucket < map->bucket_count; bucket++) {
        input->slice_count = 0;
        input->needs_empty = map->needs_empty;
        for (uint32_t p = 0; p < run->partition_count; p++) {
            if (weir_partition_run_has(&run->partitions[p], bucket)) {
                WEIR_GROW(input->slices, input->slice_count, input->slice_capacity);
                input->slices[input->slice_count++] =
                    (struct weir_slice){.owner = from,
                                        .partition = p,
                                        .bucket = bucket,
                                        .count = 1,
                                        .batch_us = walk->batch->time_us};
            }
        }
        if (!walk->visit(walk->owner, walk->next++, input)) {
            return false;
        }
    }
    return true;
}

static bool walk_dependency(struct partition_walk *walk, const struct weir_dependency *dependency)
{
    if (dependency->kind == WEIR_DEPEND_SHUFFLE) {
        return walk_shuffle(walk, dependency->from);
    }
    const struct weir_driver *driver = walk->driver;
    struct rdd_walk rdds = walk_rdds(driver, dependency, walk->batch->time_us);
    for (; rdds.at_us <= rdds.end_us; rdds.at_us += rdds.step_us) {
        const struct weir_batch *batch = weir_driver_batch(driver, rdds.at_us);
        WEIR_ASSERT(batch != NULL);
        bool is_input =
            dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
        if (is_input ? !walk_input(walk, dependency->from, batch->ledger)
                     : !walk_blocks(walk, dependency->from, batch)) {
            return false;
        }
    }
    return true;
}

/* Visits all partitions of a stage; returns how many there were. */
static uint32_t walk_partitions(const struct weir_driver *driver,
                                const struct weir_batch *batch,
                                const struct weir_stage *stage,
                                visit_partition visit,
                                void *owner)
{
    struct partition_walk walk = {driver, batch, visit, owner, 0, 0, {0}};
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        walk.dependency = i;
        if (!walk_dependency(&walk, &stage->dependencies[i])) {
            break;
        }
    }
    weir_free(walk.input.slices);
    return walk.next;
}

static bool count_only(void *owner, uint32_t partition, const struct task_input *input)
{
    (void)owner;
    (void)partition;
    (void)input;
    return true;
}

/* ---- sending tasks ---- */
struct launch {
    struct weir_driver *driver;
    struct weir_batch *batch;
    const struct weir_stage *stage;
    uint32_t only; /* a retry: just this partition; else UINT32_MAX */
};

static void send_task(struct launch *launch, uint32_t partition, const struct task_input *input)
{
    struct weir_stage_run *run = &launch->batch->stages[launch->stage->id];
    struct weir_message *message = weir_message_create(WEIR_MESSAGE_TASK_RUN);
    struct weir_message_task *task = &message->task;
    task->id = (struct weir_task_id){.stage = launch->stage->id,
                                     .partition = partition,
                                     .attempt = run->partitions[partition].attempt,
                                     .batch_us = launch->batch->time_us};
    task->partition_count = run->partition_count;
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
    launch->driver->outstanding++;
    launch->batch->record.tasks++;
    weir_driver_send(launch->driver, message);
}

static bool launch_partition(void *owner, uint32_t partition, const struct task_input *input)
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
    run->task_count++;
    send_task(launch, partition, input);
    return partition != launch->only;
}

/* Are the RDDs that the stage reads there? */
static bool is_ready(const struct weir_driver *driver,
                     const struct weir_batch *batch,
                     const struct weir_stage *stage)
{
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        bool is_input =
            dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
        struct rdd_walk rdds = walk_rdds(driver, dependency, batch->time_us);
        for (; rdds.at_us <= rdds.end_us; rdds.at_us += rdds.step_us) {
            const struct weir_batch *of = weir_driver_batch(driver, rdds.at_us);
            WEIR_ASSERT(of != NULL);
            if (is_input ? of->state == WEIR_BATCH_ASKING
                         : of->stages[dependency->from].state != WEIR_STAGE_DONE) {
                return false;
            }
        }
    }
    return true;
}

static void start_stage(struct weir_driver *driver,
                        struct weir_batch *batch,
                        const struct weir_stage *stage)
{
    uint32_t count = walk_partitions(driver, batch, stage, count_only, NULL);
    weir_stage_run_begin(batch, stage->id, count);
    struct launch launch = {driver, batch, stage, UINT32_MAX};
    (void)walk_partitions(driver, batch, stage, launch_partition, &launch);
    struct weir_stage_run *run = &batch->stages[stage->id];
    if (run->done_count == run->partition_count) {
        run->state = WEIR_STAGE_DONE;
    }
}

void weir_driver_schedule(struct weir_driver *driver, struct weir_batch *batch)
{
    if (batch->state != WEIR_BATCH_RUNNING || driver->err.status != WEIR_OK) {
        return;
    }
    for (uint32_t i = 0; i < driver->plan->stage_count; i++) {
        const struct weir_stage *stage = &driver->plan->stages[i];
        if (batch->stages[i].state == WEIR_STAGE_WAITING && is_ready(driver, batch, stage)) {
            start_stage(driver, batch, stage);
        }
    }
}

/* Later batches may have waited for this one's blocks. */
static void schedule_from(struct weir_driver *driver, const struct weir_batch *batch)
{
    for (uint32_t i = 0; i < driver->batch_count; i++) {
        if (driver->batches[i]->time_us >= batch->time_us) {
            weir_driver_schedule(driver, driver->batches[i]);
        }
    }
}

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
    (void)walk_partitions(driver, batch, stage, launch_partition, &launch);
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

void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message)
{
    const struct weir_task_id *id = &message->task.id;
    struct weir_batch *batch = weir_driver_batch(driver, id->batch_us);
    const struct weir_stage *stage = &driver->plan->stages[id->stage];
    driver->outstanding--;
    WEIR_ASSERT(batch != NULL && id->partition < batch->stages[id->stage].partition_count);
    struct weir_stage_run *run = &batch->stages[id->stage];
    if (run->partitions[id->partition].is_done ||
        run->partitions[id->partition].attempt != id->attempt) {
        return; /* a stale attempt */
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
    if (run->done_count == run->partition_count) {
        run->state = WEIR_STAGE_DONE;
        schedule_from(driver, batch);
    }
}
