/* SPDX-License-Identifier: Apache-2.0 */
/* union, joins, cogroup and cartesian: verbs that read other streams or tables besides. */
#include "lang/bind/binder.h"

#include <string.h>

static bool report_schemas(struct weir_stage *s,
                           const struct weir_ast_item *item,
                           struct weir_scope *other,
                           int field)
{
    struct weir_diagnostic *d;
    const struct weir_type *ours = s->in.scope->schema;
    if (field >= 0) {
        const struct weir_type_field *mine = &ours->fields[field];
        int theirs = weir_scope_find(other, weir_str_of(mine->name));
        if (theirs >= 0) {
            d = weir_diagnostics_error(
                s->b->diagnostics, WEIR_CODE_UNION, item->place,
                "'union' needs streams with the same fields, but '%s' is %s here and %s there",
                mine->name, weir_bind_type_text(s->b, mine->type),
                weir_bind_type_text(s->b, other->schema->fields[theirs].type));
            weir_diagnostic_other(s->b->diagnostics, d, other->origins[theirs], "it is %s here",
                                  weir_bind_type_text(s->b, other->schema->fields[theirs].type));
            return false;
        }
    }
    d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_UNION, item->place,
                               "'union' needs streams with the same fields: %s and %s",
                               weir_bind_type_text(s->b, ours),
                               weir_bind_type_text(s->b, other->schema));
    weir_diagnostic_other(s->b->diagnostics, d, other->place, "what the other stream gives");
    weir_diagnostic_help(s->b->diagnostics, d, "bring both to the same fields with map");
    return false;
}

/* The operand's node with its columns in our order; WEIR_NO_NODE: reported. */
static uint32_t align(struct weir_stage *s,
                      const struct weir_ast_item *item,
                      const struct weir_stream_name *stream)
{
    struct weir_scope *other = stream->end.scope;
    const struct weir_type *ours = s->in.scope->schema;
    uint32_t *fields = weir_arena_alloc(&s->b->scratch, (ours->field_count + 1) * sizeof *fields);
    bool is_same_order = true;
    for (uint32_t i = 0; i < ours->field_count; i++) {
        int field = weir_scope_find(other, weir_str_of(ours->fields[i].name));
        if (field < 0 ||
            !weir_type_equal(other->schema->fields[field].type, ours->fields[i].type)) {
            report_schemas(s, item, other, (int)i);
            return WEIR_NO_NODE;
        }
        fields[i] = (uint32_t)field;
        is_same_order = is_same_order && field == (int)i;
    }
    if (other->schema->field_count != ours->field_count) {
        report_schemas(s, item, other, -1);
        return WEIR_NO_NODE;
    }
    return is_same_order
               ? stream->end.node
               : weir_stage_reorder(s->b, stream->end.node, fields, ours->field_count, item->place);
}

/* ---- union ---- */

bool weir_bind_union(struct weir_stage *s)
{
    if (s->value_count == 0) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
                                   "'union' needs the name of another stream");
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: errors | union warnings");
        return false;
    }
    uint32_t *inputs = weir_arena_alloc(s->b->arena, (s->value_count + 1) * sizeof *inputs);
    inputs[0] = s->in.node;
    bool is_fine = true;
    for (uint32_t i = 0; i < s->value_count; i++) {
        struct weir_stream_name *stream = weir_stage_operand(s, s->values[i]->value);
        if (stream == NULL || !weir_stage_slides(s, s->values[i]->place, stream->end.node)) {
            is_fine = false;
            continue;
        }
        inputs[i + 1] = align(s, s->values[i], stream);
        is_fine = is_fine && inputs[i + 1] != WEIR_NO_NODE;
    }
    s->draft.inputs = inputs;
    s->draft.input_count = s->value_count + 1;
    return is_fine && weir_stage_add_same(s);
}

/* ---- joins ---- */

/* The one other stream, which slides alike. */
static struct weir_stream_name *read_other(struct weir_stage *s)
{
    if (s->value_count == 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_VALUES, s->ast->name_place,
            "'%s' needs the name of another stream or table", weir_verb_name(s->verb));
        weir_diagnostic_help(
            s->b->diagnostics, d, "write for example: ... | %s other%s", weir_verb_name(s->verb),
            s->verb == WEIR_VERB_SEMI_JOIN || s->verb == WEIR_VERB_ANTI_JOIN ? " on=user" : "");
        return NULL;
    }
    if (!weir_stage_no_values(s, 1)) {
        return NULL;
    }
    struct weir_stream_name *stream = weir_stage_operand(s, s->values[0]->value);
    return stream != NULL && weir_stage_slides(s, s->values[0]->place, stream->end.node) ? stream
                                                                                         : NULL;
}

