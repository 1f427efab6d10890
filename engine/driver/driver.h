/* SPDX-License-Identifier: Apache-2.0 */
/* Decides what runs: the batch clock, the ledger's batches, stages and tasks, attempts, commits in
 * order, what may be dropped. A pure step machine: an event in, actions out; no clock, thread, file
 * or random number of its own. Time comes in with events.
 *
 * batch: ASKING (sources name their ranges) -> OPENED (ledger) -> RUNNING (stages) -> COMMITTING
 * (outputs in order) -> committed
 */
#ifndef WEIR_DRIVER_DRIVER_H
#define WEIR_DRIVER_DRIVER_H

#include "base/base.h"
#include "ledger/ledger.h"
#include "plan/plan.h"
#include "telemetry/telemetry.h"
#include "wire/wire.h"

enum { WEIR_ATTEMPTS_MAX = 4, WEIR_BATCHES_IN_FLIGHT_MAX = 4 };

/* STOP: the job fails with the batch. CONTINUE: the batch's outputs that failed do nothing, later
 * batches go on; windows that hold it, and states above it, fail with it. RETRY: what may be tried
 * again is, for ever; other failures stop the job. */
enum weir_on_error { WEIR_ON_ERROR_STOP = 0, WEIR_ON_ERROR_CONTINUE, WEIR_ON_ERROR_RETRY };

struct weir_driver_options {
    bool until_eof;   /* end when every input has ended and its batches are committed (finite jobs
                         always do) */
    int64_t until_us; /* stream time: the batch that reaches zero + this is the last; 0: none */
    uint64_t
        until_records;    /* the batch that reaches this many input records is the last; 0: none */
    uint64_t batch_bytes; /* of each source per batch: 64 MiB */
    uint32_t batches_in_flight; /* >= 1; stages of a later batch may run before an earlier one has
                                   committed */
    uint64_t seed;
    enum weir_on_error on_error; /* what becomes of a batch that fails for good */
    int64_t retry_pause_us; /* before a failed task, question or commit is tried again, four times
                               as long before each further attempt; 0: 50 ms */
};

enum weir_driver_event_kind {
    WEIR_EVENT_START = 1, /* zero time is taken from now_us (finite jobs: 0) */
    WEIR_EVENT_TIMER,     /* the time asked for has come */
    WEIR_EVENT_MESSAGE,   /* from the worker; taken over */
    WEIR_EVENT_STOP /* graceful: receivers stop, what was received is processed and committed, then
                       finished */
};
struct weir_driver_event {
    enum weir_driver_event_kind kind;
    int64_t now_us;
    struct weir_message *message;
};

/* What the driver wants done, in order. Filled by step; the caller empties it. */
struct weir_driver_actions {
    struct weir_message_list messages; /* to the worker */
    int64_t timer_us;                  /* one timer; -1: none. Replaces the earlier one */
    uint32_t committed_count; /* batches that were committed, or failed, in this step, oldest first;
                                 their failures live until the next step */
    uint32_t committed_capacity;
    struct weir_batch_record *committed;
    bool is_finished;      /* nothing more will come; err.status says how it ended */
    struct weir_error err; /* WEIR_OK, WEIR_EJOB (failed batch), WEIR_EUNREACHABLE (an input was
                              never reached)... */
};
void weir_driver_actions_init(struct weir_driver_actions *actions); /* Empty. */
void weir_driver_actions_finish(
    struct weir_driver_actions *actions); /* Destroys what was not taken. */

struct weir_driver;

/* plan is borrowed for the driver's life. */
struct weir_driver *weir_driver_create(const struct weir_plan *plan,
                                       const struct weir_driver_options *options);
void weir_driver_destroy(struct weir_driver *driver); /* NULL is fine. */

/* One event. actions is initialised and empty. */
void weir_driver_step(struct weir_driver *driver,
                      const struct weir_driver_event *event,
                      struct weir_driver_actions *actions);

/* ---- checkpoints ---- */
/* Appends what a new driver of the same plan needs to go on behind the newest committed batch. */
void weir_driver_save(const struct weir_driver *driver, struct weir_text *to);

/* Reads it into a driver that has not started. WEIR_EDAMAGED: it is not of this plan, or damaged.
 */
int weir_driver_restore(struct weir_driver *driver, struct weir_unpack *in);

/* Calls visit for every block that it needs for that: those that windows still read, those received
 * and not yet dropped. */
typedef void (*weir_driver_block_visitor)(void *owner, struct weir_slice slice);
void weir_driver_each_block(const struct weir_driver *driver,
                            weir_driver_block_visitor visit,
                            void *owner);

/* ---- slices ---- */
/* Visits the blocks of a stream's RDDs of all times in [from, to], both aligned down to its slide,
 * oldest first, partition by partition; those without rows have none. owner: a stage that the plan
 * keeps for it, or WEIR_BLOCK_INPUT + a receiver's input. WEIR_ETEMPORARY: the job has not been
 * started, or not come so far; WEIR_ENOINPUT: it is not remembered any more; WEIR_EJOB: that
 * batch failed. */
int weir_driver_slice(const struct weir_driver *driver,
                      uint32_t owner,
                      int64_t from_us,
                      int64_t to_us,
                      weir_driver_block_visitor visit,
                      void *visitor,
                      struct weir_error *err);

/* Zero time, and the newest committed batch (zero time before the first). */
int64_t weir_driver_zero_us(const struct weir_driver *driver);
int64_t weir_driver_committed_us(const struct weir_driver *driver);

/* The reference's grid: the first batch time after now, (floor(now / interval) + 1) * interval;
 * zero is one interval earlier. */
int64_t weir_clock_first_us(int64_t now_us, int64_t interval_us);

#endif
