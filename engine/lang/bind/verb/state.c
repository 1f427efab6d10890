/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs that keep a state for each key, and those that only say how a stream is kept. */
#include "lang/bind/binder.h"

#include <string.h>

/* Adds the draft with the first overload whose parameters find what they take. The graph is asked:
 * it has the rule. */
bool weir_stage_add_operator(struct weir_stage *s,
                             const struct weir_operator_text *text,
                             enum weir_kind kind,
                             const struct weir_type **schema)
{
    const struct weir_operator *const *operators;
    size_t count;
    struct weir_error err, first = {0};
    int culprit;
    if (weir_bind_find(s->b, text->alias, text->name, 1U << kind, text->place, false, &operators,
                       &count) != WEIR_FOUND) {
        return false;
    }
    s->draft.op_alias = weir_bind_name(s->b, text->alias);
    for (size_t i = count; i-- > 0;) { /* those that take most come last */
        uint32_t id;
        s->draft.op = operators[i];
        if (!weir_bind_arguments(s->b, s->draft.op, text->arguments, true, text->place,
                                 &s->draft.arguments, &s->draft.argument_count)) {
            return false;
        }
        s->draft.in_transform = s->b->block != NULL;
        if (weir_graph_add(s->b->graph, &s->draft, &id, &culprit, &err) == WEIR_OK) {
            s->out.node = id;
            *schema = s->b->graph->nodes[id].schema;
            return true;
        }
        first = err;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_PARAMETERS,
                                                       text->place, "%s", first.text);
    weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->place, "what this stage gives");
    if (count > 1) {
        weir_diagnostic_help(s->b->diagnostics, d, "it is %s or %s", operators[0]->signature,
                             operators[1]->signature);
    }
    return false;
}

void weir_stage_give_pair(struct weir_stage *s,
                          const struct weir_type *schema,
                          struct weir_place value)
{
    struct weir_place *origins = weir_arena_alloc(&s->b->scratch, 2 * sizeof *origins);
    origins[0] = s->in.scope->origins[0];
    origins[1] = value;
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
}

/* initial=TABLE: its key and value, in this order. */
static bool read_initial(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "initial");
    if (option == NULL) {
        return true;
    }
    struct weir_stream_name *table = weir_stage_operand(s, option->value);
    if (table == NULL) {
        return false;
    }
    if (!s->b->graph->nodes[table->end.node].is_static) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TABLE, option->value->place,
                                   "'initial=' takes a table, '%.*s' is a stream",
                                   (int)table->name.count, table->name.bytes);
        weir_diagnostic_other(s->b->diagnostics, d, table->place, "it is defined here");
        return false;
    }
    uint32_t node = weir_stage_pair_of(s, table, option->value->place);
    if (node == WEIR_NO_NODE) {
        return false;
    }
    uint32_t *inputs = weir_arena_alloc(s->b->arena, 2 * sizeof *inputs);
    inputs[0] = s->in.node;
    inputs[1] = node;
    s->draft.inputs = inputs;
    s->draft.input_count = 2;
    return true;
}

static void warn_unnamed(struct weir_stage *s)
{
    if (s->draft.name != NULL) {
        return;
    }
    struct weir_diagnostic *d = weir_diagnostics_warning(
        s->b->diagnostics, WEIR_CODE_UNNAMED, s->ast->name_place,
        "the state of '%s' has no name: it would not survive an edit of the text",
        weir_verb_name(s->verb));
    weir_diagnostic_help(s->b->diagnostics, d, "write: ... %s ... as NAME",
                         weir_verb_name(s->verb));
}

bool weir_bind_state(struct weir_stage *s)
{
    struct weir_operator_text text;
    bool is_update = s->verb == WEIR_VERB_UPDATE_STATE_BY_KEY;
    const struct weir_ast_expr *value = s->value_count > 0 ? s->values[0]->value : NULL;
    const struct weir_type *schema;
    if (!weir_stage_read_operator(s, value, is_update ? "update" : "tracker",
                                  is_update ? "session.track" : "alert.rising", &text) ||
        !weir_stage_no_values(s, 1) || !weir_stage_need_pair(s) || !weir_stage_partitions(s) ||
        !weir_stage_duration(s, "timeout", &s->draft.timeout_us) ||
        !weir_stage_every(s, s->b->graph->nodes[s->in.node].slide_us) || !read_initial(s) ||
        !weir_stage_add_operator(s, &text, is_update ? WEIR_KIND_UPDATE : WEIR_KIND_TRACK,
                                 &schema)) {
        return false;
    }
    warn_unnamed(s);
    if (is_update) {
        weir_stage_give_pair(s, schema, s->ast->place);
    } else {
        s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
    }
    return true;
}

bool weir_bind_snapshots(struct weir_stage *s)
{
    const struct weir_type *schema;
    const struct weir_node *before = &s->b->graph->nodes[s->in.node];
    if (!weir_stage_no_values(s, 0)) {
        return false;
    }
    if (before->verb != WEIR_VERB_MAP_WITH_STATE) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_PARAMETERS, s->ast->name_place,
            "'state_snapshots' needs a map_with_state right before it: it gives all of its states");
        weir_diagnostic_other(s->b->diagnostics, d, before->place, "here stands this");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "name it: x = ... | map_with_state ...; x | state_snapshots");
        return false;
    }
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
    return true;
}

/* ---- how a stream is kept ---- */

bool weir_bind_persist(struct weir_stage *s)
{
    struct weir_value value = {0};
    if (!weir_stage_no_values(s, 1)) {
        return false;
    }
    if (s->value_count > 0) {
        const struct weir_ast_expr *level = s->values[0]->value;
        if (!weir_bind_constant(s->b, level, false, "persist", &value)) {
            return false;
        }
        if (value.type->kind != WEIR_TYPE_STR) {
            struct weir_diagnostic *d =
                weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, level->place,
                                       "'persist' takes the name of a level as a text");
            weir_diagnostic_help(s->b->diagnostics, d,
                                 "write for example: persist \"MEMORY_ONLY\"");
            return false;
        }
        s->draft.level = weir_bind_name(s->b, value.str);
    }
    return weir_stage_add_same(s);
}

bool weir_bind_checkpoint(struct weir_stage *s)
{
    const struct weir_ast_expr *value = s->value_count > 0 ? s->values[0]->value : NULL;
    if (!weir_stage_no_values(s, 1)) {
        return false;
    }
    if (value == NULL) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
                                   "'checkpoint' needs an interval");
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: checkpoint 10s");
        return false;
    }
    if (!weir_bind_duration(s->b, value, "checkpoint", &s->draft.every_us)) {
        return false;
    }
    weir_stage_interval(s, value, s->draft.every_us, s->b->graph->nodes[s->in.node].slide_us);
    return weir_stage_add_same(s);
}

bool weir_bind_plain(struct weir_stage *s)
{
    return weir_stage_no_values(s, 0) && weir_stage_partitions(s) && weir_stage_add_same(s);
}

bool weir_bind_glom(struct weir_stage *s)
{
    const struct weir_type *schema;
    if (!weir_stage_no_values(s, 0) || !weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
    return true;
}
