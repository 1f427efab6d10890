/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a graph to its end on the real env and gives what its `capture.keep` sinks were committed.
 */
#ifndef WEIR_TESTS_RUN_GRAPH_H
#define WEIR_TESTS_RUN_GRAPH_H

#include "base/base.h"
#include "stream/stream.h"

/* A world for one run: env of so many threads, registry with the capturing sink as `capture`. */
struct weir_run_world {
    struct weir_env *env;
    struct weir_registry *registry;
};
int weir_run_world_open(struct weir_run_world *world, uint32_t threads, struct weir_error *err);
void weir_run_world_close(struct weir_run_world *world); /* Fine on a zeroed struct. */

/* Text to graph; partitions 0: as the text says. Mistakes go to err. */
int weir_run_compile(struct weir_run_world *world,
                     const char *text,
                     uint32_t partitions,
                     struct weir_graph **graph,
                     struct weir_error *err);

/* Runs it until its inputs end. batch_bytes 0: the default. `lines` is overwritten. */
int weir_run_graph(struct weir_run_world *world,
                   const struct weir_graph *graph,
                   uint64_t batch_bytes,
                   struct weir_text *lines,
                   struct weir_error *err);

#endif
