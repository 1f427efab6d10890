/* SPDX-License-Identifier: Apache-2.0 */
/* The reading of one graph record: what decode.c (the whole) and decode_node.c (nodes and
 * expressions) share. */
#ifndef WEIR_STREAM_DECODE_H
#define WEIR_STREAM_DECODE_H

#include "stream/stream.h"
#include "wire/wire.h"

struct decoding {
    struct weir_unpack in;
    struct weir_graph *graph;
    const struct weir_operator **ops; /* by their number in the record */
    uint32_t op_count;
    struct weir_error *err;
};

/* Consumes the head of an array that must have `wanted` elements. */
int weir_decode_parts(struct decoding *d, uint32_t wanted, const char *what);

/* A text copied to the graph's arena, or NULL for nil. */
int weir_decode_name(struct decoding *d, const char **name);

/* A list of numbers, on the graph's arena. */
int weir_decode_numbers(struct decoding *d, const uint32_t **numbers, uint32_t *count);

/* A list of [name, value], on the graph's arena. */
int weir_decode_arguments(struct decoding *d,
                          const struct weir_argument **arguments,
                          uint32_t *count);

/* An operator by its number, or NULL for nil. */
int weir_decode_operator(struct decoding *d, const struct weir_operator **op);

/* Reads an expression over records of type `input`. */
int weir_decode_expr(struct decoding *d,
                     const struct weir_type *input,
                     const struct weir_expr **expr);

/* Reads one node and adds it to the graph. */
int weir_decode_node(struct decoding *d);

#endif
