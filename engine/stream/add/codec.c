/* SPDX-License-Identifier: Apache-2.0 */
/* A codec as a stage: one encoded field goes in, the fields of the rows that are in it come out. */
#include "stream/add/add.h"

static int check_decodes(struct weir_adding *a)
{
    const struct weir_operator *op = a->node->op;
    if (op->codec->decode != NULL) {
        return WEIR_OK;
    }
    return weir_error_set(a->err, WEIR_ETEXT, "%s %s", op->canonical,
                          op->codec->feed != NULL
                              ? "reads a stream of bytes from its beginning, which records are "
                                "not: it does not stand behind records"
                              : "only encodes: it gives no rows");
}

static int check_of(struct weir_adding *a)
{
    const struct weir_node *node = a->node;
    if (node->of >= a->in->field_count) {
        return weir_add_refuse(a, "reads a field that is not there");
    }
    const struct weir_type_field *field = &a->in->fields[node->of];
    if (weir_type_is_text(field->type)) {
        return WEIR_OK;
    }
    struct weir_text found;
    weir_text_init(&found);
    weir_type_print(field->type, &found);
    int status = weir_error_set(a->err, WEIR_ETEXT, "%s decodes a str or bytes, but '%s' is %.100s",
                                node->op->canonical, field->name, found.bytes);
    weir_text_finish(&found);
    return status;
}

int weir_add_codec(struct weir_adding *a)
{
    struct weir_node *node = a->node;
    WEIR_TRY(weir_add_operator(a, 1U << WEIR_KIND_CODEC));
    WEIR_TRY(check_decodes(a));
    WEIR_TRY(check_of(a));
    if (node->asked != NULL && node->op->exported->bind == NULL) {
        return weir_error_set(a->err, WEIR_ETEXT, "%s gives fields of its own: it takes no schema",
                              node->op->canonical);
    }
    const struct weir_type_field *out;
    uint32_t out_count;
    WEIR_TRY(weir_codec_bind_output(node->op, node->params, node->asked, &a->graph->arena, &out,
                                    &out_count, a->err));
    struct weir_fields fields;
    weir_fields_init(&fields);
    for (uint32_t i = 0; i < out_count; i++) {
        weir_fields_add(&fields, out[i].name, out[i].type, -1);
    }
    return weir_add_schema(a, &fields);
}
