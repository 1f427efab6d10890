/* SPDX-License-Identifier: Apache-2.0 */
/* WEIR_NAME variables and the three settings files. A name that no command knows is an error with
 * the place and the nearest name. */
#include "settings.h"

#include "command/commands.h"
#include "lang/lang.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WEIR_SETTINGS_FILE_BYTES_MAX = 1 << 20 };

/* A setting's name, where '-' and '_' are one. */
static bool is_named(const struct weir_option *option, weir_str name)
{
    bool is_same = option->is_setting && strlen(option->name) == name.count;
    for (size_t k = 0; is_same && k < name.count; k++) {
        char a = option->name[k] == '-' ? '_' : option->name[k];
        char b = name.bytes[k] == '-' ? '_' : name.bytes[k];
        is_same = a == b;
    }
    return is_same;
}

/* Is this the name of a setting of any command? */
static bool is_known(weir_str name)
{
    for (size_t c = 0; weir_commands[c] != NULL; c++) {
        for (const struct weir_option *o = weir_commands[c]->options; o->name != NULL; o++) {
            if (is_named(o, name)) {
                return true;
            }
        }
    }
    return false;
}

static int unknown_setting(struct weir_invocation *invocation,
                           const struct weir_source *source,
                           const struct weir_setting *setting)
{
    struct weir_near near;
    weir_near_begin(&near, setting->name);
    for (size_t c = 0; weir_commands[c] != NULL; c++) {
        for (const struct weir_option *o = weir_commands[c]->options; o->name != NULL; o++) {
            if (o->is_setting) {
                weir_near_offer(&near, weir_str_of(o->name));
            }
        }
    }
    weir_str best = weir_near_best(&near);
    struct weir_line_column at = weir_source_locate(source, setting->name_place.offset);
    struct weir_error err;
    (void)weir_error_set(
        &err, WEIR_ECONFIG, "%s:%u:%u: unknown setting '%.*s'%s%.*s%s", source->name, at.line,
        at.column, (int)setting->name.count, setting->name.bytes,
        best.count > 0 ? ": did you mean '" : "; weir run -h lists them", (int)best.count,
        best.count > 0 ? best.bytes : "", best.count > 0 ? "'?" : "");
    return weir_cli_fail(invocation, &err);
}

/* The option of this command that the setting names, or -1. */
static int option_of(const struct weir_invocation *invocation, weir_str name)
{
    for (int i = 0; invocation->command->options[i].name != NULL; i++) {
        if (is_named(&invocation->command->options[i], name)) {
            return i;
        }
    }
    return -1;
}

static int apply_file(struct weir_invocation *invocation, const char *path, weir_str text)
{
    struct weir_source source = {path, text, false};
    struct weir_diagnostics diagnostics;
    struct weir_setting *setting;
    struct weir_error err = {0};
    weir_diagnostics_init(&diagnostics, &source);
    int status = weir_settings_parse(&source, &invocation->arena, &diagnostics, &setting, &err);
    if (status != WEIR_OK) {
        weir_diagnostics_finish(&diagnostics);
        err.status = WEIR_ECONFIG;
        return weir_cli_fail(invocation, &err);
    }
    status = 0;
    for (; setting != NULL && status == 0; setting = setting->next) {
        int index = option_of(invocation, setting->name);
        if (index < 0) {
            status = is_known(setting->name) ? 0 : unknown_setting(invocation, &source, setting);
        } else if (invocation->values[index] == NULL) {
            invocation->values[index] =
                weir_arena_strndup(&invocation->arena, setting->value.bytes, setting->value.count);
            invocation->origins[index] =
                weir_arena_printf(&invocation->arena, "%s:%u", path,
                                  weir_source_locate(&source, setting->name_place.offset).line);
            invocation->is_weak[index] = true;
        }
    }
    weir_diagnostics_finish(&diagnostics);
    return status;
}

/* An absent file is fine, one that cannot be read is not. */
static int read_file(struct weir_invocation *invocation, const char *path)
{
    FILE *file = fopen(path, "rbe");
    struct weir_error err;
    if (file == NULL && (errno == ENOENT || errno == ENOTDIR)) {
        return 0;
    }
    struct weir_text text;
    weir_text_init(&text);
    char *to = weir_text_reserve(&text, WEIR_SETTINGS_FILE_BYTES_MAX + 1);
    text.count = file == NULL ? 0 : fread(to, 1, WEIR_SETTINGS_FILE_BYTES_MAX + 1, file);
    const char *why = file == NULL || ferror(file) != 0           ? strerror(errno)
                      : text.count > WEIR_SETTINGS_FILE_BYTES_MAX ? "longer than 1 MiB"
                                                                  : NULL;
    int status = 0;
    if (why != NULL) {
        (void)weir_error_set(&err, WEIR_ECONFIG, "%s: cannot be read: %s", path, why);
        status = weir_cli_fail(invocation, &err);
    } else {
        status = apply_file(invocation, path, weir_text_str(&text));
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    weir_text_finish(&text);
    return status;
}

static void apply_environment(struct weir_invocation *invocation)
{
    for (int i = 0; invocation->command->options[i].name != NULL; i++) {
        const struct weir_option *option = &invocation->command->options[i];
        if (!option->is_setting || invocation->values[i] != NULL) {
            continue;
        }
        char *name = weir_arena_printf(&invocation->arena, "WEIR_%s", option->name);
        for (char *c = name; *c != '\0'; c++) {
            *c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
        }
        const char *value = getenv(name);
        if (value != NULL && value[0] != '\0') {
            invocation->values[i] = value;
            invocation->origins[i] = name;
        }
    }
}

static bool has_settings(const struct weir_command *command)
{
    for (const struct weir_option *option = command->options; option->name != NULL; option++) {
        if (option->is_setting) {
            return true;
        }
    }
    return false;
}

int weir_settings_apply(struct weir_invocation *invocation)
{
    if (!has_settings(invocation->command)) {
        return 0; /* a broken settings file does not stand in the way of `weir help` */
    }
    apply_environment(invocation);
    const char *config_home = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    struct weir_arena *arena = &invocation->arena;
    const char *user = NULL;
    if (config_home != NULL && config_home[0] == '/') {
        user = weir_arena_printf(arena, "%s/weir/weir.conf", config_home);
    } else if (home != NULL && home[0] == '/') {
        user = weir_arena_printf(arena, "%s/.config/weir/weir.conf", home);
    }
    int status = read_file(invocation, "weir.conf");
    if (status == 0 && user != NULL) {
        status = read_file(invocation, user);
    }
    return status != 0 ? status : read_file(invocation, "/etc/weir/weir.conf");
}
