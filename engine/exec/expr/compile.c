/* SPDX-License-Identifier: Apache-2.0 */
/* From a tree of typed calls to a flat program. An operand's memory is free again as soon as the
 * operation that read it is done, so that a deep expression needs little cache. */
#include "exec/expr/register.h"

#include <string.h>

static uint32_t value_of(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err);

static struct weir_code *new_code(struct weir_program *p,
                                  enum weir_code_kind kind,
                                  const struct weir_type *type)
{
    uint32_t to = type == NULL ? 0 : weir_register_new(p, type);
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

/* ---- leaves ---- */

static uint32_t add_field(struct weir_program *p, const struct weir_expr *e)
{
    WEIR_GROW(p->fields, p->field_count, p->field_capacity);
    struct weir_bound_field bound = {weir_register_new(p, e->type), e->field};
    p->fields[p->field_count++] = bound;
    return bound.to;
}

static uint32_t add_const(struct weir_program *p, const struct weir_expr *e)
{
    uint32_t to = weir_register_new(p, e->type);
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
    *cell = (struct weir_time_cell){.to = weir_register_new(p, e->type),
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
    weir_register_own_truth(p, to);
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
    weir_code_own_cells(p, code);
    weir_register_release(p, reg);
    return code->to;
}

/* ---- operations ---- */

static uint32_t add_call(struct weir_program *p,
                         const struct weir_expr *e,
                         int *status,
                         struct weir_error *err)
{
    uint32_t args[WEIR_PARAMETERS_MAX];
    if (e->type->kind == WEIR_TYPE_NULL || e->op->exported->loop == NULL) {
        *status = weir_error_set(err, WEIR_EUNAVAILABLE,
                                 "%s gives a value of no type: its output must be one that the "
                                 "pipeline language knows",
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
        weir_register_own_truth(p, code->to);
        code->cells = p->registers[code->to].truth;
        weir_code_own_valid(p, code);
    } else if (weir_is_flat(e->type)) {
        weir_code_own_cells(p, code);
    } else {
        weir_code_own_lent(p, code, e->type);
    }
    p->has_heaps = p->has_heaps || weir_type_is_text(e->type);
    for (uint32_t i = 0; i < e->arg_count; i++) {
        weir_register_release(p, args[i]);
    }
    *status = weir_caller_open(caller, e, err);
    caller->lent = code->lent;
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
        weir_register_own_truth(p, join->to);
        weir_register_release(p, sides[0]);
        weir_register_release(p, sides[1]);
        return join->to;
    }
    /* may hand its left side on as it is: that memory stays taken */
    if (weir_is_flat(e->type)) {
        weir_code_own_cells(p, join);
    } else {
        weir_code_own_assembly(p, join, e->type);
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
        weir_code_own_items(p, code, e->type->item);
        return code->to;
    }
    if (e->kind == WEIR_EXPR_STRUCT) {
        code->children = weir_arena_alloc(&p->arena, e->arg_count * sizeof *code->children);
    } else if (e->kind == WEIR_EXPR_MEMBER) {
        weir_code_own_valid(p, code);
    } else if (!weir_is_flat(e->type)) {
        weir_code_own_assembly(p, code, e->type);
    } else {
        weir_code_own_cells(p, code);
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
