/* SPDX-License-Identifier: Apache-2.0 */
/* The builder: columns that grow, one map of heaps for all of them, and the table that comes out.
 */
#include "data/bits.h"
#include "data/build/cells.h"

#include <string.h>

struct weir_builder {
    const struct weir_type *schema;
    bool is_long_lived;
    uint32_t rows;
    struct weir_cells
        record; /* a struct column whose children are the columns; its own rows are not counted */
    struct weir_heap_map map;
};

struct weir_builder *weir_builder_create(const struct weir_type *schema, bool is_long_lived)
{
    WEIR_ASSERT(schema->kind == WEIR_TYPE_STRUCT);
    struct weir_builder *builder = weir_alloc(sizeof *builder);
    builder->schema = schema;
    builder->is_long_lived = is_long_lived;
    weir_cells_init(&builder->record, schema);
    weir_heap_map_init(&builder->map, is_long_lived);
    return builder;
}

void weir_builder_destroy(struct weir_builder *builder)
{
    if (builder != NULL) {
        weir_cells_destroy(&builder->record);
        weir_heap_map_finish(&builder->map);
        weir_free(builder);
    }
}

static void add_picked(struct weir_builder *builder,
                       const struct weir_rows *rows,
                       const struct weir_pick *pick)
{
    WEIR_ASSERT(pick->count <= UINT32_MAX - builder->rows);
    for (uint32_t i = 0; i < builder->record.child_count; i++) {
        weir_cells_gather(&builder->record.children[i], &builder->map, &rows->columns[i],
                          rows->heaps, pick);
    }
    builder->rows += pick->count;
}

void weir_builder_add(struct weir_builder *builder, const struct weir_rows *rows)
{
    uint32_t count = weir_rows_count(rows);
    for (uint32_t at = 0; at < count;) {
        struct weir_pick pick = weir_pick_rows(rows, at);
        add_picked(builder, rows, &pick);
        at += pick.count;
    }
}

void weir_builder_add_at(struct weir_builder *builder,
                         const struct weir_rows *rows,
                         const uint16_t *positions,
                         uint32_t count)
{
    for (uint32_t at = 0; at < count;) {
        uint32_t left = count - at;
        struct weir_pick pick = {.positions = positions + at};
        pick.count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        add_picked(builder, rows, &pick);
        at += pick.count;
    }
}

void weir_builder_gather(struct weir_builder *builder,
                         const struct weir_rows *rows,
                         const uint32_t *at,
                         uint32_t count)
{
    for (uint32_t first = 0; first < count;) {
        uint32_t left = count - first;
        uint32_t wide[WEIR_CHUNK_ROWS_MAX];
        uint8_t dead[WEIR_PICK_BITMAP_BYTES];
        struct weir_pick pick = {.wide = at + first};
        uint32_t nulls = 0;
        pick.count = left < WEIR_CHUNK_ROWS_MAX ? left : WEIR_CHUNK_ROWS_MAX;
        for (uint32_t i = 0; i < pick.count; i++) {
            nulls += at[first + i] == WEIR_ROW_NULL;
        }
        if (nulls > 0) { /* they read row 0, whatever it is, and forget it */
            for (uint32_t i = 0; i < pick.count; i++) {
                bool is_null = at[first + i] == WEIR_ROW_NULL;
                wide[i] = is_null ? 0 : at[first + i];
                weir_bit_put(dead, i, is_null);
            }
            weir_bits_trim(dead, pick.count);
            pick.wide = wide;
            pick.dead = dead;
        }
        add_picked(builder, rows, &pick);
        first += pick.count;
    }
}

void weir_builder_add_values(struct weir_builder *builder, const struct weir_value *values)
{
    WEIR_ASSERT(builder->rows < UINT32_MAX);
    for (uint32_t i = 0; i < builder->record.child_count; i++) {
        weir_cells_add_value(&builder->record.children[i], &builder->map, &values[i]);
    }
    builder->rows++;
}

uint32_t weir_builder_rows(const struct weir_builder *builder)
{
    return builder->rows;
}

/* No small word may keep a large buffer alive in a table that stays. */
static void unpin(struct weir_builder *builder)
{
    struct weir_heap_map *map = &builder->map;
    struct weir_heap_map to;
    weir_heap_map_init(&to, map->counts_use);
    int32_t *renumber = weir_alloc(map->heaps.count * sizeof *renumber);
    if (weir_heap_map_unpin(map, &to, renumber)) {
        weir_cells_move_text(&builder->record, &map->heaps, renumber, &to);
        weir_heap_map_finish(map);
        *map = to;
    } else {
        weir_heap_map_finish(&to);
    }
    weir_free(renumber);
}

void weir_builder_finish(struct weir_builder *builder, struct weir_table *table)
{
    if (builder->is_long_lived && builder->map.heaps.count > 0) {
        unpin(builder);
    }
    uint32_t count = builder->record.child_count;
    *table = (struct weir_table){0};
    weir_arena_init(&table->arena);
    table->columns = weir_alloc(count * sizeof *table->columns);
    for (uint32_t i = 0; i < count; i++) {
        weir_cells_finish(&builder->record.children[i], builder->is_long_lived, table,
                          &table->columns[i]);
    }
    weir_heap_map_take(&builder->map, &table->heaps);
    for (uint32_t i = 0; i < table->heaps.count; i++) {
        table->bytes += table->heaps.buffers[i]->capacity;
    }
    table->all = (struct weir_rows){.schema = builder->schema,
                                    .rows = builder->rows,
                                    .columns = table->columns,
                                    .heaps = &table->heaps};
    builder->rows = 0;
}

void weir_table_finish(struct weir_table *table)
{
    weir_heaps_finish(&table->heaps);
    for (uint32_t i = 0; i < table->buffer_count; i++) {
        weir_buffer_release(table->buffers[i]);
    }
    weir_free(table->buffers);
    weir_free(table->columns);
    weir_arena_finish(&table->arena);
    *table = (struct weir_table){0};
}
