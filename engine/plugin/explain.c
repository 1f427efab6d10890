/* SPDX-License-Identifier: Apache-2.0 */
/* Why a name was not found, said so that the next attempt is right. */
#include "plugin/registry.h"

#include <string.h>

enum { NAMES_SHOWN_MAX = 12 };

static bool is_called(const char *name, weir_str word)
{
    return strlen(name) == word.count && memcmp(name, word.bytes, word.count) == 0;
}

/* "an emitter or a function" for bits of kinds. */
static void put_kinds(uint32_t kinds, struct weir_text *to)
{
    bool is_first = true;
    for (uint32_t kind = 1; kind <= WEIR_KIND_LAST; kind++) {
        if ((((kinds & WEIR_KINDS_USABLE) >> kind) & 1) != 0) {
            weir_text_printf(to, "%s%s", is_first ? "" : " or ",
                             weir_kind_with_article((enum weir_kind)kind));
            is_first = false;
        }
    }
}

static const char *where_used(enum weir_kind kind)
{
    static const char *const places[] = {
        [WEIR_KIND_FUNCTION] = "it stands in map, filter and any expression",
        [WEIR_KIND_EMITTER] = "it stands in flat_map",
        [WEIR_KIND_REDUCER] = "it stands behind reduce and reduce_by_key",
        [WEIR_KIND_RECEIVER] = "it stands at the head of a pipe",
        [WEIR_KIND_SOURCE] = "it stands at the head of a pipe",
        [WEIR_KIND_SINK] = "it stands at the end of a pipe",
        [WEIR_KIND_PARTITION_FUNCTION] = "it stands behind map_partitions",
        [WEIR_KIND_AGGREGATE] = "it stands in aggregate and behind combine_by_key",
        [WEIR_KIND_UPDATE] = "it stands behind update_state_by_key",
        [WEIR_KIND_TRACK] = "it stands behind map_with_state",
        [WEIR_KIND_PARTITIONER] = "it is the partitioner= of a verb that shuffles",
        [WEIR_KIND_CODEC] = "it stands behind an input",
        [WEIR_KIND_STORE] = "it keeps checkpoints and files",
        [WEIR_KIND_JOB] = "it is a whole job",
    };
    const char *place = (size_t)kind < sizeof places / sizeof places[0] ? places[kind] : NULL;
    return place != NULL ? place : "it is joined to another";
}

/* Is there an operator of that name, but of another kind? */
static bool explain_kind(const struct weir_loaded *loaded,
                         weir_str name,
                         uint32_t kinds,
                         struct weir_error *err)
{
    for (size_t i = 0; i < loaded->count; i++) {
        const struct weir_operator *op = loaded->by_name[i];
        if (!is_called(op->name, name) || ((kinds >> op->kind) & 1) != 0) {
            continue;
        }
        struct weir_text text;
        weir_text_init(&text);
        weir_operator_put_label(op, &text);
        weir_text_printf(&text, " is %s (%s), expected ", weir_kind_with_article(op->kind),
                         where_used(op->kind));
        put_kinds(kinds, &text);
        (void)weir_error_set(err, WEIR_ETEXT, "%s", text.bytes);
        weir_text_finish(&text);
        return true;
    }
    return false;
}

static int explain_operator(const struct weir_alias *plugin,
                            weir_str name,
                            uint32_t kinds,
                            struct weir_error *err)
{
    const struct weir_loaded *loaded = plugin->loaded;
    if (explain_kind(loaded, name, kinds, err)) {
        return WEIR_ETEXT;
    }
    struct weir_near near;
    struct weir_text have;
    size_t shown = 0;
    weir_near_begin(&near, name);
    weir_text_init(&have);
    for (size_t i = 0; i < loaded->count; i++) {
        const struct weir_operator *op = loaded->by_name[i];
        bool is_new = i == 0 || strcmp(loaded->by_name[i - 1]->name, op->name) != 0;
        weir_near_offer(&near, weir_str_of(op->name));
        if (is_new && shown <= NAMES_SHOWN_MAX) {
            weir_text_printf(&have, "%s%s", shown == 0 ? "" : ", ",
                             shown == NAMES_SHOWN_MAX ? "..." : op->name);
            shown++;
        }
    }
    weir_str best = weir_near_best(&near);
    int status =
        best.count > 0
            ? weir_error_set(
                  err, WEIR_ETEXT, "plugin '%s' has no operator '%.*s': did you mean '%.*s'?",
                  plugin->info.alias, (int)name.count, name.bytes, (int)best.count, best.bytes)
            : weir_error_set(err, WEIR_ETEXT, "plugin '%s' has no operator '%.*s': it has %s",
                             plugin->info.alias, (int)name.count, name.bytes,
                             have.count == 0 ? "none that can be used" : have.bytes);
    weir_text_finish(&have);
    return status;
}

