/* SPDX-License-Identifier: Apache-2.0 */
/* `weir bench plugin`. */
#ifndef WEIR_TOOLS_BENCH_PLUGIN_H
#define WEIR_TOOLS_BENCH_PLUGIN_H

#include "base/base.h"

/* Measures every way into an operator, each beside its limit, `passes` times `1 s` at most; prints
 * a table, or a line of JSON for each. WEIR_EJOB if an operator and its limit differ. */
int weir_bench_plugin(struct weir_arena *arena,
                      int64_t passes,
                      bool is_json,
                      struct weir_error *err);

#endif
