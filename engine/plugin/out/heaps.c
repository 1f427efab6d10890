/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes the views of a step's rows point into, and who may write to them. */
#include "plugin/out/heaps.h"

#include <string.h>

static void recycle(struct weir_step_heaps *heaps, struct weir_buffer *buffer)
{
    bool is_ours_alone = atomic_load_explicit(&buffer->refs, memory_order_acquire) == 1;
    if (is_ours_alone && buffer->capacity <= WEIR_STEP_HEAP_BYTES_KEPT &&
        heaps->spare_count < WEIR_STEP_HEAPS_KEPT) {
        heaps->spare[heaps->spare_count++] = buffer;
    } else {
        weir_buffer_release(buffer);
    }
}

struct weir_heaps_mark weir_step_heaps_mark(const struct weir_step_heaps *heaps)
{
    return (struct weir_heaps_mark){heaps->table.count, heaps->adopted_count};
}

void weir_step_heaps_rewind(struct weir_step_heaps *heaps, struct weir_heaps_mark mark)
{
    WEIR_ASSERT(mark.count >= heaps->own_first);
    for (uint32_t i = mark.count; i < heaps->table.count; i++) {
        recycle(heaps, heaps->table.buffers[i]);
    }
    for (uint32_t i = mark.adopted_count; i < heaps->adopted_count; i++) {
        weir_table_finish(&heaps->adopted[i]);
    }
    heaps->table.count = mark.count;
    heaps->adopted_count = mark.adopted_count;
}

void weir_step_heaps_end(struct weir_step_heaps *heaps)
{
    weir_step_heaps_rewind(heaps, (struct weir_heaps_mark){heaps->own_first, 0});
    heaps->table.count = heaps->own_first = 0;
}

static void reserve(struct weir_heaps *table, uint32_t count)
{
    if (count > table->capacity) {
        table->capacity = count * 2;
        table->buffers = weir_realloc(table->buffers, table->capacity * sizeof *table->buffers);
    }
}

static void append(struct weir_heaps *table, const struct weir_heaps *from)
{
    if (from != NULL && from->count > 0) {
        memcpy(table->buffers + table->count, from->buffers, from->count * sizeof *from->buffers);
        table->count += from->count;
    }
}

void weir_step_heaps_begin(struct weir_step_heaps *heaps,
                           const struct weir_heaps *input,
                           const struct weir_heaps *constants)
{
    weir_step_heaps_end(heaps);
    uint32_t count =
        (input == NULL ? 0 : input->count) + (constants == NULL ? 0 : constants->count);
    reserve(&heaps->table, count + 1);
    append(&heaps->table, input);
    append(&heaps->table, constants);
    heaps->own_first = count;
}

static int32_t append_own(struct weir_step_heaps *heaps, struct weir_buffer *buffer)
{
    reserve(&heaps->table, heaps->table.count + 1);
    heaps->table.buffers[heaps->table.count] = buffer;
    return (int32_t)heaps->table.count++;
}

int32_t weir_step_heaps_take(struct weir_step_heaps *heaps, size_t bytes)
{
    if (bytes < WEIR_STEP_HEAP_BYTES_MIN) {
        bytes = WEIR_STEP_HEAP_BYTES_MIN;
    }
    struct weir_buffer *buffer = NULL;
    if (heaps->spare_count > 0) {
        buffer = heaps->spare[--heaps->spare_count];
        buffer->bytes = 0;
        weir_buffer_grow(buffer, bytes);
    } else {
        buffer = weir_buffer_create(bytes);
    }
    return append_own(heaps, buffer);
}

void weir_column_shift_text(const struct weir_column *column, int64_t rows, int32_t by)
{
    if (column->is_const) {
        rows = 1;
    }
    if (weir_type_is_text(column->type)) {
        weir_view *views = (weir_view *)(uintptr_t)column->data;
        for (int64_t i = 0; i < rows; i++) {
            views[i].buffer += views[i].count > WEIR_VIEW_INLINE_BYTES ? by : 0;
        }
    } else if (column->type->kind == WEIR_TYPE_LIST) {
        weir_column_shift_text(&column->children[0], column->child_rows, by);
    }
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        weir_column_shift_text(&column->children[i], rows, by);
    }
}

void weir_step_heaps_adopt(struct weir_step_heaps *heaps, struct weir_table *table)
{
    int32_t first = (int32_t)heaps->table.count;
    for (uint32_t i = 0; i < table->heaps.count; i++) {
        (void)append_own(heaps, weir_buffer_retain(table->heaps.buffers[i]));
    }
    for (uint32_t i = 0; i < table->all.schema->field_count && table->heaps.count > 0; i++) {
        weir_column_shift_text(&table->columns[i], table->all.rows, first);
    }
    WEIR_GROW(heaps->adopted, heaps->adopted_count, heaps->adopted_capacity);
    heaps->adopted[heaps->adopted_count++] = *table;
}

void weir_step_heaps_finish(struct weir_step_heaps *heaps)
{
    weir_step_heaps_end(heaps);
    for (uint32_t i = 0; i < heaps->spare_count; i++) {
        weir_buffer_release(heaps->spare[i]);
    }
    weir_free(heaps->table.buffers);
    weir_free(heaps->adopted);
    *heaps = (struct weir_step_heaps){0};
}

void weir_step_heaps_open(struct weir_out *out)
{
    out->heap = NULL;
    out->heap_used = out->heap_cap = 0;
    out->heap_buffer = -1;
}

void weir_step_heaps_close(struct weir_step_heaps *heaps, const struct weir_out *out)
{
    if (out->heap_buffer >= 0) {
        heaps->table.buffers[out->heap_buffer]->bytes = out->heap_used;
    }
}

static void write_to(struct weir_step_heaps *heaps, struct weir_out *out, int32_t number)
{
    struct weir_buffer *buffer = heaps->table.buffers[number];
    size_t capacity =
        buffer->capacity < WEIR_STEP_HEAP_BYTES_MAX ? buffer->capacity : WEIR_STEP_HEAP_BYTES_MAX;
    out->heap = (char *)buffer->data;
    out->heap_used = (uint32_t)buffer->bytes;
    out->heap_cap = (uint32_t)capacity;
    out->heap_buffer = number;
}

void weir_step_heaps_grow(struct weir_step_heaps *heaps, struct weir_out *out, size_t bytes)
{
    WEIR_ASSERT(bytes <= WEIR_STEP_HEAP_BYTES_MAX);
    weir_step_heaps_close(heaps, out);
    size_t wanted = out->heap_used + bytes;
    if (out->heap_buffer < 0 || wanted > WEIR_STEP_HEAP_BYTES_MAX) {
        write_to(heaps, out, weir_step_heaps_take(heaps, bytes));
        return;
    }
    struct weir_buffer *buffer = heaps->table.buffers[out->heap_buffer];
    size_t doubled = buffer->capacity * 2;
    size_t capacity = doubled > wanted ? doubled : wanted;
    weir_buffer_grow(buffer,
                     capacity < WEIR_STEP_HEAP_BYTES_MAX ? capacity : WEIR_STEP_HEAP_BYTES_MAX);
    write_to(heaps, out, out->heap_buffer);
}
