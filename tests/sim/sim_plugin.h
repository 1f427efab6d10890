/* SPDX-License-Identifier: Apache-2.0 */
/* What the simulated jobs' plugin and the tests that link it share. */
#ifndef WEIR_TESTS_SIM_PLUGIN_H
#define WEIR_TESTS_SIM_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIM_LINE_BYTES_MAX = 512 };

/* Writes line `number` of `seed`, with its '\n': a few words from a skewed vocabulary, some longer
 * than a view's inline bytes, apart by one or more blanks. Returns its bytes. */
size_t sim_line(uint64_t seed, uint64_t number, char *to);

/* Shall what is done now fail, to be tried again? Asked by operators of every kind. */
bool sim_fails(void);

/* Called for every committed row of the sink, and for every committed batch before its rows. */
void sim_tally(const char *word, size_t bytes, int64_t count);
void sim_batch_committed(int64_t batch_us);

#endif
