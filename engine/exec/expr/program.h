/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of one step, compiled: a flat list of operations over registers, each a column of the
 * chunk at hand. Operations run one after the other over all rows of the current scope; `and`, `or`
 * and `??` narrow the scope for their right side. A row that fails is buried: taken out of every
 * scope, so that nothing later sees it.
 *
 *   b != 0 and a / b > 2:   r2 = ne(b, 0)   narrow r2   r3 = div(a, b)  r4 = gt(r3, 2)   join and
 */
#ifndef WEIR_EXEC_EXPR_PROGRAM_H
#define WEIR_EXEC_EXPR_PROGRAM_H

#include "exec/chunk/caller.h"
#include "exec/chunk/cells.h"
#include "exec/chunk/selection.h"
#include "exec/exec.h"
#include "plugin/plugin.h"
#include "stream/stream.h"

/* A value during one chunk. A bool that loops made is truth bytes until someone needs a column. */
struct weir_register {
    struct weir_column column;
    uint8_t *truth;     /* bool with is_truth: a byte per row */
    bool is_truth;      /* the value is in truth; column only after PACK */
    uint32_t memory[3]; /* numbers + 1 of the program's memories it owns: cells, valid, truth */
};

enum weir_code_kind {
    WEIR_CODE_CALL = 1,
    WEIR_CODE_PACK,   /* truth to column */
    WEIR_CODE_UNPACK, /* column to truth */
    WEIR_CODE_NARROW, /* opens a scope: the rows that need the right side; none: jumps to the join
                       */
    WEIR_CODE_JOIN,   /* closes it: left and right into one */
    WEIR_CODE_MEMBER,
    WEIR_CODE_INDEX,
    WEIR_CODE_STRUCT,
    WEIR_CODE_LIST
};

struct weir_code {
    enum weir_code_kind kind;
    enum weir_expr_kind logic; /* narrow, join: AND, OR, COALESCE */
    uint32_t to;               /* register */
    uint32_t arg_count;
    uint32_t *args;                /* registers */
    uint32_t field;                /* member */
    uint32_t jump;                 /* narrow: its join */
    struct weir_caller *caller;    /* call */
    void *cells;                   /* of the result, WEIR_CHUNK_ROWS_MAX */
    uint8_t *valid;                /* bitmap */
    struct weir_column *children;  /* struct: its members; list: its items */
    int32_t *offsets;              /* list: WEIR_CHUNK_ROWS_MAX + 1 */
    struct weir_assembly assembly; /* results made of lists or structs */
    struct weir_lent *lent;        /* call: the same, written by the loop */
    struct weir_column null;       /* call, lent: null for all rows */
};

struct weir_memory {
    void *bytes;
    size_t count;
    bool is_free;
};

struct weir_bound_field {
    uint32_t to, field;
};

/* A constant of one task: the batch time, or a time that was written as a duration after zero time.
 */
struct weir_time_cell {
    uint32_t to; /* register */
    bool is_after_zero;
    int64_t after_us; /* is_after_zero: how long after it */
    int64_t us;       /* the value in this task */
};

struct weir_program {
    struct weir_arena arena; /* codes' arguments, constants */
    struct weir_code *codes;
    uint32_t code_count, code_capacity;
    struct weir_register *registers;
    uint32_t register_count, register_capacity;
    struct weir_bound_field *fields;
    uint32_t field_count, field_capacity;
    struct weir_time_cell *times; /* what depends on the job's clock; set once per task */
    uint32_t time_count, time_capacity;
    struct weir_memory *memories;
    uint32_t memory_count, memory_capacity;
    struct weir_heaps constants; /* long texts of literals */
    uint32_t *literals;          /* registers that hold them */
    uint32_t literal_count, literal_capacity;
    uint32_t literals_at; /* the heap number that the first of them has now */
    bool has_heaps;       /* rows made here point into heaps.table, else into the input's */
    bool is_begun;        /* calls know the current task */
    struct weir_step_heaps heaps;

    struct weir_scope *scopes; /* of the current chunk; [0] = rows still alive */
    uint16_t **scope_memory;   /* one selection for each scope */
    uint32_t scope_count, scope_capacity;
    uint16_t *strict; /* rows of the scope without a null argument */
    struct weir_dead dead;
    const struct weir_rows *rows; /* borrowed: the current chunk */
};

/* An empty program. */
struct weir_program *weir_program_create(void);
void weir_program_destroy(struct weir_program *program); /* NULL is fine. */

/* on_error=stop: from here on a bad record of any operator that was added ends the task. */
void weir_program_stop_on_bad(struct weir_program *program);

/* Adds an expression; *to = the register whose column holds its value after a run.
 * WEIR_EUNAVAILABLE for a result that no loop can write. Opens instances. */
int weir_program_add(struct weir_program *program,
                     const struct weir_expr *expr,
                     uint32_t *to,
                     struct weir_error *err);

/* The same for a bool whose truth bytes are wanted: a filter's. */
int weir_program_add_truth(struct weir_program *program,
                           const struct weir_expr *expr,
                           uint32_t *to,
                           struct weir_error *err);

/* Evaluates all expressions over a chunk. Rows that failed are missing from
 * weir_program_alive afterwards. */
int weir_program_run(struct weir_program *program,
                     struct weir_exec_task *task,
                     const struct weir_rows *rows);

/* The task is over: instances will be told of the next one, heaps are given back. */
void weir_program_end(struct weir_program *program);

/* The rows of the last chunk that are still alive. */
static inline struct weir_scope weir_program_alive(const struct weir_program *program)
{
    return program->scopes[0];
}

static inline const struct weir_column *weir_program_column(const struct weir_program *program,
                                                            uint32_t reg)
{
    return &program->registers[reg].column;
}

/* The heaps that the program's columns and the input's point into. */
static inline const struct weir_heaps *weir_program_heaps(const struct weir_program *program)
{
    return program->has_heaps ? &program->heaps.table : program->rows->heaps;
}

/* ---- between the files of this folder ---- */
/* Takes the rows that died out of every scope. */
void weir_program_bury(struct weir_program *program);

/* Operators are strict: takes the rows with a null argument out of a scope (into program->strict);
 * false if none is left. *valid: what a result's validity is (`room` or NULL). */
bool weir_program_strict(struct weir_program *program,
                         const uint32_t *args,
                         uint32_t arg_count,
                         uint8_t *room,
                         const uint8_t **valid,
                         struct weir_scope *scope);

/* Runs a call (call.c); not WEIR_OK: the task is over. */
int weir_code_call(struct weir_program *program,
                   struct weir_exec_task *task,
                   const struct weir_code *code);
/* True if no row needs the right side. */
bool weir_code_narrow(struct weir_program *program, const struct weir_code *code);
void weir_code_join(struct weir_program *program, const struct weir_code *code);
void weir_code_pack(struct weir_program *program, const struct weir_code *code);
void weir_code_unpack(struct weir_program *program, const struct weir_code *code);
void weir_code_coalesce(struct weir_program *program,
                        const struct weir_code *code,
                        struct weir_scope right);
void weir_code_member(struct weir_program *program, const struct weir_code *code);
void weir_code_index(struct weir_program *program, const struct weir_code *code);
void weir_code_struct(struct weir_program *program, const struct weir_code *code);
void weir_code_list(struct weir_program *program, const struct weir_code *code);

#endif
