/* SPDX-License-Identifier: Apache-2.0 */
/* The tests of a job file, run: each in a graph of its own, whose fed streams come from the test
 * and whose expected streams go to it, in virtual time on one thread. */
#ifndef WEIR_TOOLS_JOBTEST_H
#define WEIR_TOOLS_JOBTEST_H

#include "job/compile.h"

/* An expectation that did not hold: records as lines of JSON, "" if there are none. */
struct weir_jobtest_failure {
    const struct weir_test_step *step;
    struct weir_text missing;    /* expected, not found */
    struct weir_text unexpected; /* found, not expected */
    struct weir_jobtest_failure *next;
};

/* How a test went. */
struct weir_jobtest_result {
    struct weir_error err;                         /* the job failed, or cannot be tested so */
    struct weir_jobtest_failure *failures, **last; /* in the order of the text */
};

/* Makes the ends of tested jobs known; once, after the job's text was bound. */
int weir_jobtest_open(struct weir_registry *registry, struct weir_error *err);

/* Runs one test. The world and the registry are compiled's; nothing but tables and what operators
 * do themselves reaches out of it. The caller finishes the result. [main thread] */
void weir_jobtest_run(const struct weir_compiled *compiled,
                      const struct weir_test *test,
                      struct weir_jobtest_result *result);
void weir_jobtest_result_finish(struct weir_jobtest_result *result);

/* ---- graph.c ---- */
/* The part of a job that a test needs: its expected streams, and above them all up to what is fed;
 * other inputs give nothing, tables are read. Borrows from `from`. */
int weir_jobtest_graph(const struct weir_graph *from,
                       const struct weir_test *test,
                       struct weir_graph **graph,
                       struct weir_error *err);

/* ---- between the test under way and its plugin (plugin.c) ---- */
#define WEIR_JOBTEST_ALIAS "jobtest"
extern const struct weir_plugin weir_plugin_e1_jobtest;

/* The record type of a stream, by its node in the job's graph. */
const struct weir_type *weir_jobtest_schema(int64_t node);

/* The batch in which records of a time are: the one that ends after it. */
int64_t weir_jobtest_batch_of(int64_t at_us);

/* The last batch that the test speaks of. */
int64_t weir_jobtest_end_us(void);

/* The test under way. */
const struct weir_test *weir_jobtest_now(void);

/* Rows of a batch are committed, as lines of JSON. */
void weir_jobtest_committed(int64_t node, int64_t batch_us, weir_bytes lines);

#endif
