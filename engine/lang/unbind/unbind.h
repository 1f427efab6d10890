/* SPDX-License-Identifier: Apache-2.0 */
/* Graph to tree, so that there is one printer of text, the one that `weir fmt` uses. */
#ifndef WEIR_LANG_UNBIND_UNBIND_H
#define WEIR_LANG_UNBIND_UNBIND_H

#include "lang/ast.h"
#include "stream/stream.h"

/* A text as a slice of an arena's copy, or of a string that lives as long. */
weir_str weir_unbind_str(const char *text);

/* An empty tree node of a kind. */
struct weir_ast_expr *weir_unbind_leaf(struct weir_arena *arena, enum weir_ast_expr_kind kind);

/* A name, a text, a whole number, a duration. */
struct weir_ast_expr *weir_unbind_name(struct weir_arena *arena, const char *name);
struct weir_ast_expr *weir_unbind_text(struct weir_arena *arena, weir_str text);
struct weir_ast_expr *weir_unbind_number(struct weir_arena *arena, int64_t number);
struct weir_ast_expr *weir_unbind_duration(struct weir_arena *arena, int64_t us);

/* Appends what stands behind a codec's name; in: the record that it decodes a field of. */
void weir_unbind_codec(struct weir_arena *arena,
                       const struct weir_type *in,
                       const struct weir_node *node,
                       struct weir_ast_items *items);

/* Appends a value (name NULL), or name=value as a field or argument. */
void weir_unbind_add(struct weir_arena *arena,
                     struct weir_ast_items *items,
                     const char *name,
                     struct weir_ast_expr *value);

/* Appends name=value as an option: without a comma before it. */
void weir_unbind_add_option(struct weir_arena *arena,
                            struct weir_ast_items *items,
                            const char *name,
                            struct weir_ast_expr *value);

/* A constant; param_type as in struct weir_param (NULL: by its own type): durations and sizes get
 * their units back. */
struct weir_ast_expr *weir_unbind_value(struct weir_arena *arena,
                                        const struct weir_value *value,
                                        const char *param_type);

/* Appends an operator's arguments; secrets as "***". as_options: named ones need no comma. */
void weir_unbind_arguments(struct weir_arena *arena,
                           const struct weir_operator *op,
                           const struct weir_argument *arguments,
                           uint32_t count,
                           bool as_options,
                           struct weir_ast_items *items);

/* An expression over records of type `input`. */
struct weir_ast_expr *weir_unbind_expr(struct weir_arena *arena,
                                       const struct weir_type *input,
                                       const struct weir_expr *expr);

#endif
