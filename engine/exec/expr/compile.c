/* SPDX-License-Identifier: Apache-2.0 */
/* From a tree of typed calls to a flat program. An operand's memory is free again as soon as the
 * operation that read it is done, so that a deep expression needs little cache. */
#include "exec/chunk/bits.h"
#include "exec/expr/program.h"

#include <string.h>

static uint32_t value_of(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err);

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

static uint32_t new_register(struct weir_program *p, const struct weir_type *type)
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

static void release_register(struct weir_program *p, uint32_t reg)
{
    for (int i = 0; i < 3; i++) {
        uint32_t number = p->registers[reg].memory[i];
        if (number != 0) {
            p->memories[number - 1].is_free = true;
        }
    }
}

static void own_valid(struct weir_program *p, struct weir_code *code)
{
    code->valid = take_memory(p, WEIR_CHUNK_ROWS_MAX / 8, &p->registers[code->to].memory[1]);
}

static void own_cells(struct weir_program *p, struct weir_code *code)
{
    struct weir_register *to = &p->registers[code->to];
    size_t width = weir_type_cell_bytes(to->column.type);
    size_t bytes = to->column.type->kind == WEIR_TYPE_BOOL ? WEIR_CHUNK_ROWS_MAX / 8
                                                           : width * WEIR_CHUNK_ROWS_MAX;
    if (bytes > 0) {
        code->cells = take_memory(p, bytes, &to->memory[0]);
    }
    own_valid(p, code);
}

static void own_truth(struct weir_program *p, uint32_t reg)
{
    struct weir_register *to = &p->registers[reg];
    to->is_truth = true;
    to->truth = take_memory(p, WEIR_CHUNK_ROWS_MAX, &to->memory[2]);
}

static struct weir_code *new_code(struct weir_program *p,
                                  enum weir_code_kind kind,
                                  const struct weir_type *type)
{
    uint32_t to = type == NULL ? 0 : new_register(p, type);
    WEIR_GROW(p->codes, p->code_count, p->code_capacity);
    struct weir_code *code = &p->codes[p->code_count++];
    *code = (struct weir_code){.kind = kind, .to = to};
    return code;
}

static void set_args(struct weir_program *p,
                     struct weir_code *code,
                     const uint32_t *args,
                     uint32_t count)
{
    code->arg_count = count;
    code->args = weir_arena_alloc(&p->arena, (count + 1) * sizeof *code->args);
    if (count > 0) {
        memcpy(code->args, args, count * sizeof *args);
    }
}

/* Results put together cell by cell. */
static void own_assembly(struct weir_program *p,
                         struct weir_code *code,
                         const struct weir_type *type)
{
    weir_assembly_init(&code->assembly, &p->arena, type);
    p->has_heaps = true;
}

/* A list of arg_count items a row. */
static void own_items(struct weir_program *p, struct weir_code *code, const struct weir_type *item)
{
    size_t count = (size_t)code->arg_count * WEIR_CHUNK_ROWS_MAX;
    uint32_t number;
    code->offsets = take_memory(p, (WEIR_CHUNK_ROWS_MAX + 1) * sizeof(int32_t), &number);
    code->children = weir_arena_alloc(&p->arena, sizeof *code->children);
    code->children->type = item;
    if (!weir_is_flat(item)) {
        own_assembly(p, code, item);
        return;
    }
    size_t width = weir_type_cell_bytes(item);
    code->cells = take_memory(p, width == 0 ? weir_bitmap_bytes(count) : width * count, &number);
    code->valid = take_memory(p, weir_bitmap_bytes(count), &number);
}

/* ---- leaves ---- */

static uint32_t add_field(struct weir_program *p, const struct weir_expr *e)
{
    WEIR_GROW(p->fields, p->field_count, p->field_capacity);
    struct weir_bound_field bound = {new_register(p, e->type), e->field};
    p->fields[p->field_count++] = bound;
    return bound.to;
}

static uint32_t add_const(struct weir_program *p, const struct weir_expr *e)
{
    uint32_t to = new_register(p, e->type);
    uint32_t heaps = p->constants.count;
    weir_column_const(&p->arena, &e->value, &p->constants, &p->registers[to].column);
    if (p->constants.count > heaps) {
        WEIR_GROW(p->literals, p->literal_count, p->literal_capacity);
        p->literals[p->literal_count++] = to;
        p->has_heaps = true;
        /* later constants are made against the same numbering: it begins at 0 until the first run
         */
    }
    return to;
}

