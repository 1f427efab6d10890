/* SPDX-License-Identifier: Apache-2.0 */
/* One file on its own: what `weir inspect FILE` runs in a child process, because a constructor in
 * the file may do anything. */
#include "plugin/load/load.h"

#include <string.h>

/* The file as the only module of an empty registry; an id of weir's own is fine here. */
static int inspect(struct weir_registry *registry,
                   const char *file,
                   bool is_json,
                   struct weir_text *to,
                   struct weir_error *err)
{
    const char *path, *real;
    struct weir_loaded *loaded;
    WEIR_TRY(weir_plugin_locate(registry, file, NULL, &path, &real, err));
    WEIR_TRY(weir_load_file(registry, path, real, true, &loaded, err));
    loaded->is_own = strncmp(loaded->entry->id, WEIR_OWN_ID, sizeof WEIR_OWN_ID - 1) == 0;
    WEIR_TRY(weir_registry_admit(registry, loaded, err));
    struct weir_alias *alias = weir_registry_name(registry, weir_alias_of_path(path), loaded);
    if (is_json) {
        weir_plugin_describe_json(&alias->info, to);
        weir_text_put(to, "\n");
    } else {
        weir_plugin_describe(&alias->info, to);
    }
    return WEIR_OK;
}

int weir_plugin_inspect(struct weir_env *env,
                        const char *file,
                        bool is_json,
                        struct weir_text *to,
                        struct weir_error *err)
{
    struct weir_registry *registry;
    WEIR_TRY(weir_registry_create(env, NULL, &registry, err));
    int status = inspect(registry, file, is_json, to, err);
    weir_registry_destroy(registry);
    return status;
}
