/* SPDX-License-Identifier: Apache-2.0 */
/* Types as plain immutable structs on an arena: what a record looks like, printed as language.md
 * writes it. */
#include "data/type/type.h"

#include "data/data.h"

#include <string.h>

static const struct weir_type simple_types[] = {
    [WEIR_TYPE_NULL] = {.kind = WEIR_TYPE_NULL},   [WEIR_TYPE_BOOL] = {.kind = WEIR_TYPE_BOOL},
    [WEIR_TYPE_I32] = {.kind = WEIR_TYPE_I32},     [WEIR_TYPE_I64] = {.kind = WEIR_TYPE_I64},
    [WEIR_TYPE_F64] = {.kind = WEIR_TYPE_F64},     [WEIR_TYPE_STR] = {.kind = WEIR_TYPE_STR},
    [WEIR_TYPE_BYTES] = {.kind = WEIR_TYPE_BYTES}, [WEIR_TYPE_TS] = {.kind = WEIR_TYPE_TS},
};

const char *const weir_type_names[WEIR_TYPE_SIMPLE_COUNT] = {
    [WEIR_TYPE_NULL] = "null",   [WEIR_TYPE_BOOL] = "bool", [WEIR_TYPE_I32] = "i32",
    [WEIR_TYPE_I64] = "i64",     [WEIR_TYPE_F64] = "f64",   [WEIR_TYPE_STR] = "str",
    [WEIR_TYPE_BYTES] = "bytes", [WEIR_TYPE_TS] = "ts",
};

const struct weir_type *weir_type_of(enum weir_type_kind kind)
{
    WEIR_ASSERT(kind >= WEIR_TYPE_NULL && kind < WEIR_TYPE_LIST);
    return &simple_types[kind];
}

const struct weir_type *weir_type_list(struct weir_arena *arena, const struct weir_type *item)
{
    struct weir_type *type = weir_arena_alloc(arena, sizeof *type);
    type->kind = WEIR_TYPE_LIST;
    type->item = item;
    return type;
}

const struct weir_type *weir_type_struct(struct weir_arena *arena,
                                         const struct weir_type_field *fields,
                                         uint32_t count)
{
    WEIR_ASSERT(count <= WEIR_FIELDS_MAX);
    struct weir_type *type = weir_arena_alloc(arena, sizeof *type);
    struct weir_type_field *copy = weir_arena_alloc(arena, count * sizeof *copy);
    for (uint32_t i = 0; i < count; i++) {
        copy[i].name = weir_arena_strndup(arena, fields[i].name, strlen(fields[i].name));
        copy[i].type = fields[i].type;
    }
    type->kind = WEIR_TYPE_STRUCT;
    type->field_count = count;
    type->fields = copy;
    return type;
}

bool weir_type_equal(const struct weir_type *a, const struct weir_type *b)
{
    if (a == b) {
        return true;
    }
    if (a->kind != b->kind || a->field_count != b->field_count) {
        return false;
    }
    if (a->kind == WEIR_TYPE_LIST) {
        return weir_type_equal(a->item, b->item);
    }
    for (uint32_t i = 0; i < a->field_count; i++) {
        if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
            !weir_type_equal(a->fields[i].type, b->fields[i].type)) {
            return false;
        }
    }
    return true;
}

int weir_type_field_index(const struct weir_type *type, weir_str name)
{
    for (uint32_t i = 0; i < type->field_count; i++) {
        const char *field = type->fields[i].name;
        if (strncmp(field, name.bytes, name.count) == 0 && field[name.count] == '\0') {
            return (int)i;
        }
    }
    return -1;
}

uint32_t weir_type_column_count(const struct weir_type *schema)
{
    uint32_t count = schema->field_count;
    for (uint32_t i = 0; i < schema->field_count; i++) {
        count += weir_type_column_count(schema->fields[i].type);
    }
    return count;
}

bool weir_type_is_name(weir_str name)
{
    for (size_t i = 0; i < name.count; i++) {
        unsigned char c = (unsigned char)name.bytes[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && !(c >= '0' && c <= '9' && i > 0)) {
            return false;
        }
    }
    return name.count > 0;
}

/* A name that the language could not spell is quoted, so that every type reads back. */
static void print_name(const char *name, struct weir_text *to)
{
    if (weir_type_is_name(weir_str_of(name))) {
        weir_text_put(to, name);
        return;
    }
    weir_text_put(to, "\"");
    for (; *name != '\0'; name++) {
        if (*name == '"' || *name == '\\') {
            weir_text_append(to, "\\", 1);
        }
        weir_text_append(to, name, 1);
    }
    weir_text_put(to, "\"");
}

void weir_type_print(const struct weir_type *type, struct weir_text *to)
{
    if (type->kind == WEIR_TYPE_LIST) {
        weir_text_put(to, "list<");
        weir_type_print(type->item, to);
        weir_text_put(to, ">");
        return;
    }
    if (type->kind != WEIR_TYPE_STRUCT) {
        weir_text_put(to, weir_type_names[type->kind]);
        return;
    }
    weir_text_put(to, "{");
    for (uint32_t i = 0; i < type->field_count; i++) {
        weir_text_put(to, i == 0 ? "" : ", ");
        print_name(type->fields[i].name, to);
        weir_text_put(to, ": ");
        weir_type_print(type->fields[i].type, to);
    }
    weir_text_put(to, "}");
}

size_t weir_type_cell_bytes(const struct weir_type *type)
{
    static const uint8_t bytes[] = {
        [WEIR_TYPE_NULL] = 0, [WEIR_TYPE_BOOL] = 0,   [WEIR_TYPE_I32] = 4,    [WEIR_TYPE_I64] = 8,
        [WEIR_TYPE_F64] = 8,  [WEIR_TYPE_STR] = 16,   [WEIR_TYPE_BYTES] = 16, [WEIR_TYPE_TS] = 8,
        [WEIR_TYPE_LIST] = 4, [WEIR_TYPE_STRUCT] = 0,
    };
    return bytes[type->kind];
}
