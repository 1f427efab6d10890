/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs that compute fields of one record: map, extend, map_values, filter. */
#include "lang/bind/binder.h"

#include <string.h>

/* What an item is called: its name, the field's for a bare field, else `value`. */
const char *weir_stage_item_name(struct weir_stage *s,
                                 const struct weir_ast_item *item,
                                 const struct weir_expr *expr)
{
    if (item->name.count > 0) {
        return weir_bind_name(s->b, item->name);
    }
    bool is_bare = item->value->kind == WEIR_AST_NAME && expr->kind == WEIR_EXPR_FIELD;
    return is_bare ? s->in.scope->schema->fields[expr->field].name : "value";
}

/* A name may not begin with '_', nor be null's. */
bool weir_stage_check_item(struct weir_stage *s,
                           const struct weir_ast_item *item,
                           const struct weir_expr *expr)
{
    if (item->name.count > 0 && item->name.bytes[0] == '_') {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_FIELD_NAME, item->name_place,
            "a field may not begin with '_': _time and _stream are weir's own");
        weir_diagnostic_help(s->b->diagnostics, d, "try: %.*s", (int)item->name.count - 1,
                             item->name.bytes + 1);
        return false;
    }
    if (expr->type->kind == WEIR_TYPE_NULL) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_NULL, item->value->place, "null has no type here");
        weir_diagnostic_help(s->b->diagnostics, d, "a field needs a type: give it a value");
        return false;
    }
    return true;
}

/* Notes a field's name; false: another item has it (reported). */
bool weir_stage_note_name(struct weir_stage *s,
                          struct weir_map *seen,
                          const char *name,
                          const struct weir_ast_item *item)
{
    struct weir_place *place = weir_arena_alloc(&s->b->scratch, sizeof *place);
    *place = item->name.count > 0 ? item->name_place : item->place;
    const struct weir_place *earlier = weir_map_put(seen, weir_str_of(name), place);
    if (earlier == NULL) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_DUPLICATE,
                                                       *place, "field '%s' is there twice", name);
    weir_diagnostic_other(s->b->diagnostics, d, *earlier, "the first");
    if (item->name.count == 0) {
        weir_diagnostic_help(s->b->diagnostics, d, "give it a name: NAME = ...");
    }
    return false;
}

/* The fields that extend adds may not be there already. */
static bool check_new(struct weir_stage *s, const char *name, const struct weir_ast_item *item)
{
    int field = s->verb == WEIR_VERB_EXTEND ? weir_scope_find(s->in.scope, weir_str_of(name)) : -1;
    if (field < 0) {
        return true;
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_DUPLICATE,
                               item->name.count > 0 ? item->name_place : item->place,
                               "'extend' adds fields, but there is a '%s' already", name);
    weir_diagnostic_help(s->b->diagnostics, d,
                         "to replace it, name all fields you want: map ..., %s = ...", name);
    weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->origins[field], "it comes from here");
    return false;
}

bool weir_stage_need_values(struct weir_stage *s)
{
    if (s->value_count > 0) {
        return true;
    }
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
                               "'%s' needs at least one field", weir_verb_name(s->verb));
    weir_diagnostic_help(s->b->diagnostics, d, "write for example: %s name = %s",
                         weir_verb_name(s->verb),
                         s->verb == WEIR_VERB_AGGREGATE ? "agg.count()" : "expression");
    return false;
}

bool weir_bind_map(struct weir_stage *s)
{
    if (!weir_stage_need_values(s)) {
        return false;
    }
    struct weir_item *items = weir_arena_alloc(s->b->arena, s->value_count * sizeof *items);
    uint32_t kept = s->verb == WEIR_VERB_EXTEND ? s->in.scope->schema->field_count : 0;
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, (kept + s->value_count) * sizeof *origins);
    if (kept > 0) {
        memcpy(origins, s->in.scope->origins, kept * sizeof *origins);
    }
    struct weir_map seen;
    weir_map_init(&seen);
    bool is_fine = true;
    for (uint32_t i = 0; i < s->value_count; i++) {
        const struct weir_ast_item *item = s->values[i];
        items[i].expr = weir_bind_expr(&s->typing, item->value);
        bool is_typed = items[i].expr != NULL && weir_stage_check_item(s, item, items[i].expr);
        if (is_typed) {
            items[i].name = weir_stage_item_name(s, item, items[i].expr);
            is_typed = weir_stage_note_name(s, &seen, items[i].name, item) &&
                       check_new(s, items[i].name, item);
        }
        origins[kept + i] = item->place;
        is_fine = is_fine && is_typed;
    }
    weir_map_finish(&seen);
    const struct weir_type *schema;
    s->draft.items = items;
    s->draft.item_count = s->value_count;
    if (!is_fine || !weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}

bool weir_bind_filter(struct weir_stage *s)
{
    if (s->value_count != 1) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES,
                                   s->value_count == 0 ? s->ast->name_place : s->values[1]->place,
                                   "'filter' takes one expression, found %u", s->value_count);
        weir_diagnostic_help(s->b->diagnostics, d, "join conditions with 'and' or 'or'");
        return false;
    }
    const struct weir_ast_item *item = s->values[0];
    struct weir_item *items = weir_arena_alloc(s->b->arena, sizeof *items);
    items[0].expr = weir_bind_expr(&s->typing, item->value);
    if (items[0].expr == NULL) {
        return false;
    }
    if (items[0].expr->type->kind != WEIR_TYPE_BOOL) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_NOT_BOOL, item->place, "'filter' needs a bool, found %s",
            weir_bind_type_text(s->b, items[0].expr->type));
        weir_diagnostic_help(s->b->diagnostics, d, "compare it: ... == VALUE");
        weir_bind_point_at_field(&s->typing, d, items[0].expr);
        return false;
    }
    s->draft.items = items;
    s->draft.item_count = 1;
    return weir_stage_add_same(s);
}

bool weir_bind_map_values(struct weir_stage *s)
{
    if (!weir_stage_need_pair(s)) {
        return false;
    }
    const struct weir_ast_item *item = s->value_count == 1 ? s->values[0] : NULL;
    if (item == NULL || (item->name.count > 0 &&
                         (item->name.count != 5 || memcmp(item->name.bytes, "value", 5) != 0))) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_VALUES,
            s->value_count == 0 ? s->ast->name_place : s->values[s->value_count - 1]->place,
            "'map_values' takes one expression: the new value");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "several values are a struct: map_values {a: ..., b: ...}");
        return false;
    }
    struct weir_item *items = weir_arena_alloc(s->b->arena, sizeof *items);
    s->typing.is_of_values = true;
    items[0].expr = weir_bind_expr(&s->typing, item->value);
    if (items[0].expr == NULL || !weir_stage_check_item(s, item, items[0].expr)) {
        return false;
    }
    items[0].name = "value";
    s->draft.items = items;
    s->draft.item_count = 1;
    const struct weir_type *schema;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    struct weir_place *origins = weir_arena_alloc(&s->b->scratch, 2 * sizeof *origins);
    origins[0] = s->in.scope->origins[0];
    origins[1] = item->place;
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}
