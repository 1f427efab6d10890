/* SPDX-License-Identifier: Apache-2.0 */
/* Fields by name, and making of record types from fields: the two things that must stay linear when
 * a record has ten thousand fields. */
#include "stream/schema.h"

#include <string.h>

enum { WEIR_SCHEMA_LINEAR_MAX = 16 };

struct weir_schema_index {
    struct weir_map map; /* name -> &numbers[i] */
    int *numbers;
};

struct weir_schema_index *weir_schema_index_create(const struct weir_type *schema)
{
    if (schema->field_count <= WEIR_SCHEMA_LINEAR_MAX) {
        return NULL;
    }
    struct weir_schema_index *index = weir_alloc(sizeof *index);
    weir_map_init(&index->map);
    index->numbers = weir_alloc(schema->field_count * sizeof *index->numbers);
    for (uint32_t i = 0; i < schema->field_count; i++) {
        index->numbers[i] = (int)i;
        weir_map_put(&index->map, weir_str_of(schema->fields[i].name), &index->numbers[i]);
    }
    return index;
}

void weir_schema_index_destroy(struct weir_schema_index *index)
{
    if (index != NULL) {
        weir_map_finish(&index->map);
        weir_free(index->numbers);
        weir_free(index);
    }
}

static bool name_is(const char *name, weir_str wanted)
{
    return strlen(name) == wanted.count && memcmp(name, wanted.bytes, wanted.count) == 0;
}

int weir_schema_find(const struct weir_type *schema,
                     const struct weir_schema_index *index,
                     weir_str name)
{
    if (index != NULL) {
        const int *number = weir_map_get(&index->map, name);
        return number == NULL ? -1 : *number;
    }
    for (uint32_t i = 0; i < schema->field_count; i++) {
        if (name_is(schema->fields[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

void weir_fields_init(struct weir_fields *fields)
{
    *fields = (struct weir_fields){0};
}

void weir_fields_finish(struct weir_fields *fields)
{
    weir_free(fields->fields);
    weir_free(fields->item_of);
    *fields = (struct weir_fields){0};
}

void weir_fields_add(struct weir_fields *fields,
                     const char *name,
                     const struct weir_type *type,
                     int item)
{
    if (fields->count == fields->capacity) {
        fields->capacity = fields->capacity == 0 ? 8 : fields->capacity * 2;
        fields->fields = weir_realloc(fields->fields, fields->capacity * sizeof *fields->fields);
        fields->item_of = weir_realloc(fields->item_of, fields->capacity * sizeof *fields->item_of);
    }
    fields->fields[fields->count] = (struct weir_type_field){name, type};
    fields->item_of[fields->count] = item;
    fields->count++;
}

static int check_names(const struct weir_fields *fields, int *culprit, struct weir_error *err)
{
    struct weir_map seen;
    weir_map_init(&seen);
    int status = WEIR_OK;
    for (uint32_t i = 0; i < fields->count && status == WEIR_OK; i++) {
        const char *name = fields->fields[i].name;
        *culprit = fields->item_of[i];
        if (name == NULL || name[0] == '\0' || name[0] == '_') {
            status = weir_error_set(err, WEIR_ETEXT,
                                    "a field may not be called '%s': names do not begin with '_'",
                                    name == NULL ? "" : name);
        } else if (weir_map_put(&seen, weir_str_of(name), &seen) != NULL) {
            status = weir_error_set(err, WEIR_ETEXT, "field '%s' is there twice", name);
        }
    }
    weir_map_finish(&seen);
    return status;
}

int weir_fields_type(const struct weir_fields *fields,
                     struct weir_arena *arena,
                     const struct weir_type **type,
                     int *culprit,
                     struct weir_error *err)
{
    *culprit = -1;
    if (fields->count > WEIR_FIELDS_MAX) {
        return weir_error_set(err, WEIR_ELIMIT, "a record has %u fields, at most %d are possible",
                              fields->count, WEIR_FIELDS_MAX);
    }
    WEIR_TRY(check_names(fields, culprit, err));
    *culprit = -1;
    *type = weir_type_struct(arena, fields->fields, fields->count);
    return WEIR_OK;
}

uint32_t weir_type_depth(const struct weir_type *type)
{
    uint32_t deepest = 0;
    if (type->kind == WEIR_TYPE_LIST) {
        deepest = weir_type_depth(type->item);
    }
    for (uint32_t i = 0; i < type->field_count; i++) {
        uint32_t depth = weir_type_depth(type->fields[i].type);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + 1;
}
