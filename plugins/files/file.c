/* SPDX-License-Identifier: Apache-2.0 */
/* Source file: the lines of files, once. A batch takes batch_bytes, to the end of a line, or
 * per_batch whole files. */
#include "list.h"
#include "opened.h"

#include <weir/plugin.h>

#include <unistd.h>

enum { PROBE_BYTES = 64 * 1024 };

struct file_source {
    struct weir_file_list list;
    uint64_t per_batch; /* 0: bytes decide */
    uint64_t range_bytes;
    struct weir_blob range, to, probe;
};

static int file_open(struct weir_task *task)
{
    struct file_source *self = weir_self(task, struct file_source);
    weir_str path = weir_param_str(task, "path");
    self->per_batch = (uint64_t)weir_param_i64(task, "per_batch");
    if (memchr(path.bytes, '\0', path.count) != NULL) {
        return weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "the path has a NUL byte in it");
    }
    return weir_file_list_find(&self->list, task, path.bytes);
}

static void file_close(struct weir_task *task)
{
    struct file_source *self = weir_self(task, struct file_source);
    weir_file_list_free(&self->list);
    weir_blob_free(&self->range);
    weir_blob_free(&self->to);
    weir_blob_free(&self->probe);
}

/* Where reading goes on: file `index` of the list at byte `offset`. A place is a span that begins
 * and ends there. */
struct place {
    size_t index;
    uint64_t offset;
};

static int find_place(struct weir_task *task, weir_bytes from, struct place *place)
{
    const struct file_source *self = weir_self(task, struct file_source);
    struct weir_span span;
    *place = (struct place){0};
    if (from.count == 0) {
        return WEIR_OK;
    }
    if (weir_span_next(&from, &span) != 1 || from.count != 0) {
        return weir_fail(task, WEIR_FATAL,
                         "the place to go on from is damaged: expected one span of a file");
    }
    while (place->index < self->list.count) {
        const char *path = self->list.files[place->index].path;
        int order = weir_str_compare(weir_str_from_chars(path), span.path);
        if (order >= 0) {
            place->offset = order == 0 ? span.from : 0;
            break;
        }
        place->index++;
    }
    return WEIR_OK;
}

/* Past what is finished and what is empty. False: nothing is left. */
static bool skip_finished(const struct weir_file_list *list, struct place *place)
{
    while (place->index < list->count && place->offset >= list->files[place->index].bytes) {
        place->index++;
        place->offset = 0;
    }
    return place->index < list->count;
}

/* Moves span->to, the limit in the middle of a file, behind the end of the line it is in. */
static int to_line_end(struct weir_task *task, struct weir_span *span, uint64_t file_bytes)
{
    struct file_source *self = weir_self(task, struct file_source);
    struct weir_opened file;
    weir_blob_clear(&self->probe);
    char *probe = weir_blob_reserve(&self->probe, PROBE_BYTES);
    int rc = weir_opened_open(&file, task, span);
    uint64_t at = span->to - 1; /* the byte before the limit may be the end already */
    span->to = file_bytes;
    while (rc == WEIR_OK && at < file_bytes && probe != NULL) {
        size_t count = file_bytes - at < PROBE_BYTES ? (size_t)(file_bytes - at) : PROBE_BYTES;
        rc = weir_opened_read(&file, probe, count, at);
        const char *newline = rc == WEIR_OK ? memchr(probe, '\n', count) : NULL;
        if (newline != NULL) {
            span->to = at + (uint64_t)(newline - probe) + 1;
            break;
        }
        at += count;
    }
    weir_opened_close(&file);
    return rc;
}

/* Adds what this batch takes of the file at `place` and moves on; *left: bytes it may still take.
 */
static int take_file(struct weir_task *task, struct place *place, uint64_t *left)
{
    struct file_source *self = weir_self(task, struct file_source);
    const struct weir_file *file = &self->list.files[place->index];
    struct weir_span span = {weir_str_from_chars(file->path), place->offset, file->bytes};
    int rc = WEIR_OK;
    if (file->bytes - place->offset > *left) {
        span.to = place->offset + *left;
        rc = to_line_end(task, &span, file->bytes);
    }
    weir_span_append(&self->range, span.path, span.from, span.to);
    uint64_t taken = span.to - span.from;
    self->range_bytes += taken;
    *left = taken < *left ? *left - taken : 0;
    place->offset = span.to;
    return rc;
}

static int answer_place(struct weir_task *task,
                        const struct place *place,
                        struct weir_range *answer)
{
    struct file_source *self = weir_self(task, struct file_source);
    const struct weir_file_list *list = &self->list;
    size_t index = place->index < list->count ? place->index : list->count - 1;
    uint64_t offset = place->index < list->count ? place->offset : list->files[index].bytes;
    weir_blob_clear(&self->to);
    weir_span_append(&self->to, weir_str_from_chars(list->files[index].path), offset, offset);
    if (self->range.is_failed || self->to.is_failed || self->probe.is_failed) {
        return weir_fail(task, WEIR_RETRY, "out of memory for a range");
    }
    answer->range = weir_bytes_make(self->range.bytes, self->range.count);
    answer->to = weir_bytes_make(self->to.bytes, self->to.count);
    return WEIR_OK;
}

static int file_next(struct weir_task *task,
                     weir_bytes from,
                     const struct weir_source_limit *limit,
                     struct weir_range *answer)
{
    struct file_source *self = weir_self(task, struct file_source);
    bool by_files = self->per_batch > 0;
    uint64_t left = by_files || limit->bytes_max == 0 ? UINT64_MAX : limit->bytes_max;
    struct place place;
    int rc = find_place(task, from, &place);
    weir_blob_clear(&self->range);
    self->range_bytes = 0;
    for (uint64_t files = 0; rc == WEIR_OK && left > 0 && skip_finished(&self->list, &place);
         files++) {
        if (by_files && files == self->per_batch) {
            break;
        }
        rc = take_file(task, &place, &left);
    }
    if (rc != WEIR_OK) {
        return rc;
    }
    answer->is_last = !skip_finished(&self->list, &place);
    answer->records = 0;
    answer->bytes = self->range_bytes;
    return answer_place(task, &place, answer);
}

WEIR_PLUGIN("org.weir.file", WEIR_VERSION, "lines of files", "Apache-2.0");
WEIR_TEXT_SOURCE(file, WEIR_FINITE, file_next, weir_range_split, weir_range_read, NULL);
WEIR_HELP(file,
          "The lines of a file, or of all files that a glob names, in name order, once: the job "
          "ends with them. Files must stay as they are meanwhile.",
          "file \"README.md\" | count | print");
WEIR_INSTANCE(file, struct file_source, file_open, file_close);
WEIR_PARAMS(file,
            WEIR_PARAM_STR(path, positional, "a file, or a glob such as \"logs/*.log\""),
            WEIR_PARAM_I64_IN(per_batch,
                              default(0),
                              0,
                              1000000,
                              "whole files in a batch, whatever batch_bytes says; 0: batch_bytes "
                              "decides"));
