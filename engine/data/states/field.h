/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of a state in memory; between the files of this folder. */
#ifndef WEIR_DATA_STATES_FIELD_H
#define WEIR_DATA_STATES_FIELD_H

#include "data/states/states.h"

#include <string.h>

/* Fields lie field_stride bytes apart: a later version of the SDK may have made them longer. */
static inline const struct weir_state_field *weir_state_field_at(const struct weir_state_def *def,
                                                                 uint32_t f)
{
    return (const struct weir_state_field *)(const void *)((const uint8_t *)def->fields +
                                                           (size_t)f * def->field_stride);
}

static inline weir_str weir_state_text(const void *at)
{
    weir_str text;
    memcpy(&text, at, sizeof text);
    return text;
}

static inline weir_items weir_state_items(const void *at)
{
    weir_items list;
    memcpy(&list, at, sizeof list);
    return list;
}

/* A list of single bytes whose type is "bytes": one text, not a list. */
static inline bool weir_state_is_blob(const struct weir_state_field *field)
{
    return field->form == WEIR_FORM_ITEMS && field->type[0] == 'b' && field->type[1] == 'y';
}

weir_str weir_state_copy_text(struct weir_state_slab *slab, weir_str text);

#endif
