/* SPDX-License-Identifier: Apache-2.0 */
/* The line between engine and plugin: every struct and function pointer that crosses it, and
 * nothing else. Authors write the macros of value.h, operator.h and io.h, which fill these; the
 * engine reads them. Rules: structs start with their size, grow only at the end and are reached by
 * pointer; a reader zero-fills the tail that a writer did not know. Frozen by value: weir_str,
 * weir_bytes, weir_ts, weir_view, struct weir_field and Arrow's two structs. */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define WEIR_STATIC_ASSERT(condition, text) static_assert(condition, text)
#else
#define WEIR_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#endif

#define WEIR_EPOCH 1 /* a break of this file is a new epoch and a new entry symbol */
#define WEIR_MINOR 0 /* what was added since the epoch began */

/* Apache Arrow C data interface, https://arrow.apache.org/docs/format/CDataInterface.html (frozen
 * there too) */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};
struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};
#endif

/* ---- values, frozen ---- */
typedef struct {
    const char *bytes; /* any bytes, no NUL at the end */
    size_t count;
} weir_str;
typedef struct {
    const uint8_t *bytes;
    size_t count;
} weir_bytes;
typedef struct {
    int64_t us; /* microseconds since the epoch, UTC: a type of its own, so that it is never
                   mistaken for a number */
} weir_ts;
typedef struct { /* Arrow's string view: up to 12 bytes inline from `prefix` on, else a place in a
                    buffer */
    int32_t count;
    char prefix[4];
    int32_t buffer, offset;
} weir_view;
WEIR_STATIC_ASSERT(sizeof(weir_view) == 16, "Arrow utf8view");
enum { WEIR_VIEW_INLINE_BYTES = 12, WEIR_CHUNK_ROWS_MAX = 2048, WEIR_PARAMETERS_MAX = 8 };

/* What a body or a callback answers. Everything but WEIR_OK and WEIR_AGAIN goes with a message
 * (weir_fail). */
enum weir_outcome {
    WEIR_OK = 0,
    WEIR_RETRY = 1,      /* the task may be tried again */
    WEIR_BAD_RECORD = 2, /* this record is at fault: it goes to the dead letters */
    WEIR_FATAL = 3,      /* no retry can help: the job's on_error decides */
    WEIR_AGAIN = 4       /* not now (a store without waiting, a source without new data) */
};

/* Kinds of export. Numbers are never reused; those marked * are reserved and refused by name until
 * their verb exists. */
enum weir_kind {
    WEIR_KIND_FUNCTION = 1,
    WEIR_KIND_EMITTER = 2,
    WEIR_KIND_REDUCER = 3,
    WEIR_KIND_INVERSE = 4, /* of the reducer of the same name */
    WEIR_KIND_RECEIVER = 5,
    WEIR_KIND_SOURCE = 6,
    WEIR_KIND_SINK = 7,
    WEIR_KIND_INSTANCE = 8,            /* joined by name: struct, open, close */
    WEIR_KIND_PARAMS = 9,              /* joined by name: option table */
    WEIR_KIND_PARTITION_FUNCTION = 10, /* * */
    WEIR_KIND_AGGREGATE = 11,          /* * */
    WEIR_KIND_UPDATE = 12,             /* * */
    WEIR_KIND_TRACK = 13,              /* * */
    WEIR_KIND_PARTITIONER = 14,        /* * */
    WEIR_KIND_CODEC = 15,              /* * */
    WEIR_KIND_STORE = 16,              /* * */
    WEIR_KIND_JOB = 17                 /* * */
};

struct weir_task;
struct weir_out;

/* A parameter's value as the job gave it, or its default. Reached by pointer; valid while the
 * instance lives. */
struct weir_param_value {
    uint32_t size;
    uint32_t is_set; /* 0: neither given nor defaulted (an optional parameter) */
    int64_t i64;     /* bool, i32, i64, ts, durations (us), sizes (bytes) */
    double f64;
    weir_str str; /* str, bytes; NUL-terminated as a courtesy (the NUL is not counted) */
};

/* The engine's side, the same table for every plugin. Append only. */
struct weir_host {
    uint32_t size, minor;
    /* [any thread] An optional power by string id ("weir.json/1"), or NULL if this engine has it
     * not. */
    const void *(*get)(const char *interface_id);
    /* [the task's thread] Records why a row, task or callback failed; returns `outcome`. The text
     * is copied. */
    int (*fail)(struct weir_task *task, int outcome, const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 3, 4)))
#endif
        ;
    /* [the task's thread] `bytes` of zeroed scratch, aligned to 16, until the current row
     * (callback) ends. Never NULL: an exhausted arena fails the task. */
    void *(*arena)(struct weir_task *task, size_t bytes);
    /* [the task's thread] The value of parameter `name` of this instance; NULL if the plugin
     * declares no such name. */
    const struct weir_param_value *(*param)(struct weir_task *task, const char *name);
    /* [any thread] A line in the job's log, with plugin and operator in front. level: 0 error, 1
     * warning, 2 info, 3 debug. */
    void (*log)(struct weir_task *task, int level, const char *format, ...)
