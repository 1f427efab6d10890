/* SPDX-License-Identifier: Apache-2.0 */
/* The form of saved states, between saving and restoring. Private to state. */
#ifndef WEIR_STATE_SAVE_SAVE_H
#define WEIR_STATE_SAVE_SAVE_H

#include "state/shape.h"
#include "state/state.h"

/* [format, name of the state, its version, has_begun, batch_us, [frame, ...]] */
enum { WEIR_SAVED_PARTS = 6 };
#define WEIR_SAVED_FORMAT "weir.state/1"

/* The columns of a frame: those of the rows, and when each key was touched. */
const struct weir_type *weir_saved_schema(struct weir_arena *arena, const struct weir_type *rows);

#endif
