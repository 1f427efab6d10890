/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of an export as types, and the signature that people and graphs know it by. */
#include "plugin/load/load.h"
#include "plugin/variable.h"

#include <string.h>

enum { TYPE_TEXT_BYTES_MAX = 1024 };

/* A function's value and a reducer's operand need no name; they are called `value` as any bare
 * expression is. */
static bool may_lack_name(const struct weir_export *export, bool is_out)
{
    bool is_one = export->kind == WEIR_KIND_FUNCTION || export->kind == WEIR_KIND_AGGREGATE;
    return (is_one && is_out) || export->kind == WEIR_KIND_REDUCER ||
           export->kind == WEIR_KIND_INVERSE;
}

static int read_name(const struct weir_load *load,
                     const struct weir_export *export,
                     bool is_out,
                     const char *name,
                     const char **copy)
{
    if ((name == NULL || name[0] == '\0') && may_lack_name(export, is_out)) {
        *copy = "value";
        return WEIR_OK;
    }
    if (name == NULL || weir_text_length(name, WEIR_NAME_BYTES_MAX + 1) > WEIR_NAME_BYTES_MAX ||
        !weir_is_name(weir_str_of(name)) || (is_out && name[0] == '_')) {
        return weir_export_fail(
            load, export, "%s has %s: expected letters, digits and _%s, at most %d",
            is_out ? "an output" : "an input", name == NULL ? "no name" : "a name that is none",
            is_out ? ", not _ first" : "", WEIR_NAME_BYTES_MAX);
    }
    *copy = weir_arena_strndup(load->arena, name, strlen(name));
    return WEIR_OK;
}

static int read_field(const struct weir_load *load,
                      const struct weir_export *export,
                      bool is_out,
                      const struct weir_field *from,
                      struct weir_type_field *field)
{
    WEIR_TRY(read_name(load, export, is_out, from->name, &field->name));
    if (from->type == NULL ||
        weir_text_length(from->type, TYPE_TEXT_BYTES_MAX) == TYPE_TEXT_BYTES_MAX) {
        return weir_export_fail(load, export, "field '%s' has %s", field->name,
                                from->type == NULL ? "no type" : "a type without end");
    }
    struct weir_error err;
    if (weir_signature_type(load->arena, from->type, &field->type, &err) != WEIR_OK) {
        return weir_export_fail(load, export, "field '%s' is of type '%s', which is none: %s",
                                field->name, weir_load_text(load, from->type), err.text);
    }
    return WEIR_OK;
}

int weir_fields_read(const struct weir_load *load,
                     const struct weir_export *export,
                     bool is_out,
                     const struct weir_type_field **fields)
{
    const struct weir_field *from = is_out ? export->out : export->in;
    uint32_t count = is_out ? export->out_count : export->in_count;
    struct weir_type_field *own = weir_arena_alloc(load->arena, (count + 1) * sizeof *own);
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(read_field(load, export, is_out, &from[i], &own[i]));
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(own[k].name, own[i].name) == 0) {
                return weir_export_fail(load, export, "field '%s' stands there twice", own[i].name);
            }
        }
    }
    *fields = own;
    return WEIR_OK;
}

static void put_type(struct weir_text *to, const struct weir_type *type, const char *variable)
{
    if (type == NULL) {
        weir_text_put(to, variable);
    } else {
        weir_type_print(type, to);
    }
}

static void put_fields(struct weir_text *to,
                       const struct weir_type_field *fields,
                       const struct weir_field *as_written,
                       uint32_t count)
{
    weir_text_put(to, "(");
    for (uint32_t i = 0; i < count; i++) {
        weir_text_printf(to, "%s%s: ", i == 0 ? "" : ", ", fields[i].name);
        put_type(to, fields[i].type, as_written == NULL ? "" : as_written[i].type);
    }
    weir_text_put(to, ")");
}

static void put_out(struct weir_text *to, const struct weir_operator *op)
{
    bool is_one = op->kind == WEIR_KIND_FUNCTION || op->kind == WEIR_KIND_AGGREGATE;
    weir_text_put(to, " -> ");
    if (op->out_count == 0) {
        weir_text_put(to, is_one ? "..." : "(...)");
    } else if (is_one) {
        put_type(to, op->out[0].type, op->exported->out[0].type);
    } else {
        put_fields(to, op->out, op->exported->out, op->out_count);
    }
}

/* What an update gives is the state; a tracker emits rows. */
static void put_state_or_out(struct weir_text *to, const struct weir_operator *op)
{
    if (op->track != NULL) {
        put_out(to, op);
        return;
    }
    weir_text_put(to, " -> ");
    if (op->state->field_count == 1) {
        weir_text_put(to, op->state->fields[0].type);
        return;
    }
    for (uint32_t i = 0; i < op->state->field_count; i++) {
        weir_text_printf(to, "%s%s: %s", i == 0 ? "{" : ", ", op->state->fields[i].name,
                         op->state->fields[i].type);
    }
    weir_text_put(to, "}");
}

const char *weir_signature(const struct weir_operator *op, struct weir_arena *arena)
{
    struct weir_text text;
    weir_text_init(&text);
    if (op->kind == WEIR_KIND_REDUCER) {
        for (int i = 0; i < 3; i++) {
            static const char *const between[3] = {"(", ", ", ") -> "};
            weir_text_put(&text, between[i]);
            weir_type_print(op->in[0].type, &text);
        }
    } else if (op->kind == WEIR_KIND_SINK && op->in_count == 0) {
        weir_text_put(&text, "(any)");
    } else if (op->update != NULL || op->track != NULL) {
        put_fields(&text, op->in, op->exported->in, op->key_count);
        weir_text_put(&text, ", ");
        put_fields(&text, op->in + op->key_count, op->exported->in + op->key_count,
                   op->in_count - op->key_count);
        put_state_or_out(&text, op);
    } else if (op->partitioner != NULL) {
        put_fields(&text, op->in, op->exported->in, op->in_count);
        weir_text_put(&text, " -> partition");
    } else if (op->store != NULL || op->job != NULL) {
        weir_text_put(&text, "()");
    } else {
        put_fields(&text, op->in, op->exported->in, op->in_count);
        if (op->kind != WEIR_KIND_SINK) {
            put_out(&text, op);
        }
    }
    const char *copy = weir_arena_strndup(arena, text.bytes, text.count);
    weir_text_finish(&text);
    return copy;
}
