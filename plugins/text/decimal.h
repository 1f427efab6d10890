/* SPDX-License-Identifier: Apache-2.0 */
/* Texts as numbers, in one place for the operators that refuse and those that have a default. */
#ifndef TEXT_DECIMAL_H
#define TEXT_DECIMAL_H

#include <weir/operator.h>

/* All of `text` as one whole number: a sign or none, then digits of that base (2 to 36; letters of
 * either case). False: it is none, or no i64. */
bool decimal_to_i64(weir_str text, uint32_t base, int64_t *number);

/* All of `text` as one number: [sign] digits [. digits] [e [sign] digits], inf, infinity or nan.
 * scratch: a place of text.count + 1 bytes, which only long numbers need. False: it is none, or
 * beyond what an f64 holds. */
bool decimal_to_f64(weir_str text, char *scratch, double *number);

#endif
