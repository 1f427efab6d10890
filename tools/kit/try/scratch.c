/* SPDX-License-Identifier: Apache-2.0 */
/* Folders are removed from the inside; links are removed, never followed. */
#include "kit/try/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPTH_MAX = 32 };

int weir_scratch_make(struct weir_text *path, struct weir_error *err)
{
    const char *base = getenv("TMPDIR");
    weir_text_printf(path, "%s/weir-check.XXXXXX", base != NULL && base[0] == '/' ? base : "/tmp");
    if (mkdtemp(path->bytes) == NULL) {
        return weir_error_set(err, WEIR_ECREATE, "cannot create the folder %s: %s", path->bytes,
                              strerror(errno));
    }
    return WEIR_OK;
}

/* Depth-limited; what lies deeper stays. */
static void empty(int folder, int depth)
{
    DIR *list = depth < DEPTH_MAX ? fdopendir(folder) : NULL;
    if (list == NULL) {
        (void)close(folder);
        return;
    }
    for (const struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (unlinkat(dirfd(list), entry->d_name, 0) == 0) {
            continue;
        }
        int inner =
            openat(dirfd(list), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) {
            empty(inner, depth + 1);
            (void)unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
        }
    }
    (void)closedir(list);
}

void weir_scratch_remove(const char *path)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0) {
        empty(folder, 0);
        (void)rmdir(path);
    }
}