/* The batch time, or a constant that counts from zero time. */
static uint32_t add_time(struct weir_program *p, const struct weir_expr *e)
{
    WEIR_GROW(p->times, p->time_count, p->time_capacity);
    struct weir_time_cell *cell = &p->times[p->time_count++];
    *cell = (struct weir_time_cell){.to = new_register(p, e->type),
                                    .is_after_zero = e->kind == WEIR_EXPR_CONST,
                                    .after_us = e->value.i64};
    return cell->to;
}

/* ---- truth and columns ---- */

/* The register whose truth bytes hold a bool. */
static uint32_t truth_of(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err)
{
    uint32_t reg = value_of(p, e, status, err);
    if (*status != WEIR_OK || p->registers[reg].is_truth) {
        return reg;
    }
    struct weir_code *code = new_code(p, WEIR_CODE_UNPACK, e->type);
    uint32_t to = code->to;
    set_args(p, code, &reg, 1);
    own_truth(p, to);
    return to;
}

/* The register whose column holds any value. */
static uint32_t column_of(struct weir_program *p,
                          const struct weir_expr *e,
                          int *status,
                          struct weir_error *err)
{
    uint32_t reg = value_of(p, e, status, err);
    if (*status != WEIR_OK || !p->registers[reg].is_truth) {
        return reg;
    }
    struct weir_code *code = new_code(p, WEIR_CODE_PACK, e->type);
    set_args(p, code, &reg, 1);
    own_cells(p, code);
    release_register(p, reg);
    return code->to;
}

/* ---- operations ---- */

static uint32_t add_call(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err)
{
    uint32_t args[WEIR_PARAMETERS_MAX];
    if (e->type->kind == WEIR_TYPE_LIST || e->type->kind == WEIR_TYPE_STRUCT ||
        e->type->kind == WEIR_TYPE_NULL || e->op->exported->loop == NULL) {
        *status = weir_error_set(err, WEIR_EUNAVAILABLE,
                                 "%s gives a list or a struct, which functions cannot give yet: "
                                 "give its parts as fields of their own",
                                 e->op->canonical);
        return 0;
    }
    for (uint32_t i = 0; i < e->arg_count; i++) {
        args[i] = column_of(p, e->args[i], status, err);
        if (*status != WEIR_OK) {
            return 0;
        }
    }
    struct weir_caller *caller = weir_alloc(sizeof *caller);
    struct weir_code *code = new_code(p, WEIR_CODE_CALL, e->type);
    code->caller = caller;
    set_args(p, code, args, e->arg_count);
    if (e->type->kind == WEIR_TYPE_BOOL) {
        own_truth(p, code->to);
        code->cells = p->registers[code->to].truth;
        own_valid(p, code);
    } else {
        own_cells(p, code);
    }
    p->has_heaps = p->has_heaps || weir_type_is_text(e->type);
    for (uint32_t i = 0; i < e->arg_count; i++) {
        release_register(p, args[i]);
    }
    *status = weir_caller_open(caller, e, err);
    return code->to;
}

/* Right sides nest: each level has its own selection. */
static void open_scope(struct weir_program *p)
{
    p->scope_count++;
    WEIR_ASSERT(p->scope_count < p->scope_capacity);
    if (p->scope_memory[p->scope_count] == NULL) {
        p->scope_memory[p->scope_count] = weir_alloc(WEIR_CHUNK_ROWS_MAX * sizeof(uint16_t));
    }
}

