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
    };
}

static bool not_yet(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    struct weir_diagnostic *d = weir_diagnostics_error(
        b->diagnostics, WEIR_CODE_NOT_YET, statement->prototypes_place,
        "not yet available: functions of a library without the SDK, by their prototypes");
    weir_diagnostic_help(b->diagnostics, d,
                         "wrap them in a plugin: WEIR_FUNCTION of "
                         "<weir/plugin.h> takes one line each");
    return false;
}

/* sha256="..." pins a file; nothing else is known here. */
static bool check_options(struct weir_binder *b,
                          const struct weir_ast_statement *statement,
                          struct weir_value *pin,
                          struct weir_place *place)
{
    for (const struct weir_ast_item *item = statement->options.first; item != NULL;
         item = item->next) {
        if (item->name.count != 6 || memcmp(item->name.bytes, "sha256", 6) != 0) {
            struct weir_diagnostic *d = weir_diagnostics_error(
                b->diagnostics, WEIR_CODE_UNKNOWN_OPTION, item->name_place,
                "'use' has no option '%.*s'", (int)item->name.count, item->name.bytes);
            weir_diagnostic_help(b->diagnostics, d, "it takes sha256=\"...\"");
            return false;
        }
        if (!weir_bind_constant(b, item->value, false, "sha256=", pin)) {
            return false;
        }
        if (pin->type->kind != WEIR_TYPE_STR) {
            weir_diagnostics_error(b->diagnostics, WEIR_CODE_OPTION_VALUE, item->value->place,
                                   "sha256= takes the 64 hex digits as a text in quotes");
            return false;
        }
        *place = item->place;
    }
    return true;
}

bool weir_bind_use(struct weir_binder *b, const struct weir_ast_statement *statement)
{
    struct weir_value pin = {0};
    struct weir_place pin_place = statement->place;
    if (statement->has_prototypes) {
        return not_yet(b, statement);
    }
    if (!check_options(b, statement, &pin, &pin_place)) {
        return false;
    }
    const char *name = weir_bind_name(b, statement->title->text);
    const char *alias = statement->name.count > 0 ? weir_bind_name(b, statement->name) : NULL;
    const struct weir_plugin_info *plugin;
    struct weir_error err;
    if (weir_registry_use(b->options->registry, name, alias, b->options->base_folder, &plugin,
                          &err) != WEIR_OK) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, statement->title->place, "%s",
                               err.text);
        return false;
    }
    if (pin.type != NULL && strcmp(pin.str.bytes, plugin->sha256) != 0) {
        weir_diagnostics_error(b->diagnostics, WEIR_CODE_PLUGIN, pin_place,
                               "'%s' is another file than the one pinned: its sha256 is %s", name,
                               plugin->sha256);
        return false;
    }
    keep(b, name, plugin);
    return true;
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
