/* SPDX-License-Identifier: Apache-2.0 */
/* Another program, run to its end. */
#ifndef WEIR_TOOLS_KIT_SUITE_STEP_H
#define WEIR_TOOLS_KIT_SUITE_STEP_H

#include "base/base.h"

/* Runs argv[0], found on the PATH, with no input; what it says on stdout and stderr is appended to
 * `said`. *status: its exit status, or 128 and the signal. WEIR_EUNAVAILABLE: there is no such
 * program; WEIR_EIO: it could not be started. */
int weir_step_run(char *const *argv, struct weir_text *said, int *status, struct weir_error *err);

#endif
