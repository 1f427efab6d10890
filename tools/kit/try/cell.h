/* SPDX-License-Identifier: Apache-2.0 */
/* Random values of any type as the harness writes them, and comparing of what it wrote. */
#ifndef WEIR_TOOLS_KIT_TRY_CELL_H
#define WEIR_TOOLS_KIT_TRY_CELL_H

#include "env/env.h"

/* Appends a value of a type, "list<{a: i64, b: str}>": small numbers, fractions that are exact,
 * texts without signs that have a meaning. */
void weir_cell_put(const char *type, struct weir_random *random, struct weir_text *to);

/* Are two texts of rows the same? is_near: numbers may differ by a billionth, as sums of f64 in
 * another order do. */
bool weir_rows_are_same(const char *a, const char *b, bool is_near);

/* Appends the bytes that an escaped cell stands for. */
void weir_cell_unescape(const char *cell, size_t count, struct weir_text *to);

/* Appends bytes as a cell, each escaped. */
void weir_cell_escape(const char *bytes, size_t count, struct weir_text *to);

#endif
