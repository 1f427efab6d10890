/* SPDX-License-Identifier: Apache-2.0 */
/* State that lives from batch to batch: what it is made of, and the two kinds of operator that keep
 * one for each key. WEIR_UPDATE sees every key in every batch, WEIR_TRACK only keys with input and
 * keys that time out. The state is your own struct; the engine finds it by its key, versions it,
 * saves it, and gives it back after a crash. In every body are in scope: `ctx` (context.h) and
 * `state`. A failure in a body fails the batch, and the state is what it was before. */
#ifndef WEIR_STATE_H
#define WEIR_STATE_H

#include <weir/describe.h>
#include <weir/list.h>
#include <weir/loop/track.h>
#include <weir/loop/update.h>

/* Says what a state is made of: version, then the fields, whose types come from the struct: bool
 * int32_t int64_t double weir_ts weir_str weir_bytes weir_list(T), and weir_list(uint8_t), a row of
 * bytes; at most 16. All that is to last must be among them. A new state is zero. Text and lists
 * that a body assigns are copied when it returns; list.h changes lists in place.
 *
 *   struct session { int64_t hits; weir_ts last; weir_str page; };
 *   WEIR_STATE(session, 1, hits, last, page);
 */
#define WEIR_STATE(S, version, ...) WEIR_STATE_(S, version, __VA_ARGS__)

/* When fields have changed, count the version up and say how a state is made of an older one: `old`
 * is a struct of its fields (row.h), `version` its version, `state` is zero.
 *
 *   WEIR_UPGRADE(session, old)
 *   {
 *       weir_row hits;
 *       state->hits = weir_get_field(old, "hits", &hits) ? weir_get_i64(hits) : 0;
 *   }
 */
#define WEIR_UPGRADE(S, old) WEIR_UPGRADE_(S, old)

/* update_state_by_key: for every key, and this batch's values for it (none: the key is there from
 * before). The first list is the key's parameters, the second the value's: in the body each of
 * those is a list. Returns WEIR_KEEP, or WEIR_DROP to forget the key.
 *
 *   WEIR_UPDATE(track, session, (weir_str, user), (weir_ts, at))
 *   {
 *       state->hits += at.count;
 *       for (uint32_t i = 0; i < at.count; i++) {
 *           if (at.items[i].us > state->last.us) { state->last = at.items[i]; }
 *       }
 *       return weir_batch_us(ctx) - state->last.us > 1800000000 ? WEIR_DROP : WEIR_KEEP;
 *   }
 */
#define WEIR_UPDATE(name, S, key, values) WEIR_UPDATE_AS(name, #name, 0, S, key, values)
#define WEIR_UPDATE_AS(tag, name, flags, S, key, values)                                           \
    WEIR_UPDATE_(tag, name, flags, 0, S, key, values, WEIR_OPEN_ values)

/* The same for a body that changes keys: WEIR_MOVE(&a_state, key...) gives another key a state, or
 * replaces the one it has. The key itself is kept or dropped as above.
 *
 *   WEIR_UPDATE_MOVING(merge, session, (weir_str, user), (weir_str, alias))
 *   {
 *       if (alias.count == 0) { return WEIR_KEEP; }
 *       WEIR_MOVE(state, alias.items[0]);
 *       return WEIR_DROP;
 *   }
 */
#define WEIR_UPDATE_MOVING(name, S, key, values)                                                   \
    WEIR_UPDATE_MOVING_AS(name, #name, 0, S, key, values)
#define WEIR_UPDATE_MOVING_AS(tag, name, flags, S, key, values)                                    \
    WEIR_UPDATE_(tag, name, flags, WEIR_UPDATE_MOVES, S, key, values, WEIR_OPEN_ values)
#define WEIR_MOVE(a_state, ...) WEIR_MOVE_(a_state, __VA_ARGS__)

/* map_with_state: for every record in order of arrival; emits any number of rows (WEIR_EMIT).
 * Returns WEIR_KEEP: the key has this state now; WEIR_DROP: it has none any more; WEIR_LEAVE: it
 * has what it had, and what was assigned to `state` is forgotten. A key that times out is shown
 * once more, with empty values and weir_is_timing_out(ctx): its state is gone afterwards, so only
 * WEIR_LEAVE is right.
 *
 *   WEIR_TRACK(rising, level, (weir_str, sensor), (double, value), (weir_str, sensor, double, by))
 *   {
 *       if (weir_is_timing_out(ctx)) { return WEIR_LEAVE; }
 *       if (weir_exists(ctx) && value > state->last) { WEIR_EMIT(sensor, value - state->last); }
 *       state->last = value;
 *       return WEIR_KEEP;
 *   }
 */
#define WEIR_TRACK(name, S, key, values, columns)                                                  \
    WEIR_TRACK_AS(name, #name, 0, S, key, values, columns)
#define WEIR_TRACK_AS(tag, name, flags, S, key, values, columns)                                   \
    WEIR_TRACK_(tag, name, flags, S, key, values, columns, WEIR_OPEN_ values)

/* True if the key has had a state before this call of the body. */
static inline bool weir_exists(const struct weir_ctx *ctx)
{
    return ctx->exists;
}

/* True if the key has been idle for the stage's `timeout`; in trackers only. */
static inline bool weir_is_timing_out(const struct weir_ctx *ctx)
{
    return ctx->is_timing_out;
}

#endif
