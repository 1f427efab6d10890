/* SPDX-License-Identifier: Apache-2.0 */
/* A folder for what inputs and outputs leave behind. */
#ifndef WEIR_TOOLS_KIT_TRY_SCRATCH_H
#define WEIR_TOOLS_KIT_TRY_SCRATCH_H

#include "base/base.h"

#define WEIR_SCRATCH_INPUT "input" /* a file of some lines that is there */

/* Makes one below TMPDIR, or /tmp; its path goes to `path`. */
int weir_scratch_make(struct weir_text *path, struct weir_error *err);

/* Removes it with all that is in it. */
void weir_scratch_remove(const char *path);

#endif
