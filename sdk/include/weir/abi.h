/* SPDX-License-Identifier: Apache-2.0 */
/* The line between engine and plugin: every struct and function pointer that crosses it, and
 * nothing else. Authors write the macros of operator.h, state.h and io.h, which fill these; the
 * engine reads them. Rules: structs start with their size, grow only at the end and are reached by
 * pointer; a reader zero-fills the tail that a writer did not know. Frozen by value: weir_str,
 * weir_bytes, weir_ts, weir_view, weir_items, struct weir_field and Arrow's two structs. Here is
 * what every call meets; abi/export.h has what a plugin exports, abi/state.h what works on state,
 * abi/io.h the outside. */
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
#define WEIR_MINOR 1 /* what was added since the epoch began: tests/abi/headers has each step */

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

/* What a body or a callback answers. RETRY, BAD_RECORD and FATAL go with a message (weir_fail). */
enum weir_outcome {
    WEIR_OK = 0,
    WEIR_RETRY = 1,      /* the task may be tried again */
    WEIR_BAD_RECORD = 2, /* this record is at fault: it goes to the dead letters */
    WEIR_FATAL = 3,      /* no retry can help: the job's on_error decides */
    WEIR_AGAIN = 4,      /* not now (a store without waiting, a source without new data) */
    WEIR_ABSENT = 5      /* there is no such thing (an object of a store) */
};

/* Kinds of export. Numbers are never reused. */
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
    WEIR_KIND_PARTITION_FUNCTION = 10, /* this and what follows: since minor 1 */
    WEIR_KIND_AGGREGATE = 11,
    WEIR_KIND_UPDATE = 12,
    WEIR_KIND_TRACK = 13,
    WEIR_KIND_PARTITIONER = 14,
    WEIR_KIND_CODEC = 15,
    WEIR_KIND_STORE = 16,
    WEIR_KIND_JOB = 17
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
    /* Of each column; NULL: not known. Asked for by bodies that take values of any type (weir_row).
     */
    const struct ArrowSchema *const *schemas;
};

/* Where results go: columns lent by the host. A function writes cols[0] at the input's positions;
 * an emitter, receiver or source appends rows at `rows`. A cell is 1 byte for bool, 4 for i32, 8
 * for i64 f64 ts, 16 (weir_view) for str and bytes, 8 for a list (struct weir_list_cell); a struct
 * has none. All text of one weir_out shares one heap; views into it have .buffer = heap_buffer. */
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
    /* [the task's thread] Makes valid[column], all 1, kept so as rows are added. Non-zero: give up
     * and return that value. NULL: this host takes no nulls. */
    int (*grow_valid)(struct weir_out *out, struct weir_task *task, uint32_t column);
    /* Per column: of a list, an out of one column that its items are appended to; of a struct, an
     * out with a column for each field, written at the rows of this one; else NULL. Each has a heap
     * of its own. NULL: no column has parts, or this host takes none. */
    struct weir_out *const *children;
    /* Chunk functions: instead of cells a whole array may be moved here (its `release` set), as
     * many positions as the input has; the host releases it. NULL: this host takes cells only. */
    struct ArrowArray *moved;
};

/* A list's cell in a weir_out: its items are rows [first, first + count) of the child. */
struct weir_list_cell { /* frozen */
    int32_t first, count;
};

struct weir_field { /* frozen */
    const char *name,
        *type; /* bool i32 i64 f64 str bytes ts list<T> {name: T, ...}, or a variable: A, list<A> */
};

/* [task thread] Runs a function or emitter over a chunk. Returns 0, or the outcome of the row at
 * task->row. */
typedef int (*weir_loop)(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out);

#ifdef __cplusplus
}
#endif

#include <weir/abi/export.h>
#include <weir/abi/io.h>
#include <weir/abi/state.h>

#endif
