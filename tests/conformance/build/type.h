/* SPDX-License-Identifier: Apache-2.0 */
/* The types of a case's records. The cases are JSON, weir's columns have types: a number is i64, a
 * text str, a list of two a pair. A stream of pairs has the fields key and value, any other the one
 * field value; a pair within a pair is a struct {key, value}. */
#ifndef WEIR_CONFORMANCE_TYPE_H
#define WEIR_CONFORMANCE_TYPE_H

#include "base/base.h"

#include <jansson.h>

enum cf_kind { CF_UNKNOWN = 0, CF_I64, CF_STR, CF_PAIR, CF_LIST, CF_OPTION, CF_JSON };

struct cf_type {
    enum cf_kind kind;
    bool is_plain;               /* option: written as the bare value, or null */
    const struct cf_type *a, *b; /* pair; list, option and a JSON text of it: a */
};

extern const struct cf_type cf_i64, cf_str;

const struct cf_type *cf_pair(struct weir_arena *arena,
                              const struct cf_type *a,
                              const struct cf_type *b);
const struct cf_type *cf_list(struct weir_arena *arena, const struct cf_type *item);
const struct cf_type *cf_option(struct weir_arena *arena,
                                const struct cf_type *some,
                                bool is_plain);

/* A text that holds the JSON of a value. */
const struct cf_type *cf_json(struct weir_arena *arena, const struct cf_type *type);

/* The type of all values, each an element of one of the arrays in `batches` (null: none). unknown:
 * what a record is where there is none. NULL: they are of several types. */
const struct cf_type *cf_infer(struct weir_arena *arena,
                               const json_t *batches,
                               const struct cf_type *unknown);

/* Of a single value. */
const struct cf_type *cf_type_of(struct weir_arena *arena, const json_t *value);

/* The value as an expression of the pipeline language, on the arena. */
const char *cf_literal(struct weir_arena *arena, const json_t *value);

/* A record as weir prints it ({"value": ...} or {"key": ..., "value": ...}) as the cases write it.
 * The caller owns the answer. */
json_t *cf_record(const json_t *row, const struct cf_type *type);

/* The columns that the leaves of a type fill, in order: 'i' or 's' for each, NUL-terminated. Lists
 * are one leaf, as JSON text. */
void cf_leaves(const struct cf_type *type, struct weir_text *to);

/* The value put together again from leaf columns c0, c1... of which *next is the first: an
 * expression, on the arena. */
const char *cf_assemble(struct weir_arena *arena, const struct cf_type *type, int *next);

#endif
