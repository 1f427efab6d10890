/* SPDX-License-Identifier: Apache-2.0 */
/* `and`, `or`, `??`, and bools between their two forms. null is "unknown": false and null is false,
 * true and null is null. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

/* [left * 4 + right], each WEIR_FALSE, WEIR_TRUE or WEIR_UNKNOWN. */
static const uint8_t and_table[16] = {0, 0, 0, 0, 0, 1, 2, 0, 0, 2, 2, 0, 0, 0, 0, 0};
static const uint8_t or_table[16] = {0, 1, 2, 0, 1, 1, 1, 0, 2, 1, 2, 0, 0, 0, 0, 0};

void weir_code_pack(struct weir_program *program, const struct weir_code *code)
{
    const struct weir_register *from = &program->registers[code->args[0]];
    struct weir_column *to = &program->registers[code->to].column;
    uint32_t rows = program->rows->rows;
    uint8_t unknown = 0;
    weir_truth_pack(from->truth, rows, WEIR_TRUE, code->cells);
    to->data = code->cells;
    to->valid = NULL;
    for (uint32_t r = 0; r < rows; r++) {
        unknown |= from->truth[r];
    }
    if ((unknown & WEIR_UNKNOWN) != 0) {
        weir_truth_pack(from->truth, rows, WEIR_UNKNOWN, code->valid);
        for (size_t i = 0; i < weir_bitmap_bytes(rows); i++) {
            code->valid[i] = (uint8_t)~code->valid[i];
        }
        to->valid = code->valid;
    }
}

void weir_code_unpack(struct weir_program *program, const struct weir_code *code)
{
    weir_truth_unpack(&program->registers[code->args[0]].column, program->rows->rows,
                      program->registers[code->to].truth);
}

/* Rows that are null in a column. */
static uint32_t select_nulls(const struct weir_column *column,
                             struct weir_scope scope,
                             uint16_t *to)
{
    if (column->type->kind == WEIR_TYPE_NULL || column->is_const) {
        bool is_null = column->type->kind == WEIR_TYPE_NULL || weir_column_is_null(column, 0);
        if (is_null) {
            memcpy(to, scope.sel != NULL ? scope.sel : weir_positions, scope.count * sizeof *to);
        }
        return is_null ? scope.count : 0;
    }
    return column->valid == NULL ? 0 : weir_select_bits(scope, column->valid, false, to);
}

bool weir_code_narrow(struct weir_program *program, const struct weir_code *code)
{
    const struct weir_register *left = &program->registers[code->args[0]];
    struct weir_scope outer = program->scopes[program->scope_count - 1];
    struct weir_scope *inner = &program->scopes[program->scope_count];
    uint16_t *sel = program->scope_memory[program->scope_count];
    uint32_t count;
    if (code->logic == WEIR_EXPR_COALESCE) {
        count = select_nulls(&left->column, outer, sel);
    } else {
        uint8_t decided = code->logic == WEIR_EXPR_AND ? WEIR_FALSE : WEIR_TRUE;
        count = weir_select_not(outer, left->truth, decided, sel);
    }
    inner->sel = count == program->rows->rows ? NULL : sel;
    inner->count = count;
    program->scope_count++;
    return count == 0;
}

static void join_truth(struct weir_program *program,
                       const struct weir_code *code,
                       struct weir_scope right_scope)
{
    const uint8_t *table = code->logic == WEIR_EXPR_AND ? and_table : or_table;
    const uint8_t *left = program->registers[code->args[0]].truth;
    const uint8_t *right = program->registers[code->args[1]].truth;
    uint8_t *to = program->registers[code->to].truth;
    memcpy(to, left, program->rows->rows);
    for (uint32_t k = 0; k < right_scope.count; k++) {
        uint32_t r = right_scope.sel != NULL ? right_scope.sel[k] : k;
        to[r] = table[(left[r] * 4U + right[r]) & 15U];
    }
}

void weir_code_join(struct weir_program *program, const struct weir_code *code)
{
    struct weir_scope right = program->scopes[--program->scope_count];
    if (code->logic == WEIR_EXPR_COALESCE) {
        weir_code_coalesce(program, code, right);
    } else {
        join_truth(program, code, right);
    }
}
