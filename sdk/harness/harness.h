/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the harness: the one struct behind weir/harness.h, and what its files lend each other.
 *
 *   text --> chunk (Arrow, rows/chunk.c) --> the operator's loop --> out (rows/out.c) --> text
 */
#ifndef WEIR_HARNESS_PRIVATE_H
#define WEIR_HARNESS_PRIVATE_H

#include <weir/harness.h>
#include <weir/io.h>
#include <weir/row.h>

#include <pthread.h>

enum {
    HARNESS_PARAMS_MAX = 64,
    HARNESS_TOKENS_MAX = 64,
    HARNESS_DEPTH_MAX = 16, /* of a type */
    HARNESS_AWAIT_MS = 60000
};

/* A type: bool i32 i64 f64 ts str bytes are 'b' 'i' 'l' 'g' 't' 'u' 'z', a list '+', a struct 's'.
 */
struct weir_harness_type {
    char kind;
    const char *name; /* as a field */
    uint32_t count;   /* list: 1 */
    struct weir_harness_type *parts;
};

/* A growing list of texts: failures, results by row. */
struct weir_harness_texts {
    struct weir_blob *texts;
    size_t count, capacity;
};

struct weir_harness_block { /* of scratch, of a slab, kept until close */
    struct weir_harness_block *next;
};

struct weir_harness_states; /* drive/state.h */

struct weir_harness {
    struct weir_task task; /* first: the plugin's pointer is ours */
    struct weir_host host;
    const struct weir_plugin *plugin;
    const struct weir_export *exported;
    const struct weir_instance *instance;
    struct weir_param_value values[HARNESS_PARAMS_MAX];
    const char *value_names[HARNESS_PARAMS_MAX];
    uint32_t value_count;
    bool is_open, is_broken, has_instance;
    struct weir_harness_block *kept, *scratch;
    const struct weir_harness_type *in, *out; /* structs; out NULL: none */
    const struct weir_harness_type *fed;      /* weir_harness_fields */
    char *error;
    int outcome; /* of the last fail() */
    char message[1024];
    struct weir_harness_texts failures;
    pthread_mutex_t lock; /* of log, rows, status */
    struct weir_blob log, rows, status, shown[4];
    uint32_t partitions;
    struct weir_harness_states *states;
    struct weir_blob reduced; /* reducer: its accumulator, none at first */
    struct weir_blob pending; /* update: rows that wait for the batch */
    bool has_begun;           /* codec, sink */
    /* receivers */
    struct weir_receiver rx;
    struct weir_harness_out *rx_out;
    pthread_t thread;
    bool is_running, is_stopping, is_over, is_held, has_clock;
    int run_outcome;
    int64_t clock_us;
    uint64_t stored_rows;
    struct weir_blob cookies; /* uint64_t each */
    char *reserved;
    size_t reserved_bytes;
    /* sources */
    struct weir_scan scan;
    struct weir_blob offset, read_rows;
    struct weir_harness_texts parts;
    struct weir_split split;
    bool source_is_over;
    /* sinks */
    struct weir_harness_texts tokens;
    char txn[96];
    bool is_json;
    const char *stream;
    /* refusals */
    bool can_refuse, crashes, was_refused;
    uint64_t asked, refuse_after;
    /* stores */
    struct weir_store_answer answer;
    struct weir_blob answered;
};

