/* SPDX-License-Identifier: Apache-2.0 */
/* What the two files of this folder share. */
#ifndef WEIR_LANG_BIND_TEST_PRIVATE_H
#define WEIR_LANG_BIND_TEST_PRIVATE_H

#include "lang/bind/binder.h"

/* A literal as a value of a type, on the arena; members that it lacks are null. what: the field,
 * for messages. False: reported. */
bool weir_bind_test_value(struct weir_binder *b,
                          struct weir_arena *arena,
                          const struct weir_ast_expr *expr,
                          const struct weir_type *type,
                          const char *what,
                          struct weir_value *value);

/* {user: "u1", n: 1} as the values of a struct's fields. */
bool weir_bind_test_record(struct weir_binder *b,
                           struct weir_arena *arena,
                           const struct weir_ast_expr *expr,
                           const struct weir_type *type,
                           const struct weir_value **values);

#endif
