/* SPDX-License-Identifier: Apache-2.0 */
/* States to columns, field by field: cells of fixed width by one loop each, text as views with the
 * long ones copied to heaps of the chunk's own (a slab's memory changes, a chunk's never does). */
#include "data/bits.h"
#include "data/data.h"
#include "data/states/field.h"
#include "data/view.h"

#include <string.h>

enum { HEAP_BYTES_MIN = 16 * 1024 };

void weir_state_columns_init(struct weir_state_columns *columns,
                             const struct weir_state_layout *layout)
{
    *columns = (struct weir_state_columns){.layout = layout};
    columns->columns = weir_alloc(layout->def->field_count * sizeof *columns->columns);
    for (uint32_t f = 0; f < layout->def->field_count; f++) {
        struct weir_state_column *column = &columns->columns[f];
        size_t width = weir_type_cell_bytes(layout->fields[f].type);
        column->cells = weir_alloc_aligned((WEIR_CHUNK_ROWS_MAX + 1) * (width == 0 ? 1 : width));
        if (layout->fields[f].type->kind == WEIR_TYPE_LIST) {
            column->child = weir_alloc(sizeof *column->child);
        }
    }
}

void weir_state_columns_finish(struct weir_state_columns *columns)
{
    for (uint32_t f = 0; columns->columns != NULL && f < columns->layout->def->field_count; f++) {
        weir_free(columns->columns[f].cells);
        weir_free(columns->columns[f].items);
        weir_free(columns->columns[f].child);
    }
    for (uint32_t i = 0; i < columns->heap_count; i++) {
        weir_buffer_release(columns->heaps[i]);
    }
    weir_free(columns->columns);
    weir_free(columns->heaps);
    *columns = (struct weir_state_columns){0};
}

/* A heap that somebody has kept is theirs now; the first other one is used again. */
static void begin_heaps(struct weir_state_columns *columns)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < columns->heap_count; i++) {
        struct weir_buffer *heap = columns->heaps[i];
        if (kept == 0 && atomic_load_explicit(&heap->refs, memory_order_acquire) == 1) {
            heap->bytes = 0;
            columns->heaps[kept++] = heap;
        } else {
            weir_buffer_release(heap);
        }
    }
    columns->heap_count = kept;
}

static struct weir_buffer *heap_for(struct weir_state_columns *columns, size_t bytes)
{
    if (columns->heap_count > 0) {
        struct weir_buffer *heap = columns->heaps[columns->heap_count - 1];
        size_t wanted = heap->bytes + bytes;
        if (wanted <= heap->capacity) {
            return heap;
        }
        if (wanted <= WEIR_STATE_HEAP_BYTES_MAX) {
            weir_buffer_grow(heap, wanted < 2 * heap->capacity ? 2 * heap->capacity : wanted);
            return heap;
        }
    }
    WEIR_GROW(columns->heaps, columns->heap_count, columns->heap_capacity);
    struct weir_buffer *heap = weir_buffer_create(bytes < HEAP_BYTES_MIN ? HEAP_BYTES_MIN : bytes);
    columns->heaps[columns->heap_count++] = heap;
    return heap;
}

static weir_view view_of(struct weir_state_columns *columns, const void *bytes, size_t count)
{
    weir_view view = {0};
    WEIR_ASSERT(count <= WEIR_STATE_HEAP_BYTES_MAX);
    view.count = (int32_t)count;
    if (count <= WEIR_VIEW_INLINE_BYTES) {
        if (count > 0) {
            memcpy(weir_view_inline(&view), bytes, count);
        }
        return view;
    }
    struct weir_buffer *heap = heap_for(columns, count);
    memcpy(heap->data + heap->bytes, bytes, count);
    memcpy(view.prefix, bytes, sizeof view.prefix);
    view.buffer = columns->first_heap + (int32_t)columns->heap_count - 1;
    view.offset = (int32_t)heap->bytes;
    heap->bytes += count;
    return view;
}

#define GATHER(T)                                                                                  \
    do {                                                                                           \
        T *to_ = cells;                                                                            \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            memcpy(&to_[i], (const uint8_t *)states[i] + offset, sizeof(T));                       \
        }                                                                                          \
    } while (0)

