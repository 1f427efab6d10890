/* SPDX-License-Identifier: Apache-2.0 */
/* Trying plugins where they can do no harm. */
#include "job/probe.h"

#include "plugin/plugin.h"

#include <string.h>

/* What the child is to load. */
struct probe {
    struct weir_invocation *invocation;
    const char *name, *folder;
    const char *prototypes; /* NULL: a plugin, else a library with C functions */
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

/* [child] Whether it is a plugin does not matter here, only that loading it comes to an end. */
static int load(void *owner, struct weir_text *result)
{
    const struct probe *probe = owner;
    const struct weir_os_options options = {.threads = 1};
    struct weir_error err = {0};
    struct weir_env *env;
    struct weir_registry *registry;
    const struct weir_plugin_info *plugin;
    (void)result;
    if (weir_os_create(&options, &env, &err) != WEIR_OK ||
        weir_registry_create(env, NULL, &registry, &err) != WEIR_OK) {
        return 0;
    }
    weir_probe_add_paths(registry, &probe->invocation->arena,
                         weir_cli_value(probe->invocation, "plugin-path"));
    if (probe->prototypes != NULL) {
        const struct weir_native_use use = {
            .name = probe->name, .base_folder = probe->folder, .prototypes = probe->prototypes};
        (void)weir_registry_use_native(registry, &use, &plugin, NULL, &err);
    } else {
        (void)weir_registry_use(registry, probe->name, NULL, probe->folder, &plugin, &err);
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
        struct probe probe = {invocation, name, NULL, NULL};
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

static int probe_use(struct weir_invocation *invocation,
                     const struct weir_ast_statement *use,
                     const char *folder,
                     struct weir_diagnostics *diagnostics,
                     struct weir_error *err)
{
    const char *name = use->title->text.bytes;
    struct weir_text why;
    weir_text_init(&why);
    struct probe probe = {invocation, name, folder,
                          use->has_prototypes ? use->prototypes.bytes : NULL};
    int status = try_plugin(&probe, &why, err);
    if (status == WEIR_OK && why.count > 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            diagnostics, WEIR_CODE_PLUGIN, use->title->place, "%s: %s", name, why.bytes);
        if (!use->has_prototypes) {
            weir_diagnostic_help(diagnostics, d, "'weir inspect %s%s' tells more",
                                 folder != NULL && name[0] != '/' ? folder : "", name);
        }
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
