/* SPDX-License-Identifier: Apache-2.0 */
/* Two operands of rows, and a verb run over them through its two sides, as tasks would. */
#ifndef WEIR_TESTS_SHUFFLE_OPERANDS_H
#define WEIR_TESTS_SHUFFLE_OPERANDS_H

#include "play.h"

#include "shuffle/shuffle.h"

enum { OPERAND_ROWS_MAX = 700, BUCKETS_MAX = 8 };

struct row {
    char key[32]; /* "" stands for null */
    int64_t value;
};
extern struct row operands[2][OPERAND_ROWS_MAX];
extern const uint32_t row_counts[2];

/* Keys of both operands overlap in part; some are long, one is null, some appear often. */
void operands_make(void);

struct trial {
    struct weir_registry *registry;
    struct weir_graph *graph;
    const struct weir_node *node; /* the wide one */
    uint32_t buckets;
    struct weir_text out; /* JSON rows of all buckets, a line each */
};

/* verb: what stands between `l` and the sink; fields: what l and r, streams of a word and its
 * bytes, are mapped to. A windowed verb's window holds the same batch twice. */
void operands_run(struct trial *t, const char *fields, const char *verb, uint32_t buckets);

/* The same lines came out, in any order. Finishes both. */
void operands_expect(struct trial *t, struct weir_text *expected);

#endif
