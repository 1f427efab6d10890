/* SPDX-License-Identifier: Apache-2.0 */
/* Accumulators by group number, and the ways values get into them: a count, or a reducer's scatter,
 * once per chunk. A reducer has no neutral element, so a group's first value is its first
 * accumulator; the other values follow in row order. Null values are skipped. */
#ifndef WEIR_EXEC_GROUP_FOLD_H
#define WEIR_EXEC_GROUP_FOLD_H

#include "exec/exec.h"

struct weir_fold {
    const struct weir_operator *op;     /* the reducer; NULL: counts */
    const struct weir_type *type;       /* of an accumulator, and of the values */
    const struct weir_exec_task *task;  /* that runs: for the report of a crash. May be NULL */
    size_t width;                       /* of an accumulator as loops see it: bool 1 */
    uint8_t *cells;                     /* by number; [0] is nobody's */
    uint32_t capacity;                  /* accumulators */
    uint32_t count;                     /* that are in use */
    bool has_nulls;                     /* some value of this round was null: */
    uint8_t *is_filled;                 /* 1: the accumulator holds something; room for capacity */
    uint8_t *values;                    /* of a chunk, dense */
    uint32_t *numbers;                  /* of rows that do not open a group */
    uint64_t constant;                  /* what `values` is full of */
    bool is_constant;                   /* it is */
};

/* op: the reducer, or NULL to count. type: of the accumulator: a fixed width. */
void weir_fold_init(struct weir_fold *fold,
                    const struct weir_operator *op,
                    const struct weir_type *type);
void weir_fold_finish(struct weir_fold *fold);

/* Forgets all accumulators, keeps the memory. */
void weir_fold_reset(struct weir_fold *fold);

/* Room for groups 1 to count; new counts are 0. */
void weir_fold_reserve(struct weir_fold *fold, uint32_t count);

/* Counts rows: one for each number. */
void weir_fold_count(struct weir_fold *fold, const uint32_t *numbers, uint32_t count);

/* Takes in the values of `count` rows of a column, from the `from`-th that counts on. numbers:
 * their groups; fresh: which of them opened groups, in order, `opened` of them, the newest `opened`
 * groups. */
void weir_fold_values(struct weir_fold *fold,
                      const struct weir_rows *rows,
                      const struct weir_column *column,
                      uint32_t from,
                      uint32_t count,
                      const uint32_t *numbers,
                      const uint16_t *fresh,
                      uint32_t opened);

/* The same for one group, number 1, of all rows that count. */
void weir_fold_all(struct weir_fold *fold,
                   const struct weir_rows *rows,
                   const struct weir_column *column);

/* The column of accumulators [first, first + count): bits and valid: room for a chunk's bitmap. */
void weir_fold_column(const struct weir_fold *fold,
                      const struct weir_type *type,
                      uint32_t first,
                      uint32_t count,
                      uint8_t *bits,
                      uint8_t *valid,
                      struct weir_column *column);

/* ---- the reducer's own loops (kernel.c) ---- */
/* Adds `count` dense values to accumulators that all hold something: each to the one of its number,
 * or all to the first. */
void weir_fold_scatter(const struct weir_fold *fold,
                       const uint32_t *numbers,
                       const uint8_t *values,
                       uint32_t count);
void weir_fold_one(const struct weir_fold *fold, const uint8_t *values, uint32_t count);

#endif
