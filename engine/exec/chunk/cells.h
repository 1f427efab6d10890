/* SPDX-License-Identifier: Apache-2.0 */
/* Copies cells into a program's result. Cells of fixed width are gathered by loops; results whose
 * cells hold lists or structs are assembled by a builder, cell by cell: they are rare and have no
 * fixed place. */
#ifndef WEIR_EXEC_CHUNK_CELLS_H
#define WEIR_EXEC_CHUNK_CELLS_H

#include "exec/chunk/selection.h"
#include "plugin/plugin.h"

/* Cells of one width: neither lists nor structs. */
static inline bool weir_is_flat(const struct weir_type *type)
{
    return type->kind != WEIR_TYPE_LIST && type->kind != WEIR_TYPE_STRUCT;
}

/* Null of any type, constant or not. */
static inline bool weir_cell_is_null(const struct weir_column *column, int64_t at)
{
    return column->type->kind == WEIR_TYPE_NULL || weir_column_is_null(column, (uint32_t)at);
}

/* For every row r of the scope: cell r of `cells` becomes cell at[r] of a flat column (at[r] < 0:
 * zero), and bit r of `valid` whether it is there and not null. True if every one is. */
bool weir_flat_pick(void *cells,
                    uint8_t *valid,
                    const struct weir_column *from,
                    struct weir_scope scope,
                    const int32_t *at);

/* Cell first + r * stride of `cells` becomes cell r of a flat column, for r < rows. */
void weir_flat_spread(
    void *cells, size_t first, size_t stride, const struct weir_column *from, uint32_t rows);

/* Cell i of `cells` becomes cell at[i] of a flat column that is no constant, for i < count. */
void weir_flat_gather(void *cells,
                      const struct weir_column *from,
                      const uint16_t *at,
                      uint32_t count);

/* What is null becomes zero, for r < rows: nobody then follows what lay there before. bool: bits.
 */
void weir_flat_clear_nulls(void *cells,
                           const struct weir_type *type,
                           const uint8_t *valid,
                           uint32_t rows);

/* Bytes that are not 0 become bits; rows: rounded up to 8, the bytes have that room. */
void weir_bytes_to_valid(const uint8_t *bytes, uint32_t rows, uint8_t *valid);

/* Bit i becomes bit at[i]. */
void weir_flat_pick_bits(uint8_t *to, const uint8_t *bits, const uint16_t *at, uint32_t count);

/* ---- cells without a fixed width, put together one by one ---- */
struct weir_assembly {
    const struct weir_type *schema; /* one field */
    struct weir_builder *builder;   /* NULL: none was made */
    struct weir_column *room;       /* for a slice */
};

/* For columns of `type`, which lives on the arena as the rest does. */
void weir_assembly_init(struct weir_assembly *assembly,
                        struct weir_arena *arena,
                        const struct weir_type *type);
void weir_assembly_destroy(struct weir_assembly *assembly); /* Fine on a zeroed struct. */

/* Appends cell `at` of a column of `rows` rows. */
void weir_assembly_add(const struct weir_assembly *assembly,
                       const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       int64_t rows,
                       int64_t at);

/* Appends a null. */
void weir_assembly_add_null(const struct weir_assembly *assembly);

/* The column of what was added; its memory lives until the next chunk of `heaps`' step. */
struct weir_column weir_assembly_take(const struct weir_assembly *assembly,
                                      struct weir_step_heaps *heaps);

#endif
