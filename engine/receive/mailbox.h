/* SPDX-License-Identifier: Apache-2.0 */
/* Things that one thread leaves and another one takes all at once, without a lock: a stack with
 * atomic head, turned round by whoever empties it. Private to receive. */
#ifndef WEIR_RECEIVE_MAILBOX_H
#define WEIR_RECEIVE_MAILBOX_H

#include <stdatomic.h>
#include <stddef.h>

/* First member of what is sent. */
struct weir_letter {
    struct weir_letter *next;
};
typedef _Atomic(struct weir_letter *) weir_mailbox;

/* Leaves a letter; what was written to it before is seen by whoever takes it. */
static inline void weir_mailbox_put(weir_mailbox *box, struct weir_letter *letter)
{
    letter->next = atomic_load(box);
    while (!atomic_compare_exchange_weak(box, &letter->next, letter)) {
    }
}

/* Takes all letters: a list, oldest first; NULL if there are none. */
static inline struct weir_letter *weir_mailbox_take(weir_mailbox *box)
{
    struct weir_letter *newest = atomic_exchange(box, NULL);
    struct weir_letter *oldest = NULL;
    while (newest != NULL) {
        struct weir_letter *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

#endif
