/* SPDX-License-Identifier: Apache-2.0 */
/* The facade: a graph becomes a running job in this process, one driver and one worker over one
 * env. No globals, no exit. */
#ifndef WEIR_ENGINE_H
#define WEIR_ENGINE_H

#include "base/base.h"
#include "driver/driver.h"
#include "env/env.h"
#include "plan/plan.h"
#include "telemetry/telemetry.h"
#include "worker/worker.h"

struct weir_run_options {
    struct weir_driver_options driver;
    struct weir_worker_options worker;
    /* Streams whose RDDs are kept for weir_run_slice. Borrowed by create. */
    const struct weir_plan_keep *keeps;
    uint32_t keep_count;
    /* [loop thread] After every batch that is committed, or has failed under on_error=continue
     * (record->failure); may be NULL. */
    void (*on_batch)(void *owner, const struct weir_batch_record *record);
    /* [loop thread] Once, when the job has finished; err->status tells how. */
    void (*on_finished)(void *owner, const struct weir_error *err);
    /* [loop thread] Every message between driver ("driver": its) and worker; may be NULL. For
     * golden traces and --verbose. */
    void (*trace)(void *owner, const char *from, const char *text);
    void *owner;
};

/* The documented defaults: 64 MiB, 200 ms blocks (or the batch, if shorter), 2 batches in flight,
 * one while a record limit is set. */
void weir_run_options_init(struct weir_run_options *options, const struct weir_graph *graph);

struct weir_run;

/* Compiles the graph and opens its inputs; nothing runs yet. env and graph are borrowed for the
 * job's life. */
int weir_run_create(struct weir_env *env,
                    const struct weir_graph *graph,
                    const struct weir_run_options *options,
                    struct weir_run **job,
                    struct weir_error *err);
void weir_run_destroy(
    struct weir_run *job); /* After on_finished, or if never started. NULL is fine. */

void weir_run_start(struct weir_run *job); /* [loop thread or before the loop runs] */
void weir_run_stop(
    struct weir_run *job); /* [loop thread] Graceful: see WEIR_EVENT_STOP. Twice is fine. */

/* Batches, records, times so far. [loop thread] */
const struct weir_history *weir_run_history(const struct weir_run *job);
const struct weir_plan *weir_run_plan(const struct weir_run *job); /* For explain. */

/* ---- slices ---- */
/* Calls visit for the blocks of a kept stream's RDDs of all times in [from, to], both aligned down
 * to its slide and included, oldest first; partitions without rows have none. Zero time has no RDD.
 * WEIR_ETEMPORARY: not started ("has not been initialized"), or not come so far; WEIR_ENOINPUT: not
 * remembered any more; WEIR_EUSAGE: not kept; WEIR_EJOB: the batch failed. [loop thread] */
typedef void (*weir_run_slice_visitor)(void *owner, const struct weir_block *block);
int weir_run_slice(const struct weir_run *job,
                   uint32_t node,
                   int64_t from_us,
                   int64_t to_us,
                   weir_run_slice_visitor visit,
                   void *owner,
                   struct weir_error *err);

/* ---- checkpoints, held by the caller ---- */
/* Fills an empty text with what a new process needs to go on behind the newest committed batch: the
 * graph by name, times, the ledger, what windows still read, states. In on_batch, with one batch in
 * flight, it is always possible; WEIR_ETEMPORARY: not now, tasks run. [loop thread] */
int weir_run_checkpoint(const struct weir_run *job, struct weir_text *to, struct weir_error *err);

/* The graph of a checkpoint; the caller owns it. */
int weir_checkpoint_graph(weir_bytes bytes,
                          struct weir_registry *registry,
                          struct weir_graph **graph,
                          struct weir_error *err);

/* Makes a job that has not started go on from a checkpoint of the same graph: batches that were
 * open run again with the input they had, then the next ones of the same grid. Tables are read
 * anew, receivers connect anew. WEIR_EDAMAGED, WEIR_ECONFIG (another job's); the job must not be
 * used then. */
int weir_run_restore(struct weir_run *job, weir_bytes bytes, struct weir_error *err);

/* The worker: what it holds, who hears of bad records. Borrowed. */
struct weir_worker *weir_run_worker(struct weir_run *job);

#endif
