/* SPDX-License-Identifier: Apache-2.0 */
/* The ends of a graph: what a source gives, and whether a sink takes it. */
#include "stream/add/add.h"

static int check_table(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    if (!node->is_static) {
        return node->table_reload_us == 0 ? WEIR_OK
                                          : weir_add_refuse(a, "only a table is read again");
    }
    if (!node->is_finite) {
        return weir_add_refuse(a, "a table is read whole: its input must be finite, as file is");
    }
    return node->table_reload_us >= 0 ? WEIR_OK : weir_add_refuse(a, "reload= is longer than 0");
}

int weir_add_input(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    WEIR_TRY(weir_add_operator(a, 1U << WEIR_KIND_RECEIVER | 1U << WEIR_KIND_SOURCE));
    node->is_finite = node->op->source != NULL && node->op->source->is_finite != 0;
    WEIR_TRY(check_table(a));
    struct weir_fields fields;
    weir_fields_init(&fields);
    if ((node->op->flags & WEIR_TEXT_LINES) != 0) {
        weir_fields_add(&fields, "line", weir_type_of(WEIR_TYPE_STR), -1);
        return weir_add_schema(a, &fields);
    }
    const struct weir_type_field *out;
    uint32_t out_count;
    WEIR_TRY(weir_operator_bind_output(node->op, node->params, NULL, 0, &a->graph->arena, &out,
                                       &out_count, a->err));
    for (uint32_t i = 0; i < out_count; i++) {
        weir_fields_add(&fields, out[i].name, out[i].type, -1);
    }
    return weir_add_schema(a, &fields);
}

int weir_add_sink(struct weir_adding *a)
{
    WEIR_TRY(weir_add_operator(a, 1U << WEIR_KIND_SINK));
    a->node->schema = a->in;
    if (a->node->op->exported->bind == NULL) {
        return WEIR_OK;
    }
    const struct weir_type_field *out; /* a sink gives nothing; its bind may refuse the fields */
    uint32_t out_count;
    return weir_operator_bind_output(a->node->op, a->node->params, a->in->fields,
                                     a->in->field_count, &a->graph->arena, &out, &out_count,
                                     a->err);
}
