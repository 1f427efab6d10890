/* SPDX-License-Identifier: Apache-2.0 */
/* Parameters: the texts of a plugin's table (defaults, ranges) as values, and values as texts. */
#ifndef WEIR_PLUGIN_PARAM_PARAM_H
#define WEIR_PLUGIN_PARAM_PARAM_H

#include "plugin/plugin.h"

enum weir_param_type {
    WEIR_PARAM_BOOL_TYPE,
    WEIR_PARAM_I64_TYPE,
    WEIR_PARAM_F64_TYPE,
    WEIR_PARAM_STR_TYPE,
    WEIR_PARAM_DURATION_TYPE,
    WEIR_PARAM_SIZE_TYPE,
    WEIR_PARAM_TYPE_COUNT
};

/* The type of a parameter that passed weir_param_check. */
enum weir_param_type weir_param_type_of(const struct weir_param *param);

/* Are type, default and range of a plugin's table whole? WEIR_ETEXT names the parameter. */
int weir_param_check(const struct weir_param *param, struct weir_error *err);

/* Reads a default or a bound: a str is any text, the others are written as in the pipeline language
 * (true, 10, -1.5, 200ms, 64MiB). The text of a str is borrowed. False: not of that type. */
bool weir_param_parse(enum weir_param_type type, const char *text, struct weir_param_value *value);

/* -1, 0, 1; 0 for str. NaN is above every number, so that an upper bound refuses it. */
int weir_param_compare(enum weir_param_type type,
                       const struct weir_param_value *a,
                       const struct weir_param_value *b);

/* Is a value of the parameter's type within its range? No duration and no size is negative. */
bool weir_param_is_in_range(const struct weir_param *param, const struct weir_param_value *value);

/* Appends a value as in the pipeline language: a duration with the largest unit that divides it. */
void weir_param_print(enum weir_param_type type,
                      const struct weir_param_value *value,
                      struct weir_text *to);

/* Appends "1..4096", "at least 1", "at most 10"; nothing without bounds. */
void weir_param_put_range(const struct weir_param *param, struct weir_text *to);

/* ---- quantity.c ---- */
/* Reads a whole number of the base unit (us, bytes): "200ms", "1.5s", "64MiB". */
bool weir_quantity_parse(const char *text, bool is_duration, int64_t *value);

/* Appends it with the largest unit that divides it. */
void weir_quantity_print(int64_t value, bool is_duration, struct weir_text *to);

#endif
