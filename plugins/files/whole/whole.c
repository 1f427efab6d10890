/* SPDX-License-Identifier: Apache-2.0 */
/* See whole.h. */
#include "whole.h"

enum { FILES_MAX = 1 << 20 };

int weir_whole_open(struct weir_task *task)
{
    struct weir_whole *self = weir_self(task, struct weir_whole);
    weir_str path = weir_param_str(task, "path");
    self->per_batch = (uint64_t)weir_param_i64(task, "per_batch");
    if (memchr(path.bytes, '\0', path.count) != NULL) {
        return weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "the path has a NUL byte in it");
    }
    return weir_file_list_find(&self->list, task, path.bytes);
}

void weir_whole_close(struct weir_task *task)
{
    struct weir_whole *self = weir_self(task, struct weir_whole);
    weir_file_list_free(&self->list);
    weir_blob_free(&self->range);
    weir_blob_free(&self->to);
}

/* ---- which files a batch has ---- */

/* The first file behind the place, which is a span of the last one that was taken. */
static int find_next(struct weir_task *task, weir_bytes from, size_t *index)
{
    const struct weir_whole *self = weir_self(task, struct weir_whole);
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

int weir_whole_next(struct weir_task *task,
                    weir_bytes from,
                    const struct weir_source_limit *limit,
                    struct weir_range *answer)
{
    struct weir_whole *self = weir_self(task, struct weir_whole);
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

int weir_whole_damaged(struct weir_task *task)
{
    return weir_fail(task, WEIR_FATAL,
                     "the range to read is damaged: expected spans of files, found other bytes in "
                     "it");
}

/* Whole files, about as many in each part. */
int weir_whole_split(struct weir_task *task,
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
    return more == 0 ? WEIR_OK : weir_whole_damaged(task);
}
