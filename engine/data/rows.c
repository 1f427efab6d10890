/* SPDX-License-Identifier: Apache-2.0 */
/* Heap tables, and the cutting of a block into chunks: pointers move, bytes stay. */
#include "data/data.h"

#include <string.h>

void weir_heaps_init(struct weir_heaps *heaps)
{
    *heaps = (struct weir_heaps){0};
}

void weir_heaps_finish(struct weir_heaps *heaps)
{
    for (uint32_t i = 0; i < heaps->count; i++) {
        weir_buffer_release(heaps->buffers[i]);
    }
    weir_free(heaps->buffers);
    weir_heaps_init(heaps);
}

int32_t weir_heaps_add(struct weir_heaps *heaps, struct weir_buffer *buffer)
{
    WEIR_ASSERT(heaps->count < INT32_MAX);
    WEIR_GROW(heaps->buffers, heaps->count, heaps->capacity);
    heaps->buffers[heaps->count] = buffer;
    return (int32_t)heaps->count++;
}

int32_t weir_heaps_add_all(struct weir_heaps *heaps, const struct weir_heaps *from)
{
    int32_t first = (int32_t)heaps->count;
    uint32_t count = from->count; /* `from` may be `heaps` itself */
    for (uint32_t i = 0; i < count; i++) {
        (void)weir_heaps_add(heaps, weir_buffer_retain(from->buffers[i]));
    }
    return first;
}

/* Shifts one column; the children of a struct go to *spare. */
static void slice_column(const struct weir_column *from,
                         uint32_t first,
                         struct weir_column *to,
                         struct weir_column **spare)
{
    *to = *from;
    if (from->is_const || first == 0) {
        return;
    }
    if (from->valid != NULL) {
        to->valid = from->valid + first / 8;
    }
    if (from->type->kind == WEIR_TYPE_BOOL) {
        to->data = (const uint8_t *)from->data + first / 8;
    } else if (from->data != NULL) {
        to->data = (const uint8_t *)from->data + first * weir_type_cell_bytes(from->type);
    }
    if (from->type->kind == WEIR_TYPE_STRUCT) {
        struct weir_column *children = *spare;
        *spare += from->type->field_count;
        for (uint32_t i = 0; i < from->type->field_count; i++) {
            slice_column(&from->children[i], first, &children[i], spare);
        }
        to->children = children;
    }
}

void weir_rows_slice(const struct weir_rows *all,
                     uint32_t first,
                     uint32_t count,
                     struct weir_column *columns,
                     struct weir_rows *chunk)
{
    WEIR_ASSERT(first % 8 == 0 && all->sel == NULL);
    WEIR_ASSERT(first <= all->rows && count <= all->rows - first);
    struct weir_column *spare = columns + all->schema->field_count;
    for (uint32_t i = 0; i < all->schema->field_count; i++) {
        slice_column(&all->columns[i], first, &columns[i], &spare);
    }
    *chunk = (struct weir_rows){
        .schema = all->schema, .rows = count, .columns = columns, .heaps = all->heaps};
}
