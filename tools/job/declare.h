/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs in C: a plugin's job is declared in a child process, whose only result is the text of its
 * graph. So whatever the plugin does while it declares, weir survives it. */
#ifndef WEIR_TOOLS_JOB_DECLARE_H
#define WEIR_TOOLS_JOB_DECLARE_H

#include "cli.h"

/* Is the argument a plugin, as in: weir run job.so -- args, or job.so:name? */
bool weir_is_job_plugin(const char *argument);

/* The job of a command: one argument, but behind a job in C (job.so) any number. */
int weir_job_argument(const struct weir_invocation *invocation, const char **argument);

/* Appends the text that a plugin's job declares, given the arguments behind it. The plugin itself
 * is loaded by the text if it has other operators. WEIR_ENOINPUT, WEIR_ETEXT (no job, several and
 * none named, what its declare refused), WEIR_EJOB (it crashed or never ended). Before any thread
 * starts. */
int weir_declare_job(struct weir_invocation *invocation,
                     const char *argument,
                     struct weir_text *to,
                     struct weir_error *err);

#endif
