/* SPDX-License-Identifier: Apache-2.0 */
/* Source binary_files: each file as one record, its bytes as they are: for what is no text of
 * lines, such as compressed files, which a codec behind it reads as a whole. */
#include "../list.h"
#include "../opened.h"

#include <weir/plugin.h>

enum { FILE_BYTES_MAX = 1 << 30, FILES_MAX = 1 << 20 };

struct whole_source {
    struct weir_file_list list;
    uint64_t per_batch; /* 0: bytes decide */
    struct weir_blob range, to, content;
};

static int whole_open(struct weir_task *task)
{
    struct whole_source *self = weir_self(task, struct whole_source);
    weir_str path = weir_param_str(task, "path");
    self->per_batch = (uint64_t)weir_param_i64(task, "per_batch");
    if (memchr(path.bytes, '\0', path.count) != NULL) {
        return weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "the path has a NUL byte in it");
    }
    return weir_file_list_find(&self->list, task, path.bytes);
}

static void whole_close(struct weir_task *task)
{
    struct whole_source *self = weir_self(task, struct whole_source);
    weir_file_list_free(&self->list);
    weir_blob_free(&self->range);
    weir_blob_free(&self->to);
    weir_blob_free(&self->content);
}

/* ---- which files a batch has ---- */

/* The first file behind the place, which is a span of the last one that was taken. */
static int find_next(struct weir_task *task, weir_bytes from, size_t *index)
{
    const struct whole_source *self = weir_self(task, struct whole_source);
    struct weir_span span;
    *index = 0;
    if (from.count == 0) {
        return WEIR_OK;
    }
    if (weir_span_next(&from, &span) != 1 || from.count != 0) {
        return weir_fail(task, WEIR_FATAL,
                         "the place to go on from is damaged: expected one span of a file");
    }
    while (*index < self->list.count &&
           weir_str_compare(weir_str_from_chars(self->list.files[*index].path), span.path) <= 0) {
        (*index)++;
    }
    return WEIR_OK;
}

static int whole_next(struct weir_task *task,
                      weir_bytes from,
                      const struct weir_source_limit *limit,
                      struct weir_range *answer)
{
    struct whole_source *self = weir_self(task, struct whole_source);
    uint64_t files_max = self->per_batch > 0 ? self->per_batch : FILES_MAX;
    uint64_t bytes_max =
        self->per_batch > 0 || limit->bytes_max == 0 ? UINT64_MAX : limit->bytes_max;
    size_t index;
    int rc = find_next(task, from, &index);
    weir_blob_clear(&self->range);
    weir_blob_clear(&self->to);
    answer->records = answer->bytes = 0;
    while (rc == WEIR_OK && index < self->list.count && answer->records < files_max &&
           answer->bytes < bytes_max) {
        const struct weir_file *file = &self->list.files[index++];
        const weir_str path = weir_str_from_chars(file->path);
        weir_span_append(&self->range, path, 0, file->bytes);
        weir_blob_clear(&self->to);
        weir_span_append(&self->to, path, 0, file->bytes);
        answer->bytes += file->bytes;
        answer->records++;
    }
    if (rc == WEIR_OK && (self->range.is_failed || self->to.is_failed)) {
        return weir_fail(task, WEIR_RETRY, "out of memory for a range");
    }
    answer->range = weir_bytes_make(self->range.bytes, self->range.count);
    answer->to = answer->records > 0 ? weir_bytes_make(self->to.bytes, self->to.count) : from;
    answer->is_last = index >= self->list.count;
    return rc;
}

static int fail_damaged(struct weir_task *task)
{
    return weir_fail(task, WEIR_FATAL,
                     "the range to read is damaged: expected spans of files, found other bytes in "
                     "it");
}

/* Whole files, about as many in each part. */
static int whole_split(struct weir_task *task,
                       weir_bytes range,
                       uint32_t parts,
                       struct weir_split *split)
{
    struct weir_span span;
    weir_bytes rest = range;
    uint64_t count = 0;
    uint64_t done = 0;
    int more;
    while ((more = weir_span_next(&rest, &span)) == 1) {
        count++;
    }
    rest = range;
    for (uint64_t part = 1; more == 0 && part <= parts && done < count; part++) {
        const uint8_t *start = rest.bytes;
        while (done < count * part / parts && weir_span_next(&rest, &span) == 1) {
            done++;
        }
        if (rest.bytes != start) {
            const int rc = split->part(split, weir_bytes_make(start, (size_t)(rest.bytes - start)));
            if (rc != WEIR_OK) {
                return rc;
            }
        }
    }
    return more == 0 ? WEIR_OK : fail_damaged(task);
}

/* ---- reading them ---- */

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
        return fail_damaged(task);
    }
    return rc == WEIR_OK ? scan->flush(scan) : rc;
}

WEIR_PLUGIN("org.weir.binary_files", WEIR_VERSION, "files as records", "Apache-2.0");
WEIR_SOURCE(binary_files,
            WEIR_FINITE,
            (weir_str, path, weir_bytes, value),
            whole_next,
            whole_split,
            whole_read,
            NULL);
WEIR_HELP(binary_files,
          "A file, or each file that a glob names, in name order, as one record of its path and "
          "its bytes (at most 1 GiB): compressed files and other formats that a codec reads as a "
          "whole. The job ends with them. Files must stay as they are meanwhile.",
          "binary_files \"README.md\" | lines | count | print");
WEIR_INSTANCE(binary_files, struct whole_source, whole_open, whole_close);
WEIR_PARAMS(binary_files,
            WEIR_PARAM_STR(path, positional, "a file, or a glob such as \"logs/*.gz\""),
            WEIR_PARAM_I64_IN(per_batch,
                              default(0),
                              0,
                              1000000,
                              "files in a batch, whatever batch_bytes says; 0: batch_bytes "
                              "decides"));
