/* SPDX-License-Identifier: Apache-2.0 */
/* The shop's operators with a state: their parameters are bound to key and value. Never run. */
#include <weir/plugin.h>
#include <weir/state.h>

struct seen {
    int64_t n;
    weir_ts last;
};
WEIR_STATE(seen, 1, n, last);
struct total {
    int64_t sum;
};
WEIR_STATE(total, 1, sum);

WEIR_UPDATE(visits, seen, (weir_str, user), (weir_ts, at))
{
    (void)user;
    state->n += (int64_t)at.count;
    return WEIR_KEEP;
}

WEIR_UPDATE(spent, total, (weir_str, item), (double, price, int64_t, n))
{
    (void)item, (void)price;
    state->sum += (int64_t)n.count;
    return WEIR_KEEP;
}

WEIR_UPDATE(by_site, total, (weir_str, user, int64_t, site), (int64_t, n))
{
    (void)user, (void)site;
    state->sum += (int64_t)n.count;
    return WEIR_KEEP;
}

WEIR_TRACK(rising, total, (weir_str, key), (int64_t, value), (weir_str, key, int64_t, by))
{
    state->sum = value;
    WEIR_EMIT(key, state->sum);
    return WEIR_KEEP;
}
WEIR_PARAMS(rising, WEIR_PARAM_F64(threshold, default(1), "from where on"));

WEIR_PARTITIONER(by_letter, (weir_str, text))
{
    (void)ctx;
    return text.count % partitions;
}

WEIR_PARTITION_FUNCTION(longest, total, (weir_str, line), (weir_str, line, int64_t, row))
{
    (void)line;
    state->sum++;
}

WEIR_AGGREGATE(double, peak, total, (double, x))
{
    state->sum += (int64_t)x;
}
WEIR_MERGE(peak)
{
    state->sum += other->sum;
}
WEIR_RESULT(peak)
{
    return (double)state->sum;
}
