/* SPDX-License-Identifier: Apache-2.0 */
/* What `weir plugin check` finds, as the child that looks tells it to the command: one line a
 * check, its four parts with tabs between. */
#ifndef WEIR_TOOLS_KIT_FINDING_H
#define WEIR_TOOLS_KIT_FINDING_H

#include "plugin/plugin.h"

enum weir_finding_mark {
    WEIR_FINDING_PASS = 'P',
    WEIR_FINDING_FAIL = 'F',
    WEIR_FINDING_SKIP = 'S'
};

struct weir_findings {
    struct weir_text *to;
    const char *who; /* "words.add", or "-" for the file */
    uint64_t seed;
};

/* How a check that begins is named on stdout: a crash is then that check's. */
#define WEIR_FINDING_BEGIN "weir-check: "

/* Names the check that runs from here on. */
void weir_finding_begin(const char *check);

/* Adds what came of it. */
void weir_finding_put(struct weir_findings *findings,
                      enum weir_finding_mark mark,
                      const char *check,
                      const char *format,
                      ...) __attribute__((format(printf, 4, 5)));

/* [child] The symbols that the file exports: its entry and nothing else. */
void weir_check_symbols(const char *file, struct weir_findings *findings);

/* No list, struct or type variable? */
bool weir_type_is_plain(const struct weir_type *type);

/* [child] Functions and emitters: what they return, and whether it depends on arguments alone.
 * False: what they return does not even hold. */
bool weir_check_loop(const struct weir_operator *op,
                     const struct weir_param_value *params,
                     struct weir_findings *findings);

/* [child] Reducers: their kernels agree, and the algebra that they declare holds. */
void weir_check_reducer(const struct weir_operator *op, struct weir_findings *findings);

#endif
