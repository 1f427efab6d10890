/* SPDX-License-Identifier: Apache-2.0 */
/* Operators tried by the harness of the SDK, for the kinds and types that the engine's own loop
 * trial (kit/loop.c) is not for. Everything here runs in a child. */
#ifndef WEIR_TOOLS_KIT_TRY_TRY_H
#define WEIR_TOOLS_KIT_TRY_TRY_H

#include "kit/finding.h"
#include "kit/try/made.h"

enum { WEIR_TRY_PARTS = 4, WEIR_TRY_PART_ROWS = 16 };

struct weir_try {
    struct weir_made made;
    struct weir_findings *findings;
    struct weir_text rows[WEIR_TRY_PARTS]; /* in each part as many */
    uint32_t crash_step;                   /* sinks: killed behind this callback; 0: not */
    uint64_t asked;                        /* what a use asks the engine for */
    struct weir_text usual;                /* what comes out of a use */
};

/* The operator of the plugin `file`, an absolute path; the working directory is scratch. */
void weir_try_operator(const struct weir_operator *op,
                       const char *file,
                       struct weir_findings *findings);

/* Functions and emitters that kit/loop.c has found to be right: faults alone. */
void weir_try_loop(const struct weir_operator *op,
                   const char *file,
                   struct weir_findings *findings);

/* ---- use.c ---- */
/* All that the engine does with an operator, once: every callback, on all rows. What comes out is
 * appended to `to`. Non-zero: weir_harness_error says why. */
int weir_try_use(struct weir_try *t, struct weir_harness *h, struct weir_text *to);

/* Appends the rows that have come out, and forgets them. */
int weir_try_take(struct weir_harness *h, struct weir_text *to);

/* Opens the call, uses it once, closes it. NULL, or why it failed; on the arena. */
const char *weir_try_once(struct weir_try *t, const char *call, struct weir_text *to);

/* ---- laws.c, codec.c, fault.c ---- */
void weir_try_aggregate(struct weir_try *t);
void weir_try_keyed(struct weir_try *t);
void weir_try_rows(struct weir_try *t);
void weir_try_codec(struct weir_try *t);
void weir_try_faults(struct weir_try *t);

/* Adds the finding of a law: what was expected and found, where they differ or `why` is set. */
void weir_try_put_law(struct weir_try *t,
                      const char *check,
                      const char *says,
                      const char *why,
                      const struct weir_text *expected,
                      const struct weir_text *found);

#endif
