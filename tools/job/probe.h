/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign plugins are opened in a child process first: a constructor may crash, exit or never
 * return, and weir must not. */
#ifndef WEIR_TOOLS_JOB_PROBE_H
#define WEIR_TOOLS_JOB_PROBE_H

#include "cli.h"

#include "lang/lang.h"
#include "os/os.h"

enum { WEIR_PROBE_TIMEOUT_MS = 10000 };

/* Opens every plugin that -p and the text name in a child of its own. One that does not survive is
 * an error, of the text if it names it; one that is merely refused is left to the binder, which
 * knows more. Before any thread starts. */
int weir_probe_plugins(struct weir_invocation *invocation,
                       const struct weir_ast_program *program,
                       const char *folder,
                       struct weir_diagnostics *diagnostics,
                       struct weir_error *err);

/* Adds folders, with ':' between, to those of a registry. NULL: none. The arena is scratch. */
void weir_probe_add_paths(struct weir_registry *registry,
                          struct weir_arena *arena,
                          const char *folders);

/* Appends what became of a child that did not finish: "it crashed while it was loaded: SIGSEGV". */
void weir_probe_put_end(const struct weir_os_child_report *report, struct weir_text *to);

/* Appends what the plugin wrote meanwhile, indented, control characters as '?'; nothing if it wrote
 * nothing. */
void weir_probe_put_output(const struct weir_os_child_report *report, struct weir_text *to);

#endif
