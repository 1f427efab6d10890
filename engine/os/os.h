/* SPDX-License-Identifier: Apache-2.0 */
/* The door of room os: env on Linux, for tools/, libweir and tests/e2e only. What the engine sees
 * of it is the vtable in env/env.h; here are its creation and the few things that a command needs
 * besides. */
#ifndef WEIR_OS_OS_H
#define WEIR_OS_OS_H

#include "env/env.h"

enum {
    WEIR_OS_THREADS_MAX = 1024,
    WEIR_OS_CHILD_OUTPUT_BYTES_MAX = 64 * 1024,
    WEIR_OS_CHILD_RESULT_BYTES_MAX = 64 * 1024 * 1024
};

struct weir_os_options {
    uint32_t threads;        /* of the pool; 0: as many as cores */
    const char *plugin_home; /* NULL: beside the running program, see weir_os_plugin_home. Copied */
};

/* The world on this machine; the calling thread is its main and loop thread. Ignores SIGPIPE and
 * SIGXFSZ for the process. The caller owns *env: weir_os_destroy. WEIR_EUSAGE (too many threads),
 * WEIR_ETEMPORARY (the system gives no thread or descriptor). */
int weir_os_create(const struct weir_os_options *options,
                   struct weir_env **env,
                   struct weir_error *err);

/* Waits for running work and for dedicated threads (whose owner has told them to end before), then
 * frees. What has not fired by then never fires. NULL is fine. [main thread] */
void weir_os_destroy(struct weir_env *env);

/* Calls fn(owner, signum) on the loop thread whenever the process gets the signal, instead of what
 * the system would do. Stays until weir_os_destroy; several per signal are called in any order.
 * WEIR_EUSAGE if it cannot be caught. [loop thread] */
int weir_os_on_signal(struct weir_env *env,
                      int signum,
                      void (*fn)(void *owner, int signum),
                      void *owner,
                      struct weir_error *err);

/* Sends the log to stderr, one write a line, "weir: " in front, control characters as '?'. Before
 * any thread starts. */
void weir_os_log_to_stderr(int level_max);

/* The folder of weir's own plugins, of the running program, or of libweir where that is a shared
 * library: plugins beside it (a build tree), else lib/weir/plugins (installed). On the arena. If
 * neither is there: the installed place, which then reads as missing. */
const char *weir_os_plugin_home(struct weir_arena *arena);

/* What became of a checked child. */
struct weir_os_child_report {
    bool is_finished; /* fn returned and all of its result is here */
    bool is_timeout;  /* it was ended because its time was up */
    int exit_status;  /* fn's, or what something inside gave to exit(); -1: a signal ended it */
    int signum;       /* that signal; 0: none */
    char signal[64];  /* "SIGSEGV (Segmentation fault)"; "" */
    bool is_cut;      /* output or result was longer than its limit */
    struct weir_text result; /* what fn appended */
    struct weir_text output; /* what was written to stdout and stderr meanwhile */
};

/* Runs fn in a forked child and waits: a crash, exit or endless loop in it is a report. The child
 * has no terminal, no descriptors of the parent, a processor-time limit, no core file, and dies
 * with the parent. fn appends what it finds to result (the child's own, sent to the parent); what
 * it returns is the exit status, 0..127. The report is filled whenever WEIR_OK is returned:
 * weir_os_child_report_finish. WEIR_ETEMPORARY if the system gives no child. [main thread, no other
 * threads] */
int weir_os_checked_child(int (*fn)(void *owner, struct weir_text *result),
                          void *owner,
                          int64_t timeout_ms,
                          struct weir_os_child_report *report,
                          struct weir_error *err);

/* Frees the report's texts. */
void weir_os_child_report_finish(struct weir_os_child_report *report);

/* ---- crashes ---- */
/* How the process came to its end before its time. */
struct weir_os_crash {
    int signum;          /* of the fault; 0: something called exit() */
    int exit_status;     /* what exit() was given */
    char signal[64];     /* "SIGSEGV (Segmentation fault)"; "" */
    const void *address; /* that was no memory; meaning only if has_address */
    bool has_address;
    bool is_stack_full; /* the address lies where the stack would have grown to */
    const void *pc;     /* the instruction; NULL: not known */
};

/* A report has three parts. Each is made in a child process of its own, which is the crashed thread
 * once more: what goes wrong or hangs in one of them, say in a damaged heap, is lost alone. */
enum weir_os_crash_part { WEIR_OS_CRASH_HEAD, WEIR_OS_CRASH_RECORD, WEIR_OS_CRASH_PLACE };

/* From here on faults (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT; not those that something else
 * handles already, such as a sanitizer) and calls of exit() in any thread end the process by way of
 * report(owner, part, crash), once for each part in order; it writes to stderr. What it returns for
 * the head is the process's exit status. A second call replaces report and owner. A signal that
 * another process has sent, and a fault in a forked child, do what they always did.
 * WEIR_ETEMPORARY. [main thread, before others start] */
int weir_os_on_crash(int (*report)(void *owner,
                                   enum weir_os_crash_part part,
                                   const struct weir_os_crash *crash),
                     void *owner,
                     struct weir_error *err);

/* From here on `forked` is called in every child process that is made by fork(), in the thread that
 * has made it. A second call replaces it. [main thread, before others start] */
void weir_os_on_fork(void (*forked)(void));

/* The program itself is about to end: a call of exit() is its own from now on. */
void weir_os_leaving(void);

/* Return addresses of the crashed thread, innermost first; returns how many. [in report] */
uint32_t weir_os_crash_trace(const struct weir_os_crash *crash,
                             const void **addresses,
                             uint32_t most);

/* Where an address lies. */
struct weir_os_spot {
    const char *file;    /* as the system's loader knows it */
    size_t offset;       /* in the file's addresses, as addr2line wants it */
    const char *symbol;  /* an exported one; NULL: none */
    size_t symbol_bytes; /* behind its beginning */
    bool is_program;     /* in the running program itself */
};

/* False: in no file. Texts are the loader's. */
bool weir_os_spot_of(const void *address, struct weir_os_spot *spot);

/* The build-id of a loaded file, as hex, cut where the room is full. False: not loaded, or none. */
bool weir_os_build_id(const char *file, char *hex, size_t room);

/* What became of a rehearsal. */
enum weir_os_rehearsal {
    WEIR_OS_REHEARSAL_SURVIVED,
    WEIR_OS_REHEARSAL_ENDED,  /* by a signal or by exit() */
    WEIR_OS_REHEARSAL_UNKNOWN /* it took too long, or the system gave no child */
};

/* Runs fn in a forked child whose descriptors all lead nowhere. [in report, where nothing else
 * runs] */
enum weir_os_rehearsal weir_os_rehearse(void (*fn)(void *owner), void *owner, int64_t timeout_ms);

#endif
