/* SPDX-License-Identifier: Apache-2.0 */
/* The worker's struct and its jobs for the pool. The loop owns the worker; a job, while it runs,
 * owns the lane of its pool thread (instances and steps that only that thread touches) and reads
 * immutable blocks. */
#ifndef WEIR_WORKER_PRIVATE_H
#define WEIR_WORKER_PRIVATE_H

#include "block/block.h"
#include "exec/exec.h"
#include "output/output.h"
#include "shuffle/shuffle.h"
#include "state/state.h"
#include "worker/worker.h"

/* The steps of one stage on one thread, made when the thread first runs the stage. */
struct weir_pipeline {
    bool is_made;
    struct weir_step *exit;   /* collect, the writer's step, or the sink */
    struct weir_step *chain;  /* the stage's own nodes in front of exit */
    struct weir_step *head;   /* the reduce side in front of chain; equal to chain without one */
    struct weir_step **first; /* by dependency: its nodes in front of head */
    struct weir_shuffle_writer *writer;
    struct weir_state_reader *reader; /* of another stage's state, which it reads */
    struct weir_state_head *state;    /* a head with state: in front of chain; has a side for each
                                         dependency */
};

/* The states of one stage. */
struct weir_stage_states {
    uint32_t count;
    struct weir_state_table **tables; /* by partition; each is lent to one task at a time */
};

/* What a join has gathered of a table, and of which blocks. */
struct weir_gathered {
    struct weir_join_right *right; /* NULL: nothing */
    struct weir_block **blocks;    /* retained */
    uint32_t block_count;
};
struct weir_stage_gathered {
    uint32_t count;
    struct weir_gathered *of; /* by partition */
};

enum { WEIR_SHOWN_BAD_RECORDS = 64 };

/* How many of an operator's bad records in a batch were shown. */
struct weir_shown_bad_records {
    const struct weir_operator *op; /* NULL: a free place */
    int64_t batch_us;
    uint32_t count;
};

/* What one pool thread has for itself. */
struct weir_lane {
    struct weir_pipeline *pipelines; /* by stage */
    struct weir_call *sources;       /* by input: open where is_source_open */
    bool *is_source_open;
    struct weir_exec_task task;
};

/* A source's instance that answers what the driver asks: one question at a time, in order. */
struct weir_asker {
    struct weir_call call;
    bool is_busy;
    struct weir_message_list waiting;
};

struct weir_worker {
    struct weir_env *env;
    const struct weir_plan *plan;
    struct weir_worker_options options;
    weir_worker_send send;
    void *owner;
    struct weir_block_cache *cache;
    struct weir_receiver_supervisor **receivers; /* by input; NULL for sources */
    bool *is_receiving;
    uint64_t *held_bytes;      /* by input: received blocks in the cache */
    uint32_t *next_number;     /* by input: of the next received block */
    struct weir_asker *askers; /* by input: the source's instance for next, split, committed */
    struct weir_sink_options *sink_options; /* by output */
    struct weir_step **committers;          /* by output: the sink's instance for commit */
    struct weir_lane *lanes;                /* by pool thread */
    struct weir_stage_states *states;       /* by stage */
    struct weir_stage_gathered *gathered;   /* by stage */
    uint32_t jobs;                          /* in the pool */
    weir_bad_record_listener on_bad_record;
    void *bad_record_owner;
    struct weir_shown_bad_records shown[WEIR_SHOWN_BAD_RECORDS];
};

/* One thing for the pool to do: a request, and the reply it makes. */
struct weir_worker_job {
    struct weir_work work;
    struct weir_worker *worker;
    struct weir_message *request, *reply;
    struct weir_state_table *state; /* task of a stage with state, or that reads one */
    bool gathers_table;             /* task of a join with a table: */
    struct weir_join_right *right;  /* gathered before; NULL: not yet */
    struct weir_join_right *built;  /* gathered by this task */
    uint32_t block_count;           /* task: blocks read, retained; by slice */
    struct weir_block **blocks;
    uint32_t left_count; /* task: blocks left (NULL: empty), by bucket */
    struct weir_block **left;
    const struct weir_operator *sample_operators[WEIR_BAD_RECORD_SAMPLES_MAX]; /* of the samples */
};

/* ---- worker.c: what the receivers of a worker (owner) say [loop thread] ---- */
void weir_worker_add_received(void *owner,
                              uint32_t input,
                              struct weir_block *block,
                              int64_t closed_us);
void weir_worker_receiver_changed(
    void *owner, uint32_t input, enum weir_receiver_state state, int status, const char *text);

/* ---- pipeline.c ---- */
/* The stage's steps on this lane, made if need be. */
int weir_pipeline_make(struct weir_worker *worker,
                       struct weir_lane *lane,
                       const struct weir_stage *stage,
                       struct weir_error *err);
void weir_pipeline_destroy(struct weir_pipeline *pipeline, const struct weir_stage *stage);

/* ---- states.c: [loop thread] ---- */
/* The state that a task changes, or reads; NULL: none, or none yet. */
struct weir_state_table *weir_worker_state(struct weir_worker *worker,
                                           const struct weir_message_task *task);
void weir_worker_states_create(struct weir_worker *worker);
void weir_worker_states_destroy(struct weir_worker *worker);

/* ---- tables.c: [loop thread] ---- */
/* Before a task: is what it would gather of a table there already? Its blocks are found. */
void weir_worker_find_gathered(struct weir_worker_job *job);

/* After it, while it has its blocks: what it has gathered is kept. */
void weir_worker_keep_gathered(struct weir_worker_job *job);
void weir_worker_gathered_destroy(struct weir_worker *worker);

/* ---- task.c, source.c, commit.c: what a job does on the pool thread ---- */
void weir_job_run_task(struct weir_worker_job *job, uint32_t thread);
void weir_job_ask_source(struct weir_worker_job *job, uint32_t thread);
void weir_job_commit(struct weir_worker_job *job, uint32_t thread);
void weir_job_committed_to(struct weir_worker_job *job, uint32_t thread);

/* The source's read instance on this lane, opened if need be. */
int weir_lane_source(struct weir_worker *worker,
                     struct weir_lane *lane,
                     uint32_t input,
                     struct weir_call **call,
                     struct weir_error *err);

/* Puts a failure into the reply. */
void weir_reply_fail(struct weir_message *reply, const struct weir_error *err);

/* ---- bad_record.c ---- */
/* Gives the samples of a task that succeeded to the listener: of each operator and batch the first
 * WEIR_BAD_RECORD_SAMPLES, whatever the number of tasks and attempts. [loop thread] */
void weir_worker_show_bad_records(const struct weir_worker_job *job);

#endif
