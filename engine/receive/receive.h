/* SPDX-License-Identifier: Apache-2.0 */
/* Records to blocks: runs a receiver on its own thread (or step by step in the simulator), and
 * closes a block every block interval. The receiver's thread and the loop never wait for each
 * other: text is published by one atomic word (bytes and lines of the open buffer), rows by
 * exchanging the pointer to the open builder. */
#ifndef WEIR_RECEIVE_RECEIVE_H
#define WEIR_RECEIVE_RECEIVE_H

#include "base/base.h"
#include "block/block.h"
#include "env/env.h"
#include "stream/stream.h"
#include "wire/wire.h"

struct weir_receive_options {
    int64_t block_us;        /* block interval */
    uint64_t held_bytes_max; /* unprocessed bytes above which reserve and store wait */
    bool until_eof;
    int64_t restart_us; /* pause before a receiver that asked for it is started again: 2 s */
};

/* Called on the loop thread. */
struct weir_receive_sink {
    void *owner;
    /* A block was closed; takes over the reference. */
    void (*block)(void *owner, uint32_t input, struct weir_block *block, int64_t closed_us);
    /* CONNECTED, WAITING (text: why) or ENDED (status, text); ENDED comes once, after the last
     * block. */
    void (*state)(
        void *owner, uint32_t input, enum weir_receiver_state state, int status, const char *text);
};

struct weir_receiver_supervisor;

/* Makes the supervisor of input number `input` and opens the receiver's instance; starts nothing.
 */
int weir_receiver_create(struct weir_env *env,
                         uint32_t input,
                         const struct weir_node *node,
                         const struct weir_receive_options *options,
                         const struct weir_receive_sink *sink,
                         struct weir_receiver_supervisor **supervisor,
                         struct weir_error *err);

/* Only after ENDED, or if never started. NULL is fine. */
void weir_receiver_destroy(struct weir_receiver_supervisor *supervisor);

int weir_receiver_start(struct weir_receiver_supervisor *supervisor,
                        struct weir_error *err); /* Starts its thread. */

/* Asks it to end soon: what it has stored still becomes blocks, then ENDED. */
void weir_receiver_stop(struct weir_receiver_supervisor *supervisor);

/* Closes the open block now (a batch edge), if it holds anything. [loop thread] */
void weir_receiver_cut(struct weir_receiver_supervisor *supervisor);

/* Unprocessed bytes changed: what the worker's cache holds for this input. Wakes a waiting
 * receiver. [loop thread] */
void weir_receiver_held(struct weir_receiver_supervisor *supervisor, uint64_t bytes);

#endif
