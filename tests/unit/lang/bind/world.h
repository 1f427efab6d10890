/* SPDX-License-Identifier: Apache-2.0 */
/* A registry with weir's own plugins and the plugin `shop`, all linked into the test, and a text
 * bound in it with all that it owns. */
#ifndef WEIR_TESTS_LANG_BIND_WORLD_H
#define WEIR_TESTS_LANG_BIND_WORLD_H

#include "lang/lang.h"

/* cmocka set-up and tear-down of a group. */
int world_set_up(void **state);
int world_tear_down(void **state);

/* The registry of the group. */
struct weir_registry *world_registry(void);

struct bound {
    struct weir_source source;
    struct weir_bind_options options;
    struct weir_diagnostics diagnostics;
    struct weir_graph *graph; /* NULL after a mistake */
    struct weir_error err;
    int status;
};

/* Binds a text; $env.HOME_TOWN is "Ulm", nothing else is set. */
void bind_text(struct bound *b, const char *text);

/* The same with options (registry and env are filled in). */
void bind_with(struct bound *b, const char *text, struct weir_bind_options options);

void bound_finish(struct bound *b);

/* "{word: str}" of a node; valid until the next call but three. */
const char *bound_schema(const struct weir_graph *graph, uint32_t node);

/* Fails the test with all diagnostics if the text did not bind. */
void assert_bound(const struct bound *b);

#endif
