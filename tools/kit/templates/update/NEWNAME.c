/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: visits of each user, until he has been away for half an hour. */
#include <weir/plugin.h>

/* What is kept of a key: version, then the fields that last. Count the version up when they change;
 * WEIR_UPGRADE then reads the older ones. */
struct visits {
    int64_t count;
    weir_ts last;
};
WEIR_STATE(visits, 1, count, last);

enum { MINUTES_AWAY_MAX = 30 };

/* For every key in every batch: `at` is the list of this batch's values, empty where none came. A
 * failure (weir_fail) fails the batch, and the state is what it was before. */
WEIR_UPDATE(NEWNAME, visits, (weir_str, user), (weir_ts, at))
{
    (void)user;
    state->count += at.count;
    for (uint32_t i = 0; i < at.count; i++) {
        if (at.items[i].us > state->last.us) {
            state->last = at.items[i];
        }
    }
    return weir_batch_us(ctx) - state->last.us > (int64_t)MINUTES_AWAY_MAX * 60 * 1000000
               ? WEIR_DROP
               : WEIR_KEEP;
}
WEIR_HELP(NEWNAME,
          "how often each user came, and when last",
          "generate clicks | map key = user, value = at | update_state_by_key NEWNAME.NEWNAME "
          "| print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "visits", "Apache-2.0");
