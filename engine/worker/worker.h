/* SPDX-License-Identifier: Apache-2.0 */
/* Runs tasks and holds blocks: messages in, messages and jobs for the pool out. Knows only env;
 * never includes driver. */
#ifndef WEIR_WORKER_WORKER_H
#define WEIR_WORKER_WORKER_H

#include "base/base.h"
#include "block/block.h"
#include "env/env.h"
#include "plan/plan.h"
#include "receive/receive.h"
#include "wire/wire.h"

struct weir_worker_options {
    uint64_t seed; /* the job's: hashing, operators */
    struct weir_receive_options receive;
    bool is_json;            /* sinks: the user asked for --json */
    bool stop_on_bad_record; /* no dead letters: BAD_RECORD fails the batch */
};

/* [loop thread] A message for the driver; takes it over. */
typedef void (*weir_worker_send)(void *owner, struct weir_message *message);

struct weir_worker;

/* plan and env are borrowed for the worker's life. Opens receivers' and sources' instances, so that
 * what is wrong with them is an error before anything runs (WEIR_ENOINPUT for a missing file). */
int weir_worker_create(struct weir_env *env,
                       const struct weir_plan *plan,
                       const struct weir_worker_options *options,
                       weir_worker_send send,
                       void *owner,
                       struct weir_worker **worker,
                       struct weir_error *err);

/* Only when no task runs and every receiver has ended. NULL is fine. */
void weir_worker_destroy(struct weir_worker *worker);

/* [loop thread] Acts on a message from the driver; takes it over. */
void weir_worker_step(struct weir_worker *worker, struct weir_message *message);

/* [loop thread] A batch edge: closes every receiver's open block, so that what came before the edge
 * belongs to the batch. */
void weir_worker_cut(struct weir_worker *worker);

/* True while a task, a commit or a receiver is still at work. */
bool weir_worker_is_busy(const struct weir_worker *worker);

/* ---- checkpoints and slices (save.c); [loop thread] ---- */
/* Is a task or a commit in the pool? (Questions to sources do not count.) */
bool weir_worker_runs_tasks(const struct weir_worker *worker);

/* The block of a slice, borrowed until the next step, or NULL. */
const struct weir_block *weir_worker_block(const struct weir_worker *worker,
                                           const struct weir_slice *slice);

/* Appends the block of a slice as msgpack. WEIR_EBUG: there is none. */
int weir_worker_save_block(const struct weir_worker *worker,
                           const struct weir_slice *slice,
                           struct weir_text *to,
                           struct weir_error *err);

/* Reads it, before the first task. WEIR_EDAMAGED. */
int weir_worker_restore_block(struct weir_worker *worker,
                              const struct weir_slice *slice,
                              struct weir_unpack *in);

/* Appends the states of all stages as they were left by the batch of committed_us, as msgpack; no
 * task runs. WEIR_ETEMPORARY: a later batch has changed one already. */
int weir_worker_save_states(const struct weir_worker *worker,
                            int64_t committed_us,
                            struct weir_text *to,
                            struct weir_error *err);

/* Reads them, before the first task. WEIR_EDAMAGED. */
int weir_worker_restore_states(struct weir_worker *worker, struct weir_unpack *in);

/* Bytes and number of blocks held. */
uint64_t weir_worker_held_bytes(const struct weir_worker *worker);
size_t weir_worker_held_blocks(const struct weir_worker *worker);

/* The first few bad records of every operator and batch are handed to this (default: the log).
 * [loop thread] */
typedef void (*weir_bad_record_listener)(void *owner, const char *text);
void weir_worker_on_bad_record(struct weir_worker *worker,
                               weir_bad_record_listener listener,
                               void *owner);

#endif
