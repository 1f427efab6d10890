/* SPDX-License-Identifier: Apache-2.0 */
/* From a name in a text, or from a canonical name in a graph, to operators. */
#include "plugin/registry.h"

#include <string.h>

struct matches {
    const struct weir_operator *const *first; /* in by_name, or a copy */
    size_t count;
};

static bool is_called(const char *name, weir_str word)
{
    return strlen(name) == word.count && memcmp(name, word.bytes, word.count) == 0;
}

/* Operators of one name lie side by side; those of the wanted kinds usually do too. */
static struct matches find_in(struct weir_registry *registry,
                              const struct weir_loaded *loaded,
                              weir_str name,
                              uint32_t kinds)
{
    struct matches found = {NULL, 0};
    size_t begin = 0, end;
    while (begin < loaded->count && !is_called(loaded->by_name[begin]->name, name)) {
        begin++;
    }
    for (end = begin; end < loaded->count && is_called(loaded->by_name[end]->name, name); end++) {
        found.count += (kinds >> loaded->by_name[end]->kind) & 1;
    }
    if (found.count == end - begin) {
        found.first = loaded->by_name + begin;
        return found;
    }
    const struct weir_operator **copy =
        weir_arena_alloc(&registry->arena, (found.count + 1) * sizeof *copy);
    size_t at = 0;
    for (size_t i = begin; i < end; i++) {
        if (((kinds >> loaded->by_name[i]->kind) & 1) != 0) {
            copy[at++] = loaded->by_name[i];
        }
    }
    found.first = copy;
    return found;
}

static const struct weir_operator *find_waiting(const struct weir_loaded *loaded, weir_str name)
{
    for (size_t i = 0; i < loaded->count; i++) {
        const struct weir_operator *op = loaded->by_name[i];
        if (is_called(op->name, name) && ((WEIR_KINDS_WAITING >> op->kind) & 1) != 0) {
            return op;
        }
    }
    return NULL;
}

/* The only plugin that the job named and that has such an operator. weir's own are not looked
 * through: which of them are loaded depends on what the text named before. */
static int find_bare(struct weir_registry *registry,
                     weir_str name,
                     uint32_t kinds,
                     struct matches *found,
                     struct weir_error *err)
{
    const struct weir_loaded *owner = NULL;
    for (size_t i = 0; i < registry->loaded_count; i++) {
        struct weir_loaded *loaded = registry->loaded[i];
        struct matches here = find_in(registry, loaded, name, kinds);
        if (here.count == 0 || loaded->is_own) {
            continue;
        }
        if (owner != NULL) {
            return weir_error_set(
                err, WEIR_ETEXT, "'%.*s' is in %s and in %s: write %s.%.*s or %s.%.*s",
                (int)name.count, name.bytes, owner->first->info.alias, loaded->first->info.alias,
                owner->first->info.alias, (int)name.count, name.bytes, loaded->first->info.alias,
                (int)name.count, name.bytes);
        }
        owner = loaded;
        *found = here;
    }
    return WEIR_OK;
}

int weir_registry_find(struct weir_registry *registry,
                       weir_str alias,
                       weir_str name,
                       uint32_t kinds,
                       const struct weir_operator *const **operators,
                       size_t *count,
                       struct weir_error *err)
{
    struct matches found = {NULL, 0};
    struct weir_alias *plugin = NULL;
    WEIR_TRY(weir_alias_get(registry, alias.count > 0 ? alias : name, &plugin, err));
    if (alias.count == 0 && plugin != NULL && !plugin->info.is_own) {
        plugin = NULL; /* a bare word is an own plugin's, or that of the only one that has it */
    }
    if (plugin != NULL) {
        found = find_in(registry, plugin->loaded, name, kinds);
    }
    if (alias.count == 0 && found.count == 0) {
        WEIR_TRY(find_bare(registry, name, kinds, &found, err));
    }
    if (found.count == 0 && plugin != NULL) {
        const struct weir_operator *waiting = find_waiting(plugin->loaded, name);
        if (waiting != NULL) {
            return weir_error_set(
                err, WEIR_EUNAVAILABLE, "%s.%s is %s, which is not yet available in this weir",
                plugin->info.alias, waiting->name, weir_kind_with_article(waiting->kind));
        }
    }
    *operators = found.first;
    *count = found.count;
    return WEIR_OK;
}

