/* SPDX-License-Identifier: Apache-2.0 */
/* One indirect call per chunk. Everything around it is a loop over cells of one width. */
#include "exec/group/fold.h"

#include "exec/chunk/bits.h"
#include "exec/chunk/selection.h"

#include <string.h>

void weir_fold_init(struct weir_fold *fold,
                    const struct weir_operator *op,
                    const struct weir_type *type)
{
    size_t width = type->kind == WEIR_TYPE_BOOL ? 1 : weir_type_cell_bytes(type);
    WEIR_ASSERT(width > 0 && width <= sizeof(uint64_t));
    *fold = (struct weir_fold){.op = op, .type = type, .width = width};
    fold->values = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX * sizeof(uint64_t));
    fold->numbers = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof *fold->numbers);
}

void weir_fold_finish(struct weir_fold *fold)
{
    weir_free(fold->cells);
    weir_free(fold->is_filled);
    weir_free(fold->values);
    weir_free(fold->numbers);
    *fold = (struct weir_fold){0};
}

void weir_fold_reset(struct weir_fold *fold)
{
    fold->count = 0;
    fold->has_nulls = false;
}

void weir_fold_reserve(struct weir_fold *fold, uint32_t count)
{
    if (count + 1 > fold->capacity) {
        uint32_t capacity = fold->capacity == 0 ? WEIR_CHUNK_ROWS_MAX : fold->capacity * 2;
        capacity = capacity > count + 1 ? capacity : count + 1;
        fold->cells = weir_realloc(fold->cells, capacity * fold->width);
        fold->is_filled = weir_realloc(fold->is_filled, capacity);
        fold->capacity = capacity;
    }
    if (count > fold->count) {
        uint32_t added = count - fold->count;
        memset(fold->cells + (fold->count + 1) * fold->width, 0, added * fold->width);
        if (fold->has_nulls) {
            memset(fold->is_filled + fold->count + 1, 0, added);
        }
        fold->count = count;
    }
}

void weir_fold_count(struct weir_fold *fold, const uint32_t *numbers, uint32_t count)
{
    int64_t *counts = (int64_t *)(void *)fold->cells;
    for (uint32_t i = 0; i < count; i++) {
        counts[numbers[i]]++;
    }
}

/* ---- values, dense ---- */

#define DENSE(T)                                                                                   \
    do {                                                                                           \
        const T *data_ = column->data;                                                             \
        T *to_ = (T *)(void *)fold->values;                                                        \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            to_[i] = data_[rows->sel[from + i]];                                                   \
        }                                                                                          \
    } while (0)

static void fill_constant(struct weir_fold *fold, const struct weir_column *column)
{
    uint64_t value = 0;
    if (column->type->kind == WEIR_TYPE_BOOL) {
        value = weir_bit_at(column->data, 0);
    } else {
        memcpy(&value, column->data, fold->width);
    }
    if (fold->is_constant && fold->constant == value) {
        return;
    }
    for (uint32_t i = 0; i < WEIR_CHUNK_ROWS_MAX; i++) {
        memcpy(fold->values + i * fold->width, &value, fold->width);
    }
    fold->constant = value;
    fold->is_constant = true;
}

/* The values of these rows one behind the other; in place where they lie so already. */
static const uint8_t *dense_values(struct weir_fold *fold,
                                   const struct weir_rows *rows,
                                   const struct weir_column *column,
                                   uint32_t from,
                                   uint32_t count)
{
    if (column->is_const) {
        fill_constant(fold, column);
        return fold->values;
    }
    bool is_bool = column->type->kind == WEIR_TYPE_BOOL;
    if (rows->sel == NULL && !is_bool) {
        return (const uint8_t *)column->data + from * fold->width;
    }
    fold->is_constant = false;
    if (is_bool) {
        for (uint32_t i = 0; i < count; i++) {
            uint32_t r = rows->sel != NULL ? rows->sel[from + i] : from + i;
            fold->values[i] = weir_bit_at(column->data, r);
        }
    } else if (fold->width == sizeof(uint32_t)) {
        DENSE(uint32_t);
    } else {
        DENSE(uint64_t);
    }
    return fold->values;
}

