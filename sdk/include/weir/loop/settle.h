/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to a state when a body has returned: text and lists that it assigned are copied into
 * the state's memory, and what nothing refers to any more is dropped. States of numbers alone skip
 * all of it at compile time. Nothing here is for authors. */
#ifndef WEIR_LOOP_SETTLE_H
#define WEIR_LOOP_SETTLE_H

#include <weir/loop/pieces.h>

static inline weir_items weir_items_at_(const char *state, const struct weir_state_field *field)
{
    weir_items list;
    memcpy(&list, state + field->offset, sizeof list);
    return list;
}
static inline weir_str weir_text_at_(const char *state, const struct weir_state_field *field)
{
    weir_str text;
    memcpy(&text, state + field->offset, sizeof text);
    return text;
}

static inline bool weir_is_same_(const void *a, const void *b, size_t bytes)
{
    return memcmp(a, b, bytes) == 0;
}

/* Is `items` in a list field of `state`, before the i-th? */
static inline bool weir_holds_(const struct weir_state_def *def,
                               const char *state,
                               const void *items,
                               uint32_t before)
{
    for (uint32_t i = 0; i < before; i++) {
        const struct weir_state_field *field = weir_state_field_(def, i);
        if (field->form >= WEIR_FORM_ITEMS && weir_items_at_(state, field).items == items) {
            return true;
        }
    }
    return false;
}

/* The block of the place whose `items` (or `from`) are these; NULL: none. */
static inline const struct weir_block_ *weir_block_of_(const struct weir_state_place *place,
                                                       const void *items,
                                                       bool is_from)
{
    for (uint32_t i = 0; i < place->block_count; i++) {
        const struct weir_block_ *block = &place->blocks[i];
        if ((is_from ? block->from : block->items) == items) {
            return block;
        }
    }
    return NULL;
}

/* Drops a list that nothing refers to, with `count` texts of it. */
static inline void weir_drop_list_(struct weir_ctx *ctx,
                                   const struct weir_state_field *field,
                                   const void *items,
                                   uint32_t count)
{
    for (uint32_t i = 0; field->form == WEIR_FORM_TEXTS && i < count; i++) {
        weir_drop_text_(ctx, ((const weir_str *)items)[i]);
    }
    ctx->place->slab->drop(ctx->place->slab, (void *)(uintptr_t)items);
}

/* A list that was assigned becomes the state's own. */
static inline void weir_own_list_(struct weir_ctx *ctx, const struct weir_state_field *field)
{
    char *at = ctx->place->state + field->offset;
    weir_items list;
    void *own;
    memcpy(&list, at, sizeof list);
    own = weir_take_(ctx, (list.count + 1) * (size_t)field->item_bytes);
    if (list.count > 0) {
        memcpy(own, list.items, list.count * (size_t)field->item_bytes);
    }
    for (uint32_t i = 0; field->form == WEIR_FORM_TEXTS && i < list.count; i++) {
        ((weir_str *)own)[i] = weir_own_text_(ctx, ((weir_str *)own)[i]);
    }
    list.items = own;
    list.capacity = list.count + 1;
    memcpy(at, &list, sizeof list);
}

/* Copies what was assigned. */
static inline void weir_own_assigned_(struct weir_ctx *ctx)
{
    struct weir_state_place *place = ctx->place;
    for (uint32_t i = 0; i < place->def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(place->def, i);
        char *at = place->state + field->offset;
        if (field->form == WEIR_FORM_TEXT &&
            !weir_is_same_(at, place->before + field->offset, sizeof(weir_str))) {
            const weir_str own = weir_own_text_(ctx, weir_text_at_(place->state, field));
            memcpy(at, &own, sizeof own);
        } else if (field->form >= WEIR_FORM_ITEMS) {
            const void *items = weir_items_at_(place->state, field).items;
            const bool is_own =
                items == NULL ||
                ((weir_was_there_(place, items) || weir_block_of_(place, items, false) != NULL) &&
                 !weir_holds_(place->def, place->state, items, i));
            if (!is_own) {
                weir_own_list_(ctx, field);
            }
        }
    }
}

/* Drops what the state held before, and no more. */
static inline void weir_drop_replaced_(struct weir_ctx *ctx)
{
    struct weir_state_place *place = ctx->place;
    const struct weir_state_def *def = place->def;
    for (uint32_t i = 0; i < def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(def, i);
        if (field->form == WEIR_FORM_TEXT &&
            !weir_is_same_(place->state + field->offset, place->before + field->offset,
                           sizeof(weir_str))) {
            weir_drop_text_(ctx, weir_text_at_(place->before, field));
        } else if (field->form >= WEIR_FORM_ITEMS) {
            const weir_items old = weir_items_at_(place->before, field);
            if (old.items != NULL && !weir_holds_(def, place->state, old.items, def->field_count)) {
                const bool has_moved = weir_block_of_(place, old.items, true) != NULL;
                weir_drop_list_(ctx, field, old.items, has_moved ? 0 : old.count);
            }
        }
    }
}

/* Drops lists that were made and are in no field. */
static inline void weir_drop_unused_(struct weir_ctx *ctx)
{
    struct weir_state_place *place = ctx->place;
    for (uint32_t i = 0; i < place->block_count; i++) {
        if (!weir_holds_(place->def, place->state, place->blocks[i].items,
                         place->def->field_count)) {
            place->slab->drop(place->slab, (void *)(uintptr_t)place->blocks[i].items);
        }
    }
    place->block_count = 0;
}

/* After a body that keeps its state. */
WEIR_COLD_ WEIR_UNUSED_ static void weir_settle_(struct weir_ctx *ctx)
{
    weir_own_assigned_(ctx);
    weir_drop_replaced_(ctx);
    weir_drop_unused_(ctx);
}

/* After a body that gives its state up: frees what it refers to, and zeroes it. */
WEIR_COLD_ WEIR_UNUSED_ static void weir_release_(struct weir_ctx *ctx)
{
    struct weir_state_place *place = ctx->place;
    for (uint32_t i = 0; i < place->def->field_count; i++) {
        const struct weir_state_field *field = weir_state_field_(place->def, i);
        if (field->form == WEIR_FORM_TEXT) {
            weir_drop_text_(ctx, weir_text_at_(place->state, field));
        } else if (field->form >= WEIR_FORM_ITEMS) {
            const weir_items list = weir_items_at_(place->state, field);
            if (list.items != NULL) {
                weir_drop_list_(ctx, field, list.items, list.count);
            }
        }
    }
    memset(place->state, 0, place->def->bytes);
}

/* After a body that leaves its state as it was. */
WEIR_COLD_ WEIR_UNUSED_ static void weir_restore_(struct weir_ctx *ctx)
{
    memcpy(ctx->place->state, ctx->place->before, ctx->place->def->bytes);
    weir_drop_unused_(ctx);
}

#endif
