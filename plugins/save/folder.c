/* SPDX-License-Identifier: Apache-2.0 */
/* See folder.h. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int finish_path(struct weir_blob *path)
{
    weir_blob_append(path, "", 1);
    return path->is_failed ? ENOMEM : 0;
}

int weir_folder_name(
    struct weir_blob *path, const char *prefix, const char *suffix, int64_t time_ms, bool is_hidden)
{
    const char *slash = strrchr(prefix, '/');
    const char *base = slash == NULL ? prefix : slash + 1;
    weir_blob_clear(path);
    weir_blob_append(path, prefix, (size_t)(base - prefix));
    weir_blob_put(path, is_hidden ? "." : "");
    weir_blob_put(path, base);
    weir_blob_put(path, "-");
    weir_blob_put_u64(path, (uint64_t)time_ms);
    weir_blob_put(path, suffix[0] != '\0' ? "." : "");
    weir_blob_put(path, suffix);
    weir_blob_put(path, is_hidden ? ".unfinished" : "");
    return finish_path(path);
}

int weir_folder_entry(struct weir_blob *path, const char *folder, const char *name)
{
    weir_blob_clear(path);
    weir_blob_put(path, folder);
    weir_blob_put(path, "/");
    weir_blob_put(path, name);
    return finish_path(path);
}

static int make_one(const char *path)
{
    struct stat info;
    if (mkdir(path, 0777) == 0) {
        return 0;
    }
    int error = errno;
    if (error == EEXIST && stat(path, &info) == 0) {
        return S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
    }
    return error;
}

/* Makes path[0, count) and what is above it. */
static int make_all(const char *path, size_t count)
{
    struct weir_blob part = {0};
    int error = 0;
    for (size_t i = 1; i <= count && error == 0; i++) {
        if (i == count || path[i] == '/') {
            weir_blob_clear(&part);
            weir_blob_append(&part, path, i);
            error = finish_path(&part);
            error = error != 0 ? error : make_one(part.bytes);
        }
    }
    weir_blob_free(&part);
    return error;
}

int weir_folder_make(const char *path)
{
    int error = make_one(path);
    return error == ENOENT ? make_all(path, strlen(path)) : error;
}

int weir_folder_make_above(const char *path)
{
    struct weir_blob above = {0};
    const char *slash = strrchr(path, '/');
    size_t count = slash == NULL ? 0 : (size_t)(slash - path);
    int error = make_all(path, count);
    if (count == 0) {
        weir_blob_put(&above, slash == NULL ? "." : "/");
    } else {
        weir_blob_append(&above, path, count);
    }
    error = error != 0 ? error : finish_path(&above);
    if (error == 0 && access(above.bytes, W_OK | X_OK) != 0) {
        error = errno;
    }
    weir_blob_free(&above);
    return error;
}

int weir_folder_touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return fd < 0 || close(fd) != 0 ? errno : 0;
}

int weir_folder_remove(const char *path)
{
    struct weir_blob entry = {0};
    DIR *listing = opendir(path);
    int error = listing == NULL ? errno : 0;
    for (struct dirent *found; error == 0 && (found = readdir(listing)) != NULL;) {
        if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0) {
            error = weir_folder_entry(&entry, path, found->d_name);
            error = error == 0 && unlink(entry.bytes) != 0 && errno != ENOENT ? errno : error;
        }
    }
    if (listing != NULL) {
        closedir(listing);
    }
    weir_blob_free(&entry);
    if (error == 0 && rmdir(path) != 0) {
        error = errno;
    }
    return error == ENOENT ? 0 : error;
}

int weir_file_write(int fd, const char *bytes, size_t count)
{
    size_t done = 0;
    while (done < count) {
        ssize_t wrote = write(fd, bytes + done, count - done);
        if (wrote >= 0) {
            done += (size_t)wrote;
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}
