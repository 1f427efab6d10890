/* SPDX-License-Identifier: Apache-2.0 */
/* The record of which input belongs to which batch, and which batches are committed. In memory
 * here; its durable form (delivery.md section 1) writes the same records. Also the block tracker:
 * received blocks wait here until a batch takes all of them. Source: the reference's
 * ReceivedBlockTracker: only newer batch times allocate, and a batch keeps its blocks for ever. */
#ifndef WEIR_LEDGER_LEDGER_H
#define WEIR_LEDGER_LEDGER_H

#include "base/base.h"
#include "wire/wire.h"

struct weir_ledger_block { /* one received block */
    uint32_t number;
    uint64_t rows, bytes;
};

/* What one input gave to one batch. Owned by the ledger. */
struct weir_ledger_input {
    uint32_t block_count; /* receiver: blocks in order of arrival */
    struct weir_ledger_block *blocks;
    uint32_t part_count; /* source: parts of its range, in order */
    weir_bytes *parts;
    weir_bytes to;    /* source: where the next range begins; NULL: its range was never set */
    uint64_t records; /* receivers: known; sources: if known */
    bool is_none;     /* source: the batch has no RDD of it */
};

enum weir_ledger_state { WEIR_LEDGER_OPENED = 1, WEIR_LEDGER_COMMITTED };

struct weir_ledger_batch {
    int64_t batch_us;
    enum weir_ledger_state state;
    uint32_t input_count;
    struct weir_ledger_input inputs[]; /* by input */
};

struct weir_ledger;

/* For a job of input_count inputs. The caller owns it. */
struct weir_ledger *weir_ledger_create(uint32_t input_count);
void weir_ledger_destroy(struct weir_ledger *ledger); /* NULL is fine. */

/* A received block arrived: it waits for the next batch that opens. */
void weir_ledger_add_block(struct weir_ledger *ledger,
                           uint32_t input,
                           const struct weir_ledger_block *block);

/* Blocks that wait, of all inputs, and their bytes and rows. */
uint64_t weir_ledger_waiting_blocks(const struct weir_ledger *ledger);
uint64_t weir_ledger_waiting_bytes(const struct weir_ledger *ledger);
uint64_t weir_ledger_waiting_rows(const struct weir_ledger *ledger);

/* The i-th block of an input that waits, in order of arrival; NULL: there are not so many. Valid
 * until the next change. */
const struct weir_ledger_block *weir_ledger_waiting_block(const struct weir_ledger *ledger,
                                                          uint32_t input,
                                                          uint32_t i);

/* Opens a batch later than all before (asserted): it takes all waiting blocks. The batch is the
 * ledger's. */
struct weir_ledger_batch *weir_ledger_open(struct weir_ledger *ledger, int64_t batch_us);

/* Gives a source's range to an opened batch, once; everything is copied. */
void weir_ledger_set_range(struct weir_ledger_batch *batch,
                           uint32_t input,
                           const weir_bytes *parts,
                           uint32_t count,
                           weir_bytes to,
                           uint64_t records);

/* Says that the batch has no RDD of a source. */
void weir_ledger_set_none(struct weir_ledger_batch *batch, uint32_t input);

/* A batch that belongs to no ledger (a version of the tables). The caller owns it. */
struct weir_ledger_batch *weir_ledger_batch_create(uint32_t input_count, int64_t batch_us);
void weir_ledger_batch_destroy(struct weir_ledger_batch *batch);

/* Appends parts to what a source has given to it; everything is copied. */
void weir_ledger_add_range(struct weir_ledger_batch *batch,
                           uint32_t input,
                           const weir_bytes *parts,
                           uint32_t count);

/* Gives it the parts of a source that another one has. */
void weir_ledger_copy_input(struct weir_ledger_batch *batch,
                            const struct weir_ledger_batch *from,
                            uint32_t input);

/* The batch of a time, or NULL if it was never opened or is trimmed. */
struct weir_ledger_batch *weir_ledger_batch(struct weir_ledger *ledger, int64_t batch_us);

/* Marks it committed: in batch order (asserted). */
void weir_ledger_commit(struct weir_ledger *ledger, int64_t batch_us);

/* The oldest batch that is not trimmed; NULL: none. */
struct weir_ledger_batch *weir_ledger_oldest(struct weir_ledger *ledger);

/* Forgets committed batches of times before `before_us`. Their number is all that it costs. */
void weir_ledger_trim(struct weir_ledger *ledger, int64_t before_us);

/* Appends all that is known, as msgpack. Of batches later than until_us only their received blocks
 * are written, as waiting. */
void weir_ledger_encode(const struct weir_ledger *ledger, int64_t until_us, struct weir_text *to);

/* Reads it into an empty ledger of as many inputs. WEIR_EDAMAGED. */
int weir_ledger_decode(struct weir_ledger *ledger, struct weir_unpack *in);

/* Calls visit for every received block: those that wait, and those of batches. */
void weir_ledger_each_block(const struct weir_ledger *ledger,
                            void (*visit)(void *owner, uint32_t input, uint32_t number),
                            void *owner);

/* The time of the newest batch held; INT64_MIN: none. */
int64_t weir_ledger_newest_us(const struct weir_ledger *ledger);

/* Batches held. */
size_t weir_ledger_count(const struct weir_ledger *ledger);

#endif
