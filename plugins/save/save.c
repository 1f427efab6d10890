/* SPDX-License-Identifier: Apache-2.0 */
/* See save.h. */
#include "save.h"

#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { ATTEMPTS_MAX = 1000 };

static const char *kind_of(int error)
{
    return error == EACCES || error == EPERM || error == EROFS ? WEIR_NO_PERMISSION
                                                               : WEIR_CANNOT_CREATE;
}

static int fail_with(struct weir_task *task, int error, const char *what, const char *path)
{
    bool may_pass = error == ENOSPC || error == EDQUOT || error == EIO || error == EMFILE ||
                    error == ENFILE || error == ENOMEM;
    return weir_fail(task, may_pass ? WEIR_RETRY : WEIR_FATAL, "%s%s %s: %s", kind_of(error), what,
                     path, strerror(error));
}

int weir_save_open(struct weir_task *task)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    weir_str prefix = weir_param_str(task, "prefix");
    weir_str suffix = weir_param_str(task, "suffix");
    weir_str empty = weir_param_str(task, "empty");
    self->fd = -1;
    if (prefix.count == 0 || weir_str_ends_with(prefix, "/") ||
        weir_str_find_byte(prefix, '\0') != WEIR_NOT_FOUND ||
        weir_str_find_byte(suffix, '\0') != WEIR_NOT_FOUND ||
        weir_str_find_byte(suffix, '/') != WEIR_NOT_FOUND) {
        return weir_fail(task, WEIR_FATAL,
                         WEIR_CANNOT_CREATE
                         "the prefix \"%.*s\" must end in a name and the suffix "
                         "have no slash: folders are named PREFIX-TIME_MS.SUFFIX",
                         (int)prefix.count, prefix.bytes);
    }
    self->writes_empty = weir_str_equal(empty, "write");
    if (!self->writes_empty && !weir_str_equal(empty, "skip")) {
        return weir_fail(task, WEIR_FATAL, "empty is skip or write, not \"%.*s\"", (int)empty.count,
                         empty.bytes);
    }
    self->prefix = prefix.bytes;
    self->suffix = suffix.bytes;
    int error = weir_folder_make_above(self->prefix);
    return error == 0 ? WEIR_OK
                      : weir_fail(task, WEIR_FATAL, "%scannot create folders named %s-TIME_MS: %s",
                                  kind_of(error), self->prefix, strerror(error));
}

/* Closes and removes what is unfinished. */
static void drop_file(struct weir_save *self)
{
    if (self->fd >= 0) {
        close(self->fd);
        unlink(self->path.bytes);
        rmdir(self->folder.bytes); /* if this was the last of them */
        self->fd = -1;
    }
}

void weir_save_close(struct weir_task *task)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    if (self->folder.bytes != NULL) {
        drop_file(self);
    }
    weir_blob_free(&self->folder);
    weir_blob_free(&self->path);
    weir_blob_free(&self->buffer);
    weir_blob_free(&self->token);
    weir_blob_free(&self->target);
    weir_blob_free(&self->entry);
}

int weir_save_begin(struct weir_task *task, weir_str txn)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    (void)txn;
    drop_file(self);
    weir_blob_clear(&self->buffer);
    weir_blob_clear(&self->token);
    return WEIR_OK;
}

/* Makes the partition's file under a name that no other attempt has. The folder is made again each
 * time round: an attempt that was dropped may have removed it. */
static int make_file(struct weir_task *task)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    int64_t time_ms = task->batch_us / 1000;
    int error = weir_folder_name(&self->folder, self->prefix, self->suffix, time_ms, true);
    for (unsigned attempt = 0; error == 0 && self->fd < 0 && attempt < ATTEMPTS_MAX; attempt++) {
        snprintf(self->name, sizeof self->name, "part-%05u.%u", task->partition, attempt);
        error = weir_folder_entry(&self->path, self->folder.bytes, self->name);
        error = error != 0 ? error : weir_folder_make(self->folder.bytes);
        if (error == 0) {
            self->fd = open(self->path.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
            error = self->fd < 0 && errno != EEXIST && errno != ENOENT ? errno : 0;
        }
    }
    if (error == 0 && self->fd < 0) {
        error = EEXIST;
    }
    return error == 0 ? WEIR_OK : fail_with(task, error, "cannot create", self->folder.bytes);
}

int weir_save_file(struct weir_task *task)
{
    return weir_self(task, struct weir_save)->fd < 0 ? make_file(task) : WEIR_OK;
}

static int flush(struct weir_task *task)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    if (self->buffer.is_failed) {
        return weir_fail(task, WEIR_RETRY, "out of memory for the records of a partition");
    }
    int error = weir_file_write(self->fd, self->buffer.bytes, self->buffer.count);
    weir_blob_clear(&self->buffer);
    return error == 0 ? WEIR_OK : fail_with(task, error, "cannot write", self->path.bytes);
}

