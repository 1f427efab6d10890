/* SPDX-License-Identifier: Apache-2.0 */
/* Random pipeline texts over files of words, of verbs whose result is one multiset whatever the
 * number of partitions. */
#ifndef WEIR_TESTS_E2E_RANDOM_PROGRAM_H
#define WEIR_TESTS_E2E_RANDOM_PROGRAM_H

#include "base/base.h"

#include <stdint.h>

struct program {
    struct weir_text streams; /* all but the last pipe's output */
    char last[16];            /* the stream to be printed */
};

/* The program of a seed and a number, over the files of `folder`. The caller frees: finish. */
void program_make(struct program *program, uint64_t seed, uint64_t number, const char *folder);
void program_finish(struct program *program);

/* Writes the files of words that programs read. False: they cannot be written. */
bool program_write_files(const char *folder, uint64_t seed);

#endif
