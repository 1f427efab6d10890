/* SPDX-License-Identifier: Apache-2.0 */
/* Source object_files: the records of files that save_as_object_files wrote. What fields they have
 * stands in the first file, which is why the files must be there when the job is checked. */
#include "../opened.h"
#include "whole.h"

enum { FRAME_BYTES_MAX = 1 << 30, PLACE_BYTES = 512 };

struct object_source {
    struct weir_whole whole; /* first: whole.c's */
    const struct weir_block_format *block;
    struct weir_blob frame;
};

/* A file from one frame to the next. */
struct frames {
    struct weir_task *task;
    const struct weir_block_format *block;
    struct weir_blob *frame; /* the current one */
    struct weir_opened file;
    uint64_t at, end;
    char place[PLACE_BYTES]; /* of the current one */
};

static int find_block(struct weir_task *task, const struct weir_block_format **block)
{
    *block = task->host->get(WEIR_BLOCK_1);
    return *block != NULL
               ? WEIR_OK
               : weir_fail(task, WEIR_FATAL, "this weir has no " WEIR_BLOCK_1 ": update weir");
}

static int object_open(struct weir_task *task)
{
    int rc = find_block(task, &weir_self(task, struct object_source)->block);
    return rc == WEIR_OK ? weir_whole_open(task) : rc;
}

static void object_close(struct weir_task *task)
{
    weir_blob_free(&weir_self(task, struct object_source)->frame);
    weir_whole_close(task);
}

static int fail_truncated(const struct frames *f, uint64_t expected)
{
    return weir_fail(f->task, WEIR_FATAL,
                     "%s: expected %llu bytes of a block, found %llu: the file is truncated or "
                     "damaged; write or copy it again",
                     f->place, (unsigned long long)expected, (unsigned long long)(f->end - f->at));
}

/* Finds the bytes of the frame at f->at. */
static int measure(struct frames *f, size_t *bytes)
{
    uint8_t head[WEIR_BLOCK_HEAD_BYTES];
    if (f->end - f->at < sizeof head) {
        return fail_truncated(f, sizeof head);
    }
    int rc = weir_opened_read(&f->file, (char *)head, sizeof head, f->at);
    if (rc != WEIR_OK) {
        return rc;
    }
    const uint64_t count = f->block->frame_bytes(weir_bytes_make(head, sizeof head));
    if (count == 0) {
        return weir_fail(f->task, WEIR_FATAL,
                         "%s: expected a block of weir, found other bytes: only files of "
                         "save_as_object_files are read, and this one may be damaged",
                         f->place);
    }
    if (count > f->end - f->at) {
        return fail_truncated(f, count);
    }
    if (count > FRAME_BYTES_MAX) {
        return weir_fail(f->task, WEIR_FATAL, "%s: a block of %llu bytes: at most 1 GiB is read",
                         f->place, (unsigned long long)count);
    }
    *bytes = (size_t)count;
    return WEIR_OK;
}

/* Reads the next frame into f->frame; none at the end of the file. */
static int next_frame(struct frames *f)
{
    size_t count = 0;
    weir_blob_clear(f->frame);
    if (f->at == f->end) {
        return WEIR_OK;
    }
    snprintf(f->place, sizeof f->place, "%s at byte %llu", f->file.path.bytes,
             (unsigned long long)f->at);
    int rc = measure(f, &count);
    if (rc != WEIR_OK) {
        return rc;
    }
    char *to = weir_blob_reserve(f->frame, count);
    if (to == NULL) {
        return weir_fail(f->task, WEIR_RETRY, "out of memory for a block of %zu bytes", count);
    }
    rc = weir_opened_read(&f->file, to, count, f->at);
    f->frame->count = count;
    f->at += count;
    return rc;
}

static weir_bytes bytes_of(const struct weir_blob *blob)
{
    return weir_bytes_make((const uint8_t *)blob->bytes, blob->count);
}

/* ---- fields ---- */

/* The first file that is not empty: partitions without records have empty ones. */
static int declare_fields(struct weir_bind *bind, struct frames *f, const char *pattern)
{
    struct weir_file_list list = {0};
    size_t i = 0;
    int rc = weir_file_list_find(&list, f->task, pattern);
    while (rc == WEIR_OK && i < list.count && list.files[i].bytes == 0) {
        i++;
    }
    if (rc == WEIR_OK && i == list.count) {
        rc = weir_fail(f->task, WEIR_FATAL,
                       WEIR_NO_INPUT "%s has no records, and so nothing says what fields they "
                                     "have: write some first",
                       pattern);
    } else if (rc == WEIR_OK) {
        const struct weir_file *first = &list.files[i];
        const struct weir_span span = {weir_str_from_chars(first->path), 0, first->bytes};
        f->end = first->bytes;
        rc = weir_opened_open(&f->file, f->task, &span);
        rc = rc == WEIR_OK ? next_frame(f) : rc;
        rc = rc == WEIR_OK ? f->block->declare(bind, bytes_of(f->frame), f->place) : rc;
        weir_opened_close(&f->file);
    }
    weir_file_list_free(&list);
    return rc;
}

WEIR_BIND(object_files)
{
    struct weir_blob frame = {0};
    struct frames f = {.task = bind->task, .frame = &frame};
    const weir_str path = weir_param_str(bind->task, "path");
    if (memchr(path.bytes, '\0', path.count) != NULL) {
        return weir_fail(bind->task, WEIR_FATAL, WEIR_NO_INPUT "the path has a NUL byte in it");
    }
    int rc = find_block(bind->task, &f.block);
    rc = rc == WEIR_OK ? declare_fields(bind, &f, path.bytes) : rc;
    weir_blob_free(&frame);
    return rc;
}

/* ---- records ---- */

static int read_file(struct weir_task *task, struct weir_scan *scan, const struct weir_span *span)
{
    struct object_source *self = weir_self(task, struct object_source);
    struct frames f = {.task = task,
                       .block = self->block,
                       .frame = &self->frame,
                       .at = span->from,
                       .end = span->to};
    int rc = weir_opened_open(&f.file, task, span);
    while (rc == WEIR_OK && (rc = next_frame(&f)) == WEIR_OK && f.frame->count > 0) {
        rc = f.block->decode(task, bytes_of(f.frame), f.place, scan->out);
    }
    weir_opened_close(&f.file);
    return rc;
}

static int object_read(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    struct weir_span span;
    int more = 0;
    int rc = WEIR_OK;
    while (rc == WEIR_OK && (more = weir_span_next(&range, &span)) == 1) {
        rc = read_file(task, scan, &span);
    }
    if (rc == WEIR_OK && more != 0) {
        return weir_whole_damaged(task);
    }
    return rc == WEIR_OK ? scan->flush(scan) : rc;
}

WEIR_PLUGIN("org.weir.object_files", WEIR_VERSION, "records of block files", "Apache-2.0");
WEIR_SOURCE(object_files, WEIR_FINITE, (), weir_whole_next, weir_whole_split, object_read, NULL);
WEIR_HELP(object_files,
          "The records of a file of save_as_object_files, or of each that a glob names, in name "
          "order, with the fields that they were saved with; all files have the same ones. The job "
          "ends with them. Files must be there when the job is checked, and stay as they are.",
          "object_files \"out/clicks-*/part-*\" | count | print");
WEIR_INSTANCE(object_files, struct object_source, object_open, object_close);
WEIR_PARAMS(object_files,
            WEIR_PARAM_STR(path, positional, "a file, or a glob such as \"out/clicks-*/part-*\""),
            WEIR_WHOLE_PER_BATCH);
