/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs that read several streams or tables: union, joins, and what transform is made of. */
#include "stream/add/add.h"

#include <string.h>

int weir_add_union(struct weir_adding *a)
{
    for (uint32_t i = 1; i < a->node->input_count; i++) {
        if (!weir_type_equal(weir_add_in(a, i), a->in)) {
            *a->culprit = (int)i;
            return weir_add_refuse(a, "all streams must have the same fields");
        }
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

const struct weir_type *weir_add_sides(struct weir_adding *a,
                                       const struct weir_type *left,
                                       const struct weir_type *right,
                                       bool is_list)
{
    struct weir_arena *arena = &a->graph->arena;
    struct weir_type_field *sides = weir_arena_alloc(arena, 2 * sizeof *sides);
    sides[0] = (struct weir_type_field){"left", is_list ? weir_type_list(arena, left) : left};
    sides[1] = (struct weir_type_field){"right", is_list ? weir_type_list(arena, right) : right};
    return weir_type_struct(arena, sides, 2);
}

static bool is_pair(const struct weir_type *schema)
{
    return schema->field_count == 2 && strcmp(schema->fields[0].name, "key") == 0 &&
           strcmp(schema->fields[1].name, "value") == 0;
}

int weir_add_pair_join(struct weir_adding *a)
{
    const struct weir_type *right = weir_add_in(a, 1);
    if (!is_pair(a->in) || !is_pair(right)) {
        return weir_add_refuse(a, "both sides need the fields key and value");
    }
    if (!weir_type_equal(a->in->fields[0].type, right->fields[0].type)) {
        return weir_add_refuse(a, "both sides need a key of one type");
    }
    return weir_add_pair(a, weir_add_sides(a, a->in->fields[1].type, right->fields[1].type,
                                           a->node->verb == WEIR_VERB_COGROUP));
}

static int check_on(struct weir_adding *a, const struct weir_type *right)
{
    const struct weir_node *node = a->node;
    for (uint32_t i = 0; i < node->on_count; i++) {
        *a->culprit = (int)i;
        if (node->on_left[i] >= a->in->field_count || node->on_right[i] >= right->field_count) {
            return weir_add_refuse(a, "on= names a field that is not there");
        }
        if (!weir_type_equal(a->in->fields[node->on_left[i]].type,
                             right->fields[node->on_right[i]].type)) {
            return weir_add_refuse(a, "the fields of on= are of different types");
        }
    }
    *a->culprit = -1;
    return WEIR_OK;
}

static bool is_on(const struct weir_node *node, uint32_t right_field)
{
    for (uint32_t i = 0; i < node->on_count; i++) {
        if (node->on_right[i] == right_field) {
            return true;
        }
    }
    return false;
}

/* The left's fields, then the right's but those that are equal to one of the left anyway. */
static int join_schema(struct weir_adding *a, const struct weir_type *right)
{
    struct weir_fields fields;
    weir_fields_init(&fields);
    weir_add_input_fields(a, &fields);
    struct weir_schema_index *left = weir_schema_index_create(a->in);
    for (uint32_t i = 0; i < right->field_count; i++) {
        const char *name = right->fields[i].name;
        if (is_on(a->node, i)) {
            continue;
        }
        if (a->node->suffix != NULL && weir_schema_find(a->in, left, weir_str_of(name)) >= 0) {
            name = weir_arena_printf(&a->graph->arena, "%s%s", name, a->node->suffix);
        }
        weir_fields_add(&fields, name, right->fields[i].type, -1);
    }
    weir_schema_index_destroy(left);
    return weir_add_schema(a, &fields);
}

int weir_add_join(struct weir_adding *a)
{
    const struct weir_type *right = weir_add_in(a, 1);
    bool gives_right = a->node->verb == WEIR_VERB_JOIN;
    if (a->node->on_count == 0) {
        return gives_right ? weir_add_pair_join(a) : weir_add_refuse(a, "on= is needed");
    }
    WEIR_TRY(check_on(a, right));
    if (gives_right) {
        return join_schema(a, right);
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

/* A record of one field as its value. */
static const struct weir_type *bare(const struct weir_type *record)
{
    return record->field_count == 1 ? record->fields[0].type : record;
}

int weir_add_cartesian(struct weir_adding *a)
{
    a->node->schema = weir_add_sides(a, bare(a->in), bare(weir_add_in(a, 1)), false);
    return WEIR_OK;
}

int weir_add_transform(struct weir_adding *a)
{
    a->node->schema = a->in;
    return WEIR_OK;
}
