/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the msgpack codec. Values are read where they lie, text becomes a slice of the record: a
 * tree of objects first, as msgpack-c makes it, costs twenty times as much. Writing is msgpack-c's.
 */
#ifndef CODECS_MSGPACK_H
#define CODECS_MSGPACK_H

#include "../shape/shape.h"

struct pack_self {
    struct shape root;
    const struct ArrowSchema *schema;
    struct weir_blob record;
    uint64_t serial; /* of maps read */
    bool is_array;   /* rows are written as arrays, by position */
};

/* A value's head, https://github.com/msgpack/msgpack/blob/master/spec.md */
enum pack_kind {
    PACK_CUT,   /* it goes on behind the end */
    PACK_WRONG, /* 0xc1, which begins nothing */
    PACK_NIL,
    PACK_BOOL,
    PACK_INT,  /* number, which fits an i64 */
    PACK_UINT, /* beyond */
    PACK_FLOAT,
    PACK_STR, /* data, count bytes; also PACK_BIN and PACK_EXT */
    PACK_BIN,
    PACK_EXT,
    PACK_ARRAY, /* count values follow */
    PACK_MAP    /* count pairs of values follow */
};
struct pack_head {
    enum pack_kind kind;
    int8_t type; /* of an EXT */
    uint32_t count;
    int64_t number; /* BOOL: 0 or 1 */
    double real;
    const uint8_t *data;
};

/* ---- head.c ---- */
/* Reads a head, and what is behind it but for the values of arrays and maps. Gives the place
 * behind; NULL: CUT or WRONG. */
const uint8_t *pack_take(const uint8_t *at, const uint8_t *end, struct pack_head *head);

/* Skips a value. NULL: *kind is CUT or WRONG. */
const uint8_t *pack_skip(const uint8_t *at, const uint8_t *end, enum pack_kind *kind);

/* The time of an EXT of type -1, in microseconds. */
bool pack_time(const struct pack_head *head, int64_t *us);

/* ---- decode.c, encode.c ---- */
/* Records one behind the other, each a map by field names or an array by position; a row each. */
int pack_decode_record(struct weir_task *task, weir_str record, struct weir_out *out);
int pack_encode_chunk(struct weir_task *task, const struct weir_chunk *in, struct weir_out *out);

#endif