/* The module of a canonical name's plugin id; weir's own are loaded. Libraries that are used by
 * prototypes may be there several times: see find_among. */
static int find_by_id(struct weir_registry *registry,
                      weir_str id,
                      struct weir_loaded **loaded,
                      struct weir_error *err)
{
    static const size_t prefix = sizeof WEIR_OWN_ID - 1;
    *loaded = NULL;
    if (id.count > prefix && memcmp(id.bytes, WEIR_OWN_ID, prefix) == 0) {
        struct weir_alias *alias = NULL;
        weir_str name = {id.bytes + prefix, id.count - prefix};
        WEIR_TRY(weir_alias_get(registry, name, &alias, err));
    }
    for (size_t i = 0; i < registry->loaded_count; i++) {
        if (is_called(registry->loaded[i]->entry->id, id)) {
            *loaded = registry->loaded[i];
            return WEIR_OK;
        }
    }
    return weir_error_set(err, WEIR_ETEXT,
                          "the graph needs plugin '%.*s', which is not loaded: name its file with "
                          "-p FILE.so or `use`",
                          (int)id.count, id.bytes);
}

/* The operators of a name in all modules of an id, which is that of `loaded`. */
static struct matches find_among(struct weir_registry *registry,
                                 struct weir_loaded **loaded,
                                 weir_str name,
                                 enum weir_kind kind)
{
    const char *id = (*loaded)->entry->id;
    struct matches found = {NULL, 0};
    for (size_t i = 0; i < registry->loaded_count && found.count == 0; i++) {
        if (strcmp(registry->loaded[i]->entry->id, id) == 0) {
            *loaded = registry->loaded[i];
            found = find_in(registry, *loaded, name, 1u << kind);
        }
    }
    return found;
}

static int choose_signature(const struct weir_loaded *loaded,
                            struct matches found,
                            const char *canonical,
                            const char *signature,
                            const struct weir_operator **op,
                            struct weir_error *err)
{
    for (size_t i = 0; signature != NULL && i < found.count; i++) {
        if (strcmp(found.first[i]->signature, signature) == 0) {
            *op = found.first[i];
            return WEIR_OK;
        }
    }
    if (signature == NULL && found.count == 1) {
        *op = found.first[0];
        return WEIR_OK;
    }
    struct weir_text have;
    weir_text_init(&have);
    for (size_t i = 0; i < found.count; i++) {
        weir_text_printf(&have, "%s%s", i == 0 ? "" : "; ", found.first[i]->signature);
    }
    int status = weir_error_set(err, WEIR_ETEXT,
                                "%s %s has %s, the graph needs %s: use the version of the plugin "
                                "that the graph was made with, or make the graph again",
                                canonical, loaded->entry->version,
                                have.count == 0 ? "no such operator" : have.bytes,
                                signature == NULL ? "exactly one" : signature);
    weir_text_finish(&have);
    return status;
}

int weir_registry_find_canonical(struct weir_registry *registry,
                                 const char *canonical,
                                 const char *signature,
                                 enum weir_kind kind,
                                 const struct weir_operator **op,
                                 struct weir_error *err)
{
    const char *slash = strchr(canonical, '/');
    if (slash == NULL) {
        return weir_error_set(err, WEIR_ETEXT,
                              "'%s' is no canonical name: expected PLUGIN-ID/OPERATOR, such as "
                              "org.weir.text/words",
                              canonical);
    }
    weir_str id = {canonical, (size_t)(slash - canonical)};
    struct weir_loaded *loaded;
    WEIR_TRY(find_by_id(registry, id, &loaded, err));
    struct matches found = find_among(registry, &loaded, weir_str_of(slash + 1), kind);
    return choose_signature(loaded, found, canonical, signature, op, err);
}
