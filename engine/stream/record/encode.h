/* SPDX-License-Identifier: Apache-2.0 */
/* The writing of one graph record: what encode.c (the whole) and more.c (what few nodes have)
 * share. */
#ifndef WEIR_STREAM_ENCODE_H
#define WEIR_STREAM_ENCODE_H

#include "stream/stream.h"
#include "wire/wire.h"

struct weir_encoding {
    struct weir_text *to;
    const struct weir_graph *graph;
    struct weir_map numbers; /* an operator's address -> its element of `ops` */
    const struct weir_operator **ops;
    uint32_t count, capacity;
};

/* Appends a name, or nil for NULL. */
void weir_encode_name(struct weir_text *to, const char *name);

/* Appends an operator's number, or nil for NULL. */
void weir_encode_operator(struct weir_encoding *e, const struct weir_operator *op);

/* Appends a list of numbers. */
void weir_encode_numbers(struct weir_text *to, const uint32_t *numbers, uint32_t count);

/* Appends an expression. */
void weir_encode_expr(struct weir_encoding *e, const struct weir_expr *expr);

#endif
