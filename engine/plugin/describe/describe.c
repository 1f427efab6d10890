/* SPDX-License-Identifier: Apache-2.0 */
/* Descriptions for people: what a page of `weir inspect` says. */
#include "plugin/describe/describe.h"

#include <string.h>

enum { LINE_COLUMNS = 100, NAME_COLUMN = 24, PARAM_COLUMN = 40, HELP_INDENT = 6, PAGE_INDENT = 4 };

uint32_t weir_operator_traits(const struct weir_operator *op, const char *traits[WEIR_TRAITS_MAX])
{
    uint32_t count = 0;
    if ((op->flags & WEIR_NONDETERMINISTIC) != 0) {
        traits[count++] = "nondeterministic";
    }
    if ((op->flags & WEIR_NOT_COMMUTATIVE) != 0) {
        traits[count++] = "not commutative";
    }
    if ((op->flags & WEIR_MAY_BLOCK) != 0) {
        traits[count++] = "may block";
    }
    if ((op->flags & WEIR_TEXT_LINES) != 0) {
        traits[count++] = "text lines";
    }
    if (op->inverse != NULL) {
        traits[count++] = "has an inverse";
    }
    if (op->aggregate != NULL && op->aggregate->remove != NULL) {
        traits[count++] = "can remove";
    }
    if ((op->flags & WEIR_NULLABLE) != 0) {
        traits[count++] = "sees nulls";
    }
    if ((op->flags & WEIR_APPROXIMATE) != 0) {
        traits[count++] = "approximate";
    }
    if (op->update != NULL && (op->update->flags & WEIR_UPDATE_MOVES) != 0) {
        traits[count++] = "changes keys";
    }
    if (op->source != NULL) {
        traits[count++] = op->source->is_finite != 0 ? "finite" : "endless";
    }
    if (op->sink != NULL) {
        static const char *const guarantees[] = {"at least once", "idempotent", "two-phase"};
        traits[count++] = guarantees[op->sink->guarantee];
    }
    return count;
}

void weir_field_put_type(const struct weir_operator *op,
                         bool is_out,
                         uint32_t i,
                         struct weir_text *to)
{
    const struct weir_type *type = is_out ? op->out[i].type : op->in[i].type;
    if (type != NULL) {
        weir_type_print(type, to);
    } else {
        weir_text_put(to, is_out ? op->exported->out[i].type : op->exported->in[i].type);
    }
}

/* Appends a text in lines of at most LINE_COLUMNS, each indented, of which `used` columns are gone.
 */
static void put_wrapped(struct weir_text *to, const char *words, size_t indent, size_t used)
{
    while (*words != '\0') {
        size_t word = strcspn(words, " ");
        if (used > indent && used + 1 + word > LINE_COLUMNS) {
            weir_text_printf(to, "\n%*s", (int)indent, "");
            used = indent;
        } else if (used > indent) {
            weir_text_put(to, " ");
            used++;
        }
        weir_text_append(to, words, word);
        used += word;
        words += word + strspn(words + word, " ");
    }
    weir_text_put(to, "\n");
}

/* "  path: str = ".", at least 1            help" */
static void put_param(const struct weir_param *param, int indent, struct weir_text *to)
{
    size_t begin = to->count;
    weir_text_printf(to, "%*s%s: %s", indent, "", param->name, param->type);
    if (param->def != NULL && (param->flags & WEIR_PARAM_SECRET) == 0) {
        weir_text_put(to, " = ");
        if (strcmp(param->type, "str") == 0) {
            weir_json_string(to, weir_str_of(param->def));
        } else {
            weir_text_put(to, param->def);
        }
    }
    if (param->min != NULL || param->max != NULL) {
        weir_text_printf(to, ", %s%s%s", param->min != NULL ? param->min : "",
                         param->min != NULL && param->max != NULL ? ".." : "",
                         param->max != NULL ? param->max : " or more");
    }
    weir_text_put(to, (param->flags & WEIR_PARAM_REQUIRED) != 0 ? ", required"
                      : param->def == NULL                      ? ", optional"
                                                                : "");
    weir_text_put(to, (param->flags & WEIR_PARAM_POSITIONAL) != 0 ? ", positional" : "");
    weir_text_put(to, (param->flags & WEIR_PARAM_SECRET) != 0 ? ", secret" : "");
    size_t width = to->count - begin;
    size_t column = width + 2 > PARAM_COLUMN ? width + 2 : PARAM_COLUMN;
    if (param->help[0] == '\0') {
        weir_text_put(to, "\n");
    } else {
        weir_text_printf(to, "%*s", (int)(column - width), "");
        put_wrapped(to, param->help, column, column);
    }
}

