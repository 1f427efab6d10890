/* SPDX-License-Identifier: Apache-2.0 */
/* The input of the benchmarks: the same bytes from a seed on every machine, as the other engines
 * that weir is compared with get them. */
#ifndef WEIR_TOOLS_BENCH_GENERATE_H
#define WEIR_TOOLS_BENCH_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { WEIR_BENCH_LINE_BYTES = 100 };

/* Lines in so many MiB. */
uint64_t weir_bench_lines(uint64_t mib);

/* Writes `mib` MiB of text, in whole lines: words of a skewed vocabulary of 100 000, one line in a
 * hundred begins with ERROR. False: the file could not be written. */
bool weir_bench_generate_text(FILE *file, uint64_t mib, uint64_t seed);

#endif
