/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's own struct, shared by its files: intake.c (what comes in), table.c (what is read
 * before), form.c (which streams have an RDD), task/ (stages and tasks), commit.c (what goes out),
 * drop.c (what may be forgotten), driver.c (events and the clock). */
#ifndef WEIR_DRIVER_PRIVATE_H
#define WEIR_DRIVER_PRIVATE_H

#include "driver/batch/batch.h"
#include "driver/batch/kept.h"

enum {
    WEIR_BATCHES_OPEN_MAX = 1024,     /* ticks beyond that many unfinished batches wait */
    WEIR_ASK_PAUSE_US = 10000,        /* finite jobs: when all sources had nothing new */
    WEIR_WINDOW_PARTITIONS_MAX = 256, /* of a window over one stream: beyond, several blocks each */
    WEIR_RETRY_PAUSE_US = 50000,      /* before the second attempt; four times as long each time */
    WEIR_RETRY_PAUSE_GROWS = 4,
    WEIR_RETRY_PAUSE_US_MAX = 30000000
};

#define WEIR_NOT_AN_INPUT UINT32_MAX

struct weir_driver_input {
    bool has_ended;          /* nothing will ever come */
    bool was_reached;        /* receivers: was connected at least once */
    bool is_stopping;        /* receivers: RECEIVER_STOP was sent */
    bool is_static;          /* of a table: table.c's, and of no batch */
    uint32_t attempt;        /* sources: of the question under way */
    struct weir_text from;   /* sources: where the next range begins, */
    struct weir_text before; /* and where that of the last batch that asked did */
    int64_t asked_us;        /* sources: that batch */
    struct weir_text why;    /* receivers: why it is not connected */
    int64_t dropped_us;      /* receivers: blocks of batches up to this time are dropped */
    int64_t ordered_us;      /* tables: the newest version that reads it, or is to */
};

/* By stage: who reads it, and what of it windows still reach. */
struct weir_driver_stage {
    uint32_t reader_count;
    uint32_t *readers; /* stages that depend on it, ascending, each once */
    uint32_t width;    /* with a head: its reduce partitions; 0: those of its first dependency */
    bool feeds_window; /* a reader reads it again in later batches */
    struct weir_kept kept;           /* committed RDDs, if remember_us > 0 */
    struct weir_failed_times failed; /* those of them that failed */
    struct weir_failure
        *broken; /* its state has failed in a batch that is over: it fails for ever */
};

/* A stage that has just become done. */
struct weir_driver_closed {
    struct weir_batch *batch;
    uint32_t stage;
};

/* Something that failed and is tried again at a time. */
enum weir_retry_kind { WEIR_RETRY_TASK = 1, WEIR_RETRY_ASK, WEIR_RETRY_COMMIT };
struct weir_retry {
    enum weir_retry_kind kind;
    int64_t due_us, batch_us;
    uint32_t stage, partition; /* task */
    uint32_t input;            /* ask */
};

