/* SPDX-License-Identifier: Apache-2.0 */
/* Aggregates: one with an inverse, one whose state is text and lists, one whose empty state is not
 * zero; and partition functions, which have a state too. */
#include <weir/plugin.h>

struct mean {
    double sum;
    int64_t count;
};
WEIR_STATE(mean, 1, sum, count);
WEIR_AGGREGATE(double, mean, mean, (double, x))
{
    state->sum += x;
    state->count++;
}
WEIR_MERGE(mean)
{
    state->sum += other->sum;
    state->count += other->count;
}
WEIR_RESULT(mean)
{
    if (state->count == 0) {
        weir_null(ctx);
    }
    return state->sum / (double)state->count;
}
WEIR_REMOVE(mean, (double, x))
{
    state->sum -= x;
    state->count--;
}

/* The longest text, and all texts that were seen, each once, in the order of their first time. */
struct seen {
    weir_str longest;
    weir_list(weir_str) texts;
    weir_list(int64_t) counts;
};
WEIR_STATE(seen, 1, longest, texts, counts);
static void see(struct weir_ctx *ctx, struct seen *state, weir_str text, int64_t count)
{
    if (text.count > state->longest.count) {
        state->longest = text;
    }
    for (uint32_t i = 0; i < state->texts.count; i++) {
        if (weir_str_equal(state->texts.items[i], text)) {
            weir_edit(ctx, &state->counts)[i] += count;
            return;
        }
    }
    weir_push(ctx, &state->texts, text);
    weir_push(ctx, &state->counts, count);
}
WEIR_AGGREGATE_AS(
    distinct, "distinct", WEIR_NOT_COMMUTATIVE, weir_list(weir_str), seen, (weir_str, text))
{
    see(ctx, state, text, 1);
}
WEIR_MERGE(distinct)
{
    for (uint32_t i = 0; i < other->texts.count; i++) {
        see(ctx, state, other->texts.items[i], other->counts.items[i]);
    }
}
WEIR_RESULT(distinct)
{
    return state->texts;
}

struct least {
    int64_t value;
};
WEIR_STATE(least, 1, value);
WEIR_AGGREGATE(int64_t, least, least, (int64_t, x))
{
    state->value = x < state->value ? x : state->value;
}
WEIR_CREATE(least)
{
    state->value = INT64_MAX;
}
WEIR_MERGE(least)
{
    state->value = other->value < state->value ? other->value : state->value;
}
WEIR_RESULT(least)
{
    return state->value;
}

struct count {
    int64_t nulls;
};
WEIR_STATE(count, 1, nulls);
WEIR_NULLABLE_AGGREGATE_AS(nulls, "nulls", 0, int64_t, count, (weir_str, text))
{
    state->nulls += text_is_null ? 1 : 0;
}
WEIR_MERGE(nulls)
{
    state->nulls += other->nulls;
}
WEIR_RESULT(nulls)
{
    return state->nulls;
}

/* Merges wrongly: the harness must see it. */
WEIR_AGGREGATE(int64_t, forgetful, least, (int64_t, x))
{
    state->value += x;
}
WEIR_MERGE(forgetful)
{
    state->value = other->value / 2;
}
WEIR_RESULT(forgetful)
{
    return state->value;
}

struct longest {
    weir_str line;
    int64_t rows;
};
WEIR_STATE(longest, 1, line, rows);
WEIR_PARTITION_FUNCTION(longest, longest, (weir_str, line), (weir_str, line, int64_t, row))
{
    state->rows++;
    if (line.count > state->line.count) {
        state->line = line;
        WEIR_EMIT(line, state->rows);
    }
}
WEIR_PARTITION_END(longest)
{
    WEIR_EMIT(state->line, -state->rows);
}

WEIR_PLUGIN("org.weir.test.aggregate", "1.0.0", "aggregates of all forms", "Apache-2.0");
