/* SPDX-License-Identifier: Apache-2.0 */
/* Text on one line that knows where it may be broken: what the printer makes of a stage before it
 * decides about lines. */
#ifndef WEIR_LANG_PRINT_FLAT_H
#define WEIR_LANG_PRINT_FLAT_H

#include "lang/ast.h"

struct weir_flat {
    struct weir_text text;
    uint32_t *breaks; /* offsets of blanks in text that may become line ends */
    size_t break_count, break_capacity;
};

/* Empty; allocates nothing yet. */
void weir_flat_init(struct weir_flat *flat);

/* Frees text and breaks. */
void weir_flat_finish(struct weir_flat *flat);

/* Appends a blank that may become a line end. */
void weir_flat_break(struct weir_flat *flat);

/* Append one line's worth of text. Stages leave out their block, if they have one, when with_block
 * is false. */
void weir_flat_expr(struct weir_flat *flat, const struct weir_ast_expr *expr);
void weir_flat_type(struct weir_flat *flat, const struct weir_ast_type *type);
void weir_flat_stage(struct weir_flat *flat, const struct weir_ast_stage *stage, bool with_block);
void weir_flat_pipe(struct weir_flat *flat, const struct weir_ast_pipe *pipe);

/* Appends ` name=value` for each. */
void weir_flat_options(struct weir_flat *flat, const struct weir_ast_items *options);

#endif
