/* SPDX-License-Identifier: Apache-2.0 */
/* Verbs that work on one row, or on one partition, at a time. */
#include "stream/add/add.h"

#include <string.h>

int weir_add_map(struct weir_adding *a)
{
    WEIR_TRY(weir_add_items(a, UINT32_MAX));
    struct weir_fields fields;
    weir_fields_init(&fields);
    if (a->node->verb == WEIR_VERB_EXTEND) {
        weir_add_input_fields(a, &fields);
    }
    for (uint32_t i = 0; i < a->node->item_count; i++) {
        weir_fields_add(&fields, a->node->items[i].name, a->node->items[i].expr->type, (int)i);
    }
    return weir_add_schema(a, &fields);
}

/* What the emitting item contributes; an emitter's own names unless it is one column with a name
 * given. */
static int add_emitted(struct weir_adding *a, struct weir_fields *fields, uint32_t i)
{
    const struct weir_item *item = &a->node->items[i];
    const struct weir_type *type = item->expr->type;
    if (weir_add_top_kind(item->expr) != WEIR_KIND_EMITTER) {
        if (type->kind != WEIR_TYPE_LIST) {
            return weir_add_refuse(a, "one item must be an emitter or a list");
        }
        weir_fields_add(fields, item->name, type->item, (int)i);
        return WEIR_OK;
    }
    if (item->name != NULL && type->field_count != 1) {
        return weir_add_refuse(a, "only an emitter of one column takes a name");
    }
    for (uint32_t k = 0; k < type->field_count; k++) {
        const char *name = item->name != NULL ? item->name : type->fields[k].name;
        weir_fields_add(fields, name, type->fields[k].type, (int)i);
    }
    return WEIR_OK;
}

/* flat_map_values is the flat_map `key, value = emitter`. */
static int check_values(struct weir_adding *a)
{
    const struct weir_item *items = a->node->items;
    if (a->node->verb != WEIR_VERB_FLAT_MAP_VALUES) {
        return WEIR_OK;
    }
    bool is_fine = a->node->item_count == 2 && a->node->emit_item == 1 && items[0].name != NULL &&
                   items[1].name != NULL && strcmp(items[0].name, "key") == 0 &&
                   strcmp(items[1].name, "value") == 0 && items[0].expr->kind == WEIR_EXPR_FIELD &&
                   items[0].expr->field == 0;
    return is_fine ? WEIR_OK : weir_add_refuse(a, "one emitter or list of values is needed");
}

int weir_add_flat_map(struct weir_adding *a)
{
    WEIR_TRY(weir_add_items(a, a->node->emit_item));
    WEIR_TRY(check_values(a));
    if (a->node->emit_item >= a->node->item_count) {
        return weir_add_refuse(a, "exactly one item must be an emitter or a list");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    int status = WEIR_OK;
    for (uint32_t i = 0; i < a->node->item_count && status == WEIR_OK; i++) {
        if (i == a->node->emit_item) {
            status = add_emitted(a, &fields, i);
        } else {
            weir_fields_add(&fields, a->node->items[i].name, a->node->items[i].expr->type, (int)i);
        }
    }
    if (status != WEIR_OK) {
        *a->culprit = (int)a->node->emit_item;
        weir_fields_finish(&fields);
        return status;
    }
    return weir_add_schema(a, &fields);
}

int weir_add_filter(struct weir_adding *a)
{
    WEIR_TRY(weir_add_items(a, UINT32_MAX));
    if (a->node->item_count != 1 || a->node->items[0].expr->type->kind != WEIR_TYPE_BOOL) {
        return weir_add_refuse(a, "one bool is needed");
    }
    a->node->schema = a->in;
    return WEIR_OK;
}

int weir_add_map_values(struct weir_adding *a)
{
    WEIR_TRY(weir_add_items(a, UINT32_MAX));
    if (a->node->item_count != 1) {
        return weir_add_refuse(a, "one value is needed");
    }
    return weir_add_pair(a, a->node->items[0].expr->type);
}

/* The whole partition as one row, its rows being structs also where they have one field. */
int weir_add_glom(struct weir_adding *a)
{
    struct weir_fields fields;
    weir_fields_init(&fields);
    weir_fields_add(&fields, "value", weir_type_list(&a->graph->arena, a->in), -1);
    return weir_add_schema(a, &fields);
}

int weir_add_map_partitions(struct weir_adding *a)
{
    WEIR_TRY(weir_add_items(a, 0));
    const struct weir_expr *call = a->node->items[0].expr;
    if (a->node->item_count != 1 || weir_add_top_kind(call) != WEIR_KIND_PARTITION_FUNCTION) {
        return weir_add_refuse(a, "one partition function is needed");
    }
    struct weir_fields fields;
    weir_fields_init(&fields);
    for (uint32_t k = 0; k < call->type->field_count; k++) {
        weir_fields_add(&fields, call->type->fields[k].name, call->type->fields[k].type, 0);
    }
    return weir_add_schema(a, &fields);
}
