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
    uint32_t depth; /* of the tree: 1 for a leaf, at most WEIR_EXPR_DEPTH_MAX */
    uint32_t field;
    struct weir_value value;
    bool is_after_zero; /* a ts constant that was written as a duration: it counts from the job's
                           zero time, to be added when the job starts (0 for finite jobs) */
    const struct weir_operator *op;
    const struct weir_param_value *params; /* op->param_count, as the instance gets them */
    uint32_t argument_count;               /* parameters as given, for printing and records */
    const struct weir_argument *arguments;
    uint32_t arg_count;
    const struct weir_expr *const *args;
};

/* Completes an expression and puts it on `arena`. draft: kind, place and what its kind names above;
 * its arrays must live on the arena already, its types are not yet set. input: the schema that
 * FIELD speaks of. Whoever makes expressions (binder, decode) does it here, so none is ill-typed:
 * arguments have exactly the operator's types. *culprit: index of the wrong argument or operand, or
 * -1. WEIR_ETEXT, or WEIR_ELIMIT for a tree too deep. */
int weir_expr_make(struct weir_arena *arena,
                   const struct weir_type *input,
                   const struct weir_expr *draft,
                   const struct weir_expr **expr,
                   int *culprit,
                   struct weir_error *err);

/* ---- nodes ---- */
struct weir_item {
    const char *name; /* NULL: an emitter of several columns, which bear the names it declares */
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
    uint32_t item_count; /* map, flat_map: the fields in order; extend: the new fields only;
                            map_values: one, named value; filter: one, bool, no name */
    const struct weir_item *items;
    uint32_t emit_item; /* flat_map: which item is the emitter call or list; its columns (a list:
                           one, of the item's type) stand there in the schema */
    const struct weir_operator *op; /* input, sink, reduce, reduce_by_key */
    const struct weir_param_value *params;
    uint32_t argument_count;
    const struct weir_argument *arguments;
    int64_t n;         /* top, limit, repartition */
    uint32_t by_count; /* top: fields; empty = all, in order */
    const uint32_t *by;
    bool is_descending;
    uint32_t partitions;                /* of count_by_value, reduce_by_key; 0: the job's */
    int64_t length_us, window_slide_us; /* window: both given */
    int64_t slide_us; /* how often this stream has an RDD: a multiple of the batch */
    bool is_finite;   /* every input above it is a finite source */
    struct weir_place place;
};

struct weir_use {             /* a plugin the job names */
    const char *name, *alias; /* as written; alias as resolved */
    const char *path;         /* real path: what a record is read back by */
    const char *id, *version, *sha256;
    const char *prototypes; /* C functions of a library by this text; NULL: a plugin */
    bool is_serial;         /* prototypes: threadsafe=false */
};

struct weir_graph_setting { /* job options as given, in order: batch, checkpoint... */
    const char *name;
    struct weir_value value;
};

enum { WEIR_NODES_MAX = 65536, WEIR_PARTITIONS_MAX = 4096 };
enum { WEIR_BATCH_US_DEFAULT = 1000000, WEIR_BATCH_US_MIN = 1000, WEIR_PARTITIONS_DEFAULT = 8 };
struct weir_graph {
    struct weir_arena arena; /* everything below */
    const char *job;         /* name, or NULL */
    int64_t batch_us;        /* 1 s unless the job or the run says otherwise */
    uint32_t partitions;     /* default reduce partitions and slices of a file batch: 8 */
    uint32_t setting_count;
    const struct weir_graph_setting *settings;
    uint32_t use_count;
    const struct weir_use *uses;
    uint32_t node_count, node_capacity;
    const struct weir_node *nodes; /* moves while nodes are added: hold ids, not pointers */
    uint32_t output_count, output_capacity;
    const uint32_t *outputs; /* sink nodes in order of declaration */
    bool is_finite; /* all inputs are finite sources: batches run back to back from time 0 */
    struct weir_registry *registry; /* borrowed: must outlive the graph */
};

/* An empty graph with the default batch and partitions, to be filled by weir_graph_add. registry is
 * borrowed. */
struct weir_graph *weir_graph_create(struct weir_registry *registry);

/* Frees the graph made by create, bind or decode. NULL is fine. */
void weir_graph_destroy(struct weir_graph *graph);

/* Appends a node; *id is its index. draft: verb, name, inputs and what its verb names above, arrays
 * on graph->arena; schema, is_pair, slide and the like are computed here by the table of verbs of
 * language.md, so that no ill-typed node exists. A pair verb's input has the fields key and value
 * in this order, a union's inputs have equal schemas (binders put a map before them). Outputs are
 * noted in order. *culprit: index of the wrong item, or -1. WEIR_ETEXT, WEIR_ELIMIT,
 * WEIR_EUNAVAILABLE (a verb that comes later). */
int weir_graph_add(struct weir_graph *graph,
                   const struct weir_node *draft,
                   uint32_t *id,
                   int *culprit,
                   struct weir_error *err);

/* The field index of every name of a wide schema: makes weir_schema_find a constant-time look-up.
 */
struct weir_schema_index;

/* For a schema of a few fields it is NULL, which find takes. The caller owns it. */
struct weir_schema_index *weir_schema_index_create(const struct weir_type *schema);
void weir_schema_index_destroy(struct weir_schema_index *index); /* NULL is fine. */

/* Index of a field, or -1. index may be NULL (linear). */
int weir_schema_find(const struct weir_type *schema,
                     const struct weir_schema_index *index,
                     weir_str name);

/* Structural equality by canonical names; places do not count. */
bool weir_graph_equal(const struct weir_graph *a, const struct weir_graph *b);

/* Windows: length and slide are multiples of the parent's slide; slides of all operands agree; at
 * least one output. Called by binders before they hand a graph out. *culprit: the node at fault. */
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

/* A stream's name for people and for `_stream`: the output's own (`print as x`), else that of the
 * stream it writes, else "#1", "#2": its place among the outputs. On the graph's arena. */
const char *weir_graph_stream_name(const struct weir_graph *graph, uint32_t output_index);

/* How long RDDs of a node are needed after their batch, in us: the longest sum of window lengths on
 * a way from the node to an output (0: only in their own batch). An RDD may go once its time <= now
 * - this. Source: the reference's remember durations, parity.md f8, less what the last stream of
 * the way itself remembers. */
int64_t weir_graph_remember_us(const struct weir_graph *graph, uint32_t node);

#endif
