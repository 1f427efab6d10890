/* SPDX-License-Identifier: Apache-2.0 */
/* An aggregate with an inverse: many values into one by way of a state, and rows taken out again,
 * so that a sliding window adds what is new and takes out what is too old. */
#include <weir/plugin.h>

/* What is kept of a group: version, then the fields that last. */
struct tally {
    int64_t hits, all;
};
WEIR_STATE(tally, 1, hits, all);

/* Adds a row to the state, which is zero at first. */
WEIR_AGGREGATE(double, share, tally, (bool, hit))
{
    state->hits += hit;
    state->all++;
}

/* Adds the state of later rows: rows are split among threads and machines. */
WEIR_MERGE(share)
{
    state->hits += other->hits;
    state->all += other->all;
}

/* Takes a row out again. Exact, because the state is whole numbers; a running mean of doubles would
 * drift, and had better go without. */
WEIR_REMOVE(share, (bool, hit))
{
    state->hits -= hit;
    state->all--;
}

WEIR_RESULT(share)
{
    if (state->all == 0) {
        weir_null(ctx);
        return 0;
    }
    return (double)state->hits / (double)state->all;
}
WEIR_HELP(share,
          "how large a part of the rows is true, 0 to 1",
          "generate clicks | aggregate slow = share.share(ms > 250) by=url length=30s slide=10s "
          "| print");

WEIR_PLUGIN("org.example.share", "1.0.0", "parts of a whole", "Apache-2.0");
