/* SPDX-License-Identifier: Apache-2.0 */
/* Stateful operators: what is known of each user from batch to batch. `track` (update_state_by_key)
 * sees every user in every batch and shows all; `ended` (map_with_state) sees only those who did
 * something, or timed out, and emits a row when a session is over. */
#include <weir/plugin.h>

/* weir finds the state by its key, versions it, saves it, and gives it back after a crash. */
struct session {
    int64_t hits;
    weir_ts since, last;
};
WEIR_STATE(session, 1, hits, since, last);

/* This batch's values of a key, perhaps none. */
WEIR_UPDATE(track, session, (weir_str, user), (weir_str, page))
{
    const weir_ts now = weir_ts_make(weir_batch_us(ctx)); /* the only clock that replays */
    (void)user;
    if (page.count > 0) {
        state->since = state->hits == 0 ? now : state->since;
        state->hits += page.count;
        state->last = now;
        return WEIR_KEEP;
    }
    return now.us - state->last.us >= weir_param_duration(ctx, "idle") ? WEIR_DROP : WEIR_KEEP;
}
WEIR_PARAMS(
    track, WEIR_PARAM_DURATION_IN(idle, default(30m), 1ms, 366d, "a session ends after that long"));
WEIR_HELP(track,
          "the open session of each user: pages, since when, last",
          "generate clicks | map key = user, value = url "
          "| update_state_by_key sessions.track(idle=5m) as open | print");

/* One value of a key, or its end. */
WEIR_TRACK(ended,
           session,
           (weir_str, user),
           (weir_str, page),
           (weir_str, user, int64_t, hits, int64_t, seconds))
{
    const weir_ts now = weir_ts_make(weir_batch_us(ctx));
    (void)page;
    if (weir_is_timing_out(ctx)) {
        WEIR_EMIT(user, state->hits, (state->last.us - state->since.us) / 1000000);
        return WEIR_LEAVE;
    }
    state->since = weir_exists(ctx) ? state->since : now;
    state->hits++;
    state->last = now;
    return WEIR_KEEP;
}
WEIR_HELP(ended,
          "a row for each session that is over: the stage's timeout says when",
          "generate clicks | map key = user, value = url "
          "| map_with_state sessions.ended timeout=5m as over | print");

WEIR_PLUGIN("org.example.sessions", "1.0.0", "sessions of users", "Apache-2.0");
