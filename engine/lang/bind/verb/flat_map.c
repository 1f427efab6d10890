/* SPDX-License-Identifier: Apache-2.0 */
/* flat_map, flat_map_values: the one item that gives any number of rows, and what the others are
 * carried as. */
#include "lang/bind/binder.h"

#include <string.h>

static bool is_emitter(const struct weir_expr *expr)
{
    return expr->kind == WEIR_EXPR_CALL && expr->op->kind == WEIR_KIND_EMITTER;
}

/* The items that may emit: emitters if there are any, else lists. */
struct emitting {
    uint32_t count, first, last;
};

static void note(struct emitting *emitting, uint32_t i)
{
    emitting->first = emitting->count == 0 ? i : emitting->first;
    emitting->last = i;
    emitting->count++;
}

/* Which item emits: the one emitter, else the one list. */
static bool find_emitting(struct weir_stage *s, const struct weir_item *items)
{
    struct emitting emitters = {0}, lists = {0};
    for (uint32_t i = 0; i < s->value_count; i++) {
        if (is_emitter(items[i].expr)) {
            note(&emitters, i);
        } else if (items[i].expr->type->kind == WEIR_TYPE_LIST) {
            note(&lists, i);
        }
    }
    const struct emitting *found = emitters.count > 0 ? &emitters : &lists;
    s->draft.emit_item = found->first;
    if (found->count == 1) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_EMITTER,
        found->count == 0 ? s->ast->name_place : s->values[found->last]->place,
        "'flat_map' needs exactly one emitter or list, found %u", found->count);
    if (found->count == 0) {
        weir_diagnostic_help(s->b->diagnostics, d,
                             "try: map, for one record out of each, or an emitter such as "
                             "text.words(line)");
        return false;
    }
    weir_diagnostic_help(s->b->diagnostics, d, "use two flat_map stages");
    weir_diagnostic_other(s->b->diagnostics, d, s->values[found->first]->place, "the first");
    return false;
}

/* Names of the emitting item's columns. */
static bool name_emitting(struct weir_stage *s,
                          const struct weir_ast_item *item,
                          struct weir_item *bound,
                          struct weir_map *seen)
{
    const struct weir_type *columns = bound->expr->type;
    if (!is_emitter(bound->expr) || columns->field_count == 1) {
        bound->name = is_emitter(bound->expr) && item->name.count == 0
                          ? columns->fields[0].name
                          : weir_stage_item_name(s, item, bound->expr);
        return weir_stage_note_name(s, seen, bound->name, item);
    }
    if (item->name.count > 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_EMITTER, item->name_place,
            "the emitter gives %u columns, %s: it cannot be called '%.*s'", columns->field_count,
            weir_bind_type_text(s->b, columns), (int)item->name.count, item->name.bytes);
        weir_diagnostic_help(s->b->diagnostics, d, "leave the name out");
        return false;
    }
    bool is_fine = true;
    for (uint32_t k = 0; k < columns->field_count; k++) {
        is_fine = weir_stage_note_name(s, seen, columns->fields[k].name, item) && is_fine;
    }
    return is_fine;
}

static bool bind_items(struct weir_stage *s, struct weir_item *items)
{
    bool is_fine = true;
    s->typing.top_kinds = 1U << WEIR_KIND_FUNCTION | 1U << WEIR_KIND_EMITTER;
    for (uint32_t i = 0; i < s->value_count; i++) {
        items[i].expr = weir_bind_expr(&s->typing, s->values[i]->value);
        is_fine = is_fine && items[i].expr != NULL &&
                  weir_stage_check_item(s, s->values[i], items[i].expr);
    }
    return is_fine;
}

static bool name_items(struct weir_stage *s, struct weir_item *items)
{
    struct weir_map seen;
    bool is_fine = true;
    weir_map_init(&seen);
    for (uint32_t i = 0; i < s->value_count; i++) {
        const struct weir_ast_item *item = s->values[i];
        if (i == s->draft.emit_item) {
            is_fine = name_emitting(s, item, &items[i], &seen) && is_fine;
        } else {
            items[i].name = weir_stage_item_name(s, item, items[i].expr);
            is_fine = weir_stage_note_name(s, &seen, items[i].name, item) && is_fine;
        }
    }
    weir_map_finish(&seen);
    return is_fine;
}

bool weir_bind_flat_map(struct weir_stage *s)
{
    if (!weir_stage_need_values(s)) {
        return false;
    }
    struct weir_item *items = weir_arena_alloc(s->b->arena, s->value_count * sizeof *items);
    if (!bind_items(s, items) || !find_emitting(s, items) || !name_items(s, items)) {
        return false;
    }
    const struct weir_type *schema;
    s->draft.items = items;
    s->draft.item_count = s->value_count;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, (schema->field_count + 1) * sizeof *origins);
    uint32_t field = 0;
    for (uint32_t i = 0; i < s->value_count; i++) {
        bool is_many = i == s->draft.emit_item && is_emitter(items[i].expr);
        uint32_t columns = is_many ? items[i].expr->type->field_count : 1;
        for (uint32_t k = 0; k < columns; k++) {
            origins[field++] = s->values[i]->place;
        }
    }
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}

/* The flat_map `key, value = emitter or list`. */
bool weir_bind_flat_map_values(struct weir_stage *s)
{
    const struct weir_ast_item *item = s->value_count == 1 ? s->values[0] : NULL;
    const struct weir_type *schema;
    if (!weir_stage_need_pair(s)) {
        return false;
    }
    if (item == NULL || (item->name.count > 0 &&
                         (item->name.count != 5 || memcmp(item->name.bytes, "value", 5) != 0))) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
                                   "'flat_map_values' takes one emitter or list: the new values");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "write for example: flat_map_values text.words(value)");
        return false;
    }
    struct weir_item *items = weir_arena_alloc(s->b->arena, 2 * sizeof *items);
    struct weir_expr key = {.kind = WEIR_EXPR_FIELD, .place = item->place};
    s->typing.is_of_values = true;
    s->typing.top_kinds = 1U << WEIR_KIND_FUNCTION | 1U << WEIR_KIND_EMITTER;
    items[0].name = "key";
    items[0].expr = weir_bind_make(&s->typing, &key, WEIR_CODE_OPERANDS, NULL);
    items[1].name = "value";
    items[1].expr = weir_bind_expr(&s->typing, item->value);
    if (items[0].expr == NULL || items[1].expr == NULL) {
        return false;
    }
    bool is_one = is_emitter(items[1].expr) ? items[1].expr->type->field_count == 1
                                            : items[1].expr->type->kind == WEIR_TYPE_LIST;
    if (!is_one) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_EMITTER, item->place,
                               "'flat_map_values' needs an emitter of one column or a list, found "
                               "%s",
                               weir_bind_type_text(s->b, items[1].expr->type));
        return false;
    }
    s->draft.items = items;
    s->draft.item_count = 2;
    s->draft.emit_item = 1;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    weir_stage_give_pair(s, schema, item->place);
    return true;
}
