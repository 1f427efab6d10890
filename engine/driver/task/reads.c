/* SPDX-License-Identifier: Apache-2.0 */
/* Which RDDs a dependency reads, where they are, and whether they are there. RDDs of committed
 * batches are known from driver->stages[].kept and the ledger, those of tables from their version,
 * the others from the batches under way. */
#include "driver/private.h"

bool weir_driver_reads_input(const struct weir_dependency *dependency)
{
    return dependency->kind == WEIR_DEPEND_INPUT || dependency->kind == WEIR_DEPEND_WINDOW_INPUT;
}

struct weir_rdd_times weir_driver_rdd_times(const struct weir_driver *driver,
                                            const struct weir_dependency *dependency,
                                            int64_t batch_us)
{
    if (dependency->length_us == 0) {
        return (struct weir_rdd_times){batch_us, batch_us, driver->graph->batch_us};
    }
    int64_t step = dependency->parent_slide_us;
    int64_t end = batch_us - dependency->delay_us;
    int64_t first = end - dependency->length_us + step;
    int64_t earliest = driver->zero_us + step; /* the first windows are partial */
    return (struct weir_rdd_times){first > earliest ? first : earliest, end, step};
}

/* ---- where it is ---- */
static const struct weir_ledger_batch *ledger_of(const struct weir_driver *driver, int64_t time_us)
{
    const struct weir_batch *batch = weir_driver_batch(driver, time_us);
    const struct weir_ledger_batch *ledger =
        batch != NULL ? batch->ledger : weir_ledger_batch(driver->ledger, time_us);
    WEIR_ASSERT(ledger != NULL);
    return ledger;
}

static struct weir_rdd table_rdd(const struct weir_batch *batch,
                                 const struct weir_dependency *dependency)
{
    const struct weir_batch *table = batch->stage_us != NULL ? batch : batch->table;
    WEIR_ASSERT(table != NULL);
    if (weir_driver_reads_input(dependency)) {
        return (struct weir_rdd){.input = &table->ledger->inputs[dependency->from]};
    }
    return (struct weir_rdd){.run = &table->stages[dependency->from],
                             .batch_us = table->stage_us[dependency->from]};
}

struct weir_rdd weir_driver_rdd(const struct weir_driver *driver,
                                const struct weir_batch *batch,
                                const struct weir_dependency *dependency,
                                int64_t time_us)
{
    if (batch->stage_us != NULL || dependency->is_static) {
        return table_rdd(batch, dependency);
    }
    if (weir_driver_reads_input(dependency)) {
        return (struct weir_rdd){.input = &ledger_of(driver, time_us)->inputs[dependency->from],
                                 .batch_us = time_us};
    }
    const struct weir_batch *under_way = weir_driver_batch(driver, time_us);
    if (under_way != NULL) {
        return (struct weir_rdd){.run = &under_way->stages[dependency->from], .batch_us = time_us};
    }
    return (struct weir_rdd){.kept =
                                 weir_kept_find(&driver->stages[dependency->from].kept, time_us),
                             .batch_us = time_us};
}

struct weir_batch *weir_driver_batch_of(const struct weir_driver *driver,
                                        uint32_t stage,
                                        int64_t batch_us)
{
    return driver->plan->stages[stage].is_static ? weir_driver_table(driver, batch_us)
                                                 : weir_driver_batch(driver, batch_us);
}

/* ---- is it there? ---- */
static enum weir_readiness run_readiness(const struct weir_stage_run *run,
                                         struct weir_failure **why)
{
    switch (run->state) {
    case WEIR_STAGE_OFF: /* no RDD: nothing to wait for */
    case WEIR_STAGE_DONE:
        return WEIR_IS_READY;
    case WEIR_STAGE_FAILED:
        *why = run->failure;
        return WEIR_CANNOT;
    case WEIR_STAGE_WAITING:
    case WEIR_STAGE_RUNNING:
        break;
    }
    return WEIR_WAITS;
}

