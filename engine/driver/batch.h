/* SPDX-License-Identifier: Apache-2.0 */
/* One batch on its way: its stages stamped from the plan, and what each partition has left. Private
 * to driver. */
#ifndef WEIR_DRIVER_BATCH_H
#define WEIR_DRIVER_BATCH_H

#include "driver/driver.h"

enum weir_stage_state {
    WEIR_STAGE_OFF = 0, /* its streams have no RDD at this time */
    WEIR_STAGE_WAITING,
    WEIR_STAGE_RUNNING,
    WEIR_STAGE_DONE
};

struct weir_partition_run {
    uint32_t attempt;
    bool is_done;
    bool has_blocks;   /* exit blocks: it left one */
    uint64_t *buckets; /* exit shuffle: bit b = it left bucket b; NULL: none */
    weir_bytes token;  /* exit sink; on the batch's arena. bytes NULL: no task ran */
};

struct weir_stage_run {
    enum weir_stage_state state;
    uint32_t partition_count, done_count, task_count;
    struct weir_partition_run *partitions; /* on the batch's arena */
};

enum weir_batch_state {
    WEIR_BATCH_ASKING = 1, /* sources have not all named their ranges */
    WEIR_BATCH_READY,      /* has its input; waits until fewer batches run */
    WEIR_BATCH_RUNNING     /* stages run; outputs are committed in order as they get ready */
};

struct weir_batch {
    int64_t time_us;
    enum weir_batch_state state;
    struct weir_ledger_batch *ledger; /* which input it has */
    uint32_t asked;                   /* sources that have not answered */
    bool has_news;                    /* a source had something, or ended */
    uint32_t stages_left;             /* neither done nor off */
    struct weir_stage_run *stages;    /* by stage */
    uint32_t next_output;             /* the first that is not committed */
    uint32_t commit_attempt;          /* of next_output */
    bool is_committing;               /* a commit of next_output is under way */
    struct weir_batch_record record;
    struct weir_arena arena;
};

/* A batch at a time, its stages waiting or off. spare: a batch that is over and may be used again,
 * or NULL. The caller owns it. */
struct weir_batch *weir_batch_create(const struct weir_plan *plan,
                                     int64_t time_us,
                                     int64_t zero_us,
                                     struct weir_batch *spare);

/* Frees it; NULL is fine. */
void weir_batch_destroy(struct weir_batch *batch);

/* A stage begins to run with so many partitions, none done. */
void weir_stage_run_begin(struct weir_batch *batch, uint32_t stage, uint32_t partition_count);

/* Notes what a finished task left. */
void weir_stage_run_done(struct weir_batch *batch,
                         const struct weir_stage *stage,
                         const struct weir_message *done);

/* The stage is done if all its partitions are; true if it has just become so. */
bool weir_stage_run_close(struct weir_batch *batch, uint32_t stage);

/* Did partition p leave anything for bucket b (exit blocks: b = 0)? */
bool weir_partition_run_has(const struct weir_partition_run *run, uint32_t bucket);

#endif
