/* SPDX-License-Identifier: Apache-2.0 */
/* Loops that make selections and truth values: one byte per row (false, true, null), which is what
 * bool loops write and what selections are made from. All of them are free of branches by row. */
#ifndef WEIR_EXEC_CHUNK_SELECTION_H
#define WEIR_EXEC_CHUNK_SELECTION_H

#include "exec/exec.h"

enum weir_truth { WEIR_FALSE = 0, WEIR_TRUE = 1, WEIR_UNKNOWN = 2 };

/* A run of positions: sel, or 0..count-1 where it is NULL. */
struct weir_scope {
    const uint16_t *sel;
    uint32_t count;
};

/* Positions of `in` whose truth is `wanted`; returns how many. to may be in.sel. */
uint32_t weir_select_truth(struct weir_scope in,
                           const uint8_t *truth,
                           uint8_t wanted,
                           uint16_t *to);

/* Positions of `in` whose truth is not `unwanted`. */
uint32_t weir_select_not(struct weir_scope in,
                         const uint8_t *truth,
                         uint8_t unwanted,
                         uint16_t *to);

/* Positions of `in` whose bit is `wanted`. to may be in.sel. */
uint32_t weir_select_bits(struct weir_scope in, const uint8_t *bits, bool wanted, uint16_t *to);

/* Packs truth values into a bitmap of those equal to `value` (rows: rounded up to 8; the truth
 * array has that room). */
void weir_truth_pack(const uint8_t *truth, uint32_t rows, uint8_t value, uint8_t *bits);

/* Truth values of a bool column. */
void weir_truth_unpack(const struct weir_column *column, uint32_t rows, uint8_t *truth);

/* Truth becomes WEIR_UNKNOWN where the bit is 0. */
void weir_truth_mask(uint8_t *truth, const uint8_t *valid, uint32_t rows);

#endif
