/* SPDX-License-Identifier: Apache-2.0 */
/* Gathers rows into growing columns: one loop per width of cell and kind of choice, no switch per
 * row. */
#include "data/bits.h"
#include "data/build/cells.h"

#include <string.h>

/* Inlined with a constant width, so that a cell is one move. */
__attribute__((always_inline)) static inline void gather_cells(uint8_t *restrict to,
                                                               const uint8_t *restrict from,
                                                               const struct weir_pick *pick,
                                                               bool is_const,
                                                               size_t width)
{
    if (pick->wide != NULL && !is_const) {
        for (uint32_t i = 0; i < pick->count; i++) {
            memcpy(to + i * width, from + pick->wide[i] * width, width);
        }
        return;
    }
    if (pick->positions == NULL && !is_const) {
        memcpy(to, from + pick->first * width, pick->count * width);
        return;
    }
    for (uint32_t i = 0; i < pick->count; i++) {
        size_t row = is_const ? 0 : pick->positions[i];
        memcpy(to + i * width, from + row * width, width);
    }
}

static void zero_dead(uint8_t *to, const struct weir_pick *pick, size_t width)
{
    for (uint32_t i = 0; pick->dead != NULL && i < pick->count; i++) {
        if (weir_bit_get(pick->dead, i)) {
            memset(to + i * width, 0, width);
        }
    }
}

static void gather_bools(struct weir_cells *cells,
                         const struct weir_column *column,
                         const struct weir_pick *pick)
{
    weir_pick_bits(pick, column->data, column->is_const, cells->data->data, cells->rows);
    for (uint32_t i = 0; pick->dead != NULL && i < pick->count; i++) {
        if (weir_bit_get(pick->dead, i)) {
            weir_bit_put(cells->data->data, cells->rows + i, false);
        }
    }
}

static void gather_range(struct weir_cells *child,
                         struct weir_heap_map *map,
                         const struct weir_column *column,
                         const struct weir_heaps *heaps,
                         int64_t first,
                         int64_t end)
{
    while (first < end) {
        int64_t count = end - first < WEIR_CHUNK_ROWS_MAX ? end - first : WEIR_CHUNK_ROWS_MAX;
        struct weir_pick pick = {.first = (size_t)first, .count = (uint32_t)count};
        weir_cells_gather(child, map, column, heaps, &pick);
        first += count;
    }
}

/* Neighbouring lists are one range of items, so that a dense column is gathered in runs, not list
 * by list. */
static void gather_lists(struct weir_cells *cells,
                         struct weir_heap_map *map,
                         const struct weir_column *column,
                         const struct weir_heaps *heaps,
                         const struct weir_pick *pick)
{
    const int32_t *from = column->data;
    int32_t *to = (int32_t *)(void *)cells->data->data + cells->rows;
    int64_t total = to[0];
    int64_t first = 0;
    int64_t end = 0;
    for (uint32_t i = 0; i < pick->count; i++) {
        if (pick->dead == NULL || !weir_bit_get(pick->dead, i)) {
            size_t row = column->is_const ? 0 : weir_pick_at(pick, i);
            if (from[row] != end) {
                gather_range(&cells->children[0], map, &column->children[0], heaps, first, end);
                first = from[row];
            }
            end = from[row + 1];
            total += end - from[row];
            WEIR_ASSERT(total <= WEIR_LIST_ITEMS_MAX);
        }
        to[i + 1] = (int32_t)total;
    }
    gather_range(&cells->children[0], map, &column->children[0], heaps, first, end);
}

static void gather_structs(struct weir_cells *cells,
                           struct weir_heap_map *map,
                           const struct weir_column *column,
                           const struct weir_heaps *heaps,
                           const struct weir_pick *pick)
{
    static const uint16_t zeros[WEIR_CHUNK_ROWS_MAX];
    struct weir_pick parts = *pick;
    if (column->is_const) {
        parts.positions = zeros;
        parts.wide = NULL;
    }
    for (uint32_t i = 0; i < cells->child_count; i++) {
        weir_cells_gather(&cells->children[i], map, &column->children[i], heaps, &parts);
    }
}

/* The cells themselves; pick->dead is what is null here. */
static void gather_data(struct weir_cells *cells,
                        struct weir_heap_map *map,
                        const struct weir_column *column,
                        const struct weir_heaps *heaps,
                        const struct weir_pick *pick)
{
    size_t width = weir_type_cell_bytes(cells->type);
    uint8_t *to = cells->data == NULL ? NULL : cells->data->data + cells->rows * width;
    switch (cells->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        gather_bools(cells, column, pick);
        break;
    case WEIR_TYPE_I32:
        gather_cells(to, column->data, pick, column->is_const, sizeof(int32_t));
        zero_dead(to, pick, width);
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_F64:
    case WEIR_TYPE_TS:
        gather_cells(to, column->data, pick, column->is_const, sizeof(int64_t));
        zero_dead(to, pick, width);
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        gather_cells(to, column->data, pick, column->is_const, sizeof(weir_view));
        zero_dead(to, pick, width);
        weir_heap_map_adopt(map, heaps, (weir_view *)(void *)to, pick->count);
        break;
    case WEIR_TYPE_LIST:
        gather_lists(cells, map, column, heaps, pick);
        break;
    case WEIR_TYPE_STRUCT:
        gather_structs(cells, map, column, heaps, pick);
        break;
    }
}

void weir_cells_gather(struct weir_cells *cells,
                       struct weir_heap_map *map,
                       const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       const struct weir_pick *pick)
{
    uint8_t room[WEIR_PICK_BITMAP_BYTES];
    WEIR_ASSERT(pick->count <= WEIR_CHUNK_ROWS_MAX && column->type->kind == cells->type->kind);
    if (pick->count == 0) {
        return;
    }
    struct weir_pick own = *pick;
    own.dead = weir_pick_dead(pick, column, room);
    weir_cells_reserve(cells, pick->count);
    weir_cells_append_valid(cells, own.dead, pick->count);
    gather_data(cells, map, column, heaps, &own);
    cells->rows += pick->count;
}
