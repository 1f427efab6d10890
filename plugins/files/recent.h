/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a stream of files has already given, as far back as one of them could be given
 * again. It travels as the source's place, so a job that goes on elsewhere selects the same: one
 * line a file, "BATCH_MS:PATH_BYTES:PATH\n". */
#ifndef WEIR_PLUGINS_FILES_RECENT_H
#define WEIR_PLUGINS_FILES_RECENT_H

#include <weir/io.h>

struct weir_recent_file {
    int64_t batch_ms; /* of the batch that took it */
    weir_str path;    /* in the text's own bytes */
};

struct weir_recent {
    struct weir_recent_file *files; /* in the order of their paths */
    size_t count;
};

/* Reads the text; the paths point into it. 0, -1 if it is damaged, -2 if memory is short. */
int weir_recent_parse(weir_bytes text, struct weir_recent *recent);

/* Whether the path is in it. */
bool weir_recent_has(const struct weir_recent *recent, weir_str path);

/* Appends a line. */
void weir_recent_append(struct weir_blob *text, int64_t batch_ms, weir_str path);

/* Frees it. */
void weir_recent_free(struct weir_recent *recent);

#endif
