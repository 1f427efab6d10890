/* SPDX-License-Identifier: Apache-2.0 */
/* What a source of files hands to the engine instead of records: byte spans of named files. A range
 * is a text, one line a span: "FROM-TO:PATH_BYTES:PATH\n"; it holds all that is needed to read the
 * same bytes again, in any process, later. */
#ifndef WEIR_PLUGINS_FILES_RANGE_H
#define WEIR_PLUGINS_FILES_RANGE_H

#include <weir/io.h>

struct weir_span {
    weir_str path; /* in the range's own bytes; not NUL-terminated */
    uint64_t from, to;
};

/* Appends a span. [any thread] */
void weir_span_append(struct weir_blob *range, weir_str path, uint64_t from, uint64_t to);

/* Takes the first span off *rest: 1, 0 at the end, or -1 if these are no bytes of weir_span_append.
 * [any thread] */
int weir_span_next(weir_bytes *rest, struct weir_span *span);

/* A source's `split`: cuts at line starts into at most `parts` parts of about the same size.
 * [worker thread] */
int weir_range_split(struct weir_task *task,
                     weir_bytes range,
                     uint32_t parts,
                     struct weir_split *split);

/* A source's `read`: every line of the range, in order; each file's last line gets its '\n'.
 * [worker threads] */
int weir_range_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan);

#endif
