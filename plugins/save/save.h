/* SPDX-License-Identifier: Apache-2.0 */
/* What sinks of files share: a folder for each batch, PREFIX-TIME_MS[.SUFFIX], a file for each
 * partition, and _SUCCESS once all is there. Tasks write into a hidden folder; commit moves the
 * files, so a batch that is run again replaces its files and a reader never sees half of one.
 *
 * A sink's struct begins with a struct weir_save; its write asks for the file, appends to `buffer`
 * and spills. Its parameters are WEIR_SAVE_PARAMS. */
#ifndef WEIR_PLUGINS_SAVE_SAVE_H
#define WEIR_PLUGINS_SAVE_SAVE_H

#include <weir/plugin.h>

enum { WEIR_SAVE_BUFFER_BYTES = 256 * 1024, WEIR_SAVE_NAME_BYTES = 32 };

struct weir_save {
    const char *prefix, *suffix;
    bool writes_empty; /* also batches without records */
    /* of the partition being written */
    int fd; /* -1: nothing to write yet */
    char name[WEIR_SAVE_NAME_BYTES];
    struct weir_blob folder, path, buffer, token;
    /* of commit */
    struct weir_blob target, entry;
};

/* Of the instance: takes the parameters, makes the folders above. [task thread] */
int weir_save_open(struct weir_task *task);
void weir_save_close(struct weir_task *task); /* Frees, and removes what is unfinished. */

/* Makes the partition's file, unless it is there. Before the first append. [task thread] */
int weir_save_file(struct weir_task *task);

/* Writes the buffer to the file once it is full. After each append, whose failure it reports. [task
 * thread] */
int weir_save_spill(struct weir_task *task);

/* The slots of struct weir_sink_ops, but for write. */
int weir_save_begin(struct weir_task *task, weir_str txn);
int weir_save_prepare(struct weir_task *task, weir_bytes *token);
int weir_save_commit(struct weir_task *task,
                     int64_t batch_us,
                     const weir_bytes *const *tokens,
                     size_t count);
int weir_save_abort(struct weir_task *task, weir_str txn);

#define WEIR_SAVE_PARAMS                                                                           \
    WEIR_PARAM_STR(prefix, positional, "path that the folders' names begin with"),                 \
        WEIR_PARAM_STR(suffix, positional_default(""), "what their names end in"),                 \
        WEIR_PARAM_STR(empty, default("skip"),                                                     \
                       "what becomes of batches without records: skip or write")

#endif
