/* SPDX-License-Identifier: Apache-2.0 */
/* What every fuzz target offers: libFuzzer's entry. */
#ifndef WEIR_TESTS_FUZZ_FUZZ_H
#define WEIR_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Runs one input; ends the process if a promise is broken. Always 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
