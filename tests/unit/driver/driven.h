/* SPDX-License-Identifier: Apache-2.0 */
/* A driver without a worker: events by hand, and what it wants done as text. A line a message:
 * "start 0", "stop 0", "ask 0@1000 from 12", "task 1.0@1000 < 0.0/2 0.1/2" (stage.partition@batch,
 * the slices it reads; "#2" behind: its attempt), "commit 0@1000: a b" (tokens), "told 0 12",
 * "1:0.2" when read for dependency 1,
 * "drop 0.0+3x8@1000" (stage.partition + count x buckets, at batch; "in0.5+1": received), and
 * "batch 1000" ("batch 1000 failed in run: why"), "finished: why". Times are milliseconds. */
#ifndef WEIR_TESTS_DRIVEN_H
#define WEIR_TESTS_DRIVEN_H

#include "driver/driver.h"
#include "stream/stream.h"

struct driven {
    struct weir_registry *registry;
    struct weir_graph *graph,
        *text; /* text: what the graph's first nodes are copied from, or NULL */
    struct weir_plan *plan;
    struct weir_driver *driver;
    struct weir_driver_actions actions;
    int64_t now_ms;
    struct weir_text said;
    bool is_quiet;                      /* keeps no text */
    struct weir_message_list requested; /* what driven_obey answers */
    uint32_t next_block[4];             /* by input */
};

/* Compiles, and makes the driver. options NULL: two batches in flight, nothing else. */
void driven_open(struct driven *d, const char *job, const struct weir_driver_options *options);

/* The nodes of a text without its outputs, then these drafts, whose inputs are ids; a sink is that
 * of the text. Inputs named in tables (bit i: input i) are tables. */
void driven_open_nodes(struct driven *d,
                       const char *job,
                       uint32_t tables,
                       const struct weir_node *drafts,
                       uint32_t count,
                       const struct weir_driver_options *options);
void driven_close(struct driven *d);

/* ---- events; the clock stands at now_ms ---- */
void driven_start(struct driven *d);
void driven_stop(struct driven *d);
void driven_tick(struct driven *d, int64_t ms); /* The time has come. */
void driven_pause(struct driven *d);            /* Waits until the driver wants to be called. */
void driven_block(struct driven *d, uint32_t input, uint32_t rows);
void driven_state(
    struct driven *d, uint32_t input, enum weir_receiver_state state, int status, const char *text);

/* A source's answer: parts separated by blanks ("": nothing in it), where the next begins. */
void driven_range(struct driven *d,
                  uint32_t input,
                  int64_t batch_ms,
                  const char *parts,
                  const char *to,
                  bool last);
void driven_no_rdd(struct driven *d, uint32_t input, int64_t batch_ms, const char *to);
void driven_refuse_range(struct driven *d, uint32_t input, int64_t batch_ms, bool may_retry);

/* A task's end: left all its buckets (a block), a token "STAGE.PARTITION", records read; or
 * nothing. */
void driven_done(struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms);
void driven_done_empty(struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms);
void driven_done_records(
    struct driven *d, uint32_t stage, uint32_t partition, int64_t batch_ms, uint64_t records);
void driven_failed(struct driven *d,
                   uint32_t stage,
                   uint32_t partition,
                   int64_t batch_ms,
                   uint32_t attempt,
                   bool may_retry);
void driven_committed(struct driven *d, uint32_t output, int64_t batch_ms);
void driven_refuse_commit(struct driven *d, uint32_t output, int64_t batch_ms, bool may_retry);
void driven_told(struct driven *d, uint32_t input);

/* Answers all that was asked so far and by the answers, first come first served, until nothing is
 * left: every task leaves what it can. Only in quiet mode. */
void driven_obey(struct driven *d);

/* Everything said since the last call is `text`. */
void driven_expect_at(struct driven *d, const char *text, const char *file, int line);
#define driven_expect(d, text) driven_expect_at(d, text, __FILE__, __LINE__)

/* When the driver wants to be called, in ms; -1: never. */
int64_t driven_timer(const struct driven *d);

#endif
