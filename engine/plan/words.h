/* SPDX-License-Identifier: Apache-2.0 */
/* How explain names nodes, durations and guarantees: shared by its text, JSON and DOT forms.
 * Private to plan. */
#ifndef WEIR_PLAN_WORDS_H
#define WEIR_PLAN_WORDS_H

#include "plan/plan.h"

/* "reduce_by_key i64.add", "file \"x.log\"", with "as name" where the user gave one. Appends. */
void weir_plan_put_node(const struct weir_plan *plan,
                        const struct weir_node *node,
                        struct weir_text *to);

/* "30s", "200ms", "5us": the largest unit that divides it. Appends. */
void weir_plan_put_duration(int64_t us, struct weir_text *to);

/* Does the map side of this wide node combine rows before they travel? */
bool weir_plan_combines(const struct weir_node *node);

/* A sink's guarantee in words. */
const char *weir_plan_guarantee(const struct weir_node *sink);

/* What weakens the guarantee of the output at this node: an input that cannot be read again. NULL
 * if nothing does. */
const char *weir_plan_weakest_input(const struct weir_plan *plan, uint32_t node);

#endif
