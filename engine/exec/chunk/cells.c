/* SPDX-License-Identifier: Apache-2.0 */
/* The loops are chosen by width once per column, never per cell. */
#include "exec/chunk/cells.h"

#include "exec/chunk/bits.h"

#include <string.h>

#define PICK(T)                                                                                    \
    do {                                                                                           \
        const T *data_ = from->data;                                                               \
        T *to_ = cells;                                                                            \
        for (uint32_t k = 0; k < scope.count; k++) {                                               \
            uint32_t r = scope.sel != NULL ? scope.sel[k] : k;                                     \
            int32_t cell_ = at[r] & mask;                                                          \
            T picked_ = {0};                                                                       \
            if (at[r] >= 0) {                                                                      \
                picked_ = data_[cell_];                                                            \
            }                                                                                      \
            to_[r] = picked_;                                                                      \
        }                                                                                          \
    } while (0)

static void pick_bits(
    uint8_t *to, const uint8_t *bits, struct weir_scope scope, const int32_t *at, int32_t mask)
{
    for (uint32_t k = 0; k < scope.count; k++) {
        uint32_t r = scope.sel != NULL ? scope.sel[k] : k;
        bool is_set = at[r] >= 0 && (bits == NULL || weir_bit_at(bits, (size_t)(at[r] & mask)));
        weir_bit_set(to, r, is_set);
    }
}

static bool all_set(const uint8_t *bits, struct weir_scope scope)
{
    bool all = true;
    for (uint32_t k = 0; k < scope.count; k++) {
        all &= weir_bit_at(bits, scope.sel != NULL ? scope.sel[k] : k);
    }
    return all;
}

bool weir_flat_pick(void *cells,
                    uint8_t *valid,
                    const struct weir_column *from,
                    struct weir_scope scope,
                    const int32_t *at)
{
    int32_t mask = from->is_const ? 0 : -1;
    switch (from->type->kind) {
    case WEIR_TYPE_NULL:
        memset(valid, 0, WEIR_CHUNK_ROWS_MAX / 8);
        return false;
    case WEIR_TYPE_BOOL:
        pick_bits(cells, from->data, scope, at, mask);
        break;
    case WEIR_TYPE_I32:
        PICK(int32_t);
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_F64:
    case WEIR_TYPE_TS:
        PICK(int64_t);
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES:
        PICK(weir_view);
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        WEIR_ASSERT(weir_is_flat(from->type));
        break;
    }
    pick_bits(valid, from->valid, scope, at, mask);
    return all_set(valid, scope);
}

#define SPREAD(T)                                                                                  \
    do {                                                                                           \
        const T *data_ = from->data;                                                               \
        T *to_ = (T *)cells + first;                                                               \
        for (size_t r = 0; r < rows; r++) {                                                        \
            to_[r * stride] = data_[from->is_const ? 0 : r];                                       \
        }                                                                                          \
    } while (0)

void weir_flat_spread(
    void *cells, size_t first, size_t stride, const struct weir_column *from, uint32_t rows)
{
    if (from->type->kind == WEIR_TYPE_NULL) {
        return;
    }
    switch (weir_type_cell_bytes(from->type)) {
    case 0:
        for (size_t r = 0; r < rows; r++) {
            weir_bit_set(cells, first + r * stride,
                         weir_bit_at(from->data, from->is_const ? 0 : r));
        }
        break;
    case 4:
        SPREAD(int32_t);
        break;
    case 8:
        SPREAD(int64_t);
        break;
    default:
        SPREAD(weir_view);
        break;
    }
}

#define GATHER(T)                                                                                  \
    do {                                                                                           \
        const T *data_ = from->data;                                                               \
        T *to_ = cells;                                                                            \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            to_[i] = data_[at[i]];                                                                 \
        }                                                                                          \
    } while (0)

