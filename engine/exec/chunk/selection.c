/* SPDX-License-Identifier: Apache-2.0 */
/* Writing every position and advancing only past those that count costs the same for any data. */
#include "exec/chunk/selection.h"

#include "exec/chunk/bits.h"

#include <string.h>

#define P8_(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
#define P64_(n)                                                                                    \
    P8_(n), P8_(n + 8), P8_(n + 16), P8_(n + 24), P8_(n + 32), P8_(n + 40), P8_(n + 48), P8_(n + 56)
#define P512_(n)                                                                                   \
    P64_(n), P64_(n + 64), P64_(n + 128), P64_(n + 192), P64_(n + 256), P64_(n + 320),             \
        P64_(n + 384), P64_(n + 448)
const uint16_t weir_positions[WEIR_CHUNK_ROWS_MAX] = {P512_(0), P512_(512), P512_(1024),
                                                      P512_(1536)};

#define SELECT(in, to, condition)                                                                  \
    do {                                                                                           \
        uint32_t found_ = 0;                                                                       \
        if ((in).sel != NULL) {                                                                    \
            for (uint32_t k_ = 0; k_ < (in).count; k_++) {                                         \
                uint32_t r = (in).sel[k_];                                                         \
                (to)[found_] = (uint16_t)r;                                                        \
                found_ += (condition);                                                             \
            }                                                                                      \
        } else {                                                                                   \
            for (uint32_t r = 0; r < (in).count; r++) {                                            \
                (to)[found_] = (uint16_t)r;                                                        \
                found_ += (condition);                                                             \
            }                                                                                      \
        }                                                                                          \
        return found_;                                                                             \
    } while (0)

/* Few rows pass most filters: eight at once are skipped by one test. */
static uint32_t select_dense_true(uint32_t count, const uint8_t *truth, uint16_t *to)
{
    uint32_t found = 0;
    uint32_t r = 0;
    for (; r + 8 <= count; r += 8) {
        uint64_t eight;
        memcpy(&eight, truth + r, 8);
        if (eight == 0) {
            continue;
        }
        for (uint32_t i = 0; i < 8; i++) {
            to[found] = (uint16_t)(r + i);
            found += truth[r + i] == WEIR_TRUE;
        }
    }
    for (; r < count; r++) {
        to[found] = (uint16_t)r;
        found += truth[r] == WEIR_TRUE;
    }
    return found;
}

uint32_t weir_select_truth(struct weir_scope in, const uint8_t *truth, uint8_t wanted, uint16_t *to)
{
    if (in.sel == NULL && wanted == WEIR_TRUE) {
        return select_dense_true(in.count, truth, to);
    }
    SELECT(in, to, truth[r] == wanted);
}

uint32_t weir_select_not(struct weir_scope in, const uint8_t *truth, uint8_t unwanted, uint16_t *to)
{
    SELECT(in, to, truth[r] != unwanted);
}

uint32_t weir_select_bits(struct weir_scope in, const uint8_t *bits, bool wanted, uint16_t *to)
{
    SELECT(in, to, weir_bit_at(bits, r) == wanted);
}

void weir_truth_pack(const uint8_t *truth, uint32_t rows, uint8_t value, uint8_t *bits)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t low7 = UINT64_C(0x7f7f7f7f7f7f7f7f);
    for (uint32_t r = 0; r < rows; r += 8) {
        uint64_t eight;
        memcpy(&eight, truth + r, 8);
        eight ^= ones * value; /* zero where equal */
        uint64_t is_equal = ~(((eight & low7) + low7) | eight | low7) >> 7;
        bits[r >> 3] = (uint8_t)((is_equal * UINT64_C(0x0102040810204080)) >> 56);
    }
}

void weir_truth_unpack(const struct weir_column *column, uint32_t rows, uint8_t *truth)
{
    if (column->is_const || column->type->kind == WEIR_TYPE_NULL) {
        bool is_null = column->type->kind == WEIR_TYPE_NULL || weir_column_is_null(column, 0);
        int value = is_null ? WEIR_UNKNOWN : weir_bit_at(column->data, 0);
        memset(truth, value, rows);
        return;
    }
    const uint8_t *bits = column->data;
    for (uint32_t r = 0; r < rows; r++) {
        truth[r] = (uint8_t)((bits[r >> 3] >> (r & 7)) & 1);
    }
    if (column->valid != NULL) {
        weir_truth_mask(truth, column->valid, rows);
    }
}

void weir_truth_mask(uint8_t *truth, const uint8_t *valid, uint32_t rows)
{
    for (uint32_t r = 0; r < rows; r++) {
        truth[r] = weir_bit_at(valid, r) ? truth[r] : (uint8_t)WEIR_UNKNOWN;
    }
}