static void set_inputs(struct weir_stage *s, uint32_t other)
{
    uint32_t *inputs = weir_arena_alloc(s->b->arena, 2 * sizeof *inputs);
    inputs[0] = s->in.node;
    inputs[1] = other;
    s->draft.inputs = inputs;
    s->draft.input_count = 2;
}

uint32_t weir_stage_pair_of(struct weir_stage *s,
                            const struct weir_stream_name *stream,
                            struct weir_place place)
{
    struct weir_scope *other = stream->end.scope;
    int key = weir_scope_find(other, weir_str_of("key"));
    int value = weir_scope_find(other, weir_str_of("value"));
    if (other->schema->field_count != 2 || key < 0 || value < 0) {
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_NOT_PAIR, place,
            "'%s' needs pairs, the fields key and value; '%.*s' has %s", weir_verb_name(s->verb),
            (int)stream->name.count, stream->name.bytes, weir_bind_type_text(s->b, other->schema));
        weir_diagnostic_other(s->b->diagnostics, d, other->place, "what it gives");
        return WEIR_NO_NODE;
    }
    uint32_t fields[] = {(uint32_t)key, (uint32_t)value};
    return key == 0 ? stream->end.node
                    : weir_stage_reorder(s->b, stream->end.node, fields, 2, place);
}

static bool report_types(struct weir_stage *s,
                         struct weir_place place,
                         const struct weir_stream_name *stream,
                         uint32_t left,
                         uint32_t right)
{
    const struct weir_type_field *mine = &s->in.scope->schema->fields[left];
    const struct weir_type_field *theirs = &stream->end.scope->schema->fields[right];
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_JOIN, place,
        "what is joined must be of one type, but '%s' is %s here and '%s' is %s there", mine->name,
        weir_bind_type_text(s->b, mine->type), theirs->name,
        weir_bind_type_text(s->b, theirs->type));
    weir_diagnostic_other(s->b->diagnostics, d, stream->end.scope->origins[right],
                          "'%s' is %s here", theirs->name, weir_bind_type_text(s->b, theirs->type));
    weir_diagnostic_help(s->b->diagnostics, d, "convert one side in a map before");
    return false;
}

bool weir_bind_pair_join(struct weir_stage *s)
{
    const struct weir_type *schema;
    if (!weir_stage_need_pair(s) || !weir_stage_partitions(s)) {
        return false;
    }
    struct weir_stream_name *stream = read_other(s);
    uint32_t other =
        stream == NULL ? WEIR_NO_NODE : weir_stage_pair_of(s, stream, s->values[0]->place);
    if (other == WEIR_NO_NODE) {
        return false;
    }
    int key = weir_scope_find(stream->end.scope, weir_str_of("key"));
    if (!weir_type_equal(s->in.scope->schema->fields[0].type,
                         s->b->graph->nodes[other].schema->fields[0].type)) {
        return report_types(s, s->values[0]->place, stream, 0, (uint32_t)key);
    }
    set_inputs(s, other);
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    weir_stage_give_pair(s, schema, s->ast->place);
    return true;
}

/* ---- joins on fields ---- */

struct on {
    const struct weir_stream_name *stream;
    uint32_t *left, *right;
    uint32_t count;
};

static bool add_on(struct weir_stage *s,
                   struct on *on,
                   weir_str mine,
                   struct weir_place my_place,
                   weir_str theirs,
                   struct weir_place their_place)
{
    int left = weir_scope_find(s->in.scope, mine);
    int right = weir_scope_find(on->stream->end.scope, theirs);
    if (left < 0) {
        weir_scope_unknown(s->b, s->in.scope, mine, my_place);
        return false;
    }
    if (right < 0) {
        weir_scope_unknown(s->b, on->stream->end.scope, theirs, their_place);
        return false;
    }
    const struct weir_type *ours = s->in.scope->schema->fields[left].type;
    if (!weir_type_equal(ours, on->stream->end.scope->schema->fields[right].type)) {
        return report_types(s, my_place, on->stream, (uint32_t)left, (uint32_t)right);
    }
    on->left[on->count] = (uint32_t)left;
    on->right[on->count++] = (uint32_t)right;
    return true;
}