static void gather_fixed(void *cells,
                         const struct weir_type *type,
                         const void *const *states,
                         uint32_t count,
                         uint32_t offset)
{
    switch (weir_type_cell_bytes(type)) {
    case 8:
        GATHER(uint64_t);
        break;
    case 4:
        GATHER(uint32_t);
        break;
    default:
        for (uint32_t i = 0; i < count; i++) {
            weir_bit_put(cells, i, ((const uint8_t *)states[i])[offset] != 0);
        }
        weir_bits_trim(cells, count);
    }
}

static void gather_texts(struct weir_state_columns *columns,
                         const struct weir_state_field *field,
                         const void *const *states,
                         uint32_t count,
                         weir_view *cells)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *at = (const uint8_t *)states[i] + field->offset;
        if (field->form == WEIR_FORM_TEXT) {
            weir_str text = weir_state_text(at);
            cells[i] = view_of(columns, text.bytes, text.count);
        } else {
            weir_items list = weir_state_items(at);
            cells[i] = view_of(columns, list.items, list.count);
        }
    }
}

static void put_items(struct weir_state_columns *columns,
                      const struct weir_state_field *field,
                      const struct weir_type *item,
                      weir_items list,
                      size_t first,
                      void *to)
{
    size_t width = weir_type_cell_bytes(item);
    for (uint32_t i = 0; field->form == WEIR_FORM_TEXTS && i < list.count; i++) {
        const weir_str *text = (const weir_str *)list.items + i;
        ((weir_view *)to)[first + i] = view_of(columns, text->bytes, text->count);
    }
    for (uint32_t i = 0; item->kind == WEIR_TYPE_BOOL && i < list.count; i++) {
        weir_bit_put(to, first + i, ((const uint8_t *)list.items)[i] != 0);
    }
    if (field->form == WEIR_FORM_ITEMS && width > 0 && list.count > 0) {
        memcpy((uint8_t *)to + first * width, list.items, list.count * width);
    }
}

static void gather_lists(struct weir_state_columns *columns,
                         uint32_t f,
                         const void *const *states,
                         uint32_t count,
                         struct weir_column *to)
{
    const struct weir_state_field *field = weir_state_field_at(columns->layout->def, f);
    struct weir_state_column *column = &columns->columns[f];
    const struct weir_type *item = columns->layout->fields[f].type->item;
    int32_t *offsets = column->cells;
    int64_t total = 0;
    for (uint32_t i = 0; i < count; i++) {
        offsets[i] = (int32_t)total;
        total += weir_state_items((const uint8_t *)states[i] + field->offset).count;
        WEIR_ASSERT(total <= INT32_MAX); /* 2048 lists of a million items each */
    }
    offsets[count] = (int32_t)total;
    size_t width = weir_type_cell_bytes(item);
    size_t bytes = (size_t)(total + 8) * (width == 0 ? 1 : width);
    if (bytes > column->item_capacity) {
        column->item_capacity = bytes * 2;
        weir_free(column->items);
        column->items = weir_alloc_aligned(column->item_capacity);
    }
    for (uint32_t i = 0; i < count; i++) {
        weir_items list = weir_state_items((const uint8_t *)states[i] + field->offset);
        put_items(columns, field, item, list, (size_t)offsets[i], column->items);
    }
    if (item->kind == WEIR_TYPE_BOOL) {
        weir_bits_trim(column->items, (size_t)total);
    }
    *column->child = (struct weir_column){.type = item, .data = column->items};
    to->children = column->child;
    to->child_rows = total;
}

void weir_state_columns_fill(struct weir_state_columns *columns,
                             const void *const *states,
                             uint32_t count,
                             int32_t first_heap,
                             struct weir_column *to)
{
    const struct weir_state_layout *layout = columns->layout;
    WEIR_ASSERT(count <= WEIR_CHUNK_ROWS_MAX);
    columns->first_heap = first_heap;
    begin_heaps(columns);
    for (uint32_t f = 0; f < layout->def->field_count; f++) {
        const struct weir_state_field *field = weir_state_field_at(layout->def, f);
        const struct weir_type *type = layout->fields[f].type;
        void *cells = columns->columns[f].cells;
        to[f] = (struct weir_column){.type = type, .data = cells};
        if (field->form == WEIR_FORM_FIXED) {
            gather_fixed(cells, type, states, count, field->offset);
        } else if (field->form == WEIR_FORM_TEXT || weir_state_is_blob(field)) {
            gather_texts(columns, field, states, count, cells);
        } else {
            gather_lists(columns, f, states, count, &to[f]);
        }
    }
}
