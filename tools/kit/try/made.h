/* SPDX-License-Identifier: Apache-2.0 */
/* What is made up to try an operator of any kind by the harness of the SDK: the text of a call,
 * with types where it takes any and values where it wants some, and random rows as text. */
#ifndef WEIR_TOOLS_KIT_TRY_MADE_H
#define WEIR_TOOLS_KIT_TRY_MADE_H

#include "env/env.h"
#include "plugin/plugin.h"

#include <weir/harness.h>

enum { WEIR_MADE_FIELDS_MAX = 16 };

struct weir_made {
    const struct weir_operator *op;
    const char *file; /* an absolute path */
    struct weir_arena arena;
    struct weir_random random;
    const char *call;    /* for weir_harness_open */
    const char *refused; /* why none could be made up; NULL: `call` opens */
    uint32_t count;      /* columns of rows */
    uint32_t key_count;  /* of those, from the first on: few values, which come again */
    const char *names[WEIR_MADE_FIELDS_MAX], *types[WEIR_MADE_FIELDS_MAX];
};

/* Finds a call that opens. */
void weir_made_init(struct weir_made *made,
                    const struct weir_operator *op,
                    const char *file,
                    uint64_t seed);
void weir_made_finish(struct weir_made *made);

/* The same call with one more parameter, `name` with `value` as the text of a pipeline; on the
 * arena. */
const char *weir_made_call_with(struct weir_made *made, const char *name, const char *value);

/* Appends `count` rows, a line each. null_share: one cell in so many is null; 0: none. */
void weir_made_rows(struct weir_made *made,
                    uint32_t count,
                    uint32_t null_share,
                    struct weir_text *to);

#endif
