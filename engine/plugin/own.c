/* SPDX-License-Identifier: Apache-2.0 */
/* weir's own plugins: NAME.so in env->plugin_home is org.weir.NAME, alias NAME, found without `use`
 * and opened in place when a job first names it. */
#include "plugin/load/load.h"
#include "plugin/registry.h"

#include <string.h>

static const char suffix[] = ".so";

int weir_own_list(struct weir_registry *registry, struct weir_error *err)
{
    struct weir_env *env = registry->env;
    if (registry->own_listed || env->plugin_home == NULL) {
        return WEIR_OK;
    }
    const char **names;
    size_t count;
    WEIR_TRY(env->ops->folder_list(env, &registry->arena, env->plugin_home, &names, &count, err));
    registry->own_names = weir_arena_alloc(&registry->arena, (count + 1) * sizeof *names);
    for (size_t i = 0; i < count; i++) {
        weir_str name = weir_str_of(names[i]);
        if (name.count < sizeof suffix || strcmp(names[i] + name.count - 3, suffix) != 0) {
            continue;
        }
        name.count -= sizeof suffix - 1;
        if (weir_is_name(name)) {
            registry->own_names[registry->own_count++] =
                weir_arena_strndup(&registry->arena, name.bytes, name.count);
        }
    }
    registry->own_listed = true;
    return WEIR_OK;
}

static bool is_listed(const struct weir_registry *registry, weir_str alias)
{
    for (size_t i = 0; i < registry->own_count; i++) {
        if (strlen(registry->own_names[i]) == alias.count &&
            memcmp(registry->own_names[i], alias.bytes, alias.count) == 0) {
            return true;
        }
    }
    return false;
}

bool weir_own_has(struct weir_registry *registry, weir_str alias)
{
    const struct weir_alias *known = weir_map_get(&registry->aliases, alias);
    return is_listed(registry, alias) ||
           (known != NULL && known->info.is_own && known == known->loaded->first);
}

static int load_own(struct weir_registry *registry,
                    weir_str alias,
                    struct weir_alias **found,
                    struct weir_error *err)
{
    struct weir_env *env = registry->env;
    const char *path = weir_arena_printf(&registry->arena, "%s/%.*s%s", env->plugin_home,
                                         (int)alias.count, alias.bytes, suffix);
    const char *real;
    struct weir_loaded *loaded;
    WEIR_TRY(env->ops->file_real(env, &registry->arena, path, &real, err));
    WEIR_TRY(weir_load_file(registry, path, real, true, &loaded, err));
    if (loaded->first == NULL) {
        const char *id = loaded->entry->id;
        if (strncmp(id, WEIR_OWN_ID, sizeof WEIR_OWN_ID - 1) != 0 ||
            strlen(id + sizeof WEIR_OWN_ID - 1) != alias.count ||
            memcmp(id + sizeof WEIR_OWN_ID - 1, alias.bytes, alias.count) != 0) {
            (void)weir_error_set(err, WEIR_ECONFIG,
                                 "%s says that it is '%s', expected '" WEIR_OWN_ID "%.*s': only "
                                 "weir's own plugins belong into that folder; move it away and "
                                 "name it with `use`",
                                 path, id, (int)alias.count, alias.bytes);
            weir_loaded_destroy(loaded);
            return WEIR_ECONFIG;
        }
        loaded->is_own = true;
        WEIR_TRY(weir_registry_admit(registry, loaded, err));
    }
    *found = weir_registry_name(registry, alias, loaded);
    return WEIR_OK;
}

int weir_alias_get(struct weir_registry *registry,
                   weir_str alias,
                   struct weir_alias **found,
                   struct weir_error *err)
{
    *found = weir_map_get(&registry->aliases, alias);
    if (*found != NULL) {
        return WEIR_OK;
    }
    WEIR_TRY(weir_own_list(registry, err));
    return is_listed(registry, alias) ? load_own(registry, alias, found, err) : WEIR_OK;
}
