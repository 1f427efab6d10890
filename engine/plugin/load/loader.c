/* SPDX-License-Identifier: Apache-2.0 */
/* From a path to a mapped, checked module. The file is read once; what is mapped is a copy that is
 * named by its content, because the dynamic linker would give back an old module for a path that
 * was replaced, and because truncating a mapped file kills the process. */
#include "plugin/load/load.h"
#include "plugin/load/sha256.h"

#include <string.h>

struct image {
    const char *path, *real;
    struct weir_buffer *bytes;
    char sha256[WEIR_SHA256_HEX_BYTES];
    struct weir_note note;
};

static int check_image(struct image *image, struct weir_error *err)
{
    weir_bytes bytes = {image->bytes->data, image->bytes->bytes};
    if (weir_note_read(bytes, &image->note, err) != WEIR_OK) {
        return weir_error_prefix(err, "%s", image->path);
    }
    return weir_epoch_check(image->path, image->note.epoch, image->note.needs_minor, err);
}

/* $XDG_CACHE_HOME/weir/plugins, or ~/.cache/weir/plugins. */
static int find_store(struct weir_registry *registry, struct weir_error *err)
{
    const struct weir_env_ops *ops = registry->env->ops;
    const char *cache = ops->variable(registry->env, "XDG_CACHE_HOME");
    const char *home = ops->variable(registry->env, "HOME");
    if (cache != NULL && cache[0] == '/') {
        registry->store_folder = weir_arena_printf(&registry->arena, "%s/weir/plugins", cache);
    } else if (home != NULL && home[0] == '/') {
        registry->store_folder =
            weir_arena_printf(&registry->arena, "%s/.cache/weir/plugins", home);
    } else {
        return weir_error_set(err, WEIR_ECONFIG,
                              "no place for copies of plugins: neither XDG_CACHE_HOME nor HOME is "
                              "set to an absolute path; set one");
    }
    return WEIR_OK;
}

/* True if `path` holds exactly the image: a copy that was damaged since is written again. */
static bool is_stored(struct weir_env *env, const char *path, const struct image *image)
{
    struct weir_buffer *old = NULL;
    struct weir_error ignored;
    if (!env->ops->file_exists(env, path) ||
        env->ops->file_read(env, path, &old, &ignored) != WEIR_OK) {
        return false;
    }
    bool is_same =
        old->bytes == image->bytes->bytes && memcmp(old->data, image->bytes->data, old->bytes) == 0;
    weir_buffer_release(old);
    return is_same;
}

static int store_copy(struct weir_registry *registry,
                      const struct image *image,
                      const char **stored,
                      struct weir_error *err)
{
    struct weir_env *env = registry->env;
    if (registry->store_folder == NULL) {
        WEIR_TRY(find_store(registry, err));
    }
    *stored = weir_arena_printf(&registry->arena, "%s/%s/%s", registry->store_folder, image->sha256,
                                weir_path_base(image->real));
    if (is_stored(env, *stored, image)) {
        return WEIR_OK;
    }
    if (env->ops->file_write(env, *stored, image->bytes->data, image->bytes->bytes, err) !=
        WEIR_OK) {
        return weir_error_prefix(err, "%s: cannot keep a copy of it", image->path);
    }
    return WEIR_OK;
}

static int open_module(struct weir_registry *registry,
                       const struct image *image,
                       const char *stored,
                       const struct weir_plugin **entry,
                       struct weir_error *err)
{
    void *address = NULL;
    if (registry->env->ops->module_open(registry->env, stored, WEIR_ENTRY_SYMBOL, &address, err) !=
        WEIR_OK) {
        (void)weir_error_prefix(err, "%s: cannot be loaded", image->path);
        if (err->status == WEIR_ECONFIG) {
            err->status = WEIR_ETEXT; /* a bad plugin is one status, whoever found it out */
        }
        return err->status;
    }
    *entry = address;
    return WEIR_OK;
}

static int load_image(struct weir_registry *registry,
                      const struct image *image,
                      bool in_place,
                      struct weir_loaded **loaded,
                      struct weir_error *err)
{
    const char *stored = image->real;
    if (!in_place) {
        WEIR_TRY(store_copy(registry, image, &stored, err));
    }
    const struct weir_plugin *entry = NULL;
    WEIR_TRY(open_module(registry, image, stored, &entry, err));
    struct weir_loaded *made = weir_alloc(sizeof *made);
    weir_arena_init(&made->arena);
    made->path = image->path;
    made->stored = weir_arena_strndup(&made->arena, stored, strlen(stored));
    made->sha256 = weir_arena_strndup(&made->arena, image->sha256, strlen(image->sha256));
    int status = weir_load_entry(made, entry, &image->note, err);
    if (status != WEIR_OK) {
        weir_loaded_destroy(made);
        return status;
    }
    made->path = weir_arena_strndup(&made->arena, image->real, strlen(image->real));
    *loaded = made;
    return WEIR_OK;
}

int weir_load_file(struct weir_registry *registry,
                   const char *path,
                   const char *real,
                   bool in_place,
                   struct weir_loaded **loaded,
                   struct weir_error *err)
{
    struct image image = {.path = path, .real = real};
    WEIR_TRY(registry->env->ops->file_read(registry->env, real, &image.bytes, err));
    int status = check_image(&image, err);
    if (status == WEIR_OK) {
        weir_sha256_hex(image.bytes->data, image.bytes->bytes, image.sha256);
        for (size_t i = 0; i < registry->loaded_count; i++) {
            if (registry->loaded[i]->native == NULL &&
                strcmp(registry->loaded[i]->sha256, image.sha256) == 0) {
                *loaded = registry->loaded[i];
                weir_buffer_release(image.bytes);
                return WEIR_OK;
            }
        }
        status = load_image(registry, &image, in_place, loaded, err);
    }
    weir_buffer_release(image.bytes);
    return status;
}

int weir_load_store(struct weir_registry *registry,
                    const char *path,
                    const char *real,
                    const char **stored,
                    const char **sha256,
                    struct weir_error *err)
{
    struct image image = {.path = path, .real = real};
    WEIR_TRY(registry->env->ops->file_read(registry->env, real, &image.bytes, err));
    weir_sha256_hex(image.bytes->data, image.bytes->bytes, image.sha256);
    *sha256 = weir_arena_strndup(&registry->arena, image.sha256, sizeof image.sha256 - 1);
    int status = store_copy(registry, &image, stored, err);
    weir_buffer_release(image.bytes);
    return status;
}
