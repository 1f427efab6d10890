/* SPDX-License-Identifier: Apache-2.0 */
/* Who reads whom. A stage that is done is noted in driver->closed, and only its readers are looked
 * at again, in its own batch, in later ones whose windows hold it, and at the state of the slide
 * that follows. */
#include "driver/private.h"

/* Calls add for every (stage read, reader), readers in ascending order; a pair may come again. */
static void each_reader(const struct weir_driver *driver,
                        void (*add)(struct weir_driver_stage *from,
                                    const struct weir_dependency *by,
                                    uint32_t reader))
{
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        const struct weir_stage *stage = &driver->plan->stages[s];
        for (uint32_t i = 0; i < stage->dependency_count; i++) {
            const struct weir_dependency *dependency = &stage->dependencies[i];
            if (!weir_driver_reads_input(dependency)) {
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
    from->feeds_window |= by->length_us > 0;
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

/* The reduce partitions of a stage with a head, those of all that it reads. */
static uint32_t width_of(const struct weir_driver *driver, const struct weir_stage *stage)
{
    for (uint32_t i = 0; stage->head != NULL && i < stage->dependency_count; i++) {
        const struct weir_dependency *dependency = &stage->dependencies[i];
        if (dependency->kind == WEIR_DEPEND_SHUFFLE) {
            return driver->plan->stages[dependency->from].bucket_count;
        }
        if (dependency->kind == WEIR_DEPEND_PANES || dependency->kind == WEIR_DEPEND_STATE) {
            return driver->stages[dependency->from].width;
        }
    }
    return 0;
}

void weir_driver_find_readers(struct weir_driver *driver)
{
    each_reader(driver, count_reader);
    for (uint32_t s = 0; s < driver->plan->stage_count; s++) {
        struct weir_driver_stage *stage = &driver->stages[s];
        stage->width = width_of(driver, &driver->plan->stages[s]);
        stage->readers =
            weir_arena_alloc(&driver->arena, stage->reader_count * sizeof *stage->readers);
        stage->reader_count = 0;
    }
    each_reader(driver, add_reader);
}

/* ---- after a stage is done ---- */
static void try_readers(struct weir_driver *driver, const struct weir_driver_closed *closed)
{
    const struct weir_driver_stage *stage = &driver->stages[closed->stage];
    for (uint32_t r = 0; r < stage->reader_count; r++) {
        weir_driver_try_stage(driver, closed->batch, stage->readers[r]);
    }
    for (uint32_t i = driver->first; stage->feeds_window && i < driver->end; i++) {
        struct weir_batch *later = driver->batches[i];
        for (uint32_t r = 0; later->time_us > closed->batch->time_us && r < stage->reader_count;
             r++) {
            weir_driver_try_stage(driver, later, stage->readers[r]);
        }
    }
}

static void try_next_version(struct weir_driver *driver, int64_t batch_us, uint32_t stage)
{
    struct weir_batch *next =
        weir_driver_batch(driver, batch_us + driver->plan->stages[stage].slide_us);
    if (next != NULL) {
        weir_driver_try_stage(driver, next, stage);
    }
}

/* A state that was changed or read may be changed again. */
static void try_states(struct weir_driver *driver, const struct weir_driver_closed *closed)
{
    const struct weir_stage *stage = &driver->plan->stages[closed->stage];
    if (stage->has_state) {
        try_next_version(driver, closed->batch->time_us, stage->id);
    }
    for (uint32_t i = 0; i < stage->dependency_count; i++) {
        if (stage->dependencies[i].kind == WEIR_DEPEND_STATE) {
            try_next_version(driver, closed->batch->time_us, stage->dependencies[i].from);
        }
    }
}

void weir_driver_follow_closed(struct weir_driver *driver)
{
    for (uint32_t i = 0; i < driver->closed_count; i++) {
        struct weir_driver_closed closed = driver->closed[i]; /* the array may move */
        try_readers(driver, &closed);
        try_states(driver, &closed);
        if (closed.batch->stage_us != NULL) {
            weir_driver_follow_table(driver, closed.batch);
        }
    }
    driver->closed_count = 0;
}
