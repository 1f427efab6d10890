/* SPDX-License-Identifier: Apache-2.0 */
/* Source text_file_stream: the lines of the files that appear in a directory. The rule of selection
 * is Spark Streaming's: a batch of time t takes a file once, if max(start, t - remember) < its
 * modification time <= t. Hence files should be moved into the directory, whole, in one rename. */
#include "due.h"
#include "list.h"
#include "range.h"
#include "recent.h"

#include <weir/plugin.h>

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <sys/stat.h>
#include <time.h>

struct file_stream {
    int64_t remember_ms;
    bool new_files_only;
    struct weir_blob range, to;
    struct weir_blob warning; /* the last one: each is said once */
};

/* What one batch looks for. */
struct selection {
    struct weir_task *task;
    struct weir_files_due due;
    struct weir_recent recent;
    struct weir_file_list found;
    bool is_out_of_memory;
};

static int stream_open(struct weir_task *task)
{
    struct file_stream *self = weir_self(task, struct file_stream);
    weir_str directory = weir_param_str(task, "directory");
    self->remember_ms = weir_param_duration(task, "remember") / 1000;
    self->new_files_only = weir_param_bool(task, "new_files_only");
    if (directory.count == 0 || memchr(directory.bytes, '\0', directory.count) != NULL) {
        return weir_fail(task, WEIR_FATAL,
                         WEIR_NO_INPUT "the directory's name is empty or has a NUL byte in it");
    }
    return WEIR_OK;
}

static void stream_close(struct weir_task *task)
{
    struct file_stream *self = weir_self(task, struct file_stream);
    weir_blob_free(&self->range);
    weir_blob_free(&self->to);
    weir_blob_free(&self->warning);
}

/* Logs a warning if it is not the last one again; NULL: all is well, forget it. */
static void warn(struct weir_task *task, const char *text)
{
    struct weir_blob *last = &weir_self(task, struct file_stream)->warning;
    if (text == NULL) {
        weir_blob_clear(last);
    } else if (!weir_str_equal(weir_str_make(last->bytes, last->count), text)) {
        weir_blob_clear(last);
        weir_blob_put(last, text);
        weir_log(task, 1, "%s", text);
    }
}

static int64_t modified_ms(const struct stat *info)
{
    return (int64_t)info->st_mtim.tv_sec * 1000 + info->st_mtim.tv_nsec / 1000000;
}

static void consider(struct selection *selection, const char *directory, const char *name)
{
    struct weir_blob path = {0};
    struct stat info;
    size_t count = strlen(directory);
    weir_blob_put(&path, directory);
    weir_blob_put(&path, count > 0 && directory[count - 1] == '/' ? "" : "/");
    weir_blob_put(&path, name);
    weir_str text = weir_str_make(path.bytes, path.count);
    weir_blob_append(&path, "", 1);
    if (path.is_failed) {
        selection->is_out_of_memory = true;
    } else if (stat(path.bytes, &info) == 0 && S_ISREG(info.st_mode) &&
               weir_file_is_due(&selection->due, modified_ms(&info)) &&
               !weir_recent_has(&selection->recent, weir_str_make(path.bytes, text.count)) &&
               !weir_file_list_add(&selection->found, path.bytes, (uint64_t)info.st_size)) {
        selection->is_out_of_memory = true;
    }
    weir_blob_free(&path);
}

/* Looks at the files directly in one directory. 0 or an errno value. */
static int list_directory(struct selection *selection, const char *directory)
{
    DIR *listing = opendir(directory);
    if (listing == NULL) {
        return errno;
    }
    errno = 0;
    for (struct dirent *entry; (entry = readdir(listing)) != NULL; errno = 0) {
        if (entry->d_name[0] != '.') {
            consider(selection, directory, entry->d_name);
        }
    }
    int error = errno;
    closedir(listing);
    return error;
}

/* Fills selection->found. 0 or an errno value; then nothing is taken: the next batch looks again.
 */