#if defined(__GNUC__)
        __attribute__((format(printf, 3, 4)))
#endif
        ;
};

/* What every callback is given. Host-allocated, append only, never copied or embedded by a plugin.
 */
struct weir_task {
    uint32_t size, partition;
    const struct weir_host *host;
    void *self;       /* the instance: self_bytes, zeroed before open; NULL without one */
    int64_t batch_us; /* batch time: the only clock a pure operator may read */
    uint64_t seed;    /* the same on every retry of the same (operator, batch, partition) */
    uint32_t row; /* set by a loop that returns non-zero: the position in the chunk that failed */
    uint32_t is_cancelled;
};

/* What an operator reads. Columns are Arrow arrays of `rows` positions (a constant column: of one).
 */
struct weir_chunk {
    uint32_t size, rows;
    const uint16_t *sel; /* positions that count, ascending; NULL: all rows */
    uint32_t sel_count;
    uint32_t const_mask; /* bit c: column c holds one value for all rows */
    const struct ArrowArray *const *cols;
};

/* Where results go: columns lent by the host. A function writes cols[0] at the input's positions;
 * an emitter, receiver or source appends rows at `rows`. A cell is 1 byte for bool, 4 for i32, 8
 * for i64 f64 ts, 16 (weir_view) for str and bytes. All text of one weir_out shares one heap; views
 * into it have .buffer = heap_buffer. */
struct weir_out {
    uint32_t size;
    uint32_t rows;      /* emitters, receivers: rows written so far */
    uint32_t cap;       /* rows that fit into the columns */
    uint32_t row_start; /* emitters: `rows` when the current call began: what a failing call is cut
                           back to */
    uint32_t column_count;
    uint32_t pad;
    void **cols;
    uint16_t *parent; /* emitters: position of the input row of each output row */
    char *heap;       /* moves when it grows: never keep a pointer into it */
    uint32_t heap_used, heap_cap;
    int32_t heap_buffer;
    int32_t base_buffer; /* the current row's own input buffer: slices of it become views */
    const char *base;
    size_t base_bytes;
    /* [the task's thread] Room for one more row (heap_bytes 0) or for heap_bytes more text. May
     * hand finished rows on: re-read rows, cols, parent and heap after it. Non-zero: give up and
     * return that value. */
    int (*grow)(struct weir_out *out, struct weir_task *task, size_t heap_bytes);
    void *owner;
    uint8_t **valid; /* per column one byte per row, 0 = null; NULL entry: the column has no nulls
                        (grow_valid makes it) */
};

/* ---- what a plugin exports ---- */
struct weir_field { /* frozen */
    const char *name,
        *type; /* type as in language.md: bool i32 i64 f64 str bytes ts list<T>, or a variable: A */
};

/* [task thread] Runs a function or emitter over a chunk. Returns 0, or the outcome of the row at
 * task->row. */
typedef int (*weir_loop)(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out);

/* A reducer's kernels over cells of its type. [task thread] Pure; never fail. */
struct weir_reducer {
    uint32_t size, value_bytes;
    /* acc[slot[i]] = f(acc[slot[i]], values[i]) for i < n, in order */
    void (*scatter)(void *acc, const uint32_t *slot, const void *values, size_t n);
    /* *acc = f(*acc, values[i]) for i < n, in order */
    void (*fold)(void *acc, const void *values, size_t n);
    /* acc[i] = f(acc[i], other[i]) for i < n */
    void (*merge)(void *acc, const void *other, size_t n);
};

enum {
    WEIR_PARAM_REQUIRED = 1,
    WEIR_PARAM_SECRET = 2,
    WEIR_PARAM_POSITIONAL = 4,
    WEIR_PARAM_OPTIONAL = 8
};
struct weir_param {
    const char *name, *type;     /* type: bool i64 f64 str duration size */
    const char *def, *min, *max; /* as text of the pipeline language; NULL: none */
    const char *help;
    uint32_t flags, pad;
};
struct weir_params { /* entries are `stride` bytes apart, so that struct weir_param may grow */
    uint32_t size, stride, count, pad;
    const struct weir_param *entries;
};

/* How the message of a failed instance, receiver, source or sink begins where the command has an
 * exit code for it; the user sees the rest. */
#define WEIR_NO_INPUT      "no input: "      /* 66: no such file or directory to read */
#define WEIR_UNREACHABLE   "unreachable: "   /* 69: an address */
#define WEIR_NO_PERMISSION "no permission: " /* 77 */
#define WEIR_CANNOT_CREATE "cannot create: " /* 73: an output's place */

