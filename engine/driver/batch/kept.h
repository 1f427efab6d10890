/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the committed RDDs of one stage that windows read again: how many partitions
 * each has, and which of them left rows. A window may hold hundreds of thousands, so each is two
 * words, found by its time. Private to driver. */
#ifndef WEIR_DRIVER_KEPT_H
#define WEIR_DRIVER_KEPT_H

#include "driver/batch/batch.h"

struct weir_kept_rdd {
    uint32_t partition_count;
    union {
        uint64_t few;   /* bit p: partition p left rows; up to 64 partitions */
        uint64_t *many; /* the same in an array of its own */
    } has;
};

/* Zero-initialised = empty. RDDs come at a fixed distance in time and go at the front. */
struct weir_kept {
    int64_t first_us, slide_us;
    struct weir_kept_rdd *rdds; /* [first, end) */
    size_t first, end, capacity;
};

void weir_kept_finish(struct weir_kept *kept);

/* Adds the RDD of a time, which is the next after the newest. */
void weir_kept_add(struct weir_kept *kept,
                   int64_t time_us,
                   int64_t slide_us,
                   const struct weir_stage_run *run);

/* The same from a record: bits as weir_kept_rdd_bits gives them. */
void weir_kept_put(struct weir_kept *kept,
                   int64_t time_us,
                   int64_t slide_us,
                   uint32_t partition_count,
                   weir_bytes bits);

/* Its bits, a word for each 64 partitions. Borrowed. */
weir_bytes weir_kept_rdd_bits(const struct weir_kept_rdd *rdd);

/* The RDD of a time, which must be there. */
const struct weir_kept_rdd *weir_kept_find(const struct weir_kept *kept, int64_t time_us);

/* Did its partition p leave rows? */
bool weir_kept_rdd_has(const struct weir_kept_rdd *rdd, uint32_t partition);

/* Forgets the oldest RDD if its time is at most `until_us`; says its time and partitions (0 if none
 * of them left rows). */
bool weir_kept_drop(struct weir_kept *kept,
                    int64_t until_us,
                    int64_t *time_us,
                    uint32_t *partition_count);

#endif
