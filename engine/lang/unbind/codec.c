/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind a codec's name: the schema, its parameters, then what all codecs take. */
#include "lang/unbind/unbind.h"

/* Types nest at most WEIR_TYPE_DEPTH_MAX deep. */
static struct weir_ast_type *type_of(struct weir_arena *arena, const struct weir_type *type)
{
    static const enum weir_ast_type_kind kinds[] = {
        [WEIR_TYPE_BOOL] = WEIR_AST_TYPE_BOOL,    [WEIR_TYPE_I32] = WEIR_AST_TYPE_I32,
        [WEIR_TYPE_I64] = WEIR_AST_TYPE_I64,      [WEIR_TYPE_F64] = WEIR_AST_TYPE_F64,
        [WEIR_TYPE_STR] = WEIR_AST_TYPE_STR,      [WEIR_TYPE_BYTES] = WEIR_AST_TYPE_BYTES,
        [WEIR_TYPE_TS] = WEIR_AST_TYPE_TS,        [WEIR_TYPE_LIST] = WEIR_AST_TYPE_LIST,
        [WEIR_TYPE_STRUCT] = WEIR_AST_TYPE_STRUCT};
    struct weir_ast_type *to = weir_arena_alloc(arena, sizeof *to);
    to->kind = kinds[type->kind];
    if (type->kind == WEIR_TYPE_LIST) {
        to->element = type_of(arena, type->item);
    }
    struct weir_ast_field **last = &to->fields;
    for (uint32_t i = 0; i < type->field_count; i++) {
        struct weir_ast_field *field = weir_arena_alloc(arena, sizeof *field);
        field->name = weir_unbind_str(type->fields[i].name);
        field->type = type_of(arena, type->fields[i].type);
        *last = field;
        last = &field->next;
        to->field_count++;
    }
    return to;
}

/* What a codec decodes if the text does not say it. */
static bool is_usual(const struct weir_type *in, uint32_t of)
{
    int line = weir_type_field_index(in, weir_str_of("line"));
    int usual = line >= 0 ? line : weir_type_field_index(in, weir_str_of("value"));
    return usual >= 0 && (uint32_t)usual == of;
}

void weir_unbind_codec(struct weir_arena *arena,
                       const struct weir_type *in,
                       const struct weir_node *node,
                       struct weir_ast_items *items)
{
    if (node->asked != NULL) {
        struct weir_ast_expr *schema = weir_unbind_leaf(arena, WEIR_AST_SCHEMA);
        schema->type = type_of(arena, node->asked);
        weir_unbind_add(arena, items, NULL, schema);
    }
    weir_unbind_arguments(arena, node->op, node->arguments, node->argument_count, true, items);
    if (!is_usual(in, node->of)) {
        weir_unbind_add_option(arena, items, "of",
                               weir_unbind_name(arena, in->fields[node->of].name));
    }
    if (node->stops_on_bad) {
        weir_unbind_add_option(arena, items, "on_error", weir_unbind_name(arena, "stop"));
    }
}
