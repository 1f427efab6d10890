/* SPDX-License-Identifier: Apache-2.0 */
/* The last moments of a process. The thread that crashed does nothing but start children, wait for
 * them and end the process; whatever needs a heap or a lock is done by the children, each of which
 * is that thread once more. Other threads go on meanwhile, so that a lock which one of them holds
 * at one child's start is free at the next one's. */
#include "os/crash/crash.h"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

enum {
    WEIR_OS_CRASH_PART_MS = 6000,         /* what a part of the report may take */
    WEIR_OS_CRASH_NEAR_BYTES = 64 * 1024, /* a fault so near to the stack's end is its overflow */
    WEIR_OS_CRASH_TRACE_MAX = 64,
    WEIR_OS_CRASH_STATUS = 70 /* EX_SOFTWARE: not even the head could be made */
};

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static struct {
    int (*report)(void *owner, enum weir_os_crash_part part, const struct weir_os_crash *crash);
    void *owner;
    pid_t process;
    atomic_bool is_leaving;
    atomic_bool is_taken; /* a thread is at it */
} armed;

/* ---- what the fault was ---- */
#if defined(__x86_64__)
#define PC_OF(context) ((uintptr_t)(context)->uc_mcontext.gregs[REG_RIP])
#define SP_OF(context) ((uintptr_t)(context)->uc_mcontext.gregs[REG_RSP])
#elif defined(__aarch64__)
#define PC_OF(context) ((uintptr_t)(context)->uc_mcontext.pc)
#define SP_OF(context) ((uintptr_t)(context)->uc_mcontext.sp)
#else /* the report then lacks a few words */
#define PC_OF(context) ((void)(context), (uintptr_t)0)
#define SP_OF(context) ((void)(context), (uintptr_t)0)
#endif

static void name_signal(struct weir_os_crash *crash)
{
    const char *name = sigabbrev_np(crash->signum), *text = sigdescr_np(crash->signum);
    (void)snprintf(crash->signal, sizeof crash->signal, "SIG%s (%s)", name == NULL ? "?" : name,
                   text == NULL ? "unknown signal" : text);
}

static void describe(struct weir_os_crash *crash, const siginfo_t *info, const ucontext_t *context)
{
    uintptr_t address = (uintptr_t)info->si_addr, sp = SP_OF(context);
    bool is_memory = info->si_signo == SIGSEGV || info->si_signo == SIGBUS;
    *crash = (struct weir_os_crash){.signum = info->si_signo, .pc = (const void *)PC_OF(context)};
    /* SI_KERNEL: an address that no memory can have, and which the processor does not tell */
    crash->has_address = is_memory && info->si_code > 0 && info->si_code != SI_KERNEL;
    crash->address = crash->has_address ? info->si_addr : NULL;
    crash->is_stack_full = crash->has_address && sp != 0 &&
                           address + WEIR_OS_CRASH_NEAR_BYTES >= sp &&
                           address <= sp + WEIR_OS_CRASH_NEAR_BYTES;
    name_signal(crash);
}

uint32_t weir_os_crash_trace(const struct weir_os_crash *crash,
                             const void **addresses,
                             uint32_t most)
{
    void *found[WEIR_OS_CRASH_TRACE_MAX];
    int count = backtrace(found, WEIR_OS_CRASH_TRACE_MAX), first = 0;
    for (int i = 0; i < count; i++) { /* before the fault: ourselves */
        struct weir_os_spot spot;
        const void *call = (const char *)found[i] - 1; /* exit does not return: nothing is behind */
        bool is_exit = crash->signum == 0 && weir_os_spot_of(call, &spot) && spot.symbol != NULL &&
                       strcmp(spot.symbol, "exit") == 0;
        if (is_exit || (crash->pc != NULL && found[i] == crash->pc)) {
            first = is_exit ? i + 1 : i;
            break;
        }
    }
    uint32_t taken = 0;
    for (int i = first; i < count && taken < most; i++) {
        addresses[taken++] = found[i];
    }
    return taken;
}

/* ---- the end ---- */
static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* there is nobody left to tell */
}

