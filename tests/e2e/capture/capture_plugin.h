/* SPDX-License-Identifier: Apache-2.0 */
/* What the capturing sink and the tests that link it share. */
#ifndef WEIR_TESTS_CAPTURE_PLUGIN_H
#define WEIR_TESTS_CAPTURE_PLUGIN_H

#include <stddef.h>

/* Called at every commit with a partition's JSON lines, in partition order. The test defines it. */
void captured(const char *lines, size_t bytes);

#endif