struct weir_instance {
    uint32_t size, self_bytes;
    /* [task thread] Once per operator and worker thread; task->self is zeroed. NULL: nothing to
     * open. */
    int (*open)(struct weir_task *task);
    /* [task thread] Once, after the last call; also after a failed open. May be NULL. */
    void (*close)(struct weir_task *task);
};

/* Given to an export's bind: what it is bound to, and where it declares its output fields. */
struct weir_bind {
    uint32_t size, in_count;
    const struct weir_field *in; /* the arguments' (or the piped record's) fields */
    struct weir_task *task;      /* for param() and fail() */
    /* Declares one more output field; type as in weir_field. The strings are copied. */
    int (*declare)(struct weir_bind *bind, const char *name, const char *type);
};

enum weir_export_flags {
    WEIR_NONDETERMINISTIC = 1, /* the output is kept before anything downstream runs */
    WEIR_NOT_COMMUTATIVE = 2,  /* reducers are commutative and associative unless flagged */
    WEIR_MAY_BLOCK = 4,
    WEIR_TEXT_LINES = 8 /* receiver, source: gives bytes by reserve/commit; the engine cuts them
                           into field `line` */
};
struct weir_export {
    uint32_t size, kind, flags, in_count, out_count, pad;
    const char *name, *help;
    const struct weir_field *in, *out; /* reducer: in[0] = its value type */
    weir_loop loop;                    /* function, emitter */
    const void *table; /* by kind: weir_reducer, weir_receiver_ops, weir_source_ops, weir_sink_ops,
                          weir_instance, weir_params */
    int (*bind)(struct weir_bind *bind); /* [checker and driver thread, no I/O] Optional: output
                                            fields by argument types */
    const char *example;                 /* optional: one pipeline line that runs */
};
struct weir_plugin {
    uint32_t size, epoch, minor, needs_minor;
    const char *id, *version, *summary, *licence;
    const struct weir_export *const *first; /* [first, last): an ELF section, in no order */
    const struct weir_export *const *last;
};
#define WEIR_ENTRY_SYMBOL "weir_plugin_e1"

/* ELF note ".note.weir" (name "weir", type 1): what inspect --note reads without loading anything
 */
struct weir_note {
    uint32_t name_bytes, desc_bytes, type;
    char name[8];
    uint32_t epoch, minor, needs_minor;
    char id[64], version[28];
};

/* ---- receivers, sources, sinks ---- */

/* Host side of a receiver. Calls may come from any thread of the receiver, one at a time. */
struct weir_receiver {
    uint32_t size, pad;
    struct weir_task *task;
    struct weir_out *out; /* rows are appended here (weir_row_*), then handed on by store */
    /* Hands on the rows of `out` and empties it. offset: where to resume (may be empty); cookie:
     * named again in acked. wait: block while the engine holds too much; else WEIR_AGAIN, and the
     * rows stay in `out`. Other non-zero: stop and return it. */
    int (*store)(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait);
    /* Text receivers: memory for `bytes` of text, until the next commit; NULL while the engine
     * holds too much and wait is false, or when stopping. */
    char *(*reserve)(struct weir_receiver *rx, size_t bytes, bool wait);
    /* Hands on the first `bytes` reserved bytes: whole lines, each ended by '\n'. 0 gives the
     * reservation back. */
    int (*commit)(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie);
    bool (*stopping)(const struct weir_receiver *rx); /* the engine wants run to return soon */
    bool (*until_eof)(
        const struct weir_receiver *rx); /* the peer's orderly close is the end: do not reconnect */
    uint64_t (*permits)(struct weir_receiver *rx); /* records the engine would take now */
    int64_t (*now_us)(struct weir_receiver *rx);   /* wall clock (virtual in the simulator) */
    /* Sleeps up to `us`; returns early (true) when stopping. */
    bool (*sleep)(struct weir_receiver *rx, int64_t us);
    /* Tells the engine how it stands: connected (first data may come), or not and why (shown once
     * per change). */
    void (*status)(struct weir_receiver *rx, bool is_connected, const char *why);
};
struct weir_receiver_ops {
    uint32_t size, pad;
    /* [own host thread] Runs until stopping() or the input's end. WEIR_OK: the input has ended.
     * WEIR_RETRY: start me again after the restart delay. NULL if poll is given. */
    int (*run)(struct weir_receiver *rx);
    /* [own host thread; the simulator's loop] Stores what is due now, at most `budget` records;
     * *next_us = when to call again, a time of now_us(). WEIR_OK: go on; WEIR_AGAIN: ended. NULL if
     * run is given. */
    int (*poll)(struct weir_receiver *rx, uint64_t budget, int64_t *next_us);
    void (*acked)(struct weir_receiver *rx,
                  const uint64_t *cookies,
                  size_t count); /* [own thread] May be NULL */
};

