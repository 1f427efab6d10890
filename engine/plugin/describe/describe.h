/* SPDX-License-Identifier: Apache-2.0 */
/* What both forms of a description share. */
#ifndef WEIR_PLUGIN_DESCRIBE_DESCRIBE_H
#define WEIR_PLUGIN_DESCRIBE_DESCRIBE_H

#include "plugin/registry.h"

enum { WEIR_TRAITS_MAX = 12 };

/* What an operator declares beyond its kind, as words: "nondeterministic", "has an inverse". */
uint32_t weir_operator_traits(const struct weir_operator *op, const char *traits[WEIR_TRAITS_MAX]);

/* The text of field i's type: a type variable as it is written. */
void weir_field_put_type(const struct weir_operator *op,
                         bool is_out,
                         uint32_t i,
                         struct weir_text *to);

#endif
