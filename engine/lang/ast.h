/* SPDX-License-Identifier: Apache-2.0 */
/* The parsed text as a tree: what the parser makes, the binder walks and the printer writes. Purely
 * syntactic: it knows no verb, no plugin and no type beyond the words that were written. Every node
 * lives in the arena given to the parser, every list is linked by `next`, every weir_str points
 * into the source text or the arena and is NUL-terminated only where it says so. A tree may also be
 * built by hand (zeroed nodes, no places, no spellings) and printed. */
#ifndef WEIR_LANG_AST_H
#define WEIR_LANG_AST_H

#include "lang/diagnostic.h"

enum {
    WEIR_AST_HEIGHT_MAX = 1000 /* of an expression's tree, so that walking it may recurse */
};

/* A comment, from # to the end of its line, without trailing blanks. */
struct weir_ast_comment {
    struct weir_ast_comment *next;
    weir_str text;
    bool blank_before; /* an empty line stood before it */
};

/* Comments that belong to a statement, stage or step. */
struct weir_ast_notes {
    struct weir_ast_comment *before; /* on lines of their own */
    struct weir_ast_comment *behind; /* at the end of its last line; at most one */
};

enum weir_ast_type_kind {
    WEIR_AST_TYPE_BOOL = 1,
    WEIR_AST_TYPE_I32,
    WEIR_AST_TYPE_I64,
    WEIR_AST_TYPE_F64,
    WEIR_AST_TYPE_STR,
    WEIR_AST_TYPE_BYTES,
    WEIR_AST_TYPE_TS,
    WEIR_AST_TYPE_LIST,
    WEIR_AST_TYPE_STRUCT
};

struct weir_ast_type {
    enum weir_ast_type_kind kind;
    struct weir_place place;
    struct weir_ast_type *element; /* LIST */
    struct weir_ast_field *fields; /* STRUCT */
    size_t field_count;
};

struct weir_ast_field {
    struct weir_ast_field *next;
    weir_str name;
    struct weir_place name_place;
    struct weir_ast_type *type;
};

/* What `expr` uses of struct weir_ast_expr stands behind each kind. */
enum weir_ast_expr_kind {
    WEIR_AST_NULL = 1,
    WEIR_AST_BOOL,     /* i64: 0 or 1 */
    WEIR_AST_INT,      /* i64; a minus directly before the number is part of it */
    WEIR_AST_FLOAT,    /* f64 */
    WEIR_AST_DURATION, /* i64: microseconds */
    WEIR_AST_SIZE,     /* i64: bytes */
    WEIR_AST_STRING, /* text: decoded, NUL-terminated (the NUL is not counted; text may hold others)
                      */
    WEIR_AST_NAME,  /* text: a field, stream, table or bare function; `a.f` is MEMBER f of NAME a */
    WEIR_AST_PARAM, /* text: x of $x */
    WEIR_AST_ENV,   /* text: X of $env.X */
    WEIR_AST_LIST,  /* items, unnamed */
    WEIR_AST_STRUCT, /* items, all named */
    WEIR_AST_SCHEMA, /* type: a STRUCT */
    WEIR_AST_CALL,   /* alias (count 0: none), text, items: named ones are constants */
    WEIR_AST_MEMBER, /* left, text */
    WEIR_AST_INDEX,  /* left, right */
    WEIR_AST_UNARY,  /* op: NOT or NEG; left */
    WEIR_AST_BINARY  /* op; left, right */
};

enum weir_ast_op {
    WEIR_AST_OP_NONE,
    WEIR_AST_OP_COALESCE,
    WEIR_AST_OP_OR,
    WEIR_AST_OP_AND,
    WEIR_AST_OP_NOT,
    WEIR_AST_OP_EQ,
    WEIR_AST_OP_NE,
    WEIR_AST_OP_LT,
    WEIR_AST_OP_LE,
    WEIR_AST_OP_GT,
    WEIR_AST_OP_GE,
    WEIR_AST_OP_ADD,
    WEIR_AST_OP_SUB,
    WEIR_AST_OP_MUL,
    WEIR_AST_OP_DIV,
    WEIR_AST_OP_MOD,
    WEIR_AST_OP_NEG
};

/* [name =] value: what a stage takes, an option, an argument, a list's element, a struct's field.
 */
struct weir_ast_item {
    struct weir_ast_item *next;
    weir_str name; /* count 0: none */
    struct weir_place place, name_place;
    struct weir_ast_expr *value;
    bool after_comma; /* in a stage: first, or a comma stood before it; otherwise it can only be an
                         option */
};

struct weir_ast_items {
    struct weir_ast_item *first, *last;
    size_t count;
};

struct weir_ast_expr {
    enum weir_ast_expr_kind kind;
    enum weir_ast_op op;
    struct weir_place place;
    uint16_t height;  /* of the tree below, 1 for a leaf: at most WEIR_AST_HEIGHT_MAX */
    bool in_brackets; /* the author wrote (...) around it */
    int64_t i64;
    double f64;
    weir_str text, alias;
    struct weir_place alias_place, text_place; /* of alias and text in CALL and MEMBER */
    weir_str spelling; /* of a literal, as written; count 0 if built by hand */
    struct weir_ast_items items;
    struct weir_ast_type *type;
    struct weir_ast_expr *left, *right;
};

