/* SPDX-License-Identifier: Apache-2.0 */
/* The same descriptions for programs: completion, documents, other tools. Members are never renamed
 * or removed, only added. */
#include "plugin/describe/describe.h"

#include <string.h>

/* `"name":"text"`, with a comma in front unless it is the first. */
static void put_member(struct weir_text *to, bool is_first, const char *name, const char *text)
{
    weir_text_printf(to, "%s\"%s\":", is_first ? "" : ",", name);
    weir_json_string(to, weir_str_of(text));
}

static void put_bool(struct weir_text *to, const char *name, bool is_true)
{
    weir_text_printf(to, ",\"%s\":%s", name, is_true ? "true" : "false");
}

static void put_fields(const struct weir_operator *op, bool is_out, struct weir_text *to)
{
    uint32_t count = is_out ? op->out_count : op->in_count;
    const struct weir_type_field *fields = is_out ? op->out : op->in;
    weir_text_put(to, is_out ? ",\"out\":[" : ",\"in\":[");
    for (uint32_t i = 0; i < count; i++) {
        struct weir_text type;
        weir_text_init(&type);
        weir_field_put_type(op, is_out, i, &type);
        weir_text_put(to, i == 0 ? "{" : ",{");
        put_member(to, true, "name", fields[i].name);
        put_member(to, false, "type", type.bytes);
        weir_text_put(to, "}");
        weir_text_finish(&type);
    }
    weir_text_put(to, "]");
}

static void put_params(const struct weir_operator *op, struct weir_text *to)
{
    weir_text_put(to, ",\"params\":[");
    for (uint32_t i = 0; i < op->param_count; i++) {
        const struct weir_param *param = op->params[i];
        bool is_secret = (param->flags & WEIR_PARAM_SECRET) != 0;
        weir_text_put(to, i == 0 ? "{" : ",{");
        put_member(to, true, "name", param->name);
        put_member(to, false, "type", param->type);
        put_bool(to, "required", (param->flags & WEIR_PARAM_REQUIRED) != 0);
        put_bool(to, "positional", (param->flags & WEIR_PARAM_POSITIONAL) != 0);
        put_bool(to, "secret", is_secret);
        if (param->def != NULL && !is_secret) {
            put_member(to, false, "default", param->def);
        }
        if (param->min != NULL) {
            put_member(to, false, "min", param->min);
        }
        if (param->max != NULL) {
            put_member(to, false, "max", param->max);
        }
        put_member(to, false, "help", param->help);
        weir_text_put(to, "}");
    }
    weir_text_put(to, "]");
}

static void put_state(const struct weir_operator *op, struct weir_text *to)
{
    if (op->state == NULL) {
        return;
    }
    weir_text_put(to, ",\"state\":{");
    put_member(to, true, "name", op->state->name);
    weir_text_printf(to, ",\"version\":%u,\"fields\":[", (unsigned)op->state->version);
    for (uint32_t i = 0; i < op->state->field_count; i++) {
        weir_text_put(to, i == 0 ? "{" : ",{");
        put_member(to, true, "name", op->state->fields[i].name);
        put_member(to, false, "type", op->state->fields[i].type);
        weir_text_put(to, "}");
    }
    weir_text_put(to, "]");
    put_bool(to, "upgrades", op->state->upgrade != NULL);
    weir_text_put(to, "}");
}

void weir_operator_describe_json(const struct weir_operator *op, struct weir_text *to)
{
    const char *traits[WEIR_TRAITS_MAX];
    uint32_t count = weir_operator_traits(op, traits);
    weir_text_put(to, "{");
    put_member(to, true, "name", op->name);
    put_member(to, false, "plugin", op->plugin->alias);
    put_member(to, false, "canonical", op->canonical);
    put_member(to, false, "kind", weir_kind_name(op->kind));
    put_member(to, false, "signature", op->signature);
    put_fields(op, false, to);
    put_fields(op, true, to);
    put_params(op, to);
    put_state(op, to);
    weir_text_put(to, ",\"traits\":[");
    for (uint32_t i = 0; i < count; i++) {
        weir_text_put(to, i == 0 ? "" : ",");
        weir_json_string(to, weir_str_of(traits[i]));
    }
    weir_text_put(to, "]");
    put_member(to, false, "help", op->exported->help);
    put_member(to, false, "example", op->exported->example);
    weir_text_put(to, "}");
}

void weir_plugin_describe_json(const struct weir_plugin_info *plugin, struct weir_text *to)
{
    const struct weir_loaded *loaded = ((const struct weir_alias *)plugin)->loaded;
    weir_text_put(to, "{");
    put_member(to, true, "id", plugin->id);
    put_member(to, false, "version", plugin->version);
    put_member(to, false, "summary", plugin->summary);
    put_member(to, false, "licence", plugin->licence);
    put_member(to, false, "alias", plugin->alias);
    put_member(to, false, "path", plugin->path);
    put_member(to, false, "stored", plugin->stored);
    put_member(to, false, "sha256", plugin->sha256);
    put_bool(to, "is_own", plugin->is_own);
    weir_text_printf(to, ",\"epoch\":%d,\"minor\":%u,\"needs_minor\":%u", WEIR_EPOCH,
                     (unsigned)plugin->minor, (unsigned)plugin->needs_minor);
    weir_text_put(to, ",\"operators\":[");
    for (size_t i = 0; i < loaded->count; i++) {
        weir_text_put(to, i == 0 ? "" : ",");
        weir_operator_describe_json(loaded->by_kind[i], to);
    }
    weir_text_put(to, "]");
    weir_text_put(to, "}");
}
