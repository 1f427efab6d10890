/* SPDX-License-Identifier: Apache-2.0 */
/* Encoded keys back into columns, a chunk at a time. Texts become views into the key's own bytes:
 * none is copied. Lists and structs go through a builder, value by value: once per group, not per
 * row. */
#include "exec/chunk/bits.h"
#include "exec/chunk/cells.h"
#include "exec/group/keys.h"

#include <string.h>

/* Where reading of one key stands. */
struct cursor {
    const uint8_t *bytes; /* of the key */
    size_t at;
    int32_t buffer, offset; /* where the key's bytes lie; buffer < 0: in the key itself */
};

static void take(struct cursor *cursor, void *to, size_t count)
{
    if (count > 0) {
        memcpy(to, cursor->bytes + cursor->at, count);
    }
    cursor->at += count;
}

static weir_view take_text(struct cursor *cursor)
{
    weir_view view = {0};
    take(cursor, &view.count, 4);
    size_t count = (size_t)view.count;
    const uint8_t *text = cursor->bytes + cursor->at;
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        if (count > 0) {
            memcpy((char *)&view + offsetof(weir_view, prefix), text, count);
        }
    } else {
        WEIR_ASSERT(cursor->buffer >= 0);
        memcpy(view.prefix, text, sizeof view.prefix);
        view.buffer = cursor->buffer;
        view.offset = cursor->offset + (int32_t)cursor->at;
    }
    cursor->at += count;
    return view;
}

/* ---- values of nested types; types nest at most WEIR_TYPE_DEPTH_MAX deep ---- */

static void take_value(struct cursor *cursor,
                       const struct weir_type *type,
                       struct weir_arena *arena,
                       struct weir_value *value);

static void take_items(struct cursor *cursor,
                       const struct weir_type *type,
                       struct weir_arena *arena,
                       struct weir_value *value)
{
    bool is_list = type->kind == WEIR_TYPE_LIST;
    value->item_count = type->field_count;
    if (is_list) {
        take(cursor, &value->item_count, 4);
    }
    struct weir_value *items = weir_arena_alloc(arena, (value->item_count + 1) * sizeof *items);
    for (uint32_t i = 0; i < value->item_count; i++) {
        take_value(cursor, is_list ? type->item : type->fields[i].type, arena, &items[i]);
    }
    value->items = items;
}

static void take_value(struct cursor *cursor,
                       const struct weir_type *type,
                       struct weir_arena *arena,
                       struct weir_value *value)
{
    uint8_t is_there;
    int32_t narrow;
    take(cursor, &is_there, 1);
    *value = (struct weir_value){.type = type, .is_null = is_there == 0};
    if (value->is_null) {
        return;
    }
    switch (type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        take(cursor, &is_there, 1);
        value->i64 = is_there;
        break;
    case WEIR_TYPE_I32:
        take(cursor, &narrow, sizeof narrow);
        value->i64 = narrow;
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        take(cursor, &value->i64, sizeof value->i64);
        break;
    case WEIR_TYPE_F64:
        take(cursor, &value->f64, sizeof value->f64);
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        take(cursor, &narrow, sizeof narrow);
        value->str.count = (size_t)narrow;
        value->str.bytes = (const char *)cursor->bytes + cursor->at;
        cursor->at += (size_t)narrow;
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        take_items(cursor, type, arena, value);
        break;
    }
}

/* ---- columns ---- */

static void decode_flat(struct weir_key_column *out,
                        struct cursor *cursors,
                        uint32_t count,
                        struct weir_column *column)
{
    size_t width = weir_type_cell_bytes(out->type);
    bool has_null = false;
    *column = (struct weir_column){.type = out->type, .data = out->cells};
    for (uint32_t i = 0; i < count; i++) {
        uint8_t byte;
        take(&cursors[i], &byte, 1);
        weir_bit_set(out->valid, i, byte != 0);
        has_null |= byte == 0;
        if (out->type->kind == WEIR_TYPE_BOOL) {
            take(&cursors[i], &byte, 1);
            weir_bit_set(out->cells, i, byte != 0);
        } else if (weir_type_is_text(out->type)) {
            ((weir_view *)out->cells)[i] = take_text(&cursors[i]);
        } else {
            take(&cursors[i], (uint8_t *)out->cells + i * width, width);
        }
    }
    column->valid = has_null ? out->valid : NULL;
}

static void append_heaps(struct weir_keys *keys, const struct weir_heaps *from)
{
    struct weir_heaps *to = &keys->out_heaps;
    if (to->count + from->count > to->capacity) {
        to->capacity = (to->count + from->count) * 2;
        to->buffers = weir_realloc(to->buffers, to->capacity * sizeof *to->buffers);
    }
    if (from->count > 0) {
        memcpy(to->buffers + to->count, from->buffers, from->count * sizeof *from->buffers);
        to->count += from->count;
    }
}

static void decode_nested(struct weir_keys *keys,
                          struct weir_key_column *out,
                          struct cursor *cursors,
                          uint32_t count,
                          struct weir_column *column)
{
    struct weir_arena arena;
    weir_arena_init(&arena);
    if (out->builder == NULL) {
        struct weir_type_field field = {"key", out->type};
        out->builder = weir_builder_create(weir_type_struct(&keys->arena, &field, 1), false);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct weir_value value;
        take_value(&cursors[i], out->type, &arena, &value);
        weir_builder_add_values(out->builder, &value);
        weir_arena_reset(&arena);
    }
    weir_arena_finish(&arena);
    weir_builder_finish(out->builder, &out->table);
    out->has_table = true;
    *column = out->table.columns[0];
    weir_column_shift_text(column, count, (int32_t)keys->out_heaps.count);
    append_heaps(keys, &out->table.heaps);
}

void weir_keys_decode(struct weir_keys *keys,
                      const struct weir_key *cells,
                      const struct weir_heaps *cell_heaps,
                      uint32_t count,
                      struct weir_column *columns)
{
    struct cursor *cursors = weir_alloc((count + 1) * sizeof *cursors);
    keys->out_heaps.count = 0;
    append_heaps(keys, cell_heaps);
    for (uint32_t i = 0; i < count; i++) {
        const weir_view *view = (const weir_view *)&cells[i];
        bool is_inline = view->count <= WEIR_VIEW_INLINE_BYTES;
        cursors[i].bytes = (const uint8_t *)weir_view_str(view, cell_heaps).bytes;
        cursors[i].buffer = is_inline ? -1 : view->buffer;
        cursors[i].offset = is_inline ? 0 : view->offset;
        cursors[i].at = 0;
    }
    for (uint32_t k = 0; k < keys->count; k++) {
        struct weir_key_column *out = &keys->columns[k];
        if (weir_is_flat(out->type) && out->type->kind != WEIR_TYPE_NULL) {
            decode_flat(out, cursors, count, &columns[k]);
        } else {
            decode_nested(keys, out, cursors, count, &columns[k]);
        }
    }
    weir_free(cursors);
}
