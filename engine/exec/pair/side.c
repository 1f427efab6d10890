/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering and a counting sort: no row is allocated, none is moved. */
#include "exec/pair/side.h"

#include "exec/pair/grouping.h"

#include <string.h>

void weir_side_init(struct weir_side *side,
                    const struct weir_type *in,
                    const uint32_t *fields,
                    uint32_t count)
{
    *side = (struct weir_side){0};
    weir_arena_init(&side->arena);
    struct weir_type_field *kept = weir_arena_alloc(&side->arena, (count + 1) * sizeof *kept);
    side->fields = weir_arena_alloc(&side->arena, (count + 1) * sizeof *side->fields);
    side->columns = weir_arena_alloc(&side->arena, (count + 1) * sizeof *side->columns);
    for (uint32_t i = 0; i < count; i++) {
        side->fields[i] = fields[i];
        kept[i] = in->fields[fields[i]];
    }
    side->schema = weir_type_struct(&side->arena, kept, count);
    side->builder = weir_builder_create(side->schema, false);
}

void weir_side_finish(struct weir_side *side)
{
    if (side->builder == NULL) {
        return;
    }
    weir_side_reset(side);
    weir_builder_destroy(side->builder);
    weir_free(side->numbers);
    weir_free(side->order);
    weir_free(side->starts);
    weir_arena_finish(&side->arena);
    *side = (struct weir_side){0};
}

void weir_side_reset(struct weir_side *side)
{
    if (!side->has_table) { /* the builder may hold rows of a task that was abandoned */
        weir_builder_finish(side->builder, &side->table);
    }
    weir_table_finish(&side->table);
    side->has_table = false;
    side->count = 0;
}

static void reserve(struct weir_side *side, uint32_t wanted)
{
    if (wanted > side->capacity) {
        uint64_t doubled = (uint64_t)side->capacity * 2;
        uint64_t capacity = doubled > wanted ? doubled : wanted;
        capacity = capacity < WEIR_CHUNK_ROWS_MAX ? WEIR_CHUNK_ROWS_MAX : capacity;
        side->capacity = capacity > UINT32_MAX ? UINT32_MAX : (uint32_t)capacity;
        side->numbers = weir_realloc(side->numbers, side->capacity * sizeof *side->numbers);
        weir_free(side->order); /* made anew by sort */
        side->order = NULL;
    }
}

int weir_side_add(struct weir_side *side,
                  struct weir_exec_task *task,
                  const struct weir_rows *rows,
                  const uint32_t *numbers)
{
    uint32_t count = weir_rows_count(rows);
    struct weir_rows kept = *rows;
    WEIR_ASSERT(!side->has_table);
    if (count >= WEIR_ROW_NULL - side->count) {
        return weir_exec_too_many(task, "more rows on one side", WEIR_ROW_NULL - 1);
    }
    reserve(side, side->count + count);
    for (uint32_t i = 0; i < side->schema->field_count; i++) {
        side->columns[i] = rows->columns[side->fields[i]];
    }
    kept.schema = side->schema;
    kept.columns = side->columns;
    weir_builder_add(side->builder, &kept);
    for (uint32_t i = 0; i < count && numbers == NULL; i++) {
        side->numbers[side->count + i] = 1;
    }
    if (numbers != NULL) {
        memcpy(side->numbers + side->count, numbers, count * sizeof *numbers);
    }
    side->count += count;
    return WEIR_OK;
}

void weir_side_sort(struct weir_side *side, uint32_t groups)
{
    weir_builder_finish(side->builder, &side->table);
    side->has_table = true;
    if (groups + 2 > side->start_capacity) {
        side->start_capacity = groups + 2;
        weir_free(side->starts);
        side->starts = weir_alloc((size_t)side->start_capacity * sizeof *side->starts);
    }
    if (side->order == NULL) {
        side->order = weir_alloc(((size_t)side->capacity + 1) * sizeof *side->order);
    }
    uint32_t *starts = side->starts; /* first how many, then where the next one goes */
    memset(starts, 0, ((size_t)groups + 2) * sizeof *starts);
    for (uint32_t row = 0; row < side->count; row++) {
        starts[side->numbers[row] + 1]++;
    }
    for (uint32_t g = 0; g <= groups; g++) {
        starts[g + 1] += starts[g];
    }
    for (uint32_t row = 0; row < side->count; row++) {
        side->order[starts[side->numbers[row]]++] = row;
    }
    for (uint32_t g = groups + 1; g > 0; g--) {
        starts[g] = starts[g - 1];
    }
    starts[0] = 0;
}
