/* SPDX-License-Identifier: Apache-2.0 */
/* The `use` statement and -p: plugins that the job names. */
#include "lang/bind/binder.h"

#include <string.h>

static void keep(struct weir_binder *b, const char *name, const struct weir_plugin_info *plugin)
{
    for (uint32_t i = 0; i < b->use_count; i++) {
        if (strcmp(b->uses[i].alias, plugin->alias) == 0) {
            return; /* the same file again */
        }
    }
    WEIR_GROW(b->uses, b->use_count, b->use_capacity);
    b->uses[b->use_count++] = (struct weir_use){
        .name = weir_bind_name(b, weir_str_of(name)),
        .alias = plugin->alias,
        .path = plugin->path,
        .id = plugin->id,
        .version = plugin->version,
        .sha256 = plugin->sha256,
        .prototypes = plugin->prototypes,
        .is_serial = plugin->is_serial,
    };
}

/* What the options of a `use` say. */
struct options {
    const char *pin; /* sha256="..." pins a file; NULL: not given */
    struct weir_place pin_place;
    bool is_serial; /* threadsafe=false, with prototypes */
};

static bool is_called(const struct weir_ast_item *item, const char *name)
{
    return item->name.count == strlen(name) &&
           memcmp(item->name.bytes, name, item->name.count) == 0;
}

static bool read_pin(struct weir_binder *b,
                     const struct weir_ast_item *item,
                     struct options *options)
{
    struct weir_value value;
    if (!weir_bind_constant(b, item->value, false, "sha256=", &value)) {
        return false;
    }
    if (value.type->kind != WEIR_TYPE_STR) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_OPTION_VALUE, item->value->place,
                               "sha256= takes the 64 hex digits as a text in quotes");
        return false;
    }
    options->pin = value.str.bytes;
    options->pin_place = item->place;
    return true;
}

static bool read_threadsafe(struct weir_binder *b,
                            const struct weir_ast_item *item,
                            struct options *options)
{
    struct weir_value value;
    if (!weir_bind_constant(b, item->value, false, "threadsafe=", &value)) {
        return false;
    }
    if (value.type->kind != WEIR_TYPE_BOOL) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_OPTION_VALUE, item->value->place,
                               "threadsafe= takes true or false");
        return false;
    }
    options->is_serial = value.i64 == 0;
    return true;
}

static bool read_options(struct weir_binder *b,
                         const struct weir_ast_statement *statement,
                         struct options *options)
{
    for (const struct weir_ast_item *item = statement->options.first; item != NULL;
         item = item->next) {
        bool is_fine = false;
        if (is_called(item, "sha256")) {
            is_fine = read_pin(b, item, options);
        } else if (is_called(item, "threadsafe") && statement->has_prototypes) {
            is_fine = read_threadsafe(b, item, options);
        } else {
            struct weir_diagnostic *d = weir_diagnostics_error(
                b->diagnostics, WEIR_CODE_UNKNOWN_OPTION, item->name_place,
                "'use' has no option '%.*s'", (int)item->name.count, item->name.bytes);
            weir_diagnostic_help(b->diagnostics, d,
                                 statement->has_prototypes
                                     ? "it takes sha256=\"...\" and threadsafe=false"
                                     : "it takes sha256=\"...\"; with C prototypes, also "
                                       "threadsafe=false");
        }
        if (!is_fine) {
            return false;
        }
    }
    return true;
}

/* The outer blanks of the block were cut. */
struct weir_place weir_lang_prototype_place(const struct weir_source *source,
                                            const struct weir_ast_statement *use,
                                            struct weir_place place)
{
    const char *text = source->text.bytes;
    uint32_t start = use->prototypes_place.offset + 1;
    while (strchr(" \t\r\n", text[start]) != NULL) {
        start++;
    }
    return (struct weir_place){start + place.offset, place.length > 0 ? place.length : 1};
}

/* C functions by their prototypes. NULL: reported. */
static const struct weir_plugin_info *use_native(struct weir_binder *b,
                                                 const struct weir_ast_statement *statement,
                                                 struct weir_native_use use)
{
    const struct weir_plugin_info *plugin = NULL;
    struct weir_place place;
    struct weir_error err;
    use.prototypes = weir_bind_name(b, statement->prototypes);
    if (weir_registry_use_native(b->options->registry, &use, &plugin, &place, &err) != WEIR_OK) {
        bool is_in_block = place.offset > 0 || place.length > 0;
        weir_diagnostics_error(b->diagnostics, is_in_block ? WEIR_CODE_PROTOTYPE : WEIR_CODE_PLUGIN,
                               is_in_block ? weir_lang_prototype_place(b->diagnostics->source,
                                                                       statement, place)
                                           : statement->title->place,
                               "%s", err.text);
        return NULL;
    }
    return plugin;
}

static const struct weir_plugin_info *use_plugin(struct weir_binder *b,
                                                 const struct weir_ast_statement *statement,
                                                 const char *name,
                                                 const char *alias)
{
    const struct weir_plugin_info *plugin = NULL;
    struct weir_error err;
    if (weir_registry_use(b->options->registry, name, alias, b->options->base_folder, &plugin,
                          &err) != WEIR_OK) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, statement->title->place, "%s",
                               err.text);
    }
    return plugin;
}

static bool check_pin(struct weir_binder *b,
                      const struct options *options,
                      const struct weir_plugin_info *plugin,
                      const char *name)
{
    if (options->pin == NULL || strcmp(options->pin, plugin->sha256) == 0) {
        return true;
    }
    if (plugin->sha256[0] == '\0') {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, options->pin_place,
                               "'%s' cannot be pinned: the system finds the file of a name without "
                               "a slash; name it by its path",
                               name);
    } else {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, options->pin_place,
                               "'%s' is another file than the one pinned: its sha256 is %s", name,
                               plugin->sha256);
    }
    return false;
}

static bool use(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    struct options options = {0};
    if (!read_options(b, statement, &options)) {
        return false;
    }
    const char *name = weir_bind_name(b, statement->title->text);
    const char *alias = statement->name.count > 0 ? weir_bind_name(b, statement->name) : NULL;
    const struct weir_native_use native = {.name = name,
                                           .alias = alias,
                                           .base_folder = b->options->base_folder,
                                           .is_serial = options.is_serial};
    const struct weir_plugin_info *plugin = statement->has_prototypes
                                                ? use_native(b, statement, native)
                                                : use_plugin(b, statement, name, alias);
    if (plugin == NULL || !check_pin(b, &options, plugin, name)) {
        return false;
    }
    keep(b, name, plugin);
    return true;
}

bool weir_bind_use(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    if (use(b, statement)) {
        return true;
    }
    if (statement->name.count > 0) { /* said once: not again wherever it is used */
        weir_map_put(&b->unusable, statement->name, b);
    }
    return false;
}

bool weir_bind_plugins(struct weir_binder *b)
{
    bool is_fine = true;
    for (size_t i = 0; i < b->options->plugin_count; i++) {
        const struct weir_plugin_info *plugin;
        struct weir_error err;
        if (weir_registry_use(b->options->registry, b->options->plugins[i], NULL, NULL, &plugin,
                              &err) == WEIR_OK) {
            keep(b, b->options->plugins[i], plugin);
        } else {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, WEIR_NOWHERE, "-p %s: %s",
                                   b->options->plugins[i], err.text);
            is_fine = false;
        }
    }
    return is_fine;
}
