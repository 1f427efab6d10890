/* SPDX-License-Identifier: Apache-2.0 */
/* `??`, members of structs and structs. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

/* ---- ?? ---- */

/* Whole lists and structs: positions nobody reads become null. */
static void assemble_coalesce(struct weir_program *p,
                              const struct weir_code *code,
                              struct weir_scope outer)
{
    struct weir_column *to = &p->registers[code->to].column;
    const struct weir_column *left = &p->registers[code->args[0]].column;
    const struct weir_column *right = &p->registers[code->args[1]].column;
    uint32_t rows = p->rows->rows;
    uint32_t k = 0;
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t next = k < outer.count ? (outer.sel != NULL ? outer.sel[k] : k) : rows;
        if (r < next) {
            weir_assembly_add_null(&code->assembly);
            continue;
        }
        k++;
        weir_assembly_add(&code->assembly, weir_cell_is_null(left, r) ? right : left,
                          weir_program_heaps(p), rows, r);
    }
    *to = weir_assembly_take(&code->assembly, &p->heaps);
}

void weir_code_coalesce(struct weir_program *program,
                        const struct weir_code *code,
                        struct weir_scope right_scope)
{
    struct weir_column *to = &program->registers[code->to].column;
    const struct weir_column *left = &program->registers[code->args[0]].column;
    const struct weir_column *right = &program->registers[code->args[1]].column;
    struct weir_scope outer = program->scopes[program->scope_count - 1];
    if (right_scope.count == 0) { /* nothing was null */
        *to = *left;
        return;
    }
    if (code->assembly.builder != NULL) {
        assemble_coalesce(program, code, outer);
        return;
    }
    int32_t at[WEIR_CHUNK_ROWS_MAX];
    for (uint32_t r = 0; r < program->rows->rows; r++) {
        at[r] = (int32_t)r;
    }
    *to = (struct weir_column){.type = to->type, .data = code->cells, .valid = code->valid};
    (void)weir_flat_pick(code->cells, code->valid, left, outer, at);
    if (weir_flat_pick(code->cells, code->valid, right, right_scope, at)) {
        to->valid = NULL;
    }
}

/* ---- structs ---- */

void weir_code_member(struct weir_program *program, const struct weir_code *code)
{
    struct weir_column *to = &program->registers[code->to].column;
    const struct weir_column *whole = &program->registers[code->args[0]].column;
    const struct weir_column *member = &whole->children[code->field];
    *to = *member;
    if (whole->valid == NULL) {
        return;
    }
    if (whole->is_const) {
        if (weir_column_is_null(whole, 0)) {
            memset(code->valid, 0, WEIR_CHUNK_ROWS_MAX / 8);
            to->valid = code->valid;
        }
        return;
    }
    /* only blocks have nullable structs, and no constants inside of columns */
    WEIR_ASSERT(!member->is_const);
    size_t bytes = weir_bitmap_bytes(program->rows->rows);
    memcpy(code->valid, whole->valid, bytes);
    for (size_t i = 0; member->valid != NULL && i < bytes; i++) {
        code->valid[i] &= member->valid[i];
    }
    to->valid = code->valid;
}

void weir_code_struct(struct weir_program *program, const struct weir_code *code)
{
    struct weir_column *to = &program->registers[code->to].column;
    uint32_t constants = 0;
    for (uint32_t i = 0; i < code->arg_count; i++) {
        code->children[i] = program->registers[code->args[i]].column;
        constants += code->children[i].is_const;
    }
    *to = (struct weir_column){
        .type = to->type, .children = code->children, .is_const = constants == code->arg_count};
}
