/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of one field: text views as they lie, values of fixed width in 16 bytes. A null is a key
 * like any other: a view with the impossible count -1, or the second half 1. */
#include "exec/group/keys.h"

#include "exec/chunk/bits.h"

#include <string.h>

static const struct weir_key null_text = {{UINT32_MAX, 0}};
static const struct weir_key null_value = {{0, 1}};

void weir_keys_init(struct weir_keys *keys,
                    const struct weir_type *in,
                    const uint32_t *fields,
                    uint32_t count)
{
    *keys = (struct weir_keys){.kind = WEIR_KEYS_ENCODED, .count = count};
    weir_arena_init(&keys->arena);
    keys->fields = weir_arena_alloc(&keys->arena, count * sizeof *keys->fields);
    const struct weir_type **types = weir_arena_alloc(&keys->arena, count * sizeof *types);
    keys->columns = weir_arena_alloc(&keys->arena, count * sizeof *keys->columns);
    for (uint32_t i = 0; i < count; i++) {
        keys->fields[i] = fields[i];
        types[i] = in->fields[fields[i]].type;
        keys->columns[i].type = types[i];
    }
    keys->types = types;
    enum weir_type_kind kind = types[0]->kind;
    if (count == 1 && weir_type_is_text(types[0])) {
        keys->kind = WEIR_KEYS_TEXT;
    } else if (count == 1 && kind != WEIR_TYPE_LIST && kind != WEIR_TYPE_STRUCT) {
        keys->kind = WEIR_KEYS_FIXED;
    } else {
        keys->sizes = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *keys->sizes);
        keys->bytes = weir_buffer_create(WEIR_GROUP_HEAP_BYTES_MIN);
        (void)weir_heaps_add(&keys->bytes_heaps, keys->bytes);
    }
    keys->cells = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * sizeof *keys->cells);
}

static void drop_table(struct weir_key_column *column)
{
    if (column->has_table) {
        weir_table_finish(&column->table);
        column->has_table = false;
    }
}

void weir_keys_finish(struct weir_keys *keys)
{
    for (uint32_t i = 0; i < keys->count; i++) {
        drop_table(&keys->columns[i]);
        weir_builder_destroy(keys->columns[i].builder);
        weir_free(keys->columns[i].cells);
        weir_free(keys->columns[i].valid);
    }
    weir_heaps_finish(&keys->bytes_heaps);
    weir_free(keys->out_heaps.buffers);
    weir_free(keys->sizes);
    weir_free(keys->cells);
    weir_arena_finish(&keys->arena);
}

/* ---- rows to keys ---- */

#define EACH_ROW(rows, from, count, body)                                                          \
    do {                                                                                           \
        for (uint32_t i = 0; i < (count); i++) {                                                   \
            uint32_t r = (rows)->sel != NULL ? (rows)->sel[(from) + i] : (from) + i;               \
            body;                                                                                  \
        }                                                                                          \
    } while (0)

#define VALUES(T, bits_of)                                                                         \
    do {                                                                                           \
        const T *data_ = column->data;                                                             \
        EACH_ROW(rows, from, count, T value_ = data_[r & mask]; cells[i].half[0] = bits_of;        \
                 cells[i].half[1] = 0);                                                            \
    } while (0)

