/* SPDX-License-Identifier: Apache-2.0 */
/* A record type in the making: fields are collected, then checked and made a type at once. */
#ifndef WEIR_STREAM_SCHEMA_H
#define WEIR_STREAM_SCHEMA_H

#include "stream/stream.h"

struct weir_fields {
    struct weir_type_field *fields;
    int *item_of; /* which item of the node a field comes from, or -1: to name the culprit */
    uint32_t count, capacity;
};

void weir_fields_init(struct weir_fields *fields);
void weir_fields_finish(struct weir_fields *fields);

/* Appends a field; the name is borrowed until the type is made. */
void weir_fields_add(struct weir_fields *fields,
                     const char *name,
                     const struct weir_type *type,
                     int item);

/* The struct type, on the arena. Names must be distinct and may not begin with '_'. *culprit: the
 * item at fault, or -1. */
int weir_fields_type(const struct weir_fields *fields,
                     struct weir_arena *arena,
                     const struct weir_type **type,
                     int *culprit,
                     struct weir_error *err);

/* How deep a type nests: 1 for a scalar. Types nest at most WEIR_TYPE_DEPTH_MAX deep, so its
 * recursion is bounded by what was checked before: a part's type is sound, the whole adds one. */
uint32_t weir_type_depth(const struct weir_type *type);

#endif
