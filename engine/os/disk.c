/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders. A written file is there whole or not at all, also after power has failed:
 * temporary file, fsync, rename, fsync of the folder. */
#include "os/private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WEIR_OS_READ_BYTES_MIN = 64 * 1024 };
static const size_t WEIR_OS_FILE_BYTES_MAX = (size_t)4 << 30;

/* Half-written files: never listed, and short enough beside any name. */
#define WEIR_OS_TEMPORARY_START ".weir-"
#define WEIR_OS_TEMPORARY_END   ".tmp"

static int read_failed(const char *path, int error, struct weir_error *err)
{
    int status = error == ENOENT || error == ENOTDIR || error == ENAMETOOLONG ? WEIR_ENOINPUT
                 : error == EACCES || error == EPERM                          ? WEIR_EPERMISSION
                                                                              : WEIR_EIO;
    return weir_error_set(err, status, "cannot read %s: %s", path, weir_os_reason(error));
}

static int write_failed(const char *path, int error, struct weir_error *err)
{
    int status = error == EACCES || error == EPERM || error == EROFS  ? WEIR_EPERMISSION
                 : error == EIO || error == ENOSPC || error == EDQUOT ? WEIR_EIO
                                                                      : WEIR_ECREATE;
    return weir_error_set(err, status, "cannot write %s: %s", path, weir_os_reason(error));
}

/* Reads to the end, whatever size was promised (a pipe and /proc promise none). Returns an errno.
 */
static int read_all(int fd, struct weir_buffer *buffer)
{
    for (;;) {
        if (buffer->bytes == buffer->capacity) {
            if (buffer->capacity >= WEIR_OS_FILE_BYTES_MAX) {
                return EFBIG;
            }
            weir_buffer_grow(buffer, buffer->capacity * 2);
        }
        ssize_t count = read(fd, buffer->data + buffer->bytes, buffer->capacity - buffer->bytes);
        if (count == 0) {
            return 0;
        }
        if (count > 0) {
            buffer->bytes += (size_t)count;
        } else if (errno != EINTR) {
            return errno;
        }
    }
}

int weir_os_file_read(struct weir_env *env,
                      const char *path,
                      struct weir_buffer **buffer,
                      struct weir_error *err)
{
    (void)env;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a fifo without a writer is empty */
    if (fd < 0) {
        return read_failed(path, errno, err);
    }
    struct stat info;
    int error = fstat(fd, &info) != 0 || fcntl(fd, F_SETFL, 0) != 0 ? errno : 0;
    size_t promised = error == 0 && info.st_size > 0 ? (size_t)info.st_size : 0;
    if (error == 0 && promised > WEIR_OS_FILE_BYTES_MAX) {
        error = EFBIG;
    }
    struct weir_buffer *read_into = NULL;
    if (error == 0) {
        /* one byte more than promised, so that the end is seen without growing */
        read_into = weir_buffer_create(promised < WEIR_OS_READ_BYTES_MIN ? WEIR_OS_READ_BYTES_MIN
                                                                         : promised + 1);
        error = read_all(fd, read_into);
    }
    (void)close(fd);
    if (error != 0) {
        weir_buffer_release(read_into);
        return read_failed(path, error, err);
    }
    *buffer = read_into;
    return WEIR_OK;
}

/* Returns an errno. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return errno;
    }
    int error = fsync(fd) != 0 && errno != EINVAL ? errno : 0; /* EINVAL: a file system without */
    (void)close(fd);
    return error;
}

/* The folder part of path: "a/b" -> "a", "b" -> ".", "/b" -> "/". */
static const char *folder_of(struct weir_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return ".";
    }
    return slash == path ? "/" : weir_arena_strndup(arena, path, (size_t)(slash - path));
}

/* Makes a folder and those above it; each new name is durable before anything is put below it.
 * Returns an errno. */