static int list_all(struct selection *selection, const char *pattern)
{
    glob_t found;
    struct stat info;
    int error = 0;
    int status = glob(pattern, GLOB_NOSORT | GLOB_NOCHECK, NULL, &found);
    if (status != 0) {
        globfree(&found);
        return status == GLOB_NOSPACE ? ENOMEM : EIO;
    }
    for (size_t i = 0; i < found.gl_pathc && error == 0; i++) {
        bool is_literal = strcmp(found.gl_pathv[i], pattern) == 0;
        bool is_directory = stat(found.gl_pathv[i], &info) == 0 && S_ISDIR(info.st_mode);
        if (is_literal || is_directory) {
            error = list_directory(selection, found.gl_pathv[i]);
            error = error == ENOENT && !is_literal ? 0 : error; /* gone since the glob */
        }
    }
    globfree(&found);
    return selection->is_out_of_memory ? ENOMEM : error;
}

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void list_and_warn(struct selection *selection, int64_t interval_ms)
{
    struct weir_task *task = selection->task;
    const char *pattern = weir_param_str(task, "directory").bytes;
    char text[512];
    int64_t started_ms = clock_ms();
    int error = list_all(selection, pattern);
    int64_t took_ms = clock_ms() - started_ms;
    if (error != 0) {
        weir_file_list_free(&selection->found);
        snprintf(text, sizeof text, "cannot list %s: %s; batches are empty until that is mended",
                 pattern, strerror(error));
        warn(task, text);
    } else if (took_ms > interval_ms) {
        snprintf(text, sizeof text,
                 "listing %s takes longer than a batch: move files away that are done", pattern);
        warn(task, text);
    } else {
        warn(task, NULL);
    }
}

/* The range of what was found, and the place that remembers it. */
static int answer(struct selection *selection,
                  int64_t batch_ms,
                  int64_t remember_ms,
                  struct weir_range *answer)
{
    struct file_stream *self = weir_self(selection->task, struct file_stream);
    weir_blob_clear(&self->range);
    weir_blob_clear(&self->to);
    answer->bytes = 0;
    for (size_t i = 0; i < selection->recent.count; i++) {
        const struct weir_recent_file *old = &selection->recent.files[i];
        if (old->batch_ms >= batch_ms - remember_ms) {
            weir_recent_append(&self->to, old->batch_ms, old->path);
        }
    }
    for (size_t i = 0; i < selection->found.count; i++) {
        const struct weir_file *file = &selection->found.files[i];
        weir_span_append(&self->range, weir_str_from_chars(file->path), 0, file->bytes);
        weir_recent_append(&self->to, batch_ms, weir_str_from_chars(file->path));
        answer->bytes += file->bytes;
    }
    if (self->range.is_failed || self->to.is_failed) {
        return weir_fail(selection->task, WEIR_RETRY, "out of memory for the names of the files");
    }
    answer->is_last = 0;
    answer->records = 0;
    answer->range = weir_bytes_make(self->range.bytes, self->range.count);
    answer->to = weir_bytes_make(self->to.bytes, self->to.count);
    return selection->found.count > 0 ? WEIR_OK : WEIR_AGAIN;
}

static int stream_next(struct weir_task *task,
                       weir_bytes from,
                       const struct weir_source_limit *limit,
                       struct weir_range *range)
{
    struct file_stream *self = weir_self(task, struct file_stream);
    struct selection selection = {.task = task};
    int64_t batch_ms = limit->batch_us / 1000;
    int64_t interval_ms = limit->interval_us > 1000 ? limit->interval_us / 1000 : 1;
    /* whole batches, as the reference counts */
    int64_t remember_ms = (self->remember_ms + interval_ms - 1) / interval_ms * interval_ms;
    selection.due = weir_files_due_at(
        batch_ms, self->new_files_only ? limit->start_us / 1000 : 0, remember_ms, interval_ms);
    int rc = weir_recent_parse(from, &selection.recent);
    if (rc != 0) {
        rc = weir_fail(task, rc == -1 ? WEIR_FATAL : WEIR_RETRY, "%s",
                       rc == -1 ? "the place to go on from is damaged: expected names of files"
                                : "out of memory for the names of the files");
    } else {
        list_and_warn(&selection, interval_ms);
        weir_file_list_sort(&selection.found);
        rc = answer(&selection, batch_ms, remember_ms, range);
    }
    weir_file_list_free(&selection.found);
    weir_recent_free(&selection.recent);
    return rc;
}

WEIR_PLUGIN("org.weir.text_file_stream", WEIR_VERSION, "lines of new files", "Apache-2.0");
WEIR_TEXT_SOURCE(
    text_file_stream, WEIR_INFINITE, stream_next, weir_range_split, weir_range_read, NULL);
WEIR_HELP(
    text_file_stream,
    "The lines of the files that appear in a directory (or in each that a glob names). A file "
    "is taken once, by its time of modification; move files in, whole. Names that begin with "
    "a dot are left out.",
    "text_file_stream \"incoming\" | count | print");
WEIR_INSTANCE(text_file_stream, struct file_stream, stream_open, stream_close);
WEIR_PARAMS(text_file_stream,
            WEIR_PARAM_STR(directory, positional, "a directory, or a glob of directories"),
            WEIR_PARAM_BOOL(new_files_only,
                            default(true),
                            "leave out what was there before the job started"),
            WEIR_PARAM_DURATION_IN(remember,
                                   default(60s),
                                   1ms,
                                   365d,
                                   "how late a file may become visible after its modification; a "
                                   "file that comes later is never read"));