struct weir_driver {
    const struct weir_plan *plan;
    const struct weir_graph *graph;
    struct weir_driver_options options;
    struct weir_ledger *ledger;
    struct weir_arena arena; /* readers */
    struct weir_driver_input *inputs;
    struct weir_driver_stage *stages;
    uint32_t source_count; /* of batches: tables do not count */
    int64_t zero_us, next_us, committed_us, start_us, now_us;
    int64_t ask_again_us; /* finite jobs: when to ask sources that had nothing new; -1: never */
    struct weir_batch **batches; /* [first, end): not yet committed, by time, without gaps */
    uint32_t first, end, batch_capacity;
    struct weir_batch *spare;
    struct weir_batch **tables; /* versions of the tables, oldest first; none without tables */
    uint32_t table_count, table_capacity;
    struct weir_form *form; /* NULL as long as every stream has an RDD in every batch */
    struct weir_retry *retries;
    uint32_t retry_count, retry_capacity;
    uint32_t outstanding;  /* tasks, asks and commits whose answer is due */
    uint64_t records_seen; /* input records of opened (sources: committed) batches */
    bool is_restored;      /* it goes on behind a checkpoint */
    bool is_started, is_stopping, has_last, is_finished;
    bool is_tick; /* of the step under way: the clock's event, before which open blocks were cut */
    struct weir_driver_closed *closed; /* while scheduling: their readers are to be looked at */
    uint32_t closed_count, closed_capacity;
    struct weir_slice *drops; /* of the step under way */
    uint32_t drop_count, drop_capacity;
    struct weir_failure **told; /* failures in the last step's records */
    uint32_t told_count, told_capacity;
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
/* Batches that were open when the checkpoint was made run again, with the input they had. */
void weir_driver_reopen_batches(struct weir_driver *driver);

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

/* Asks a source for the batch's range. */
void weir_driver_ask_source(struct weir_driver *driver, struct weir_batch *batch, uint32_t input);

/* A question failed: true if it will be asked once more; else the job has failed. */
bool weir_driver_ask_once_more(struct weir_driver *driver,
                               struct weir_batch *batch,
                               const struct weir_message *message);

/* ---- table.c ---- */
/* Has the job tables? Then their first version is asked for, of the time of the last batch before
 * the job begins. */
void weir_driver_begin_tables(struct weir_driver *driver, int64_t time_us);

/* The version of the tables for a batch that opens: the newest, or a new one if a table is due to
 * be read again. NULL: there are no tables. */
struct weir_batch *weir_driver_table_for(struct weir_driver *driver, int64_t time_us);

/* The version of a time, or NULL. */
struct weir_batch *weir_driver_table(const struct weir_driver *driver, int64_t time_us);

/* The next part of a table. */
void weir_driver_take_table(struct weir_driver *driver, const struct weir_message *message);

/* A static stage is done: a version that is complete lets the next one begin. */
void weir_driver_follow_table(struct weir_driver *driver, struct weir_batch *table);

/* Is the version complete? NULL: yes. */
bool weir_driver_table_is_there(const struct weir_batch *table);

/* Drops versions that no batch reads any more; all: also the newest. */
void weir_driver_forget_tables(struct weir_driver *driver, bool all);
void weir_driver_destroy_tables(struct weir_driver *driver);

/* ---- form/form.c ---- */
/* From now on streams are asked for their RDDs batch by batch. Twice is fine. */
void weir_driver_begin_forming(struct weir_driver *driver);

/* Forms the RDDs of a batch whose input is known, in order of time: stages that have none, or that
 * nobody needs, are off; a failure is the batch's (or the job's, as on_error says). */
void weir_driver_form(struct weir_driver *driver, struct weir_batch *batch);

/* Had the state of a node a version before this batch? */
bool weir_driver_has_state(const struct weir_driver *driver,
                           const struct weir_stage *stage,
                           int64_t batch_us);

/* Forgets failures that no window reaches any more. */
void weir_driver_forget_forms(struct weir_driver *driver);
void weir_driver_destroy_form(struct weir_driver *driver);

/* ---- task/walk.c ---- */
/* What a partition of a stage reads: one block, a source's part, or many blocks of a shuffle. */
struct weir_partition_input {
    uint32_t slice_count, slice_capacity;
    struct weir_slice *slices;
    weir_bytes range;
    bool has_range;
    bool needs_empty;    /* runs even when it reads nothing */
    uint32_t dependency; /* of the stage; with a head: 0 */
};

/* Called for each partition in order; returns false to stop the walk. */
typedef bool (*weir_partition_visitor)(void *owner,
                                       uint32_t partition,
                                       const struct weir_partition_input *input);

/* Visits all partitions of a stage in this batch in the fixed order: dependency, batch time, map
 * partition. batch may be a version of the tables. */
void weir_driver_walk(const struct weir_driver *driver,
                      const struct weir_batch *batch,
                      const struct weir_stage *stage,
                      weir_partition_visitor visit,
                      void *owner);

/* How many there are. */
uint32_t weir_driver_count_partitions(const struct weir_driver *driver,
                                      const struct weir_batch *batch,
                                      const struct weir_stage *stage);

/* ---- task/reads.c: which RDDs a dependency reads ---- */
/* Times of the RDDs, oldest first: that of the batch itself, or those of its window. */
struct weir_rdd_times {
    int64_t at_us, end_us, step_us;
};
struct weir_rdd_times weir_driver_rdd_times(const struct weir_driver *driver,
                                            const struct weir_dependency *dependency,
                                            int64_t batch_us);

/* One RDD: of an input, of a batch under way or a table, or of a committed batch. */
struct weir_rdd {
    const struct weir_ledger_input *input;
    const struct weir_stage_run *run;
    const struct weir_kept_rdd *kept;
    int64_t batch_us; /* of its blocks */
};
struct weir_rdd weir_driver_rdd(const struct weir_driver *driver,
                                const struct weir_batch *batch,
                                const struct weir_dependency *dependency,
                                int64_t time_us);

/* Does the dependency read an input, and not what a stage has left? */
bool weir_driver_reads_input(const struct weir_dependency *dependency);

/* The batch under way, or version of the tables, that a stage's task belongs to; or NULL. */
struct weir_batch *weir_driver_batch_of(const struct weir_driver *driver,
                                        uint32_t stage,
                                        int64_t batch_us);

enum weir_readiness { WEIR_WAITS = 0, WEIR_IS_READY, WEIR_CANNOT };

/* Is everything there that the stage reads in this batch? CANNOT: some of it has failed, *why is
 * borrowed. */
enum weir_readiness weir_driver_is_ready(const struct weir_driver *driver,
                                         const struct weir_batch *batch,
                                         const struct weir_stage *stage,
                                         struct weir_failure **why);

/* ---- task/readers.c ---- */
/* Fills driver->stages from the plan. */
void weir_driver_find_readers(struct weir_driver *driver);

/* Starts what has waited for the stages in driver->closed, which may close more. */
void weir_driver_follow_closed(struct weir_driver *driver);

/* ---- task/schedule.c ---- */
/* Starts a stage if it waits and everything is there. */
void weir_driver_try_stage(struct weir_driver *driver, struct weir_batch *batch, uint32_t stage);

/* Starts all stages of a batch, or version of the tables, that can start. */
void weir_driver_run_batch(struct weir_driver *driver, struct weir_batch *batch);

/* Starts batches that have their input, oldest first, up to batches_in_flight at a time. False:
 * there was none to start. */
bool weir_driver_start_batches(struct weir_driver *driver);

/* A task has finished or failed. */
void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message);