/* The part's exit status, or why there is none. */
static int make_part(enum weir_os_crash_part part, const struct weir_os_crash *crash)
{
    pid_t parent = getpid();
    pid_t id = _Fork(); /* fork() would wait for the heap's locks, one of which may be ours */
    if (id == 0) {
        weir_os_become_child(parent);
        _exit(armed.report(armed.owner, part, crash));
    }
    return weir_os_wait_child(id, WEIR_OS_CRASH_PART_MS);
}

static _Noreturn void wait_for_the_end(void)
{
    for (;;) {
        (void)pause();
    }
}

static _Noreturn void end_process(const struct weir_os_crash *crash)
{
    int status = make_part(WEIR_OS_CRASH_HEAD, crash);
    if (status < 0) {
        say("weir: crashed with ");
        say(crash->signum != 0 ? crash->signal : "a call of exit()");
        say(", and so did its report\n");
        status = WEIR_OS_CRASH_STATUS;
    }
    if (make_part(WEIR_OS_CRASH_RECORD, crash) < 0) {
        say("  (the record could not be found: the process's memory is damaged)\n");
    }
    if (make_part(WEIR_OS_CRASH_PLACE, crash) < 0) {
        say("  (the place could not be found: the process's memory is damaged)\n");
    }
    _exit(status);
}

/* ---- handlers ---- */
static void on_fault(int signum, siginfo_t *info, void *context)
{
    bool is_sent = info->si_code <= 0 && info->si_pid != getpid();
    if (is_sent || getpid() != armed.process) {
        (void)signal(signum, SIG_DFL);
        (void)raise(signum); /* comes when this returns */
        return;
    }
    if (atomic_exchange(&armed.is_taken, true)) {
        wait_for_the_end();
    }
    struct weir_os_crash crash;
    describe(&crash, info, context);
    end_process(&crash);
}

static void on_leave(int status, void *owner)
{
    (void)owner;
    if (getpid() != armed.process) {
        return;
    }
    bool is_own = atomic_load(&armed.is_leaving);
    bool is_taken = is_own ? atomic_load(&armed.is_taken) : atomic_exchange(&armed.is_taken, true);
    if (is_taken) { /* another thread has crashed: its report is what the process ends with */
        wait_for_the_end();
    }
    if (!is_own) {
        const struct weir_os_crash crash = {.exit_status = status};
        end_process(&crash);
    }
}

static void handle(int signum)
{
    struct sigaction old, own = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    (void)sigfillset(&own.sa_mask);
    if (sigaction(signum, NULL, &old) == 0 && (old.sa_flags & SA_SIGINFO) == 0 &&
        old.sa_handler == SIG_DFL) {
        (void)sigaction(signum, &own, NULL);
    }
}

int weir_os_on_crash(int (*report)(void *owner,
                                   enum weir_os_crash_part part,
                                   const struct weir_os_crash *crash),
                     void *owner,
                     struct weir_error *err)
{
    bool is_first = armed.process == 0;
    armed.report = report;
    armed.owner = owner;
    if (!is_first) {
        return WEIR_OK;
    }
    if (on_exit(on_leave, NULL) != 0) {
        return weir_error_set(err, WEIR_ETEMPORARY,
                              "no memory for an exit handler; close other programs");
    }
    armed.process = getpid();
    void *addresses[2];
    (void)backtrace(addresses, 2); /* loads the unwinder: later there may be no heap for it */
    (void)weir_os_stack_begin();   /* the main thread's; it has it until the end */
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        handle(faults[i]);
    }
    return WEIR_OK;
}

static void (*on_fork)(void);

static void fork_child(void)
{
    on_fork();
}

void weir_os_on_fork(void (*forked)(void))
{
    bool is_first = on_fork == NULL;
    on_fork = forked;
    if (is_first) {
        (void)pthread_atfork(NULL, NULL, fork_child); /* without memory: as if nobody watched */
    }
}

void weir_os_crash_never(void)
{
    armed.process = -1;
}

void weir_os_leaving(void)
{
    atomic_store(&armed.is_leaving, true);
}
