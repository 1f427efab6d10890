/* SPDX-License-Identifier: Apache-2.0 */
/* What a state refers to: visited, dropped, shared, copied. */
#include "data/states/states.h"

#include "data/data.h"
#include "data/states/field.h"

#include <string.h>

void weir_state_layout_init(struct weir_state_layout *layout,
                            const struct weir_state_def *def,
                            const struct weir_type_field *fields)
{
    *layout = (struct weir_state_layout){.def = def, .fields = fields};
    for (uint32_t f = 0; f < def->field_count; f++) {
        uint32_t form = weir_state_field_at(def, f)->form;
        layout->varies |= form != WEIR_FORM_FIXED;
        layout->has_lists |= form >= WEIR_FORM_ITEMS;
    }
}

static void drop_text(struct weir_state_slab *slab, const weir_str *text)
{
    if (text->count > 0) {
        weir_state_slab_drop(slab, (void *)(uintptr_t)text->bytes);
    }
}

static void drop_field(const struct weir_state_field *field,
                       struct weir_state_slab *slab,
                       const uint8_t *at)
{
    if (field->form == WEIR_FORM_TEXT) {
        weir_str text = weir_state_text(at);
        drop_text(slab, &text);
        return;
    }
    weir_items list = weir_state_items(at);
    for (uint32_t i = 0; field->form == WEIR_FORM_TEXTS && i < list.count; i++) {
        drop_text(slab, (const weir_str *)list.items + i);
    }
    weir_state_slab_drop(slab, (void *)(uintptr_t)list.items);
}

void weir_state_clear(const struct weir_state_layout *layout,
                      struct weir_state_slab *slab,
                      void *state)
{
    for (uint32_t f = 0; layout->varies && f < layout->def->field_count; f++) {
        const struct weir_state_field *field = weir_state_field_at(layout->def, f);
        if (field->form != WEIR_FORM_FIXED) {
            drop_field(field, slab, (const uint8_t *)state + field->offset);
        }
    }
    memset(state, 0, layout->def->bytes);
}

void weir_state_share(const struct weir_state_layout *layout, void *state)
{
    for (uint32_t f = 0; layout->has_lists && f < layout->def->field_count; f++) {
        const struct weir_state_field *field = weir_state_field_at(layout->def, f);
        if (field->form >= WEIR_FORM_ITEMS) {
            uint32_t none = 0;
            memcpy((uint8_t *)state + field->offset + offsetof(weir_items, capacity), &none,
                   sizeof none);
        }
    }
}

weir_str weir_state_copy_text(struct weir_state_slab *slab, weir_str text)
{
    if (text.count == 0) {
        return (weir_str){"", 0};
    }
    char *copy = weir_state_slab_take(slab, text.count);
    memcpy(copy, text.bytes, text.count);
    return (weir_str){copy, text.count};
}

static void own_list(const struct weir_state_field *field,
                     struct weir_state_slab *slab,
                     uint8_t *at)
{
    weir_items list = weir_state_items(at);
    if (list.items == NULL) {
        return;
    }
    size_t bytes = (size_t)list.count * field->item_bytes;
    uint8_t *items = weir_state_slab_take(slab, bytes);
    if (bytes > 0) {
        memcpy(items, list.items, bytes);
    }
    for (uint32_t i = 0; field->form == WEIR_FORM_TEXTS && i < list.count; i++) {
        weir_str *text = (weir_str *)(void *)items + i;
        *text = weir_state_copy_text(slab, *text);
    }
    list.items = items;
    list.capacity = list.count;
    memcpy(at, &list, sizeof list);
}

void weir_state_own(const struct weir_state_layout *layout,
                    struct weir_state_slab *slab,
                    void *state)
{
    for (uint32_t f = 0; layout->varies && f < layout->def->field_count; f++) {
        const struct weir_state_field *field = weir_state_field_at(layout->def, f);
        uint8_t *at = (uint8_t *)state + field->offset;
        if (field->form == WEIR_FORM_TEXT) {
            weir_str own = weir_state_copy_text(slab, weir_state_text(at));
            memcpy(at, &own, sizeof own);
        } else if (field->form != WEIR_FORM_FIXED) {
            own_list(field, slab, at);
        }
    }
}
