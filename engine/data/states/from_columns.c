/* SPDX-License-Identifier: Apache-2.0 */
/* Columns to states: the way back of to_columns.c. */
#include "data/bits.h"
#include "data/data.h"
#include "data/states/field.h"

#include <string.h>

/* What is read at one time. */
struct reading {
    struct weir_state_slab *slab;
    const struct weir_heaps *heaps;
    const struct weir_column *column;
    const struct weir_state_field *field;
};

static void read_fixed(const struct weir_column *column, size_t cell, uint8_t *to)
{
    size_t width = weir_type_cell_bytes(column->type);
    if (width == 0) {
        *to = weir_bit_get(column->data, cell);
    } else {
        memcpy(to, (const uint8_t *)column->data + cell * width, width);
    }
}

static void read_text(const struct reading *r, size_t cell, uint8_t *to)
{
    weir_str text = weir_view_str((const weir_view *)r->column->data + cell, r->heaps);
    weir_str own = weir_state_copy_text(r->slab, text);
    if (!weir_state_is_blob(r->field)) {
        memcpy(to, &own, sizeof own);
    } else if (own.count > 0) {
        weir_items list = {own.bytes, (uint32_t)own.count, (uint32_t)own.count};
        memcpy(to, &list, sizeof list);
    }
}

static void read_list(const struct reading *r, size_t cell, uint8_t *to)
{
    const int32_t *offsets = r->column->data;
    const struct weir_column *child = &r->column->children[0];
    uint32_t count = (uint32_t)(offsets[cell + 1] - offsets[cell]);
    size_t width = r->field->item_bytes;
    if (count == 0) {
        return;
    }
    uint8_t *items = weir_state_slab_take(r->slab, count * width);
    memset(items, 0, count * width);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = (uint32_t)offsets[cell] + i;
        if (weir_column_is_null(child, at)) {
            continue;
        }
        if (r->field->form == WEIR_FORM_TEXTS) {
            weir_str text = weir_view_str((const weir_view *)child->data + at, r->heaps);
            weir_str own = weir_state_copy_text(r->slab, text);
            memcpy(items + i * width, &own, sizeof own);
        } else {
            read_fixed(child, child->is_const ? 0 : at, items + i * width);
        }
    }
    weir_items list = {items, count, count};
    memcpy(to, &list, sizeof list);
}

void weir_states_read(const struct weir_state_layout *layout,
                      struct weir_state_slab *slab,
                      const struct weir_column *from,
                      const struct weir_heaps *heaps,
                      const uint16_t *rows,
                      uint32_t count,
                      void *const *states)
{
    for (uint32_t f = 0; f < layout->def->field_count; f++) {
        struct reading r = {slab, heaps, &from[f], weir_state_field_at(layout->def, f)};
        for (uint32_t i = 0; i < count; i++) {
            uint32_t row = rows == NULL ? i : rows[i];
            size_t cell = from[f].is_const ? 0 : row;
            uint8_t *to = (uint8_t *)states[i] + r.field->offset;
            if (weir_column_is_null(&from[f], row)) {
                continue;
            }
            if (r.field->form == WEIR_FORM_FIXED) {
                read_fixed(&from[f], cell, to);
            } else if (r.field->form == WEIR_FORM_TEXT || weir_state_is_blob(r.field)) {
                read_text(&r, cell, to);
            } else {
                read_list(&r, cell, to);
            }
        }
    }
}
