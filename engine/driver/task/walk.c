/* SPDX-License-Identifier: Apache-2.0 */
/* What each partition of a stage reads. Without a head the partitions are those of the stage's
 * dependencies, one after the other; with a head every partition reads its share of each of them.
 */
#include "block/block.h"
#include "driver/private.h"

/* ---- one RDD ---- */
static uint32_t rdd_partitions(const struct weir_rdd *rdd)
{
    if (rdd->input != NULL) {
        return rdd->input->block_count + rdd->input->part_count;
    }
    return rdd->run != NULL ? rdd->run->partition_count : rdd->kept->partition_count;
}

/* Did partition p of the stage leave anything for the bucket (blocks: 0)? */
static bool rdd_has(const struct weir_rdd *rdd, uint32_t partition, uint32_t bucket)
{
    return rdd->run != NULL ? weir_partition_run_has(&rdd->run->partitions[partition], bucket)
                            : weir_kept_rdd_has(rdd->kept, partition);
}

/* ---- counting ---- */
/* How many blocks, or parts, a dependency has in all. */
static uint32_t count_slices(const struct weir_driver *driver,
                             const struct weir_batch *batch,
                             const struct weir_dependency *dependency)
{
    uint32_t count = 0;
    struct weir_rdd_times times = weir_driver_rdd_times(driver, dependency, batch->time_us);
    for (; times.at_us <= times.end_us; times.at_us += times.step_us) {
        struct weir_rdd rdd = weir_driver_rdd(driver, batch, dependency, times.at_us);
        count += rdd_partitions(&rdd);
    }
    return count;
}

/* A partition of a long window reads so many blocks: else a window of many small batches would have
 * a task for each of them. It depends on nothing but their number. Operators that see partitions as
 * such see those of the window. */
static uint32_t slices_per_partition(const struct weir_stage *stage,
                                     const struct weir_dependency *dependency,
                                     uint32_t count)
{
    bool is_long =
        dependency->length_us > 0 && !stage->runs_empty && count > WEIR_WINDOW_PARTITIONS_MAX;
    return is_long ? (count - 1) / WEIR_WINDOW_PARTITIONS_MAX + 1 : 1;
}

/* A head without a shuffle (cartesian) has the partitions of its first operand. */
static uint32_t head_partitions(const struct weir_driver *driver,
                                const struct weir_batch *batch,
                                const struct weir_stage *stage)
{
    uint32_t width = driver->stages[stage->id].width;
    return width > 0 ? width : count_slices(driver, batch, &stage->dependencies[0]);
}

uint32_t weir_driver_count_partitions(const struct weir_driver *driver,
                                      const struct weir_batch *batch,
                                      const struct weir_stage *stage)
{
    if (stage->head != NULL) {
        return head_partitions(driver, batch, stage);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        uint32_t slices = count_slices(driver, batch, dependency);
        uint32_t each = slices_per_partition(stage, dependency, slices);
        count += (slices + each - 1) / each;
    }
    return count;
}

/* ---- visiting ---- */
struct partition_walk {
    const struct weir_driver *driver;
    const struct weir_batch *batch;
    const struct weir_stage *stage;
    weir_partition_visitor visit;
    void *owner;
    uint32_t next;                     /* partition number */
    uint32_t per_partition, gathered;  /* slices; of the dependency under way */
    uint32_t dependency;               /* under way */
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
    slice.dependency = walk->dependency;
    slice.count = 1;
    WEIR_GROW(input->slices, input->slice_count, input->slice_capacity);
    input->slices[input->slice_count++] = slice;
}

static struct weir_slice received_slice(uint32_t from, const struct weir_ledger_block *block)
{
    return (struct weir_slice){.owner = WEIR_BLOCK_INPUT + from, .partition = block->number};
}

static struct weir_slice left_slice(uint32_t from,
                                    const struct weir_rdd *rdd,
                                    uint32_t partition,
                                    uint32_t bucket)
{
    return (struct weir_slice){
        .owner = from, .partition = partition, .bucket = bucket, .batch_us = rdd->batch_us};
}

/* ---- without a head: partition after partition ---- */
/* One more block of the dependency is gathered. */
static bool take_slice(struct partition_walk *walk)
{
    return ++walk->gathered < walk->per_partition || visit(walk);
}

