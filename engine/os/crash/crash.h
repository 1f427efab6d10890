/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of crash/: children that are waited for without trusting anything in this process but
 * system calls, for the heap and every lock may be broken. */
#ifndef WEIR_OS_CRASH_CRASH_H
#define WEIR_OS_CRASH_CRASH_H

#include "os/private.h"

#include <stdint.h>
#include <sys/types.h>

enum {
    WEIR_OS_CHILD_KILLED = -1, /* by a signal of its own */
    WEIR_OS_CHILD_LOST = -2    /* there was none, or its time was up */
};

/* The child's exit status, or one of the above; kills it after timeout_ms. id < 0: LOST. */
int weir_os_wait_child(pid_t id, int64_t timeout_ms);

/* Makes the calling process, a fresh child, one that goes when its parent goes, leaves no core file
 * and is open to every signal. */
void weir_os_become_child(pid_t parent);

/* Calls fn on a stack as large as threads have, the current one being small. False: no memory. */
bool weir_os_on_large_stack(void (*fn)(void *owner), void *owner);

#endif
