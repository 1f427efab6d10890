/* SPDX-License-Identifier: Apache-2.0 */
/* From the steps of a case to a job, by the calls of <weir/job.h>, with the type of every stream
 * beside it. */
#ifndef WEIR_CONFORMANCE_BUILD_H
#define WEIR_CONFORMANCE_BUILD_H

#include "build/type.h"

#include <weir/job.h>

/* A stream and what its records are. */
struct cf_stream {
    weir_stream stream;
    const struct cf_type *type;
    int64_t slide_ms;
    weir_stream tracked;             /* map_with_state: before its rows were put in order */
    const struct cf_type *state_key; /* its key and state, as they are stored */
    const struct cf_type *state_value;
};

enum { CF_INPUTS_MAX = 16 };
struct cf_builder {
    struct weir_arena *arena;
    struct weir_job *job;
    const json_t *test;                     /* the case */
    const struct cf_type *unknown;          /* of records of an input that has none */
    struct cf_stream inputs[CF_INPUTS_MAX]; /* made when first read */
    bool has_input[CF_INPUTS_MAX];
    uint32_t batch_count; /* that are run */
    uint32_t feed_count;  /* inputs and tables so far */
    const char *error;    /* what the runner cannot do; NULL: nothing */
};

/* A value as expressions over the fields of a record: of a pair both halves. */
struct cf_value {
    const struct cf_type *type;
    const char *a, *b;
};

/* The stream at the end of a pipeline that starts at an input. On a mistake b->error, or the job's
 * own. */
struct cf_stream cf_build(struct cf_builder *b, size_t input, const json_t *steps);

/* The stream of a queue: sets of records pushed at each tick. */
struct cf_stream cf_queue(struct cf_builder *b, const json_t *pushes, bool is_one_at_a_time);

/* ---- value.c ---- */
/* Notes what cannot be done, once. */
void cf_refuse(struct cf_builder *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The record of a stream; the value of an expression of some type; one expression of a value. */
struct cf_value cf_record_value(const struct cf_type *type);
struct cf_value cf_value_of(struct cf_builder *b, const struct cf_type *type, const char *expr);
const char *cf_expr(struct cf_builder *b, struct cf_value x);

/* A value as JSON text, and back. */
const char *cf_to_json(struct cf_builder *b, struct cf_value x);
const char *cf_from_json(struct cf_builder *b, const struct cf_type *type, const char *expr);

/* A map function of functions.json applied to x. */
struct cf_value cf_apply(struct cf_builder *b,
                         const char *name,
                         const json_t *args,
                         struct cf_value x);

/* The record becomes x: a map. */
struct cf_stream cf_map_to(struct cf_builder *b, struct cf_stream in, struct cf_value x);

/* ---- state.c, window.c, join.c: the verbs of their names ---- */
struct cf_stream cf_update_state(struct cf_builder *b, struct cf_stream in, const json_t *step);
struct cf_stream cf_map_with_state(struct cf_builder *b, struct cf_stream in, const json_t *step);
struct cf_stream cf_state_snapshots(struct cf_builder *b, struct cf_stream in, const json_t *step);
struct cf_stream cf_window(struct cf_builder *b, struct cf_stream in, const json_t *step);
struct cf_stream cf_join(struct cf_builder *b, struct cf_stream in, const json_t *step);
struct cf_stream cf_transform(struct cf_builder *b, struct cf_stream in, const json_t *step);

/* The streams of `with`, after in: *count in all, on the arena. */
struct cf_stream *cf_operands(struct cf_builder *b,
                              struct cf_stream in,
                              const json_t *step,
                              size_t *count);

/* Registers an input of the plugin: its number. */
uint32_t cf_add_feed(struct cf_builder *b,
                     const json_t *batches,
                     const struct cf_type *type,
                     uint32_t partitions,
                     uint32_t batch_count);

/* A filter of functions.json over the record, or over key and value. */
const char *cf_filter(struct cf_builder *b, const char *name, const json_t *args);

const char *cf_text(const json_t *step, const char *name);
int64_t cf_number(const json_t *step, const char *name, int64_t otherwise);

#endif
