/* SPDX-License-Identifier: Apache-2.0 */
/* What the state of a node is made of: key and value, and where the rows that show it get their
 * types. Private to state. */
#ifndef WEIR_STATE_SHAPE_H
#define WEIR_STATE_SHAPE_H

#include "exec/exec.h"
#include "stream/stream.h"

struct weir_state_shape {
    const struct weir_state_def *def;
    const struct weir_type_field *fields; /* of the def */
    uint32_t key_count;
    const struct weir_type *schema; /* key_count fields of the key, then "value" */
    bool has_timeout;
};

/* node: update_state_by_key, map_with_state or an incremental window. Types are on the arena. */
void weir_state_shape_of(const struct weir_graph *graph,
                         const struct weir_node *node,
                         struct weir_arena *arena,
                         struct weir_state_shape *shape);

/* Bytes of a window's value in its state. */
uint32_t weir_window_value_bytes(const struct weir_type *type);

#endif
