/* SPDX-License-Identifier: Apache-2.0 */
/* Where a plugin's file lies. A name with a slash is a path and nothing else. A name without one is
 * looked for beside the job, then in the search folders, in order: those that were added, the
 * user's, the system's. */
#include "plugin/registry.h"

#include <string.h>

static const char system_folder[] = "/usr/lib/weir/plugins";

const char *weir_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

weir_str weir_alias_of_path(const char *path)
{
    const char *base = weir_path_base(path);
    if (strncmp(base, "lib", 3) == 0 && base[3] != '\0' && base[3] != '.') {
        base += 3;
    }
    weir_str alias = weir_str_of(base);
    const char *end = strstr(base, ".so");
    if (end != NULL) {
        alias.count = (size_t)(end - base);
    }
    return alias;
}

/* $XDG_DATA_HOME/weir/plugins, ~/.local/share/weir/plugins, or NULL. */
static const char *user_folder(struct weir_registry *registry)
{
    struct weir_env *env = registry->env;
    const char *data = env->ops->variable(env, "XDG_DATA_HOME");
    if (data != NULL && data[0] == '/') {
        return weir_arena_printf(&registry->arena, "%s/weir/plugins", data);
    }
    const char *home = env->ops->variable(env, "HOME");
    return home == NULL || home[0] != '/'
               ? NULL
               : weir_arena_printf(&registry->arena, "%s/.local/share/weir/plugins", home);
}

/* folder/name, then folder/name.so unless the name has that already. NULL if neither is there. */
static const char *look_in(struct weir_registry *registry, const char *folder, const char *name)
{
    struct weir_env *env = registry->env;
    bool has_suffix = strstr(name, ".so") != NULL;
    const char *path =
        weir_arena_printf(&registry->arena, "%s/%s%s", folder, name, has_suffix ? "" : ".so");
    return env->ops->file_exists(env, path) ? path : NULL;
}

static int search(struct weir_registry *registry,
                  const char *name,
                  const char *base_folder,
                  const char **path,
                  struct weir_error *err)
{
    const char *user = user_folder(registry);
    *path = look_in(registry, base_folder == NULL ? "." : base_folder, name);
    for (size_t i = 0; *path == NULL && i < registry->folder_count; i++) {
        *path = look_in(registry, registry->folders[i], name);
    }
    if (*path == NULL && user != NULL) {
        *path = look_in(registry, user, name);
    }
    if (*path == NULL) {
        *path = look_in(registry, system_folder, name);
    }
    if (*path != NULL) {
        return WEIR_OK;
    }
    struct weir_text folders;
    weir_text_init(&folders);
    weir_text_put(&folders, base_folder == NULL ? "." : base_folder);
    weir_text_put(&folders, ", ");
    weir_registry_put_folders(registry, &folders);
    int status =
        weir_error_set(err, WEIR_ENOINPUT,
                       "no plugin '%s' in %s: name the file with its path (./%s%s), or "
                       "add its folder with --plugin-path",
                       name, folders.bytes, name, strstr(name, ".so") != NULL ? "" : ".so");
    weir_text_finish(&folders);
    return status;
}

void weir_registry_put_folders(struct weir_registry *registry, struct weir_text *to)
{
    for (size_t i = 0; i < registry->folder_count; i++) {
        weir_text_printf(to, "%s, ", registry->folders[i]);
    }
    const char *user = user_folder(registry);
    if (user != NULL) {
        weir_text_printf(to, "%s, ", user);
    }
    weir_text_put(to, system_folder);
}

int weir_plugin_locate(struct weir_registry *registry,
                       const char *name,
                       const char *base_folder,
                       const char **path,
                       const char **real,
                       struct weir_error *err)
{
    struct weir_env *env = registry->env;
    if (name[0] == '\0') {
        return weir_error_set(err, WEIR_ETEXT, "a plugin without a name: use \"./x.so\" as x");
    }
    if (strchr(name, '/') == NULL) {
        WEIR_TRY(search(registry, name, base_folder, path, err));
    } else if (name[0] == '/' || base_folder == NULL) {
        *path = weir_arena_strndup(&registry->arena, name, strlen(name));
    } else {
        *path = weir_arena_printf(&registry->arena, "%s/%s", base_folder, name);
    }
    if (!env->ops->file_exists(env, *path)) {
        return weir_error_set(
            err, WEIR_ENOINPUT, "no plugin at %s: no such file; build it, or correct the path%s",
            *path,
            base_folder == NULL ? " (a relative one starts at the working directory)"
                                : " (a relative one starts at the job file's folder)");
    }
    return env->ops->file_real(env, &registry->arena, *path, real, err);
}
