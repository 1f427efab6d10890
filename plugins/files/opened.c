/* SPDX-License-Identifier: Apache-2.0 */
/* See opened.h. */
#include "opened.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int shrunk(struct weir_opened *file, uint64_t size, uint64_t needed)
{
    return weir_fail(file->task, WEIR_FATAL,
                     "%s has shrunk to %llu bytes while weir was to read it up to byte %llu: put "
                     "its old content back, or start the job anew; files must stay as they are "
                     "until their batch is done",
                     file->path.bytes, (unsigned long long)size, (unsigned long long)needed);
}

static int check_size(struct weir_opened *file, uint64_t needed)
{
    struct stat info;
    if (fstat(file->fd, &info) != 0) {
        return weir_fail(file->task, WEIR_RETRY, "cannot look at %s: %s", file->path.bytes,
                         strerror(errno));
    }
    uint64_t size = info.st_size > 0 ? (uint64_t)info.st_size : 0;
    return size < needed ? shrunk(file, size, needed) : WEIR_OK;
}

int weir_opened_open(struct weir_opened *file, struct weir_task *task, const struct weir_span *span)
{
    *file = (struct weir_opened){.fd = -1, .task = task};
    weir_blob_append(&file->path, span->path.bytes, span->path.count);
    weir_blob_append(&file->path, "", 1);
    if (file->path.is_failed) {
        return weir_fail(task, WEIR_RETRY, "out of memory for the name of a file");
    }
    do {
        file->fd = open(file->path.bytes, O_RDONLY | O_CLOEXEC);
    } while (file->fd < 0 && errno == EINTR);
    if (file->fd >= 0) {
        return check_size(file, span->to);
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return weir_fail(task, WEIR_FATAL,
                         "%s has vanished before its batch was read: put it back, or start the job "
                         "anew; files must stay until their batch is done",
                         file->path.bytes);
    }
    bool is_temporary = errno == EMFILE || errno == ENFILE || errno == ENOMEM;
    return weir_fail(task, is_temporary ? WEIR_RETRY : WEIR_FATAL, "cannot open %s: %s",
                     file->path.bytes, strerror(errno));
}

int weir_opened_read(struct weir_opened *file, char *to, size_t count, uint64_t from)
{
    size_t done = 0;
    while (done < count) {
        ssize_t got = pread(file->fd, to + done, count - done, (off_t)(from + done));
        if (got > 0) {
            done += (size_t)got;
        } else if (got == 0) {
            return shrunk(file, from + done, from + count);
        } else if (errno != EINTR) {
            return weir_fail(file->task, WEIR_RETRY, "cannot read %s at byte %llu: %s",
                             file->path.bytes, (unsigned long long)(from + done), strerror(errno));
        }
    }
    return WEIR_OK;
}

void weir_opened_close(struct weir_opened *file)
{
    if (file->fd >= 0) {
        close(file->fd);
    }
    weir_blob_free(&file->path);
    file->fd = -1;
}
