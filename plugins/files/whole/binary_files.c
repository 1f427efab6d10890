/* SPDX-License-Identifier: Apache-2.0 */
/* Source binary_files: each file as one record, its bytes as they are: for what is no text of
 * lines, such as compressed files, which a codec behind it reads as a whole. */
#include "../opened.h"
#include "whole.h"

enum { FILE_BYTES_MAX = 1 << 30 };

struct whole_source {
    struct weir_whole whole; /* first: whole.c's */
    struct weir_blob content;
};

static void whole_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct whole_source)->content);
    weir_whole_close(task);
}

static int read_content(struct weir_task *task, const struct weir_span *span)
{
    struct weir_blob *content = &weir_self(task, struct whole_source)->content;
    const size_t count = (size_t)(span->to - span->from);
    struct weir_opened file;
    weir_blob_clear(content);
    if (count > FILE_BYTES_MAX) {
        return weir_fail(task, WEIR_FATAL, "%.*s has %zu bytes: a record holds at most 1 GiB",
                         (int)span->path.count, span->path.bytes, count);
    }
    char *to = weir_blob_reserve(content, count + 1);
    if (to == NULL) {
        return weir_fail(task, WEIR_RETRY, "out of memory for a file of %zu bytes", count);
    }
    int rc = weir_opened_open(&file, task, span);
    rc = rc == WEIR_OK && count > 0 ? weir_opened_read(&file, to, count, span->from) : rc;
    content->count = count;
    weir_opened_close(&file);
    return rc;
}

static int put_file(struct weir_task *task, struct weir_scan *scan, const struct weir_span *span)
{
    const struct weir_blob *content = &weir_self(task, struct whole_source)->content;
    int rc = read_content(task, span);
    rc = rc == WEIR_OK ? weir_row_begin(scan->out, task, span->path.count + content->count) : rc;
    if (rc == WEIR_OK) {
        weir_row_str(scan->out, 0, span->path);
        weir_row_bytes(scan->out, 1, weir_bytes_make(content->bytes, content->count));
        weir_row_end(scan->out);
    }
    return rc;
}

static int whole_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct weir_span span;
    int more = 0;
    int rc = WEIR_OK;
    while (rc == WEIR_OK && (more = weir_span_next(&range, &span)) == 1) {
        rc = put_file(task, scan, &span);
    }
    if (rc == WEIR_OK && more != 0) {
        return weir_whole_damaged(task);
    }
    return rc == WEIR_OK ? scan->flush(scan) : rc;
}

WEIR_PLUGIN("org.weir.binary_files", WEIR_VERSION, "files as records", "Apache-2.0");
WEIR_SOURCE(binary_files,
            WEIR_FINITE,
            (weir_str, path, weir_bytes, value),
            weir_whole_next,
            weir_whole_split,
            whole_read,
            NULL);
WEIR_HELP(binary_files,
          "A file, or each file that a glob names, in name order, as one record of its path and "
          "its bytes (at most 1 GiB): compressed files and other formats that a codec reads as a "
          "whole. The job ends with them. Files must stay as they are meanwhile.",
          "binary_files \"README.md\" | lines | count | print");
WEIR_INSTANCE(binary_files, struct whole_source, weir_whole_open, whole_close);
WEIR_PARAMS(binary_files,
            WEIR_PARAM_STR(path, positional, "a file, or a glob such as \"logs/*.gz\""),
            WEIR_WHOLE_PER_BATCH);
