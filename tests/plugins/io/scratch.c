/* SPDX-License-Identifier: Apache-2.0 */
/* See scratch.h. */
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

void scratch_make(char folder[SCRATCH_PATH_BYTES])
{
    const char *below = getenv("TMPDIR");
    snprintf(folder, SCRATCH_PATH_BYTES, "%s/weir-test-XXXXXX", below != NULL ? below : "/tmp");
    assert_non_null(mkdtemp(folder));
}

const char *scratch_path(const char *folder, const char *name)
{
    static char paths[4][2 * SCRATCH_PATH_BYTES];
    static size_t turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* Two levels are enough for any test. */
static void remove_entries(const char *folder, bool goes_on)
{
    char path[3 * SCRATCH_PATH_BYTES];
    DIR *listing = opendir(folder);
    if (listing == NULL) {
        return;
    }
    for (struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        if (goes_on) {
            remove_entries(path, false);
        }
        remove(path);
    }
    closedir(listing);
}

void scratch_remove(const char *folder)
{
    remove_entries(folder, true);
    rmdir(folder);
}

void scratch_write(const char *path, const char *bytes, size_t count, int64_t modified_ms)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    if (modified_ms >= 0) {
        struct timespec time = {modified_ms / 1000, modified_ms % 1000 * 1000000};
        struct timespec times[2] = {time, time};
        assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
    }
}

const char *scratch_read(const char *path)
{
    static char text[SCRATCH_TEXT_BYTES];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return "(none)";
    }
    size_t count = fread(text, 1, sizeof text - 1, file);
    text[count] = '\0';
    fclose(file);
    return text;
}
