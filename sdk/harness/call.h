/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a call, taken apart: "aggregate sum(i64) scale=2", "json schema {user: str}". */
#ifndef WEIR_HARNESS_CALL_H
#define WEIR_HARNESS_CALL_H

#include "harness.h"

/* What the text of a call says. */
struct weir_harness_call {
    weir_str name, types, schema;
    uint32_t kind; /* 0: not said */
    weir_str rest; /* parameters */
};

/* Points into the text. */
void weir_harness_read_call(weir_str text, struct weir_harness_call *call);

#endif
