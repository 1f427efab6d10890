/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the graph of a case and compares what came out with what the case demands. */
#ifndef WEIR_CONFORMANCE_RUN_H
#define WEIR_CONFORMANCE_RUN_H

#include "env/env.h"
#include "plugin/plugin.h"
#include "stream/stream.h"

#include <jansson.h>

/* The world that all cases share. */
struct cf_world {
    struct weir_env *env;
    struct weir_registry *registry;
    uint32_t partitions; /* reduce partitions; 0: the default */
};

int cf_world_open(struct cf_world *world, uint32_t threads, struct weir_error *err);
void cf_world_close(struct cf_world *world);

/* Of the world that is open; NULL: none is. */
extern struct weir_registry *cf_registry;

/* A case of kind pipeline, slice or queue_stream. True: it agrees. Else `why` says what differs. */
bool cf_check_pipeline(struct cf_world *world, const json_t *test, struct weir_text *why);
bool cf_check_slice(struct cf_world *world, const json_t *test, struct weir_text *why);
bool cf_check_queue_stream(struct cf_world *world, const json_t *test, struct weir_text *why);

/* Of any other kind; *is_known: false if there is no such kind (kinds.c). */
bool cf_check_kind(const char *kind, const json_t *test, bool *is_known, struct weir_text *why);

/* Are two arrays the same, in order (list), in any order (multiset), or in number (count)? */
bool cf_same(const char *compare, const json_t *actual, const json_t *expected);

#endif
