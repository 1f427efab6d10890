/* SPDX-License-Identifier: Apache-2.0 */
/* A graph on its way back to text: what graph.c (statements) and stage.c (stages) share. */
#ifndef WEIR_LANG_UNBIND_GRAPH_H
#define WEIR_LANG_UNBIND_GRAPH_H

#include "lang/unbind/unbind.h"

struct weir_unbind {
    const struct weir_graph *graph;
    struct weir_arena arena;
    struct weir_ast_program program;
    const char **names;             /* by node; NULL: it needs none */
    uint32_t *readers;              /* by node: how many edges leave it */
    bool *is_reorder;               /* by node: the map that the binder puts before an operand */
    struct weir_ast_statement *now; /* the pipe being written */
    uint32_t last;                  /* its last node */
};

/* The stream that an operand is called by. */
uint32_t weir_unbind_operand(const struct weir_unbind *u, uint32_t node);

/* Fills a stage with what makes the node; but a transform's block. */
void weir_unbind_stage(struct weir_unbind *u,
                       const struct weir_node *node,
                       struct weir_ast_stage *stage);

#endif