/* "  state\n    session, version 2: {hits: i64, last: ts}" */
static void put_state(const struct weir_operator *op, struct weir_text *to)
{
    if (op->state == NULL) {
        return;
    }
    weir_text_printf(to, "  state\n    %s, version %u: ", op->state->name,
                     (unsigned)op->state->version);
    weir_type_print(&(struct weir_type){.kind = WEIR_TYPE_STRUCT,
                                        .field_count = op->state->field_count,
                                        .fields = op->state_fields},
                    to);
    weir_text_put(to, op->state->upgrade != NULL ? ", upgrades older ones\n" : "\n");
}

void weir_operator_describe(const struct weir_operator *op, struct weir_text *to)
{
    const char *traits[WEIR_TRAITS_MAX];
    uint32_t count = weir_operator_traits(op, traits);
    weir_operator_put_label(op, to);
    weir_text_printf(to, ": %s", weir_kind_name(op->kind));
    for (uint32_t i = 0; i < count; i++) {
        weir_text_printf(to, ", %s", traits[i]);
    }
    weir_text_put(to, "\n");
    if (op->exported->help[0] != '\0') {
        weir_text_printf(to, "%*s", PAGE_INDENT, "");
        put_wrapped(to, op->exported->help, PAGE_INDENT, PAGE_INDENT);
    }
    weir_text_printf(to, "  signature\n    %s\n", op->signature);
    put_state(op, to);
    if (op->param_count > 0) {
        weir_text_put(to, "  parameters\n");
    }
    for (uint32_t i = 0; i < op->param_count; i++) {
        put_param(op->params[i], PAGE_INDENT, to);
    }
    if (op->exported->example[0] != '\0') {
        weir_text_printf(to, "  example\n    %s\n", op->exported->example);
    }
    weir_text_printf(to, "  in graphs\n    %s\n", op->canonical);
}

/* One line of a plugin's page, or more where the help does not fit. */
static void put_line(const struct weir_operator *op, struct weir_text *to)
{
    const char *help = op->exported->help;
    size_t begin = to->count;
    weir_text_put(to, "  ");
    weir_operator_put_label(op, to);
    size_t width = to->count - begin;
    weir_text_printf(to, "%*s%s", width < NAME_COLUMN ? (int)(NAME_COLUMN - width) : 1, "",
                     op->signature);
    width = to->count - begin;
    if (help[0] == '\0') {
        weir_text_put(to, "\n");
    } else if (width + 3 + strlen(help) <= LINE_COLUMNS) {
        weir_text_printf(to, "   %s\n", help);
    } else {
        weir_text_printf(to, "\n%*s", HELP_INDENT, "");
        put_wrapped(to, help, HELP_INDENT, HELP_INDENT);
    }
}

static void put_head(const struct weir_plugin_info *plugin, struct weir_text *to)
{
    weir_text_printf(to, "%s %s", plugin->id, plugin->version);
    if (plugin->summary[0] != '\0') {
        weir_text_printf(to, ": %s", plugin->summary);
    }
    weir_text_printf(to, "\n  alias     %s%s\n  file      %s\n", plugin->alias,
                     plugin->is_own ? " (weir's own)" : "", plugin->path);
    if (strcmp(plugin->path, plugin->stored) != 0) {
        weir_text_printf(to, "  mapped    %s\n", plugin->stored);
    }
    weir_text_printf(to, "  sha256    %s\n  licence   %s\n  SDK       %d.%u, needs %d.%u\n",
                     plugin->sha256, plugin->licence[0] != '\0' ? plugin->licence : "not said",
                     WEIR_EPOCH, (unsigned)plugin->minor, WEIR_EPOCH,
                     (unsigned)plugin->needs_minor);
}

void weir_plugin_describe(const struct weir_plugin_info *plugin, struct weir_text *to)
{
    const struct weir_loaded *loaded = ((const struct weir_alias *)plugin)->loaded;
    put_head(plugin, to);
    for (size_t i = 0; i < loaded->count; i++) {
        const struct weir_operator *op = loaded->by_kind[i];
        if (i == 0 || loaded->by_kind[i - 1]->kind != op->kind) {
            weir_text_printf(to, "\n%ss%s\n", weir_kind_name(op->kind),
                             ((WEIR_KINDS_WAITING >> op->kind) & 1) != 0
                                 ? " (not yet available in this weir)"
                                 : "");
        }
        put_line(op, to);
        for (uint32_t k = 0; k < op->param_count; k++) {
            put_param(op->params[k], HELP_INDENT, to);
        }
    }
}
