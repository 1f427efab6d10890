/* SPDX-License-Identifier: Apache-2.0 */
/* One growing column and its children. Gathered cells are canonical: what is null is zero, what
 * lies below a null struct is null, bits behind the last row are zero. So equal rows are equal
 * bytes, whoever gathered them. */
#ifndef WEIR_DATA_BUILD_CELLS_H
#define WEIR_DATA_BUILD_CELLS_H

#include "data/build/heap_map.h"
#include "data/data.h"
#include "data/pick.h"

enum { WEIR_LIST_ITEMS_MAX = INT32_MAX }; /* of one list column: its offsets are int32 */

struct weir_cells {
    const struct weir_type *type;
    struct weir_buffer
        *data; /* list: rows + 1 offsets; NULL before the first row, and for null and struct */
    struct weir_buffer *valid; /* NULL: no null yet */
    uint32_t rows;
    uint32_t child_count;
    struct weir_cells *children; /* list: 1; struct: field_count */
};

/* Empty; allocates the children. */
void weir_cells_init(struct weir_cells *cells, const struct weir_type *type);

/* Frees everything. */
void weir_cells_destroy(struct weir_cells *cells);

/* Appends the picked rows of `column` (pick->count <= WEIR_CHUNK_ROWS_MAX), text by views that
 * `map` renumbers. */
void weir_cells_gather(struct weir_cells *cells,
                       struct weir_heap_map *map,
                       const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       const struct weir_pick *pick);

/* Appends one constant, its text copied. NULL: null. */
void weir_cells_add_value(struct weir_cells *cells,
                          struct weir_heap_map *map,
                          const struct weir_value *value);

/* Room for `count` more rows. */
void weir_cells_reserve(struct weir_cells *cells, uint32_t count);

/* Appends to the validity that `count` rows (at most WEIR_CHUNK_ROWS_MAX, not yet counted in
 * cells->rows) are null where `dead` has a bit; NULL: nowhere. */
void weir_cells_append_valid(struct weir_cells *cells, const uint8_t *dead, uint32_t count);

/* Views over heaps[i] get number renumber[i], or where that is -1 a copy in `to`. */
void weir_cells_move_text(struct weir_cells *cells,
                          const struct weir_heaps *heaps,
                          const int32_t *renumber,
                          struct weir_heap_map *to);

/* Hands the buffers to `table` and describes them in `column`; the cells are empty again. is_exact:
 * no spare capacity. */
void weir_cells_finish(struct weir_cells *cells,
                       bool is_exact,
                       struct weir_table *table,
                       struct weir_column *column);

#endif
