/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes and expressions of a graph record. */
#include "stream/record/decode.h"
#include "stream/record/more.h"
#include "stream/record/record.h"

#include <string.h>

static int decode_expr(struct decoding *d,
                       const struct weir_type *input,
                       uint32_t depth,
                       const struct weir_expr **expr);

static int decode_call(struct decoding *d, struct weir_expr *draft)
{
    WEIR_TRY(weir_decode_parts(d, 2, "a call"));
    WEIR_TRY(weir_decode_operator(d, &draft->op));
    if (draft->op == NULL) {
        return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: a call of nothing");
    }
    return weir_decode_arguments(d, &draft->arguments, &draft->argument_count);
}

/* A struct's member names as a type of nulls: weir_expr_make takes the names from it. */
static int decode_members(struct decoding *d, struct weir_expr *draft)
{
    uint32_t count;
    WEIR_TRY(weir_unpack_array(&d->in, &count));
    if (count > WEIR_FIELDS_MAX) {
        return weir_error_set(d->err, WEIR_ELIMIT, "graph record: a struct of %u members", count);
    }
    struct weir_type_field *fields =
        weir_arena_alloc(&d->graph->arena, (count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < count; i++) {
        WEIR_TRY(weir_decode_name(d, &fields[i].name));
        if (fields[i].name == NULL) {
            return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: a member without a name");
        }
        fields[i].type = weir_type_of(WEIR_TYPE_NULL);
    }
    draft->type = weir_type_struct(&d->graph->arena, fields, count);
    return WEIR_OK;
}

static int decode_own(struct decoding *d, struct weir_expr *draft)
{
    switch (draft->kind) {
    case WEIR_EXPR_FIELD:
    case WEIR_EXPR_MEMBER:
        return weir_unpack_u32(&d->in, &draft->field);
    case WEIR_EXPR_CONST:
        WEIR_TRY(weir_decode_parts(d, 2, "a constant"));
        WEIR_TRY(weir_unpack_value(&d->in, &d->graph->arena, &draft->value));
        return weir_unpack_bool(&d->in, &draft->is_after_zero);
    case WEIR_EXPR_CALL:
        return decode_call(d, draft);
    case WEIR_EXPR_STRUCT:
        return decode_members(d, draft);
    case WEIR_EXPR_AND:
    case WEIR_EXPR_OR:
    case WEIR_EXPR_COALESCE:
    case WEIR_EXPR_INDEX:
    case WEIR_EXPR_LIST:
    case WEIR_EXPR_BATCH_TIME:
        return weir_unpack_nil(&d->in);
    }
    return weir_error_set(d->err, WEIR_EDAMAGED, "graph record: expression of unknown kind %d",
                          (int)draft->kind);
}

static int decode_parts_of(struct decoding *d,
                           const struct weir_type *input,
                           uint32_t depth,
                           struct weir_expr *draft)
{
    WEIR_TRY(weir_unpack_array(&d->in, &draft->arg_count));
    const struct weir_expr **args =
        weir_arena_alloc(&d->graph->arena, (draft->arg_count + 1) * sizeof *args);
    for (uint32_t i = 0; i < draft->arg_count; i++) {
        WEIR_TRY(decode_expr(d, input, depth + 1, &args[i]));
    }
    draft->args = args;
    return WEIR_OK;
}

static int decode_expr(struct decoding *d,
                       const struct weir_type *input,
                       uint32_t depth,
                       const struct weir_expr **expr)
{
    if (depth > WEIR_EXPR_DEPTH_MAX) {
        return weir_error_set(d->err, WEIR_ELIMIT, "graph record: an expression over %d deep",
                              WEIR_EXPR_DEPTH_MAX);
    }
    struct weir_expr draft = {.kind = WEIR_EXPR_CONST};
    uint32_t kind;
    int culprit;
    WEIR_TRY(weir_decode_parts(d, 3, "an expression"));
    WEIR_TRY(weir_unpack_u32(&d->in, &kind));
    draft.kind = (enum weir_expr_kind)kind;
    WEIR_TRY(decode_own(d, &draft));
    WEIR_TRY(decode_parts_of(d, input, depth, &draft));
    return weir_expr_make(&d->graph->arena, input, &draft, expr, &culprit, d->err);
}

int weir_decode_expr(struct decoding *d,
                     const struct weir_type *input,
                     const struct weir_expr **expr)
{
    return decode_expr(d, input, 1, expr);
}

static int decode_items(struct decoding *d, struct weir_node *draft)
{
    WEIR_TRY(weir_unpack_array(&d->in, &draft->item_count));
    if (draft->item_count > 0 &&
        (draft->input_count == 0 || draft->inputs[0] >= d->graph->node_count)) {
        return weir_error_set(d->err, WEIR_EDAMAGED,
                              "graph record: a node reads what is not there");
    }
    struct weir_item *items =
        weir_arena_alloc(&d->graph->arena, (draft->item_count + 1) * sizeof *items);
    for (uint32_t i = 0; i < draft->item_count; i++) {
        const struct weir_type *input = d->graph->nodes[draft->inputs[0]].schema;
        WEIR_TRY(weir_decode_parts(d, 2, "an item"));
        WEIR_TRY(weir_decode_name(d, &items[i].name));
        WEIR_TRY(decode_expr(d, input, 1, &items[i].expr));
    }
    draft->items = items;
    return WEIR_OK;
}

/* An input whose plugin now gives other fields than when the record was written is refused here,
 * with both lists, rather than by whatever comes after it. */
static int check_schema(struct decoding *d, const char *written, uint32_t id)
{
    const struct weir_node *node = &d->graph->nodes[id];
    struct weir_text found;
    if (written == NULL) {
        return WEIR_OK;
    }
    weir_text_init(&found);
    weir_type_print(node->schema, &found);
    int status = WEIR_OK;
    if (strcmp(written, found.bytes) != 0) {
        status = weir_error_set(d->err, WEIR_ETEXT,
                                "%s gives %s, but gave %s when the record was written",
                                node->op->canonical, found.bytes, written);
    }
    weir_text_finish(&found);
    return status;
}

static int decode_part_count(struct decoding *d, bool *has_more)
{
    uint32_t found;
    WEIR_TRY(weir_unpack_array(&d->in, &found));
    *has_more = found == WEIR_RECORD_NODE_PARTS;
    return *has_more || found == WEIR_RECORD_NODE_PARTS_FIRST
               ? WEIR_OK
               : weir_error_set(d->err, WEIR_EDAMAGED,
                                "graph record: a node has %u parts, expected %d", found,
                                WEIR_RECORD_NODE_PARTS);
}

int weir_decode_node(struct decoding *d)
{
    struct weir_node draft = {0};
    uint32_t verb, id;
    int culprit;
    const char *schema;
    bool has_more;
    WEIR_TRY(decode_part_count(d, &has_more));
    WEIR_TRY(weir_unpack_u32(&d->in, &verb));
    draft.verb = (enum weir_verb)verb;
    WEIR_TRY(weir_decode_name(d, &draft.name));
    WEIR_TRY(weir_decode_name(d, &draft.op_alias));
    WEIR_TRY(weir_decode_numbers(d, &draft.inputs, &draft.input_count));
    WEIR_TRY(decode_items(d, &draft));
    WEIR_TRY(weir_unpack_u32(&d->in, &draft.emit_item));
    WEIR_TRY(weir_decode_operator(d, &draft.op));
    WEIR_TRY(weir_decode_arguments(d, &draft.arguments, &draft.argument_count));
    WEIR_TRY(weir_unpack_i64(&d->in, &draft.n));
    WEIR_TRY(weir_decode_numbers(d, &draft.by, &draft.by_count));
    WEIR_TRY(weir_unpack_bool(&d->in, &draft.is_descending));
    WEIR_TRY(weir_unpack_u32(&d->in, &draft.partitions));
    WEIR_TRY(weir_unpack_i64(&d->in, &draft.length_us));
    WEIR_TRY(weir_unpack_i64(&d->in, &draft.window_slide_us));
    WEIR_TRY(weir_decode_name(d, &schema));
    if (has_more) {
        WEIR_TRY(weir_decode_more(d, &draft));
    }
    WEIR_TRY(weir_graph_add(d->graph, &draft, &id, &culprit, d->err));
    return check_schema(d, schema, id);
}
