/* SPDX-License-Identifier: Apache-2.0 */
/* The text that a command was given: a pipeline on the command line, a job file, standard input, or
 * what a job in C declares. */
#ifndef WEIR_TOOLS_JOB_TEXT_H
#define WEIR_TOOLS_JOB_TEXT_H

#include "cli.h"

#include "lang/lang.h"

/* A text and where it came from. */
struct weir_job_text {
    struct weir_source source;
    struct weir_text bytes;
    const char *folder; /* of the job file: where relative paths of `use` start; NULL: here */
    const char *path;   /* of the job file; NULL: the text came from elsewhere */
};

/* Reads the argument: a file if it ends in .weir or is "-", the job that a plugin declares if it
 * ends in .so (declare.h), else the text itself. WEIR_ENOINPUT
 * with a near name. The caller frees: weir_job_text_finish, also after a failure. */
int weir_job_text_read(struct weir_job_text *text,
                       struct weir_invocation *invocation,
                       const char *argument,
                       struct weir_error *err);

/* Frees the bytes; fine on a zeroed struct. */
void weir_job_text_finish(struct weir_job_text *text);

#endif
