/* SPDX-License-Identifier: Apache-2.0 */
/* weir plugin check: a plugin tried in child processes, one for the file and one for each operator.
 */
#ifndef WEIR_TOOLS_KIT_CHECK_H
#define WEIR_TOOLS_KIT_CHECK_H

#include "cli.h"

/* Tries the file and prints the report. 0; 1: something failed; else why nothing could be tried,
 * which is shown already. [before any thread starts] */
int weir_plugin_check(const struct weir_invocation *invocation, const char *file, uint64_t seed);

#endif
