/* SPDX-License-Identifier: Apache-2.0 */
/* What a state says of itself. The engine will copy, save and restore the fields of the plugin's
 * struct by these offsets: a wrong one would corrupt memory, so all of them are checked here. */
#include "plugin/load/table/table.h"

#include <string.h>

static int fail_field(const struct weir_load *load,
                      const struct weir_export *export,
                      const struct weir_state_field *field,
                      const char *what)
{
    return weir_export_fail(load, export, "its state's field '%s' (%s, %u bytes at %u) %s",
                            field->name, field->type, (unsigned)field->bytes,
                            (unsigned)field->offset, what);
}

static size_t fixed_bytes(const struct weir_type *type)
{
    if (weir_type_is_text(type) || type->kind == WEIR_TYPE_LIST) {
        return 0;
    }
    return type->kind == WEIR_TYPE_BOOL ? sizeof(bool) : weir_type_cell_bytes(type);
}

/* Does the form fit the type? */
static bool is_of_form(const struct weir_type *type, const struct weir_state_field *field)
{
    const struct weir_type *item = type->kind == WEIR_TYPE_LIST ? type->item : NULL;
    switch (field->form) {
    case WEIR_FORM_FIXED:
        return field->bytes != 0 && field->bytes == fixed_bytes(type);
    case WEIR_FORM_TEXT:
        return weir_type_is_text(type) && field->bytes == sizeof(weir_str);
    case WEIR_FORM_ITEMS:
        if (type->kind == WEIR_TYPE_BYTES) {
            return field->item_bytes == 1 && field->bytes == sizeof(weir_items);
        }
        return item != NULL && field->item_bytes != 0 && field->item_bytes == fixed_bytes(item) &&
               field->bytes == sizeof(weir_items);
    case WEIR_FORM_TEXTS:
        return item != NULL && weir_type_is_text(item) && field->item_bytes == sizeof(weir_str) &&
               field->bytes == sizeof(weir_items);
    default:
        return false;
    }
}

static int check_place(const struct weir_load *load,
                       const struct weir_export *export,
                       const struct weir_state_def *def,
                       const struct weir_state_field *fields,
                       uint32_t index)
{
    const struct weir_state_field *field = &fields[index];
    uint32_t align = field->form == WEIR_FORM_FIXED ? field->bytes : (uint32_t)sizeof(void *);
    if (field->bytes > def->bytes || field->offset > def->bytes - field->bytes ||
        field->offset % align != 0) {
        return fail_field(load, export, field, "does not lie in its struct");
    }
    for (uint32_t i = 0; i < index; i++) {
        if (field->offset < fields[i].offset + fields[i].bytes &&
            fields[i].offset < field->offset + field->bytes) {
            return fail_field(load, export, field, "lies over another one");
        }
        if (strcmp(fields[i].name, field->name) == 0) {
            return fail_field(load, export, field, "stands there twice");
        }
    }
    return WEIR_OK;
}

static int read_field(const struct weir_load *load,
                      const struct weir_export *export,
                      const struct weir_state_def *def,
                      struct weir_state_field *fields,
                      uint32_t index)
{
    struct weir_state_field *field = &fields[index];
    const struct weir_type *type;
    struct weir_error err;
    if (field->name == NULL || field->type == NULL) {
        return weir_export_fail(load, export, "field %u of its state has no name or no type",
                                (unsigned)index);
    }
    field->name = weir_load_text(load, field->name);
    field->type = weir_load_text(load, field->type);
    if (field->name == NULL || field->type == NULL || !weir_is_name(weir_str_of(field->name)) ||
        field->name[0] == '_') {
        return weir_export_fail(load, export,
                                "field %u of its state has a name that is none, or begins with _",
                                (unsigned)index);
    }
    if (weir_type_parse(load->arena, weir_str_of(field->type), &type, &err) != WEIR_OK) {
        return weir_export_fail(load, export, "its state's field '%s': %s", field->name, err.text);
    }
    if (!is_of_form(type, field)) {
        return fail_field(load, export, field, "is of another size or form than its type");
    }
    return check_place(load, export, def, fields, index);
}

static int check_def(const struct weir_load *load,
                     const struct weir_export *export,
                     const struct weir_state_def *def)
{
    bool is_aligned = def->align > 0 && def->align <= WEIR_STATE_ALIGN_MAX &&
                      (def->align & (def->align - 1)) == 0 && def->bytes % def->align == 0;
    if (def->bytes == 0 || def->bytes > WEIR_STATE_BYTES_MAX || !is_aligned) {
        return weir_export_fail(load, export,
                                "its state has %u bytes aligned to %u, expected 1 to %d, aligned "
                                "to at most %d",
                                (unsigned)def->bytes, (unsigned)def->align, WEIR_STATE_BYTES_MAX,
                                WEIR_STATE_ALIGN_MAX);
    }
    if (def->field_count == 0 || def->field_count > WEIR_STATE_FIELD_COUNT_MAX ||
        def->fields == NULL || def->version == 0 ||
        def->field_stride < WEIR_UP_TO(struct weir_state_field, item_bytes) ||
        def->field_stride > WEIR_TABLE_BYTES_MAX) {
        return weir_export_fail(
            load, export,
            "its state has version %u and %u fields of %u bytes, expected a "
            "version from 1 on and 1 to %d fields of %zu to %d%s",
            (unsigned)def->version, (unsigned)def->field_count, (unsigned)def->field_stride,
            WEIR_STATE_FIELD_COUNT_MAX, WEIR_UP_TO(struct weir_state_field, item_bytes),
            WEIR_TABLE_BYTES_MAX, def->fields == NULL ? ", and no table of them" : "");
    }
    return WEIR_OK;
}

int weir_state_read(const struct weir_load *load,
                    const struct weir_export *export,
                    const struct weir_state_def **def)
{
    const struct weir_state_def *from = *def;
    const size_t bytes_min = WEIR_UP_TO(struct weir_state_def, upgrade);
    if (from == NULL || from->size < bytes_min || from->size > WEIR_TABLE_BYTES_MAX) {
        return weir_export_fail(load, export, "its state says it has %u bytes, expected %zu to %d",
                                from == NULL ? 0u : (unsigned)from->size, bytes_min,
                                WEIR_TABLE_BYTES_MAX);
    }
    struct weir_state_def *own = weir_arena_alloc(load->arena, sizeof *own);
    memcpy(own, from, from->size < sizeof *own ? from->size : sizeof *own);
    own->size = sizeof *own;
    WEIR_TRY(check_def(load, export, own));
    own->name = weir_load_text(load, own->name);
    if (own->name == NULL) {
        return weir_export_fail(load, export, "its state has a name without end");
    }
    struct weir_state_field *fields =
        weir_arena_alloc(load->arena, own->field_count * sizeof *fields);
    for (uint32_t i = 0; i < own->field_count; i++) {
        const char *at = (const char *)own->fields + (size_t)i * own->field_stride;
        memcpy(&fields[i], at,
               own->field_stride < sizeof *fields ? own->field_stride : sizeof *fields);
        WEIR_TRY(read_field(load, export, own, fields, i));
    }
    own->fields = fields;
    own->field_stride = sizeof *fields;
    *def = own;
    return WEIR_OK;
}
