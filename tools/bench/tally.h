/* SPDX-License-Identifier: Apache-2.0 */
/* What the sink of the benchmarks has seen: the rows of every committed batch, and the sum of their
 * last field. */
#ifndef WEIR_TOOLS_BENCH_TALLY_H
#define WEIR_TOOLS_BENCH_TALLY_H

#include <weir/plugin.h>

struct weir_bench_tally {
    int64_t rows, sum;
};

/* The plugin; linked in, not loaded. */
extern const struct weir_plugin weir_plugin_e1_bench_tally;

/* Forgets all. */
void weir_bench_tally_clear(void);

/* Of the newest committed batch, and of all since it was cleared. [not while a job runs] */
struct weir_bench_tally weir_bench_tally_newest(void);
struct weir_bench_tally weir_bench_tally_total(void);

#endif
