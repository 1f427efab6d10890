/* SPDX-License-Identifier: Apache-2.0 */
/* Elements of lists, and lists of values. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

/* at[r] = the element's place among the list's items, -1 if there is none. */
static void find_elements(const struct weir_column *list,
                          const struct weir_column *index,
                          struct weir_scope scope,
                          int32_t *at)
{
    const int32_t *offsets = list->data;
    const int64_t *numbers = index->data;
    for (uint32_t k = 0; k < scope.count; k++) {
        uint32_t r = scope.sel != NULL ? scope.sel[k] : k;
        at[r] = -1;
        if (weir_cell_is_null(list, r) || weir_cell_is_null(index, r)) {
            continue;
        }
        uint32_t cell = list->is_const ? 0 : r;
        int64_t number = numbers[index->is_const ? 0 : r];
        if (number >= 0 && number < offsets[cell + 1] - offsets[cell]) {
            at[r] = offsets[cell] + (int32_t)number;
        }
    }
}

static void assemble_elements(struct weir_program *p,
                              const struct weir_code *code,
                              const struct weir_column *list,
                              struct weir_scope scope,
                              const int32_t *at)
{
    uint32_t rows = p->rows->rows;
    uint32_t k = 0;
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t next = k < scope.count ? (scope.sel != NULL ? scope.sel[k] : k) : rows;
        bool counts = r == next;
        k += counts;
        if (!counts || at[r] < 0) {
            weir_assembly_add_null(&code->assembly);
        } else {
            weir_assembly_add(&code->assembly, &list->children[0], weir_program_heaps(p),
                              list->child_rows, at[r]);
        }
    }
    p->registers[code->to].column = weir_assembly_take(&code->assembly, &p->heaps);
}

void weir_code_index(struct weir_program *program, const struct weir_code *code)
{
    int32_t at[WEIR_CHUNK_ROWS_MAX];
    struct weir_column *to = &program->registers[code->to].column;
    const struct weir_column *list = &program->registers[code->args[0]].column;
    const struct weir_column *index = &program->registers[code->args[1]].column;
    struct weir_scope scope = program->scopes[program->scope_count - 1];
    find_elements(list, index, scope, at);
    if (code->assembly.builder != NULL) {
        assemble_elements(program, code, list, scope, at);
        return;
    }
    *to = (struct weir_column){.type = to->type, .data = code->cells, .valid = code->valid};
    if (weir_flat_pick(code->cells, code->valid, &list->children[0], scope, at)) {
        to->valid = NULL;
    }
}

/* Items of one width lie row by row: those of row r at r * arg_count. */
static void interleave(struct weir_program *p, const struct weir_code *code)
{
    struct weir_column *items = code->children;
    uint32_t rows = p->rows->rows;
    size_t count = (size_t)rows * code->arg_count;
    bool has_nulls = false;
    for (uint32_t i = 0; i < code->arg_count; i++) {
        const struct weir_column *arg = &p->registers[code->args[i]].column;
        weir_flat_spread(code->cells, i, code->arg_count, arg, rows);
        has_nulls |= arg->valid != NULL || arg->type->kind == WEIR_TYPE_NULL;
    }
    items->data = code->cells;
    items->valid = has_nulls ? code->valid : NULL;
    for (size_t k = 0; has_nulls && k < count; k++) {
        const struct weir_column *arg = &p->registers[code->args[k % code->arg_count]].column;
        weir_bit_set(code->valid, k, !weir_cell_is_null(arg, (int64_t)(k / code->arg_count)));
    }
}

/* Rows that do not count may hold text of earlier chunks, and a loop may unpack all items. */
static void clear_texts(struct weir_program *p, const struct weir_code *code)
{
    struct weir_scope scope = p->scopes[p->scope_count - 1];
    weir_view *cells = code->cells;
    uint32_t next = 0;
    for (uint32_t k = 0; scope.sel != NULL && k <= scope.count; k++) {
        uint32_t row = k < scope.count ? scope.sel[k] : p->rows->rows;
        memset(cells + (size_t)next * code->arg_count, 0,
               (size_t)(row - next) * code->arg_count * sizeof *cells);
        next = row + 1;
    }
}

/* Rows that do not count have an empty list. */
static void assemble_items(struct weir_program *p, const struct weir_code *code)
{
    struct weir_scope scope = p->scopes[p->scope_count - 1];
    uint32_t rows = p->rows->rows;
    uint32_t k = 0;
    int32_t total = 0;
    code->offsets[0] = 0;
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t next = k < scope.count ? (scope.sel != NULL ? scope.sel[k] : k) : rows;
        for (uint32_t i = 0; r == next && i < code->arg_count; i++, total++) {
            weir_assembly_add(&code->assembly, &p->registers[code->args[i]].column,
                              weir_program_heaps(p), rows, r);
        }
        k += r == next;
        code->offsets[r + 1] = total;
    }
    *code->children = weir_assembly_take(&code->assembly, &p->heaps);
}

void weir_code_list(struct weir_program *program, const struct weir_code *code)
{
    struct weir_column *to = &program->registers[code->to].column;
    uint32_t rows = program->rows->rows;
    if (code->assembly.builder != NULL) {
        assemble_items(program, code);
    } else {
        interleave(program, code);
        if (weir_type_is_text(code->children->type)) {
            clear_texts(program, code);
        }
        for (uint32_t r = 0; r <= rows; r++) {
            code->offsets[r] = (int32_t)(r * code->arg_count);
        }
    }
    *to = (struct weir_column){.type = to->type,
                               .data = code->offsets,
                               .children = code->children,
                               .child_rows = code->offsets[rows]};
}
