/* SPDX-License-Identifier: Apache-2.0 */
/* transform { }: its block is bound as further stages of the subject, on RDDs of one batch. And the
 * verbs that are another stage in other words. */
#include "lang/bind/binder.h"

#include <string.h>

/* The streams that the text names between the verb and the block: asked in this order, also those
 * that the block does not read. */
static bool read_others(struct weir_stage *s)
{
    bool is_fine = true;
    for (uint32_t i = 0; i < s->value_count; i++) {
        const struct weir_ast_expr *value = s->values[i]->value;
        struct weir_stream_name *stream = weir_stage_operand(s, value);
        is_fine = stream != NULL && weir_stage_slides(s, value->place, stream->end.node) && is_fine;
    }
    return is_fine;
}

static bool add_transform(struct weir_stage *s, const struct weir_block *block, uint32_t body)
{
    const struct weir_type *schema;
    uint32_t *inputs = weir_arena_alloc(s->b->arena, (block->count + 1) * sizeof *inputs);
    inputs[0] = body;
    memcpy(inputs + 1, block->operands, block->count * sizeof *inputs);
    s->draft.inputs = inputs;
    s->draft.input_count = block->count + 1;
    return weir_stage_add(s, &schema);
}

static bool refuse_here(struct weir_stage *s)
{
    struct weir_diagnostic *d;
    if (s->b->block != NULL) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TRANSFORM, s->ast->name_place,
                               "a transform does not stand in a transform");
        return true;
    }
    if (s->ast->block == NULL) {
        d = weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TRANSFORM, s->ast->name_place,
                                   "'transform' needs a block");
        weir_diagnostic_help(s->b->diagnostics, d,
                             "write for example: transform other { join other }");
        return true;
    }
    if (s->b->graph->nodes[s->in.node].is_static) {
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_TABLE, s->ast->name_place,
                               "'transform' needs a stream; here is a table, which has no batches");
        return true;
    }
    return false;
}

bool weir_bind_transform(struct weir_stage *s)
{
    struct weir_block block = {0};
    if (refuse_here(s)) {
        return false;
    }
    s->b->block = &block;
    weir_block_ask(s->b, s->in.node);
    bool is_fine = read_others(s);
    struct weir_pipe_end end = {.node = WEIR_NO_NODE};
    if (is_fine) {
        end = weir_bind_block(s->b, s->ast->block, s->in);
    }
    s->b->block = NULL;
    is_fine = is_fine && end.node != WEIR_NO_NODE && add_transform(s, &block, end.node);
    s->out.scope = end.scope;
    weir_free(block.operands);
    return is_fine;
}

/* No RDD: whoever asks gets none, and the batch fails where it is formed. */
bool weir_bind_none(struct weir_stage *s)
{
    return weir_stage_no_values(s, 0) && weir_stage_add_same(s);
}

/* slice(from, to) is asked by a program, while the job runs. */
bool weir_bind_slice(struct weir_stage *s)
{
    struct weir_diagnostic *d =
        weir_diagnostics_error(s->b->diagnostics, WEIR_CODE_MISPLACED, s->ast->name_place,
                               "'slice' asks a running job for its past batches: it is for jobs in "
                               "C and the shell");
    weir_diagnostic_help(s->b->diagnostics, d, "in a text, window gives the batches of a time");
    return false;
}

/* foreach_rdd SINK, p = 1: the output SINK by the reference's name. */
bool weir_bind_foreach_rdd(struct weir_stage *s)
{
    struct weir_operator_text text;
    const struct weir_operator *const *operators;
    size_t count;
    const struct weir_ast_item *first = s->ast->items.first;
    if (!weir_stage_read_operator(s, first != NULL ? first->value : NULL, "sink", "print", &text) ||
        weir_bind_find(s->b, text.alias, text.name, 1U << WEIR_KIND_SINK, text.place, false,
                       &operators, &count) != WEIR_FOUND) {
        return false;
    }
    struct weir_ast_stage *ast = weir_arena_alloc(&s->b->scratch, sizeof *ast);
    *ast = *s->ast;
    ast->items.first = first->next;
    ast->items.count--;
    s->ast = ast;
    return weir_bind_operator_stage(s, operators[0], text.alias);
}
