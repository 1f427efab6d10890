/* SPDX-License-Identifier: Apache-2.0 */
/* What compiling a program asks for: registers, and memory for results. */
#ifndef WEIR_EXEC_EXPR_REGISTER_H
#define WEIR_EXEC_EXPR_REGISTER_H

#include "exec/expr/program.h"

/* A register without memory; returns its number. */
uint32_t weir_register_new(struct weir_program *p, const struct weir_type *type);

/* Its memory may be used by results that are computed from now on. */
void weir_register_release(struct weir_program *p, uint32_t reg);

/* Truth bytes for a register. */
void weir_register_own_truth(struct weir_program *p, uint32_t reg);

/* Memory for what an operation writes: validity; cells and validity; the items of a list, as many a
 * row as the operation has arguments; or a builder, for cells of no fixed width. */
void weir_code_own_valid(struct weir_program *p, struct weir_code *code);
void weir_code_own_cells(struct weir_program *p, struct weir_code *code);
void weir_code_own_items(struct weir_program *p,
                         struct weir_code *code,
                         const struct weir_type *item);
void weir_code_own_lent(struct weir_program *p, /* written by a loop, the same */
                        struct weir_code *code,
                        const struct weir_type *type);
void weir_code_own_assembly(struct weir_program *p,
                            struct weir_code *code,
                            const struct weir_type *type);

#endif
