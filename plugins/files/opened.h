/* SPDX-License-Identifier: Apache-2.0 */
/* One file of a span, open for reading. A file that is gone, shorter than when the batch was made,
 * or unreadable is an error that names it and says what to do: its records were promised to a
 * batch. */
#ifndef WEIR_PLUGINS_FILES_OPENED_H
#define WEIR_PLUGINS_FILES_OPENED_H

#include "range.h"

struct weir_opened {
    int fd;
    struct weir_task *task;
    struct weir_blob path; /* NUL-terminated */
};

/* Opens the file of the span and checks that it still reaches to span->to. Close it also after a
 * failure. [task thread] */
int weir_opened_open(struct weir_opened *file,
                     struct weir_task *task,
                     const struct weir_span *span);

/* Reads exactly `count` bytes from place `from`. [task thread] */
int weir_opened_read(struct weir_opened *file, char *to, size_t count, uint64_t from);

/* Closes and frees. */
void weir_opened_close(struct weir_opened *file);

#endif
