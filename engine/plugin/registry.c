/* SPDX-License-Identifier: Apache-2.0 */
/* Who is loaded under which name. A module is loaded once for its content and may have several
 * aliases; an id belongs to one module, because graphs and checkpoints know operators by it. */
#include "plugin/registry.h"

#include "plugin/load/load.h"
#include "plugin/native/native.h"

#include <string.h>

int weir_registry_create(struct weir_env *env,
                         const char *store_folder,
                         struct weir_registry **registry,
                         struct weir_error *err)
{
    (void)err;
    struct weir_registry *made = weir_alloc(sizeof *made);
    made->env = env;
    weir_arena_init(&made->arena);
    weir_map_init(&made->aliases);
    if (store_folder != NULL) {
        made->store_folder = weir_arena_strndup(&made->arena, store_folder, strlen(store_folder));
    }
    *registry = made;
    return WEIR_OK;
}

void weir_loaded_destroy(struct weir_loaded *loaded)
{
    if (loaded != NULL) {
        weir_native_finish(loaded->native);
        weir_arena_finish(&loaded->arena);
        weir_free(loaded);
    }
}

void weir_registry_destroy(struct weir_registry *registry)
{
    if (registry == NULL) {
        return;
    }
    for (size_t i = 0; i < registry->loaded_count; i++) {
        weir_loaded_destroy(registry->loaded[i]);
    }
    weir_free(registry->loaded);
    weir_free(registry->folders);
    weir_map_finish(&registry->aliases);
    weir_arena_finish(&registry->arena);
    weir_free(registry);
}

void weir_registry_add_path(struct weir_registry *registry, const char *folder)
{
    WEIR_GROW(registry->folders, registry->folder_count, registry->folder_capacity);
    registry->folders[registry->folder_count++] =
        weir_arena_strndup(&registry->arena, folder, strlen(folder));
}

struct weir_alias *weir_registry_name(struct weir_registry *registry,
                                      weir_str alias,
                                      struct weir_loaded *loaded)
{
    struct weir_alias *made = weir_arena_alloc(&registry->arena, sizeof *made);
    const struct weir_plugin *entry = loaded->entry;
    made->loaded = loaded;
    made->info = (struct weir_plugin_info){
        .alias = weir_arena_strndup(&registry->arena, alias.bytes, alias.count),
        .path = loaded->path,
        .stored = loaded->stored,
        .sha256 = loaded->sha256,
        .id = entry->id,
        .version = entry->version,
        .summary = entry->summary,
        .licence = entry->licence,
        .minor = entry->minor,
        .needs_minor = entry->needs_minor,
        .is_own = loaded->is_own,
        .operator_count = (uint32_t)loaded->count};
    if (loaded->first == NULL) {
        loaded->first = made;
        for (size_t i = 0; i < loaded->count; i++) {
            loaded->operators[i]->plugin = &made->info;
        }
    }
    (void)weir_map_put(&registry->aliases, alias, made);
    return made;
}

static bool is_own_id(const char *id)
{
    return strncmp(id, WEIR_OWN_ID, sizeof WEIR_OWN_ID - 1) == 0;
}

int weir_registry_admit(struct weir_registry *registry,
                        struct weir_loaded *loaded,
                        struct weir_error *err)
{
    const char *id = loaded->entry->id;
    int status = WEIR_OK;
    if (is_own_id(id) && !loaded->is_own) {
        status = weir_error_set(err, WEIR_ETEXT,
                                "%s: its id '%s' is one of weir's own: give it another in "
                                "WEIR_PLUGIN(...), such as \"org.example.%s\"",
                                loaded->path, id, id + sizeof WEIR_OWN_ID - 1);
    }
    for (size_t i = 0; status == WEIR_OK && i < registry->loaded_count; i++) {
        const struct weir_loaded *other = registry->loaded[i];
        if (strcmp(other->entry->id, id) == 0) {
            status = weir_error_set(err, WEIR_ETEXT,
                                    "%s and %s are both '%s': one id is one plugin; use one of "
                                    "them, or give one another id in WEIR_PLUGIN(...)",
                                    other->path, loaded->path, id);
        }
    }
    if (status != WEIR_OK) {
        weir_loaded_destroy(loaded);
        return status;
    }
    WEIR_GROW(registry->loaded, registry->loaded_count, registry->loaded_capacity);
    registry->loaded[registry->loaded_count++] = loaded;
    return WEIR_OK;
}

/* Does the alias stand for that file, with these prototypes? */
static bool is_same(const struct weir_alias *alias, const char *real, const char *prototypes)
{
    const char *has = alias->info.prototypes;
    return strcmp(alias->info.path, real) == 0 && (has == NULL) == (prototypes == NULL) &&
           (has == NULL || strcmp(has, prototypes) == 0);
}