/* on=f, on=[f, g], on={mine: theirs}. */
static bool read_on(struct weir_stage *s, struct on *on, const struct weir_ast_expr *value)
{
    bool is_many = value->kind == WEIR_AST_LIST || value->kind == WEIR_AST_STRUCT;
    size_t room = is_many ? value->items.count + 1 : 1;
    on->left = weir_arena_alloc(s->b->arena, room * sizeof *on->left);
    on->right = weir_arena_alloc(s->b->arena, room * sizeof *on->right);
    if (value->kind == WEIR_AST_NAME) {
        return add_on(s, on, value->text, value->place, value->text, value->place);
    }
    bool is_fine = is_many && value->items.count > 0;
    for (const struct weir_ast_item *item = value->items.first; is_fine && item != NULL;
         item = item->next) {
        bool is_named = value->kind == WEIR_AST_STRUCT;
        weir_str mine = is_named ? item->name : item->value->text;
        struct weir_place place = is_named ? item->name_place : item->value->place;
        is_fine = item->value->kind == WEIR_AST_NAME;
        if (is_fine && !add_on(s, on, mine, place, item->value->text, item->value->place)) {
            return false;
        }
    }
    if (!is_fine) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, value->place,
                               "'on=' takes a field, a list of fields, or {mine: theirs}");
    }
    return is_fine;
}

static bool is_on(const struct on *on, uint32_t right)
{
    for (uint32_t i = 0; i < on->count; i++) {
        if (on->right[i] == right) {
            return true;
        }
    }
    return false;
}

/* suffix= is needed where a field of the right is called like one of the left. */
static bool read_suffix(struct weir_stage *s, const struct on *on)
{
    const struct weir_ast_item *option = weir_stage_option(s, "suffix");
    const struct weir_type *right = on->stream->end.scope->schema;
    struct weir_value value = {0};
    if (option != NULL && (!weir_bind_constant(s->b, option->value, true, "suffix=", &value) ||
                           value.type->kind != WEIR_TYPE_STR || value.str.count == 0)) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, option->place,
                               "'suffix=' takes a text that is put behind names");
        return false;
    }
    for (uint32_t i = 0; i < right->field_count; i++) {
        int left = weir_scope_find(s->in.scope, weir_str_of(right->fields[i].name));
        if (left < 0 || is_on(on, i)) {
            continue;
        }
        if (option != NULL) {
            s->draft.suffix = weir_bind_name(s->b, value.str);
            continue;
        }
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_DUPLICATE, s->ast->name_place,
            "both sides of the join have a field '%s'", right->fields[i].name);
        weir_diagnostic_other(s->b->diagnostics, d, s->in.scope->origins[left], "the left one");
        weir_diagnostic_help(s->b->diagnostics, d, "name those of the right: suffix=_right");
        return false;
    }
    return true;
}

static void give_joined(struct weir_stage *s, const struct weir_type *schema, const struct on *on)
{
    const struct weir_scope *left = s->in.scope, *right = on->stream->end.scope;
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, (schema->field_count + 1) * sizeof *origins);
    uint32_t n = left->schema->field_count;
    memcpy(origins, left->origins, n * sizeof *origins);
    for (uint32_t i = 0; i < right->schema->field_count; i++) {
        if (!is_on(on, i)) {
            origins[n++] = right->origins[i];
        }
    }
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
}

static bool refuse_keep(struct weir_stage *s)
{
    const struct weir_ast_item *keep = weir_stage_option(s, "keep");
    if (keep == NULL) {
        return false;
    }
    weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_NOT_YET, keep->name_place,
                           "not yet available: the option 'keep' of a join");
    return true;
}

static bool report_no_on(struct weir_stage *s)
{
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_MISSING_OPTION, s->ast->name_place,
                               "'%s' needs the fields that are equal", weir_verb_name(s->verb));
    weir_diagnostic_help(s->b->diagnostics, d, "write: %s OTHER on=%s", weir_verb_name(s->verb),
                         s->in.scope->schema->fields[0].name);
    return false;
}

bool weir_bind_join(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "on");
    const struct weir_type *schema;
    struct on on = {0};
    if (refuse_keep(s)) {
        return false;
    }
    if (option == NULL) {
        return s->verb == WEIR_VERB_JOIN ? weir_bind_pair_join(s) : report_no_on(s);
    }
    on.stream = weir_stage_partitions(s) ? read_other(s) : NULL;
    if (on.stream == NULL || !read_on(s, &on, option->value) ||
        (s->verb == WEIR_VERB_JOIN && !read_suffix(s, &on))) {
        return false;
    }
    s->draft.on_left = on.left;
    s->draft.on_right = on.right;
    s->draft.on_count = on.count;
    set_inputs(s, on.stream->end.node);
    if (s->verb != WEIR_VERB_JOIN) {
        return weir_stage_add_same(s);
    }
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    give_joined(s, schema, &on);
    return true;
}

bool weir_bind_cartesian(struct weir_stage *s)
{
    const struct weir_type *schema;
    struct weir_stream_name *stream = read_other(s);
    if (stream == NULL) {
        return false;
    }
    set_inputs(s, stream->end.node);
    if (!weir_stage_add(s, &schema)) {
        return false;
    }
    s->out.scope = weir_scope_create_at(s->b, schema, s->ast->place);
    return true;
}