/* Sends the task of one partition, again. */
void weir_driver_send_again(struct weir_driver *driver, const struct weir_retry *retry);

/* ---- task/retry.c ---- */
/* Is there another attempt, after `attempt` earlier ones and one that has just failed? */
bool weir_driver_may_retry(const struct weir_driver *driver, bool may_retry, uint32_t attempt);

/* attempt: how many have failed before this failure. */
void weir_driver_retry(struct weir_driver *driver, struct weir_retry retry, uint32_t attempt);

/* Does what is due. */
void weir_driver_do_retries(struct weir_driver *driver);

/* When the next is due; -1: none. */
int64_t weir_driver_retry_us(const struct weir_driver *driver);

/* ---- commit.c ---- */
/* Sends the next commit of the oldest batch if its sink's tasks are done; closes batches whose
 * outputs all are. */
void weir_driver_commit(struct weir_driver *driver);
void weir_driver_take_commit(struct weir_driver *driver, const struct weir_message *message);

/* The commit that failed may be sent again. */
void weir_driver_commit_again(struct weir_driver *driver, int64_t batch_us);

/* ---- drop.c ---- */
/* The batch is committed: what no window can read any more is dropped, what one may is noted. */
void weir_driver_forget(struct weir_driver *driver, const struct weir_batch *batch);

/* Notes that something is to be dropped; sent by the next weir_driver_send_drops. */
void weir_driver_drop(struct weir_driver *driver, struct weir_slice slice);
void weir_driver_send_drops(struct weir_driver *driver);

/* ---- driver.c ---- */
/* The job fails: nothing new is started; it finishes when what runs has answered. The first failure
 * stays. */
void weir_driver_fail(struct weir_driver *driver, int status, const char *text);

/* Something of a batch went wrong for good. on_error=stop: the job fails. continue: a failure, of
 * which the caller owns one reference; else NULL. */
struct weir_failure *weir_driver_failure(struct weir_driver *driver,
                                         const struct weir_batch_failure *what);

/* Hands a message to the worker. */
void weir_driver_send(struct weir_driver *driver, struct weir_message *message);

/* The same, and an answer will come. */
void weir_driver_request(struct weir_driver *driver, struct weir_message *message);

#endif
