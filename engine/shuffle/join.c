/* SPDX-License-Identifier: Apache-2.0 */
/* Which join a verb is, and what its rows are made of. */
#include "shuffle/sides.h"

static bool is_on(const struct weir_node *node, uint32_t right_field)
{
    for (uint32_t i = 0; i < node->on_count; i++) {
        if (node->on_right[i] == right_field) {
            return true;
        }
    }
    return false;
}

/* {key, value: {left, right}}. */
static void pair_fields(struct weir_join_field *fields)
{
    fields[0] = (struct weir_join_field){.is_left = true, .is_key = true};
    fields[1] = (struct weir_join_field){.is_both = true, .left = 1, .right = 1};
}

/* The left's fields, then the right's but those it was joined on. */
static void on_fields(const struct weir_node *node,
                      const struct weir_join_spec *spec,
                      struct weir_join_field *fields)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < spec->left->field_count; i++) {
        fields[count++] = (struct weir_join_field){.is_left = true, .left = i};
    }
    for (uint32_t i = 0; i < spec->right->field_count; i++) {
        if (!is_on(node, i)) {
            fields[count++] = (struct weir_join_field){.right = i};
        }
    }
    WEIR_ASSERT(count == spec->out->field_count);
}

/* {left, right}: a record of one field is that field. */
static void cartesian_fields(const struct weir_join_spec *spec, struct weir_join_field *fields)
{
    fields[0] = (struct weir_join_field){.is_left = true, .is_whole = spec->left->field_count != 1};
    fields[1] = (struct weir_join_field){.is_whole = spec->right->field_count != 1};
}

void weir_shuffle_join(const struct weir_graph *graph,
                       const struct weir_node *node,
                       uint64_t hash_seed,
                       struct weir_arena *arena,
                       struct weir_join_spec *spec)
{
    bool is_full = node->verb == WEIR_VERB_FULL_OUTER_JOIN;
    *spec = (struct weir_join_spec){
        .kind = node->verb == WEIR_VERB_SEMI_JOIN   ? WEIR_JOIN_SEMI
                : node->verb == WEIR_VERB_ANTI_JOIN ? WEIR_JOIN_ANTI
                                                    : WEIR_JOIN_PAIRS,
        .keeps_left = is_full || node->verb == WEIR_VERB_LEFT_OUTER_JOIN,
        .keeps_right = is_full || node->verb == WEIR_VERB_RIGHT_OUTER_JOIN,
        .left = graph->nodes[node->inputs[0]].schema,
        .right = graph->nodes[node->inputs[1]].schema,
        .out = node->schema,
        .hash_seed = hash_seed,
    };
    spec->key_count = weir_shuffle_keys(node, 0, arena, &spec->left_keys);
    (void)weir_shuffle_keys(node, 1, arena, &spec->right_keys);
    struct weir_join_field *fields =
        weir_arena_alloc(arena, (spec->out->field_count + 1) * sizeof *fields);
    if (node->verb == WEIR_VERB_CARTESIAN) {
        cartesian_fields(spec, fields);
    } else if (node->on_count == 0) {
        pair_fields(fields);
    } else if (spec->kind == WEIR_JOIN_PAIRS) {
        on_fields(node, spec, fields);
    }
    spec->fields = fields;
}
