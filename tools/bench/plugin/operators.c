/* SPDX-License-Identifier: Apache-2.0 */
/* A function of one instruction, and a source that is never read: its rows are made by hand. */
#include "bench/plugin/operators.h"

WEIR_FUNCTION(int64_t, add, (int64_t, a, int64_t, b))
{
    return a + b;
}

static int next(struct weir_task *task,
                weir_bytes from,
                const struct weir_source_limit *limit,
                struct weir_range *answer)
{
    (void)task, (void)from, (void)limit, (void)answer;
    return WEIR_AGAIN;
}
static int read_none(struct weir_task *task, weir_bytes range, struct weir_scan *scan)
{
    (void)task, (void)range, (void)scan;
    return WEIR_OK;
}
WEIR_SOURCE(bench_numbers, WEIR_FINITE, (int64_t, n, int64_t, m), next, NULL, read_none, NULL);

WEIR_PLUGIN("org.weir.bench_numbers", WEIR_VERSION, "numbers that are added", "Apache-2.0");
