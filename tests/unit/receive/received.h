/* SPDX-License-Identifier: Apache-2.0 */
/* A receiver with a sink that notes what comes: blocks with their times and rows, states. */
#ifndef WEIR_TESTS_RECEIVED_H
#define WEIR_TESTS_RECEIVED_H

#include "receive/receive.h"

struct received {
    struct weir_env *env;
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_receiver_supervisor *supervisor;
    struct weir_text notes; /* "[100] block 2: a b", "[100] connected", "[300] ended" */
    bool is_counting;       /* notes nothing; checks that records are 0, 1, 2... */
    int64_t records;        /* so far */
    _Atomic int64_t *seen;  /* the same, for other threads; or NULL */
    uint64_t blocks, held_bytes, most_held;
    bool frees_at_once; /* blocks are processed as soon as they come */
    bool has_ended;
    struct weir_error err;
    uint32_t waits; /* WAITING states */
};

/* job: "rush.text limit=5 | play.log"; its input is received. */
void received_open(struct received *r,
                   struct weir_env *env,
                   const char *job,
                   const struct weir_receive_options *options);
void received_close(struct received *r);

/* Everything that was held is processed. */
void received_process(struct received *r);

#endif
