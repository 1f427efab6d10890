/* SPDX-License-Identifier: Apache-2.0 */
/* One program over one chunk. Calls cost one indirect call each per chunk; everything else is loops
 * over cells. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

static void begin_task(struct weir_program *p, const struct weir_exec_task *task)
{
    p->is_begun = true;
    for (uint32_t i = 0; i < p->time_count; i++) {
        struct weir_time_cell *cell = &p->times[i];
        cell->us = cell->is_after_zero ? task->zero_us + cell->after_us : task->batch_us;
    }
    for (uint32_t i = 0; i < p->code_count; i++) {
        if (p->codes[i].caller != NULL) {
            weir_caller_begin(p->codes[i].caller, task);
        }
    }
}

/* The literals' heaps come behind those of the input, wherever these end. */
static void place_literals(struct weir_program *p, uint32_t at)
{
    if (at == p->literals_at) {
        return;
    }
    for (uint32_t i = 0; i < p->literal_count; i++) {
        weir_column_shift_text(&p->registers[p->literals[i]].column, 1,
                               (int32_t)at - (int32_t)p->literals_at);
    }
    p->literals_at = at;
}

static void bind_chunk(struct weir_program *p, const struct weir_rows *rows)
{
    p->rows = rows;
    p->scope_count = 1;
    p->scopes[0] = (struct weir_scope){rows->sel, weir_rows_count(rows)};
    if (p->has_heaps) {
        weir_step_heaps_begin(&p->heaps, rows->heaps, &p->constants);
        place_literals(p, rows->heaps == NULL ? 0 : rows->heaps->count);
    }
    for (uint32_t i = 0; i < p->field_count; i++) {
        p->registers[p->fields[i].to].column = rows->columns[p->fields[i].field];
    }
    for (uint32_t i = 0; i < p->time_count; i++) {
        struct weir_column *time = &p->registers[p->times[i].to].column;
        time->data = &p->times[i].us;
        time->is_const = true;
    }
}

static int run_code(struct weir_program *p, struct weir_exec_task *task, uint32_t *at)
{
    const struct weir_code *code = &p->codes[*at];
    switch (code->kind) {
    case WEIR_CODE_CALL:
        return weir_code_call(p, task, code);
    case WEIR_CODE_PACK:
        weir_code_pack(p, code);
        break;
    case WEIR_CODE_UNPACK:
        weir_code_unpack(p, code);
        break;
    case WEIR_CODE_NARROW:
        if (weir_code_narrow(p, code)) {
            *at = code->jump - 1;
        }
        break;
    case WEIR_CODE_JOIN:
        weir_code_join(p, code);
        break;
    case WEIR_CODE_MEMBER:
        weir_code_member(p, code);
        break;
    case WEIR_CODE_INDEX:
        weir_code_index(p, code);
        break;
    case WEIR_CODE_STRUCT:
        weir_code_struct(p, code);
        break;
    case WEIR_CODE_LIST:
        weir_code_list(p, code);
        break;
    }
    return WEIR_OK;
}

int weir_program_run(struct weir_program *program,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows)
{
    WEIR_ASSERT(rows->rows <= WEIR_CHUNK_ROWS_MAX);
    if (!program->is_begun) {
        begin_task(program, task);
    }
    bind_chunk(program, rows);
    for (uint32_t at = 0; at < program->code_count && program->scopes[0].count > 0; at++) {
        WEIR_TRY(run_code(program, task, &at));
    }
    return WEIR_OK;
}

void weir_program_end(struct weir_program *program)
{
    program->is_begun = false;
    weir_step_heaps_end(&program->heaps);
    if (program->dead.count > 0) { /* the task failed in the middle of a chunk */
        memset(program->dead.is_dead, 0, WEIR_CHUNK_ROWS_MAX);
        program->dead.count = 0;
    }
}

void weir_program_bury(struct weir_program *program)
{
    for (uint32_t i = 0; i < program->scope_count; i++) {
        struct weir_scope *scope = &program->scopes[i];
        scope->count =
            weir_select_truth(*scope, program->dead.is_dead, 0, program->scope_memory[i]);
        scope->sel = program->scope_memory[i];
    }
    memset(program->dead.is_dead, 0, program->rows->rows);
    program->dead.count = 0;
}

/* ---- calls ---- */

/* Bits of `arg` that are not null, over `rows`; false if no row has a value. */
static bool add_valid(const struct weir_column *arg, uint32_t rows, uint8_t *room, bool *has_nulls)
{
    size_t bytes = weir_bitmap_bytes(rows);
    if (arg->type->kind == WEIR_TYPE_NULL || (arg->is_const && weir_column_is_null(arg, 0))) {
        memset(room, 0, bytes);
        return false;
    }
    if (arg->is_const || arg->valid == NULL) {
        return true;
    }
    if (!*has_nulls) {
        memcpy(room, arg->valid, bytes);
    } else {
        for (size_t k = 0; k < bytes; k++) {
            room[k] &= arg->valid[k];
        }
    }
    *has_nulls = true;
    return true;
}

bool weir_program_strict(struct weir_program *program,
                         const uint32_t *args,
                         uint32_t arg_count,
                         uint8_t *room,
                         const uint8_t **valid,
                         struct weir_scope *scope)
{
    bool has_nulls = false;
    *valid = room;
    for (uint32_t i = 0; i < arg_count; i++) {
        if (!add_valid(&program->registers[args[i]].column, program->rows->rows, room,
                       &has_nulls)) {
            scope->count = 0;
            return false;
        }
    }
    if (has_nulls) {
        scope->count = weir_select_bits(*scope, room, true, program->strict);
        scope->sel = program->strict;
    } else {
        *valid = NULL;
    }
    return scope->count > 0;
}
