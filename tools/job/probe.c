/* SPDX-License-Identifier: Apache-2.0 */
/* Trying plugins where they can do no harm. */
#include "job/probe.h"

#include "job/dwarf/dwarf.h"
#include "plugin/plugin.h"

#include <stdlib.h>
#include <string.h>

/* What the child is to load. */
struct probe {
    struct weir_invocation *invocation;
    const char *name, *folder;
    const char *prototypes; /* NULL: a plugin, else a library with C functions */
    const char *alias;      /* of the library; NULL: none is written */
};

void weir_probe_add_paths(struct weir_registry *registry,
                          struct weir_arena *arena,
                          const char *folders)
{
    while (folders != NULL && *folders != '\0') {
        size_t count = strcspn(folders, ":");
        if (count > 0) {
            weir_registry_add_path(registry, weir_arena_strndup(arena, folders, count));
        }
        folders += count + (folders[count] == ':' ? 1 : 0);
    }
}

/* [child] Uses the plugin in a world of its own, which ends with the process. */
static int use(const struct probe *probe, const struct weir_plugin_info **plugin)
{
    const struct weir_os_options options = {.threads = 1};
    struct weir_error err = {0};
    struct weir_env *env;
    struct weir_registry *registry;
    WEIR_TRY(weir_os_create(&options, &env, &err));
    WEIR_TRY(weir_registry_create(env, NULL, &registry, &err));
    weir_probe_add_paths(registry, &probe->invocation->arena,
                         weir_cli_value(probe->invocation, "plugin-path"));
    if (probe->prototypes == NULL) {
        return weir_registry_use(registry, probe->name, NULL, probe->folder, plugin, &err);
    }
    const struct weir_native_use native = {.name = probe->name,
                                           .alias = probe->alias,
                                           .base_folder = probe->folder,
                                           .prototypes = probe->prototypes};
    return weir_registry_use_native(registry, &native, plugin, NULL, &err);
}

/* [child] Whether it is a plugin does not matter here, only that loading it comes to an end. */
static int load(void *owner, struct weir_text *result)
{
    const struct weir_plugin_info *plugin;
    (void)result;
    (void)use(owner, &plugin);
    return 0;
}

/* [child] How its prototypes differ from what the library says of itself. */
static int compare(void *owner, struct weir_text *result)
{
    const struct weir_plugin_info *plugin;
    if (use(owner, &plugin) == WEIR_OK) {
        weir_dwarf_compare(plugin, result);
    }
    return 0;
}

void weir_probe_put_end(const struct weir_os_child_report *report, struct weir_text *to)
{
    if (report->is_timeout) {
        weir_text_printf(to, "loading it did not end within %d s", WEIR_PROBE_TIMEOUT_MS / 1000);
    } else if (report->signum != 0) {
        weir_text_printf(to, "it crashed while it was loaded: %s", report->signal);
    } else {
        weir_text_printf(to, "it ended the process while it was loaded: exit(%d)",
                         report->exit_status);
    }
}

void weir_probe_put_output(const struct weir_os_child_report *report, struct weir_text *to)
{
    bool is_line_start = true;
    for (size_t i = 0; i < report->output.count; i++) {
        char c = report->output.bytes[i];
        if (is_line_start) {
            weir_text_put(to, "    ");
        }
        is_line_start = c == '\n';
        c = c == '\n' || c == '\t' || (unsigned char)c >= ' ' ? c : '?';
        weir_text_append(to, &c, 1);
    }
    if (!is_line_start) {
        weir_text_put(to, report->is_cut ? "...\n" : "\n");
    }
}

/* Appends the reason to `why` if the plugin does not survive being loaded. */
static int try_plugin(struct probe *probe, struct weir_text *why, struct weir_error *err)
{
    struct weir_os_child_report report;
    WEIR_TRY(weir_os_checked_child(load, probe, WEIR_PROBE_TIMEOUT_MS, &report, err));
    if (!report.is_finished) {
        weir_probe_put_end(&report, why);
    }
    weir_os_child_report_finish(&report);
    return WEIR_OK;
}

