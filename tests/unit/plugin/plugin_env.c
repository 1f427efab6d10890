/* SPDX-License-Identifier: Apache-2.0 */
/* The calls that the loader makes, straight to the C library. */
#define _XOPEN_SOURCE 700
#include "plugin_env.h"

#include <dirent.h>
#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int file_read(struct weir_env *env,
                     const char *path,
                     struct weir_buffer **buffer,
                     struct weir_error *err)
{
    (void)env;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return weir_error_set(err, WEIR_ENOINPUT, "no file %s", path);
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t count = (size_t)ftell(file);
    rewind(file);
    *buffer = weir_buffer_create(count + 1);
    (*buffer)->bytes = fread((*buffer)->data, 1, count, file);
    (void)fclose(file);
    return WEIR_OK;
}

static void make_folders(const char *path)
{
    char folder[512];
    for (const char *at = strchr(path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(at - path), path);
        (void)mkdir(folder, 0700);
    }
}

static int file_write(
    struct weir_env *env, const char *path, const void *bytes, size_t count, struct weir_error *err)
{
    ((struct plugin_env *)env)->writes++;
    make_folders(path);
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return weir_error_set(err, WEIR_ECREATE, "cannot create %s", path);
    }
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
    return WEIR_OK;
}

static bool file_exists(struct weir_env *env, const char *path)
{
    (void)env;
    return access(path, F_OK) == 0;
}

static int file_real(struct weir_env *env,
                     struct weir_arena *arena,
                     const char *path,
                     const char **real,
                     struct weir_error *err)
{
    (void)env;
    char *found = realpath(path, NULL);
    if (found == NULL) {
        return weir_error_set(err, WEIR_ENOINPUT, "no file %s", path);
    }
    *real = weir_arena_strndup(arena, found, strlen(found));
    free(found);
    return WEIR_OK;
}

static int folder_list(struct weir_env *env,
                       struct weir_arena *arena,
                       const char *path,
                       const char ***names,
                       size_t *count,
                       struct weir_error *err)
{
    (void)env, (void)err;
    struct dirent **entries = NULL;
    int found = scandir(path, &entries, NULL, alphasort);
    *count = 0;
    *names = weir_arena_alloc(arena, (size_t)(found < 0 ? 1 : found + 1) * sizeof **names);
    for (int i = 0; i < found; i++) {
        (*names)[(*count)++] =
            weir_arena_strndup(arena, entries[i]->d_name, strlen(entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
    return WEIR_OK;
}

static int module_open(struct weir_env *env,
                       const char *path,
                       const char *symbol,
                       void **address,
                       struct weir_error *err)
{
    (void)env;
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    *address = module == NULL ? NULL : dlsym(module, symbol);
    return *address != NULL ? WEIR_OK : weir_error_set(err, WEIR_ECONFIG, "%s", dlerror());
}

static const char *variable(struct weir_env *env, const char *name)
{
    return strcmp(name, "HOME") == 0 ? ((struct plugin_env *)env)->home : NULL;
}

static const struct weir_env_ops ops = {.struct_bytes = sizeof ops,
                                        .file_read = file_read,
                                        .file_write = file_write,
                                        .file_exists = file_exists,
                                        .file_real = file_real,
                                        .folder_list = folder_list,
                                        .module_open = module_open,
                                        .variable = variable};

struct plugin_env *plugin_env_create(const char *plugin_home)
{
    struct plugin_env *world = calloc(1, sizeof *world);
    assert_non_null(world);
    (void)snprintf(world->folder, sizeof world->folder, "/tmp/weir_plugin_XXXXXX");
    assert_non_null(mkdtemp(world->folder));
    world->home = world->folder;
    world->env = (struct weir_env){.ops = &ops, .thread_count = 1, .plugin_home = plugin_home};
    return world;
}

void plugin_env_destroy(struct plugin_env *world)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -r '%s'", world->folder);
    assert_int_equal(system(command), 0);
    free(world);
}

const char *plugin_env_path(struct plugin_env *world, const char *name)
{
    char *path = world->paths[world->path_count++ % 8];
    (void)snprintf(path, sizeof world->paths[0], "%s/%s", world->folder, name);
    return path;
}

struct weir_buffer *plugin_env_bytes(struct plugin_env *world, const char *path)
{
    struct weir_buffer *bytes;
    assert_int_equal(file_read(&world->env, path, &bytes, NULL), WEIR_OK);
    return bytes;
}

void plugin_env_write(struct plugin_env *world, const char *path, const void *bytes, size_t count)
{
    assert_int_equal(file_write(&world->env, path, bytes, count, NULL), WEIR_OK);
    world->writes--;
}

const char *plugin_env_copy(struct plugin_env *world, const char *name, const char *as)
{
    char from[512];
    (void)snprintf(from, sizeof from, "%s/%s.so", WEIR_FIXTURES, name);
    struct weir_buffer *bytes = plugin_env_bytes(world, from);
    const char *path = plugin_env_path(world, as);
    plugin_env_write(world, path, bytes->data, bytes->bytes);
    weir_buffer_release(bytes);
    return path;
}
