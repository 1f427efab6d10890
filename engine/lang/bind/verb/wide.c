/* SPDX-License-Identifier: Apache-2.0 */
/* Counts of batches and windows, and the verbs that take a number or an order: top, limit,
 * repartition, sort. */
#include "lang/bind/binder.h"

#include <string.h>

/* Counting windows are incremental unless the text says inverse=none. */
static bool read_window(struct weir_stage *s)
{
    if ((weir_verb_flags(s->verb) & WEIR_VERB_IS_WINDOWED) == 0) {
        return true;
    }
    s->draft.is_incremental = true;
    return weir_stage_window(s) && weir_stage_inverse_none(s);
}

bool weir_bind_count_verb(struct weir_stage *s)
{
    const struct weir_type *schema;
    struct weir_scope *in = s->in.scope;
    if (!weir_stage_no_values(s, 0) || !read_window(s)) {
        return false;
    }
    if (s->verb == WEIR_VERB_COUNT || s->verb == WEIR_VERB_COUNT_BY_WINDOW) {
        if (!weir_stage_add(s, &schema)) {
            return false;
        }
        s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
        return true;
    }
    int field = weir_scope_find(in, weir_str_of("count"));
    if (field >= 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_DUPLICATE, s->ast->name_place,
            "'%s' adds the field 'count', but there is one already", weir_verb_name(s->verb));
        weir_diagnostic_help(s->b->diagnostics, d, "rename it before: map n = count, ...");
        weir_diagnostic_other(s->b->diagnostics, d, in->origins[field], "it comes from here");
        return false;
    }
    if (!weir_stage_partitions(s) || !weir_stage_add(s, &schema)) {
        return false;
    }
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, schema->field_count * sizeof *origins);
    memcpy(origins, in->origins, in->schema->field_count * sizeof *origins);
    origins[in->schema->field_count] = s->ast->place;
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}

/* ---- top, limit, repartition, sort ---- */

static bool add_by(struct weir_stage *s, const struct weir_ast_expr *name, uint32_t *by)
{
    if (name->kind != WEIR_AST_NAME) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, name->place,
                               "'by=' takes a field, or a list of fields: by=[f, g]");
        return false;
    }
    int field = weir_scope_find(s->in.scope, name->text);
    if (field < 0) {
        weir_scope_unknown(s->b, s->in.scope, name->text, name->place);
        return false;
    }
    for (uint32_t i = 0; i < s->draft.by_count; i++) {
        if (by[i] == (uint32_t)field) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TWICE, name->place,
                                   "the field '%.*s' is given twice", (int)name->text.count,
                                   name->text.bytes);
            return false;
        }
    }
    by[s->draft.by_count++] = (uint32_t)field;
    return true;
}

bool weir_stage_by(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "by");
    if (option == NULL) {
        return true;
    }
    const struct weir_ast_expr *value = option->value;
    size_t room = value->kind == WEIR_AST_LIST ? value->items.count + 1 : 1;
    uint32_t *by = weir_arena_alloc(s->b->arena, room * sizeof *by);
    s->draft.by = by;
    if (value->kind != WEIR_AST_LIST) {
        return add_by(s, value, by);
    }
    for (const struct weir_ast_item *item = value->items.first; item != NULL; item = item->next) {
        if (!add_by(s, item->value, by)) {
            return false;
        }
    }
    return true;
}

bool weir_bind_number(struct weir_stage *s)
{
    const char *verb = weir_verb_name(s->verb);
    if (!weir_stage_no_values(s, 1)) {
        return false;
    }
    if (s->value_count == 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place, "'%s' needs a number", verb);
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: %s 10", verb);
        return false;
    }
    int64_t max = s->verb == WEIR_VERB_REPARTITION ? WEIR_PARTITIONS_MAX : INT64_MAX;
    if (!weir_bind_count(s->b, s->values[0]->value, verb, max, &s->draft.n)) {
        return false;
    }
    s->draft.is_descending = s->verb == WEIR_VERB_TOP;
    return (s->verb != WEIR_VERB_TOP || weir_stage_by(s)) && weir_stage_add_same(s);
}

bool weir_bind_sort(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "desc");
    struct weir_value value = {0};
    if (!weir_stage_no_values(s, 0)) {
        return false;
    }
    if (option != NULL) {
        if (!weir_bind_constant(s->b, option->value, false, "desc=", &value)) {
            return false;
        }
        if (value.type->kind != WEIR_TYPE_BOOL) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, option->value->place,
                                   "'desc=' takes true or false");
            return false;
        }
        s->draft.is_descending = value.i64 != 0;
    }
    return weir_stage_by(s) && weir_stage_add_same(s);
}
