/* SPDX-License-Identifier: Apache-2.0 */
/* From an argument to a graph, compiled against the plugins it names, with its mistakes shown.
 * Shared by run, check and explain. */
#ifndef WEIR_TOOLS_JOB_COMPILE_H
#define WEIR_TOOLS_JOB_COMPILE_H

#include "job/text.h"
#include "lang/lang.h"
#include "os/os.h"
#include "stream/stream.h"

/* The options that every compiling command has; put into its table. */
/* clang-format off */
#define WEIR_COMPILE_OPTIONS                                                                       \
    {"batch", 'b', "DURATION", "length of a batch (default 1s)", true, false},                     \
    {"partitions", 0, "N", "reduce partitions and slices of a file batch (default 8)", true,       \
     false},                                                                                       \
    {"plugin", 'p', "FILE", "load a plugin; its alias is the file's name", false, true},           \
    {"plugin-path", 0, "FOLDERS", "where plugins named without a slash are found, with ':'",       \
     true, false},                                                                                 \
    {"set", 0, "NAME=VALUE", "give `param NAME` its value", false, true}
/* clang-format on */

/* A compiled job with all that it stands on. */
struct weir_compiled {
    struct weir_env *env;
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_tests tests;
    struct weir_job_text text;
    size_t error_count, warning_count; /* of the text, shown already */
};

/* Reads, parses and binds the argument. is_to_run: in a world of as many threads as option
 * `threads`, else the text, else the machine says; otherwise of one. What is wrong is shown already
 * when the answer, an exit status, is not 0. compiled is filled in any case:
 * weir_compiled_finish. */
int weir_compile(struct weir_invocation *invocation,
                 const char *argument,
                 bool is_to_run,
                 struct weir_compiled *compiled);

/* Frees everything; fine on a zeroed struct. */
void weir_compiled_finish(struct weir_compiled *compiled);

/* A setting of the text's `job` statement, or NULL. */
const struct weir_value *weir_compiled_setting(const struct weir_compiled *compiled,
                                               const char *name);

/* Shows the diagnostics of a text: to people, or with --json as lines of JSON, which are stdout's
 * for a command that reports (weir_command.is_report), else stderr's. */
void weir_show_diagnostics(const struct weir_invocation *invocation,
                           struct weir_diagnostics *diagnostics);

/* An env and a registry with the plugin folders of the invocation. Exit status; what is wrong is
 * shown already. */
int weir_open_world(struct weir_invocation *invocation,
                    uint32_t threads,
                    struct weir_env **env,
                    struct weir_registry **registry);

#endif
