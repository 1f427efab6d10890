/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs whose items are calls of aggregates or partition functions: aggregate, combine_by_key,
 * map_partitions. */
#include "lang/bind/binder.h"

#include <string.h>

static bool is_call_of(const struct weir_expr *expr, enum weir_kind kind)
{
    return expr->kind == WEIR_EXPR_CALL && expr->op->kind == kind;
}

static bool bind_item(struct weir_stage *s,
                      const struct weir_ast_item *ast,
                      struct weir_item *item,
                      struct weir_map *seen)
{
    item->expr = weir_bind_expr(&s->typing, ast->value);
    if (item->expr == NULL || !weir_stage_check_item(s, ast, item->expr)) {
        return false;
    }
    if (!is_call_of(item->expr, WEIR_KIND_AGGREGATE)) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_AGGREGATE, ast->value->place,
                                   "each field of 'aggregate' is one call of an aggregate");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "compute before (extend) or behind it (map); write for example: "
                             "aggregate n = agg.count()");
        return false;
    }
    /* a bare call is called like what it computes: agg.count() gives count */
    item->name = ast->name.count > 0 ? weir_bind_name(s->b, ast->name) : item->expr->op->name;
    return weir_stage_note_name(s, seen, item->name, ast);
}

static bool bind_items(struct weir_stage *s, struct weir_place *origins)
{
    struct weir_item *items = weir_arena_alloc(s->b->arena, s->value_count * sizeof *items);
    struct weir_map seen;
    bool is_fine = true;
    weir_map_init(&seen);
    for (uint32_t i = 0; i < s->draft.by_count; i++) {
        const char *name = s->in.scope->schema->fields[s->draft.by[i]].name;
        weir_map_put(&seen, weir_str_of(name), &origins[i]);
    }
    for (uint32_t i = 0; i < s->value_count; i++) {
        is_fine = bind_item(s, s->values[i], &items[i], &seen) && is_fine;
        origins[s->draft.by_count + i] = s->values[i]->place;
    }
    weir_map_finish(&seen);
    s->draft.items = items;
    s->draft.item_count = s->value_count;
    return is_fine;
}

/* Windows are incremental where all aggregates can take rows out again. */
static bool bind_window(struct weir_stage *s)
{
    bool is_windowed = weir_stage_option(s, "length") != NULL;
    static const char *const of_windows[] = {"slide", "inverse", "every"};
    for (size_t i = 0; !is_windowed && i < sizeof of_windows / sizeof of_windows[0]; i++) {
        const struct weir_ast_item *option = weir_stage_option(s, of_windows[i]);
        if (option != NULL) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_MISSING_OPTION, option->place,
                                   "'%s=' is of a window: it needs length=", of_windows[i]);
            return false;
        }
    }
    s->draft.is_incremental = is_windowed;
    for (uint32_t i = 0; i < s->draft.item_count; i++) {
        s->draft.is_incremental =
            s->draft.is_incremental && s->draft.items[i].expr->op->aggregate->remove != NULL;
    }
    return !is_windowed || (weir_stage_window(s) && weir_stage_inverse_none(s));
}

bool weir_bind_aggregate(struct weir_stage *s)
{
    const struct weir_type *schema;
    if (!weir_stage_need_values(s) || !weir_stage_by(s) || !weir_stage_partitions(s)) {
        return false;
    }
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, (s->draft.by_count + s->value_count) * sizeof *origins);
    for (uint32_t i = 0; i < s->draft.by_count; i++) {
        origins[i] = s->in.scope->origins[s->draft.by[i]];
    }
    s->typing.top_kinds = 1U << WEIR_KIND_AGGREGATE;
    if (!bind_items(s, origins) || !bind_window(s) || !weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}

bool weir_bind_combine(struct weir_stage *s)
{
    struct weir_operator_text text;
    const struct weir_ast_expr *value = s->value_count > 0 ? s->values[0]->value : NULL;
    const struct weir_type *schema;
    if (!weir_stage_read_operator(s, value, "aggregate", "agg.max", &text) ||
        !weir_stage_no_values(s, 1) || !weir_stage_need_pair(s) || !weir_stage_partitions(s) ||
        !weir_stage_add_operator(s, &text, WEIR_KIND_AGGREGATE, &schema)) {
        return false;
    }
    weir_stage_give_pair(s, schema, s->ast->place);
    return true;
}

bool weir_bind_map_partitions(struct weir_stage *s)
{
    const struct weir_type *schema;
    if (s->value_count != 1) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
                                   "'map_partitions' takes one partition function");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "write: map_partitions plugin.function, or "
                             "plugin.function(field, ...)");
        return false;
    }
    struct weir_item *items = weir_arena_alloc(s->b->arena, sizeof *items);
    s->typing.top_kinds = 1U << WEIR_KIND_PARTITION_FUNCTION;
    items[0].expr = weir_bind_expr(&s->typing, s->values[0]->value);
    if (items[0].expr == NULL) {
        return false;
    }
    if (!is_call_of(items[0].expr, WEIR_KIND_PARTITION_FUNCTION)) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->values[0]->place,
                               "'map_partitions' takes a partition function, not a value");
        return false;
    }
    s->draft.items = items;
    s->draft.item_count = 1;
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
    return true;
}
