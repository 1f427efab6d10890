/* SPDX-License-Identifier: Apache-2.0 */
/* The binder's part of the door lang/lang.h: from a tree to a typed graph, and from a graph back to
 * text. */
#ifndef WEIR_LANG_BIND_BIND_H
#define WEIR_LANG_BIND_BIND_H

#include "lang/ast.h"
#include "lang/bind/test/tests.h"
#include "stream/stream.h"

/* What a text is bound with, besides itself. Everything is borrowed for the call, the registry for
 * the graph's life. */
struct weir_bind_options {
    struct weir_registry *registry;
    const char *base_folder;    /* where relative paths of `use` start; NULL: working directory */
    const char *const *plugins; /* -p: loaded before the text is read, as if by `use` */
    size_t plugin_count;
    const char *const *sets; /* --set: "name=value" gives `param name`; the last one counts */
    size_t set_count;
    /* The environment ($env.X): the value, or NULL if X is not set. A function of NULL: it is
     * empty. */
    const char *(*env)(void *owner, const char *name);
    void *env_owner;
    int64_t batch_us;         /* overrules the text; 0: the text's `batch=`, or 1 s */
    uint32_t partitions;      /* overrules the text; 0: the text's `partitions=`, or 8 */
    struct weir_tests *tests; /* empty: gets the tests of the text; NULL: they are only checked */
};

/* Gives a tree its meaning: names, operators, types on every edge. With mistakes they go to
 * `diagnostics` (begun with the tree's source), *graph is untouched and the answer is WEIR_ETEXT
 * with the first of them in err. The caller owns the graph: weir_graph_destroy. Loads plugins:
 * driver or checker thread only. */
int weir_lang_bind(const struct weir_ast_program *program,
                   const struct weir_bind_options *options,
                   struct weir_diagnostics *diagnostics,
                   struct weir_graph **graph,
                   struct weir_error *err);

/* Text to graph: parses and binds. The graph does not point into source or diagnostics. */
int weir_lang_compile(const struct weir_source *source,
                      const struct weir_bind_options *options,
                      struct weir_diagnostics *diagnostics,
                      struct weir_graph **graph,
                      struct weir_error *err);

/* Appends the text of a graph: binding it with the same options gives an equal graph, and printing
 * that the same text. Params and $env are there as their values; secret parameters are shown as
 * "***", so that a graph with secrets can be read but not run from this text. */
void weir_lang_print_graph(const struct weir_graph *graph, struct weir_text *out);

/* A place in the C prototypes of a `use` as one in the text of the job. Any thread. */
struct weir_place weir_lang_prototype_place(const struct weir_source *source,
                                            const struct weir_ast_statement *use,
                                            struct weir_place place);

#endif
