/* SPDX-License-Identifier: Apache-2.0 */
/* Making the files of the benchmarks. A file appears under its name when it is complete, so that a
 * run that was interrupted leaves no half one. */
#include "bench/data.h"

#include "bench/generate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_BYTES = 1 << 20 };

static int home_of(struct weir_arena *arena, const char **home, struct weir_error *err)
{
    const char *peers = getenv("WEIR_PEERS_DIR");
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *user = getenv("HOME");
    if (peers != NULL && peers[0] != '\0') {
        *home = peers;
    } else if (cache != NULL && cache[0] == '/') {
        *home = weir_arena_printf(arena, "%s/weir-peers", cache);
    } else if (user != NULL && user[0] == '/') {
        *home = weir_arena_printf(arena, "%s/.cache/weir-peers", user);
    } else {
        return weir_error_set(err, WEIR_ECONFIG,
                              "no place for the files of the benchmarks: set WEIR_PEERS_DIR to a "
                              "folder with room for 700 MB");
    }
    return WEIR_OK;
}

/* The folder with all above it. */
static int make_folders(struct weir_arena *arena, const char *path, struct weir_error *err)
{
    char *copy = weir_arena_strndup(arena, path, strlen(path));
    for (char *slash = strchr(copy + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = '\0';
        }
        if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
            return weir_error_set(err, WEIR_ECREATE, "%s: cannot create: %s", copy,
                                  strerror(errno));
        }
        if (slash == NULL) {
            return WEIR_OK;
        }
        *slash = '/';
    }
}

static int make_file(
    struct weir_arena *arena, const char *path, uint64_t mib, uint64_t seed, struct weir_error *err)
{
    const char *beside = weir_arena_printf(arena, "%s.%ld", path, (long)getpid());
    FILE *file = fopen(beside, "wbe");
    if (file == NULL) {
        return weir_error_set(err, WEIR_ECREATE, "%s: cannot create: %s", beside, strerror(errno));
    }
    bool is_written = weir_bench_generate_text(file, mib, seed);
    is_written = fclose(file) == 0 && is_written;
    if (is_written && rename(beside, path) == 0) {
        return WEIR_OK;
    }
    (void)weir_error_set(err, WEIR_EIO, "%s: cannot be written: %s", path, strerror(errno));
    (void)unlink(beside);
    return WEIR_EIO;
}

/* Reads it to its end; WEIR_EDAMAGED if it is not of its size. */
static int read_file(const char *path, uint64_t bytes, struct weir_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        return weir_error_set(err, WEIR_ENOINPUT, "%s: %s", path, strerror(errno));
    }
    char *buffer = weir_alloc(READ_BYTES);
    uint64_t found = 0;
    for (size_t count; (count = fread(buffer, 1, READ_BYTES, file)) > 0;) {
        found += count;
    }
    weir_free(buffer);
    (void)fclose(file);
    return found == bytes
               ? WEIR_OK
               : weir_error_set(err, WEIR_EDAMAGED,
                                "%s has %llu bytes, expected %llu: remove it, and it is "
                                "made anew",
                                path, (unsigned long long)found, (unsigned long long)bytes);
}

int weir_bench_data(struct weir_arena *arena,
                    const char *folder,
                    uint32_t count,
                    uint64_t mib,
                    const char **path,
                    struct weir_error *err)
{
    const char *home = NULL;
    WEIR_TRY(home_of(arena, &home, err));
    *path = weir_arena_printf(arena, "%s/%s", home, folder);
    WEIR_TRY(make_folders(arena, *path, err));
    for (uint32_t i = 1; i <= count; i++) {
        const char *file = weir_arena_printf(arena, "%s/%02u.txt", *path, (unsigned)i);
        if (access(file, F_OK) != 0) {
            WEIR_TRY(make_file(arena, file, mib, i, err));
        }
        WEIR_TRY(read_file(file, weir_bench_lines(mib) * WEIR_BENCH_LINE_BYTES, err));
    }
    return WEIR_OK;
}
