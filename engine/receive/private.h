/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's struct. Two threads touch it: the receiver's own (host side, "rx") and the loop
 * (cutter). Everything they share is an atomic word or pointer, named as such; the rest belongs to
 * the side its comment names. */
#ifndef WEIR_RECEIVE_PRIVATE_H
#define WEIR_RECEIVE_PRIVATE_H

#include "receive/receive.h"

#include <stdatomic.h>

enum { WEIR_SEGMENT_BYTES = 4 * 1024 * 1024 };

/* One buffer that text is received into. The receiver appends and publishes; the loop cuts blocks
 * off its front without a copy. */
struct weir_segment {
    struct weir_buffer *buffer;
    _Atomic uint64_t published; /* lines << 32 | bytes: both in one word, so that they agree */
};

/* Rows that no block has taken yet, with the cookies of the stores they came by. Passed from hand
 * to hand by exchange. */
struct weir_open_rows {
    struct weir_builder *builder;
    uint64_t bytes;
    uint64_t *cookies;
    uint32_t cookie_count, cookie_capacity;
};

/* Cookies on their way back to the receiver's thread. */
struct weir_acks {
    struct weir_acks *next;
    uint32_t count;
    uint64_t cookies[];
};

/* A text commit's cookie, on the loop, until its bytes are in a block. */
struct weir_text_cookie {
    uint64_t position, cookie; /* bytes committed in all, including this commit */
};

struct weir_receiver_supervisor {
    struct weir_receiver rx; /* first: the plugin's pointer is ours */
    struct weir_env *env;
    uint32_t input;
    const struct weir_node *node;
    struct weir_receive_options options;
    struct weir_receive_sink sink;
    struct weir_call call;
    struct weir_thread thread;
    struct weir_gate *gate; /* opened when a waiting receiver should look again */

    /* shared */
    atomic_bool is_stopping;
    _Atomic uint64_t held_bytes;      /* in blocks that are not processed: the loop sets it */
    _Atomic uint64_t stored_bytes;    /* handed over by the receiver, in all */
    _Atomic uint64_t cut_bytes_total; /* of these, in blocks */
    _Atomic(struct weir_open_rows *) open_rows;
    _Atomic(struct weir_acks *) acks;

    /* the receiver's thread */
    struct weir_segment *writing;
    size_t reserved;
    struct weir_rows_out rows_out;
    int outcome;        /* of run or poll */
    bool was_connected; /* last status() */
    bool has_status;

    /* the loop */
    struct weir_timer block_timer;
    struct weir_segment *cutting;
    uint64_t cut_word; /* of `cutting`: lines << 32 | bytes already in blocks */
    struct weir_text_cookie *text_cookies;
    uint32_t text_cookie_count, text_cookie_capacity;
    bool has_ended;
};

/* ---- host side: the functions of struct weir_receiver ---- */
int weir_receive_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait);
char *weir_receive_reserve(struct weir_receiver *rx, size_t bytes, bool wait);
int weir_receive_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie);
int weir_receive_rows_full(struct weir_rows_out *rows_out);

/* True once there is room; waits for it if asked. False: full, or stopping. [receiver's thread] */
bool weir_receive_has_room(struct weir_receiver_supervisor *supervisor, bool wait);

/* Delivers cookies that came back. [receiver's thread] */
void weir_receive_deliver_acks(struct weir_receiver_supervisor *supervisor);

/* ---- loop side ---- */
/* Makes blocks of what was published; ended: also of what is left over. */
void weir_receive_cut(struct weir_receiver_supervisor *supervisor);

/* Sends cookies back to the receiver. */
void weir_receive_ack(struct weir_receiver_supervisor *supervisor,
                      const uint64_t *cookies,
                      uint32_t count);

/* Acknowledges text commits whose bytes are all in blocks. */
void weir_receive_ack_text(struct weir_receiver_supervisor *supervisor);

/* Frees a segment and its reference of the buffer. NULL is fine. */
void weir_segment_destroy(struct weir_segment *segment);

/* Frees rows nobody took. NULL is fine. */
void weir_open_rows_destroy(struct weir_open_rows *rows);

#endif