static void offer_aliases(const struct weir_registry *registry, struct weir_near *near)
{
    for (size_t i = 0; i < registry->aliases.count; i++) {
        const struct weir_map_entry *entry = &registry->aliases.entries[i];
        weir_near_offer(near, (weir_str){entry->key, entry->key_count});
    }
    for (size_t i = 0; i < registry->own_count; i++) {
        weir_near_offer(near, weir_str_of(registry->own_names[i]));
    }
}

static int explain_plugin(struct weir_registry *registry, weir_str alias, struct weir_error *err)
{
    struct weir_near near;
    weir_near_begin(&near, alias);
    offer_aliases(registry, &near);
    weir_str best = weir_near_best(&near);
    if (best.count > 0) {
        return weir_error_set(err, WEIR_ETEXT, "no plugin '%.*s': did you mean '%.*s'?",
                              (int)alias.count, alias.bytes, (int)best.count, best.bytes);
    }
    struct weir_text folders;
    weir_text_init(&folders);
    weir_registry_put_folders(registry, &folders);
    int status = weir_error_set(err, WEIR_ETEXT,
                                "no plugin '%.*s': name its file first: use \"./%.*s.so\" (or -p "
                                "./%.*s.so); a name without a slash is looked for in %s",
                                (int)alias.count, alias.bytes, (int)alias.count, alias.bytes,
                                (int)alias.count, alias.bytes, folders.bytes);
    weir_text_finish(&folders);
    return status;
}

/* The operator of the wanted kinds, in any plugin, whose name is nearest; NULL if none is near. */
static const struct weir_operator *find_near(const struct weir_registry *registry,
                                             weir_str name,
                                             uint32_t kinds)
{
    struct weir_near near;
    weir_near_begin(&near, name);
    const struct weir_operator *best = NULL;
    for (size_t i = 0; i < registry->loaded_count; i++) {
        const struct weir_loaded *loaded = registry->loaded[i];
        for (size_t k = 0; k < loaded->count; k++) {
            const struct weir_operator *op = loaded->by_name[k];
            if (((kinds >> op->kind) & 1) != 0) {
                weir_near_offer(&near, weir_str_of(op->name));
                best = weir_near_best(&near).bytes == op->name ? op : best;
            }
        }
    }
    return best;
}

/* A bare word. Its operator may be in a plugin of weir's own that nobody named yet. */
static int explain_bare(struct weir_registry *registry,
                        weir_str name,
                        uint32_t kinds,
                        struct weir_error *err)
{
    const struct weir_plugin_info *const *ignored;
    size_t count;
    (void)weir_registry_list(registry, true, &ignored, &count, err);
    const struct weir_operator *near = find_near(registry, name, kinds);
    bool is_exact = near != NULL && is_called(near->name, name);
    for (size_t i = 0; !is_exact && i < registry->loaded_count; i++) {
        if (explain_kind(registry->loaded[i], name, kinds, err)) {
            return WEIR_ETEXT;
        }
    }
    struct weir_text text;
    weir_text_init(&text);
    weir_text_printf(&text, "unknown name '%.*s': ", (int)name.count, name.bytes);
    if (near != NULL) {
        weir_text_put(&text, "did you mean '");
        weir_operator_put_label(near, &text);
        weir_text_put(&text, "'?");
    } else {
        weir_text_put(&text, "expected ");
        put_kinds(kinds, &text);
        weir_text_put(&text, "; `weir inspect` lists them");
    }
    int status = weir_error_set(err, WEIR_ETEXT, "%s", text.bytes);
    weir_text_finish(&text);
    return status;
}

int weir_registry_explain(struct weir_registry *registry,
                          weir_str alias,
                          weir_str name,
                          uint32_t kinds,
                          struct weir_error *err)
{
    struct weir_alias *plugin = NULL;
    if (alias.count == 0) {
        if (weir_alias_get(registry, name, &plugin, err) == WEIR_OK && plugin != NULL &&
            explain_kind(plugin->loaded, name, kinds, err)) {
            return WEIR_ETEXT;
        }
        return explain_bare(registry, name, kinds, err);
    }
    WEIR_TRY(weir_alias_get(registry, alias, &plugin, err));
    return plugin == NULL ? explain_plugin(registry, alias, err)
                          : explain_operator(plugin, name, kinds, err);
}
