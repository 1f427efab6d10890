/* SPDX-License-Identifier: Apache-2.0 */
/* See list.h. */
#include "list.h"

#include <errno.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

bool weir_file_list_add(struct weir_file_list *list, const char *path, uint64_t bytes)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity < 16 ? 16 : list->capacity * 2;
        struct weir_file *files = realloc(list->files, capacity * sizeof *files);
        if (files == NULL) {
            return false;
        }
        list->files = files;
        list->capacity = capacity;
    }
    size_t path_bytes = strlen(path) + 1;
    char *copy = malloc(path_bytes);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, path, path_bytes);
    list->files[list->count++] = (struct weir_file){copy, bytes};
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct weir_file *left = a;
    const struct weir_file *right = b;
    return strcmp(left->path, right->path);
}

void weir_file_list_sort(struct weir_file_list *list)
{
    if (list->count > 1) {
        qsort(list->files, list->count, sizeof *list->files, by_name);
    }
}

void weir_file_list_free(struct weir_file_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->files[i].path);
    }
    free(list->files);
    memset(list, 0, sizeof *list);
}

static int out_of_memory(struct weir_task *task)
{
    return weir_fail(task, WEIR_RETRY, "out of memory for the names of the files");
}

/* Adds one file that is there. A directory: left out, or an error where it was named by itself. */
static int add_found(struct weir_file_list *list,
                     struct weir_task *task,
                     const char *path,
                     const struct stat *info,
                     bool is_named)
{
    if (!S_ISREG(info->st_mode)) {
        if (!is_named && S_ISDIR(info->st_mode)) {
            return WEIR_OK;
        }
        return weir_fail(task, WEIR_FATAL,
                         S_ISDIR(info->st_mode) ? WEIR_NO_INPUT
                             "%s is a directory: name files, for example \"%s/*\""
                                                : WEIR_NO_INPUT
                             "%s is no regular file, so it cannot be read again after "
                             "a failure: copy %s into a file, or use a receiver",
                         path, path);
    }
    if (access(path, R_OK) != 0) {
        return weir_fail(task, WEIR_FATAL, WEIR_NO_PERMISSION "cannot read %s: %s", path,
                         strerror(errno));
    }
    return weir_file_list_add(list, path, (uint64_t)info->st_size) ? WEIR_OK : out_of_memory(task);
}

static int find_by_glob(struct weir_file_list *list, struct weir_task *task, const char *pattern)
{
    glob_t found;
    struct stat info;
    int rc = WEIR_OK;
    int status = glob(pattern, GLOB_NOSORT, NULL, &found);
    if (status == GLOB_NOSPACE) {
        return out_of_memory(task);
    }
    for (size_t i = 0; status == 0 && i < found.gl_pathc && rc == WEIR_OK; i++) {
        if (stat(found.gl_pathv[i], &info) == 0) {
            rc = add_found(list, task, found.gl_pathv[i], &info, false);
        }
    }
    globfree(&found);
    return rc;
}

int weir_file_list_find(struct weir_file_list *list, struct weir_task *task, const char *pattern)
{
    struct stat info;
    int rc;
    bool is_glob = strpbrk(pattern, "*?[") != NULL;
    if (pattern[0] == '\0') {
        return weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "the path is empty: name a file");
    }
    if (stat(pattern, &info) == 0) { /* also a file whose name has a * in it */
        return add_found(list, task, pattern, &info, true);
    }
    if (errno != ENOENT && errno != ENOTDIR) {
        bool is_denied = errno == EACCES || errno == EPERM;
        return weir_fail(task, WEIR_FATAL, "%scannot read %s: %s",
                         is_denied ? WEIR_NO_PERMISSION : WEIR_NO_INPUT, pattern, strerror(errno));
    }
    if (!is_glob) {
        return weir_fail(task, WEIR_FATAL,
                         WEIR_NO_INPUT "no such file %s: a relative path starts at the working "
                                       "directory",
                         pattern);
    }
    rc = find_by_glob(list, task, pattern);
    if (rc == WEIR_OK && list->count == 0) {
        rc = weir_fail(task, WEIR_FATAL, WEIR_NO_INPUT "no such file: nothing matches %s", pattern);
    }
    weir_file_list_sort(list);
    return rc;
}
