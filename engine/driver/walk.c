/* SPDX-License-Identifier: Apache-2.0 */
/* Which blocks each partition of a stage reads. RDDs of committed batches are known from
 * driver->stages[].kept and the ledger, the others from the batches under way. */
#include "block/block.h"
#include "driver/private.h"

/* The RDDs of a dependency, oldest first: that of the batch itself, or those of its window. */
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
    int64_t earliest = driver->zero_us + step; /* the first windows are partial */
    return (struct rdd_walk){first > earliest ? first : earliest, batch_us, step};
}

static bool reads_input(const struct weir_dependency *dependency)
{
    return dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
}

/* ---- counting ---- */
static const struct weir_ledger_batch *ledger_of(const struct weir_driver *driver, int64_t time_us)
{
    const struct weir_batch *batch = weir_driver_batch(driver, time_us);
    const struct weir_ledger_batch *ledger =
        batch != NULL ? batch->ledger : weir_ledger_batch(driver->ledger, time_us);
    WEIR_ASSERT(ledger != NULL);
    return ledger;
}

static uint32_t count_rdd(const struct weir_driver *driver,
                          const struct weir_dependency *dependency,
                          int64_t time_us)
{
    if (reads_input(dependency)) {
        const struct weir_ledger_input *input =
            &ledger_of(driver, time_us)->inputs[dependency->from];
        return input->block_count + input->part_count;
    }
    const struct weir_batch *batch = weir_driver_batch(driver, time_us);
    return batch != NULL
               ? batch->stages[dependency->from].partition_count
               : weir_kept_find(&driver->stages[dependency->from].kept, time_us)->partition_count;
}

/* How many blocks, or parts, a dependency has in all. */
static uint32_t count_slices(const struct weir_driver *driver,
                             const struct weir_dependency *dependency,
                             int64_t batch_us)
{
    uint32_t count = 0;
    struct rdd_walk rdds = walk_rdds(driver, dependency, batch_us);
    for (; rdds.at_us <= rdds.end_us; rdds.at_us += rdds.step_us) {
        count += count_rdd(driver, dependency, rdds.at_us);
    }
    return count;
}

/* A partition of a long window reads so many blocks: else a window of many small batches would have
 * a task for each of them. It depends on nothing but their number. */
static uint32_t slices_per_partition(const struct weir_dependency *dependency, uint32_t count)
{
    bool is_long = dependency->length_us > 0 && count > WEIR_WINDOW_PARTITIONS_MAX;
    return is_long ? (count - 1) / WEIR_WINDOW_PARTITIONS_MAX + 1 : 1;
}

uint32_t weir_driver_count_partitions(const struct weir_driver *driver,
                                      const struct weir_batch *batch,
                                      const struct weir_stage *stage)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        if (dependency->kind == WEIR_DEPEND_SHUFFLE) {
            count += driver->plan->stages[dependency->from].bucket_count;
            continue;
        }
        uint32_t slices = count_slices(driver, dependency, batch->time_us);
        uint32_t each = slices_per_partition(dependency, slices);
        count += (slices + each - 1) / each;
    }
    return count;
}

/* ---- visiting ---- */
struct partition_walk {
    const struct weir_driver *driver;
    const struct weir_batch *batch;
    weir_partition_visitor visit;
    void *owner;
    uint32_t next;                     /* partition number */
    uint32_t per_partition, gathered;  /* slices; of the dependency under way */
    struct weir_partition_input input; /* of the partition under way; reused */
};

static bool visit(struct partition_walk *walk)
{
    bool goes_on = walk->visit(walk->owner, walk->next++, &walk->input);
    walk->input.slice_count = 0;
    walk->gathered = 0;
    return goes_on;
}

static void add_slice(struct partition_walk *walk, struct weir_slice slice)
{
    struct weir_partition_input *input = &walk->input;
    WEIR_GROW(input->slices, input->slice_count, input->slice_capacity);
    input->slices[input->slice_count++] = slice;
}

/* One more block of the dependency, which may be empty and then is not there. */
static bool take_slice(struct partition_walk *walk, bool is_there, struct weir_slice slice)
{
    if (is_there) {
        add_slice(walk, slice);
    }
    return ++walk->gathered < walk->per_partition || visit(walk);
}