int weir_alias_check(struct weir_registry *registry,
                     weir_str alias,
                     const char *name,
                     const char *real,
                     const char *prototypes,
                     struct weir_alias **known,
                     struct weir_error *err)
{
    *known = NULL;
    if (!weir_is_name(alias)) {
        return weir_error_set(err, WEIR_ETEXT,
                              "'%.*s' is no name that a text can use: use \"%s\" as NAME (letters, "
                              "digits and _)",
                              (int)alias.count, alias.bytes, name);
    }
    WEIR_TRY(weir_own_list(registry, err));
    if (weir_own_has(registry, alias)) {
        WEIR_TRY(weir_alias_get(registry, alias, known, err));
        if (*known != NULL && is_same(*known, real, prototypes)) {
            return WEIR_OK;
        }
        return weir_error_set(err, WEIR_ETEXT,
                              "'%.*s' is weir's own plugin: choose another alias: use \"%s\" as "
                              "my%.*s",
                              (int)alias.count, alias.bytes, name, (int)alias.count, alias.bytes);
    }
    *known = weir_map_get(&registry->aliases, alias);
    if (*known != NULL && !is_same(*known, real, prototypes)) {
        return weir_error_set(err, WEIR_ETEXT,
                              "'%.*s' already stands for %s%s: choose another alias: use \"%s\" as "
                              "my%.*s",
                              (int)alias.count, alias.bytes, (*known)->info.path,
                              (*known)->info.prototypes != NULL ? " by its prototypes" : "", name,
                              (int)alias.count, alias.bytes);
    }
    return WEIR_OK;
}

/* The module that is loaded from `real`, or NULL. */
static struct weir_loaded *find_loaded(const struct weir_registry *registry, const char *real)
{
    for (size_t i = 0; i < registry->loaded_count; i++) {
        if (registry->loaded[i]->native == NULL && strcmp(registry->loaded[i]->path, real) == 0) {
            return registry->loaded[i];
        }
    }
    return NULL;
}

int weir_registry_use(struct weir_registry *registry,
                      const char *name,
                      const char *alias,
                      const char *base_folder,
                      const struct weir_plugin_info **plugin,
                      struct weir_error *err)
{
    const char *path, *real;
    struct weir_alias *known;
    WEIR_TRY(weir_plugin_locate(registry, name, base_folder, &path, &real, err));
    weir_str as = alias != NULL ? weir_str_of(alias) : weir_alias_of_path(path);
    WEIR_TRY(weir_alias_check(registry, as, name, real, NULL, &known, err));
    if (known == NULL) {
        struct weir_loaded *loaded = find_loaded(registry, real);
        if (loaded == NULL) {
            WEIR_TRY(weir_load_file(registry, path, real, false, &loaded, err));
            if (loaded->first == NULL) {
                WEIR_TRY(weir_registry_admit(registry, loaded, err));
            }
        }
        known = weir_registry_name(registry, as, loaded);
    }
    *plugin = &known->info;
    return WEIR_OK;
}

int weir_registry_use_static(struct weir_registry *registry,
                             const struct weir_plugin *entry,
                             const char *alias,
                             bool is_own,
                             struct weir_error *err)
{
    static const char linked_in[] = "(linked in)";
    static const char no_sha256[] =
        "0000000000000000000000000000000000000000000000000000000000000000";
    weir_str as = weir_str_of(alias);
    if (!weir_is_name(as) || weir_map_get(&registry->aliases, as) != NULL) {
        return weir_error_set(err, WEIR_ETEXT, "'%s' is no name or in use: choose another alias",
                              alias);
    }
    struct weir_loaded *loaded = weir_alloc(sizeof *loaded);
    weir_arena_init(&loaded->arena);
    loaded->path = alias;
    loaded->is_own = is_own;
    int status = weir_load_entry(loaded, entry, NULL, err);
    if (status != WEIR_OK) {
        weir_loaded_destroy(loaded);
        return status;
    }
    loaded->path = loaded->stored = linked_in;
    loaded->sha256 = no_sha256;
    WEIR_TRY(weir_registry_admit(registry, loaded, err));
    (void)weir_registry_name(registry, as, loaded);
    return WEIR_OK;
}

int weir_registry_list(struct weir_registry *registry,
                       bool load_own,
                       const struct weir_plugin_info *const **plugins,
                       size_t *count,
                       struct weir_error *err)
{
    if (load_own) {
        WEIR_TRY(weir_own_list(registry, err));
        for (size_t i = 0; i < registry->own_count; i++) {
            struct weir_alias *ignored;
            WEIR_TRY(weir_alias_get(registry, weir_str_of(registry->own_names[i]), &ignored, err));
        }
    }
    const struct weir_plugin_info **list =
        weir_arena_alloc(&registry->arena, (registry->aliases.count + 1) * sizeof *list);
    *count = registry->aliases.count;
    for (size_t i = 0; i < *count; i++) {
        const struct weir_alias *alias = registry->aliases.entries[i].value;
        list[i] = &alias->info;
    }
    *plugins = list;
    return WEIR_OK;
}

const struct weir_operator *const *weir_plugin_operators(const struct weir_plugin_info *plugin,
                                                         size_t *count)
{
    const struct weir_alias *alias = (const struct weir_alias *)plugin;
    *count = alias->loaded->count;
    return alias->loaded->by_kind;
}
