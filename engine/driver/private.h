/* SPDX-License-Identifier: Apache-2.0 */
/* The driver's own struct, shared by its files: intake.c (what comes in), schedule.c (stages and
 * tasks), commit.c (what goes out), driver.c (events and the clock). */
#ifndef WEIR_DRIVER_PRIVATE_H
#define WEIR_DRIVER_PRIVATE_H

#include "driver/batch.h"

enum { WEIR_BATCHES_OPEN_MAX = 1024 }; /* ticks beyond that many unfinished batches wait */

struct weir_driver_input {
    bool has_ended;        /* nothing will ever come */
    bool was_reached;      /* receivers: was connected at least once */
    bool is_stopping;      /* receivers: RECEIVER_STOP was sent */
    struct weir_text from; /* sources: where the next range begins */
    struct weir_text why;  /* receivers: why it is not connected */
};

struct weir_driver {
    const struct weir_plan *plan;
    const struct weir_graph *graph;
    struct weir_driver_options options;
    struct weir_ledger *ledger;
    struct weir_driver_input *inputs;
    uint32_t source_count;
    int64_t zero_us, next_us, committed_us, start_us, now_us;
    struct weir_batch **batches; /* retained, asking, running: by time */
    uint32_t batch_count, batch_capacity;
    uint32_t uncommitted;  /* batches that are not yet committed */
    uint32_t outstanding;  /* tasks, asks and commits whose answer is due */
    uint64_t records_seen; /* input records of opened (sources: committed) batches */
    bool is_started, is_stopping, has_last, is_finished;
    struct weir_error err;               /* of the failed job; status WEIR_OK until then */
    struct weir_driver_actions *actions; /* of the step under way */
};

/* ---- intake.c ---- */
/* Opens the batch of driver->next_us: takes what waits, asks the sources. */
void weir_driver_open_batch(struct weir_driver *driver);

/* A source named a range for the batch that asked. */
void weir_driver_take_range(struct weir_driver *driver, const struct weir_message *message);

/* A receiver's block, or news of it. */
void weir_driver_take_block(struct weir_driver *driver, const struct weir_message *message);
void weir_driver_take_receiver_state(struct weir_driver *driver,
                                     const struct weir_message *message);

/* Sends RECEIVER_STOP to every receiver that still runs. */
void weir_driver_stop_receivers(struct weir_driver *driver);

/* Every input has ended. */
bool weir_driver_inputs_ended(const struct weir_driver *driver);

/* ---- schedule.c ---- */
/* Starts every stage of the batch whose dependencies are there. */
void weir_driver_schedule(struct weir_driver *driver, struct weir_batch *batch);

/* A task has finished or failed. */
void weir_driver_take_task(struct weir_driver *driver, const struct weir_message *message);

/* The batch of a time, or NULL. */
struct weir_batch *weir_driver_batch(const struct weir_driver *driver, int64_t time_us);

/* ---- commit.c ---- */
/* Sends the next commit of the oldest unfinished batch if its sink's tasks are done; closes batches
 * whose outputs all are. */
void weir_driver_commit(struct weir_driver *driver);
void weir_driver_take_commit(struct weir_driver *driver, const struct weir_message *message);

/* ---- driver.c ---- */
/* The job fails: nothing new is started; it finishes when what runs has answered. The first failure
 * stays. */
void weir_driver_fail(struct weir_driver *driver, int status, const char *text);

/* Hands a message to the worker. */
void weir_driver_send(struct weir_driver *driver, struct weir_message *message);

#endif
