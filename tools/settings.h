/* SPDX-License-Identifier: Apache-2.0 */
/* Where settings come from besides flags, strongest first: environment, the job file (bound later),
 * weir.conf of the project, of the user, of the system. */
#ifndef WEIR_TOOLS_SETTINGS_H
#define WEIR_TOOLS_SETTINGS_H

#include "cli.h"

/* Fills options that are settings and were not given by flag. Returns 0, or the exit status of a
 * wrong settings file. */
int weir_settings_apply(struct weir_invocation *invocation);

#endif
