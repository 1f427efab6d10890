/* SPDX-License-Identifier: Apache-2.0 */
/* C functions that a text calls by their prototypes are called once in a child process before the
 * job runs: a prototype that does not match shows there, and not in the middle of a batch. */
#ifndef WEIR_TOOLS_JOB_NATIVE_H
#define WEIR_TOOLS_JOB_NATIVE_H

#include "lang/lang.h"
#include "os/os.h"

/* Does the text use any? */
bool weir_native_is_used(const struct weir_ast_program *program);

/* [child] Calls each C function of the graph once, with zeros and empty texts, and names it on
 * stdout before. Returns 0, or 1 with the message of one that misbehaved in `result`. */
int weir_native_call_all(const struct weir_graph *graph, struct weir_text *result);

/* What became of that child: WEIR_OK, or WEIR_ETEXT with the function that is to blame. */
int weir_native_judge(const struct weir_os_child_report *report, struct weir_error *err);

#endif