int weir_save_spill(struct weir_task *task)
{
    const struct weir_save *self = weir_self(task, struct weir_save);
    bool is_full = self->buffer.count >= WEIR_SAVE_BUFFER_BYTES || self->buffer.is_failed;
    return is_full ? flush(task) : WEIR_OK;
}

/* The token is the name of the unfinished file; empty: the partition has no records. */
int weir_save_prepare(struct weir_task *task, weir_bytes *token)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    weir_blob_clear(&self->token);
    int rc = WEIR_OK;
    if (self->fd >= 0) {
        rc = flush(task);
        int error = close(self->fd) != 0 ? errno : 0;
        self->fd = -1;
        if (rc == WEIR_OK && error != 0) {
            rc = fail_with(task, error, "cannot write", self->path.bytes);
        }
        weir_blob_put(&self->token, self->name);
    }
    if (rc == WEIR_OK && self->token.is_failed) {
        rc = weir_fail(task, WEIR_RETRY, "out of memory for the name of a file");
    }
    *token = weir_bytes_make(self->token.bytes, self->token.count);
    return rc;
}

int weir_save_abort(struct weir_task *task, weir_str txn)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    (void)txn;
    if (self->fd < 0 && self->token.count > 0) { /* prepared, and not wanted after all */
        unlink(self->path.bytes);
        rmdir(self->folder.bytes);
    }
    weir_blob_clear(&self->token);
    drop_file(self);
    return WEIR_OK;
}

/* Moves partition `index` into place. A commit that is repeated finds it there already. */
static int place_file(struct weir_task *task, size_t index, weir_bytes token)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    char name[WEIR_SAVE_NAME_BYTES];
    snprintf(name, sizeof name, "part-%05u", (unsigned)index);
    int error = weir_folder_entry(&self->entry, self->target.bytes, name);
    if (error == 0 && token.count == 0) {
        error = weir_folder_touch(self->entry.bytes);
    } else if (error == 0) {
        snprintf(name, sizeof name, "%.*s", (int)token.count, (const char *)token.bytes);
        error = weir_folder_entry(&self->path, self->folder.bytes, name);
        if (error == 0 && rename(self->path.bytes, self->entry.bytes) != 0) {
            error = errno == ENOENT && access(self->entry.bytes, F_OK) == 0 ? 0 : errno;
        }
    }
    return error == 0 ? WEIR_OK : fail_with(task, error, "cannot create", self->entry.bytes);
}

/* A batch run again may have fewer partitions than before. */
static int remove_surplus(struct weir_task *task, size_t from)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    char name[WEIR_SAVE_NAME_BYTES];
    int error = 0;
    for (size_t i = from; error == 0; i++) {
        snprintf(name, sizeof name, "part-%05u", (unsigned)i);
        error = weir_folder_entry(&self->entry, self->target.bytes, name);
        error = error == 0 && unlink(self->entry.bytes) != 0 ? errno : error;
    }
    return error == ENOENT ? WEIR_OK : fail_with(task, error, "cannot remove", self->entry.bytes);
}

/* Sets or removes the mark that says: all files are there. */
static int mark(struct weir_task *task, bool is_complete)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    int error = weir_folder_entry(&self->entry, self->target.bytes, "_SUCCESS");
    if (error == 0 && is_complete) {
        error = weir_folder_touch(self->entry.bytes);
    } else if (error == 0 && unlink(self->entry.bytes) != 0 && errno != ENOENT) {
        error = errno;
    }
    return error == 0 ? WEIR_OK : fail_with(task, error, "cannot write", self->entry.bytes);
}

static bool has_records(const weir_bytes *const *tokens, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (tokens[i]->count > 0) {
            return true;
        }
    }
    return false;
}

int weir_save_commit(struct weir_task *task,
                     int64_t batch_us,
                     const weir_bytes *const *tokens,
                     size_t count)
{
    struct weir_save *self = weir_self(task, struct weir_save);
    if (!self->writes_empty && !has_records(tokens, count)) {
        return WEIR_OK;
    }
    int64_t time_ms = batch_us / 1000;
    int error = weir_folder_name(&self->folder, self->prefix, self->suffix, time_ms, true);
    if (error == 0) {
        error = weir_folder_name(&self->target, self->prefix, self->suffix, time_ms, false);
    }
    error = error != 0 ? error : weir_folder_make(self->target.bytes);
    if (error != 0) {
        return fail_with(task, error, "cannot create", self->target.bytes);
    }
    int rc = mark(task, false);
    for (size_t i = 0; i < count && rc == WEIR_OK; i++) {
        rc = place_file(task, i, *tokens[i]);
    }
    rc = rc != WEIR_OK ? rc : remove_surplus(task, count);
    rc = rc != WEIR_OK ? rc : mark(task, true);
    error = rc == WEIR_OK ? weir_folder_remove(self->folder.bytes) : 0;
    if (error != 0) {
        weir_log(task, 1, "cannot remove %s: %s", self->folder.bytes, strerror(error));
    }
    return rc;
}