static enum weir_readiness rdd_readiness(const struct weir_driver *driver,
                                         const struct weir_batch *batch,
                                         const struct weir_dependency *dependency,
                                         int64_t time_us,
                                         struct weir_failure **why)
{
    const struct weir_batch *of = batch;
    if (batch->stage_us == NULL) {
        of = weir_driver_batch(driver, time_us);
        WEIR_ASSERT(of != NULL);
    }
    if (weir_driver_reads_input(dependency)) {
        return of->state != WEIR_BATCH_ASKING ? WEIR_IS_READY : WEIR_WAITS;
    }
    return run_readiness(&of->stages[dependency->from], why);
}

/* What is committed is there, or has failed: only the batches under way are looked at, however long
 * the window. */
static enum weir_readiness dependency_readiness(const struct weir_driver *driver,
                                                const struct weir_batch *batch,
                                                const struct weir_dependency *dependency,
                                                struct weir_failure **why)
{
    struct weir_rdd_times rdds = weir_driver_rdd_times(driver, dependency, batch->time_us);
    bool is_live = batch->stage_us == NULL;
    if (is_live && dependency->is_static) {
        return WEIR_IS_READY; /* the batch has waited for it */
    }
    if (is_live && rdds.at_us <= driver->committed_us && rdds.at_us <= rdds.end_us) {
        if (!weir_driver_reads_input(dependency)) {
            *why = weir_failed_times_find(&driver->stages[dependency->from].failed,
                                          rdds.at_us - rdds.step_us, rdds.end_us);
        }
        if (*why != NULL) {
            return WEIR_CANNOT;
        }
        int64_t committed = (driver->committed_us - rdds.at_us) / rdds.step_us + 1;
        rdds.at_us += committed * rdds.step_us;
    }
    enum weir_readiness readiness = WEIR_IS_READY;
    for (; rdds.at_us <= rdds.end_us && readiness == WEIR_IS_READY; rdds.at_us += rdds.step_us) {
        readiness = rdd_readiness(driver, batch, dependency, rdds.at_us, why);
    }
    return readiness;
}

static bool reads_state(const struct weir_stage *reader, uint32_t stage)
{
    for (uint32_t i = 0; i < reader->dependency_count; i++) {
        if (reader->dependencies[i].kind == WEIR_DEPEND_STATE &&
            reader->dependencies[i].from == stage) {
            return true;
        }
    }
    return false;
}

/* Whoever reads the state of this version has read it: it may be changed. */
static bool is_read(const struct weir_driver *driver,
                    const struct weir_batch *batch,
                    const struct weir_stage *stage)
{
    const struct weir_driver_stage *known = &driver->stages[stage->id];
    for (uint32_t r = 0; r < known->reader_count; r++) {
        const struct weir_stage_run *run = &batch->stages[known->readers[r]];
        bool may_read = run->state == WEIR_STAGE_WAITING || run->state == WEIR_STAGE_RUNNING ||
                        run->tasks_out > 0;
        if (may_read && reads_state(&driver->plan->stages[known->readers[r]], stage->id)) {
            return false;
        }
    }
    return true;
}

/* A state goes from version to version: that of the slide before must be there, and nobody may
 * still read it. */
static enum weir_readiness state_readiness(const struct weir_driver *driver,
                                           const struct weir_batch *batch,
                                           const struct weir_stage *stage,
                                           struct weir_failure **why)
{
    if (driver->stages[stage->id].broken != NULL) {
        *why = driver->stages[stage->id].broken;
        return WEIR_CANNOT;
    }
    const struct weir_batch *before = weir_driver_batch(driver, batch->time_us - stage->slide_us);
    if (before == NULL) {
        return WEIR_IS_READY;
    }
    enum weir_readiness readiness = run_readiness(&before->stages[stage->id], why);
    return readiness == WEIR_IS_READY && !is_read(driver, before, stage) ? WEIR_WAITS : readiness;
}

enum weir_readiness weir_driver_is_ready(const struct weir_driver *driver,
                                         const struct weir_batch *batch,
                                         const struct weir_stage *stage,
                                         struct weir_failure **why)
{
    enum weir_readiness all = WEIR_IS_READY;
    *why = NULL;
    if (stage->has_state) {
        all = state_readiness(driver, batch, stage, why);
    }
    for (uint32_t i = 0; i < stage->dependency_count && all != WEIR_CANNOT; i++) {
        enum weir_readiness one = dependency_readiness(driver, batch, &stage->dependencies[i], why);
        all = one == WEIR_IS_READY ? all : one;
    }
    return all;
}
