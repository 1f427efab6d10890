/* SPDX-License-Identifier: Apache-2.0 */
/* Appends constants cell by cell: tests, finite inputs, small results. */
#include "data/bits.h"
#include "data/build/cells.h"

#include <string.h>

/* Writes the cell at cells->rows; parts are appended to the children. value NULL: null. */
static void put_cell(struct weir_cells *cells,
                     struct weir_heap_map *map,
                     const struct weir_value *value)
{
    void *data = cells->data == NULL ? NULL : cells->data->data;
    int64_t number = value == NULL ? 0 : value->i64;
    switch (cells->type->kind) {
    case WEIR_TYPE_NULL:
        break;
    case WEIR_TYPE_BOOL:
        weir_bit_put(data, cells->rows, number != 0);
        break;
    case WEIR_TYPE_I32:
        ((int32_t *)data)[cells->rows] = (int32_t)number;
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        ((int64_t *)data)[cells->rows] = number;
        break;
    case WEIR_TYPE_F64:
        ((double *)data)[cells->rows] = value == NULL ? 0 : value->f64;
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        weir_heap_map_copy(map, value == NULL ? (weir_str){"", 0} : value->str,
                           (weir_view *)data + cells->rows);
        break;
    case WEIR_TYPE_LIST:
        for (uint32_t i = 0; value != NULL && i < value->item_count; i++) {
            weir_cells_add_value(&cells->children[0], map, &value->items[i]);
        }
        WEIR_ASSERT(cells->children[0].rows <= WEIR_LIST_ITEMS_MAX);
        ((int32_t *)data)[cells->rows + 1] = (int32_t)cells->children[0].rows;
        break;
    case WEIR_TYPE_STRUCT:
        WEIR_ASSERT(value == NULL || value->item_count == cells->child_count);
        for (uint32_t i = 0; i < cells->child_count; i++) {
            weir_cells_add_value(&cells->children[i], map, value == NULL ? NULL : &value->items[i]);
        }
        break;
    }
}

void weir_cells_add_value(struct weir_cells *cells,
                          struct weir_heap_map *map,
                          const struct weir_value *value)
{
    static const uint8_t dead = 1;
    bool is_null = value == NULL || value->type == NULL || value->is_null ||
                   value->type->kind == WEIR_TYPE_NULL;
    WEIR_ASSERT(is_null || value->type->kind == cells->type->kind);
    weir_cells_reserve(cells, 1);
    weir_cells_append_valid(cells, is_null || cells->type->kind == WEIR_TYPE_NULL ? &dead : NULL,
                            1);
    put_cell(cells, map, is_null ? NULL : value);
    cells->rows++;
}
