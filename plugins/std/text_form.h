/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers and times as text and back: what the casts are made of. */
#ifndef STD_TEXT_FORM_H
#define STD_TEXT_FORM_H

#include <weir/operator.h>

enum { TEXT_FORM_BYTES = 48 }; /* room for any number or time, with a NUL */

/* Each reads all of `text` as one value. False: it is none, or out of range. */
bool text_to_i64(weir_str text, int64_t *number);
bool text_to_f64(weir_str text, char *copy, double *number); /* copy: text.count + 1 bytes */
bool text_to_ts(weir_str text, int64_t *us);

/* Each writes at most TEXT_FORM_BYTES and returns how many bytes the text has. */
size_t text_from_i64(int64_t number, char *text);
size_t text_from_f64(double number, char *text);
size_t text_from_ts(int64_t us, char *text);

#endif
