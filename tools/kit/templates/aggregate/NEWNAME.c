/* SPDX-License-Identifier: Apache-2.0 */
/* NEWNAME: the mean of values. */
#include <weir/plugin.h>

/* What is kept of a group: version, then the fields that last. Count the version up when they
 * change; WEIR_UPGRADE then reads the older ones. */
struct mean {
    double sum;
    int64_t count;
};
WEIR_STATE(mean, 1, sum, count);

/* Adds a row to the state, which is zero at first. */
WEIR_AGGREGATE(double, NEWNAME, mean, (double, x))
{
    state->sum += x;
    state->count++;
}

/* Adds the state of later rows: rows are split among threads and machines. */
WEIR_MERGE(NEWNAME)
{
    state->sum += other->sum;
    state->count += other->count;
}

WEIR_RESULT(NEWNAME)
{
    if (state->count == 0) {
        weir_null(ctx);
        return 0;
    }
    return state->sum / (double)state->count;
}

/* Takes a row out again: windows slide without being computed anew. Optional. */
WEIR_REMOVE(NEWNAME, (double, x))
{
    state->sum -= x;
    state->count--;
}
WEIR_HELP(NEWNAME,
          "the mean",
          "generate clicks | aggregate mean = NEWNAME.NEWNAME(ms) by=url | print");

WEIR_PLUGIN("org.example.NEWNAME", "0.1.0", "means", "Apache-2.0");
