/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of `agg` share: a harness on one of its aggregates, and calls that must succeed.
 */
#ifndef TESTS_PLUGINS_AGG_DRIVEN_H
#define TESTS_PLUGINS_AGG_DRIVEN_H

#include <weir/harness.h>

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The call succeeds. */
#define OK(h, call)                                                                                \
    do {                                                                                           \
        if ((call) != 0) {                                                                         \
            fail_msg("%s", weir_harness_error(h));                                                 \
        }                                                                                          \
    } while (0)

static inline struct weir_harness *open_agg(const char *call)
{
    struct weir_harness *h;
    OK(h, weir_harness_open(&h, WEIR_BUILD_DIR "/plugins/agg.so", call));
    return h;
}

/* Numbers that are the same everywhere. */
static inline uint64_t next_random(uint64_t *seed)
{
    uint64_t x = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* In [0, 1). */
static inline double next_share(uint64_t *seed)
{
    return (double)(next_random(seed) >> 11) * 0x1p-53;
}

/* Feeds `count` values that `print` writes into a line each, `part` of them at a time. */
static inline void feed_values(struct weir_harness *h,
                               size_t count,
                               size_t part,
                               int (*print)(char *to, size_t bytes, size_t i))
{
    char *rows = malloc(part * 64 + 1);
    size_t used = 0;
    assert_non_null(rows);
    for (size_t i = 0; i < count; i++) {
        used += (size_t)print(rows + used, 64, i);
        rows[used++] = '\n';
        if ((i + 1) % part == 0 || i + 1 == count) {
            rows[used - 1] = '\0';
            OK(h, weir_harness_feed(h, rows));
            used = 0;
        }
    }
    free(rows);
}

/* The one line of the result, as a number. */
static inline double result_f64(struct weir_harness *h)
{
    double value;
    OK(h, weir_harness_result(h));
    value = strtod(weir_harness_rows(h), NULL);
    OK(h, weir_harness_expect(h, weir_harness_rows(h)));
    return value;
}

#endif
