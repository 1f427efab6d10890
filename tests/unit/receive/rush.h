/* SPDX-License-Identifier: Apache-2.0 */
/* Between the plugin `rush` and the tests it is linked into. */
#ifndef WEIR_TESTS_RUSH_H
#define WEIR_TESTS_RUSH_H

#include <stdint.h>

/* Its receivers hand on records 0, 1, 2...; each commit and store has the number of the records so
 * far as its cookie. [receiver's thread] */
void rush_acked(uint64_t cookie);

/* How many records were handed on when run returned. [receiver's thread] */
void rush_returned(int64_t records);

#endif
