/* SPDX-License-Identifier: Apache-2.0 */
/* What sources share that take files whole: which files a batch has, and how its range is split.
 * A source's struct begins with a struct weir_whole; it has the parameters path and per_batch. */
#ifndef WEIR_PLUGINS_FILES_WHOLE_WHOLE_H
#define WEIR_PLUGINS_FILES_WHOLE_WHOLE_H

#include "../list.h"
#include "../range.h"

#include <weir/plugin.h>

struct weir_whole {
    struct weir_file_list list;
    uint64_t per_batch; /* 0: bytes decide */
    struct weir_blob range, to;
};

/* Of the instance: finds the files. [task thread] */
int weir_whole_open(struct weir_task *task);
void weir_whole_close(struct weir_task *task); /* Frees. */

/* The slots of struct weir_source_ops: files in name order; as many in each part of a range. */
int weir_whole_next(struct weir_task *task,
                    weir_bytes from,
                    const struct weir_source_limit *limit,
                    struct weir_range *answer);
int weir_whole_split(struct weir_task *task,
                     weir_bytes range,
                     uint32_t parts,
                     struct weir_split *split);

/* Fails: a range is none of weir_whole_next's. */
int weir_whole_damaged(struct weir_task *task);

#define WEIR_WHOLE_PER_BATCH                                                                       \
    WEIR_PARAM_I64_IN(per_batch, default(0), 0, 1000000,                                           \
                      "files in a batch, whatever batch_bytes says; 0: batch_bytes decides")

#endif
