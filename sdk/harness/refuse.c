/* SPDX-License-Identifier: Apache-2.0 */
/* The engine that has no more: one of the calls by which an operator asks for something is refused,
 * or the process ends in it. */
#include "harness.h"

#include <signal.h>

bool weir_harness_refuses(struct weir_harness *h)
{
    pthread_mutex_lock(&h->lock);
    const bool is_due = h->can_refuse && h->asked == h->refuse_after;
    h->asked++;
    h->was_refused = h->was_refused || is_due;
    pthread_mutex_unlock(&h->lock);
    if (is_due && h->crashes) {
        (void)raise(SIGKILL);
    }
    return is_due;
}

int weir_harness_refused(struct weir_harness *h)
{
    return (h->task.host->fail)(&h->task, WEIR_FATAL, "the harness refuses this call on purpose");
}

int weir_harness_refuse(struct weir_harness *h, uint64_t after, bool with_crash)
{
    pthread_mutex_lock(&h->lock);
    h->can_refuse = true;
    h->crashes = with_crash;
    h->was_refused = false;
    h->asked = 0;
    h->refuse_after = after;
    pthread_mutex_unlock(&h->lock);
    return 0;
}

uint64_t weir_harness_asked(struct weir_harness *h, bool *was_refused)
{
    pthread_mutex_lock(&h->lock);
    const uint64_t asked = h->asked;
    if (was_refused != NULL) {
        *was_refused = h->was_refused;
    }
    pthread_mutex_unlock(&h->lock);
    return asked;
}
