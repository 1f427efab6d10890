/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's own struct, shared by its files: intake.c (what comes in), schedule.c (stages and
 * tasks), walk.c (what a partition reads), commit.c (what goes out), drop.c (what may be
 * forgotten), driver.c (events and the clock). */
#ifndef WEIR_DRIVER_PRIVATE_H
#define WEIR_DRIVER_PRIVATE_H

#include "driver/batch.h"
#include "driver/kept.h"

enum {
    WEIR_BATCHES_OPEN_MAX = 1024,    /* ticks beyond that many unfinished batches wait */
    WEIR_ASK_PAUSE_US = 10000,       /* finite jobs: when all sources had nothing new */
    WEIR_WINDOW_PARTITIONS_MAX = 256 /* of a window over one stream: beyond, several blocks each */
};

struct weir_driver_input {
    bool has_ended;        /* nothing will ever come */
    bool was_reached;      /* receivers: was connected at least once */
    bool is_stopping;      /* receivers: RECEIVER_STOP was sent */
    uint32_t attempt;      /* sources: of the question under way */
    struct weir_text from; /* sources: where the next range begins */
    struct weir_text why;  /* receivers: why it is not connected */
    int64_t dropped_us;    /* receivers: blocks of batches up to this time are dropped */
};

/* By stage: who reads it, and what of it windows still reach. */
struct weir_driver_stage {
    uint32_t reader_count;
    uint32_t *readers;     /* stages that depend on it, ascending, each once */
    bool feeds_window;     /* a reader reads it again in later batches */
    struct weir_kept kept; /* committed RDDs, if remember_us > 0 */
};

/* A stage that has just become done. */
struct weir_driver_closed {
    struct weir_batch *batch;
    uint32_t stage;
};

struct weir_driver {
    const struct weir_plan *plan;
    const struct weir_graph *graph;
    struct weir_driver_options options;
    struct weir_ledger *ledger;
    struct weir_arena arena; /* readers */
    struct weir_driver_input *inputs;
    struct weir_driver_stage *stages;
    uint32_t source_count;
    int64_t zero_us, next_us, committed_us, start_us, now_us;
    int64_t ask_again_us; /* finite jobs: when to ask sources that had nothing new; -1: never */
    struct weir_batch **batches; /* [first, end): not yet committed, by time, without gaps */
    uint32_t first, end, batch_capacity;
    struct weir_batch *spare;
    uint32_t outstanding;  /* tasks, asks and commits whose answer is due */
    uint64_t records_seen; /* input records of opened (sources: committed) batches */
    bool is_started, is_stopping, has_last, is_finished;
    bool is_tick; /* of the step under way: the clock's event, before which open blocks were cut */
    struct weir_driver_closed *closed; /* while scheduling: their readers are to be looked at */
    uint32_t closed_count, closed_capacity;
    struct weir_slice *drops; /* of the step under way */
    uint32_t drop_count, drop_capacity;
    struct weir_error err;               /* of the failed job; status WEIR_OK until then */
    struct weir_driver_actions *actions; /* of the step under way */
};

/* Batches that are not yet committed. */
static inline uint32_t weir_driver_open_count(const struct weir_driver *driver)
{
    return driver->end - driver->first;
}

/* The oldest and the newest of them, or NULL. */
static inline struct weir_batch *weir_driver_oldest(const struct weir_driver *driver)
{
    return driver->first == driver->end ? NULL : driver->batches[driver->first];
}
static inline struct weir_batch *weir_driver_newest(const struct weir_driver *driver)
{
    return driver->first == driver->end ? NULL : driver->batches[driver->end - 1];
}

/* The uncommitted batch of a time, or NULL. */
struct weir_batch *weir_driver_batch(const struct weir_driver *driver, int64_t time_us);

/* ---- intake.c ---- */
/* Opens the batch of driver->next_us: takes what waits, asks the sources. */
void weir_driver_open_batch(struct weir_driver *driver);

/* A source named a range for the batch that asked. */
void weir_driver_take_range(struct weir_driver *driver, const struct weir_message *message);

/* The time has come to ask again, or the job stops: the batch that found nothing goes on. */
void weir_driver_ask_again(struct weir_driver *driver);

/* A receiver's block, or news of it. */
void weir_driver_take_block(struct weir_driver *driver, const struct weir_message *message);
void weir_driver_take_receiver_state(struct weir_driver *driver,
                                     const struct weir_message *message);

/* Sends RECEIVER_STOP to every receiver that still runs. */
void weir_driver_stop_receivers(struct weir_driver *driver);

/* Every input has ended. */
bool weir_driver_inputs_ended(const struct weir_driver *driver);

/* ---- walk.c ---- */
/* What a partition of a stage reads: one block, a source's part, or many blocks of a shuffle. */
struct weir_partition_input {
    uint32_t slice_count, slice_capacity;
    struct weir_slice *slices;
    weir_bytes range;
    bool has_range;
    bool needs_empty;    /* runs even when it reads nothing */
    uint32_t dependency; /* of the stage */
};

/* Called for each partition in order; returns false to stop the walk. */
typedef bool (*weir_partition_visitor)(void *owner,
                                       uint32_t partition,
                                       const struct weir_partition_input *input);

/* Visits all partitions of a stage in this batch in the fixed order: dependency, batch time, map
 * partition. */
void weir_driver_walk(const struct weir_driver *driver,
                      const struct weir_batch *batch,
                      const struct weir_stage *stage,
                      weir_partition_visitor visit,
                      void *owner);

/* How many there are. */
uint32_t weir_driver_count_partitions(const struct weir_driver *driver,
                                      const struct weir_batch *batch,
                                      const struct weir_stage *stage);

/* Are all RDDs that the stage reads in this batch there? */
bool weir_driver_is_ready(const struct weir_driver *driver,
                          const struct weir_batch *batch,
                          const struct weir_stage *stage);

/* ---- schedule.c ---- */
/* Fills driver->stages from the plan. */
void weir_driver_find_readers(struct weir_driver *driver);

/* Starts batches that have their input, oldest first, up to batches_in_flight at a time. False:
 * there was none to start. */
bool weir_driver_start_batches(struct weir_driver *driver);

/* A task has finished or failed. */
void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message);

/* ---- commit.c ---- */
/* Sends the next commit of the oldest batch if its sink's tasks are done; closes batches whose
 * outputs all are. */
void weir_driver_commit(struct weir_driver *driver);
void weir_driver_take_commit(struct weir_driver *driver, const struct weir_message *message);

/* ---- drop.c ---- */
/* The batch is committed: what no window can read any more is dropped, what one may is noted. */
void weir_driver_forget(struct weir_driver *driver, const struct weir_batch *batch);

/* ---- driver.c ---- */
/* The job fails: nothing new is started; it finishes when what runs has answered. The first failure
 * stays. */
void weir_driver_fail(struct weir_driver *driver, int status, const char *text);

/* Hands a message to the worker. */
void weir_driver_send(struct weir_driver *driver, struct weir_message *message);

/* The same, and an answer will come. */
void weir_driver_request(struct weir_driver *driver, struct weir_message *message);

#endif
