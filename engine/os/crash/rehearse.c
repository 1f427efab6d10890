/* SPDX-License-Identifier: Apache-2.0 */
/* Does it crash again? Tried in a child, whose descriptors lead nowhere, so that nobody outside
 * sees what a plugin does there. A shared byte says that the function came back: an exit status
 * would not tell it from a call of exit(). */
#include "os/crash/crash.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WEIR_OS_REHEARSAL_DESCRIPTORS = 4096 };

static void close_the_world(void)
{
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; nowhere >= 0 && fd < WEIR_OS_REHEARSAL_DESCRIPTORS; fd++) {
        if (fd != nowhere && fcntl(fd, F_GETFD) >= 0) {
            (void)dup2(nowhere, fd);
        }
    }
}

enum weir_os_rehearsal weir_os_rehearse(void (*fn)(void *owner), void *owner, int64_t timeout_ms)
{
    atomic_int *has_survived =
        mmap(NULL, sizeof *has_survived, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (has_survived == MAP_FAILED) {
        return WEIR_OS_REHEARSAL_UNKNOWN;
    }
    pid_t parent = getpid();
    pid_t id = _Fork();
    if (id == 0) {
        weir_os_become_child(parent);
        close_the_world();
        atomic_store(has_survived, weir_os_on_large_stack(fn, owner));
        _exit(0);
    }
    int ended = weir_os_wait_child(id, timeout_ms);
    bool survived = atomic_load(has_survived) != 0;
    (void)munmap(has_survived, sizeof *has_survived);
    return ended == WEIR_OS_CHILD_LOST ? WEIR_OS_REHEARSAL_UNKNOWN
           : survived                  ? WEIR_OS_REHEARSAL_SURVIVED
                                       : WEIR_OS_REHEARSAL_ENDED;
}
