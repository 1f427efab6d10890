/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks for faults. A handler gets one of its own in every thread of ours, for the fault may be
 * that the thread's is full; it holds the report, but not what a plugin may need, which therefore
 * runs on a large one. */
#include "os/crash/crash.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { WEIR_OS_STACK_BYTES = 256 * 1024, WEIR_OS_LARGE_STACK_BYTES = 8 * 1024 * 1024 };

/* Memory with a page in front of it that may not be touched; `bytes` without that page. */
static uint8_t *map_stack(size_t bytes, size_t guard)
{
    uint8_t *start = mmap(NULL, guard + bytes, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED) {
        return NULL;
    }
    (void)mprotect(start, guard, PROT_NONE);
    return start + guard;
}

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void *weir_os_stack_begin(void)
{
    stack_t old;
    if (sigaltstack(NULL, &old) != 0 || (old.ss_flags & SS_DISABLE) == 0) {
        return NULL; /* a sanitizer's: it frees what it finds */
    }
    stack_t own = {.ss_sp = map_stack(WEIR_OS_STACK_BYTES, page_bytes()),
                   .ss_size = WEIR_OS_STACK_BYTES};
    if (own.ss_sp != NULL && sigaltstack(&own, NULL) != 0) {
        weir_os_stack_end(own.ss_sp);
        return NULL;
    }
    return own.ss_sp;
}

void weir_os_stack_end(void *stack)
{
    if (stack != NULL) {
        const stack_t none = {.ss_flags = SS_DISABLE};
        (void)sigaltstack(&none, NULL);
        (void)munmap((uint8_t *)stack - page_bytes(), WEIR_OS_STACK_BYTES + page_bytes());
    }
}

/* ---- a large one, in a child that has one thread ---- */
static struct {
    void (*fn)(void *owner);
    void *owner;
    ucontext_t here, there;
} visit;

static void visit_main(void)
{
    visit.fn(visit.owner);
}

bool weir_os_on_large_stack(void (*fn)(void *owner), void *owner)
{
    uint8_t *stack = map_stack(WEIR_OS_LARGE_STACK_BYTES, page_bytes());
    if (stack == NULL || getcontext(&visit.there) != 0) {
        return false;
    }
    visit.fn = fn;
    visit.owner = owner;
    visit.there.uc_stack.ss_sp = stack;
    visit.there.uc_stack.ss_size = WEIR_OS_LARGE_STACK_BYTES;
    visit.there.uc_link = &visit.here;
    makecontext(&visit.there, visit_main, 0);
    return swapcontext(&visit.here, &visit.there) == 0;
}
