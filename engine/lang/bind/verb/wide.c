/* SPDX-License-Identifier: Apache-2.0 */
/* count, count_by_value, union, window, and the verbs that take a number: top, limit,
 * repartition. */
#include "lang/bind/binder.h"

#include <inttypes.h>
#include <string.h>

static bool bind_partitions(struct weir_stage *s)
{
    int64_t n = 0;
    if (s->options[0] == NULL) {
        return true;
    }
    if (!weir_bind_count(s->b, s->options[0]->value, "partitions=", WEIR_PARTITIONS_MAX, &n)) {
        return false;
    }
    s->draft.partitions = (uint32_t)n;
    return true;
}

bool weir_bind_count_verb(struct weir_stage *s)
{
    const struct weir_type *schema;
    struct weir_scope *in = s->in.scope;
    if (!weir_stage_no_values(s, 0)) {
        return false;
    }
    if (s->verb == WEIR_VERB_COUNT) {
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
            "'count_by_value' adds the field 'count', but there is one already");
        weir_diagnostic_help(s->b->diagnostics, d, "rename it before: map n = count, ...");
        weir_diagnostic_other(s->b->diagnostics, d, in->origins[field], "it comes from here");
        return false;
    }
    if (!bind_partitions(s) || !weir_stage_add(s, &schema)) {
        return false;
    }
    struct weir_place *origins =
        weir_arena_alloc(&s->b->scratch, schema->field_count * sizeof *origins);
    memcpy(origins, in->origins, in->schema->field_count * sizeof *origins);
    origins[in->schema->field_count] = s->ast->place;
    s->out.scope = weir_scope_create(s->b, schema, origins, s->ast->place);
    return true;
}

/* ---- union ---- */

static struct weir_stream_name *find_operand(struct weir_stage *s, const struct weir_ast_item *item)
{
    const struct weir_ast_expr *value = item->value;
    struct weir_stream_name *stream =
        value->kind == WEIR_AST_NAME ? weir_map_get(&s->b->streams, value->text) : NULL;
    if (stream != NULL && !stream->is_table && !stream->end.is_output) {
        stream->is_used = true;
        return stream;
    }
    if (value->kind != WEIR_AST_NAME || stream != NULL) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, item->place,
                               "'union' takes the names of streams");
        return NULL;
    }
    struct weir_near near;
    weir_near_begin(&near, value->text);
    for (size_t i = 0; i < s->b->streams.count; i++) {
        weir_near_offer(
            &near, (weir_str){s->b->streams.entries[i].key, s->b->streams.entries[i].key_count});
    }
    weir_str best = weir_near_best(&near);
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, item->place, "no stream '%.*s'%s%.*s%s",
        (int)value->text.count, value->text.bytes, best.count > 0 ? ": did you mean '" : "",
        (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
    weir_diagnostic_help(s->b->diagnostics, d, "define it above: %.*s = ...",
                         (int)value->text.count, value->text.bytes);
    return NULL;
}

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

static bool check_slide(struct weir_stage *s, const struct weir_ast_item *item, uint32_t node)
{
    int64_t ours = s->b->graph->nodes[s->in.node].slide_us;
    int64_t theirs = s->b->graph->nodes[node].slide_us;
    if (ours == theirs) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_SLIDES, item->place,
        "streams that meet must slide alike: %s here, %s there",
        weir_bind_duration_text(s->b, ours), weir_bind_duration_text(s->b, theirs));
    weir_diagnostic_other(s->b->diagnostics, d, s->b->graph->nodes[node].place, "the other stream");
    weir_diagnostic_help(s->b->diagnostics, d, "give both windows the same slide=");
    return false;
}

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
        struct weir_stream_name *stream = find_operand(s, s->values[i]);
        if (stream == NULL || stream->end.node == WEIR_NO_NODE ||
            !check_slide(s, s->values[i], stream->end.node)) {
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

/* ---- window ---- */

/* The value that gives a duration: the option, else the n-th bare value. */
static const struct weir_ast_item *duration_item(struct weir_stage *s, uint32_t option)
{
    bool has_option = s->options[option] != NULL;
    bool has_value = s->value_count > option;
    if (has_option && has_value) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TWICE, s->values[option]->place,
                               "'%s=' is given twice", option == 0 ? "length" : "slide");
        return NULL;
    }
    return has_option ? s->options[option] : has_value ? s->values[option] : NULL;
}

static bool check_multiple(struct weir_stage *s,
                           const struct weir_ast_item *item,
                           const char *what,
                           int64_t us)
{
    const struct weir_node *parent = &s->b->graph->nodes[s->in.node];
    if (us % parent->slide_us == 0) {
        return true;
    }
    bool is_batch = parent->slide_us == s->b->graph->batch_us;
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_WINDOW, item->place, "%s of %s is no multiple of %s, %s", what,
        weir_bind_duration_text(s->b, us), weir_bind_duration_text(s->b, parent->slide_us),
        is_batch ? "the batch" : "the slide of the stream");
    int64_t up = (us / parent->slide_us + 1) * parent->slide_us;
    weir_diagnostic_help(s->b->diagnostics, d, "try: %s", weir_bind_duration_text(s->b, up));
    if (!is_batch || s->b->job != NULL) {
        weir_diagnostic_other(s->b->diagnostics, d, is_batch ? s->b->job->place : parent->place,
                              "%s is %s", is_batch ? "a batch" : "its slide",
                              weir_bind_duration_text(s->b, parent->slide_us));
    }
    return false;
}

bool weir_bind_window(struct weir_stage *s)
{
    if (!weir_stage_no_values(s, 2)) {
        return false;
    }
    const struct weir_ast_item *length = duration_item(s, 0), *slide = duration_item(s, 1);
    if (length == NULL) {
        if (s->options[0] == NULL) {
            struct weir_diagnostic *d =
                weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_MISSING_OPTION,
                                       s->ast->name_place, "'window' needs a length");
            weir_diagnostic_help(s->b->diagnostics, d, "write for example: window 30s, 10s");
        }
        return false;
    }
    s->draft.window_slide_us = s->b->graph->nodes[s->in.node].slide_us;
    bool is_fine = weir_bind_duration(s->b, length->value, "length=", &s->draft.length_us) &&
                   check_multiple(s, length, "a window", s->draft.length_us);
    if (slide == NULL && s->value_count > 1) {
        return false;
    }
    if (slide != NULL) {
        is_fine = weir_bind_duration(s->b, slide->value, "slide=", &s->draft.window_slide_us) &&
                  check_multiple(s, slide, "a slide", s->draft.window_slide_us) && is_fine;
    }
    return is_fine && weir_stage_add_same(s);
}

/* ---- top, limit, repartition ---- */

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

static bool bind_by(struct weir_stage *s)
{
    s->draft.is_descending = true;
    if (s->options[0] == NULL) {
        return true;
    }
    const struct weir_ast_expr *value = s->options[0]->value;
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
    return (s->verb != WEIR_VERB_TOP || bind_by(s)) && weir_stage_add_same(s);
}
