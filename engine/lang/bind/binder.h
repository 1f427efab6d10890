/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the binder share. One binder lives for one text. Functions that answer false or
 * NULL have reported why. */
#ifndef WEIR_LANG_BIND_BINDER_H
#define WEIR_LANG_BIND_BINDER_H

#include "lang/bind/bind.h"

#define WEIR_NO_NODE UINT32_MAX

/* The record that an expression's names speak of, and where each field got its type. */
struct weir_scope {
    const struct weir_type *schema;
    const struct weir_place *origins; /* schema->field_count */
    struct weir_place place;          /* the stage that gives this record */
    struct weir_schema_index *index;  /* made when first needed */
    bool has_index;
    struct weir_scope *next; /* of all scopes, to be freed */
};

/* The end of a pipe so far. */
struct weir_pipe_end {
    uint32_t node;            /* WEIR_NO_NODE: nothing can be known (an error was reported) */
    bool is_output;           /* it ends in a sink: nothing may follow */
    struct weir_scope *scope; /* NULL without a node */
};

/* A stream's name: one namespace for `NAME =`, `as NAME` and tables. */
struct weir_stream_name {
    weir_str name;
    struct weir_place place;
    struct weir_pipe_end end;
    bool is_table, is_used;
};

/* A transform { } whose block is being bound: what its body asks RDDs of. */
struct weir_block {
    uint32_t count, capacity;
    uint32_t *operands; /* nodes, the subject first, each once */
};

/* An interval of checkpoints that does not fit its stream: told only if all windows do, because
 * with another window it may. */
struct weir_misfit {
    struct weir_place place;
    int64_t us, slide_us;
    struct weir_misfit *next;
};

struct weir_binder {
    const struct weir_bind_options *options;
    const struct weir_ast_program *program;
    struct weir_diagnostics *diagnostics;
    struct weir_graph *graph;
    struct weir_arena *arena;  /* the graph's */
    struct weir_arena scratch; /* what only binding needs */
    struct weir_map streams;   /* name -> struct weir_stream_name */
    struct weir_map params;    /* name -> param_entry of constant.c */
    struct weir_map unusable;  /* aliases of plugins that could not be used, which was reported */
    struct weir_scope *scopes; /* all of them */
    struct weir_use *uses;
    uint32_t use_count, use_capacity;
    struct weir_graph_setting *settings;
    uint32_t setting_count, setting_capacity;
    const struct weir_ast_statement *job;
    struct weir_misfit *misfits; /* the newest first */
    struct weir_block *block;    /* NULL: outside of transform { } */
    bool is_table;               /* inside of a `table` statement */
    int64_t reload_us;           /* of that table */
};

/* ---- scope.c ---- */

/* A scope for a record; origins as in the struct, on the scratch arena. */
struct weir_scope *weir_scope_create(struct weir_binder *b,
                                     const struct weir_type *schema,
                                     const struct weir_place *origins,
                                     struct weir_place place);

/* The same, all fields being from one place. */
struct weir_scope *weir_scope_create_at(struct weir_binder *b,
                                        const struct weir_type *schema,
                                        struct weir_place place);

/* Index of a field, or -1. Constant time. */
int weir_scope_find(struct weir_scope *scope, weir_str name);

/* The field that a wrong name may have meant; count 0: none. */
weir_str weir_scope_near(const struct weir_scope *scope, weir_str name);

/* Reports an unknown field, with near names and the fields there are. */
void weir_scope_unknown(struct weir_binder *b,
                        struct weir_scope *scope,
                        weir_str name,
                        struct weir_place place);

/* "{word: str, count: i64}", cut when long; on the scratch arena. */
const char *weir_bind_type_text(struct weir_binder *b, const struct weir_type *type);

/* A name copied to the graph's arena, NUL-terminated. */
const char *weir_bind_name(struct weir_binder *b, weir_str name);

/* ---- declare.c, param.c: the statements job and param ---- */
bool weir_bind_job(struct weir_binder *b, const struct weir_ast_statement *statement);
bool weir_bind_param(struct weir_binder *b, const struct weir_ast_statement *statement);

/* Reports --set names that no param bears. */
void weir_bind_check_sets(struct weir_binder *b);

/* ---- table.c ---- */
bool weir_bind_table(struct weir_binder *b, const struct weir_ast_statement *statement);

/* ---- test/test.c ---- */

/* All `test` statements, after the pipes that they speak of. */
void weir_bind_tests(struct weir_binder *b);

/* ---- use.c ---- */
bool weir_bind_use(struct weir_binder *b, const struct weir_ast_statement *statement);

/* Loads what -p named. */
bool weir_bind_plugins(struct weir_binder *b);

/* ---- constant.c ---- */

