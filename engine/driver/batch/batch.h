/* SPDX-License-Identifier: Apache-2.0 */
/* One batch on its way: its stages stamped from the plan, and what each partition has left. A
 * version of the job's tables is a batch too, of the static stages only. Private to driver. */
#ifndef WEIR_DRIVER_BATCH_H
#define WEIR_DRIVER_BATCH_H

#include "driver/batch/failure.h"
#include "driver/driver.h"

enum weir_stage_state {
    WEIR_STAGE_OFF = 0, /* its streams have no RDD at this time, or nobody needs it */
    WEIR_STAGE_WAITING,
    WEIR_STAGE_RUNNING,
    WEIR_STAGE_DONE,
    WEIR_STAGE_FAILED /* on_error=continue: its failure says why; answers may still be due */
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
    uint32_t tasks_out;  /* sent, not answered */
    size_t bucket_words; /* exit shuffle: of every partition's buckets */
    struct weir_failure *failure;
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
    uint32_t stages_left;             /* neither done nor failed nor off */
    uint32_t tasks_out;               /* sent, not answered */
    uint32_t stage_count;
    struct weir_stage_run *stages; /* by stage */
    struct weir_batch *table;      /* the version of the tables it reads; NULL: there are none */
    int64_t
        *stage_us; /* a version of tables: by stage, of which version its blocks are; else NULL */
    bool *reads;   /* a version of tables: by input, which it reads anew */
    uint32_t next_output;         /* the first that is not committed */
    uint32_t commit_attempt;      /* of next_output */
    bool is_committing;           /* a commit of next_output is under way, or waits for its retry */
    struct weir_failure *failure; /* on_error=continue: why it failed */
    struct weir_batch_record record;
    struct weir_arena arena;
};

/* A batch at a time, its stages waiting or off. spare: a batch that is over and may be used again,
 * or NULL. The caller owns it. */
struct weir_batch *weir_batch_create(const struct weir_plan *plan,
                                     int64_t time_us,
                                     int64_t zero_us,
                                     struct weir_batch *spare);

/* A version of the tables: all its stages are off, and of no version yet. The caller owns it, and
 * its ledger batch. */
struct weir_batch *weir_batch_create_table(const struct weir_plan *plan, int64_t time_us);

/* Frees it; NULL is fine. */
void weir_batch_destroy(struct weir_batch *batch);

/* A stage begins to run with so many partitions, none done. */
void weir_stage_run_begin(struct weir_batch *batch, uint32_t stage, uint32_t partition_count);

/* A waiting stage is not run in this batch. */
void weir_stage_run_skip(struct weir_batch *batch, uint32_t stage);

/* A stage that waits or runs has failed; takes a reference of its own. */
void weir_stage_run_fail(struct weir_batch *batch, uint32_t stage, struct weir_failure *failure);

/* Takes over what a stage has left in another version of the tables. */
void weir_stage_run_copy(struct weir_batch *batch, const struct weir_batch *from, uint32_t stage);

/* The batch has failed, if it has not yet; takes a reference of its own. */
void weir_batch_fail(struct weir_batch *batch, struct weir_failure *failure);

/* Notes what a finished task left. */
void weir_stage_run_done(struct weir_batch *batch,
                         const struct weir_stage *stage,
                         const struct weir_message *done);

/* The stage is done if all its partitions are; true if it has just become so. */
bool weir_stage_run_close(struct weir_batch *batch, uint32_t stage);

/* Did partition p leave anything for bucket b (exit blocks: b = 0)? */
bool weir_partition_run_has(const struct weir_partition_run *run, uint32_t bucket);

#endif
