/* SPDX-License-Identifier: Apache-2.0 */
/* Folders are removed from the inside; links are removed, never followed. */
#include "kit/try/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
    struct weir_text input;
    weir_text_init(&input);
    weir_text_printf(&input, "%s/" WEIR_SCRATCH_INPUT, path->bytes);
    FILE *file = fopen(input.bytes, "w");
    bool is_written = file != NULL && fputs("one small step\nfor us\n\n\xff\n3\n", file) >= 0;
    is_written = file != NULL && fclose(file) == 0 && is_written;
    weir_text_finish(&input);
    return is_written ? WEIR_OK
                      : weir_error_set(err, WEIR_EIO, "cannot write into the folder %s: %s",
                                       path->bytes, strerror(errno));
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