static int make_folders(struct weir_arena *arena, const char *folder)
{
    for (const char *end = folder; *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        const char *part = weir_arena_strndup(arena, folder, (size_t)(end - folder));
        if (mkdir(part, 0777) == 0) {
            int error = sync_folder(folder_of(arena, part));
            if (error != 0) {
                return error;
            }
        } else if (errno != EEXIST) {
            return errno;
        }
    }
    return 0;
}

/* Writes all bytes to a new file and makes them durable. Returns an errno. */
static int write_new(const char *path, const uint8_t *bytes, size_t count)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0) {
        return errno;
    }
    int error = 0;
    while (count > 0 && error == 0) {
        ssize_t written = write(fd, bytes, count);
        if (written >= 0) {
            bytes += written;
            count -= (size_t)written;
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (error == 0 && fsync(fd) != 0) {
        error = errno;
    }
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    return error;
}

static int write_atomically(struct weir_env *env,
                            struct weir_arena *arena,
                            const char *path,
                            const void *bytes,
                            size_t count)
{
    const char *folder = folder_of(arena, path);
    const char *temporary =
        weir_arena_printf(arena, "%s/" WEIR_OS_TEMPORARY_START "%016" PRIx64 WEIR_OS_TEMPORARY_END,
                          folder, env->ops->random(env));
    int error = write_new(temporary, bytes, count);
    if (error == ENOENT) {
        error = make_folders(arena, folder);
        error = error != 0 ? error : write_new(temporary, bytes, count);
    }
    if (error == 0 && rename(temporary, path) != 0) {
        error = errno;
    }
    if (error != 0) {
        (void)unlink(temporary);
        return error;
    }
    return sync_folder(folder);
}

int weir_os_file_write(
    struct weir_env *env, const char *path, const void *bytes, size_t count, struct weir_error *err)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    int error = write_atomically(env, &arena, path, bytes, count);
    weir_arena_finish(&arena);
    return error == 0 ? WEIR_OK : write_failed(path, error, err);
}

bool weir_os_file_exists(struct weir_env *env, const char *path)
{
    (void)env;
    struct stat info;
    return stat(path, &info) == 0;
}

int weir_os_file_real(struct weir_env *env,
                      struct weir_arena *arena,
                      const char *path,
                      const char **real,
                      struct weir_error *err)
{
    (void)env;
    char found[PATH_MAX];
    if (realpath(path, found) == NULL) {
        return read_failed(path, errno, err);
    }
    *real = weir_arena_strndup(arena, found, strlen(found));
    return WEIR_OK;
}

static bool is_listed(const char *name)
{
    size_t count = strlen(name), end = strlen(WEIR_OS_TEMPORARY_END);
    bool is_temporary =
        strncmp(name, WEIR_OS_TEMPORARY_START, strlen(WEIR_OS_TEMPORARY_START)) == 0 &&
        count > end && strcmp(name + count - end, WEIR_OS_TEMPORARY_END) == 0;
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 && !is_temporary;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int weir_os_folder_list(struct weir_env *env,
                        struct weir_arena *arena,
                        const char *path,
                        const char ***names,
                        size_t *count,
                        struct weir_error *err)
{
    (void)env;
    *names = NULL;
    *count = 0;
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return errno == ENOENT ? WEIR_OK : read_failed(path, errno, err);
    }
    const char **found = NULL;
    size_t found_count = 0, capacity = 0;
    errno = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (is_listed(entry->d_name)) {
            WEIR_GROW(found, found_count, capacity);
            found[found_count++] = weir_arena_strndup(arena, entry->d_name, strlen(entry->d_name));
        }
        errno = 0;
    }
    int error = errno;
    (void)closedir(folder);
    if (error == 0 && found_count > 0) {
        qsort(found, found_count, sizeof *found, by_bytes);
        *names = weir_arena_alloc(arena, found_count * sizeof *found);
        memcpy(*names, found, found_count * sizeof *found);
        *count = found_count;
    }
    weir_free(found);
    return error == 0 ? WEIR_OK : read_failed(path, error, err);
}
