/* SPDX-License-Identifier: Apache-2.0 */
/* The operators that `weir bench plugin` measures where weir's own would do more than is measured:
 * a plugin as an author writes it, linked in. */
#ifndef WEIR_TOOLS_BENCH_PLUGIN_OPERATORS_H
#define WEIR_TOOLS_BENCH_PLUGIN_OPERATORS_H

#include <weir/plugin.h>

/* bench_numbers: a source of (n: i64, m: i64), and the function add(a, b). */
extern const struct weir_plugin weir_plugin_e1_bench_numbers;

#endif