static int probe_options(struct weir_invocation *invocation,
                         struct weir_diagnostics *diagnostics,
                         struct weir_error *err)
{
    const struct weir_value_list *plugins = weir_cli_list(invocation, "plugin");
    int status = WEIR_OK;
    for (size_t i = 0; i < plugins->count && status == WEIR_OK; i++) {
        const char *name = plugins->values[i];
        struct weir_text why;
        weir_text_init(&why);
        struct probe probe = {.invocation = invocation, .name = name};
        status = try_plugin(&probe, &why, err);
        if (status == WEIR_OK && why.count > 0) {
            struct weir_diagnostic *d = weir_diagnostics_error(
                diagnostics, WEIR_CODE_PLUGIN, WEIR_NOWHERE, "-p %s: %s", name, why.bytes);
            weir_diagnostic_help(diagnostics, d, "'weir inspect %s' tells more", name);
        }
        weir_text_finish(&why);
    }
    return status;
}

/* The differences that the child found, a line each: OFFSET LENGTH MESSAGE. */
static void report_differences(const struct weir_ast_statement *use,
                               const char *line,
                               struct weir_diagnostics *diagnostics)
{
    while (line != NULL && *line != '\0') {
        char *rest;
        struct weir_place place;
        place.offset = (uint32_t)strtoul(line, &rest, 10);
        place.length = (uint32_t)strtoul(rest, &rest, 10);
        const char *message = rest + (*rest == ' ' ? 1 : 0);
        size_t count = strcspn(message, "\n");
        weir_diagnostics_error(
            diagnostics, WEIR_CODE_PROTOTYPE,
            weir_lang_prototype_place(diagnostics->source, use, place), "%.*s", (int)count,
            message);
        line = message[count] == '\n' ? message + count + 1 : NULL;
    }
}

/* A child of its own: debug information that cannot be read is no fault of the text. */
static int compare_prototypes(struct probe *probe,
                              const struct weir_ast_statement *use,
                              struct weir_diagnostics *diagnostics,
                              struct weir_error *err)
{
    struct weir_os_child_report report;
    WEIR_TRY(weir_os_checked_child(compare, probe, WEIR_PROBE_TIMEOUT_MS, &report, err));
    if (report.is_finished && !report.is_cut && report.result.count > 0) {
        report_differences(use, report.result.bytes, diagnostics);
    }
    weir_os_child_report_finish(&report);
    return WEIR_OK;
}

static int probe_use(struct weir_invocation *invocation,
                     const struct weir_ast_statement *use,
                     const char *folder,
                     struct weir_diagnostics *diagnostics,
                     struct weir_error *err)
{
    const char *name = use->title->text.bytes;
    struct weir_text why;
    weir_text_init(&why);
    struct probe probe = {
        .invocation = invocation,
        .name = name,
        .folder = folder,
        .prototypes = use->has_prototypes ? use->prototypes.bytes : NULL,
        .alias = use->name.count > 0
                     ? weir_arena_strndup(&invocation->arena, use->name.bytes, use->name.count)
                     : NULL,
    };
    int status = try_plugin(&probe, &why, err);
    if (status == WEIR_OK && why.count > 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            diagnostics, WEIR_CODE_PLUGIN, use->title->place, "%s: %s", name, why.bytes);
        if (!use->has_prototypes) {
            weir_diagnostic_help(diagnostics, d, "'weir inspect %s%s' tells more",
                                 folder != NULL && name[0] != '/' ? folder : "", name);
        }
    } else if (status == WEIR_OK && use->has_prototypes) {
        status = compare_prototypes(&probe, use, diagnostics, err);
    }
    weir_text_finish(&why);
    return status;
}

int weir_probe_plugins(struct weir_invocation *invocation,
                       const struct weir_ast_program *program,
                       const char *folder,
                       struct weir_diagnostics *diagnostics,
                       struct weir_error *err)
{
    WEIR_TRY(probe_options(invocation, diagnostics, err));
    for (const struct weir_ast_statement *s = program->first; s != NULL; s = s->next) {
        if (s->kind == WEIR_AST_USE && s->title != NULL) {
            WEIR_TRY(probe_use(invocation, s, folder, diagnostics, err));
        }
    }
    return diagnostics->error_count == 0 ? WEIR_OK : WEIR_ETEXT;
}