/* ---- harness.c ---- */
/* Sets the error; is 1. */
int weir_harness_fail(struct weir_harness *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* What a call begins with: forgets the last error. Non-zero: the harness is broken, or its operator
 * is not of that kind (0: any). */
int weir_harness_enter(struct weir_harness *h, uint32_t kind);

/* 1, with what the plugin has failed with. */
int weir_harness_failed_with(struct weir_harness *h, int outcome, const char *what);

/* Memory until close; zeroed. */
void *weir_harness_keep(struct weir_harness *h, size_t bytes);
char *weir_harness_keep_text(struct weir_harness *h, const char *text, size_t count);

/* Frees the scratch of weir_arena. */
void weir_harness_scratch_reset(struct weir_harness *h);

/* Appends to a text that another thread may be writing, too. */
void weir_harness_put(struct weir_harness *h, struct weir_blob *to, weir_str text);

/* A copy for the caller, NUL-terminated, in slot `which`. */
const char *weir_harness_show(struct weir_harness *h, const struct weir_blob *text, int which);

struct weir_blob *weir_harness_texts_add(struct weir_harness_texts *texts);
void weir_harness_texts_free(struct weir_harness_texts *texts);

/* Remembers a bad record. */
void weir_harness_bad(struct weir_harness *h, const char *where);

/* ---- refuse.c ---- */
/* What each call begins with by which an operator asks for something: true if it is refused. [any
 * thread] */
bool weir_harness_refuses(struct weir_harness *h);

/* Says so, as a failure of the task; WEIR_FATAL. */
int weir_harness_refused(struct weir_harness *h);

/* ---- open.c, param.c, host.c ---- */
/* Takes name=value from *text on; false at its end. */
bool weir_harness_token(weir_str *text, weir_str *token);

/* Sets a parameter, and the defaults of all. */
int weir_harness_set_param(struct weir_harness *h,
                           const struct weir_params *params,
                           weir_str name,
                           weir_str value);
int weir_harness_set_defaults(struct weir_harness *h, const struct weir_params *params);

/* A number, duration (us), size (bytes), bool, as pipelines have them. */
bool weir_harness_quantity(weir_str text, int64_t *value);

extern const struct weir_host weir_harness_host;

/* ---- rows/type.c ---- */
/* "list<str>", "{user: str, n: i64}"; NULL: not one. */
struct weir_harness_type *weir_harness_type_parse(struct weir_harness *h, weir_str text);

/* A struct of these fields; bound: what variables stand for, in order of the fields, or NULL. */
struct weir_harness_type *weir_harness_type_of_fields(struct weir_harness *h,
                                                      const struct weir_field *fields,
                                                      uint32_t count);

/* Bytes of a cell in an output. */
size_t weir_harness_cell_bytes(const struct weir_harness_type *type);
void weir_harness_type_print(const struct weir_harness_type *type, struct weir_blob *to);

/* ---- rows/text.c ---- */
/* Takes the next cell off a row, still escaped; false: there is none. */
bool weir_harness_cell(weir_str *row, char separator, weir_str *cell);
bool weir_harness_is_null_text(weir_str cell);

/* Appends a text: what it escapes, and without. */
void weir_harness_unescape(weir_str cell, struct weir_blob *to);
void weir_harness_escape(weir_str text, bool is_nested, struct weir_blob *to);
void weir_harness_print_f64(double value, struct weir_blob *to);
void weir_harness_print_i64(int64_t value, struct weir_blob *to);

/* A cell of any column, as text; a whole row of a struct. */
void weir_harness_print(weir_row row, bool is_nested, struct weir_blob *to);

/* A cell text as a fixed value of `type` at `to`, in the width of an output's cell. */
bool weir_harness_parse_fixed(const struct weir_harness_type *type, weir_str cell, void *to);

/* ---- rows/chunk.c ---- */
struct weir_harness_chunk {
    struct weir_chunk chunk;
    const struct weir_harness_type *type; /* a struct */
    struct ArrowSchema schema;            /* of the struct */
    struct ArrowArray rows;               /* a struct of the columns */
    uint32_t heap_count;                  /* text buffers, shared by all columns */
    const void **heaps;
    int64_t *heap_bytes;
    struct weir_harness_texts texts; /* the rows as they were written */
    struct weir_harness_block *memory;
};
/* Rows of `type` as columns. Must be freed in any case. */
int weir_harness_chunk_make(struct weir_harness *h,
                            const struct weir_harness_type *type,
                            weir_str rows,
                            struct weir_harness_chunk *chunk);
void weir_harness_chunk_free(struct weir_harness_chunk *chunk);

/* ---- rows/out.c ---- */
struct weir_harness_out {
    struct weir_out out; /* first: the plugin's pointer is ours */
    struct weir_harness *h;
    const struct weir_harness_type *type; /* a struct; of a list: of its item alone */
    const struct weir_harness_chunk *input;
    struct weir_harness_out **parts;
    bool has_fixed_rows; /* a function's: as many as the input has */
    bool has_owner_rows; /* a struct's fields: as many as its owner has */
    bool hands_all;      /* receivers and sources: all rows are finished when there is no room */
    /* Finished rows go on: the first `rows`. NULL: room is made. Non-zero: give up. */
    int (*hand_on)(struct weir_harness_out *out, uint32_t rows);
};
struct weir_harness_out *weir_harness_out_make(struct weir_harness *h,
                                               const struct weir_harness_type *type,
                                               uint32_t rows);
void weir_harness_out_free(struct weir_harness_out *out);

/* Appends row r as text; 1 if it is no right row. */
int weir_harness_out_print(struct weir_harness_out *out, uint32_t row, struct weir_blob *to);

/* Rows [first, rows) as lines of the harness's rows; then it is empty. */
int weir_harness_out_take(struct weir_harness_out *out, struct weir_blob *to);

/* ---- drive ---- */
int weir_harness_run_rows(struct weir_harness *h, weir_str rows);   /* function, emitter, decode */
int weir_harness_run_encode(struct weir_harness *h, weir_str rows); /* codec */
int weir_harness_run_partition(struct weir_harness *h, weir_str rows);
int weir_harness_run_partitioner(struct weir_harness *h, weir_str rows);
int weir_harness_run_reducer(struct weir_harness *h, weir_str rows);
int weir_harness_run_sink(struct weir_harness *h, weir_str rows);
int weir_harness_begin_codec(struct weir_harness *h, uint32_t way);
int weir_harness_end_partition(struct weir_harness *h);
int weir_harness_reduced(struct weir_harness *h);
int weir_harness_run_aggregate(struct weir_harness *h, weir_str rows, bool is_removed);
int weir_harness_aggregated(struct weir_harness *h);
int weir_harness_run_update(struct weir_harness *h, weir_str rows);
int weir_harness_run_track(struct weir_harness *h, weir_str rows);
int weir_harness_track_timeouts(struct weir_harness *h);
void weir_harness_states_free(struct weir_harness *h);

#endif
