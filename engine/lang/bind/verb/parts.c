/* SPDX-License-Identifier: Apache-2.0 */
/* What several verbs take: an operator by name, another stream, a number of partitions, durations.
 */
#include "lang/bind/binder.h"

#include <string.h>

bool weir_stage_read_operator(struct weir_stage *s,
                              const struct weir_ast_expr *value,
                              const char *kind,
                              const char *sample,
                              struct weir_operator_text *text)
{
    *text = (struct weir_operator_text){.alias = {"", 0}};
    if (value != NULL && value->kind == WEIR_AST_NAME) {
        text->name = value->text;
    } else if (value != NULL && value->kind == WEIR_AST_MEMBER &&
               value->left->kind == WEIR_AST_NAME) {
        text->alias = value->left->text;
        text->name = value->text;
    } else if (value != NULL && value->kind == WEIR_AST_CALL) {
        text->alias = value->alias;
        text->name = value->text;
        text->arguments = value->items.first;
    } else {
        bool is_vowel = strchr("aeiou", kind[0]) != NULL;
        struct weir_diagnostic *d = weir_diagnostics_error(
            s->b->diagnostics, WEIR_CODE_VALUES, value != NULL ? value->place : s->ast->name_place,
            "'%s' takes a%s %s", weir_verb_name(s->verb), is_vowel ? "n" : "", kind);
        weir_diagnostic_help(s->b->diagnostics, d, "write for example: %s %s",
                             weir_verb_name(s->verb), sample);
        return false;
    }
    text->place = value->place;
    for (const struct weir_ast_item *item = text->arguments; item != NULL; item = item->next) {
        if (item->name.count == 0) {
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_VALUES, item->place,
                                   "here the %s is not called with fields: it takes the values "
                                   "of the stream",
                                   kind);
            return false;
        }
    }
    return true;
}

/* partitioner=: over the fields of the stream that the stage reads, of which it may take the key.
 */
static bool read_partitioner(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "partitioner");
    if (option == NULL) {
        return true;
    }
    struct weir_typing typing = s->typing;
    typing.top_kinds = 1U << WEIR_KIND_PARTITIONER;
    s->draft.partitioner = weir_bind_expr(&typing, option->value);
    const struct weir_expr *call = s->draft.partitioner;
    if (call != NULL && (call->kind != WEIR_EXPR_CALL || call->op->kind != WEIR_KIND_PARTITIONER)) {
        struct weir_diagnostic *d =
            weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_OPTION_VALUE, option->value->place,
                                   "partitioner= takes a partitioner, not a value");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "write: partitioner=plugin.partitioner(key); without it rows go by "
                             "the key's hash");
        return false;
    }
    return call != NULL;
}

bool weir_stage_partitions(struct weir_stage *s)
{
    const struct weir_ast_item *option = weir_stage_option(s, "partitions");
    int64_t n = 0;
    if (!read_partitioner(s)) {
        return false;
    }
    if (option == NULL) {
        return true;
    }
    if (!weir_bind_count(s->b, option->value, "partitions=", WEIR_PARTITIONS_MAX, &n)) {
        return false;
    }
    s->draft.partitions = (uint32_t)n;
    return true;
}

bool weir_stage_duration(struct weir_stage *s, const char *name, int64_t *us)
{
    const struct weir_ast_item *option = weir_stage_option(s, name);
    const char *label = weir_arena_printf(&s->b->scratch, "%s=", name);
    return option == NULL || weir_bind_duration(s->b, option->value, label, us);
}

bool weir_stage_every(struct weir_stage *s, int64_t slide_us)
{
    const struct weir_ast_item *option = weir_stage_option(s, "every");
    if (option == NULL) {
        return true;
    }
    if (!weir_stage_duration(s, "every", &s->draft.every_us)) {
        return false;
    }
    weir_stage_interval(s, option->value, s->draft.every_us, slide_us);
    return true;
}

