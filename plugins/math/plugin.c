/* SPDX-License-Identifier: Apache-2.0 */
/* math: functions of numbers. An i64 argument is widened to f64 where only that is taken. Outside
 * the domain of a function of f64 the result is NaN or an infinity, as in C; an i64 that does not
 * exist is the record's fault. */
#include <weir/describe.h>

WEIR_PLUGIN("org.weir.math", WEIR_VERSION, "functions of numbers", "Apache-2.0");
