/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's struct. Two threads touch it: the receiver's own ("rx") and the loop. What they
 * share is atomic and named as such; the rest belongs to the side its comment names. */
#ifndef WEIR_RECEIVE_PRIVATE_H
#define WEIR_RECEIVE_PRIVATE_H

#include "receive/mailbox.h"
#include "receive/receive.h"

#include <stdatomic.h>

enum { WEIR_SEGMENT_BYTES = 4 * 1024 * 1024 };

/* One buffer that text is received into. The receiver appends and publishes; the loop cuts blocks
 * off its front without a copy. */
struct weir_segment {
    struct weir_letter letter; /* in fresh_segments: follows the one that is being cut */
    struct weir_buffer *buffer;
    _Atomic uint64_t published; /* lines << 32 | bytes: both in one word, so that they agree */
};

/* Rows that no block has taken yet, with the cookies of the stores they came by. Passed from hand
 * to hand by exchange. */
struct weir_open_rows {
    struct weir_letter letter; /* in handed_rows: the cutter came while they were appended to */
    struct weir_builder *builder;
    struct weir_buffer *heap; /* the text of small stores, held by the builder too, or NULL */
    uint64_t bytes;
    uint64_t *cookies;
    uint32_t cookie_count, cookie_capacity;
};

/* What open_rows says while the receiver appends: that it does, and that the cutter has been here
 * meanwhile, so that the receiver hands the rows over itself. */
extern struct weir_open_rows weir_rows_held, weir_rows_wanted;

/* A text commit's cookie until its bytes are in a block. */
struct weir_text_cookie {
    struct weir_letter letter;
    uint64_t position, cookie; /* bytes committed in all, including this commit */
};

/* Cookies on their way back to the receiver's thread. */
struct weir_acks {
    struct weir_letter letter;
    uint32_t count;
    uint64_t cookies[];
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
    atomic_bool is_over;              /* rx: the receiver has returned for good */
    atomic_bool is_nudged;            /* the nudge is on its way to the loop */
    _Atomic uint64_t held_bytes;      /* in blocks that are not processed: the loop sets it */
    _Atomic uint64_t stored_bytes;    /* handed over by the receiver, in all */
    _Atomic uint64_t cut_bytes_total; /* of these, in blocks */
    _Atomic(struct weir_open_rows *) open_rows;
    weir_mailbox fresh_segments, handed_rows, text_cookies; /* to the loop */
    weir_mailbox acks;                                      /* to the receiver */

    /* the receiver's thread */
    struct weir_segment *writing;
    size_t reserved;
    struct weir_rows_out rows_out;
    int outcome;         /* of run or poll */
    bool is_stepped;     /* by the simulator: nothing may wait */
    int64_t poll_due_us; /* when it asked to be polled again */
    bool was_connected;  /* last status() */
    bool has_status;
    uint64_t cookies_stored, cookies_acked;

    /* the loop */
    struct weir_post nudge, last_post;
    struct weir_timer block_timer;
    struct weir_segment *cutting;
    uint64_t cut_word; /* of `cutting`: lines << 32 | bytes already in blocks */
    struct weir_text_cookie *first_cookie, *last_cookie; /* out of the mailbox, oldest first */
};

/* ---- host.c: the functions of struct weir_receiver that hand on text and rows ---- */
int weir_receive_store(struct weir_receiver *rx, weir_bytes offset, uint64_t cookie, bool wait);
char *weir_receive_reserve(struct weir_receiver *rx, size_t bytes, bool wait);
int weir_receive_commit(struct weir_receiver *rx, size_t bytes, weir_bytes offset, uint64_t cookie);
int weir_receive_rows_full(struct weir_rows_out *rows_out);

/* True once there is room; waits for it if asked. False: full, or stopping. [receiver's thread] */
bool weir_receive_has_room(struct weir_receiver_supervisor *supervisor, bool wait);

/* Puts rows that were appended, but not stored, where the cutter finds them. [receiver's thread, or
 * the loop when that has ended] */
void weir_receive_flush_rows(struct weir_receiver_supervisor *supervisor);

/* Delivers cookies that came back. [receiver's thread] */
void weir_receive_deliver_acks(struct weir_receiver_supervisor *supervisor);

/* Asks the loop to look now, not at the next block interval. [receiver's thread] */
void weir_receive_nudge(struct weir_receiver_supervisor *supervisor);

/* ---- cut.c: the loop's side ---- */
/* Makes blocks of all that was published, in the order in which it was. */
void weir_receive_cut(struct weir_receiver_supervisor *supervisor);

/* Fires on the loop after a nudge. */
void weir_receive_nudged(struct weir_post *post);

/* Frees everything that nobody has taken. */
void weir_receive_discard(struct weir_receiver_supervisor *supervisor);

#endif