void weir_stage_interval(struct weir_stage *s,
                         const struct weir_ast_expr *value,
                         int64_t us,
                         int64_t slide_us)
{
    if (us % slide_us != 0) {
        struct weir_misfit *misfit = weir_arena_alloc(&s->b->scratch, sizeof *misfit);
        *misfit = (struct weir_misfit){value->place, us, slide_us, s->b->misfits};
        s->b->misfits = misfit;
    }
}

bool weir_stage_multiple(struct weir_stage *s,
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
        s->b->diagnostics, WEIR_CODE_WINDOW, item->place,
        "%s of %s must be a multiple of the slide duration of its stream, %s%s", what,
        weir_bind_duration_text(s->b, us), weir_bind_duration_text(s->b, parent->slide_us),
        is_batch ? " (the batch)" : "");
    int64_t up = (us / parent->slide_us + 1) * parent->slide_us;
    weir_diagnostic_help(s->b->diagnostics, d, "try: %s", weir_bind_duration_text(s->b, up));
    if (!is_batch || s->b->job != NULL) {
        weir_diagnostic_other(s->b->diagnostics, d, is_batch ? s->b->job->place : parent->place,
                              "%s is %s", is_batch ? "a batch" : "its slide",
                              weir_bind_duration_text(s->b, parent->slide_us));
    }
    return false;
}

/* ---- other streams ---- */

static struct weir_stream_name *report_operand(struct weir_stage *s,
                                               const struct weir_ast_expr *value)
{
    struct weir_near near;
    weir_near_begin(&near, value->text);
    for (size_t i = 0; i < s->b->streams.count; i++) {
        weir_near_offer(
            &near, (weir_str){s->b->streams.entries[i].key, s->b->streams.entries[i].key_count});
    }
    weir_str best = weir_near_best(&near);
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, value->place, "no stream '%.*s'%s%.*s%s",
        (int)value->text.count, value->text.bytes, best.count > 0 ? ": did you mean '" : "",
        (int)best.count, best.bytes, best.count > 0 ? "'?" : "");
    weir_diagnostic_help(s->b->diagnostics, d, "define it above: %.*s = ...",
                         (int)value->text.count, value->text.bytes);
    return NULL;
}

void weir_block_ask(struct weir_binder *b, uint32_t node)
{
    struct weir_block *block = b->block;
    if (block == NULL || b->graph->nodes[node].is_static || b->graph->nodes[node].in_transform) {
        return;
    }
    for (uint32_t i = 0; i < block->count; i++) {
        if (block->operands[i] == node) {
            return;
        }
    }
    WEIR_GROW(block->operands, block->count, block->capacity);
    block->operands[block->count++] = node;
}

struct weir_stream_name *weir_stage_operand(struct weir_stage *s, const struct weir_ast_expr *value)
{
    struct weir_stream_name *stream =
        value->kind == WEIR_AST_NAME ? weir_map_get(&s->b->streams, value->text) : NULL;
    if (stream == NULL && value->kind == WEIR_AST_NAME) {
        return report_operand(s, value);
    }
    if (stream == NULL || stream->end.is_output) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_UNKNOWN_STREAM, value->place,
                               "'%s' takes the names of streams", weir_verb_name(s->verb));
        return NULL;
    }
    stream->is_used = true;
    if (stream->end.node == WEIR_NO_NODE) {
        return NULL; /* reported where it is defined */
    }
    weir_block_ask(s->b, stream->end.node);
    return stream;
}

bool weir_stage_slides(struct weir_stage *s, struct weir_place place, uint32_t node)
{
    const struct weir_node *mine = &s->b->graph->nodes[s->in.node];
    const struct weir_node *other = &s->b->graph->nodes[node];
    if (mine->is_static || other->is_static || mine->slide_us == other->slide_us) {
        return true;
    }
    struct weir_diagnostic *d = weir_diagnostics_error(
        s->b->diagnostics, WEIR_CODE_SLIDES, place,
        "streams that meet have different slide durations: %s here, %s there",
        weir_bind_duration_text(s->b, mine->slide_us),
        weir_bind_duration_text(s->b, other->slide_us));
    weir_diagnostic_other(s->b->diagnostics, d, other->place, "the other stream");
    weir_diagnostic_help(s->b->diagnostics, d, "give both windows the same slide=");
    return false;
}
