/* SPDX-License-Identifier: Apache-2.0 */
/* What driver and worker say to each other. Within one process the structs are passed as they are;
 * every message owns an arena, on which all that it points to lives. Whoever receives a message
 * destroys it. */
#ifndef WEIR_WIRE_MESSAGE_H
#define WEIR_WIRE_MESSAGE_H

#include "base/base.h"

enum weir_message_kind {
    /* driver -> worker */
    WEIR_MESSAGE_RECEIVER_START = 1, /* input */
    WEIR_MESSAGE_RECEIVER_STOP,      /* input: take no more; ENDED follows after the last block */
    WEIR_MESSAGE_SOURCE_NEXT,        /* input, bytes = from, source */
    WEIR_MESSAGE_TASK_RUN,           /* task */
    WEIR_MESSAGE_COMMIT,             /* output, batch_us, items = tokens in partition order */
    WEIR_MESSAGE_DROP,               /* slices: blocks nobody needs again */
    WEIR_MESSAGE_COMMITTED_TO,       /* input, bytes: a source's batches up to here are committed */
    /* worker -> driver */
    WEIR_MESSAGE_BLOCK_ADDED,    /* input, number, rows, byte_count, time_us = when it was closed */
    WEIR_MESSAGE_RECEIVER_STATE, /* input, receiver_state, text */
    WEIR_MESSAGE_SOURCE_RANGE, /* input, batch_us, status, text, items = parts, bytes = to, source,
                                  result.may_retry */
    WEIR_MESSAGE_TASK_DONE, /* task, result, slices = blocks it left (none for empty ones), items[0]
                               = a sink's token */
    WEIR_MESSAGE_COMMIT_DONE,      /* output, batch_us, status, text, result.may_retry */
    WEIR_MESSAGE_COMMITTED_TO_DONE /* input, batch_us: the source has been told */
};

enum weir_receiver_state {
    WEIR_RECEIVER_CONNECTED = 1, /* data may come */
    WEIR_RECEIVER_WAITING,       /* not connected; text says why; it tries again by itself */
    WEIR_RECEIVER_ENDED, /* orderly end: nothing will come; status WEIR_OK, or why it failed */
};

/* A block that a task reads or leaves: (owner, batch_us, partition, bucket). In a DROP: all blocks
 * of `count` partitions from `partition` on, each with buckets [0, bucket). */
struct weir_slice {
    uint32_t owner, partition, bucket; /* owner: a stage, or WEIR_BLOCK_INPUT + input */
    uint32_t count;
    uint32_t dependency; /* TASK_RUN: which of the stage's dependencies it is read for */
    int64_t batch_us;    /* received blocks: 0 */
};

struct weir_task_id {
    uint32_t stage, partition, attempt;
    int64_t batch_us;
};

struct weir_message_task {
    struct weir_task_id id;
    int64_t zero_us;          /* the job's zero time */
    uint32_t partition_count; /* of the stage in this batch */
    uint32_t dependency;      /* which of the stage's dependencies this partition belongs to */
    uint32_t slice_count;
    const struct weir_slice *slices; /* in the fixed merge order */
    weir_bytes range;                /* a source's part; count 0 with input slices */
    bool has_range;
};

struct weir_message_result {
    int status;     /* WEIR_OK or why it failed; the message's text says it */
    bool may_retry; /* RETRY: worth another attempt */
    uint64_t records_in, rows_out,
        bytes_out; /* records_in: input records read (0 for later stages) */
    int64_t run_us;
    uint32_t bad_records; /* sent to the dead letters */
};

struct weir_message_source {
    uint64_t bytes_max, records_max; /* NEXT */
    int64_t start_us, interval_us;   /* NEXT */
    uint32_t parts_max;              /* NEXT */
    bool is_last, is_empty;          /* RANGE: nothing after it; nothing in it (nothing new) */
    bool is_none;                    /* RANGE: the batch has no RDD of this input */
    uint64_t records, byte_count;    /* RANGE: if known */
};

struct weir_message {
    struct weir_message *next;
    enum weir_message_kind kind;
    uint32_t input, output, number;
    int64_t batch_us, time_us;
    uint64_t rows, byte_count;
    enum weir_receiver_state receiver_state;
    int status;
    const char *text; /* NULL: none */
    weir_bytes bytes;
    uint32_t item_count;
    const weir_bytes
        *items; /* on the arena; COMMIT's and DONE's tokens: the text is owned by the arena too */
    struct weir_message_task task;
    struct weir_message_result result;
    struct weir_message_source source;
    uint32_t slice_count;
    const struct weir_slice *slices;
    uint32_t sample_count; /* DONE: the first bad records, as text */
    const char *const *samples;
    struct weir_arena arena;
};

/* An empty message of a kind. The caller owns it: weir_message_destroy, or hands it on. */
struct weir_message *weir_message_create(enum weir_message_kind kind);

/* Frees it with its arena. NULL is fine. */
void weir_message_destroy(struct weir_message *message);

/* Copies bytes (a text) to the message's arena. */
weir_bytes weir_message_bytes(struct weir_message *message, const void *bytes, size_t count);

/* "task stage 2 batch 3000 partition 1 attempt 0", for traces and logs. Appends. */
void weir_message_print(const struct weir_message *message, struct weir_text *to);

/* First in, first out. Zero-initialised = empty. */
struct weir_message_list {
    struct weir_message *first, *last;
};
void weir_message_push(struct weir_message_list *list,
                       struct weir_message *message);                  /* Takes over. */
struct weir_message *weir_message_pop(struct weir_message_list *list); /* NULL when empty. */

#endif
