/* SPDX-License-Identifier: Apache-2.0 */
/* From an argument to a graph: a pipeline text, a job file or standard input; compiled against the
 * plugins it names, with its mistakes shown. Shared by run, check, explain, fmt and bench. */
#ifndef WEIR_TOOLS_SOURCE_H
#define WEIR_TOOLS_SOURCE_H

#include "cli.h"

#include "lang/lang.h"
#include "os/os.h"
#include "stream/stream.h"

/* The options that every compiling command has; put into its table. */
#define WEIR_COMPILE_OPTIONS                                                                         \
    {"batch", 'b', "DURATION", "length of a batch (default 1s)", true, false},                       \
        {"partitions", 0,    "N", "reduce partitions, slices of a file batch (default 8)",           \
         true,         false},                                                                       \
        {"plugin", 'p', "FILE", "load a plugin; its alias is the file's name", false, true},         \
        {"plugin-path", 0, "FOLDERS", "where plugins named without a slash are found", true, false}, \
    {                                                                                                \
        "set", 0, "NAME=VALUE", "give `param NAME`", false, true                                     \
    }

/* A text and where it came from. */
struct weir_job_text {
    struct weir_source source;
    struct weir_text bytes;
    const char *folder; /* of the job file: where relative paths of `use` start; NULL: here */
};

/* Reads the argument: a file if it ends in .weir or is "-", else the text itself. WEIR_ENOINPUT
 * with a near name. */
int weir_job_text_read(struct weir_job_text *text,
                       struct weir_arena *arena,
                       const char *argument,
                       struct weir_error *err);
void weir_job_text_finish(struct weir_job_text *text); /* Frees the bytes. */

/* A compiled job with all that it stands on. */
struct weir_compiled {
    struct weir_env *env;
    struct weir_registry *registry;
    struct weir_graph *graph;
    struct weir_job_text text;
};

/* Reads, parses and binds invocation->arguments[0]. Mistakes are on stderr already when the answer,
 * an exit status, is not 0. */
int weir_compile(struct weir_invocation *invocation,
                 uint32_t threads,
                 struct weir_compiled *compiled);
void weir_compiled_finish(struct weir_compiled *compiled); /* Fine on a zeroed struct. */

/* An env and a registry with the plugin folders of the invocation. Exit status. */
int weir_open_world(struct weir_invocation *invocation,
                    uint32_t threads,
                    struct weir_env **env,
                    struct weir_registry **registry);

#endif
