/* SPDX-License-Identifier: Apache-2.0 */
/* A program's parts and their memory: columns of one chunk, shared by registers that never live at
 * the same time. */
#include "exec/expr/register.h"

#include "exec/chunk/bits.h"

#include <string.h>

struct weir_program *weir_program_create(void)
{
    struct weir_program *program = weir_alloc(sizeof *program);
    weir_arena_init(&program->arena);
    weir_heaps_init(&program->constants);
    program->scope_capacity = WEIR_EXPR_DEPTH_MAX + 1;
    program->scopes = weir_alloc(program->scope_capacity * sizeof *program->scopes);
    program->scope_memory = weir_alloc(program->scope_capacity * sizeof *program->scope_memory);
    program->scope_memory[0] = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof(uint16_t));
    program->strict = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof(uint16_t));
    program->dead.is_dead = weir_alloc(WEIR_CHUNK_ROWS_MAX);
    return program;
}

void weir_program_stop_on_bad(struct weir_program *program)
{
    for (uint32_t i = 0; i < program->code_count; i++) {
        if (program->codes[i].caller != NULL) {
            program->codes[i].caller->stops_on_bad = true;
        }
    }
}

void weir_program_destroy(struct weir_program *program)
{
    if (program == NULL) {
        return;
    }
    for (uint32_t i = 0; i < program->code_count; i++) {
        if (program->codes[i].caller != NULL) {
            weir_caller_close(program->codes[i].caller);
            weir_free(program->codes[i].caller);
        }
        if (program->codes[i].lent != NULL) {
            weir_lent_finish(program->codes[i].lent);
            weir_free(program->codes[i].lent);
        }
        weir_assembly_destroy(&program->codes[i].assembly);
    }
    for (uint32_t i = 0; i < program->memory_count; i++) {
        weir_free(program->memories[i].bytes);
    }
    for (uint32_t i = 0; i < program->scope_capacity; i++) {
        weir_free(program->scope_memory[i]);
    }
    weir_step_heaps_finish(&program->heaps);
    weir_heaps_finish(&program->constants);
    weir_arena_finish(&program->arena);
    weir_free(program->codes);
    weir_free(program->registers);
    weir_free(program->fields);
    weir_free(program->times);
    weir_free(program->literals);
    weir_free(program->memories);
    weir_free(program->scopes);
    weir_free(program->scope_memory);
    weir_free(program->strict);
    weir_free(program->dead.is_dead);
    weir_free(program);
}

/* ---- registers and their memory ---- */

uint32_t weir_register_new(struct weir_program *p, const struct weir_type *type)
{
    WEIR_GROW(p->registers, p->register_count, p->register_capacity);
    struct weir_register *made = &p->registers[p->register_count];
    *made = (struct weir_register){.column = {.type = type}};
    return p->register_count++;
}

/* Zeroed, so that what no loop has written is nobody's secret and nobody's address. */
static void *take_memory(struct weir_program *p, size_t bytes, uint32_t *number)
{
    for (uint32_t i = 0; i < p->memory_count; i++) {
        if (p->memories[i].is_free && p->memories[i].count == bytes) {
            p->memories[i].is_free = false;
            *number = i + 1;
            return p->memories[i].bytes;
        }
    }
    WEIR_GROW(p->memories, p->memory_count, p->memory_capacity);
    struct weir_memory *memory = &p->memories[p->memory_count++];
    *memory = (struct weir_memory){.bytes = weir_alloc_aligned(bytes), .count = bytes};
    memset(memory->bytes, 0, bytes);
    *number = p->memory_count;
    return memory->bytes;
}

void weir_register_release(struct weir_program *p, uint32_t reg)
{
    for (int i = 0; i < 3; i++) {
        uint32_t number = p->registers[reg].memory[i];
        if (number != 0) {
            p->memories[number - 1].is_free = true;
        }
    }
}

void weir_code_own_valid(struct weir_program *p, struct weir_code *code)
{
    code->valid = take_memory(p, WEIR_CHUNK_ROWS_MAX / 8, &p->registers[code->to].memory[1]);
}

void weir_code_own_cells(struct weir_program *p, struct weir_code *code)
{
    struct weir_register *to = &p->registers[code->to];
    size_t width = weir_type_cell_bytes(to->column.type);
    size_t bytes = to->column.type->kind == WEIR_TYPE_BOOL ? WEIR_CHUNK_ROWS_MAX / 8
                                                           : width * WEIR_CHUNK_ROWS_MAX;
    if (bytes > 0) {
        code->cells = take_memory(p, bytes, &to->memory[0]);
    }
    weir_code_own_valid(p, code);
}

void weir_register_own_truth(struct weir_program *p, uint32_t reg)
{
    struct weir_register *to = &p->registers[reg];
    to->is_truth = true;
    to->truth = take_memory(p, WEIR_CHUNK_ROWS_MAX, &to->memory[2]);
}

/* Results put together cell by cell. */
void weir_code_own_assembly(struct weir_program *p,
                            struct weir_code *code,
                            const struct weir_type *type)
{
    weir_assembly_init(&code->assembly, &p->arena, type);
    p->has_heaps = true;
}

void weir_code_own_lent(struct weir_program *p,
                        struct weir_code *code,
                        const struct weir_type *type)
{
    struct weir_type_field field = {"value", type};
    struct weir_value null = {.type = type, .is_null = true};
    code->lent = weir_alloc(sizeof *code->lent);
    weir_lent_init_result(code->lent, weir_type_struct(&p->arena, &field, 1), &p->heaps);
    weir_column_const(&p->arena, &null, &p->constants, &code->null);
    weir_code_own_valid(p, code);
    p->has_heaps = true;
}

/* A list of arg_count items a row. */
void weir_code_own_items(struct weir_program *p,
                         struct weir_code *code,
                         const struct weir_type *item)
{
    size_t count = (size_t)code->arg_count * WEIR_CHUNK_ROWS_MAX;
    uint32_t number;
    code->offsets = take_memory(p, (WEIR_CHUNK_ROWS_MAX + 1) * sizeof(int32_t), &number);
    code->children = weir_arena_alloc(&p->arena, sizeof *code->children);
    code->children->type = item;
    if (!weir_is_flat(item)) {
        weir_code_own_assembly(p, code, item);
        return;
    }
    size_t width = weir_type_cell_bytes(item);
    code->cells = take_memory(p, width == 0 ? weir_bitmap_bytes(count) : width * count, &number);
    code->valid = take_memory(p, weir_bitmap_bytes(count), &number);
}