/* ---- reducing ---- */

static inline void put_cell(struct weir_fold *fold, uint32_t number, const uint8_t *value)
{
    uint8_t *cell = fold->cells + number * fold->width;
    if (fold->width == sizeof(uint64_t)) {
        memcpy(cell, value, sizeof(uint64_t));
    } else {
        memcpy(cell, value, fold->width);
    }
}

/* Keeps the values of rows whose byte in `leaves` is 0; `from` may be `to`. */
#define SQUEEZE(T)                                                                                 \
    do {                                                                                           \
        const T *from_ = (const T *)(const void *)from;                                            \
        T *to_ = (T *)(void *)fold->values;                                                        \
        for (uint32_t i = 0; i < count; i++) {                                                     \
            to_[kept] = from_[i];                                                                  \
            kept += 1U - leaves[i];                                                                \
        }                                                                                          \
    } while (0)

static void squeeze_values(struct weir_fold *fold,
                           const uint8_t *from,
                           const uint8_t *leaves,
                           uint32_t count)
{
    uint32_t kept = 0;
    if (fold->width == sizeof(uint64_t)) {
        SQUEEZE(uint64_t);
    } else if (fold->width == sizeof(uint32_t)) {
        SQUEEZE(uint32_t);
    } else {
        SQUEEZE(uint8_t);
    }
}

/* Squeezes the rows that opened groups out of numbers and values; returns how many are left. New
 * keys come at random places, so no branch asks for them. */
static uint32_t leave_out(struct weir_fold *fold,
                          const uint32_t *numbers,
                          const uint8_t *values,
                          uint32_t count,
                          const uint16_t *fresh,
                          uint32_t opened)
{
    uint8_t leaves[WEIR_CHUNK_ROWS_MAX];
    uint32_t kept = 0;
    memset(leaves, 0, count);
    for (uint32_t k = 0; k < opened; k++) {
        leaves[fresh[k]] = 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        fold->numbers[kept] = numbers[i];
        kept += 1U - leaves[i];
    }
    if (!fold->is_constant) { /* values may be the block's own: they are copied here */
        squeeze_values(fold, values, leaves, count);
    }
    return kept;
}

static void reduce(struct weir_fold *fold,
                   const uint8_t *values,
                   uint32_t count,
                   const uint32_t *numbers,
                   const uint16_t *fresh,
                   uint32_t opened)
{
    for (uint32_t k = 0; k < opened; k++) {
        put_cell(fold, numbers[fresh[k]], values + fresh[k] * fold->width);
    }
    if (opened > 0) {
        count = leave_out(fold, numbers, values, count, fresh, opened);
        numbers = fold->numbers;
        values = fold->values;
    }
    if (count > 0) {
        weir_fold_scatter(fold, numbers, values, count);
    }
}

/* Values may be null, or accumulators empty: row by row finds out which rows open an accumulator
 * and which add to one. */
static void reduce_nullable(struct weir_fold *fold,
                            const struct weir_rows *rows,
                            const struct weir_column *column,
                            uint32_t from,
                            const uint8_t *values,
                            uint32_t count,
                            const uint32_t *numbers)
{
    uint32_t kept = 0;
    size_t width = fold->width;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = rows->sel != NULL ? rows->sel[from + i] : from + i;
        if (weir_column_is_null(column, r)) {
            continue;
        }
        if (fold->is_filled[numbers[i]] == 0) {
            fold->is_filled[numbers[i]] = 1;
            put_cell(fold, numbers[i], values + i * width);
            continue;
        }
        fold->numbers[kept] = numbers[i];
        if (!fold->is_constant) {
            memmove(fold->values + kept * width, values + i * width, width);
        }
        kept++;
    }
    if (kept > 0) {
        weir_fold_scatter(fold, fold->numbers, fold->values, kept);
    }
}