/* The literal behind $x or $env.X; anything else as it is. NULL: unknown (reported). */
const struct weir_ast_expr *weir_bind_deref(struct weir_binder *b,
                                            const struct weir_ast_expr *expr);

/* Adds a param by name; value is a literal that lives as long as the binder. */
void weir_bind_add_param(struct weir_binder *b,
                         weir_str name,
                         struct weir_place place,
                         const struct weir_ast_expr *value);

/* A param's literal, or NULL. */
const struct weir_ast_expr *weir_bind_find_param(struct weir_binder *b, weir_str name);

/* Literal, list of literals, $x or $env.X as a value; with allows_word a bare word is a str. Text
 * goes to the graph's arena. what: "an option", for the message. */
bool weir_bind_constant(struct weir_binder *b,
                        const struct weir_ast_expr *expr,
                        bool allows_word,
                        const char *what,
                        struct weir_value *value);

/* A duration over 0, in us: E0401 for a number without a unit. what: "length=". */
bool weir_bind_duration(struct weir_binder *b,
                        const struct weir_ast_expr *expr,
                        const char *what,
                        int64_t *us);

/* A whole number in [1, max]. what: "top". */
bool weir_bind_count(struct weir_binder *b,
                     const struct weir_ast_expr *expr,
                     const char *what,
                     int64_t max,
                     int64_t *n);

/* "10s", "1m30s" is not spelt: the largest unit that divides it; on the scratch arena. */
const char *weir_bind_duration_text(struct weir_binder *b, int64_t us);

/* ---- expr.c ---- */

/* How names in an expression are read. */
struct weir_typing {
    struct weir_binder *b;
    struct weir_scope *scope;
    uint32_t
        top_kinds;     /* what may be called at the top of an item, as bits 1 << kind; 0: functions.
                          flat_map's items may be emitters, aggregate's must be aggregates */
    bool is_of_values; /* map_values: a bare function of one parameter takes `value` */
};

/* An expression with its type, or NULL (reported). */
const struct weir_expr *weir_bind_expr(struct weir_typing *t, const struct weir_ast_expr *ast);

/* The kinds of operators that a name at this place is looked for among. */
uint32_t weir_bind_kinds(const struct weir_typing *t);

/* The same for a part of another expression, where only functions may stand. */
const struct weir_expr *weir_bind_part(struct weir_typing *t, const struct weir_ast_expr *ast);

/* [a, b] and {a: x, b: y} (parts.c). */
const struct weir_expr *weir_bind_list(struct weir_typing *t, const struct weir_ast_expr *ast);
const struct weir_expr *weir_bind_struct(struct weir_typing *t, const struct weir_ast_expr *ast);

/* Completes a draft; on failure reports with `code` at the culprit's place (places may be NULL). */
const struct weir_expr *weir_bind_make(struct weir_typing *t,
                                       const struct weir_expr *draft,
                                       enum weir_code code,
                                       const struct weir_place *places);

/* Points a diagnostic at where the first field in an expression got its type. */
void weir_bind_point_at_field(struct weir_typing *t,
                              struct weir_diagnostic *d,
                              const struct weir_expr *expr);

/* ---- unify.c ---- */

/* Makes two expressions one type: widens i32 -> i64 -> f64, gives null literals and durations (as
 * ts) the other side's type. False: they cannot be (not reported). */
bool weir_bind_unify(struct weir_typing *t,
                     const struct weir_expr **left,
                     const struct weir_ast_expr *left_ast,
                     const struct weir_expr **right,
                     const struct weir_ast_expr *right_ast);

/* Converts an expression: literals are folded, others go through std's cast of that name. NULL:
 * reported. */
const struct weir_expr *weir_bind_cast(struct weir_typing *t,
                                       const struct weir_expr *expr,
                                       const struct weir_type *to);

/* Whether an expression was written as a duration, so that it may become a ts. */
bool weir_bind_is_duration(struct weir_binder *b, const struct weir_ast_expr *ast);

/* ---- call.c ---- */

/* A call of a named function. */
const struct weir_expr *weir_bind_call(struct weir_typing *t, const struct weir_ast_expr *ast);

/* A call that an operator stands for: std.NAME(args...). */
const struct weir_expr *weir_bind_std(struct weir_typing *t,
                                      const char *name,
                                      const struct weir_ast_expr *ast);

/* A function's name without brackets: bound to fields of its parameters' names. */
const struct weir_expr *weir_bind_bare(struct weir_typing *t,
                                       weir_str alias,
                                       weir_str name,
                                       struct weir_place place);

/* ---- operator.c ---- */

enum weir_found { WEIR_FOUND_NONE, WEIR_FOUND, WEIR_FOUND_REPORTED };