void weir_flat_gather(void *cells,
                      const struct weir_column *from,
                      const uint16_t *at,
                      uint32_t count)
{
    switch (weir_type_cell_bytes(from->type)) {
    case 0:
        if (from->type->kind == WEIR_TYPE_BOOL) {
            weir_flat_pick_bits(cells, from->data, at, count);
        }
        break;
    case 4:
        GATHER(int32_t);
        break;
    case 8:
        GATHER(int64_t);
        break;
    default:
        GATHER(weir_view);
        break;
    }
}

#define CLEAR(T)                                                                                   \
    do {                                                                                           \
        T *cells_ = cells;                                                                         \
        for (uint32_t r = 0; r < rows; r++) {                                                      \
            cells_[r] = weir_bit_at(valid, r) ? cells_[r] : (T){0};                                \
        }                                                                                          \
    } while (0)

void weir_flat_clear_nulls(void *cells,
                           const struct weir_type *type,
                           const uint8_t *valid,
                           uint32_t rows)
{
    uint8_t *bits = cells;
    switch (weir_type_cell_bytes(type)) {
    case 0:
        for (size_t i = 0; type->kind == WEIR_TYPE_BOOL && i < weir_bitmap_bytes(rows); i++) {
            bits[i] &= valid[i];
        }
        break;
    case 4:
        CLEAR(int32_t);
        break;
    case 8:
        CLEAR(int64_t);
        break;
    default:
        CLEAR(weir_view);
        break;
    }
}

void weir_bytes_to_valid(const uint8_t *bytes, uint32_t rows, uint8_t *valid)
{
    weir_truth_pack(bytes, rows, 0, valid);
    for (size_t i = 0; i < weir_bitmap_bytes(rows); i++) {
        valid[i] = (uint8_t)~valid[i];
    }
}

void weir_flat_pick_bits(uint8_t *to, const uint8_t *bits, const uint16_t *at, uint32_t count)
{
    for (uint32_t i = 0; i < count; i += 8) {
        uint32_t end = count - i < 8 ? count - i : 8;
        unsigned byte = 0;
        for (uint32_t k = 0; k < end; k++) {
            byte |= (unsigned)weir_bit_at(bits, at[i + k]) << k;
        }
        to[i >> 3] = (uint8_t)byte;
    }
}

void weir_assembly_init(struct weir_assembly *assembly,
                        struct weir_arena *arena,
                        const struct weir_type *type)
{
    struct weir_type_field field = {"value", type};
    assembly->schema = weir_type_struct(arena, &field, 1);
    assembly->builder = weir_builder_create(assembly->schema, false);
    assembly->room =
        weir_arena_alloc(arena, weir_type_column_count(assembly->schema) * sizeof *assembly->room);
}

void weir_assembly_destroy(struct weir_assembly *assembly)
{
    weir_builder_destroy(assembly->builder);
    *assembly = (struct weir_assembly){0};
}

void weir_assembly_add(const struct weir_assembly *assembly,
                       const struct weir_column *column,
                       const struct weir_heaps *heaps,
                       int64_t rows,
                       int64_t at)
{
    struct weir_rows eight;
    struct weir_rows all = {
        .schema = assembly->schema, .rows = (uint32_t)rows, .columns = column, .heaps = heaps};
    uint32_t first = (uint32_t)at & ~7U;
    uint32_t left = (uint32_t)rows - first;
    uint16_t position = (uint16_t)((uint32_t)at - first);
    weir_rows_slice(&all, first, left < 8 ? left : 8, assembly->room, &eight);
    weir_builder_add_at(assembly->builder, &eight, &position, 1);
}

void weir_assembly_add_null(const struct weir_assembly *assembly)
{
    struct weir_value null = {.type = assembly->schema->fields[0].type, .is_null = true};
    weir_builder_add_values(assembly->builder, &null);
}

struct weir_column weir_assembly_take(const struct weir_assembly *assembly,
                                      struct weir_step_heaps *heaps)
{
    struct weir_table table;
    weir_builder_finish(assembly->builder, &table);
    struct weir_column column = table.columns[0];
    weir_step_heaps_adopt(heaps, &table);
    return column;
}
