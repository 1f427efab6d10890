/* SPDX-License-Identifier: Apache-2.0 */
/* Finding what a name means and describing it, in the child; showing the result, or the crash, in
 * the parent. */
#include "inspect/look.h"

#include "inspect/note.h"
#include "job/probe.h"
#include "stream/stream.h"

#include <stdio.h>
#include <string.h>

/* What the child needs to know, and its world. */
struct looking {
    const struct weir_look *look;
    struct weir_arena *arena;
    bool is_json;
    struct weir_env *env;
    struct weir_registry *registry;
};

enum { LIST_NAME_COLUMNS = 22, LIST_KIND_COLUMNS = 9, NAMESAKES_MAX = 64 };

bool weir_look_is_file(const char *name)
{
    size_t count = strlen(name);
    return strchr(name, '/') != NULL || (count > 3 && strcmp(name + count - 3, ".so") == 0);
}

/* ---- in the child ---- */
static void put_list_line(const struct weir_operator *op, struct weir_text *to)
{
    bool is_bare = strcmp(op->plugin->alias, op->name) == 0;
    size_t begin = to->count;
    weir_text_printf(to, "  %s%s%s", is_bare ? "" : op->plugin->alias, is_bare ? "" : ".",
                     op->name);
    size_t used = to->count - begin;
    weir_text_printf(to, "%*s%-*s %s\n",
                     used < LIST_NAME_COLUMNS ? (int)(LIST_NAME_COLUMNS - used) : 1, "",
                     LIST_KIND_COLUMNS, weir_kind_name(op->kind), op->signature);
}

static int list_all(struct looking *looking, struct weir_text *to, struct weir_error *err)
{
    const struct weir_plugin_info *const *plugins;
    size_t count, operators_in_all = 0;
    WEIR_TRY(weir_registry_list(looking->registry, true, &plugins, &count, err));
    weir_text_put(to, looking->is_json ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        size_t operator_count;
        const struct weir_operator *const *operators =
            weir_plugin_operators(plugins[i], &operator_count);
        operators_in_all += operator_count;
        if (looking->is_json) {
            weir_text_put(to, i == 0 ? "" : ",\n");
            weir_plugin_describe_json(plugins[i], to);
            continue;
        }
        weir_text_printf(to, "%s: %s\n", plugins[i]->alias, plugins[i]->summary);
        for (size_t k = 0; k < operator_count; k++) {
            put_list_line(operators[k], to);
        }
    }
    if (looking->is_json) {
        weir_text_put(to, "]\n");
    } else {
        weir_text_printf(to, "%zu plugins, %zu operators; 'weir inspect NAME' tells more of one\n",
                         count, operators_in_all);
    }
    return WEIR_OK;
}

static void put_operators(const struct looking *looking,
                          const struct weir_operator *const *operators,
                          size_t count,
                          struct weir_text *to)
{
    weir_text_put(to, looking->is_json ? "[" : "");
    for (size_t i = 0; i < count; i++) {
        if (looking->is_json) {
            weir_text_put(to, i == 0 ? "" : ",\n");
            weir_operator_describe_json(operators[i], to);
        } else {
            weir_text_put(to, i == 0 ? "" : "\n");
            weir_operator_describe(operators[i], to);
        }
    }
    weir_text_put(to, looking->is_json ? "]\n" : "");
}