static uint32_t add_logic(struct weir_program *p,
                          const struct weir_expr *e,
                          int *status,
                          struct weir_error *err)
{
    bool is_truth = e->kind != WEIR_EXPR_COALESCE;
    uint32_t (*side)(struct weir_program *, const struct weir_expr *, int *, struct weir_error *) =
        is_truth ? truth_of : column_of;
    uint32_t sides[2];
    sides[0] = side(p, e->args[0], status, err);
    if (*status != WEIR_OK) {
        return 0;
    }
    struct weir_code *narrow = new_code(p, WEIR_CODE_NARROW, NULL);
    uint32_t narrow_at = p->code_count - 1;
    narrow->logic = e->kind;
    set_args(p, narrow, sides, 1);
    open_scope(p);
    sides[1] = side(p, e->args[1], status, err);
    p->scope_count--;
    if (*status != WEIR_OK) {
        return 0;
    }
    struct weir_code *join = new_code(p, WEIR_CODE_JOIN, e->type);
    p->codes[narrow_at].jump = p->code_count - 1;
    join->logic = e->kind;
    set_args(p, join, sides, 2);
    if (is_truth) {
        own_truth(p, join->to);
        release_register(p, sides[0]);
        release_register(p, sides[1]);
        return join->to;
    }
    /* may hand its left side on as it is: that memory stays taken */
    if (weir_is_flat(e->type)) {
        own_cells(p, join);
    } else {
        own_assembly(p, join, e->type);
    }
    return join->to;
}

/* Member, index, struct, list: their results may point into their operands' memory, which stays
 * taken. */
static uint32_t add_nested(struct weir_program *p,
                           const struct weir_expr *e,
                           int *status,
                           struct weir_error *err)
{
    static const enum weir_code_kind kinds[] = {[WEIR_EXPR_MEMBER] = WEIR_CODE_MEMBER,
                                                [WEIR_EXPR_INDEX] = WEIR_CODE_INDEX,
                                                [WEIR_EXPR_STRUCT] = WEIR_CODE_STRUCT,
                                                [WEIR_EXPR_LIST] = WEIR_CODE_LIST};
    uint32_t *args = weir_arena_alloc(&p->arena, (e->arg_count + 1) * sizeof *args);
    for (uint32_t i = 0; i < e->arg_count; i++) {
        args[i] = column_of(p, e->args[i], status, err);
        if (*status != WEIR_OK) {
            return 0;
        }
    }
    struct weir_code *code = new_code(p, kinds[e->kind], e->type);
    code->field = e->field;
    code->arg_count = e->arg_count;
    code->args = args;
    if (e->kind == WEIR_EXPR_LIST) {
        own_items(p, code, e->type->item);
        return code->to;
    }
    if (e->kind == WEIR_EXPR_STRUCT) {
        code->children = weir_arena_alloc(&p->arena, e->arg_count * sizeof *code->children);
    } else if (e->kind == WEIR_EXPR_MEMBER) {
        own_valid(p, code);
    } else if (!weir_is_flat(e->type)) {
        own_assembly(p, code, e->type);
    } else {
        own_cells(p, code);
    }
    return code->to;
}

/* Depth is at most WEIR_EXPR_DEPTH_MAX: weir_expr_make sees to it. */
static uint32_t value_of(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err)
{
    switch (e->kind) {
    case WEIR_EXPR_FIELD:
        return add_field(p, e);
    case WEIR_EXPR_CONST:
        return e->is_after_zero ? add_time(p, e) : add_const(p, e);
    case WEIR_EXPR_BATCH_TIME:
        return add_time(p, e);
    case WEIR_EXPR_CALL:
        return add_call(p, e, status, err);
    case WEIR_EXPR_AND:
    case WEIR_EXPR_OR:
    case WEIR_EXPR_COALESCE:
        return add_logic(p, e, status, err);
    case WEIR_EXPR_MEMBER:
    case WEIR_EXPR_INDEX:
    case WEIR_EXPR_STRUCT:
    case WEIR_EXPR_LIST:
        return add_nested(p, e, status, err);
    }
    *status = weir_error_set(err, WEIR_EBUG, "an expression of unknown kind %d", (int)e->kind);
    return 0;
}

int weir_program_add(struct weir_program *program,
                     const struct weir_expr *expr,
                     uint32_t *to,
                     struct weir_error *err)
{
    int status = WEIR_OK;
    *to = column_of(program, expr, &status, err);
    return status;
}

int weir_program_add_truth(struct weir_program *program,
                           const struct weir_expr *expr,
                           uint32_t *to,
                           struct weir_error *err)
{
    int status = WEIR_OK;
    *to = truth_of(program, expr, &status, err);
    return status;
}