/* What one call of a source's `next` answers. All byte strings are copied by the host. */
struct weir_range {
    uint32_t size;
    uint32_t is_last; /* nothing will ever come after this range: a finite source has ended */
    weir_bytes range; /* what to read: self-contained, replayable */
    weir_bytes to;    /* where the next range begins */
    uint64_t records, bytes; /* if known, else 0 */
};
struct weir_source_limit {
    uint32_t size, pad;
    uint64_t bytes_max, records_max; /* 0: none */
    int64_t batch_us;                /* time of the batch that asks */
    int64_t start_us; /* time the job started (wall clock), batch_interval_us beside it */
    int64_t interval_us;
};
/* Receives the parts a range is split into, in order. */
struct weir_split {
    uint32_t size, pad;
    int (*part)(struct weir_split *split, weir_bytes range);
};
/* Host side of a read. */
struct weir_scan {
    uint32_t size, pad;
    struct weir_task *task;
    struct weir_out *out;                 /* row sources append here */
    int (*flush)(struct weir_scan *scan); /* hands on the rows of `out` and empties it */
    char *(*reserve)(struct weir_scan *scan,
                     size_t bytes); /* text sources: memory; NULL: give up, return WEIR_FATAL */
    int (*commit)(struct weir_scan *scan,
                  size_t bytes); /* whole lines; the last line of the range may lack its '\n'; 0
                                    gives the reservation back */
};
struct weir_source_ops {
    uint32_t size;
    uint32_t is_finite; /* 1: next comes to an is_last by itself (files) */
    /* [worker thread] The next range after `from` (empty: the beginning). WEIR_AGAIN: nothing new
     * yet. */
    int (*next)(struct weir_task *task,
                weir_bytes from,
                const struct weir_source_limit *limit,
                struct weir_range *answer);
    /* [worker thread] Cuts a range into at most `parts` of about the same size. NULL: one part. */
    int (*split)(struct weir_task *task,
                 weir_bytes range,
                 uint32_t parts,
                 struct weir_split *split);
    /* [worker threads, several instances at once] Reads a part, always giving the same records in
     * the same order. */
    int (*read)(struct weir_task *task, weir_bytes range, struct weir_scan *scan);
    void (*committed)(
        struct weir_task *task,
        weir_bytes to); /* [worker thread] batches up to `to` are committed; may be NULL */
};

enum weir_guarantee { WEIR_AT_LEAST_ONCE = 0, WEIR_IDEMPOTENT = 1, WEIR_TWO_PHASE = 2 };
/* All callbacks: WEIR_OK or an outcome with weir_fail's message. `txn` =
 * job/output/batch_ms/partition, the same on every attempt. A partition is written by one instance:
 * begin, write..., prepare, or abort after a failure. */
struct weir_sink_ops {
    uint32_t size, guarantee;
    int (*begin)(struct weir_task *task, weir_str txn); /* [task thread] */
    int (*write)(struct weir_task *task,
                 const struct weir_chunk *in,
                 const struct ArrowSchema *schema); /* [task thread] */
    int (*prepare)(struct weir_task *task,
                   weir_bytes *token); /* [task thread] token: valid until the next callback */
    /* [one worker thread at a time, its own instance] Batches in order; tokens in partition order;
     * repeatable. */
    int (*commit)(struct weir_task *task,
                  int64_t batch_us,
                  const weir_bytes *const *tokens,
                  size_t count);
    int (*abort)(struct weir_task *task, weir_str txn); /* [task thread] may be NULL */
    int (*recover)(struct weir_task *task,
                   int64_t last_committed_us,
                   const weir_bytes *const *tokens,
                   size_t count); /* may be NULL */
};

/* ---- optional powers, by id ---- */
#define WEIR_JSON_1 "weir.json/1"
struct weir_json {
    uint32_t size, pad;
    /* [task thread] The selected rows of `in` as JSON lines, fields by name (language.md "JSON
     * out"). stream NULL: no envelope, else _time and _stream come last. The text is the host's:
     * valid until the instance's next call. */
    weir_str (*lines)(struct weir_task *task,
                      const struct weir_chunk *in,
                      const struct ArrowSchema *schema,
                      const char *stream);
};
#define WEIR_OUTPUT_1 "weir.output/1" /* what a sink may know of its place in the job */
struct weir_output {
    uint32_t size, pad;
    const char *(*stream)(
        struct weir_task *task); /* the stream's name, or "#1", "#2": its place among the outputs */
    int64_t (*batch_ms)(struct weir_task *task);
    uint32_t (*partition_count)(struct weir_task *task);
    bool (*is_json)(struct weir_task *task); /* the user asked for JSON (--json) */
};

#ifdef __cplusplus
}
#endif
#endif