static bool walk_input(struct partition_walk *walk,
                       uint32_t from,
                       const struct weir_ledger_batch *ledger)
{
    const struct weir_ledger_input *input = &ledger->inputs[from];
    for (uint32_t i = 0; i < input->block_count; i++) {
        struct weir_slice slice = {
            .owner = WEIR_BLOCK_INPUT + from, .partition = input->blocks[i].number, .count = 1};
        if (!take_slice(walk, true, slice)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < input->part_count; i++) {
        walk->input.has_range = true;
        walk->input.range = input->parts[i];
        if (!visit(walk)) {
            return false;
        }
    }
    walk->input.has_range = false;
    return true;
}

static bool walk_blocks(struct partition_walk *walk, uint32_t from, const struct weir_batch *batch)
{
    const struct weir_stage_run *run = &batch->stages[from];
    for (uint32_t p = 0; p < run->partition_count; p++) {
        struct weir_slice slice = {
            .owner = from, .partition = p, .count = 1, .batch_us = batch->time_us};
        if (!take_slice(walk, run->partitions[p].has_blocks, slice)) {
            return false;
        }
    }
    return true;
}

static bool walk_kept(struct partition_walk *walk, uint32_t from, int64_t time_us)
{
    const struct weir_kept_rdd *rdd = weir_kept_find(&walk->driver->stages[from].kept, time_us);
    for (uint32_t p = 0; p < rdd->partition_count; p++) {
        struct weir_slice slice = {.owner = from, .partition = p, .count = 1, .batch_us = time_us};
        if (!take_slice(walk, weir_kept_rdd_has(rdd, p), slice)) {
            return false;
        }
    }
    return true;
}

static bool walk_shuffle(struct partition_walk *walk, uint32_t from)
{
    const struct weir_stage *map = &walk->driver->plan->stages[from];
    const struct weir_stage_run *run = &walk->batch->stages[from];
    walk->input.needs_empty = map->needs_empty;
    for (uint32_t bucket = 0; bucket < map->bucket_count; bucket++) {
        for (uint32_t p = 0; p < run->partition_count; p++) {
            if (weir_partition_run_has(&run->partitions[p], bucket)) {
                add_slice(walk, (struct weir_slice){.owner = from,
                                                    .partition = p,
                                                    .bucket = bucket,
                                                    .count = 1,
                                                    .batch_us = walk->batch->time_us});
            }
        }
        if (!visit(walk)) {
            return false;
        }
    }
    return true;
}

static bool walk_rdd(struct partition_walk *walk,
                     const struct weir_dependency *dependency,
                     int64_t time_us)
{
    if (reads_input(dependency)) {
        return walk_input(walk, dependency->from, ledger_of(walk->driver, time_us));
    }
    const struct weir_batch *batch = weir_driver_batch(walk->driver, time_us);
    return batch != NULL ? walk_blocks(walk, dependency->from, batch)
                         : walk_kept(walk, dependency->from, time_us);
}

static bool walk_dependency(struct partition_walk *walk, const struct weir_dependency *dependency)
{
    if (dependency->kind == WEIR_DEPEND_SHUFFLE) {
        return walk_shuffle(walk, dependency->from);
    }
    int64_t batch_us = walk->batch->time_us;
    walk->per_partition =
        dependency->length_us == 0
            ? 1
            : slices_per_partition(dependency, count_slices(walk->driver, dependency, batch_us));
    struct rdd_walk rdds = walk_rdds(walk->driver, dependency, batch_us);
    for (; rdds.at_us <= rdds.end_us; rdds.at_us += rdds.step_us) {
        if (!walk_rdd(walk, dependency, rdds.at_us)) {
            return false;
        }
    }
    return walk->gathered == 0 || visit(walk);
}

void weir_driver_walk(const struct weir_driver *driver,
                      const struct weir_batch *batch,
                      const struct weir_stage *stage,
                      weir_partition_visitor visitor,
                      void *owner)
{
    struct partition_walk walk = {
        .driver = driver, .batch = batch, .visit = visitor, .owner = owner};
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        walk.input.dependency = i;
        if (!walk_dependency(&walk, &stage->dependencies[i])) {
            break;
        }
    }
    weir_free(walk.input.slices);
}

/* ---- readiness ---- */
static bool is_there(const struct weir_driver *driver,
                     const struct weir_dependency *dependency,
                     int64_t time_us)
{
    const struct weir_batch *batch = weir_driver_batch(driver, time_us);
    WEIR_ASSERT(batch != NULL);
    return reads_input(dependency) ? batch->state != WEIR_BATCH_ASKING
                                   : batch->stages[dependency->from].state == WEIR_STAGE_DONE;
}

/* What is committed is there: only the batches under way are looked at, however long the window. */
static bool is_dependency_there(const struct weir_driver *driver,
                                const struct weir_dependency *dependency,
                                int64_t batch_us)
{
    struct rdd_walk rdds = walk_rdds(driver, dependency, batch_us);
    if (rdds.at_us <= driver->committed_us) {
        int64_t committed = (driver->committed_us - rdds.at_us) / rdds.step_us + 1;
        rdds.at_us += committed * rdds.step_us;
    }
    for (; rdds.at_us <= rdds.end_us; rdds.at_us += rdds.step_us) {
        if (!is_there(driver, dependency, rdds.at_us)) {
            return false;
        }
    }
    return true;
}

bool weir_driver_is_ready(const struct weir_driver *driver,
                          const struct weir_batch *batch,
                          const struct weir_stage *stage)
{
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        if (!is_dependency_there(driver, &stage->dependencies[i], batch->time_us)) {
            return false;
        }
    }
    return true;
}
