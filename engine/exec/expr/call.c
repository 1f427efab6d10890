/* SPDX-License-Identifier: Apache-2.0 */
/* A call of a function over one chunk: columns are lent to its loop, and what it left there becomes
 * a register's column. Fixed-width results stay where the loop wrote them; nulls, lists, structs
 * and whole arrays are looked at only where there are some. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

static int heap_grow(struct weir_out *out, struct weir_task *task, size_t heap_bytes)
{
    struct weir_program *program = out->owner;
    if (heap_bytes > WEIR_STEP_HEAP_BYTES_MAX) {
        return task->host->fail(task, WEIR_BAD_RECORD,
                                "makes %zu bytes of text of one row: at most 1 GiB is possible",
                                heap_bytes);
    }
    weir_step_heaps_grow(&program->heaps, out, heap_bytes);
    return WEIR_OK;
}

static int grow_valid(struct weir_out *out, struct weir_task *task, uint32_t column)
{
    struct weir_caller *caller = (struct weir_caller *)(void *)task; /* its call is first */
    if (column != 0) {
        return task->host->fail(task, WEIR_FATAL, "makes column %u null: it has one", column);
    }
    if (caller->valid_room == NULL) {
        caller->valid_room = weir_alloc_aligned(WEIR_CHUNK_ROWS_MAX);
    }
    if (out->valid[0] == NULL) {
        memset(caller->valid_room, 1, WEIR_CHUNK_ROWS_MAX);
        out->valid[0] = caller->valid_room;
    }
    return WEIR_OK;
}

static void open_out(struct weir_program *p, const struct weir_code *code, void **cells)
{
    struct weir_caller *caller = code->caller;
    if (code->lent != NULL) {
        weir_lent_begin(code->lent);
        code->lent->out.moved = &caller->moved;
        return;
    }
    struct weir_out *out = &caller->out;
    *cells = code->cells;
    out->cols = cells;
    out->column_count = 1;
    out->rows = out->row_start = 0;
    out->cap = WEIR_CHUNK_ROWS_MAX;
    out->grow = heap_grow;
    out->owner = p;
    caller->valid[0] = NULL;
    out->valid = caller->valid;
    out->grow_valid = grow_valid;
    out->moved = &caller->moved;
    weir_step_heaps_open(out);
    if (weir_type_is_text(p->registers[code->to].column.type)) {
        /* a text that the loop forgets to write is empty */
        memset(code->cells, 0, p->rows->rows * sizeof(weir_view));
    }
}

/* A call on constants is made once for the chunk. Should it fail, it is made row by row as any
 * other, so that every row gets its due. */
static bool call_once(const struct weir_code *code)
{
    struct weir_caller *caller = code->caller;
    uint32_t all = (1U << caller->arg_count) - 1;
    bool is_pure = (caller->call.op->flags & WEIR_NONDETERMINISTIC) == 0;
    if (caller->arg_count == 0 || caller->chunk.const_mask != all || !is_pure) {
        return false;
    }
    uint32_t rows = caller->chunk.rows;
    caller->chunk.rows = 1;
    bool is_done = weir_caller_try(caller, (struct weir_scope){NULL, 1}) == WEIR_OK;
    caller->chunk.rows = rows;
    caller->call.outcome = WEIR_OK;
    return is_done;
}

/* ---- what the loop left ---- */

/* The members of a constant struct are constants in their own right. Depth is at most
 * WEIR_TYPE_DEPTH_MAX. */
static void make_const(struct weir_column *column)
{
    column->is_const = true;
    for (uint32_t i = 0; i < column->type->field_count; i++) {
        make_const((struct weir_column *)(uintptr_t)&column->children[i]);
    }
}

/* Null where a bit is 0. `room` is what to->valid is, if there is any. */
static void add_nulls(struct weir_column *to, uint8_t *room, const uint8_t *bits, uint32_t rows)
{
    size_t bytes = weir_bitmap_bytes(rows);
    for (size_t i = 0; i < bytes; i++) {
        room[i] = to->valid == NULL ? bits[i] : (uint8_t)(room[i] & bits[i]);
    }
    to->valid = room;
}

static int take_moved(struct weir_program *p, const struct weir_code *code, uint32_t rows)
{
    struct weir_register *to = &p->registers[code->to];
    struct weir_caller *caller = code->caller;
    struct weir_column moved;
    int outcome =
        weir_caller_take_moved(caller, to->column.type, rows, &p->heaps, &caller->arena, &moved);
    if (outcome != WEIR_OK) {
        return outcome;
    }
    if (moved.valid != NULL) {
        add_nulls(&to->column, code->valid, moved.valid, rows);
    }
    if (to->is_truth) {
        moved.valid = NULL;
        weir_truth_unpack(&moved, rows, to->truth);
        return WEIR_OK;
    }
    moved.valid = to->column.valid;
    to->column = moved;
    return WEIR_OK;
}