static void add_counts(struct weir_fold *fold,
                       const uint8_t *values,
                       const uint32_t *numbers,
                       uint32_t count)
{
    int64_t *counts = (int64_t *)(void *)fold->cells;
    const int64_t *parts = (const int64_t *)(const void *)values;
    for (uint32_t i = 0; i < count; i++) {
        counts[numbers[i]] += parts[i];
    }
}

/* From here to the end of the round, nulls are possible. Groups known before have their first
 * value, those opened by this chunk do not. */
static void expect_nulls(struct weir_fold *fold, uint32_t opened)
{
    if (!fold->has_nulls) {
        fold->has_nulls = true;
        memset(fold->is_filled, 1, fold->count + 1 - opened);
        memset(fold->is_filled + fold->count + 1 - opened, 0, opened);
    }
}

void weir_fold_values(struct weir_fold *fold,
                      const struct weir_rows *rows,
                      const struct weir_column *column,
                      uint32_t from,
                      uint32_t count,
                      const uint32_t *numbers,
                      const uint16_t *fresh,
                      uint32_t opened)
{
    const uint8_t *values = dense_values(fold, rows, column, from, count);
    bool is_const = column->is_const;
    if (fold->op == NULL) {
        add_counts(fold, values, numbers, count);
        return;
    }
    if (column->valid != NULL) {
        expect_nulls(fold, opened);
    }
    if (!is_const) {
        fold->is_constant = false;
    }
    if (fold->has_nulls) {
        reduce_nullable(fold, rows, column, from, values, count, numbers);
    } else {
        reduce(fold, values, count, numbers, fresh, opened);
    }
}

/* ---- one group ---- */

/* Squeezes nulls out; returns how many values are left. */
static uint32_t leave_nulls(struct weir_fold *fold,
                            const struct weir_rows *rows,
                            const struct weir_column *column,
                            const uint8_t **values,
                            uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = rows->sel != NULL ? rows->sel[i] : i;
        memmove(fold->values + kept * fold->width, *values + i * fold->width, fold->width);
        kept += !weir_column_is_null(column, r);
    }
    fold->is_constant = false;
    *values = fold->values;
    return kept;
}

void weir_fold_all(struct weir_fold *fold,
                   const struct weir_rows *rows,
                   const struct weir_column *column)
{
    uint32_t count = weir_rows_count(rows);
    const uint8_t *values = dense_values(fold, rows, column, 0, count);
    if (!fold->has_nulls) { /* is_filled[1] says whether there is a first value yet */
        fold->has_nulls = true;
        fold->is_filled[1] = 0;
    }
    if (fold->op == NULL) {
        for (uint32_t i = 0; i < count; i++) {
            *(int64_t *)(void *)(fold->cells + fold->width) +=
                ((const int64_t *)(const void *)values)[i];
        }
        return;
    }
    if (column->valid != NULL) {
        count = leave_nulls(fold, rows, column, &values, count);
    }
    if (count > 0 && fold->is_filled[1] == 0) {
        put_cell(fold, 1, values);
        fold->is_filled[1] = 1;
        values += fold->width;
        count--;
    }
    if (count > 0) {
        weir_fold_one(fold, values, count);
    }
}

void weir_fold_column(const struct weir_fold *fold,
                      const struct weir_type *type,
                      uint32_t first,
                      uint32_t count,
                      uint8_t *bits,
                      uint8_t *valid,
                      struct weir_column *column)
{
    *column = (struct weir_column){.type = type, .data = fold->cells + first * fold->width};
    if (type->kind == WEIR_TYPE_BOOL) {
        for (uint32_t i = 0; i < count; i++) {
            weir_bit_set(bits, i, fold->cells[first + i] != 0);
        }
        column->data = bits;
    }
    if (fold->has_nulls && fold->op != NULL) {
        bool has_empty = false;
        for (uint32_t i = 0; i < count; i++) {
            weir_bit_set(valid, i, fold->is_filled[first + i] != 0);
            has_empty |= fold->is_filled[first + i] == 0;
        }
        column->valid = has_empty ? valid : NULL;
    }
}
