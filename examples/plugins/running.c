/* SPDX-License-Identifier: Apache-2.0 */
/* Running values for update_state_by_key: totals, and what users feel. A state of one field stands
 * in the results as that field alone. */
#include <weir/plugin.h>

struct total {
    int64_t count;
};
WEIR_STATE(total, 1, count);

/* Every key is shown in every batch, with the values that came in it, perhaps none. */
WEIR_UPDATE(count, total, (weir_str, key), (int64_t, n))
{
    (void)key;
    for (uint32_t i = 0; i < n.count; i++) {
        state->count += n.items[i];
    }
    return WEIR_KEEP;
}
WEIR_HELP(count,
          "the sum of all values that a key ever had",
          "generate clicks | map key = url, value = 1 | update_state_by_key running.count as views "
          "| print");

struct mood {
    int64_t score;
    weir_str feels; /* copied into the state when the body returns */
};
WEIR_STATE(mood, 1, score, feels);

static int64_t score_of(weir_str text)
{
    static const char *const good[] = {"happy", "great", "sunny", "love"};
    static const char *const bad[] = {"sad", "angry", "grey", "burnt"};
    int64_t score = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        score += weir_str_contains(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        score -= weir_str_contains(text, bad[i]);
    }
    return score;
}

/* What was said last counts most; a user who says nothing at all is forgotten. */
WEIR_UPDATE(mood, mood, (weir_str, user), (weir_str, text))
{
    (void)user;
    for (uint32_t i = 0; i < text.count; i++) {
        if (text.items[i].count == 0) {
            return WEIR_DROP;
        }
        state->score = state->score / 2 + 2 * score_of(text.items[i]);
    }
    state->feels = weir_str_from_chars(state->score > 0   ? "good"
                                       : state->score < 0 ? "bad"
                                                          : "so so");
    return WEIR_KEEP;
}
WEIR_HELP(mood,
          "how each user feels, by what he writes",
          "generate lines | map key = \"ann\", value = line | update_state_by_key running.mood as "
          "moods | print");

WEIR_PLUGIN("org.example.running", "1.0.0", "running totals and moods", "Apache-2.0");
