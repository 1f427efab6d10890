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

/* X(ENUM, "name", flags): every verb of the language. IS_LATER: texts are told that it is not yet
 * available; a graph takes it, so that it can be tried. Order = numbers in graph records: only ever
 * append. */
enum weir_verb_flags {
    WEIR_VERB_IS_LATER = 1,
    WEIR_VERB_IS_WIDE = 2,
    WEIR_VERB_IS_OUTPUT = 4,
    WEIR_VERB_IS_PAIR = 8,
    WEIR_VERB_IS_INPUT = 16,
    WEIR_VERB_IS_WINDOWED = 32, /* takes length= and slide=; aggregate may do without */
    WEIR_VERB_IS_STATE = 64     /* keeps a state for each key from batch to batch */
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
    X(WINDOW, "window", WEIR_VERB_IS_WINDOWED)                                                     \
    X(TOP, "top", WEIR_VERB_IS_WIDE)                                                               \
    X(LIMIT, "limit", WEIR_VERB_IS_WIDE)                                                           \
    X(SINK, "", WEIR_VERB_IS_OUTPUT)                                                               \
    X(FLAT_MAP_VALUES, "flat_map_values", WEIR_VERB_IS_PAIR)                                       \
    X(GLOM, "glom", 0)                                                                             \
    X(MAP_PARTITIONS, "map_partitions", 0)                                                         \
    X(GROUP_BY_KEY, "group_by_key", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                         \
    X(COMBINE_BY_KEY, "combine_by_key", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                     \
    X(REDUCE_BY_WINDOW, "reduce_by_window", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_WINDOWED)             \
    X(COUNT_BY_WINDOW, "count_by_window", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_WINDOWED)               \
    X(COUNT_BY_VALUE_AND_WINDOW, "count_by_value_and_window",                                      \
      WEIR_VERB_IS_WIDE | WEIR_VERB_IS_WINDOWED)                                                   \
    X(GROUP_BY_KEY_AND_WINDOW, "group_by_key_and_window",                                          \
      WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR | WEIR_VERB_IS_WINDOWED)                               \
    X(REDUCE_BY_KEY_AND_WINDOW, "reduce_by_key_and_window",                                        \
      WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR | WEIR_VERB_IS_WINDOWED)                               \
    X(JOIN, "join", WEIR_VERB_IS_WIDE)                                                             \
    X(LEFT_OUTER_JOIN, "left_outer_join", WEIR_VERB_IS_WIDE)                                       \
    X(RIGHT_OUTER_JOIN, "right_outer_join", WEIR_VERB_IS_WIDE)                                     \
    X(FULL_OUTER_JOIN, "full_outer_join", WEIR_VERB_IS_WIDE)                                       \
    X(SEMI_JOIN, "semi_join", WEIR_VERB_IS_WIDE)                                                   \
    X(ANTI_JOIN, "anti_join", WEIR_VERB_IS_WIDE)                                                   \
    X(COGROUP, "cogroup", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR)                                   \
    X(UPDATE_STATE_BY_KEY, "update_state_by_key",                                                  \
      WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR | WEIR_VERB_IS_STATE)                                  \
    X(MAP_WITH_STATE, "map_with_state",                                                            \
      WEIR_VERB_IS_WIDE | WEIR_VERB_IS_PAIR | WEIR_VERB_IS_STATE)                                  \
    X(STATE_SNAPSHOTS, "state_snapshots", 0)                                                       \
    X(AGGREGATE, "aggregate", WEIR_VERB_IS_WIDE | WEIR_VERB_IS_WINDOWED)                           \
    X(TRANSFORM, "transform", 0)                                                                   \
    X(CARTESIAN, "cartesian", 0)                                                                   \
    X(NONE, "none", 0)                                                                             \
    X(SORT, "sort", WEIR_VERB_IS_WIDE)                                                             \
    X(DISTINCT, "distinct", WEIR_VERB_IS_WIDE)                                                     \
    X(PERSIST, "persist", 0)                                                                       \
    X(CHECKPOINT, "checkpoint", 0)                                                                 \
    X(SLICE, "slice", 0)                                                                           \
    X(FOREACH_RDD, "foreach_rdd", WEIR_VERB_IS_OUTPUT)                                             \
    X(LATE, "late", WEIR_VERB_IS_LATER)                                                            \
    X(EVENT_TIME, "event_time", WEIR_VERB_IS_LATER)                                                \
    X(CODEC, "", 0)

enum weir_verb {
#define WEIR_VERB_ENUM(name, text, flags) WEIR_VERB_##name,
    WEIR_VERB_MAP(WEIR_VERB_ENUM)
#undef WEIR_VERB_ENUM
        WEIR_VERB_COUNT_OF
};

const char *weir_verb_name(
    enum weir_verb verb);                      /* As in the language; "" for INPUT, SINK, CODEC. */
uint32_t weir_verb_flags(enum weir_verb verb); /* enum weir_verb_flags. */

/* The verb of a word; WEIR_VERB_COUNT_OF if it is none. */
enum weir_verb weir_verb_find(weir_str word);

/* ---- expressions: trees of typed calls, evaluated a chunk at a time ---- */
enum weir_expr_kind {
    WEIR_EXPR_FIELD = 1, /* column `field` of the stage's input */
    WEIR_EXPR_CONST,     /* value */
    WEIR_EXPR_CALL,      /* op(args...), op->kind function; at the top of an item also emitter
                            (flat_map, flat_map_values), partition (map_partitions), aggregate
                            (aggregate) */
    WEIR_EXPR_AND,       /* args[0], args[1]: the right side only for rows that need it */
    WEIR_EXPR_OR,
    WEIR_EXPR_COALESCE,  /* ?? */
    WEIR_EXPR_MEMBER,    /* args[0] is a struct; field = index of its member */
    WEIR_EXPR_INDEX,     /* args[0] list, args[1] i64: null when out of range */
    WEIR_EXPR_STRUCT,    /* type's fields from args */
    WEIR_EXPR_LIST,      /* args: items */
    WEIR_EXPR_BATCH_TIME /* ts: the time of the batch that the row is computed in */
};
enum { WEIR_EXPR_DEPTH_MAX = 64 };

struct weir_expr {
    enum weir_expr_kind kind;
    const struct weir_type *type; /* call of an emitter or partition function: struct of its
                                     columns; of an aggregate with several results: the same */
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

/* In weir_node.members: the parameter takes the whole key or value. */
#define WEIR_MEMBER_WHOLE UINT32_MAX

/* The state of an incremental window of aggregates, for each key: `rows`, how many are in it, then
 * each item's own state. */
struct weir_window_state {
    struct weir_state_def def;
    const struct weir_type_field *fields; /* def.field_count */
    const uint32_t *offsets;              /* by item: where its state lies */
};

struct weir_node {
    uint32_t id; /* its index; inputs have smaller ids: the order is topological */
    enum weir_verb verb;
    const char *name;     /* the user's name (uid), or NULL */
    const char *op_alias; /* how the text called op's plugin ("" for bare words), for printing */
    /* joins, cogroup, cartesian: left, right. State verbs: the stream, then (if there) the initial
     * states: a table of key and state. transform: the body's last node, whose rows these are, then
     * the streams that must have an RDD, in the order in which they are asked, the subject first:
     * they are asked, not read. none: the subject. */
    uint32_t input_count;
    const uint32_t *inputs;
    const struct weir_type *schema; /* record type; outputs: their input's */
    bool is_pair;                   /* fields are exactly key, value */
    /* map, flat_map: the fields in order; extend: the new fields only; map_values: one, named
     * value; filter: one, bool, no name; flat_map_values: two, as of the flat_map that it is: key,
     * and value, which emits; map_partitions: one, no name, the call of a partition function;
     * aggregate: one for each aggregate, a call of it. */
    uint32_t item_count;
    const struct weir_item *items;
    uint32_t emit_item; /* flat_map, flat_map_values: which item is the emitter call or list; its
                           columns (a list: one, of the item's type) stand there in the schema */
    /* input, sink, codec; reduce, reduce_by_key and their windowed forms: a reducer;
     * combine_by_key: an aggregate; update_state_by_key: an update; map_with_state: a tracker */
    const struct weir_operator *op;
    const struct weir_param_value *params;
    uint32_t argument_count;
    const struct weir_argument *arguments;
    int64_t n;         /* top, limit, repartition */
    uint32_t by_count; /* top, sort: fields of the order, empty = all; aggregate: fields of the
                          groups, empty = one group, which is there even without rows */
    const uint32_t *by;
    bool is_descending;  /* top: always; sort: desc=true */
    uint32_t partitions; /* verbs that shuffle: reduce partitions; 0: the job's */
    /* Windowed verbs: both given, in us. aggregate without a window: both 0. */
    int64_t length_us, window_slide_us;
    int64_t slide_us; /* how often this stream has an RDD: a multiple of the batch */
    bool is_finite;   /* every input above it is a finite source */
    struct weir_place place;

    /* ---- windowed verbs ---- */
    /* The window before is kept as a state: batches that enter are added, those that leave taken
     * out. false: panes are merged anew for each window, and a key is gone with its last rows.
     * Reducers: out by `inverse`, or by op->inverse where that is NULL. count_by_window and
     * count_by_value_and_window count down; aggregates use their own remove. Draft: as wished;
     * refused where nothing can take out. */
    bool is_incremental;
    const struct weir_operator *inverse; /* `inverse=` of the text: a reducer (window, leaving) ->
                                            window; NULL: the one that op declares */
    const struct weir_param_value *inverse_params;
    const char *inverse_alias; /* as op_alias */
    /* reduce_by_key_and_window, incremental: keys for whose window it is not true are dropped; over
     * the node's own schema (key, value). NULL: all stay, for ever. count_by_value_and_window
     * always drops what is counted 0 times. */
    const struct weir_expr *filter;

    /* ---- joins ---- */
    /* join, semi_join, anti_join on fields: on_left[i] of the left equals on_right[i] of the right,
     * of one type. A join with on_count 0, outer joins and cogroup: of pairs, by key. null is a
     * key like any other. */
    uint32_t on_count;
    const uint32_t *on_left, *on_right;
    const char *suffix; /* join on fields: appended to names of the right that the left has too;
                           NULL: there are none */

    /* ---- state, aggregates ---- */
    /* What parameter i of op takes, op->in_count: the member of a struct, or WEIR_MEMBER_WHOLE.
     * Update and tracker: parameters before op->key_count take from the key, the others from the
     * value; combine_by_key: all from the value. Computed when the node is added. */
    const uint32_t *members;
    const struct weir_type *state; /* update_state_by_key, map_with_state, state_snapshots: the
                                      value that a state is: its struct, or its only field bare */
    const struct weir_window_state *window_state; /* aggregate whose window is kept as a state, else
                                                     NULL. Computed when the node is added */
    int64_t timeout_us; /* map_with_state: idle keys go after that; 0: never */
    int64_t every_us; /* snapshots of state verbs and incremental windows, and the verb checkpoint:
                         how often; 0: as the job does */

    /* ---- transform, tables ---- */
    bool in_transform; /* stands in a transform's block: works on RDDs that are there, its `none`
                          and operands are the TRANSFORM node's affair */
    /* Of a table: read whole before the first batch and at each reload, and of no batch. Drafts say
     * it of an input; of others it is computed: all inputs are static. A node that reads both is of
     * the stream. */
    bool is_static;
    int64_t table_reload_us; /* input of a table: read again that often; 0: never */
    const char *level;       /* persist: "MEMORY_ONLY"... */

    /* Verbs that shuffle pairs: the call of a partitioner, with arguments made of the key alone
     * (field 0), over any pair of that key. NULL: by the key's hash. */
    const struct weir_expr *partitioner;

    /* ---- codecs: op is one, which decodes; map, extend, flat_map, filter and the like ---- */
    uint32_t of;                   /* the field that is encoded: str or bytes */
    const struct weir_type *asked; /* the struct of `schema {...}`; NULL: the codec's own fields */
    bool stops_on_bad;             /* on_error=stop: a bad record ends the job; else it is a dead
                                      letter */
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

/* Is the node a window that is kept as a state? Aggregates without groups, of which a pane is one
 * row, are merged all the same. */
static inline bool weir_node_keeps_window(const struct weir_node *node)
{
    return node->is_incremental &&
           (node->verb != WEIR_VERB_AGGREGATE || node->window_state != NULL);
}

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
 * WEIR_EUNAVAILABLE (a verb of which this weir knows nothing but the name). */
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

/* Windows: length and slide are multiples of the parent's slide; slides of all operands agree (a
 * table has none); intervals of snapshots are multiples of the stream's slide; at least one output.
 * Called by binders before they hand a graph out. *culprit: the node at fault. */
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
 * - this. A window counts with its length, an incremental one with its slide besides: what leaves
 * it is read once more. Streams of the reference remember that and what they themselves need. */
int64_t weir_graph_remember_us(const struct weir_graph *graph, uint32_t node);

#endif