static inline uint64_t bits_of_f64(double value)
{
    uint64_t bits;
    value = weir_f64_normal(value);
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void make_values(const struct weir_column *column,
                        const struct weir_rows *rows,
                        uint32_t from,
                        uint32_t count,
                        struct weir_key *cells)
{
    uint32_t mask = column->is_const ? 0 : UINT32_MAX;
    switch (column->type->kind) {
    case WEIR_TYPE_BOOL:
        EACH_ROW(rows, from, count,
                 cells[i] = ((struct weir_key){{weir_bit_at(column->data, r & mask), 0}}));
        break;
    case WEIR_TYPE_I32:
        VALUES(int32_t, (uint64_t)(int64_t)value_);
        break;
    case WEIR_TYPE_I64:
    case WEIR_TYPE_TS:
        VALUES(uint64_t, value_);
        break;
    case WEIR_TYPE_F64:
        VALUES(double, bits_of_f64(value_));
        break;
    case WEIR_TYPE_STR:
    case WEIR_TYPE_BYTES: {
        const struct weir_key *data = column->data;
        EACH_ROW(rows, from, count, cells[i] = data[r & mask]);
        break;
    }
    case WEIR_TYPE_NULL:
        EACH_ROW(rows, from, count, cells[i] = null_value; (void)r);
        break;
    case WEIR_TYPE_LIST:
    case WEIR_TYPE_STRUCT:
        WEIR_ASSERT(column->type->kind < WEIR_TYPE_LIST);
        break;
    }
}

uint32_t weir_keys_make(struct weir_keys *keys,
                        const struct weir_rows *rows,
                        uint32_t from,
                        const struct weir_key **made,
                        const struct weir_heaps **heaps)
{
    uint32_t count = weir_rows_count(rows) - from;
    const struct weir_column *column = &rows->columns[keys->fields[0]];
    *heaps = rows->heaps;
    *made = keys->cells;
    if (keys->kind == WEIR_KEYS_ENCODED) {
        *heaps = &keys->bytes_heaps;
        return weir_keys_encode(keys, rows, from, count);
    }
    bool is_text = keys->kind == WEIR_KEYS_TEXT;
    if (is_text && rows->sel == NULL && column->valid == NULL && !column->is_const) {
        *made = (const struct weir_key *)column->data + from;
        return count;
    }
    make_values(column, rows, from, count, keys->cells);
    if (column->valid != NULL) {
        EACH_ROW(
            rows, from, count, if (weir_column_is_null(column, r)) {
                keys->cells[i] = is_text ? null_text : null_value;
            });
    }
    return count;
}

/* ---- keys to columns ---- */

static void reserve(struct weir_key_column *column)
{
    if (column->cells == NULL) {
        size_t width = weir_type_cell_bytes(column->type);
        size_t bytes = (width == 0 ? 1 : width) * WEIR_CHUNK_ROWS_MAX;
        column->cells = weir_alloc_aligned(bytes);
        memset(column->cells, 0, bytes);
        column->valid = weir_alloc(WEIR_CHUNK_ROWS_MAX / 8);
    }
}

/* A group of nulls, if there is one in the chunk. */
static void mark_null(struct weir_key_column *out,
                      const struct weir_key *cells,
                      uint32_t count,
                      struct weir_key null,
                      struct weir_column *column)
{
    for (uint32_t i = 0; i < count; i++) {
        if (memcmp(&cells[i], &null, sizeof null) == 0) {
            memset(out->valid, 0xff, WEIR_CHUNK_ROWS_MAX / 8);
            weir_bit_set(out->valid, i, false);
            column->valid = out->valid;
        }
    }
}

static void text_column(struct weir_key_column *out,
                        const struct weir_key *cells,
                        uint32_t count,
                        struct weir_column *column)
{
    *column = (struct weir_column){.type = out->type, .data = cells};
    mark_null(out, cells, count, null_text, column);
    if (column->valid == NULL) {
        return;
    }
    memcpy(out->cells, cells, count * sizeof *cells);
    for (uint32_t i = 0; i < count; i++) {
        if (!weir_bit_at(out->valid, i)) {
            memset((weir_view *)out->cells + i, 0, sizeof(weir_view));
        }
    }
    column->data = out->cells;
}

static void value_column(struct weir_key_column *out,
                         const struct weir_key *cells,
                         uint32_t count,
                         struct weir_column *column)
{
    *column = (struct weir_column){.type = out->type, .data = out->cells};
    if (out->type->kind == WEIR_TYPE_BOOL) {
        for (uint32_t i = 0; i < count; i++) {
            weir_bit_set(out->cells, i, cells[i].half[0] != 0);
        }
    } else if (out->type->kind == WEIR_TYPE_I32) {
        for (uint32_t i = 0; i < count; i++) {
            ((int32_t *)out->cells)[i] = (int32_t)(int64_t)cells[i].half[0];
        }
    } else {
        for (uint32_t i = 0; i < count; i++) {
            ((uint64_t *)out->cells)[i] = cells[i].half[0];
        }
    }
    mark_null(out, cells, count, null_value, column);
}

void weir_keys_columns_of(struct weir_keys *keys,
                          const struct weir_key *cells,
                          const struct weir_heaps *cell_heaps,
                          uint32_t count,
                          struct weir_column *columns,
                          const struct weir_heaps **heaps)
{
    WEIR_ASSERT(count <= WEIR_CHUNK_ROWS_MAX);
    *heaps = cell_heaps;
    for (uint32_t i = 0; i < keys->count; i++) {
        drop_table(&keys->columns[i]);
        reserve(&keys->columns[i]);
    }
    if (keys->kind == WEIR_KEYS_TEXT) {
        text_column(&keys->columns[0], cells, count, columns);
    } else if (keys->kind == WEIR_KEYS_FIXED) {
        value_column(&keys->columns[0], cells, count, columns);
    } else {
        weir_keys_decode(keys, cells, cell_heaps, count, columns);
        *heaps = &keys->out_heaps;
    }
}

void weir_keys_columns(struct weir_keys *keys,
                       struct weir_groups *groups,
                       uint32_t first,
                       uint32_t count,
                       struct weir_column *columns,
                       const struct weir_heaps **heaps)
{
    WEIR_ASSERT(first > 0);
    weir_groups_reveal(groups, first, count);
    weir_keys_columns_of(keys, groups->keys + first, &groups->heaps, count, columns, heaps);
}
