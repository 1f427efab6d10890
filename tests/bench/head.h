/* SPDX-License-Identifier: Apache-2.0 */
/* The head of a state's stage without a worker, for benchmarks: rows go in, what comes out is
 * dropped. */
#ifndef WEIR_TESTS_BENCH_HEAD_H
#define WEIR_TESTS_BENCH_HEAD_H

#include "os/os.h"
#include "shuffle/shuffle.h"
#include "state/state.h"

struct bench {
    struct weir_graph graph;
    struct weir_node nodes[2];
    struct weir_arena arena;
    struct weir_step last;
    struct weir_state_head *head;
    struct weir_step *step;
    struct weir_state_table table;
    struct weir_exec_task task;
    int64_t second;
};

/* Ends the program with `bench_error`, unless the status is WEIR_OK. */
extern struct weir_error bench_error;
void bench_check(int status);

/* Once, around all: the operators of bench_states.c, and the machine's memory as of weir run. */
void bench_start(void);
void bench_stop(void);

/* A verb with an operator, from {key i64, value i64}. Trackers have a timeout of an hour. */
void bench_open(struct bench *b, enum weir_verb verb, const char *op, enum weir_kind kind);
void bench_close(struct bench *b);

/* A batch: begins, gets rows of a side, and is done. */
void bench_begin(struct bench *b);
void bench_push(
    struct bench *b, uint32_t side, const int64_t *keys, const int64_t *values, size_t n);
void bench_finish(struct bench *b);

#endif
