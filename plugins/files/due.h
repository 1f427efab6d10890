/* SPDX-License-Identifier: Apache-2.0 */
/* Which files a batch of a stream of files takes, by their modification time. Source: the
 * reference's FileInputDStream. */
#ifndef WEIR_PLUGINS_FILES_DUE_H
#define WEIR_PLUGINS_FILES_DUE_H

#include <stdbool.h>
#include <stdint.h>

/* Times in ms: files modified after after_ms, up to until_ms, are due, each once. */
struct weir_files_due {
    int64_t after_ms, until_ms;
};

/* Of the batch of a time. start_ms: when the stream was made; 0: files from before it count too.
 * The window looks back `remember_ms`, rounded up to whole batches. */
static inline struct weir_files_due weir_files_due_at(int64_t time_ms,
                                                      int64_t start_ms,
                                                      int64_t remember_ms,
                                                      int64_t batch_ms)
{
    const int64_t window = (remember_ms + batch_ms - 1) / batch_ms * batch_ms;
    struct weir_files_due due = {start_ms, time_ms};
    if (time_ms - window > due.after_ms) {
        due.after_ms = time_ms - window;
    }
    return due;
}

static inline bool weir_file_is_due(const struct weir_files_due *due, int64_t modified_ms)
{
    return modified_ms > due->after_ms && modified_ms <= due->until_ms;
}

#endif
