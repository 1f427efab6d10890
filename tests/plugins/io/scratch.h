/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for a test, and files in it. */
#ifndef WEIR_TESTS_SCRATCH_H
#define WEIR_TESTS_SCRATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRATCH_PATH_BYTES = 256, SCRATCH_TEXT_BYTES = 4096 };

/* Makes an empty folder below TMPDIR; folder[] gets its path. */
void scratch_make(char folder[SCRATCH_PATH_BYTES]);

/* Removes it with all that is in it. */
void scratch_remove(const char *folder);

/* folder/name; valid until the fourth call from now. */
const char *scratch_path(const char *folder, const char *name);

/* Writes a file anew. modified_ms >= 0: its time of modification. */
void scratch_write(const char *path, const char *bytes, size_t count, int64_t modified_ms);

/* The text of a file, "(none)" if there is none; valid until the next call. */
const char *scratch_read(const char *path);

#endif