/* Lists and structs; rows that were not shown are null. */
static int take_lent(struct weir_program *p,
                     const struct weir_code *code,
                     struct weir_scope scope,
                     bool is_once)
{
    struct weir_column *to = &p->registers[code->to].column;
    struct weir_task *task = &code->caller->call.task;
    int32_t at[WEIR_CHUNK_ROWS_MAX];
    uint32_t rows = p->rows->rows;
    if (is_once) {
        return weir_lent_take(code->lent, task, 0, 1, NULL, to);
    }
    if (scope.sel == NULL && scope.count == rows) {
        return weir_lent_take(code->lent, task, 0, rows, NULL, to);
    }
    memset(at, 0xff, rows * sizeof *at);
    for (uint32_t k = 0; k < scope.count; k++) {
        uint32_t r = scope.sel != NULL ? scope.sel[k] : k;
        at[r] = (int32_t)r;
    }
    return weir_lent_take(code->lent, task, 0, rows, at, to);
}

static int settle(struct weir_program *p,
                  struct weir_exec_task *task,
                  const struct weir_code *code,
                  struct weir_scope scope,
                  bool is_once)
{
    struct weir_register *to = &p->registers[code->to];
    struct weir_caller *caller = code->caller;
    uint32_t rows = is_once ? 1 : p->rows->rows;
    int outcome = WEIR_OK;
    if (caller->moved.release != NULL) {
        outcome = take_moved(p, code, rows);
    } else if (code->lent != NULL) {
        outcome = take_lent(p, code, scope, is_once);
    }
    if (outcome != WEIR_OK) {
        return weir_caller_failed(caller, task, outcome);
    }
    if (caller->valid[0] != NULL && code->lent == NULL) {
        uint8_t bits[WEIR_CHUNK_ROWS_MAX / 8];
        weir_bytes_to_valid(caller->valid[0], rows, bits);
        add_nulls(&to->column, code->valid, bits, rows);
    }
    if (is_once && !to->is_truth) {
        make_const(&to->column);
    }
    return WEIR_OK;
}

/* What is null is zero, whatever the loop of this chunk or another left there. */
static void clear_nulls(struct weir_program *p, const struct weir_code *code)
{
    struct weir_register *to = &p->registers[code->to];
    uint32_t rows = to->column.is_const ? 1 : p->rows->rows;
    if (to->column.valid == NULL) {
        return;
    }
    if (to->is_truth) {
        weir_truth_mask(to->truth, to->column.valid, rows);
    } else if (to->column.data == code->cells && code->cells != NULL) {
        weir_flat_clear_nulls(code->cells, to->column.type, to->column.valid, rows);
    }
}

/* The truth of one call is that of all rows. */
static void spread_truth(struct weir_register *to, uint32_t rows)
{
    if (to->column.valid != NULL) {
        weir_truth_mask(to->truth, to->column.valid, 1);
        to->column.valid = NULL;
    }
    memset(to->truth, to->truth[0], rows);
}

int weir_code_call(struct weir_program *program,
                   struct weir_exec_task *task,
                   const struct weir_code *code)
{
    const struct weir_column *columns[WEIR_PARAMETERS_MAX];
    struct weir_register *to = &program->registers[code->to];
    struct weir_scope scope = program->scopes[program->scope_count - 1];
    const uint8_t *valid = NULL;
    void *cells;
    bool is_shown =
        code->caller->sees_nulls ||
        weir_program_strict(program, code->args, code->arg_count, code->valid, &valid, &scope);
    to->column = (struct weir_column){.type = to->column.type, .data = code->cells, .valid = valid};
    if (is_shown) {
        for (uint32_t i = 0; i < code->arg_count; i++) {
            columns[i] = &program->registers[code->args[i]].column;
        }
        weir_caller_show(code->caller, columns, program->rows->rows, weir_program_heaps(program));
        open_out(program, code, &cells);
        bool is_once = call_once(code);
        if (!is_once) {
            WEIR_TRY(weir_caller_run(code->caller, task, program->rows, scope, &program->dead));
        }
        weir_step_heaps_close(&program->heaps, weir_caller_out(code->caller));
        WEIR_TRY(settle(program, task, code, scope, is_once));
        if (is_once && to->is_truth) {
            spread_truth(to, program->rows->rows);
        }
    } else if (code->lent != NULL) {
        to->column = code->null;
    }
    clear_nulls(program, code);
    if (program->dead.count > 0) {
        weir_program_bury(program);
    }
    return WEIR_OK;
}
