/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the json codec: one record being read, and what its files lend each other.
 *
 *   record --> decode.c (members, one pass) --> string.c number.c time.c --> cells
 *   cells  --> encode.c                     --> line
 *
 * Reading functions take the place where they begin and give the one behind what they have read;
 * NULL: failed, and the reader's outcome says how. They read a few bytes behind the record's end
 * without asking: there is always padding, and whoever has gone too far is told when a bracket
 * closes. */
#ifndef CODECS_JSON_H
#define CODECS_JSON_H

#include "../shape/shape.h"

enum {
    JSON_PADDING_BYTES = 64, /* readable behind a record */
    JSON_DEPTH_MAX = 512,    /* brackets within brackets, of what is skipped */
    JSON_GUESS_BYTES = 16,
    JSON_GUESSES = 32 /* members of a row whose names are guessed */
};

/* The name that a member had in the last record, with the quote and the colon behind it: records
 * of one stream look alike, so one comparison mostly finds the end of a name and what it is. */
struct json_guess {
    char bytes[JSON_GUESS_BYTES];
    uint32_t mask;       /* of the bytes that count; never true of a guess that is none */
    uint32_t count;      /* bytes with quote and colon */
    struct shape *field; /* NULL: nobody asks for it */
};

struct json_self {
    struct shape root;
    const struct ArrowSchema *schema;
    struct weir_blob scratch; /* a text without its escapes, a number */
    struct weir_blob record;  /* a record with padding behind it */
    uint64_t serial;          /* of objects read */
    struct json_guess guesses[JSON_GUESSES];
};

struct json_reader {
    const char *start, *end; /* the record */
    uintptr_t back;          /* from there to the bytes that the engine knows */
    struct weir_task *task;
    struct json_self *self;
    int outcome;
};

/* ---- decode.c ---- */
/* One record: an object, or an array of them; each is a row. Blanks alone are none. */
int json_decode_record(struct weir_task *task, weir_str record, struct weir_out *out);

/* ---- skip.c ---- */
/* Skips any value. Brackets must pair and strings must end; what is between is not looked at. */
const char *json_skip(struct json_reader *reader, const char *at);

/* ---- string.c ---- */
/* The rest of a text whose first `at - from` bytes are as they are and whose next one is not;
 * without its escapes, in the scratch. A lone surrogate becomes U+FFFD. */
const char *json_unescape(struct json_reader *reader,
                          const char *from,
                          const char *at,
                          weir_str *text);

/* Base64 as bytes, in the scratch. text may be in the scratch. */
bool json_from_base64(struct json_self *self, weir_str text, weir_bytes *bytes);
void json_put_base64(struct weir_blob *to, weir_bytes bytes);
void json_put_string(struct weir_blob *to, weir_str text);

/* ---- number.c ---- */
const char *json_read_i64(struct json_reader *reader,
                          const char *at,
                          const struct shape *shape,
                          int64_t *value);
const char *json_read_f64(struct json_reader *reader,
                          const char *at,
                          const struct shape *shape,
                          double *value);
void json_put_f64(struct weir_blob *to, double value);
void json_put_i64(struct weir_blob *to, int64_t value);

/* ---- time.c ---- */
/* RFC 3339: date, T, time, Z or an offset; also years of six digits with a sign. */
bool json_time_parse(weir_str text, int64_t *us);
void json_put_time(struct weir_blob *to, int64_t us);

/* ---- encode.c ---- */
int json_encode_chunk(struct weir_task *task,
                      const struct ArrowSchema *schema,
                      const struct weir_chunk *in,
                      struct weir_out *out);

/* ---- fail.c: NULL, with the outcome set and a message ---- */
const char *json_fail_syntax(struct json_reader *reader, const char *at, const char *expected);
const char *json_fail_type(struct json_reader *reader, const char *at, const struct shape *shape);
const char *json_fail_value(struct json_reader *reader,
                            const char *at,
                            const struct shape *shape,
                            const char *why);
const char *json_fail_with(struct json_reader *reader, int outcome);

#endif