/* The operators of a name and kind. is_quiet: that there are none is not reported; that there are
 * too many, or that a plugin cannot be loaded, always is. */
enum weir_found weir_bind_find(struct weir_binder *b,
                               weir_str alias,
                               weir_str name,
                               uint32_t kinds,
                               struct weir_place place,
                               bool is_quiet,
                               const struct weir_operator *const **operators,
                               size_t *count);

/* Named and positional constants as an operator's arguments, checked against its parameters; items
 * from `first` on, those with a name only if only_named. */
bool weir_bind_arguments(struct weir_binder *b,
                         const struct weir_operator *op,
                         const struct weir_ast_item *first,
                         bool only_named,
                         struct weir_place place,
                         const struct weir_argument **arguments,
                         uint32_t *count);

/* A whole stage that is an operator: input (in->node WEIR_NO_NODE) or sink. */
struct weir_stage;
bool weir_bind_operator_stage(struct weir_stage *s, const struct weir_operator *op, weir_str alias);

/* tcp://host:port and the like. */
bool weir_bind_uri(struct weir_stage *s);

/* ---- pipe.c ---- */

/* A pipe; its end, for whoever names it. final_name: what its last stage is called, or count 0. */
struct weir_pipe_end weir_bind_pipe(struct weir_binder *b,
                                    const struct weir_ast_pipe *pipe,
                                    weir_str final_name);

/* The block of a transform: further stages behind `in`, or behind the stream that its first word
 * names. */
struct weir_pipe_end weir_bind_block(struct weir_binder *b,
                                     const struct weir_ast_pipe *pipe,
                                     struct weir_pipe_end in);

/* `| print` behind an end. */
void weir_bind_print(struct weir_binder *b, struct weir_pipe_end end, struct weir_place place);

/* Gives a stream a name in the text; false: the name is taken. */
bool weir_bind_define(struct weir_binder *b,
                      weir_str name,
                      struct weir_place place,
                      struct weir_pipe_end end);

/* ---- word.c: words that stand where a verb could ---- */

/* Whether a word is known to come in a later version (an input, codec or output). */
bool weir_word_is_later(weir_str word);

/* Whether a word of our own inputs, outputs or verbs: no stream may bear it. */
bool weir_word_is_reserved(weir_str word);

/* Reports a word that is nothing. */
void weir_word_unknown(struct weir_binder *b, const struct weir_ast_stage *stage, bool is_head);

/* ---- verb/: verbs ---- */

struct weir_stage {
    struct weir_binder *b;
    const struct weir_ast_stage *ast, *before; /* before: the stage on the left, or NULL */
    enum weir_verb verb;
    struct weir_pipe_end in, out;
    struct weir_node draft;
    const struct weir_ast_item **values; /* what is no option */
    uint32_t value_count;
    const struct weir_ast_item *options[8]; /* in the order of the verb's option names */
    struct weir_typing typing;
};

/* Binds a stage whose verb is known; false: reported. out is set to what later stages may go on
 * with (also after an error, if the record is known nevertheless). */
bool weir_bind_verb(struct weir_stage *s);

/* Adds the draft; its scope is made by the caller. False: reported. */
bool weir_stage_add(struct weir_stage *s, const struct weir_type **schema);

/* The draft gives the same record as its input: adds it and shares the scope. */
bool weir_stage_add_same(struct weir_stage *s);

/* An input for a pair verb: key, value in this order; puts a map before it if need be. */
bool weir_stage_need_pair(struct weir_stage *s);

/* A map that picks fields of a node in a given order, unnamed. WEIR_NO_NODE: reported. */
uint32_t weir_stage_reorder(struct weir_binder *b,
                            uint32_t node,
                            const uint32_t *fields,
                            uint32_t count,
                            struct weir_place place);

/* Reports values where the verb takes none, and forgotten '|'. */
bool weir_stage_no_values(struct weir_stage *s, uint32_t allowed);

/* What an item is called: its name, the field's for a bare field, else `value`. */
const char *weir_stage_item_name(struct weir_stage *s,
                                 const struct weir_ast_item *item,
                                 const struct weir_expr *expr);

/* A field's name does not begin with '_', and null has no type. */
bool weir_stage_check_item(struct weir_stage *s,
                           const struct weir_ast_item *item,
                           const struct weir_expr *expr);

/* Notes a field's name; false: another item has it. */
bool weir_stage_note_name(struct weir_stage *s,
                          struct weir_map *seen,
                          const char *name,
                          const struct weir_ast_item *item);

/* At least one value. */
bool weir_stage_need_values(struct weir_stage *s);

/* ---- verb/parts.c: what several verbs take ---- */

