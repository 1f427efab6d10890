/* SPDX-License-Identifier: Apache-2.0 */
/* The lazy graph that the user declared: one node per stream operation, typed on every edge,
 * operators by canonical name. It is made by lang's binder (text) or read from bytes, never changed
 * afterwards, and everything later (plan, explain, checkpoint) reads it. It holds no data and no
 * time but durations. */
#ifndef WEIR_STREAM_STREAM_H
#define WEIR_STREAM_STREAM_H

#include "base/base.h"
#include "data/data.h"
#include "plugin/plugin.h"

/* X(ENUM, "name", flags): every verb of language.md. L = not yet available (refused by name), S =
 * shuffles, O = output, P = takes a pair stream, I = input. Order = numbers in graph records: only
 * ever append. */
enum weir_verb_flags {
    WEIR_VERB_IS_LATER = 1,
    WEIR_VERB_IS_WIDE = 2,
    WEIR_VERB_IS_OUTPUT = 4,
    WEIR_VERB_IS_PAIR = 8,
    WEIR_VERB_IS_INPUT = 16
};
#define WEIR_VERB_MAP(X)                                                                           \
    X(INPUT, "", WEIR_VERB_IS_INPUT)                                                               \
    X(MAP, "map", 0)                                                                               \
    X(EXTEND, "extend", 0)                                                                         \
    X(FLAT_MAP, "flat_map", 0)                                                                     \
    X(FILTER, "filter", 0)                                                                         \
    X(MAP_VALUES, "map_values", WEIR_VERB_IS_PAIR)                                                 \
    X(COUNT, "count", WEIR_VERB_IS_WIDE)                                                           \
    X(COUNT_BY_VALUE, "count_by_value", WEIR_VERB_IS_WIDE)                                         \
    X(REDUCE, "reduce", WEIR_VERB_IS_WIDE)                                                         \
    X(REDUCE_BY_KEY, "reduce_by_key", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                       \
    X(UNION, "union", 0)                                                                           \
    X(REPARTITION, "repartition", WEIR_VERB_IS_WIDE)                                               \
    X(WINDOW, "window", 0)                                                                         \
    X(TOP, "top", WEIR_VERB_IS_WIDE)                                                               \
    X(LIMIT, "limit", WEIR_VERB_IS_WIDE)                                                           \
    X(SINK, "", WEIR_VERB_IS_OUTPUT)                                                               \
    X(FLAT_MAP_VALUES, "flat_map_values", WEIR_VERB_IS_LATER | WEIR_VERB_IS_PAIR)                  \
    X(GLOM, "glom", WEIR_VERB_IS_LATER)                                                            \
    X(MAP_PARTITIONS, "map_partitions", WEIR_VERB_IS_LATER)                                        \
    X(GROUP_BY_KEY, "group_by_key", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)    \
    X(COMBINE_BY_KEY, "combine_by_key",                                                            \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                  \
    X(REDUCE_BY_WINDOW, "reduce_by_window", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                \
    X(COUNT_BY_WINDOW, "count_by_window", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                  \
    X(COUNT_BY_VALUE_AND_WINDOW, "count_by_value_and_window",                                      \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                                                      \
    X(GROUP_BY_KEY_AND_WINDOW, "group_by_key_and_window",                                          \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                  \
    X(REDUCE_BY_KEY_AND_WINDOW, "reduce_by_key_and_window",                                        \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                  \
    X(JOIN, "join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                                        \
    X(LEFT_OUTER_JOIN, "left_outer_join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                  \
    X(RIGHT_OUTER_JOIN, "right_outer_join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                \
    X(FULL_OUTER_JOIN, "full_outer_join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                  \
    X(SEMI_JOIN, "semi_join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                              \
    X(ANTI_JOIN, "anti_join", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                              \
    X(COGROUP, "cogroup", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)              \
    X(UPDATE_STATE_BY_KEY, "update_state_by_key",                                                  \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                  \
    X(MAP_WITH_STATE, "map_with_state",                                                            \
      WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                  \
    X(STATE_SNAPSHOTS, "state_snapshots", WEIR_VERB_IS_LATER)                                      \
    X(AGGREGATE, "aggregate", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                              \
    X(TRANSFORM, "transform", WEIR_VERB_IS_LATER)                                                  \
    X(CARTESIAN, "cartesian", WEIR_VERB_IS_LATER)                                                  \
    X(NONE, "none", WEIR_VERB_IS_LATER)                                                            \
    X(SORT, "sort", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                                        \
    X(DISTINCT, "distinct", WEIR_VERB_IS_LATER | WEIR_VERB_IS_WIDE)                                \
    X(PERSIST, "persist", WEIR_VERB_IS_LATER)                                                      \
    X(CHECKPOINT, "checkpoint", WEIR_VERB_IS_LATER)                                                \
    X(SLICE, "slice", WEIR_VERB_IS_LATER)                                                          \
    X(FOREACH_RDD, "foreach_rdd", WEIR_VERB_IS_LATER | WEIR_VERB_IS_OUTPUT)                        \
    X(LATE, "late", WEIR_VERB_IS_LATER)                                                            \
    X(EVENT_TIME, "event_time", WEIR_VERB_IS_LATER)

enum weir_verb {
#define WEIR_VERB_ENUM(name, text, flags) WEIR_VERB_##name,
    WEIR_VERB_MAP(WEIR_VERB_ENUM)
#undef WEIR_VERB_ENUM
        WEIR_VERB_COUNT_OF
};

const char *weir_verb_name(enum weir_verb verb); /* As in the language; "" for INPUT and SINK. */
uint32_t weir_verb_flags(enum weir_verb verb);   /* enum weir_verb_flags. */

/* The verb of a word; WEIR_VERB_COUNT_OF if it is none. */
enum weir_verb weir_verb_find(weir_str word);

/* ---- expressions: trees of typed calls, evaluated a chunk at a time ---- */
enum weir_expr_kind {
    WEIR_EXPR_FIELD = 1, /* column `field` of the stage's input */
    WEIR_EXPR_CONST,     /* value */
    WEIR_EXPR_CALL,      /* op(args...), op->kind function; in flat_map also emitter */
    WEIR_EXPR_AND,       /* args[0], args[1]: the right side only for rows that need it */
    WEIR_EXPR_OR,
    WEIR_EXPR_COALESCE, /* ?? */
    WEIR_EXPR_MEMBER,   /* args[0] is a struct; field = index of its member */
    WEIR_EXPR_INDEX,    /* args[0] list, args[1] i64: null when out of range */
    WEIR_EXPR_STRUCT,   /* type's fields from args */
    WEIR_EXPR_LIST,     /* args: items */
    WEIR_EXPR_BATCH_TIME
};
enum { WEIR_EXPR_DEPTH_MAX = 64 };

struct weir_expr {
    enum weir_expr_kind kind;
    const struct weir_type *type; /* emitter call: struct of its columns */
    struct weir_place place;
    uint32_t field;
    struct weir_value value;
    const struct weir_operator *op;
    const struct weir_param_value *params; /* op->param_count, as the instance gets them */
    uint32_t argument_count;               /* parameters as given, for printing and records */
    const struct weir_argument *arguments;
    uint32_t arg_count;
    const struct weir_expr *const *args;
};

/* ---- nodes ---- */
struct weir_item {
    const char *name;
    const struct weir_expr *expr;
};

struct weir_node {
    uint32_t id; /* its index; inputs have smaller ids: the order is topological */
    enum weir_verb verb;
    const char *name;     /* the user's name (uid), or NULL */
    const char *op_alias; /* how the text called op's plugin ("" for bare words), for printing */
    uint32_t input_count;
    const uint32_t *inputs;
    const struct weir_type *schema; /* record type; outputs: their input's */
    bool is_pair;                   /* fields are exactly key, value */
    uint32_t item_count; /* map, extend, map_values, flat_map: fields in order; filter: 1 */
    const struct weir_item *items;
    uint32_t emit_item; /* flat_map: which item is the emitter or list; its columns stand there in
                           the schema */
    const struct weir_operator *op; /* input, sink, reduce, reduce_by_key */
    const struct weir_param_value *params;
    uint32_t argument_count;
    const struct weir_argument *arguments;
    int64_t n;         /* top, limit, repartition */
    uint32_t by_count; /* top: fields; empty = all, in order */
    const uint32_t *by;
    bool is_descending;
    uint32_t partitions;                /* reduce partitions of a wide verb; 0: the job's */
    int64_t length_us, window_slide_us; /* window; 0: the batch */
    int64_t slide_us; /* how often this stream has an RDD: a multiple of the batch */
    bool is_finite;   /* every input above it is a finite source */
    struct weir_place place;
};

struct weir_use {             /* a plugin the job names */
    const char *name, *alias; /* as written; alias as resolved */
    const char *id, *version, *sha256;
};

struct weir_setting { /* job options as given, in order: batch, checkpoint... */
    const char *name;
    struct weir_value value;
};

enum { WEIR_NODES_MAX = 65536 };
struct weir_graph {
    struct weir_arena arena; /* everything below */
    const char *job;         /* name, or NULL */
    int64_t batch_us;        /* 1 s unless the job or the run says otherwise */
    uint32_t partitions;     /* default reduce partitions and slices of a file batch: 8 */
    uint32_t setting_count;
    const struct weir_setting *settings;
    uint32_t use_count;
    const struct weir_use *uses;
    uint32_t node_count;
    const struct weir_node *nodes;
    uint32_t output_count;
    const uint32_t *outputs; /* sink nodes in order of declaration */
    bool is_finite; /* all inputs are finite sources: batches run back to back from time 0 */
    struct weir_registry *registry; /* borrowed: must outlive the graph */
};

/* Frees the graph made by bind or decode. NULL is fine. */
void weir_graph_destroy(struct weir_graph *graph);

/* Structural equality by canonical names; places do not count. */
bool weir_graph_equal(const struct weir_graph *a, const struct weir_graph *b);

/* Windows: length and slide are multiples of the parent's slide; slides of all operands agree; at
 * least one output. Filled in by binders before they hand a graph out. *culprit: the node at fault.
 */
int weir_graph_validate(struct weir_graph *graph, uint32_t *culprit, struct weir_error *err);

/* Appends the graph record (msgpack): by canonical operator name, version, signature, parameters.
 */
void weir_graph_encode(const struct weir_graph *graph, struct weir_text *to);

/* Reads a record; plugins it names are loaded through the registry (a different version is accepted
 * if the signatures agree). */
int weir_graph_decode(weir_bytes bytes,
                      struct weir_registry *registry,
                      struct weir_graph **graph,
                      struct weir_error *err);

/* A stream's name for people and for `_stream`: its name, else "#1", "#2": its place among the
 * outputs. On the graph's arena. */
const char *weir_graph_stream_name(const struct weir_graph *graph, uint32_t output_index);

/* How long RDDs of a node are needed after their batch: the longest window above it, in us (0: only
 * their own batch). Source: the reference's remember durations, parity.md. */
int64_t weir_graph_remember_us(const struct weir_graph *graph, uint32_t node);

#endif
