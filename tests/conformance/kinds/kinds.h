/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of single components. */
#ifndef WEIR_CONFORMANCE_KINDS_H
#define WEIR_CONFORMANCE_KINDS_H

#include "run.h"

/* Are they equal? If not, `why` says what was got. */
bool cf_agrees(const json_t *got, const json_t *wanted, const char *what, struct weir_text *why);

/* A member of an object as a number, 0 if there is none; as a text, "" if there is none. */
int64_t cf_member(const json_t *of, const char *name);
const char *cf_member_text(const json_t *of, const char *name);

/* kinds_blocks.c */
bool cf_check_block_tracker(const json_t *test, struct weir_text *why);

/* kinds_state.c: the table of states, the handle of one, and a batch of map_with_state. */
bool cf_check_state_map(const json_t *test, struct weir_text *why);
bool cf_check_state_api(const json_t *test, struct weir_text *why);
bool cf_check_state_update(const json_t *test, struct weir_text *why);

#endif