/* The option of a name, or NULL. */
const struct weir_ast_item *weir_stage_option(const struct weir_stage *s, const char *name);

/* An operator as written: alias.name, alias.name(p = 1) or a bare word. */
struct weir_operator_text {
    weir_str alias, name;
    struct weir_place place;
    const struct weir_ast_item *arguments;
};

/* Reads one. kind: "reducer", and sample: "i64.add", for messages. */
bool weir_stage_read_operator(struct weir_stage *s,
                              const struct weir_ast_expr *value,
                              const char *kind,
                              const char *sample,
                              struct weir_operator_text *text);

/* Adds the draft with the operator's first overload that takes the stream's key and value. */
bool weir_stage_add_operator(struct weir_stage *s,
                             const struct weir_operator_text *text,
                             enum weir_kind kind,
                             const struct weir_type **schema);

/* partitions=, by=, a duration, and every= of what slides like that: into the draft, if given. */
bool weir_stage_partitions(struct weir_stage *s);
bool weir_stage_by(struct weir_stage *s);
bool weir_stage_duration(struct weir_stage *s, const char *name, int64_t *us);
bool weir_stage_every(struct weir_stage *s, int64_t slide_us);

/* on_error=stop or dead: into the draft; on_error NULL: not given. */
bool weir_stage_on_error(struct weir_stage *s, const struct weir_ast_item *on_error);

/* length= (needed), slide=, every= of a window; for the verb window also bare. */
bool weir_stage_window(struct weir_stage *s);

/* inverse=none, where no other inverse can be. */
bool weir_stage_inverse_none(struct weir_stage *s);

/* Reports a window that is no multiple of its stream's slide; notes an interval of checkpoints that
 * is none of its own. */
bool weir_stage_multiple(struct weir_stage *s,
                         const struct weir_ast_item *item,
                         const char *what,
                         int64_t us);
void weir_stage_interval(struct weir_stage *s,
                         const struct weir_ast_expr *value,
                         int64_t us,
                         int64_t slide_us);

/* The stream or table of a name, with a node; in a transform it is noted as asked. NULL: reported.
 */
struct weir_stream_name *weir_stage_operand(struct weir_stage *s,
                                            const struct weir_ast_expr *value);

/* The block of a transform under way, if any, needs an RDD of a stream. */
void weir_block_ask(struct weir_binder *b, uint32_t node);

/* Reports streams that meet and slide differently. */
bool weir_stage_slides(struct weir_stage *s, struct weir_place place, uint32_t node);

/* The node of another stream as a pair: key, value in this order. WEIR_NO_NODE: reported. */
uint32_t weir_stage_pair_of(struct weir_stage *s,
                            const struct weir_stream_name *stream,
                            struct weir_place place);

/* The scope of a pair that keeps the input's key; value: where the new value is made. */
void weir_stage_give_pair(struct weir_stage *s,
                          const struct weir_type *schema,
                          struct weir_place value);

/* ---- the verbs, by file ---- */
bool weir_bind_map(struct weir_stage *s);
bool weir_bind_flat_map(struct weir_stage *s);
bool weir_bind_flat_map_values(struct weir_stage *s);
bool weir_bind_filter(struct weir_stage *s);
bool weir_bind_map_values(struct weir_stage *s);
bool weir_bind_count_verb(struct weir_stage *s);
bool weir_bind_reduce(struct weir_stage *s);
bool weir_bind_union(struct weir_stage *s);
bool weir_bind_window(struct weir_stage *s);
bool weir_bind_group(struct weir_stage *s);
bool weir_bind_number(struct weir_stage *s);

/* A stage that is a codec (codec.c). */
bool weir_bind_codec(struct weir_stage *s, const struct weir_operator *op);
bool weir_bind_sort(struct weir_stage *s);
bool weir_bind_join(struct weir_stage *s);
bool weir_bind_pair_join(struct weir_stage *s);
bool weir_bind_cartesian(struct weir_stage *s);
bool weir_bind_aggregate(struct weir_stage *s);
bool weir_bind_combine(struct weir_stage *s);
bool weir_bind_map_partitions(struct weir_stage *s);
bool weir_bind_state(struct weir_stage *s);
bool weir_bind_snapshots(struct weir_stage *s);
bool weir_bind_persist(struct weir_stage *s);
bool weir_bind_checkpoint(struct weir_stage *s);
bool weir_bind_plain(struct weir_stage *s); /* distinct */
bool weir_bind_glom(struct weir_stage *s);
bool weir_bind_transform(struct weir_stage *s);
bool weir_bind_none(struct weir_stage *s);
bool weir_bind_slice(struct weir_stage *s);
bool weir_bind_foreach_rdd(struct weir_stage *s);

#endif
