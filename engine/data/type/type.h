/* SPDX-License-Identifier: Apache-2.0 */
/* What the printer and the reader of types share. */
#ifndef WEIR_DATA_TYPE_TYPE_H
#define WEIR_DATA_TYPE_TYPE_H

#include "data/data.h"

enum { WEIR_TYPE_SIMPLE_COUNT = WEIR_TYPE_TS + 1 };

/* Names of the kinds without parts, by kind. */
extern const char *const weir_type_names[WEIR_TYPE_SIMPLE_COUNT];

/* Is it a NAME of the pipeline language: letters, digits, '_', no digit first? */
bool weir_type_is_name(weir_str name);

#endif