/* The plugin of that alias among those loaded and weir's own; NULL: there is none. */
static int find_plugin(struct looking *looking,
                       weir_str alias,
                       const struct weir_plugin_info **plugin,
                       struct weir_error *err)
{
    const struct weir_plugin_info *const *plugins;
    size_t count;
    *plugin = NULL;
    WEIR_TRY(weir_registry_list(looking->registry, true, &plugins, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (strlen(plugins[i]->alias) == alias.count &&
            memcmp(plugins[i]->alias, alias.bytes, alias.count) == 0) {
            *plugin = plugins[i];
        }
    }
    return WEIR_OK;
}

/* Why nothing is called that: a verb, or a slip of the finger. */
static int put_nothing(const char *name,
                       const struct weir_plugin_info *const *plugins,
                       size_t plugin_count,
                       struct weir_error *err)
{
    struct weir_near near;
    if (weir_verb_find(weir_str_of(name)) != WEIR_VERB_COUNT_OF) {
        return weir_error_set(err, WEIR_ETEXT,
                              "'%s' is a verb of the language, not a plugin: weir help %s", name,
                              name);
    }
    weir_near_begin(&near, weir_str_of(name));
    for (size_t i = 0; i < plugin_count; i++) {
        size_t count;
        const struct weir_operator *const *operators = weir_plugin_operators(plugins[i], &count);
        weir_near_offer(&near, weir_str_of(plugins[i]->alias));
        for (size_t k = 0; k < count; k++) {
            weir_near_offer(&near, weir_str_of(operators[k]->name));
        }
    }
    weir_str best = weir_near_best(&near);
    return best.count > 0
               ? weir_error_set(err, WEIR_ETEXT, "no plugin or operator '%s': did you mean '%.*s'?",
                                name, (int)best.count, best.bytes)
               : weir_error_set(err, WEIR_ETEXT,
                                "no plugin or operator '%s'; 'weir inspect' lists them, a file is "
                                "named with its path: ./%s.so",
                                name, name);
}

/* Every operator of that name, whatever its plugin. */
static int put_namesakes(struct looking *looking,
                         const char *name,
                         struct weir_text *to,
                         struct weir_error *err)
{
    const struct weir_plugin_info *const *plugins;
    const struct weir_operator *found[NAMESAKES_MAX];
    size_t plugin_count, count = 0;
    WEIR_TRY(weir_registry_list(looking->registry, true, &plugins, &plugin_count, err));
    for (size_t i = 0; i < plugin_count; i++) {
        size_t operator_count;
        const struct weir_operator *const *operators =
            weir_plugin_operators(plugins[i], &operator_count);
        for (size_t k = 0; k < operator_count && count < NAMESAKES_MAX; k++) {
            if (strcmp(operators[k]->name, name) == 0) {
                found[count++] = operators[k];
            }
        }
    }
    if (count == 0) {
        return put_nothing(name, plugins, plugin_count, err);
    }
    put_operators(looking, found, count, to);
    return WEIR_OK;
}

static int put_qualified(struct looking *looking,
                         const char *name,
                         const char *dot,
                         struct weir_text *to,
                         struct weir_error *err)
{
    weir_str alias = {name, (size_t)(dot - name)};
    weir_str op = weir_str_of(dot + 1);
    const struct weir_operator *const *operators;
    size_t count;
    WEIR_TRY(weir_registry_find(looking->registry, alias, op, ~0U, &operators, &count, err));
    if (count == 0) {
        return weir_registry_explain(looking->registry, alias, op, ~0U, err);
    }
    put_operators(looking, operators, count, to);
    return WEIR_OK;
}

/* A plugin by its alias, else in the plugin folders, else an operator. */
static int put_named(struct looking *looking, struct weir_text *to, struct weir_error *err)
{
    const char *name = looking->look->name;
    const char *dot = strchr(name, '.');
    const struct weir_plugin_info *plugin;
    if (dot != NULL) {
        return put_qualified(looking, name, dot, to, err);
    }
    WEIR_TRY(find_plugin(looking, weir_str_of(name), &plugin, err));
    if (plugin == NULL) {
        struct weir_error ignored;
        if (weir_registry_use(looking->registry, name, NULL, NULL, &plugin, &ignored) != WEIR_OK) {
            return put_namesakes(looking, name, to, err);
        }
    }
    if (looking->is_json) {
        weir_plugin_describe_json(plugin, to);
        weir_text_put(to, "\n");
    } else {
        weir_plugin_describe(plugin, to);
    }
    return WEIR_OK;
}

static int open_world(struct looking *looking, struct weir_error *err)
{
    const struct weir_os_options options = {.threads = 1};
    const struct weir_value_list *plugins = looking->look->plugins;
    WEIR_TRY(weir_os_create(&options, &looking->env, err));
    WEIR_TRY(weir_registry_create(looking->env, NULL, &looking->registry, err));
    weir_probe_add_paths(looking->registry, looking->arena, looking->look->plugin_path);
    for (size_t i = 0; plugins != NULL && i < plugins->count; i++) {
        const struct weir_plugin_info *info;
        WEIR_TRY(weir_registry_use(looking->registry, plugins->values[i], NULL, NULL, &info, err));
    }
    return WEIR_OK;
}

/* The page, or the message that says why there is none; the exit status. */
static int look_in_child(void *owner, struct weir_text *result)
{
    struct looking *looking = owner;
    const char *name = looking->look->name;
    struct weir_error err = {0};
    int status = open_world(looking, &err);
    if (status == WEIR_OK && name == NULL) {
        status = list_all(looking, result, &err);
    } else if (status == WEIR_OK && weir_look_is_file(name)) {
        status = weir_plugin_inspect(looking->env, name, looking->is_json, result, &err);
    } else if (status == WEIR_OK) {
        status = put_named(looking, result, &err);
    }
    if (status != WEIR_OK) {
        weir_text_finish(result);
        weir_text_put(result, err.text);
    }
    return weir_status_exit_code(status);
}

/* ---- in the parent ---- */

/* The file's name and note, which are known without loading it. */
static void put_crash(const struct weir_look *look,
                      const struct weir_os_child_report *report,
                      struct weir_text *to)
{
    struct weir_note note;
    struct weir_error ignored;
    bool is_file = look->name != NULL && weir_look_is_file(look->name);
    weir_text_printf(to, "%s\n", look->name == NULL ? "plugins" : look->name);
    if (is_file && weir_note_of_file(look->name, &note, &ignored) == WEIR_OK) {
        weir_note_put(&note, to);
    }
    weir_text_put(to, "  loading   ");
    weir_probe_put_end(report, to);
    weir_text_put(to, "\n");
    if (report->output.count > 0) {
        weir_text_put(to, "  it wrote\n");
        weir_probe_put_output(report, to);
    }
    if (is_file) {
        weir_text_printf(to,
                         "  next      gdb -ex 'set follow-fork-mode child' -ex run --args weir "
                         "inspect %s\n",
                         look->name);
    }
}

static void put_crash_json(const struct weir_look *look,
                           const struct weir_os_child_report *report,
                           struct weir_text *to)
{
    struct weir_text why;
    weir_text_init(&why);
    weir_probe_put_end(report, &why);
    weir_text_put(to, "{\"name\":");
    weir_json_string(to, weir_str_of(look->name == NULL ? "" : look->name));
    weir_text_put(to, ",\"error\":");
    weir_json_string(to, weir_text_str(&why));
    weir_text_printf(to, ",\"signal\":%d,\"is_timeout\":%s,\"exit_status\":%d,\"output\":",
                     report->signum, report->is_timeout ? "true" : "false", report->exit_status);
    weir_json_string(to, weir_text_str(&report->output));
    weir_text_put(to, "}\n");
    weir_text_finish(&why);
}

/* The report is the result, so it goes to stdout; the message of the failure to stderr. */
static int show_crash(const struct weir_invocation *invocation,
                      const struct weir_look *look,
                      const struct weir_os_child_report *report)
{
    struct weir_text text, why;
    struct weir_error err;
    weir_text_init(&text);
    weir_text_init(&why);
    if (invocation->is_json) {
        put_crash_json(look, report, &text);
    } else {
        put_crash(look, report, &text);
    }
    weir_cli_put(&text);
    weir_probe_put_end(report, &why);
    (void)weir_error_set(&err, WEIR_EJOB, "%s: %s", look->name == NULL ? "a plugin" : look->name,
                         why.bytes);
    weir_text_finish(&text);
    weir_text_finish(&why);
    return weir_cli_fail(invocation, &err);
}

int weir_look_at(struct weir_invocation *invocation, const struct weir_look *look)
{
    struct looking looking = {
        .look = look, .arena = &invocation->arena, .is_json = invocation->is_json};
    struct weir_os_child_report report;
    struct weir_error err = {0};
    if (weir_os_checked_child(look_in_child, &looking, WEIR_PROBE_TIMEOUT_MS, &report, &err) !=
        WEIR_OK) {
        return weir_cli_fail(invocation, &err);
    }
    int status = 0;
    if (!report.is_finished) {
        status = show_crash(invocation, look, &report);
    } else if (report.exit_status != 0) {
        status = report.exit_status;
        weir_cli_fail_text(invocation, weir_text_str(&report.result).bytes, status);
    } else {
        weir_cli_put(&report.result);
    }
    weir_os_child_report_finish(&report);
    return status;
}
