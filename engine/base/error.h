/* SPDX-License-Identifier: Apache-2.0 */
/* An error is a status plus a text that the caller owns: nothing is allocated to report a failure.
 * Callers add context on the way up with weir_error_prefix. */
#ifndef WEIR_BASE_ERROR_H
#define WEIR_BASE_ERROR_H

#include "base/status.h"

enum { WEIR_ERROR_TEXT_BYTES = 1024 };

struct weir_error {
    int status;
    char text[WEIR_ERROR_TEXT_BYTES]; /* lower case, no full stop, fits into a sentence;
                                         NUL-terminated, cut if too long */
};

/* Fills `err` (may be NULL) and returns `status`, so that a failure is one line. Any thread. */
int weir_error_set(struct weir_error *err, int status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "what: " in front of the text of err, which must not be NULL nor among the arguments;
 * returns its status. Any thread. */
int weir_error_prefix(struct weir_error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Hands a failure on. */
#define WEIR_TRY(call)                                                                             \
    do {                                                                                           \
        int weir_try_status_ = (call);                                                             \
        if (weir_try_status_ != WEIR_OK) {                                                         \
            return weir_try_status_;                                                               \
        }                                                                                          \
    } while (0)

/* Ends the process with place and condition: for errors of weir's own, never for bad input. */
#define WEIR_ASSERT(condition)                                                                     \
    ((condition) ? (void)0 : weir_assert_failed(#condition, __FILE__, __LINE__))

/* Writes the failed condition through the log sink and aborts. */
_Noreturn void weir_assert_failed(const char *condition, const char *file, int line);

#endif
