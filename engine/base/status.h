/* SPDX-License-Identifier: Apache-2.0 */
/* The one list of statuses. A function that can fail returns WEIR_OK (0, <weir/abi.h>) or one of
 * these, negative. Each status belongs to one exit code of the command (sysexits), so that an error
 * keeps its meaning up to the shell. */
#ifndef WEIR_BASE_STATUS_H
#define WEIR_BASE_STATUS_H

#include <weir/abi.h>

/* X(name, number, exit code, text) */
#define WEIR_STATUS_MAP(X)                                                                         \
    X(WEIR_EJOB, -1, 1, "the job or a test failed")                                                \
    X(WEIR_EUSAGE, -2, 64, "wrong usage")                                                          \
    X(WEIR_ETEXT, -3, 65, "the pipeline text or its types are wrong")                              \
    X(WEIR_ENOINPUT, -4, 66, "no such file or input")                                              \
    X(WEIR_EUNREACHABLE, -5, 69, "a service cannot be reached")                                    \
    X(WEIR_EBUG, -6, 70, "an error of weir's own")                                                 \
    X(WEIR_ECREATE, -7, 73, "cannot create")                                                       \
    X(WEIR_EIO, -8, 74, "input/output error")                                                      \
    X(WEIR_ETEMPORARY, -9, 75, "try again")                                                        \
    X(WEIR_EPERMISSION, -10, 77, "permission denied")                                              \
    X(WEIR_ECONFIG, -11, 78, "wrong configuration")                                                \
    X(WEIR_ENOMEM, -12, 70, "out of memory")                                                       \
    X(WEIR_ELIMIT, -13, 65, "a limit is exceeded")                                                 \
    X(WEIR_EDAMAGED, -14, 74, "damaged data")                                                      \
    X(WEIR_EUNAVAILABLE, -15, 65, "not yet available")                                             \
    X(WEIR_ESTOPPED, -16, 0, "stopped")

enum weir_status {
#define WEIR_STATUS_ENUM(name, number, exit_code, text) name = (number),
    WEIR_STATUS_MAP(WEIR_STATUS_ENUM)
#undef WEIR_STATUS_ENUM
};

/* A static text for a status; "ok" for 0, "unknown status" for anything not listed. Any thread. */
const char *weir_status_text(int status);

/* The exit code of the command for a status: 0 for WEIR_OK, 70 for anything not listed. Any thread.
 */
int weir_status_exit_code(int status);

#endif
