/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side of <weir/job.h>: calls that declare a job become statements of a pipeline text,
 * which is then parsed, typed and checked like any other. So a job in C can do what a text can, no
 * more and no less, and has one meaning. Streams without a name are called _s1, _s2...: names that
 * begin with '_' are for the text only, and no stream bears them in outputs or checkpoints. */
#ifndef WEIR_LANG_BUILD_BUILD_H
#define WEIR_LANG_BUILD_BUILD_H

#include "base/base.h"

#include <weir/job.h>

struct weir_build;

/* An empty declaration. owner: whoever runs it, or NULL. The caller owns it. */
struct weir_build *weir_build_create(void *owner);
void weir_build_destroy(struct weir_build *build); /* NULL is fine. */

/* The job that the calls of <weir/job.h> work on; lives as long as the declaration. */
struct weir_job *weir_build_job(struct weir_build *build);

/* The owner given for a job that weir_build_job answered. */
void *weir_build_owner(const struct weir_job *job);

/* Appends the text declared so far, one statement a line. WEIR_ETEXT with the first mistake of a
 * call. */
int weir_build_text(const struct weir_build *build, struct weir_text *to, struct weir_error *err);

/* Notes a mistake made outside the calls (it does not compile, say), as weir_job_error tells it;
 * the first one stays. */
void weir_build_fail(struct weir_build *build, const char *text);

#endif
