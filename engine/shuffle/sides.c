/* SPDX-License-Identifier: Apache-2.0 */
/* The aggregations of the wide verbs. Map side and reduce side are the same aggregation; on the
 * reduce side rows are partial groups, so that counts are added instead of rows being counted. */
#include "shuffle/sides.h"

#include <string.h>

static bool counts(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_COUNT || node->verb == WEIR_VERB_COUNT_BY_WINDOW ||
           node->verb == WEIR_VERB_COUNT_BY_VALUE ||
           node->verb == WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW;
}

static bool reduces(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_REDUCE || node->verb == WEIR_VERB_REDUCE_BY_WINDOW ||
           node->verb == WEIR_VERB_REDUCE_BY_KEY ||
           node->verb == WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW;
}

/* The fields that make a group, from the first on: all, the key of a pair, or none. */
static uint32_t key_count(const struct weir_node *node,
                          const struct weir_type *schema,
                          bool is_merge)
{
    switch ((int)node->verb) {
    case WEIR_VERB_COUNT_BY_VALUE:
    case WEIR_VERB_COUNT_BY_VALUE_AND_WINDOW:
        return is_merge ? schema->field_count - 1 : schema->field_count;
    case WEIR_VERB_DISTINCT:
        return schema->field_count;
    case WEIR_VERB_REDUCE_BY_KEY:
    case WEIR_VERB_REDUCE_BY_KEY_AND_WINDOW:
        return 1;
    default:
        return 0;
    }
}

/* 0, 1, 2... */
static const uint32_t *first_fields(uint32_t count, struct weir_arena *arena)
{
    uint32_t *fields = weir_arena_alloc(arena, ((size_t)count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < count; i++) {
        fields[i] = i;
    }
    return fields;
}

bool weir_shuffle_aggregation(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_aggregate_spec *spec)
{
    if (!counts(node) && !reduces(node) && node->verb != WEIR_VERB_DISTINCT) {
        return false;
    }
    uint32_t count = key_count(node, schema, is_merge);
    *spec = (struct weir_aggregate_spec){
        .kind = counts(node)    ? WEIR_AGGREGATE_COUNT
                : reduces(node) ? WEIR_AGGREGATE_REDUCE
                                : WEIR_AGGREGATE_DISTINCT,
        .in = schema,
        .key_count = count,
        .keys = first_fields(count, arena),
        .value = count,
        .is_merge = is_merge,
        .always_one = is_merge && node->verb == WEIR_VERB_COUNT,
        .op = reduces(node) ? node->op : NULL,
        .out = is_merge ? schema : weir_plan_partial_schema(node, schema, arena),
        .hash_seed = hash_seed,
    };
    return true;
}

/* combine_by_key: parameter i takes a member of the value, or all of it. */
static const struct weir_expr *value_argument(const struct weir_node *node,
                                              const struct weir_type *value,
                                              uint32_t i,
                                              struct weir_arena *arena)
{
    struct weir_expr *whole = weir_arena_alloc(arena, sizeof *whole);
    *whole = (struct weir_expr){
        .kind = WEIR_EXPR_FIELD, .type = value, .place = node->place, .depth = 1, .field = 1};
    if (node->members == NULL || node->members[i] == WEIR_MEMBER_WHOLE) {
        return whole;
    }
    const struct weir_expr **args = weir_arena_alloc(arena, sizeof *args);
    struct weir_expr *member = weir_arena_alloc(arena, sizeof *member);
    args[0] = whole;
    *member = (struct weir_expr){.kind = WEIR_EXPR_MEMBER,
                                 .type = value->fields[node->members[i]].type,
                                 .place = node->place,
                                 .depth = 2,
                                 .field = node->members[i],
                                 .arg_count = 1,
                                 .args = args};
    return member;
}

/* The aggregate of combine_by_key as the call that it would be in `aggregate`. */
static const struct weir_expr *combining_call(const struct weir_node *node,
                                              const struct weir_type *schema,
                                              struct weir_arena *arena)
{
    uint32_t count = node->op->in_count;
    const struct weir_expr **args = weir_arena_alloc(arena, (count + 1) * sizeof *args);
    for (uint32_t i = 0; i < count; i++) {
        args[i] = value_argument(node, schema->fields[1].type, i, arena);
    }
    struct weir_expr *call = weir_arena_alloc(arena, sizeof *call);
    *call = (struct weir_expr){.kind = WEIR_EXPR_CALL,
                               .type = node->schema->fields[1].type,
                               .place = node->place,
                               .depth = 3,
                               .op = node->op,
                               .params = node->params,
                               .arg_count = count,
                               .args = args};
    return call;
}

bool weir_shuffle_combination(const struct weir_node *node,
                              const struct weir_type *schema,
                              bool is_merge,
                              uint64_t hash_seed,
                              struct weir_arena *arena,
                              struct weir_combine_spec *spec)
{
    bool is_by_key = node->verb == WEIR_VERB_COMBINE_BY_KEY;
    if (!is_by_key && (node->verb != WEIR_VERB_AGGREGATE || weir_node_keeps_window(node))) {
        return false;
    }
    uint32_t keys = is_by_key ? 1 : node->by_count;
    uint32_t count = is_by_key ? 1 : node->item_count;
    const struct weir_expr **calls = weir_arena_alloc(arena, (count + 1) * sizeof *calls);
    for (uint32_t i = 0; i < count; i++) {
        calls[i] = is_by_key ? combining_call(node, schema, arena) : node->items[i].expr;
    }
    bool by_position = is_merge || is_by_key; /* keys come first in what a combine gives */
    *spec = (struct weir_combine_spec){
        .in = is_merge ? weir_plan_partial_schema(node, schema, arena) : schema,
        .key_count = keys,
        .keys = by_position ? first_fields(keys, arena) : node->by,
        .call_count = count,
        .calls = calls,
        .is_merge = is_merge,
        .always_one = is_merge && keys == 0,
        .hash_seed = hash_seed,
    };
    return true;
}

/* ---- rows that meet by key ---- */

bool weir_shuffle_is_join(const struct weir_node *node)
{
    return node->verb == WEIR_VERB_CARTESIAN ||
           (node->verb >= WEIR_VERB_JOIN && node->verb <= WEIR_VERB_ANTI_JOIN);
}

uint32_t weir_shuffle_keys(const struct weir_node *node,
                           uint32_t side,
                           struct weir_arena *arena,
                           const uint32_t **keys)
{
    if (node->on_count > 0) {
        *keys = side == 0 ? node->on_left : node->on_right;
        return node->on_count;
    }
    if (node->verb == WEIR_VERB_AGGREGATE) { /* its map side has put them first */
        *keys = first_fields(node->by_count, arena);
        return node->by_count;
    }
    bool is_by_key = (weir_shuffle_is_join(node) && node->verb != WEIR_VERB_CARTESIAN) ||
                     (weir_verb_flags(node->verb) & WEIR_VERB_IS_PAIR) != 0;
    *keys = first_fields(1, arena);
    return is_by_key ? 1 : 0;
}
