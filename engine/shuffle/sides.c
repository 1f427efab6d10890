/* SPDX-License-Identifier: Apache-2.0 */
/* The aggregations of the wide verbs. Map side and reduce side are the same aggregation; on the
 * reduce side rows are partial groups, so that counts are added instead of rows being counted. */
#include "shuffle/sides.h"

#include <string.h>

/* The fields that make a group: all, the key of a pair, or none. */
static uint32_t key_count(const struct weir_node *node,
                          const struct weir_type *schema,
                          bool is_merge)
{
    switch ((int)node->verb) {
    case WEIR_VERB_COUNT_BY_VALUE:
        return is_merge ? schema->field_count - 1 : schema->field_count;
    case WEIR_VERB_REDUCE_BY_KEY:
        return 1;
    default:
        return 0;
    }
}

static const struct weir_type *counted(const struct weir_type *schema,
                                       uint32_t keys,
                                       struct weir_arena *arena)
{
    struct weir_type_field *fields = weir_arena_alloc(arena, (keys + 1) * sizeof *fields);
    memcpy(fields, schema->fields, keys * sizeof *fields);
    fields[keys] = (struct weir_type_field){"count", weir_type_of(WEIR_TYPE_I64)};
    return weir_type_struct(arena, fields, keys + 1);
}

bool weir_shuffle_aggregation(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_aggregate_spec *spec)
{
    bool counts = node->verb == WEIR_VERB_COUNT || node->verb == WEIR_VERB_COUNT_BY_VALUE;
    if (!counts && node->verb != WEIR_VERB_REDUCE && node->verb != WEIR_VERB_REDUCE_BY_KEY) {
        return false;
    }
    uint32_t count = key_count(node, schema, is_merge);
    uint32_t *keys = weir_arena_alloc(arena, (count + 1) * sizeof *keys);
    int key = node->verb == WEIR_VERB_REDUCE_BY_KEY
                  ? weir_type_field_index(schema, weir_str_of("key"))
                  : 0;
    for (uint32_t i = 0; i < count; i++) {
        keys[i] = (uint32_t)key + i;
    }
    int value = node->verb == WEIR_VERB_REDUCE_BY_KEY
                    ? weir_type_field_index(schema, weir_str_of("value"))
                    : (int)count;
    *spec = (struct weir_aggregate_spec){
        .kind = counts ? WEIR_AGGREGATE_COUNT : WEIR_AGGREGATE_REDUCE,
        .in = schema,
        .key_count = count,
        .keys = keys,
        .value = (uint32_t)value,
        .is_merge = is_merge,
        .always_one = is_merge && node->verb == WEIR_VERB_COUNT,
        .op = counts ? NULL : node->op,
        .hash_seed = hash_seed,
    };
    if (node->verb == WEIR_VERB_REDUCE_BY_KEY) {
        struct weir_type_field fields[] = {schema->fields[key], schema->fields[value]};
        spec->out = weir_type_struct(arena, fields, 2);
    } else {
        spec->out = counts && !is_merge ? counted(schema, count, arena) : schema;
    }
    return true;
}