static bool walk_input(struct partition_walk *walk,
                       uint32_t from,
                       const struct weir_ledger_input *input)
{
    for (uint32_t i = 0; i < input->block_count; i++) {
        add_slice(walk, received_slice(from, &input->blocks[i]));
        if (!take_slice(walk)) {
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

/* Blocks that are empty are not there, and count all the same. */
static bool walk_blocks(struct partition_walk *walk, uint32_t from, const struct weir_rdd *rdd)
{
    uint32_t count = rdd_partitions(rdd);
    for (uint32_t p = 0; p < count; p++) {
        if (rdd_has(rdd, p, 0)) {
            add_slice(walk, left_slice(from, rdd, p, 0));
        }
        if (!take_slice(walk)) {
            return false;
        }
    }
    return true;
}

static bool walk_dependency(struct partition_walk *walk, const struct weir_dependency *dependency)
{
    const struct weir_driver *driver = walk->driver;
    uint32_t count = dependency->length_us > 0 ? count_slices(driver, walk->batch, dependency) : 0;
    walk->per_partition = slices_per_partition(walk->stage, dependency, count);
    struct weir_rdd_times times = weir_driver_rdd_times(driver, dependency, walk->batch->time_us);
    for (; times.at_us <= times.end_us; times.at_us += times.step_us) {
        struct weir_rdd rdd = weir_driver_rdd(driver, walk->batch, dependency, times.at_us);
        bool goes_on = rdd.input != NULL ? walk_input(walk, dependency->from, rdd.input)
                                         : walk_blocks(walk, dependency->from, &rdd);
        if (!goes_on) {
            return false;
        }
    }
    return walk->gathered == 0 || visit(walk);
}

static void walk_operands(struct partition_walk *walk)
{
    for (uint32_t i = 0; i < walk->stage->dependency_count; i++) {
        walk->input.dependency = walk->dependency = i;
        if (!walk_dependency(walk, &walk->stage->dependencies[i])) {
            return;
        }
    }
}

/* ---- with a head: every partition reads its share of all ---- */
/* A partition's bucket of every map partition. */
static void share_shuffle(struct partition_walk *walk,
                          const struct weir_dependency *dependency,
                          uint32_t partition)
{
    struct weir_rdd rdd =
        weir_driver_rdd(walk->driver, walk->batch, dependency, walk->batch->time_us);
    for (uint32_t p = 0; p < rdd.run->partition_count; p++) {
        if (rdd_has(&rdd, p, partition)) {
            add_slice(walk, left_slice(dependency->from, &rdd, p, partition));
        }
    }
}

/* The partition's own pane of each RDD. */
static void share_panes(struct partition_walk *walk,
                        const struct weir_dependency *dependency,
                        uint32_t partition)
{
    struct weir_rdd_times times =
        weir_driver_rdd_times(walk->driver, dependency, walk->batch->time_us);
    for (; times.at_us <= times.end_us; times.at_us += times.step_us) {
        struct weir_rdd rdd = weir_driver_rdd(walk->driver, walk->batch, dependency, times.at_us);
        if (partition < rdd_partitions(&rdd) && rdd_has(&rdd, partition, 0)) {
            add_slice(walk, left_slice(dependency->from, &rdd, partition, 0));
        }
    }
}

static void share_one(struct partition_walk *walk,
                      const struct weir_dependency *dependency,
                      const struct weir_rdd *rdd,
                      uint32_t partition)
{
    if (rdd->input == NULL) {
        if (rdd_has(rdd, partition, 0)) {
            add_slice(walk, left_slice(dependency->from, rdd, partition, 0));
        }
    } else if (partition < rdd->input->block_count) {
        add_slice(walk, received_slice(dependency->from, &rdd->input->blocks[partition]));
    } else {
        WEIR_ASSERT(walk->dependency == 0 && "a source's second operand is kept as blocks");
        walk->input.has_range = true;
        walk->input.range = rdd->input->parts[partition - rdd->input->block_count];
    }
}

/* A head without a shuffle: the partition's own block of the first operand, all of the others. */
static void share_blocks(struct partition_walk *walk,
                         const struct weir_dependency *dependency,
                         uint32_t partition)
{
    struct weir_rdd_times times =
        weir_driver_rdd_times(walk->driver, dependency, walk->batch->time_us);
    uint32_t before = 0; /* partitions of earlier RDDs: a window's follow one another */
    for (; times.at_us <= times.end_us; times.at_us += times.step_us) {
        struct weir_rdd rdd = weir_driver_rdd(walk->driver, walk->batch, dependency, times.at_us);
        uint32_t count = rdd_partitions(&rdd);
        for (uint32_t p = 0; p < count; p++) {
            if (walk->dependency > 0 || before + p == partition) {
                share_one(walk, dependency, &rdd, p);
            }
        }
        before += count;
    }
}

static void share(struct partition_walk *walk, uint32_t partition)
{
    walk->input.has_range = false;
    for (uint32_t i = 0; i < walk->stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &walk->stage->dependencies[i];
        walk->dependency = i;
        if (dependency->is_initial &&
            weir_driver_has_state(walk->driver, walk->stage, walk->batch->time_us)) {
            continue;
        }
        switch (dependency->kind) {
        case WEIR_DEPEND_SHUFFLE:
            share_shuffle(walk, dependency, partition);
            break;
        case WEIR_DEPEND_STATE: /* the worker holds it */
            break;
        case WEIR_DEPEND_INPUT:
        case WEIR_DEPEND_BLOCKS:
        case WEIR_DEPEND_WINDOW:
        case WEIR_DEPEND_WINDOW_INPUT:
            share_blocks(walk, dependency, partition);
            break;
        case WEIR_DEPEND_PANES:
            share_panes(walk, dependency, partition);
            break;
        }
    }
}

static void walk_head(struct partition_walk *walk)
{
    uint32_t count = head_partitions(walk->driver, walk->batch, walk->stage);
    for (uint32_t p = 0; p < count; p++) {
        share(walk, p);
        if (!visit(walk)) {
            return;
        }
    }
}

/* Does a task run for a partition that reads nothing? A state changes and is read without input. */
static bool runs_empty(const struct weir_driver *driver, const struct weir_stage *stage)
{
    bool is_so = stage->runs_empty || stage->has_state;
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        is_so |= dependency->kind == WEIR_DEPEND_STATE ||
                 (dependency->kind == WEIR_DEPEND_SHUFFLE &&
                  driver->plan->stages[dependency->from].needs_empty);
    }
    return is_so;
}

void weir_driver_walk(const struct weir_driver *driver,
                      const struct weir_batch *batch,
                      const struct weir_stage *stage,
                      weir_partition_visitor visitor,
                      void *owner)
{
    struct partition_walk walk = {
        .driver = driver, .batch = batch, .stage = stage, .visit = visitor, .owner = owner};
    walk.input.needs_empty = runs_empty(driver, stage);
    if (stage->head != NULL) {
        walk_head(&walk);
    } else {
        walk_operands(&walk);
    }
    weir_free(walk.input.slices);
}
