/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times as text, without the C library's locale or calendar. */
#ifndef WEIR_DATA_JSON_NUMBER_H
#define WEIR_DATA_JSON_NUMBER_H

#include "data/data.h"

/* Appends an integer in decimal. */
void weir_json_i64(struct weir_text *to, int64_t value);

/* Appends microseconds since the epoch as RFC 3339 in UTC with six decimals, without quotes. Years
 * outside 0 to 9999 have a sign and six digits (ISO 8601, ECMAScript): RFC 3339 has no place for
 * them. */
void weir_json_ts(struct weir_text *to, int64_t us);

#endif
