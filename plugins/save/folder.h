/* SPDX-License-Identifier: Apache-2.0 */
/* Where the files of a batch go: PREFIX-TIME_MS[.SUFFIX], and beside it, hidden, where they are
 * written until the batch is committed. All functions: 0 or an errno value. */
#ifndef WEIR_PLUGINS_SAVE_FOLDER_H
#define WEIR_PLUGINS_SAVE_FOLDER_H

#include <weir/io.h>

/* The folder's path, NUL-terminated, into `path`; hidden: the one for unfinished files. */
int weir_folder_name(struct weir_blob *path,
                     const char *prefix,
                     const char *suffix,
                     int64_t time_ms,
                     bool is_hidden);

/* folder/name, NUL-terminated, into `path`. */
int weir_folder_entry(struct weir_blob *path, const char *folder, const char *name);

/* Makes the folder and those above it; fine if it is there. */
int weir_folder_make(const char *path);

/* Makes the folders above `path`, and checks that something can be created there. */
int weir_folder_make_above(const char *path);

/* Makes an empty file, or empties it. */
int weir_folder_touch(const char *path);

/* Removes the folder and the files in it; fine if it is not there. */
int weir_folder_remove(const char *path);

/* Writes all bytes. */
int weir_file_write(int fd, const char *bytes, size_t count);

#endif
