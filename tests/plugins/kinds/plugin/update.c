/* SPDX-License-Identifier: Apache-2.0 */
/* An update whose state has every kind of field and has grown since version 1; one that changes
 * keys; one that fails. */
#include <weir/plugin.h>

struct session {
    int64_t hits;
    weir_ts last;
    weir_str page;
    weir_list(int64_t) times;
    weir_list(weir_str) pages;
    weir_list(uint8_t) sketch;
    bool is_new;
};
WEIR_STATE(session, 2, hits, last, page, times, pages, sketch, is_new);
WEIR_UPGRADE(session, old)
{
    weir_row field;
    if (version != 1) {
        weir_fail(ctx, WEIR_FATAL, "version %u", (unsigned)version);
        return;
    }
    if (weir_get_field(old, "count", &field)) {
        state->hits = weir_get_i64(field);
    }
    if (weir_get_field(old, "page", &field)) {
        state->page = weir_get_str(field);
        weir_push(ctx, &state->pages, weir_get_str(field));
    }
}

/* Forgets a user who has not come for a minute. */
WEIR_UPDATE(track, session, (weir_str, user), (weir_ts, at, weir_str, page))
{
    state->is_new = !weir_exists(ctx);
    state->hits += at.count;
    for (uint32_t i = 0; i < at.count; i++) {
        state->last = at.items[i].us > state->last.us ? at.items[i] : state->last;
        state->page = page.items[i];
        if (weir_str_equal(page.items[i], "/fail")) {
            weir_fail(ctx, WEIR_FATAL, "%.*s failed", (int)user.count, user.bytes);
        }
        weir_push(ctx, &state->times, at.items[i].us);
        weir_push(ctx, &state->pages, page.items[i]);
        weir_push(ctx, &state->sketch, (uint8_t)('a' + at.items[i].us % 26));
    }
    if (state->pages.count > 3) { /* the newest three */
        for (uint32_t i = 0; i < 3; i++) {
            weir_put(ctx, &state->pages, i, state->pages.items[state->pages.count - 3 + i]);
        }
        weir_cut(ctx, &state->pages, 3);
        weir_cut(ctx, &state->times, 0);
    }
    if (state->hits > 100) { /* swapped and assigned, as an author would */
        const weir_list(int64_t) none = {NULL, 0, 0};
        state->times = none;
    }
    return weir_batch_us(ctx) - state->last.us > 60000000 ? WEIR_DROP : WEIR_KEEP;
}

struct total {
    int64_t sum;
    weir_str note;
};
WEIR_STATE(total, 1, sum, note);
WEIR_UPDATE_MOVING(rename_to,
                   total,
                   (weir_str, name, int64_t, site),
                   (int64_t, add, weir_str, next))
{
    for (uint32_t i = 0; i < add.count; i++) {
        state->sum += add.items[i];
        if (next.items[i].count > 0) {
            state->note = name;
            WEIR_MOVE(state, next.items[i], site);
            return WEIR_DROP;
        }
    }
    return WEIR_KEEP;
}

WEIR_PLUGIN("org.weir.test.update", "2.0.0", "updates", "Apache-2.0");