/* One verb, operator or input of a pipe. */
struct weir_ast_stage {
    struct weir_ast_stage *next;
    struct weir_place place;
    bool is_uri; /* name is the whole address, `tcp://host:port`; only the head of a pipe */
    weir_str alias, name; /* `alias.name`, else alias.count is 0 */
    struct weir_place alias_place, name_place;
    struct weir_ast_items items;
    struct weir_ast_pipe *block; /* { ... }, or NULL */
    weir_str as_name;            /* count 0: none */
    struct weir_place as_place;
    bool on_new_line; /* the | before it began a line */
    struct weir_ast_notes notes;
};

struct weir_ast_pipe {
    struct weir_place place;
    struct weir_ast_stage *first, *last;
    size_t count;                 /* at least 1 */
    struct weir_ast_comment *end; /* comments before the } of a block */
};

/* at T feed STREAM [...]; or at T expect STREAM [...]; */
struct weir_ast_step {
    struct weir_ast_step *next;
    struct weir_place place;
    bool is_expect;
    struct weir_ast_expr *at;      /* DURATION */
    struct weir_ast_expr *records; /* LIST */
    weir_str stream;
    struct weir_place stream_place;
    struct weir_ast_notes notes;
};

enum weir_ast_statement_kind {
    WEIR_AST_JOB = 1,           /* name, options */
    WEIR_AST_PARAM_DECLARATION, /* name, type or NULL, value or NULL */
    WEIR_AST_TABLE,             /* name, pipe */
    WEIR_AST_USE,        /* title: the file; name: the alias, count 0: none; options, prototypes */
    WEIR_AST_NAMED_PIPE, /* name, pipe */
    WEIR_AST_PIPE,       /* pipe */
    WEIR_AST_TEST        /* title, steps */
};

struct weir_ast_statement {
    struct weir_ast_statement *next;
    enum weir_ast_statement_kind kind;
    struct weir_place place;
    weir_str name;
    struct weir_place name_place;
    struct weir_ast_items options;
    struct weir_ast_type *type;
    struct weir_ast_expr *value;
    struct weir_ast_pipe *pipe;
    struct weir_ast_expr *title; /* STRING */
    bool has_prototypes;
    weir_str prototypes; /* C text between { and }, outer blanks cut; NUL-terminated */
    struct weir_place prototypes_place;
    struct weir_ast_step *steps;
    struct weir_ast_comment *end; /* comments before the } of a test */
    struct weir_ast_notes notes;
    bool blank_before; /* an empty line stood before it */
};

struct weir_ast_program {
    const struct weir_source *source;
    struct weir_ast_statement *first, *last;
    size_t count;
    struct weir_ast_comment *end; /* comments after the last statement */
};

/* Parses a text. The tree and what it points to live in `arena`, and in source's text, which must
 * outlive it. All mistakes found go to `diagnostics` (begun with the same source) in the order of
 * their places; with any, *program is what could be understood and the answer is WEIR_ETEXT
 * (WEIR_ELIMIT for a text over WEIR_SOURCE_BYTES_MAX). Any thread. */
int weir_ast_parse(const struct weir_source *source,
                   struct weir_arena *arena,
                   struct weir_diagnostics *diagnostics,
                   struct weir_ast_program **program,
                   struct weir_error *err);

/* Whether two trees say the same: places, spellings, comments and layout do not count. */
bool weir_ast_equal(const struct weir_ast_program *a, const struct weir_ast_program *b);

/* The same for one expression, type or pipe; NULL equals NULL. */
bool weir_ast_expr_equal(const struct weir_ast_expr *a, const struct weir_ast_expr *b);
bool weir_ast_type_equal(const struct weir_ast_type *a, const struct weir_ast_type *b);
bool weir_ast_pipe_equal(const struct weir_ast_pipe *a, const struct weir_ast_pipe *b);

/* Appends the tidy text of a whole program. Parsing it gives an equal tree, and printing that the
 * same text. */
void weir_ast_print(const struct weir_ast_program *program, struct weir_text *out);

/* Appends one expression, type or pipe on one line; comments are left out. */
void weir_ast_print_expr(const struct weir_ast_expr *expr, struct weir_text *out);
void weir_ast_print_type(const struct weir_ast_type *type, struct weir_text *out);
void weir_ast_print_pipe(const struct weir_ast_pipe *pipe, struct weir_text *out);

/* The word or sign of an operator: "or", "==", "-". Static. */
const char *weir_ast_op_text(enum weir_ast_op op);

/* How tightly an operator binds: 1 for ?? up to 8 for unary minus; 0 for WEIR_AST_OP_NONE. */
int weir_ast_op_level(enum weir_ast_op op);

/* Appends a node to its list. */
void weir_ast_items_append(struct weir_ast_items *items, struct weir_ast_item *item);
void weir_ast_pipe_append(struct weir_ast_pipe *pipe, struct weir_ast_stage *stage);
void weir_ast_program_append(struct weir_ast_program *program,
                             struct weir_ast_statement *statement);

#endif
